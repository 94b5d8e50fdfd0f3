/*
 * test_time.c - instants and lengths of time as text: known dates, and the C library as the oracle.
 */
#include "model/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void all_texts(usec_t t, const char *day, const char *hour, const char *micro)
{
	char text[TIME_TEXT], want[128];

	snprintf(want, sizeof(want), "%sT%s.%sZ", day, hour, micro);
	assert_string_equal(time_rfc3339(t, text), want);
	snprintf(want, sizeof(want), "%sT%s.%s+0000", day, hour, micro);
	assert_string_equal(time_eve(t, text), want);
	snprintf(want, sizeof(want), "%s %s UTC", day, hour);
	assert_string_equal(time_human(t, text), want);
}

static void test_known(void **state)
{
	(void)state;
	all_texts(0, "1970-01-01", "00:00:00", "000000");
	all_texts(1714564800123456, "2024-05-01", "12:00:00", "123456");
	all_texts(-1, "1969-12-31", "23:59:59", "999999");
	all_texts(-USEC_PER_SEC, "1969-12-31", "23:59:59", "000000");
	all_texts(-86400 * USEC_PER_SEC, "1969-12-31", "00:00:00", "000000");
	all_texts(-2208988800 * USEC_PER_SEC, "1900-01-01", "00:00:00", "000000");
	all_texts(951782400 * USEC_PER_SEC, "2000-02-29", "00:00:00", "000000");  /* of 400 years */
	all_texts(4107542399 * USEC_PER_SEC, "2100-02-28", "23:59:59", "000000"); /* none in 2100 */
	all_texts(4107542400 * USEC_PER_SEC, "2100-03-01", "00:00:00", "000000");
	all_texts(1709251199 * USEC_PER_SEC, "2024-02-29", "23:59:59", "000000");
	all_texts(253402300799999999, "9999-12-31", "23:59:59", "999999");
	all_texts(-62135596800 * USEC_PER_SEC, "0001-01-01", "00:00:00", "000000");
	all_texts(-62167219200 * USEC_PER_SEC, "0000-01-01", "00:00:00", "000000");
}

/* The longest texts fit, and the furthest instants are no trap. */
static void test_furthest(void **state)
{
	char text[TIME_TEXT];

	(void)state;
	assert_string_equal(time_rfc3339(INT64_MAX, text), "294247-01-10T04:00:54.775807Z");
	assert_string_equal(time_eve(INT64_MAX, text), "294247-01-10T04:00:54.775807+0000");
	assert_string_equal(time_rfc3339(INT64_MIN, text), "-290308-12-21T19:59:05.224192Z");
	assert_string_equal(time_human(INT64_MIN, text), "-290308-12-21 19:59:05 UTC");
}

static void like_gmtime(usec_t t)
{
	char text[TIME_TEXT], want[128], day[32], hour[32], micro[16];
	int64_t seconds = t / USEC_PER_SEC - (t % USEC_PER_SEC < 0);
	time_t whole = (time_t)seconds;
	struct tm tm;

	assert_non_null(gmtime_r(&whole, &tm));
	assert_true(strftime(day, sizeof(day), "%Y-%m-%d", &tm) > 0);
	assert_true(strftime(hour, sizeof(hour), "%H:%M:%S", &tm) > 0);
	snprintf(micro, sizeof(micro), "%06d", (int)(t - seconds * USEC_PER_SEC));
	snprintf(want, sizeof(want), "%sT%s.%sZ", day, hour, micro);
	assert_string_equal(time_rfc3339(t, text), want);
	snprintf(want, sizeof(want), "%sT%s.%s+0000", day, hour, micro);
	assert_string_equal(time_eve(t, text), want);
	snprintf(want, sizeof(want), "%s %s UTC", day, hour);
	assert_string_equal(time_human(t, text), want);
}

/* glibc's %Y has no leading zeros, so from the year 1000 on. */
static void test_like_gmtime(void **state)
{
	const int64_t from = -30610224000, to = 253402300799; /* years 1000 to 9999 */
	uint64_t r = 88172645463325252ull;

	(void)state;
	for (int64_t day = from; day < to; day += 86400 * 3 + 3671) /* a walk over all years */
		like_gmtime(day * USEC_PER_SEC + day % 1000);
	for (int i = 0; i < 200000; i++) {
		r ^= r << 13;
		r ^= r >> 7;
		r ^= r << 17;
		like_gmtime((from + (int64_t)(r % (uint64_t)(to - from))) * USEC_PER_SEC +
			    (int64_t)(r >> 40) % USEC_PER_SEC);
	}
}

/* Every day from 1599 to 2401: all kinds of leap years, around both centuries. */
static void test_every_day(void **state)
{
	(void)state;
	for (int64_t day = -135505; day < 157800; day++) {
		like_gmtime(day * 86400 * USEC_PER_SEC);
		like_gmtime((day + 1) * 86400 * USEC_PER_SEC - 1);
	}
}

static void test_span(void **state)
{
	static const struct {
		usec_t length;
		const char *text;
	} cases[] = {
		{0, "under 1 ms"},
		{999, "under 1 ms"},
		{1000, "1 ms"},
		{450000, "450 ms"},
		{999999, "999 ms"},
		{1000000, "1.0 s"},
		{9999999, "9.9 s"},
		{10000000, "10 s"},
		{59999999, "59 s"},
		{60000000, "1 min 0 s"},
		{200000000, "3 min 20 s"},
		{3599999999, "59 min 59 s"},
		{3600000000, "1 h 0 min"},
		{7500000000, "2 h 5 min"},
		{86399999999, "23 h 59 min"},
		{3 * 86400000000, "3 days 0 h"},
		{400 * 86400000000 + 5 * 3600000000, "400 days 5 h"},
	};
	char text[TIME_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(time_span(cases[i].length, text), cases[i].text);
	time_span(INT64_MAX, text);
	assert_string_equal(text, "106751991 days 4 h");
	assert_string_equal(time_span_japanese(450000, text), "0.4 秒");
	assert_string_equal(time_span_japanese(59999999, text), "59 秒");
	assert_string_equal(time_span_japanese(200000000, text), "3 分 20 秒");
	assert_string_equal(time_span_japanese(7500000000, text), "2 時間 5 分");
	assert_string_equal(time_span_japanese(3 * 86400000000, text), "3 日 0 時間");
}

static void parsed(const char *text, const char *instant)
{
	char again[TIME_TEXT];
	usec_t t;

	if (time_parse(&t, text) != OK)
		fail_msg("%s was not read", text);
	assert_string_equal(time_rfc3339(t, again), instant);
}

static void test_parse(void **state)
{
	static const char *const bad[] = {
		"", "2024-05-01", "2024-05-01T12:00", "2024-13-01T12:00Z", "2024-02-30T12:00Z",
		"2023-02-29T12:00Z", "1969-12-31T23:59Z", "2024-05-01T24:00Z", "2024-05-01T12:60Z",
		"2024-05-01T12:00:61Z", "2024-05-01T12:00Zz", "2024-05-01T12:00+9:00",
		"2024-05-01T12:00+24:00", "20240501T120000Z", "-024-05-01T12:00Z", "2024-05-01x12:00Z",
	};
	usec_t t = 7;

	(void)state;
	parsed("2024-05-01T12:00:00.123456Z", "2024-05-01T12:00:00.123456Z");
	parsed("2024-05-01t12:00z", "2024-05-01T12:00:00.000000Z");
	parsed("2024-02-29 00:30:00.5+09:00", "2024-02-28T15:30:00.500000Z");
	parsed("1999-12-31T23:59:60-00:30", "2000-01-01T00:30:00.000000Z");
	parsed("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999Z");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (time_parse(&t, bad[i]) != ERR_FORMAT || t != 7)
			fail_msg("'%s' was read", bad[i]);
}

static void test_parse_span(void **state)
{
	static const char *const bad[] = { "", "h", "72", "-1h", "1.5h", "72h ", " 72h", "1y", "1hh" };
	usec_t t = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (time_parse_span(&t, bad[i]) != ERR_FORMAT || t != 7)
			fail_msg("'%s' was read", bad[i]);
	assert_int_equal(time_parse_span(&t, "3654d"), ERR_LIMIT);
	assert_int_equal(time_parse_span(&t, "99999999999999999999999999w"), ERR_LIMIT);
	assert_int_equal(t, 7);
	assert_int_equal(time_parse_span(&t, "90s"), OK);
	assert_true(t == 90 * USEC_PER_SEC);
	assert_int_equal(time_parse_span(&t, "2w"), OK);
	assert_true(t == 14 * 86400 * USEC_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),       cmocka_unit_test(test_furthest),
		cmocka_unit_test(test_like_gmtime), cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_span),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_span),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
