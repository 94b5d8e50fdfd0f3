/* test_site_course.c - outages by agreement, slowness against the usual, availability, and the way to JSON and back. */
#include "fare/course.h"
#include "site_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SECOND USEC_PER_SEC
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

static struct course_rules rules = {
	.level = LEVEL_NORMAL, .slow_factor = 3, .again = 5 * SECOND, .timeout = 10 * SECOND, .interval = 300 * SECOND
};
static struct site_course course;
static usec_t now;

static int begin(void **state)
{
	(void)state;
	memset(&course, 0, sizeof(course));
	now = SITE_TEST_START;
	return 0;
}

static enum course_news see(const struct probe_result *r)
{
	return site_course_see(&course, r, site_course_bad(&course, r, true), &rules);
}

static enum course_news good(int64_t ms)
{
	struct probe_result r = look_good(now, ms);

	return see(&r);
}

static enum course_news bad(enum probe_phase phase)
{
	struct probe_result r = look_failed(now, phase, "connection refused");

	return see(&r);
}

/* One failed look is none, two are none; the third that agrees is, after 5 and 15 seconds. */
static void test_three_agree(void **state)
{
	(void)state;
	good(100);
	assert_int_equal(course.state, COURSE_GOOD);
	now += 300 * SECOND;
	assert_int_equal(bad(PROBE_TCP), COURSE_SAME);
	assert_true(course.again_at == now + 5 * SECOND);
	now = course.again_at;
	assert_int_equal(bad(PROBE_TCP), COURSE_SAME);
	assert_true(course.again_at == now + 15 * SECOND);
	assert_int_equal(course.state, COURSE_GOOD);
	now = course.again_at;
	assert_int_equal(bad(PROBE_TCP), COURSE_WENT_DOWN);
	assert_int_equal(course.bad, BAD_TCP);
	assert_true(course.again_at == 0 && course.since == now);
}

static void test_one_good_look_between(void **state)
{
	(void)state;
	good(100);
	for (unsigned i = 0; i < 20; i++) {
		now += 5 * SECOND;
		assert_int_equal(bad(PROBE_TCP), COURSE_SAME);
		now += 5 * SECOND;
		assert_int_equal(bad(PROBE_TCP), COURSE_SAME);
		now += 5 * SECOND;
		good(100);
	}
	assert_int_equal(course.state, COURSE_GOOD);
}

/* Failures of different kinds do not agree, but five in a row are an outage whatever they are. */
static void test_kinds(void **state)
{
	static const enum probe_phase phases[] = { PROBE_TCP, PROBE_HTTP, PROBE_TCP, PROBE_HTTP };

	(void)state;
	good(100);
	for (unsigned i = 0; i < 4; i++) {
		now += 5 * SECOND;
		assert_int_equal(bad(phases[i]), COURSE_SAME);
	}
	now += 5 * SECOND;
	assert_int_equal(bad(PROBE_TCP), COURSE_WENT_DOWN);
}

/* Three failures that lie hours apart, as nobody looked in between, are no agreement. */
static void test_far_apart(void **state)
{
	(void)state;
	good(100);
	for (unsigned i = 0; i < 4; i++) {
		now += HOUR;
		assert_int_equal(bad(PROBE_TCP), COURSE_SAME);
	}
}

static void go_down(void)
{
	for (unsigned i = 0; i < 3; i++) {
		now += 5 * SECOND;
		bad(PROBE_HTTP);
	}
	assert_int_equal(course.state, COURSE_DOWN);
}

static void test_up_after_two(void **state)
{
	(void)state;
	good(100);
	go_down();
	now += MINUTE;
	assert_int_equal(good(100), COURSE_SAME);
	assert_true(course.again_at == now + 5 * SECOND);
	now += 5 * SECOND;
	bad(PROBE_HTTP); /* not up yet */
	now += 5 * SECOND;
	assert_int_equal(good(100), COURSE_SAME);
	now += 5 * SECOND;
	assert_int_equal(good(100), COURSE_CAME_UP);
}

static void test_status(void **state)
{
	struct probe_result r = look_good(now, 100);

	(void)state;
	r.status = 503;
	assert_int_equal(site_course_bad(&course, &r, true), BAD_STATUS);
	r.status = 404;
	assert_int_equal(site_course_bad(&course, &r, true), BAD_STATUS);
	r.status = 401; /* a login is no fault ... */
	assert_int_equal(site_course_bad(&course, &r, true), BAD_NONE);
	good(100);
	assert_int_equal(site_course_bad(&course, &r, true), BAD_STATUS); /* ... where there was none, it is */
	r.status = 200;
	assert_int_equal(site_course_bad(&course, &r, false), BAD_KEYWORD);
}

static void test_flapping(void **state)
{
	(void)state;
	good(100);
	for (unsigned i = 0; i < 3; i++) {
		assert_false(site_course_flaps(&course, now));
		go_down();
		now += MINUTE;
		good(100);
		now += 5 * SECOND;
		good(100);
	}
	assert_true(site_course_flaps(&course, now));
	assert_false(site_course_flaps(&course, now + HOUR));
}

/* Twenty times 200 ms (with a little more or less), then slow. */
static void learn(void)
{
	for (unsigned i = 0; i < 20; i++, now += 300 * SECOND)
		good(190 + i);
}

static void test_slow(void **state)
{
	double usual, slow;

	(void)state;
	good(100);
	assert_false(site_course_usual(&course, now, &rules, &usual, &slow)); /* of one look nobody knows */
	begin(NULL);
	learn();
	assert_true(site_course_usual(&course, now, &rules, &usual, &slow));
	assert_true(usual > 190 && usual < 210);
	assert_true(slow >= 699 && slow < 720); /* half a second above the usual is the least */
	assert_int_equal(good(650), COURSE_SAME);
	assert_true(course.slows == 0);
	now += 300 * SECOND;
	assert_int_equal(good(2000), COURSE_SAME);
	now = course.again_at;
	assert_int_equal(good(2000), COURSE_SAME);
	now = course.again_at;
	assert_int_equal(good(2000), COURSE_WENT_SLOW);
	now += 300 * SECOND;
	assert_int_equal(good(200), COURSE_SAME);
	now += 300 * SECOND;
	assert_int_equal(good(200), COURSE_WENT_FAST);
}

/* A day of slowness does not become the usual. */
static void test_slow_is_not_learned_soon(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * 288; i++, now += 300 * SECOND)
		good(200);
	for (unsigned i = 0; i < 6 * 12; i++, now += 300 * SECOND)
		good(5000);
	assert_int_equal(course.state, COURSE_SLOW);
}

static void test_uptime(void **state)
{
	(void)state;
	assert_true(site_course_uptime(&course, now, 24) < 0);
	for (unsigned i = 0; i < 96; i++, now += 300 * SECOND) /* 8 hours */
		good(100);
	go_down();
	for (unsigned i = 0; i < 32; i++, now += 300 * SECOND) /* 2 h 40 min */
		bad(PROBE_HTTP);
	assert_true(site_course_uptime(&course, now, 24) > 0.73 && site_course_uptime(&course, now, 24) < 0.77);
	assert_true(site_course_uptime(&course, now, 1) < 0.01);
	now += 30 * 24 * HOUR; /* nobody looked: not known */
	good(100);
	assert_true(site_course_uptime(&course, now, 24 * 7) < 0.01);
}

/* A clock that was years ahead: what it counted is given up, and it is counted anew. */
static void test_uptime_after_a_wrong_clock(void **state)
{
	(void)state;
	now += 87600 * HOUR;
	for (unsigned i = 0; i < 24; i++, now += 300 * SECOND)
		good(100);
	now -= 87600 * HOUR;
	for (unsigned i = 0; i < 24; i++, now += 300 * SECOND)
		good(100);
	assert_true(site_course_uptime(&course, now, 24) > 0.99);
}

static void test_votes_of_offices(void **state)
{
	const struct agree_rule rule = { 3, MINUTE };
	struct vote votes[9];

	(void)state;
	for (unsigned i = 0; i < 9; i++)
		votes[i] = (struct vote){ i % 3, BAD_TCP, now + i * SECOND };
	assert_int_equal(agree_outage(votes, 9, now + 9 * SECOND, &rule), BAD_TCP);
	votes[7].bad = BAD_NONE; /* one of three sees it: still two of three */
	assert_int_equal(agree_outage(votes, 9, now + 9 * SECOND, &rule), BAD_TCP);
	votes[8].bad = BAD_NONE; /* two of three see it: our own line is broken */
	assert_int_equal(agree_outage(votes, 9, now + 9 * SECOND, &rule), BAD_NONE);
	assert_int_equal(agree_outage(votes, 9, now + HOUR, &rule), BAD_NONE); /* old news */
	assert_int_equal(agree_outage(votes, 0, now, &rule), BAD_NONE);
}

static void test_kept(void **state)
{
	struct site_course back;
	json_t *json;

	(void)state;
	learn();
	go_down();
	json = site_course_write(&course);
	assert_non_null(json);
	site_course_read(&back, json);
	json_decref(json);
	assert_int_equal(back.state, COURSE_DOWN);
	assert_int_equal(back.bad, BAD_HTTP);
	assert_string_equal(back.last.why, course.last.why);
	assert_memory_equal(back.hours, course.hours, sizeof(course.hours));
	assert_memory_equal(back.bins, course.bins, sizeof(course.bins));
	assert_memory_equal(back.votes, course.votes, sizeof(course.votes));
	assert_memory_equal(back.series, course.series, sizeof(course.series));
	assert_true(back.since == course.since && back.learned_at == course.learned_at);
}

/* What was kept may be damaged: numbers stay within their bounds. */
static void test_damaged(void **state)
{
	static const char *const texts[] = {
		"{}", "[]", "{\"state\":99,\"bad\":-4,\"bin_hour\":-5,\"bins\":[[70000,9]],\"hours\":[[99,[1,2]]],\"votes\":[[1,77]]}",
		"{\"bin_hour\":9223372036854775807,\"bins\":[[60,60]]}",
		"{\"last\":{\"failed\":100,\"why\":3},\"series\":{},\"turns\":[1,2,3,4,5,6,7,8,9,10]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *json = json_loads(texts[i], 0, NULL);

		assert_non_null(json);
		site_course_read(&course, json);
		json_decref(json);
		assert_true(course.state < COURSE_STATES && course.bad < BADS && course.last.failed <= PROBE_DONE);
		assert_true(course.turn_count <= COURSE_TURNS);
		good(100);
		assert_true(site_course_uptime(&course, now, 24) <= 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_three_agree, begin),
		cmocka_unit_test_setup(test_one_good_look_between, begin),
		cmocka_unit_test_setup(test_kinds, begin),
		cmocka_unit_test_setup(test_far_apart, begin),
		cmocka_unit_test_setup(test_up_after_two, begin),
		cmocka_unit_test_setup(test_status, begin),
		cmocka_unit_test_setup(test_flapping, begin),
		cmocka_unit_test_setup(test_slow, begin),
		cmocka_unit_test_setup(test_slow_is_not_learned_soon, begin),
		cmocka_unit_test_setup(test_uptime, begin),
		cmocka_unit_test_setup(test_uptime_after_a_wrong_clock, begin),
		cmocka_unit_test_setup(test_votes_of_offices, begin),
		cmocka_unit_test_setup(test_kept, begin),
		cmocka_unit_test_setup(test_damaged, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
