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
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define HALFOPEN_WAYS 4

struct halfopen_entry {
	uint32_t seq;
	uint32_t when; /* microseconds, modulo 2^32 */
	uint16_t bytes; /* of all its SYNs on the wire, saturating */
	uint8_t packets;
	uint8_t side; /* which end of the key sent it */
};

/* One cache line; tags and times stand side by side, so that one instruction compares four. */
struct halfopen_set {
	uint32_t tag[HALFOPEN_WAYS]; /* 0: free */
	uint32_t when[HALFOPEN_WAYS];
	uint32_t seq[HALFOPEN_WAYS];
	struct halfopen_rest {
		uint16_t bytes;
		uint8_t packets, side;
	} rest[HALFOPEN_WAYS];
} __attribute__((aligned(64)));

struct halfopen {
	struct halfopen_set *sets;
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

/* What is remembered of a SYN. */
struct halfopen_syn {
	uint64_t hash; /* of the flow key */
	usec_t ts;
	uint32_t seq, wire_len;
	uint8_t side;
};

static inline struct halfopen_syn halfopen_syn_of(const struct packet *p)
{
	return (struct halfopen_syn){ p->hash, p->ts, p->seq, p->wire_len, p->side };
}

#define HALFOPEN_ANSWER (3 * USEC_PER_SEC) /* an older SYN is not forgotten early */

static inline uint32_t halfopen_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

/* A bit for each way with this tag; 0: those that are free. */
static inline unsigned halfopen_match(const struct halfopen_set *set, uint32_t tag)
{
#ifdef __SSE2__
	__m128i tags = _mm_load_si128((const __m128i *)(const void *)set->tag);
	__m128i same = _mm_cmpeq_epi32(tags, _mm_set1_epi32((int)tag));

	return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(same));
#else
	unsigned match = 0;

	for (unsigned way = 0; way < HALFOPEN_WAYS; way++)
		match |= (unsigned)(set->tag[way] == tag) << way;
	return match;
#endif
}

/* The way of a tag, or HALFOPEN_WAYS. */
static inline unsigned halfopen_way(const struct halfopen_set *set, uint32_t tag)
{
	return (unsigned)__builtin_ctz(halfopen_match(set, tag) | 1u << HALFOPEN_WAYS);
}

/* Moves four words up by one and puts another in front. */
static inline void halfopen_push(void *words, uint32_t first)
{
#ifdef __SSE2__
	__m128i *at = words;

	_mm_store_si128(at, _mm_or_si128(_mm_slli_si128(_mm_load_si128(at), 4),
					 _mm_cvtsi32_si128((int)first)));
#else
	uint32_t four[HALFOPEN_WAYS];

	memcpy(four + 1, words, sizeof(four) - sizeof(four[0]));
	four[0] = first;
	memcpy(words, four, sizeof(four));
#endif
}

/* What is kept of a SYN besides its times, as one word: `bytes` saturates. */
static inline uint32_t halfopen_rest(uint32_t wire_len, uint8_t side)
{
	struct halfopen_rest rest = { wire_len > UINT16_MAX ? UINT16_MAX : (uint16_t)wire_len, 1,
				      side };
	uint32_t word;

	memcpy(&word, &rest, sizeof(word));
	return word;
}

/* Puts a new SYN into its set. The ways are in the order of coming, the first one last: when none is
 * free, the others move up, and the last falls out. */
static inline void halfopen_put(struct halfopen *h, struct halfopen_set *set, uint32_t tag,
				const struct halfopen_syn *syn)
{
	uint32_t now = (uint32_t)syn->ts, rest = halfopen_rest(syn->wire_len, syn->side);
	unsigned last = HALFOPEN_WAYS - 1, free = halfopen_match(set, 0);

	if (__builtin_expect(!free, 1)) {
		h->evicted += now - set->when[last] < HALFOPEN_ANSWER;
		halfopen_push(set->tag, tag);
		halfopen_push(set->when, now);
		halfopen_push(set->seq, syn->seq);
		halfopen_push(set->rest, rest);
		return;
	}
	free = 31 - (unsigned)__builtin_clz(free);
	set->tag[free] = tag;
	set->when[free] = now;
	set->seq[free] = syn->seq;
	memcpy(&set->rest[free], &rest, sizeof(rest));
}

/* Remembers the SYN; true when it is a new attempt and not the repetition of one. */
static inline bool halfopen_add(struct halfopen *h, const struct halfopen_syn *syn)
{
	struct halfopen_set *set = &h->sets[(uint32_t)syn->hash & h->mask];
	uint32_t tag = halfopen_tag(syn->hash), new = halfopen_rest(syn->wire_len, syn->side), sum;
	unsigned way = halfopen_way(set, tag);
	struct halfopen_rest *rest = &set->rest[way];

	if (__builtin_expect(way == HALFOPEN_WAYS, 1)) {
		halfopen_put(h, set, tag, syn);
		return true;
	}
	if (set->seq[way] != syn->seq || rest->side != syn->side) { /* its ports are used again */
		set->when[way] = (uint32_t)syn->ts;
		set->seq[way] = syn->seq;
		memcpy(rest, &new, sizeof(*rest));
		return true;
	}
	sum = rest->bytes + (syn->wire_len < UINT16_MAX ? syn->wire_len : UINT16_MAX);
	rest->packets = (uint8_t)(rest->packets + (rest->packets < UINT8_MAX));
	rest->bytes = sum < UINT16_MAX ? (uint16_t)sum : UINT16_MAX;
	return false;
}

/* Takes out the SYN of the conversation that `packet` belongs to. False: there was none. */
bool halfopen_take(struct halfopen *h, const struct packet *packet, struct halfopen_entry *syn);

#endif
