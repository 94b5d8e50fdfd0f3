/* irc.h - Internet Relay Chat (RFC 1459, 2812): who talks, and in which channels. */
#ifndef WIRE_IRC_H
#define WIRE_IRC_H

#include "model/event.h"
#include "wire/line.h"

#define IRC_NICK_MAX 32

struct irc_sink {
	void *whom;
	/* One thing; texts are borrowed for the call. */
	void (*said)(void *whom, const struct event_irc *said);
};

/* One per conversation; zeroed. */
struct irc {
	uint8_t nick[IRC_NICK_MAX];
	uint8_t nick_len;
	uint8_t strange; /* lines in a row that are no IRC */
	bool tail[2];
	bool gave_up;
};

/* Whether the first payload of this end is IRC: NICK or USER as a client must begin (also behind
 * PASS or CAP), or a server's notice or numeric. Strict: the words are also those of other text. */
bool irc_looks(struct span first, unsigned side);

/* As in smtp.h; fewer than 2048 bytes are left over. */
size_t irc_feed(struct irc *i, unsigned side, struct span bytes, const struct irc_sink *sink);
void irc_gap(struct irc *i, unsigned side, uint64_t missing);

#endif
