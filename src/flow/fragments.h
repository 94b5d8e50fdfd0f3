/*
 * fragments.h - what the first part of a fragmented datagram was, for the parts that follow.
 *
 * Only the first fragment has ports. Remembering it for a moment lets the others count towards the
 * same vector (the second half of a reflected answer is part of the reflection) or towards none
 * (the second half of an answer that was asked for). Fixed size; a later datagram overwrites.
 */
#ifndef FLOW_FRAGMENTS_H
#define FLOW_FRAGMENTS_H

#include "base/hash.h"
#include "model/packet.h"
#include "model/vector.h"

#define FRAGMENTS 4096

/* Instead of a vector: the first fragment fell to another worker, and so do the others. */
#define FRAGMENT_FOREIGN 254

struct fragments {
	struct {
		uint32_t tag; /* of addresses and identification; 0: free */
		uint8_t vector; /* enum vector; VECTOR_NONE: asked for */
		uint8_t zero[3];
	} entry[FRAGMENTS];
};

static inline uint64_t fragments_hash(const struct packet *p)
{
	return hash_mix(hash_16(packet_from(p)->b, p->seq), hash_16(packet_to(p)->b, p->key.proto));
}

/* `p` is a first fragment and counted for `vector`. */
static inline void fragments_add(struct fragments *f, const struct packet *p, enum vector vector)
{
	uint64_t hash = fragments_hash(p);

	f->entry[hash % FRAGMENTS].tag = (uint32_t)(hash >> 32) | 1;
	f->entry[hash % FRAGMENTS].vector = (uint8_t)vector;
}

/* What `p`, a later fragment, counts for: as its first one, or VECTOR_FRAGMENT if that is unknown. */
static inline enum vector fragments_vector(const struct fragments *f, const struct packet *p)
{
	uint64_t hash = fragments_hash(p);

	if (f->entry[hash % FRAGMENTS].tag != ((uint32_t)(hash >> 32) | 1))
		return VECTOR_FRAGMENT;
	return (enum vector)f->entry[hash % FRAGMENTS].vector;
}

#endif
