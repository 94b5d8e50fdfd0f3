/*
 * recognise.h - which application a conversation speaks, by the first payloads of its ends: by
 * content, since servers are found on any port. A port only decides between protocols that look
 * alike.
 *
 * A wrong name is worse than none: what is not sure is APP_NONE, and the next payload may tell.
 */
#ifndef WIRE_RECOGNISE_H
#define WIRE_RECOGNISE_H

#include "model/flow.h"
#include "wire/rtp.h"

/* One of the first payloads. */
struct recognise_ask {
	struct span payload; /* of TCP: the first in-order bytes of that end; of UDP: a datagram */
	uint16_t port[2];    /* the client's, the server's */
	uint8_t side;        /* who sent it: 0 client, 1 server */
	uint8_t proto;       /* PROTO_TCP or PROTO_UDP; others tell nothing */
	struct rtp_trace
		*rtp; /* UDP: of this end, kept between the payloads; NULL: RTP is not told */
};

enum app recognise_app(const struct recognise_ask *ask);

#endif
