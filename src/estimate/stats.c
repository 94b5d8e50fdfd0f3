/* stats.c - quartiles of sorted numbers, and what follows from them. */
#include "estimate/stats.h"

#include <math.h>
#include <stdlib.h>

static int compare_numbers(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* The number that `part` of the sorted numbers lie below. */
static double stats_quantile(const double *sorted, size_t count, double part)
{
	double at = part * (double)(count - 1);
	size_t below = (size_t)at;
	double rest = at - (double)below;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + rest * (sorted[below + 1] - sorted[below]);
}

struct stats stats_of(double *values, size_t count)
{
	struct stats s = { 0 };

	if (count == 0)
		return s;
	qsort(values, count, sizeof(*values), compare_numbers);
	s.low = stats_quantile(values, count, 0.25);
	s.median = stats_quantile(values, count, 0.5);
	s.high = stats_quantile(values, count, 0.75);
	if (s.high > s.low)
		s.skew = (s.low + s.high - 2 * s.median) / (s.high - s.low);
	for (size_t i = 0; i < count; i++)
		values[i] = fabs(values[i] - s.median);
	qsort(values, count, sizeof(*values), compare_numbers);
	s.mad = stats_quantile(values, count, 0.5);
	return s;
}

double stats_within(const double *values, size_t count, double median, double part)
{
	size_t inside = 0;

	for (size_t i = 0; i < count; i++)
		inside += fabs(values[i] - median) <= part * fabs(median);
	return count ? (double)inside / (double)count : 0;
}
