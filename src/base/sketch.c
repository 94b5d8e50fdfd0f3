/* sketch.c - merging and reading of the sketches. */
#include "base/sketch.h"

#include <math.h>

void hll_merge(struct hll *into, const struct hll *from)
{
	for (unsigned i = 0; i < HLL_REGISTERS; i++)
		if (from->reg[i] > into->reg[i])
			into->reg[i] = from->reg[i];
}

uint64_t hll_count(const struct hll *h)
{
	const double m = HLL_REGISTERS;
	const double alpha = 0.7213 / (1.0 + 1.079 / m); /* Flajolet et al., figure 3 */
	double sum = 0, estimate;
	unsigned empty = 0;

	for (unsigned i = 0; i < HLL_REGISTERS; i++) {
		sum += 1.0 / (double)(1ull << h->reg[i]); /* a rank is at most 56 */
		empty += h->reg[i] == 0;
	}
	estimate = alpha * m * m / sum;
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

void top_merge(struct top *into, const struct top *from)
{
	agree_merge(&into->agree, &from->agree);
	if (into->value == from->value) {
		into->votes += from->votes;
	} else if (from->votes > into->votes) {
		into->value = from->value;
		into->votes = from->votes - into->votes;
	} else {
		into->votes -= from->votes;
	}
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
