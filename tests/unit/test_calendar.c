/* test_calendar.c - days as people write them, and when an entry of the calendar holds. */
#include "config/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void test_days(void **state)
{
	static const char *const good[] = { "12-28", "02-29", "2028-02-29", "2027-01-01 00:01", "04-29 23:59" };
	static const char *const bad[] = { "",	       "1-1",	     "13-01",	    "00-10",
					   "02-30",    "2027-02-29", "04-31",	    "12-28 ",
					   "12-28 1:00", "12-28 24:00", "12-28 23:60", "12-28T10:00",
					   "2027-12",  "1969-12-28", "12-28 10:00x" };
	struct calendar_day day;
	char text[CALENDAR_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(calendar_parse(&day, good[i]), OK);
		assert_string_equal(calendar_text(&day, text), good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(calendar_parse(&day, bad[i]), ERR_FORMAT);
}

static usec_t at(const char *text)
{
	struct tm tm = { .tm_isdst = -1 };

	assert_non_null(strptime(text, "%Y-%m-%d %H:%M", &tm));
	return (usec_t)mktime(&tm) * USEC_PER_SEC;
}

static void holds(const char *from, const char *until, const char *now, const char *begin, const char *end)
{
	struct calendar_entry entry = { .to = LEVEL_HIGH };
	usec_t first, last;

	assert_int_equal(calendar_parse(&entry.from, from), OK);
	assert_int_equal(calendar_parse(&entry.until, until), OK);
	if (!begin) {
		assert_false(calendar_next(&entry, at(now), &first, &last));
		return;
	}
	assert_true(calendar_next(&entry, at(now), &first, &last));
	assert_int_equal(first, at(begin));
	assert_int_equal(last, at(end));
}

static void test_next(void **state)
{
	(void)state;
	holds("04-29", "05-06", "2027-01-01 00:00", "2027-04-29 00:00", "2027-05-06 00:00");
	holds("04-29", "05-06", "2027-05-01 12:00", "2027-04-29 00:00", "2027-05-06 00:00");
	holds("04-29", "05-06", "2027-05-06 00:00", "2028-04-29 00:00", "2028-05-06 00:00");
	/* over the end of the year, from both sides of it */
	holds("12-28 18:00", "01-04 09:00", "2026-12-30 00:00", "2026-12-28 18:00", "2027-01-04 09:00");
	holds("12-28 18:00", "01-04 09:00", "2027-01-03 00:00", "2026-12-28 18:00", "2027-01-04 09:00");
	holds("12-28 18:00", "01-04 09:00", "2027-01-04 09:00", "2027-12-28 18:00", "2028-01-04 09:00");
	holds("2027-12-28", "2028-01-04", "2027-01-01 00:00", "2027-12-28 00:00", "2028-01-04 00:00");
	holds("2027-12-28", "2028-01-04", "2028-01-04 00:00", NULL, NULL);
	holds("2027-05-02", "2027-05-01", "2027-01-01 00:00", NULL, NULL);
	/* 29 February is 1 March in other years */
	holds("02-29", "03-02", "2027-01-01 00:00", "2027-03-01 00:00", "2027-03-02 00:00");
}

/* In local time: at 9 in the morning where people are, not where Greenwich is. */
static void test_zone(void **state)
{
	struct calendar_entry entry = { .from = { 2027, 1, 1, 9, 0 }, .until = { 2027, 1, 2, 0, 0 } };
	usec_t from, until;

	(void)state;
	setenv("TZ", "Asia/Tokyo", 1);
	tzset();
	assert_true(calendar_next(&entry, 0, &from, &until));
	assert_int_equal(from, 1798761600 * USEC_PER_SEC); /* 2027-01-01T00:00:00Z */
	test_next(state);
	setenv("TZ", "America/New_York", 1);
	tzset();
	test_next(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
