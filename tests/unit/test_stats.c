/*
 * test_stats.c - quartiles, MAD and skew. Expected values are from numpy.percentile (linear) and
 * scipy.stats.median_abs_deviation's definitions, worked out by hand.
 */
#include "estimate/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NEAR(value, want) assert_true(fabs((value) - (want)) < 1e-9)

static void test_odd_count(void **state)
{
	double values[] = { 9, 1, 5, 3, 7 };
	struct stats s = stats_of(values, 5);

	(void)state;
	NEAR(s.low, 3);
	NEAR(s.median, 5);
	NEAR(s.high, 7);
	NEAR(s.mad, 2); /* distances 4 4 0 2 2 */
	NEAR(s.skew, 0);
}

static void test_even_count(void **state)
{
	double values[] = { 10, 1, 2, 4 };
	struct stats s = stats_of(values, 4);

	(void)state;
	NEAR(s.low, 1.75);
	NEAR(s.median, 3);
	NEAR(s.high, 5.5);
	NEAR(s.mad, 1.5); /* distances 7 2 1 1 */
	NEAR(s.skew, (1.75 + 5.5 - 6) / 3.75);
}

/* One wild value must not move what is usual. */
static void test_outlier(void **state)
{
	double values[] = { 60, 61, 59, 60, 60, 1e9, 60, 60, 61 };
	struct stats s = stats_of(values, 9);

	(void)state;
	NEAR(s.median, 60);
	NEAR(s.mad, 0);
	assert_true(s.skew >= -1 && s.skew <= 1);
}

static void test_skewed(void **state)
{
	double values[] = { 1, 1, 1, 2, 100 };
	struct stats s = stats_of(values, 5);

	(void)state;
	NEAR(s.low, 1);
	NEAR(s.high, 2);
	NEAR(s.skew, 1);
}

static void test_few(void **state)
{
	double one[] = { 42 }, same[] = { 7, 7, 7 };
	struct stats s = stats_of(one, 1);

	(void)state;
	NEAR(s.low, 42);
	NEAR(s.median, 42);
	NEAR(s.mad, 0);
	s = stats_of(same, 3);
	NEAR(s.skew, 0);
	NEAR(s.mad, 0);
	s = stats_of(one, 0);
	NEAR(s.median, 0);
}

static void test_within(void **state)
{
	const double values[] = { 5, 10, 15, 16, 4 };

	(void)state;
	NEAR(stats_within(values, 5, 10, 0.5), 0.6);
	NEAR(stats_within(values, 5, 10, 0), 0.2);
	NEAR(stats_within(values, 0, 10, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_odd_count), cmocka_unit_test(test_even_count),
		cmocka_unit_test(test_outlier),   cmocka_unit_test(test_skewed),
		cmocka_unit_test(test_few),       cmocka_unit_test(test_within),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
