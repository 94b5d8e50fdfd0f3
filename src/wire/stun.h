/* stun.h - recognises STUN and TURN messages (RFC 8489, RFC 8656; RFC 3489 without the cookie). */
#ifndef WIRE_STUN_H
#define WIRE_STUN_H

#include "base/span.h"

#include <stdbool.h>

enum stun_class {
	STUN_REQUEST,
	STUN_INDICATION,
	STUN_SUCCESS,
	STUN_FAILURE,
};

struct stun_message {
	enum stun_class kind;
	uint16_t method;      /* 1 binding, 3 allocate (TURN), ... */
	bool old;             /* without the magic cookie: RFC 3489 */
	struct span software; /* SOFTWARE attribute, borrowed; empty when not sent */
};

/* False when the bytes are no STUN message. Strict enough for a datagram on any port. */
bool stun_read(struct span message, struct stun_message *out);

#endif
