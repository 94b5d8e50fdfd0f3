/*
 * hello.h - TLS hello messages: what the two ends say of themselves before anything is secret.
 *
 * The same for TLS over TCP, DTLS and QUIC. Sources: RFC 8446 (TLS 1.3), 5246 (TLS 1.2), 6066
 * (server name), 7301 (ALPN), 8422 (groups, point formats).
 */
#ifndef WIRE_HELLO_H
#define WIRE_HELLO_H

#include "base/span.h"

#include <stdbool.h>

#define HELLO_LIST 512 /* entries of a list that are looked at; more: `overflow` */

#define HELLO_CLIENT 1 /* handshake types, RFC 8446, 4 */
#define HELLO_SERVER 2

enum hello_extension {
	HELLO_SERVER_NAME = 0,
	HELLO_GROUPS = 10,
	HELLO_POINTS = 11,
	HELLO_SIGNATURES = 13,
	HELLO_ALPN = 16,
	HELLO_PRE_SHARED_KEY = 41,
	HELLO_VERSIONS = 43,
};

/* Numbers in the order of the wire, GREASE included. */
struct hello_list {
	uint16_t count;
	uint16_t of[HELLO_LIST];
};

/* Spans borrow from the message. Of a server's hello, `ciphers` has the one that was chosen. */
struct hello {
	uint16_t legacy;  /* the version in the old field, 0x0303 in TLS 1.3 */
	uint16_t version; /* the highest of the client, or the one that the server chose */
	bool has_sni;     /* the extension is there, even without a name in it */
	bool has_alpn;
	bool retry;             /* a server's HelloRetryRequest: both hellos come again */
	bool resumes;           /* TLS 1.3 server: a pre-shared key was taken */
	bool overflow;          /* some list has more than HELLO_LIST entries */
	struct span session;    /* session id */
	struct span sni;        /* the first name */
	struct span alpn;       /* the protocol names, each behind a byte with its length */
	struct span alpn_first; /* the first of them */
	struct span points;     /* point formats, a byte each */
	struct hello_list ciphers, extensions, groups, signatures;
};

/* Read the body of a hello, without the 4 bytes of the handshake header. False when malformed;
 * extensions may be absent. */
bool hello_read_client(struct span body, struct hello *h);
bool hello_read_server(struct span body, struct hello *h);

/* GREASE (RFC 8701): 0x0a0a, 0x1a1a, ... values that mean nothing, to keep servers tolerant. */
static inline bool hello_grease(uint16_t value)
{
	return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

#endif
