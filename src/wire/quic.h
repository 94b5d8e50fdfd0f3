/*
 * quic.h - the client's hello in QUIC's Initial packets.
 *
 * Initial packets are enciphered with keys that anybody who sees them can make: so the hello of
 * TLS in them is in the clear. QUIC v1, v2, and drafts 29 to 34. Each datagram is read by itself;
 * a hello may be scattered over several frames, packets and datagrams.
 *
 * Sources: RFC 9000 (packets, frames), 9001 (keys), 9369 (v2), 8999 (what all versions share).
 */
#ifndef WIRE_QUIC_H
#define WIRE_QUIC_H

#include "base/digest.h"
#include "model/anomaly.h"
#include "model/event.h"

#include <stdbool.h>

#define QUIC_HELLO 4096 /* bytes of a hello that are kept; post-quantum ones have about 1,800 */

/* RFC 9001, 5.1: key, iv, hp. */
struct quic_keys {
	uint8_t key[AES_BLOCK], nonce[GCM_NONCE], mask[AES_BLOCK];
};

/* 4.7 KB: wanted only until the hello is whole, mostly for one datagram. Need not be initialised:
 * quic_begin() does so. */
struct quic {
	uint32_t version;
	uint8_t packets; /* that were tried */
	bool keyed;      /* some packet was deciphered with the keys below */
	bool done;       /* the event was told, or there is none to tell: nothing more is wanted */
	enum anomaly anomaly; /* the last one; meaningful where quic_feed() says so */
	struct quic_keys keys;
	uint16_t prefix;              /* bytes of the hello that are there without a hole */
	uint8_t have[QUIC_HELLO / 8]; /* which bytes are there */
	uint8_t hello[QUIC_HELLO];
};

void quic_begin(struct quic *x);

/* Whether a later datagram can still tell something. One whose first packet cannot be deciphered has
 * keys that nobody here knows. */
bool quic_waits(const struct quic *x);

/* `event` borrows for the call: kind EVENT_QUIC's member. */
struct quic_sink {
	void *whom;
	struct digest_kit *kit;
	void (*event)(void *whom, const struct event_tls *e);
	bool no_fingerprints; /* JA3 and JA4 stay empty */
};

/* Whether a datagram begins with an Initial packet of a version that is read here. */
bool quic_looks(struct span datagram);

/* A datagram of the client (side 0; those of the server are passed over). The event is told when
 * the hello is whole, once. Returns false when something was malformed: x->anomaly says what. */
bool quic_feed(struct quic *x, unsigned side, struct span datagram, const struct quic_sink *sink);

/* The conversation is over, or its room is wanted: tells what is known when packets were opened,
 * but the hello stayed incomplete: the version alone. */
void quic_end(struct quic *x, const struct quic_sink *sink);

#endif
