/* sketch.c - merging and reading of the sketches. */
#include "base/sketch.h"

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
		if (eight == 0) { /* most are, in most sketches */
			empty += 8;
			parts += 8 * PART;
			continue;
		}
		for (unsigned k = i; k < i + 8; k++) {
			parts += PART >> h->reg[k]; /* a rank is at most 56 */
			empty += h->reg[k] == 0;
		}
	}
	estimate = alpha * m * m / ((double)parts / (double)PART);
	if (estimate <= 2.5 * m && empty > 0)
		estimate = m * log(m / empty);
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
