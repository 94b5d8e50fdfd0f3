/* pop_imap.h - logins to mailboxes: POP3 (RFC 1939, 5034) and IMAP (RFC 9051). */
#ifndef WIRE_POP_IMAP_H
#define WIRE_POP_IMAP_H

#include "wire/line.h"
#include "wire/login.h"

#define IMAP_TAG_MAX 24

/* One per conversation; zeroed. */
struct pop_imap {
	struct line_waiting waiting; /* POP3: commands whose replies are to come */
	struct login login;
	uint8_t tag[IMAP_TAG_MAX]; /* IMAP: of the login under way */
	uint8_t tag_len;
	uint8_t client; /* what the client's next line is */
	uint8_t wanted; /* IMAP: what that tag asked for */
	bool imap;
	bool tail[2];
	bool begun, tls;
	bool gave_up; /* logged in, encrypted, or neither of both: nothing further will be told */
};

/* Whether the first payload of this end, the server's greeting, is of one of both. */
bool pop_imap_looks(struct span first, unsigned side);

/* As in smtp.h; fewer than 4096 bytes are left over. */
size_t pop_imap_feed(struct pop_imap *p, unsigned side, struct span bytes,
		     const struct login_sink *sink);
void pop_imap_gap(struct pop_imap *p, unsigned side, uint64_t missing);
void pop_imap_end(struct pop_imap *p, const struct login_sink *sink);

#endif
