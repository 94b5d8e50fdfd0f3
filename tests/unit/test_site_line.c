/* test_site_line.c - sites that fail, or our own line: who is blamed. */
#include "fare/line_down.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SECOND USEC_PER_SEC
#define LEAST  (5 * SECOND)
#define MOST   20

static struct site_line line;
static struct line_look looks[MOST];
static size_t count;
static usec_t now;

/* `n` sites, all good, each at a host of its own. */
static void begin(size_t n)
{
	memset(&line, 0, sizeof(line));
	now = 1795000000 * SECOND;
	count = n;
	for (size_t i = 0; i < n; i++)
		looks[i] = (struct line_look){ now, (uint32_t)i, LINE_GOOD };
}

static enum line_news see(size_t i, enum line_reach reach)
{
	now += SECOND;
	looks[i].at = now;
	looks[i].reach = reach;
	return site_line_see(&line, &looks[i], looks, count, LEAST);
}

/* All of them in turn, `rounds` times; what the last news was. */
static enum line_news see_all(enum line_reach reach, unsigned rounds)
{
	enum line_news news = LINE_SAME;

	for (unsigned k = 0; k < rounds; k++)
		for (size_t i = 0; i < count; i++) {
			enum line_news one = see(i, reach);

			news = one == LINE_SAME ? news : one;
		}
	return news;
}

static void test_one_of_many(void **state)
{
	(void)state;
	begin(10);
	for (unsigned k = 0; k < 10; k++) {
		assert_int_equal(see(0, LINE_LOST), LINE_SAME);
		assert_int_equal(see(1 + k % 9, LINE_GOOD), LINE_SAME);
	}
	assert_false(line.down);
}

static void test_all(void **state)
{
	struct said said;

	(void)state;
	begin(10);
	assert_int_equal(see_all(LINE_LOST, 1), LINE_WENT_DOWN);
	assert_true(line.down);
	site_line_words(&line, &said);
	assert_non_null(strstr(said.en, "6 of 6 sites")); /* when nothing had been good for five seconds */
	assert_non_null(strstr(said.ja, "6 サイト中 6 サイト"));
}

/* Two are too few; three at one host are that host. */
static void test_few(void **state)
{
	(void)state;
	begin(2);
	assert_int_equal(see_all(LINE_LOST, 10), LINE_SAME);
	begin(3);
	looks[1].host = looks[2].host = looks[0].host;
	assert_int_equal(see_all(LINE_LOST, 10), LINE_SAME);
	begin(3);
	looks[1].host = looks[0].host; /* three at two hosts */
	assert_int_equal(see_all(LINE_LOST, 3), LINE_WENT_DOWN);
}

static void test_two_of_three_hosts(void **state)
{
	(void)state;
	begin(3);
	for (unsigned k = 0; k < 10; k++) {
		assert_int_equal(see(0, LINE_LOST), LINE_SAME);
		assert_int_equal(see(1, LINE_LOST), LINE_SAME);
		assert_int_equal(see(2, k % 2 ? LINE_GOOD : LINE_REACHED), LINE_SAME);
	}
}

/* Outages from before prove nothing. */
static void test_before(void **state)
{
	(void)state;
	begin(4);
	looks[0].reach = looks[1].reach = LINE_NONE;
	for (unsigned k = 0; k < 10; k++) {
		assert_int_equal(see(0, LINE_NONE), LINE_SAME);
		assert_int_equal(see(1, LINE_NONE), LINE_SAME);
		assert_int_equal(see(2, LINE_LOST), LINE_SAME);
		assert_int_equal(see(3, LINE_LOST), LINE_SAME);
	}
}

/* 80 %: four of five, not three of four; and not what is longer ago than a minute. */
static void test_share(void **state)
{
	(void)state;
	begin(4);
	for (unsigned k = 0; k < 10; k++)
		for (size_t i = 0; i < 4; i++)
			assert_int_equal(see(i, i ? LINE_LOST : LINE_REACHED), LINE_SAME);
	begin(5);
	see(0, LINE_LOST);
	see(4, LINE_REACHED);
	for (size_t i = 1; i < 3; i++)
		assert_int_equal(see(i, LINE_LOST), LINE_SAME);
	see(0, LINE_LOST);
	assert_int_equal(see(3, LINE_LOST), LINE_WENT_DOWN);
	begin(3);
	for (unsigned k = 0; k < 9; k++, now += 31 * SECOND)
		assert_int_equal(see(k % 3, LINE_LOST), LINE_SAME);
}

static void test_back(void **state)
{
	(void)state;
	begin(5);
	assert_int_equal(see_all(LINE_LOST, 2), LINE_WENT_DOWN);
	assert_int_equal(see(0, LINE_LOST), LINE_SAME);
	assert_int_equal(see(1, LINE_GOOD), LINE_CAME_BACK);
	assert_false(line.down);
	assert_int_equal(line.since, now);
	for (unsigned k = 0; k < 5; k++) { /* one that is really down is its own fault then */
		assert_int_equal(see(0, LINE_LOST), LINE_SAME);
		assert_int_equal(see(1 + k % 4, LINE_GOOD), LINE_SAME);
	}
	assert_int_equal(see_all(LINE_LOST, 2), LINE_WENT_DOWN);
}

/* The system says so itself: one site is enough. */
static void test_ours(void **state)
{
	struct probe_result r = { .failed = PROBE_TCP };

	(void)state;
	begin(1);
	assert_int_equal(see_all(LINE_OURS, 5), LINE_SAME);
	assert_int_equal(see_all(LINE_OURS, 1), LINE_WENT_DOWN);
	assert_int_equal(line_reach_of(&r), LINE_LOST);
	r.ours = true;
	assert_int_equal(line_reach_of(&r), LINE_OURS);
	r = (struct probe_result){ .failed = PROBE_TLS };
	assert_int_equal(line_reach_of(&r), LINE_REACHED);
	r.failed = PROBE_DONE;
	assert_int_equal(line_reach_of(&r), LINE_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_of_many), cmocka_unit_test(test_all),	   cmocka_unit_test(test_few),
		cmocka_unit_test(test_two_of_three_hosts), cmocka_unit_test(test_before), cmocka_unit_test(test_share),
		cmocka_unit_test(test_back),	    cmocka_unit_test(test_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
