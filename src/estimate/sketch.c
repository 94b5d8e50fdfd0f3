/* sketch.c - merging and reading of the sketches. */
#include "estimate/sketch.h"

#include <math.h>

#define PART (1ull << 54) /* 1 as the sum's unit; registers above 54 do not matter to it */

void hll_merge(struct hll *into, const struct hll *from)
{
	/* written so that the compiler sees a maximum of 16 bytes at a time, which a conditional store
	 * hides from it */
	for (unsigned i = 0; i < HLL_REGISTERS; i++) {
		uint8_t a = into->reg[i], b = from->reg[i];

		into->reg[i] = a > b ? a : b;
	}
}

/* How many things left so many registers empty, in all likelihood. */
static double linear_count(unsigned empty)
{
	return HLL_REGISTERS * log((double)HLL_REGISTERS / empty);
}

bool few_merge(struct few *into, const struct hll *from)
{
	uint64_t word[4];

	for (unsigned i = 0; i < HLL_REGISTERS; i += sizeof(word)) {
		memcpy(word, &from->reg[i], sizeof(word));
		if ((word[0] | word[1] | word[2] | word[3]) == 0)
			continue;
		for (unsigned k = i; k < i + sizeof(word); k++)
			if (from->reg[k] && !few_place(into, k, from->reg[k]))
				return false;
	}
	return true;
}

void few_spread(const struct few *from, struct hll *into)
{
	for (unsigned i = 0; i < from->count; i++) {
		uint8_t *reg = &into->reg[from->place[i] >> 6];
		uint8_t rank = from->place[i] & 63;

		*reg = rank > *reg ? rank : *reg;
	}
}

uint64_t few_count(const struct few *f)
{
	return (uint64_t)(linear_count(HLL_REGISTERS - f->count) + 0.5);
}

/* How many of the eight bytes are 0; those below 128, as ranks are. */
static unsigned zero_bytes(uint64_t eight)
{
	uint64_t used = (eight + 0x7f7f7f7f7f7f7f7full) & 0x8080808080808080ull;

	return 8 - (unsigned)((used >> 7) * 0x0101010101010101ull >> 56);
}

uint64_t hll_count(const struct hll *h)
{
	const double m = HLL_REGISTERS;
	const double alpha = 0.7213 / (1.0 + 1.079 / m); /* Flajolet et al., figure 3 */
	double estimate;
	unsigned empty = 0;
	uint64_t parts = 0; /* the sum of 2^-register, in whole numbers: they add faster */
	uint64_t eight;

	for (unsigned i = 0; i < HLL_REGISTERS; i += 8) {
		memcpy(&eight, &h->reg[i], sizeof(eight));
		empty += zero_bytes(eight);
		if (eight == 0) { /* most are, in most sketches */
			parts += 8 * PART;
			continue;
		}
		for (unsigned k = 0; k < 64; k += 8)
			parts += PART >> (eight >> k & 0xff); /* a rank is at most 56 */
	}
	estimate = alpha * m * m / ((double)parts / (double)PART);
	if (estimate <= 2.5 * m && empty > 0)
		estimate = linear_count(empty);
	return (uint64_t)(estimate + 0.5);
}

#define LANES(n) { (n) & 1, (n) >> 1 & 1, (n) >> 2 & 1, (n) >> 3 & 1 }

const agree_lanes agree_spread[16] = {
	LANES(0), LANES(1), LANES(2),  LANES(3),  LANES(4),  LANES(5),  LANES(6),  LANES(7),
	LANES(8), LANES(9), LANES(10), LANES(11), LANES(12), LANES(13), LANES(14), LANES(15),
};

void agree_merge(struct agree *into, const struct agree *from)
{
	for (unsigned part = 0; part < 4; part++)
		into->ones[part] += from->ones[part];
}

void agree_add_times(struct agree *a, uint16_t hash, uint32_t times)
{
	for (unsigned part = 0; part < 4; part++)
		a->ones[part] += agree_spread[hash >> part * 4 & 15] * times;
}

void votes_merge(uint32_t *winner, uint32_t *votes, uint32_t other, uint32_t others)
{
	if (*winner == other) {
		*votes += others;
	} else if (others > *votes) {
		*winner = other;
		*votes = others - *votes;
	} else {
		*votes -= others;
	}
}

void top_merge(struct top *into, const struct top *from)
{
	agree_merge(&into->agree, &from->agree);
	votes_merge(&into->value, &into->votes, from->value, from->votes);
}

double agree_share(const struct agree *a, uint64_t count)
{
	uint64_t least = count;

	if (count == 0)
		return 0;
	for (unsigned bit = 0; bit < 16; bit++) {
		uint64_t ones = a->ones[bit / 4][bit % 4], same = ones * 2 > count ? ones : count - ones;

		least = same < least ? same : least;
	}
	/* the other values have each bit set half of the time: same = f + (1 - f) / 2 */
	return 2.0 * (double)least / (double)count - 1.0;
}
