/* test_backup_seen.c - snapshots that vanished or come from the future, and what the rules of retention may take. */
#include "proof/retain.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY (86400 * USEC_PER_SEC)

static const usec_t now = 1767268800 * USEC_PER_SEC; /* 2026-01-01 12:00:00 UTC */

/* One a day, the newest an hour old. */
static void fill(struct seen *seen, unsigned days)
{
	for (unsigned i = 0; i < days; i++) {
		struct seen_one one = { .at = now - 3600 * USEC_PER_SEC - (days - 1 - i) * DAY, .set = 1, .ours = true };

		snprintf(one.id, sizeof(one.id), "id%05u", i);
		assert_int_equal(seen_add(seen, &one), OK);
	}
}

static void add(struct seen *seen, const char *id, usec_t at, bool ours)
{
	struct seen_one one = { .at = at, .set = 1, .ours = ours };

	snprintf(one.id, sizeof(one.id), "%s", id);
	assert_int_equal(seen_add(seen, &one), OK);
}

static void drop(struct seen *seen, size_t which)
{
	memmove(&seen->ones[which], &seen->ones[which + 1], (seen->count - which - 1) * sizeof(*seen->ones));
	seen->count--;
}

static struct seen_finding judge(struct seen *before, struct seen *after, bool run, bool clock)
{
	struct repository r = { .run = run };
	struct seen_finding finding;

	seen_judge(&(struct seen_ask){ before, after, &r, now, clock }, &finding);
	return finding;
}

static void test_vanished(void **state)
{
	struct seen before = { 0 }, after = { 0 };

	(void)state;
	fill(&before, 20);
	fill(&after, 20);
	assert_int_equal(judge(&before, &after, true, true).why, SEEN_FINE);
	drop(&after, 3);
	assert_int_equal(judge(&before, &after, true, true).why, SEEN_VANISHED);
	assert_string_equal(judge(&before, &after, true, true).examples[0], "id00003");
	assert_int_equal(judge(&before, &after, false, true).why, SEEN_FINE); /* others' retention */
	assert_int_equal(judge(&before, &after, false, true).vanished, 1);
	before.ones[3].gone = true; /* it was us */
	assert_int_equal(judge(&before, &after, true, true).why, SEEN_FINE);
	seen_free(&before);
	seen_free(&after);
}

static void test_others(void **state)
{
	struct seen before = { 0 }, after = { 0 };

	(void)state;
	fill(&before, 20);
	fill(&after, 20);
	drop(&after, 19);
	assert_int_equal(judge(&before, &after, false, true).why, SEEN_NEWEST_GONE);
	seen_free(&after);
	fill(&after, 20);
	for (unsigned i = 0; i < 12; i++)
		drop(&after, 0);
	assert_int_equal(judge(&before, &after, false, true).why, SEEN_MOST_GONE);
	seen_free(&before);
	seen_free(&after);
}

/* restic gives a snapshot another id when its tags change. */
static void test_rewritten(void **state)
{
	struct seen before = { 0 }, after = { 0 };

	(void)state;
	fill(&before, 5);
	fill(&after, 5);
	snprintf(after.ones[2].id, SNAPSHOT_ID, "retagged");
	assert_int_equal(judge(&before, &after, true, true).why, SEEN_FINE);
	before.ones[2].tree = after.ones[2].tree = 7;
	assert_int_equal(judge(&before, &after, true, true).why, SEEN_FINE);
	after.ones[2].tree = 8; /* another one was put in its place, with its time and host */
	assert_int_equal(judge(&before, &after, true, true).why, SEEN_VANISHED);
	seen_free(&before);
	seen_free(&after);
}

/* More than are remembered: the oldest falls out when one comes, and did not vanish; one between them did. */
static void test_beyond(void **state)
{
	struct seen before = { 0 }, after = { 0 };

	(void)state;
	fill(&before, SEEN_MAX);
	fill(&after, SEEN_MAX);
	add(&after, "new", now, true);
	assert_int_equal(after.count, SEEN_MAX);
	assert_int_equal(judge(&before, &after, true, true).why, SEEN_FINE);
	drop(&after, 100);
	assert_int_equal(judge(&before, &after, true, true).vanished, 1);
	seen_free(&before);
	seen_free(&after);
}

static void test_future(void **state)
{
	struct seen before = { 0 }, after = { 0 };

	(void)state;
	fill(&before, 5);
	fill(&after, 5);
	add(&after, "ahead", now + 600 * USEC_PER_SEC, false); /* clocks differ */
	assert_int_equal(judge(&before, &after, false, true).why, SEEN_FINE);
	add(&after, "dummy", now + 300 * DAY, false);
	assert_int_equal(judge(&before, &after, false, true).why, SEEN_FUTURE);
	assert_string_equal(judge(&before, &after, false, true).examples[0], "dummy");
	assert_int_equal(judge(&before, &after, false, false).why, SEEN_FINE); /* our own clock is wrong */
	seen_free(&before);
	seen_free(&after);
}

/* --- what may be forgotten */

static const struct repository rules = { .run = true, .keep_last = 7, .keep_daily = 14, .keep_weekly = 8 };

static bool allowed(struct seen *seen)
{
	struct words why = { "", "" };
	bool good = retain_allows(&(struct retain_ask){ &rules, seen, now }, &why);

	assert_int_equal(good, !*why.en);
	assert_int_equal(good, !*why.ja);
	return good;
}

static void test_ordinary(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	fill(&seen, 20);
	assert_true(allowed(&seen));
	seen.ones[1].gone = seen.ones[2].gone = true; /* two of the older ones of one week */
	assert_true(allowed(&seen));
	seen_free(&seen);
}

static void test_too_many(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	fill(&seen, 20);
	for (unsigned i = 0; i < 13; i++) /* seven stay: fourteen days were to */
		seen.ones[i].gone = true;
	assert_false(allowed(&seen));
	seen_free(&seen);
	fill(&seen, 20);
	seen.ones[15].gone = true; /* one of the last seven */
	assert_false(allowed(&seen));
	seen_free(&seen);
}

static void test_dummy_of_future(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	fill(&seen, 20);
	seen.ones[0].gone = true;
	assert_true(allowed(&seen));
	add(&seen, "dummy", now + 3650 * DAY, false);
	assert_false(allowed(&seen));
	seen_free(&seen);
}

/* Many that are dated now push the good ones out of keep_last. */
static void test_flood(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	fill(&seen, 20);
	seen.ones[0].gone = true;
	for (unsigned i = 0; i < 3; i++)
		add(&seen, (const char *[]){ "x1", "x2", "x3" }[i], now - i * 60 * USEC_PER_SEC, false);
	assert_true(allowed(&seen));
	add(&seen, "x4", now, false);
	assert_false(allowed(&seen));
	seen_free(&seen);
}

/* Our own runs by hand are no flood. */
static void test_by_hand(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	fill(&seen, 20);
	seen.ones[0].gone = true;
	for (unsigned i = 0; i < 9; i++) {
		char id[12];

		snprintf(id, sizeof(id), "hand%u", i);
		add(&seen, id, now - i * 60 * USEC_PER_SEC, true);
	}
	assert_true(allowed(&seen));
	seen_free(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vanished),	cmocka_unit_test(test_others),
		cmocka_unit_test(test_rewritten),	cmocka_unit_test(test_future),
		cmocka_unit_test(test_ordinary),	cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_dummy_of_future), cmocka_unit_test(test_flood),
		cmocka_unit_test(test_by_hand),		cmocka_unit_test(test_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
