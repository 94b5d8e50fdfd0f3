/*
 * stats.h - what is usual in a handful of numbers, and how far they stray: robust against outliers.
 *
 * Median and median absolute deviation (MAD) hardly move when some of the numbers are wild, unlike
 * mean and standard deviation. The skew is Bowley's, of the quartiles: (Q1 + Q3 - 2 Q2) / (Q3 -
 * Q1), from -1 to 1, 0 when the middle half lies evenly about the median. RITA (Active
 * Countermeasures) judges by these how like a machine's the times and sizes of connections are.
 */
#ifndef ESTIMATE_STATS_H
#define ESTIMATE_STATS_H

#include <stddef.h>

struct stats {
	double low, median, high; /* quartiles, between neighbours by linear interpolation */
	double mad;               /* the median distance from the median */
	double skew;              /* Bowley's; 0 when the quartiles are equal */
};

/* Of `count` numbers, none of them NaN, which are sorted and then overwritten; all 0 of none. */
struct stats stats_of(double *values, size_t count);

/* The part of the numbers that lie within `part` of the median, to either side: 0.5 is from half of
 * it to one and a half. 0 to 1; 0 of none. */
double stats_within(const double *values, size_t count, double median, double part);

#endif
