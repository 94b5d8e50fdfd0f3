/*
 * test_level.c - the vigilance levels: names, the table for people, and what counts at which level.
 */
#include "policy/level.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_names(void **state)
{
	(void)state;
	for (enum level l = LEVEL_NORMAL; l < LEVELS; l++) {
		enum level found = LEVELS;

		assert_true(level_from_name(level_name(l), &found));
		assert_int_equal(found, l);
		found = LEVELS;
		assert_true(level_from_name(level_japanese(l), &found));
		assert_int_equal(found, l);
	}
	assert_string_equal(level_name(LEVEL_GUARDED), "guarded");
	assert_string_equal(level_japanese(LEVEL_SEVERE), "厳戒");
	assert_string_equal(level_name(LEVELS), "");
}

static void test_no_name(void **state)
{
	static const char *const names[] = { "", "Normal", "normal ", "norma", "緊急", "0" };
	enum level level = LEVEL_HIGH;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(level_from_name(names[i], &level));
	assert_int_equal(level, LEVEL_HIGH);
}

/* Each level is at least as tight as the one before, in every rule, and tighter in the thresholds. */
static void test_tightens(void **state)
{
	(void)state;
	for (enum level l = LEVEL_GUARDED; l < LEVELS; l++) {
		const struct level_rules *a = level_rules(l - 1), *b = level_rules(l);

		assert_true(b->threshold_percent < a->threshold_percent && b->threshold_percent > 0);
		assert_true(b->multiplier_percent < a->multiplier_percent);
		assert_true(b->learning_percent < a->learning_percent && b->learning_percent > 0);
		assert_true(b->mail >= a->mail);
		assert_true(b->backup_age < a->backup_age && b->drill_interval < a->drill_interval);
		assert_true(b->probe_interval < a->probe_interval);
		assert_true(b->retention_percent >= a->retention_percent);
		assert_true(b->response >= a->response);
		assert_true(b->tell_from <= a->tell_from);
	}
}

/* A normal flood has to be more than the learned normal at every level. */
static void test_multiplier_stays_above_one(void **state)
{
	(void)state;
	assert_true(level_multiplier(LEVEL_SEVERE, 5) > 1.5);
	for (enum level l = LEVEL_NORMAL; l < LEVELS; l++)
		assert_true(level_multiplier(l, 1) == 1 && level_multiplier(l, 1.2) >= 1);
}

/* What is configured holds at the level normal to the last bit. */
static void test_normal_is_exact(void **state)
{
	static const double values[] = { 0, 1.0 / 3, 3, 8.3, 150, 499.99999999999994, 1e9 };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		assert_true(level_threshold(LEVEL_NORMAL, values[i]) == values[i]);
		assert_true(level_multiplier(LEVEL_NORMAL, 1 + values[i]) == 1 + values[i]);
	}
}

static void test_reached(void **state)
{
	(void)state;
	for (enum level l = LEVEL_NORMAL; l < LEVELS; l++) {
		double least = 1000.0 * level_rules(l)->threshold_percent / 100;

		assert_int_equal(level_reached(least, 1000), l);
		assert_int_equal(level_reached(least - 1, 1000), l + 1);
	}
	assert_int_equal(level_reached(0, 1000), LEVELS);
	assert_int_equal(level_reached(1e12, 1000), LEVEL_NORMAL);
}

/* Small counts: a whole number that is reached exactly counts, whatever the percent. */
static void test_reached_small(void **state)
{
	(void)state;
	for (unsigned threshold = 1; threshold <= 2000; threshold++) {
		for (enum level l = LEVEL_NORMAL; l < LEVELS; l++) {
			unsigned hundredfold = threshold * level_rules(l)->threshold_percent;
			unsigned least = (hundredfold + 99) / 100;

			assert_true(level_reached(least, threshold) <= l);
			assert_true(level_reached(least - 1.0, threshold) > l);
		}
	}
}

static void test_both_and_either(void **state)
{
	(void)state;
	assert_int_equal(level_both(LEVEL_NORMAL, LEVEL_HIGH), LEVEL_HIGH);
	assert_int_equal(level_both(LEVELS, LEVEL_NORMAL), LEVELS);
	assert_int_equal(level_either(LEVEL_GUARDED, LEVEL_HIGH), LEVEL_GUARDED);
	assert_int_equal(level_either(LEVELS, LEVEL_SEVERE), LEVEL_SEVERE);
}

/* Every cell has words in both languages that fit, and every row differs somewhere. */
static void test_table(void **state)
{
	char text[LEVEL_TEXT], first[LEVEL_TEXT];

	(void)state;
	for (unsigned row = 0; row < LEVEL_ROWS; row++) {
		assert_true(strlen(level_row_key(row)) > 0);
		for (unsigned other = 0; other < row; other++)
			assert_string_not_equal(level_row_key(row), level_row_key(other));
		for (int japanese = 0; japanese < 2; japanese++) {
			assert_true(strlen(level_row_what(row, japanese)) > 0);
			level_row_value(LEVEL_NORMAL, row, japanese, first);
			for (enum level l = LEVEL_NORMAL; l < LEVELS; l++) {
				level_row_value(l, row, japanese, text);
				assert_in_range(strlen(text), 1, LEVEL_TEXT - 2);
			}
			assert_string_not_equal(text, first);
		}
	}
}

static void test_words(void **state)
{
	char text[LEVEL_TEXT];

	(void)state;
	assert_string_equal(level_row_key(0), "threshold");
	assert_string_equal(level_row_value(LEVEL_NORMAL, 0, false, text), "as usual");
	assert_string_equal(level_row_value(LEVEL_NORMAL, 0, true, text), "通常どおり");
	assert_string_equal(level_row_value(LEVEL_HIGH, 4, false, text), "26 hours");
	assert_string_equal(level_row_value(LEVEL_SEVERE, 5, false, text), "1 day");
	assert_string_equal(level_row_value(LEVEL_HIGH, 6, true, text), "1 分");
	assert_string_equal(level_row_value(LEVEL_SEVERE, 9, true, text), "注意");
}

/* The page has each row as it is here, in both languages. */
static void test_page(void **state)
{
	static char page[16384];
	char line[1024], text[LEVEL_TEXT];
	FILE *f = fopen(HINOMI_SOURCE_ROOT "/docs/levels.md", "r");

	(void)state;
	assert_non_null(f);
	page[fread(page, 1, sizeof(page) - 1, f)] = '\0';
	fclose(f);
	for (unsigned cell = 0; cell < 2 * LEVEL_ROWS; cell++) {
		unsigned row = cell / 2;
		bool japanese = cell % 2;

		snprintf(line, sizeof(line), "\n| %s |", level_row_what(row, japanese));
		for (enum level l = LEVEL_NORMAL; l < LEVELS; l++) {
			level_row_value(l, row, japanese, text);
			snprintf(line + strlen(line), sizeof(line) - strlen(line), " %s |", text);
		}
		if (!strstr(page, line))
			fail_msg("docs/levels.md has no line%s", line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_name),
		cmocka_unit_test(test_tightens),
		cmocka_unit_test(test_multiplier_stays_above_one),
		cmocka_unit_test(test_normal_is_exact),
		cmocka_unit_test(test_reached),
		cmocka_unit_test(test_reached_small),
		cmocka_unit_test(test_both_and_either),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
