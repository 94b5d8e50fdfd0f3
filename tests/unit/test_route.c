/* test_route.c - who is told what, and when. */
#include "respond/route.h"
#include "respond_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW    (1795648521 * USEC_PER_SEC)
#define SECOND USEC_PER_SEC

static struct target usual(void)
{
	return (struct target){ .by_level = true, .levels = 15, .max_per_hour = 3 };
}

static struct message of(enum message_kind kind, enum severity severity, enum level level)
{
	struct message m = respond_message();

	m.kind = kind;
	m.severity = severity;
	m.level = level;
	return m;
}

static bool wants(const struct target *target, enum message_kind kind, enum severity severity,
		  enum level level)
{
	struct message m = of(kind, severity, level);

	return route_wants(target, &m);
}

/* What is told by level is just what the table of levels says. */
static void test_by_level(void **state)
{
	struct target target = usual();

	(void)state;
	for (unsigned level = 0; level < LEVELS; level++)
		for (unsigned s = 0; s <= SEVERITY_CRITICAL; s++)
			assert_int_equal(wants(&target, MESSAGE_OPENED, s, level),
					 s >= level_rules(level)->tell_from);
	assert_true(wants(&target, MESSAGE_LEVEL, SEVERITY_INFO, LEVEL_NORMAL));
	assert_true(wants(&target, MESSAGE_TROUBLE, SEVERITY_INFO, LEVEL_NORMAL));
}

static void test_by_severity(void **state)
{
	struct target target = usual();

	(void)state;
	target.by_level = false;
	target.least = SEVERITY_HIGH;
	target.levels = 1 << LEVEL_HIGH | 1 << LEVEL_SEVERE;
	assert_true(wants(&target, MESSAGE_WORSE, SEVERITY_HIGH, LEVEL_HIGH));
	assert_true(wants(&target, MESSAGE_ENDED, SEVERITY_CRITICAL, LEVEL_SEVERE));
	assert_false(wants(&target, MESSAGE_OPENED, SEVERITY_WARNING, LEVEL_SEVERE));
	assert_false(wants(&target, MESSAGE_OPENED, SEVERITY_CRITICAL, LEVEL_GUARDED));
	/* a siren for what is critical is silent when somebody raises the level */
	assert_false(wants(&target, MESSAGE_LEVEL, SEVERITY_INFO, LEVEL_HIGH));
	assert_true(wants(&target, MESSAGE_TROUBLE, SEVERITY_HIGH, LEVEL_NORMAL));
	assert_true(wants(&target, MESSAGE_TEST, SEVERITY_INFO, LEVEL_NORMAL));
}

/* The first goes at once; what follows waits for the end of the time since. */
static void test_when(void **state)
{
	struct route route = { .last = 0 };
	struct target target = usual();
	struct message m = of(MESSAGE_OPENED, SEVERITY_HIGH, LEVEL_NORMAL);

	(void)state;
	assert_int_equal(route_when(&route, &m, NOW, 60), NOW);
	assert_true(route_admit(&route, &target, &m, NOW));
	assert_int_equal(route_when(&route, &m, NOW + SECOND, 60), NOW + 60 * SECOND);
	assert_int_equal(route_when(&route, &m, NOW + 60 * SECOND, 60), NOW + 60 * SECOND);
	assert_int_equal(route_when(&route, &m, NOW + 90 * SECOND, 60), NOW + 90 * SECOND);
	assert_int_equal(route_when(&route, &m, NOW + SECOND, 0), NOW + SECOND);
	/* a clock that was set back */
	assert_int_equal(route_when(&route, &m, NOW - 3600 * SECOND, 60), NOW - 3600 * SECOND);
	m.severity = SEVERITY_CRITICAL;
	assert_int_equal(route_when(&route, &m, NOW + SECOND, 60), NOW + SECOND);
	m = of(MESSAGE_TEST, SEVERITY_INFO, LEVEL_NORMAL);
	assert_int_equal(route_when(&route, &m, NOW + SECOND, 60), NOW + SECOND);
	m.kind = MESSAGE_TROUBLE;
	assert_int_equal(route_when(&route, &m, NOW + SECOND, 60), NOW + SECOND);
}

static void test_bound(void **state)
{
	struct route route = { .last = 0 };
	struct target target = usual();
	struct message m = of(MESSAGE_OPENED, SEVERITY_HIGH, LEVEL_NORMAL), more;
	struct message critical = of(MESSAGE_OPENED, SEVERITY_CRITICAL, LEVEL_NORMAL);
	struct message test = of(MESSAGE_TEST, SEVERITY_INFO, LEVEL_NORMAL);

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_true(route_admit(&route, &target, &m, NOW + i * SECOND));
	assert_false(route_admit(&route, &target, &m, NOW + 4 * SECOND));
	m.count = 5; /* a group counts for all that it tells of */
	assert_false(route_admit(&route, &target, &m, NOW + 5 * SECOND));
	for (unsigned i = 0; i < 3; i++) /* a storm does not swallow what is critical */
		assert_true(route_admit(&route, &target, &critical, NOW + 6 * SECOND));
	assert_false(route_admit(&route, &target, &critical, NOW + 7 * SECOND));
	assert_true(route_admit(&route, &target, &test, NOW + 8 * SECOND));
	assert_false(route_more(&route, NOW + ROUTE_HOUR - SECOND, "https://p/", &more));
	assert_true(route_more(&route, NOW + ROUTE_HOUR, "https://p/", &more));
	assert_int_equal(more.kind, MESSAGE_MORE);
	assert_int_equal(more.count, 7);
	assert_string_equal(more.title[ENGLISH], "7 more, see the page");
	assert_string_equal(more.title[JAPANESE], "ほか 7 件あります。画面をご覧ください");
	assert_string_equal(more.link, "https://p/");
	assert_false(route_more(&route, NOW + 3 * ROUTE_HOUR, "", &more)); /* told once */
	m.count = 1;
	assert_true(route_admit(&route, &target, &m, NOW + ROUTE_HOUR)); /* it was one of three */
	assert_true(route_admit(&route, &target, &m, NOW + ROUTE_HOUR));
	assert_false(route_admit(&route, &target, &m, NOW + ROUTE_HOUR));
	target.max_per_hour = 0;
	assert_true(route_admit(&route, &target, &m, NOW + ROUTE_HOUR));
}

/* An hour of silence in between begins anew; so does a clock that was set back. */
static void test_hour(void **state)
{
	struct route route = { .last = 0 };
	struct target target = usual();
	struct message m = of(MESSAGE_OPENED, SEVERITY_HIGH, LEVEL_NORMAL);

	(void)state;
	for (unsigned i = 0; i < 9; i++)
		assert_true(route_admit(&route, &target, &m, NOW + i * ROUTE_HOUR / 3));
	for (unsigned i = 0; i < 3; i++)
		assert_true(route_admit(&route, &target, &m, NOW - 24 * ROUTE_HOUR));
	assert_false(route_admit(&route, &target, &m, NOW - 24 * ROUTE_HOUR));
}

static void test_group(void **state)
{
	struct message all[4], group;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		all[i] = respond_message();
		all[i].incident = 10 + i;
		all[i].at = NOW + i;
		snprintf(all[i].title[ENGLISH], sizeof(all[i].title[0]), "case %u", i);
		snprintf(all[i].title[JAPANESE], sizeof(all[i].title[0]), "事案%u", i);
	}
	all[1].severity = SEVERITY_WARNING;
	all[2].severity = SEVERITY_CRITICAL;
	snprintf(all[2].todo[ENGLISH], sizeof(all[2].todo[0]), "worst first\n");
	all[3].incident = 10; /* again about the first */
	all[3].kind = MESSAGE_ENDED;
	route_group(&group, all, 4);
	assert_int_equal(group.count, 3);
	assert_int_equal(group.incident, 0);
	assert_int_equal(group.severity, SEVERITY_CRITICAL);
	assert_int_equal(group.at, NOW);
	assert_string_equal(group.title[ENGLISH], "3 incidents, first of all: case 2");
	assert_string_equal(group.title[JAPANESE], "事案 3 件、最優先：事案2");
	assert_string_equal(group.summary[ENGLISH], "critical: case 2\nhigh: case 3\nwarning: case 1\n");
	assert_string_equal(group.summary[JAPANESE], "緊急：事案2\n重要：事案3\n警告：事案1\n");
	assert_string_equal(group.todo[ENGLISH], "worst first\n");
	assert_string_equal(group.who, "");
	all[1].kind = MESSAGE_LEVEL;
	route_group(&group, all, 4);
	assert_string_equal(group.title[ENGLISH], "3 messages, first of all: case 2");
}

/* Of the same incident only the last word is told, as it is. */
static void test_group_of_one(void **state)
{
	struct message all[2] = { respond_message(), respond_message() }, group;

	(void)state;
	all[1].kind = MESSAGE_WORSE;
	route_group(&group, all, 2);
	assert_memory_equal(&group, &all[1], sizeof(group));
	route_group(&group, all, 1);
	assert_memory_equal(&group, &all[0], sizeof(group));
}

/* What does not fit is counted, and nothing ends within a character. */
static void test_group_of_many(void **state)
{
	struct message *all = calloc(64, sizeof(*all)), group;
	unsigned lines = 0, left = 0;
	char *more;

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		all[i] = respond_message();
		all[i].incident = 1 + i;
		for (unsigned k = 0; k < 40; k++)
			memcpy(all[i].title[JAPANESE] + 3 * k, "火", 4);
	}
	route_group(&group, all, 64);
	assert_int_equal(group.count, 64);
	for (const char *at = group.summary[JAPANESE]; (at = strchr(at, '\n')); at++)
		lines++;
	more = strstr(group.summary[JAPANESE], "ほか ");
	assert_non_null(more);
	left = (unsigned)strtoul(more + strlen("ほか "), NULL, 10);
	assert_int_equal(lines - 1 + left, 64);
	assert_true(lines > 8);
	assert_non_null(strstr(group.summary[ENGLISH], "and "));
	free(all);
}

static void test_retry(void **state)
{
	usec_t sum = 0;

	(void)state;
	assert_int_equal(route_retry(1, 0), ROUTE_FIRST);
	assert_int_equal(route_retry(2, 0), 2 * ROUTE_FIRST);
	assert_int_equal(route_retry(4, 1024), 8 * ROUTE_FIRST);
	assert_int_equal(route_retry(20, 0), ROUTE_LONGEST);
	assert_int_equal(route_retry(UINT32_MAX, 0), ROUTE_LONGEST);
	assert_in_range(route_retry(1, 1023), ROUTE_FIRST * 6 / 5, ROUTE_FIRST * 5 / 4);
	for (unsigned tries = 1; !route_gives_up(NOW, NOW + sum); tries++) {
		sum += route_retry(tries, 512);
		assert_true(tries < 40);
	}
	assert_in_range(sum, ROUTE_GIVE_UP, ROUTE_GIVE_UP + 2 * ROUTE_LONGEST);
	assert_false(route_gives_up(NOW, NOW + ROUTE_GIVE_UP - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_level),      cmocka_unit_test(test_by_severity),
		cmocka_unit_test(test_when),	      cmocka_unit_test(test_bound),
		cmocka_unit_test(test_hour),	      cmocka_unit_test(test_group),
		cmocka_unit_test(test_group_of_one),  cmocka_unit_test(test_group_of_many),
		cmocka_unit_test(test_retry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
