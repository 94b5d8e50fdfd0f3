/*
 * rdp.h - the beginning of a Remote Desktop conversation (MS-RDPBCGR, 2.2.1.1 and 2.2.1.2, within
 * X.224 and TPKT, RFC 1006): the user's cookie, and the security both ends agree upon.
 */
#ifndef WIRE_RDP_H
#define WIRE_RDP_H

#include "wire/stream.h"

#define RDP_COOKIE 64 /* bytes kept of the cookie */

enum rdp_protocol { /* bits of what is requested; what is selected is one of them, or 0 */
		    RDP_STANDARD = 0, /* RDP's own, without TLS */
		    RDP_SSL = 1,
		    RDP_HYBRID = 2, /* CredSSP: the login comes before the desktop */
		    RDP_RDSTLS = 4,
		    RDP_HYBRID_EX = 8,
};

struct rdp_hello {          /* lives for the call */
	struct span cookie; /* of "Cookie: mstshash=": the user's name as typed, cut by clients */
	uint32_t requested; /* bits of enum rdp_protocol */
	bool answered;
	bool failed; /* the server refused: `failure` says why (2.2.1.2.2) */
	uint32_t selected;
	uint32_t failure;
};

struct rdp_sink {
	void *whom;
	void (*hello)(void *whom, const struct rdp_hello *hello);
};

struct rdp { /* one conversation; zeroed at first */
	struct stream stream;
	bool pending;
	uint8_t cookie_len;
	uint32_t requested;
	uint8_t cookie[RDP_COOKIE];
};

/* The stream contract: returns the bytes consumed; what is left is wanted again with more. */
size_t rdp_feed(struct rdp *r, unsigned side, struct span bytes, const struct rdp_sink *sink);
void rdp_gap(struct rdp *r, unsigned side, uint64_t missing);
void rdp_end(struct rdp *r, const struct rdp_sink *sink);

/* Whether the payload begins with a connection request or confirm. */
bool rdp_looks(struct span payload);

#endif
