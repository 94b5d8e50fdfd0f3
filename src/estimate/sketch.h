/*
 * sketch.h - counting without bound in bounded memory.
 *
 * struct hll: how many distinct things were seen, within about 4.6 % (512 registers), in 512
 * bytes. HyperLogLog: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a
 * near-optimal cardinality estimation algorithm", 2007. Below 2.5 registers' worth of things the
 * linear counting of the same paper is used, which is close to exact for small numbers.
 * Two sketches of the same kind merge into the sketch of the union, in any order, with the same
 * result: that is what makes alerts independent of the number of workers.
 *
 * struct top: the value that makes up more than half of a stream, if there is one. The candidate is
 * found by majority vote (Boyer and Moore, 1981; merging keeps it: Agarwal et al., "Mergeable
 * summaries", 2012). How large its part is, is told by the bits of the hashes: where nearly all
 * values are the same, nearly all have the same bit. Both are independent of the order of merging
 * as long as the majority exists, and top_share() tells whether it does.
 */
#ifndef ESTIMATE_SKETCH_H
#define ESTIMATE_SKETCH_H

#include "base/hash.h"

#include <stdbool.h>

#define HLL_REGISTERS 512

struct hll {
	uint8_t reg[HLL_REGISTERS];
};

static inline unsigned hll_register(uint64_t hash)
{
	return (unsigned)(hash >> 55);
}

static inline uint8_t hll_rank(uint64_t hash)
{
	return (uint8_t)(__builtin_clzll((hash << 9) | 0x100) + 1);
}

/* Adds a thing by its 64-bit hash, such as hash_64() gives. */
static inline void hll_add(struct hll *h, uint64_t hash)
{
	unsigned index = hll_register(hash);
	uint8_t rank = hll_rank(hash);

	if (rank > h->reg[index])
		h->reg[index] = rank;
}

void hll_merge(struct hll *into, const struct hll *from);

/* The estimated number of distinct things added. */
uint64_t hll_count(const struct hll *h);

/*
 * The same sketch while few things were added, in 16 bytes: the registers that are in use. It holds
 * exactly what struct hll would.
 */
#define FEW_MAX 7

struct few {
	uint16_t count;
	uint16_t place[FEW_MAX]; /* register << 6 | rank */
};

/* False: no room. */
static inline bool few_place(struct few *f, unsigned reg, unsigned rank)
{
	for (unsigned i = 0; i < f->count; i++) {
		if (f->place[i] >> 6 != reg)
			continue;
		if ((f->place[i] & 63) < rank)
			f->place[i] = (uint16_t)(reg << 6 | rank);
		return true;
	}
	if (f->count == FEW_MAX)
		return false;
	f->place[f->count++] = (uint16_t)(reg << 6 | rank);
	return true;
}

static inline bool few_add(struct few *f, uint64_t hash)
{
	return few_place(f, hll_register(hash), hll_rank(hash));
}

/* False: no room for all of it. */
bool few_merge(struct few *into, const struct hll *from);
void few_spread(const struct few *from, struct hll *into); /* adds them to `into` */
uint64_t few_count(const struct few *f);

/* How often each bit was set in a stream of 16-bit hashes, four counters at a time. */
typedef uint32_t agree_lanes __attribute__((vector_size(16), aligned(4)));

struct agree {
	agree_lanes ones[4];
};

/* Four bits as four lanes of 0 or 1. */
extern const agree_lanes agree_spread[16];

static inline void agree_add(struct agree *a, uint16_t hash)
{
	a->ones[0] += agree_spread[hash & 15];
	a->ones[1] += agree_spread[hash >> 4 & 15];
	a->ones[2] += agree_spread[hash >> 8 & 15];
	a->ones[3] += agree_spread[hash >> 12];
}

/* The bits of a hash that agree_add() counts. */
static inline uint16_t agree_bits(uint64_t hash)
{
	return (uint16_t)(hash >> 48);
}

struct top {
	uint32_t value;
	uint32_t votes;
	struct agree agree;
};

/* The majority vote alone, where its sketch is elsewhere. */
static inline void vote(uint32_t *winner, uint32_t *votes, uint32_t value)
{
	if (*votes == 0) {
		*winner = value;
		*votes = 1;
	} else if (*winner == value) {
		++*votes;
	} else {
		--*votes;
	}
}

void votes_merge(uint32_t *winner, uint32_t *votes, uint32_t other, uint32_t others);

static inline void top_add(struct top *t, uint32_t value)
{
	agree_add(&t->agree, agree_bits(hash_64(value, 0)));
	vote(&t->value, &t->votes, value);
}

/* The same hash so many times. */
void agree_add_times(struct agree *a, uint16_t hash, uint32_t times);

void agree_merge(struct agree *into, const struct agree *from);
void top_merge(struct top *into, const struct top *from);

/* The part that the commonest of `count` values makes up, at least: 0 to 1; 0 without majority. */
double agree_share(const struct agree *a, uint64_t count);

#endif
