/*
 * telnet.h - tries to log in over Telnet (RFC 854), by the prompts that people see; also without
 * any option negotiation, as many devices' consoles do.
 */
#ifndef WIRE_TELNET_H
#define WIRE_TELNET_H

#include "wire/line.h"
#include "wire/login.h"

#define TELNET_LINE 128 /* bytes of what the server shows last */

/* One per conversation; zeroed. */
struct telnet {
	struct login login;
	uint8_t line[TELNET_LINE]; /* the server's line under way, without the options */
	uint8_t line_len;
	uint8_t option[2]; /* each end: where in an option */
	uint8_t asked;     /* what the server asked for last */
	bool tail;         /* in what is left of a client's line that was too long */
	bool cr[2];        /* a CR came: a LF or NUL behind it is of the same line end */
	bool gave_up;
};

/* Whether the first payload of this end is an option negotiation or a prompt for a name. */
bool telnet_looks(struct span first, unsigned side);

/* As in smtp.h; fewer than 512 bytes are left over: the line that the user is typing. */
size_t telnet_feed(struct telnet *t, unsigned side, struct span bytes,
		   const struct login_sink *sink);
void telnet_gap(struct telnet *t, unsigned side, uint64_t missing);
void telnet_end(struct telnet *t, const struct login_sink *sink);

#endif
