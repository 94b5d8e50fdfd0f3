/* test_drill_draw.c - the sample of a restore drill is as random as it says. */
#include "drill/draw.h"

#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define FILES 100
#define TAKEN 10
#define DRAWS 4000

/* Quantiles of chi-square at 0.0005 and 0.9995, with 99 degrees of freedom and with 98. The seeds are fixed, so what
 * holds once holds always. */
static const double range_99[] = { 59.13, 151.93 }, range_98[] = { 58.36, 150.70 };

static void in_range(double chi, const double range[2])
{
	if (chi < range[0] || chi > range[1])
		fail_msg("chi-square is %.1f", chi);
}

static void offer(struct draw *draw, uint64_t number, uint64_t size)
{
	char path[40];
	struct snapshot_file file = { .kind = FILE_PLAIN, .size = size };

	snprintf(path, sizeof(path), "/f%llu", (unsigned long long)number);
	file.path = text_span(path);
	assert_int_equal(draw_offer(draw, &file, number), OK);
}

/* How often each file was among the first `first` of a sample of `taken`, over all seeds. */
static void draw(enum draw_by by, size_t taken, size_t first, unsigned counts[FILES])
{
	for (unsigned seed = 0; seed < DRAWS; seed++) {
		struct draw sample;

		assert_int_equal(draw_open(&sample, by, taken, seed), OK);
		for (uint64_t number = 0; number < FILES; number++)
			offer(&sample, number, number);
		assert_int_equal(sample.count, taken);
		draw_order(&sample);
		for (size_t i = 0; i < first; i++)
			counts[sample.files[i].number]++;
		draw_close(&sample);
	}
}

static void test_same_chance(void **state)
{
	unsigned counts[FILES] = { 0 };
	double chi = 0, expected = (double)DRAWS * TAKEN / FILES;

	(void)state;
	draw(DRAW_BY_FILES, TAKEN, TAKEN, counts);
	for (size_t i = 0; i < FILES; i++)
		chi += (counts[i] - expected) * (counts[i] - expected) / expected;
	chi *= (double)(FILES - 1) / (FILES - TAKEN); /* drawn without putting back */
	in_range(chi, range_99);
}

/* The order is random, too: of the larger files none comes first. */
static void test_order_is_random(void **state)
{
	unsigned counts[FILES] = { 0 };
	double chi = 0, expected = (double)DRAWS * 3 / FILES;

	(void)state;
	draw(DRAW_BY_FILES, 40, 3, counts);
	for (size_t i = 0; i < FILES; i++)
		chi += (counts[i] - expected) * (counts[i] - expected) / expected;
	chi *= (double)(FILES - 1) / (FILES - 3);
	in_range(chi, range_99);
}

static void test_chance_by_bytes(void **state)
{
	unsigned counts[FILES] = { 0 };
	double chi = 0, all = FILES * (FILES - 1) / 2.0;

	(void)state;
	draw(DRAW_BY_BYTES, 1, 1, counts);
	assert_int_equal(counts[0], 0); /* an empty file */
	for (size_t i = 1; i < FILES; i++) {
		double expected = DRAWS * (double)i / all;

		chi += (counts[i] - expected) * (counts[i] - expected) / expected;
	}
	in_range(chi, range_98);
}

static void test_fewer_than_wanted(void **state)
{
	struct draw sample;

	(void)state;
	assert_int_equal(draw_open(&sample, DRAW_BY_FILES, 50, 1), OK);
	for (uint64_t number = 0; number < 7; number++)
		offer(&sample, number, 1);
	assert_int_equal(sample.count, 7);
	assert_false(draw_has(&sample, 3)); /* in it, but not taken */
	for (size_t i = 0; i < sample.count; i++)
		sample.files[i].taken = true;
	assert_true(draw_has(&sample, 3));
	assert_false(draw_has(&sample, 7));
	draw_close(&sample);
}

static void test_bounds(void **state)
{
	struct draw sample;

	(void)state;
	assert_int_equal(draw_open(&sample, DRAW_BY_FILES, SIZE_MAX, 1), OK);
	assert_int_equal(sample.max, DRAW_MAX);
	for (uint64_t number = 0; number < 3 * DRAW_MAX; number++)
		offer(&sample, number, 1);
	assert_int_equal(sample.count, DRAW_MAX);
	draw_close(&sample);
	assert_int_equal(draw_open(&sample, DRAW_BY_FILES, 0, 1), OK);
	offer(&sample, 0, 1);
	assert_int_equal(sample.count, 0);
	draw_close(&sample);
}

/* What was drawn depends on the seed alone. */
static void test_same_seed_same_sample(void **state)
{
	struct draw samples[3];
	size_t same = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(draw_open(&samples[i], DRAW_BY_FILES, TAKEN, i == 2 ? 6 : 5), OK);
		for (uint64_t number = 0; number < 10000; number++)
			offer(&samples[i], number, 1);
		draw_order(&samples[i]);
	}
	for (size_t i = 0; i < TAKEN; i++) {
		assert_int_equal(samples[0].files[i].number, samples[1].files[i].number);
		same += samples[0].files[i].number == samples[2].files[i].number;
	}
	assert_true(same < TAKEN);
	for (int i = 0; i < 3; i++)
		draw_close(&samples[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_chance),
		cmocka_unit_test(test_order_is_random),
		cmocka_unit_test(test_chance_by_bytes),
		cmocka_unit_test(test_fewer_than_wanted),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_same_seed_same_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
