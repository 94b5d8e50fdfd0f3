/*
 * sketch.h - counting without bound in bounded memory.
 *
 * struct hll: how many distinct things were seen, within about 6.5 % (256 registers), in 256
 * bytes. HyperLogLog: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a
 * near-optimal cardinality estimation algorithm", 2007. Below 2.5 registers' worth of things the
 * linear counting of the same paper is used, which is close to exact for small numbers.
 * Two sketches of the same kind merge into the sketch of the union, in any order, with the same
 * result: that is what makes alerts independent of the number of workers.
 *
 * struct top: the most frequent value of a stream, if any makes up more than half of it (Boyer and
 * Moore's majority vote, 1981), and otherwise a frequent one. It merges approximately.
 */
#ifndef BASE_SKETCH_H
#define BASE_SKETCH_H

#include <stdint.h>

#define HLL_REGISTERS 256

struct hll {
	uint8_t reg[HLL_REGISTERS];
};

/* Adds a thing by its 64-bit hash. The hash must be well mixed. */
static inline void hll_add(struct hll *h, uint64_t hash)
{
	unsigned index = (unsigned)(hash >> 56);
	uint8_t rank = (uint8_t)(__builtin_clzll((hash << 8) | 0x80) + 1);

	if (rank > h->reg[index])
		h->reg[index] = rank;
}

void hll_merge(struct hll *into, const struct hll *from);

/* The estimated number of distinct things added. */
uint64_t hll_count(const struct hll *h);

struct top {
	uint32_t value;
	uint32_t votes;
};

static inline void top_add(struct top *t, uint32_t value)
{
	if (t->value == value || t->votes == 0) {
		t->value = value;
		t->votes++;
	} else {
		t->votes--;
	}
}

void top_merge(struct top *into, const struct top *from);

#endif
