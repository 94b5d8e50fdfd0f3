/*
 * halfopen.h - SYNs that nobody has answered yet.
 *
 * A bare SYN makes no flow: in a flood there are millions of them. It is remembered here in 16
 * bytes, so that the conversation that follows has its true beginning, a repeated SYN is not taken
 * for a new attempt, and a SYN-ACK or RST is known to be an answer. Fixed size, the oldest out.
 */
#ifndef FLOW_HALFOPEN_H
#define FLOW_HALFOPEN_H

#include "base/prefetch.h"
#include "model/packet.h"

#include <stdbool.h>

#define HALFOPEN_WAYS 4

struct halfopen_entry {
	uint32_t tag; /* 0: free */
	uint32_t seq;
	uint32_t when; /* microseconds, modulo 2^32 */
	uint16_t bytes; /* of all its SYNs on the wire, saturating */
	uint8_t packets;
	uint8_t side; /* which end of the key sent it */
};

struct halfopen {
	struct halfopen_entry (*sets)[HALFOPEN_WAYS]; /* a cache line each */
	uint32_t mask;
	uint64_t evicted;
};

/* Room for at least `entries`. False: no memory. */
bool halfopen_open(struct halfopen *h, uint32_t entries);
void halfopen_close(struct halfopen *h);

static inline void halfopen_prefetch(const struct halfopen *h, uint64_t hash)
{
	prefetch(&h->sets[(uint32_t)hash & h->mask]);
}

/* Remembers the SYN; true when it is a new attempt and not the repetition of one. */
bool halfopen_add(struct halfopen *h, const struct packet *syn);

/* Takes out the SYN of the conversation that `packet` belongs to. False: there was none. */
bool halfopen_take(struct halfopen *h, const struct packet *packet, struct halfopen_entry *syn);

#endif
