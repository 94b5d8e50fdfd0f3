/* wireguard.h - recognises WireGuard (www.wireguard.com/protocol and the paper, 5.4). */
#ifndef WIRE_WIREGUARD_H
#define WIRE_WIREGUARD_H

#include "base/span.h"

#include <stdbool.h>

enum wireguard_type {
	WIREGUARD_NONE,
	WIREGUARD_INITIATION, /* handshake, 148 bytes */
	WIREGUARD_RESPONSE,   /* 92 bytes */
	WIREGUARD_COOKIE,     /* 64 bytes */
	WIREGUARD_TRANSPORT,  /* 32 bytes and more, in steps of 16 */
};

/* The message's type. The first two are sure; a cookie or transport message alone is a strong
 * hint: what it has beyond four constant bytes is noise and a counter. */
enum wireguard_type wireguard_type(struct span datagram);

#endif
