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
		sum += ldexp(1.0, -(int)h->reg[i]);
		empty += h->reg[i] == 0;
	}
	estimate = alpha * m * m / sum;
	if (estimate <= 2.5 * m && empty > 0)
		estimate = m * log(m / empty);
	return (uint64_t)(estimate + 0.5);
}

void top_merge(struct top *into, const struct top *from)
{
	if (into->value == from->value) {
		into->votes += from->votes;
	} else if (from->votes > into->votes) {
		into->value = from->value;
		into->votes = from->votes - into->votes;
	} else {
		into->votes -= from->votes;
	}
}
