/*
 * test_keeper_level.c - the life of the vigilance level: raised, ended, planned, over restarts and over
 * clocks that are set back; and what the preview says of last week.
 */
#include "keeper_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR (3600 * USEC_PER_SEC)

static char *args_of(const char *format, usec_t from, usec_t until)
{
	static char args[400];
	char a[TIME_TEXT], b[TIME_TEXT];

	time_rfc3339(from, a);
	time_rfc3339(until, b);
	snprintf(args, sizeof(args), "{'to':'%s','reason':'long holidays','from':'%s','until':'%s'}", format,
		 a, b);
	return args;
}

static void plan(const char *to, usec_t from, usec_t until)
{
	good("calendar_add", args_of(to, from, until));
}

static void test_raise(void **state)
{
	json_t *level;

	(void)state;
	assert_string_equal(text_at(good("level", "{}"), "now"), "normal");
	level = good("level_set", "{'to':'high','reason':'an attack is announced','for':'72h'}");
	assert_string_equal(text_at(level, "now"), "high");
	assert_string_equal(text_at(level, "by"), "root");
	assert_string_equal(text_at(level, "reason"), "an attack is announced");
	assert_int_equal(json_array_size(at(level, "table")), LEVELS);
	assert_int_equal(json_array_size(at(level, "table.0.rows")), LEVEL_ROWS);
	assert_string_equal(text_at(level, "table.3.title.ja"), "厳戒");
	assert_string_equal(text_at(level, "history.0.to"), "high");
	assert_string_equal(text_at(level, "history.0.from"), "normal");
	assert_int_equal(tower.level, LEVEL_HIGH);
	assert_int_equal(tower_pushed("level"), 1);
	assert_int_equal(tower.tells[0].news, KEEPER_LEVEL);
	assert_string_equal(text_at(good("log", "{}"), "log.0.reason"), "an attack is announced");
	assert_string_equal(text_at(good("log", "{}"), "log.0.user"), "root");
	tower_jump(71 * HOUR);
	assert_int_equal(tower.level, LEVEL_HIGH);
	tower_jump(HOUR);
	assert_int_equal(tower.level, LEVEL_NORMAL);
	assert_true(json_is_null(at(good("log", "{}"), "log.0.user"))); /* nobody did it: it ended */
	assert_string_equal(text_at(good("level", "{}"), "now"), "normal");
}

static void test_wrong(void **state)
{
	static const char *const wrong[] = {
		"{}",
		"{'to':'high'}",
		"{'to':'high','reason':'x'}", /* it must end */
		"{'to':'high','reason':' ','for':'1h'}",
		"{'to':'high','for':'1h'}",
		"{'to':'higher','reason':'x','for':'1h'}",
		"{'to':3,'reason':'x','for':'1h'}",
		"{'to':'high','reason':'x','for':'0h'}",
		"{'to':'high','reason':'x','for':'-1h'}",
		"{'to':'high','reason':'x','for':'9999999999999999999999w'}",
		"{'to':'high','reason':'x','for':'367d'}",
		"{'to':'high','reason':'x','for':3600}",
		"{'to':'high','reason':'x','until':'2001-01-01T00:00:00Z'}",
		"{'to':'high','reason':'x','until':'9999-01-01T00:00:00Z'}",
		"{'to':'high','reason':'x','until':'tomorrow'}",
		"{'to':'high','reason':'x','for':'1h','until':'2023-11-20T00:00:00Z'}",
		"{'to':'normal','reason':'x','for':'1h'}", /* normal does not end */
		"{'to':'normal'}",
	};

	(void)state;
	for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++)
		assert_string_equal(bad("level_set", wrong[n]), "bad_request");
	assert_int_equal(tower.level, LEVEL_NORMAL);
	assert_int_equal(json_array_size(at(good("log", "{}"), "log")), 0);
}

static void test_lower(void **state)
{
	(void)state;
	good("level_set", "{'to':'severe','reason':'x','for':'2d'}");
	good("level_set", "{'to':'guarded','reason':'y','for':'1h'}");
	assert_int_equal(tower.level, LEVEL_GUARDED);
	tower_jump(2 * HOUR); /* the first decision was replaced, it does not come back */
	assert_int_equal(tower.level, LEVEL_NORMAL);
	good("level_set", "{'to':'severe','reason':'x','for':'2d'}");
	good("level_set", "{'to':'normal','reason':'over'}");
	assert_int_equal(tower.level, LEVEL_NORMAL);
	assert_true(json_is_null(at(good("level", "{}"), "until")));
}

static void test_calendar(void **state)
{
	usec_t begin = tower.now + 10 * HOUR;
	json_t *level;

	(void)state;
	plan("guarded", begin, begin + 10 * HOUR);
	assert_int_equal(tower.level, LEVEL_NORMAL);
	level = good("level", "{}");
	assert_string_equal(text_at(level, "calendar.0.to"), "guarded");
	assert_string_equal(text_at(level, "calendar.0.by"), "root");
	good("level_set", "{'to':'severe','reason':'x','for':'12h'}"); /* ends within the plan */
	tower_jump(11 * HOUR);
	assert_int_equal(tower.level, LEVEL_SEVERE); /* the higher one holds */
	tower_jump(2 * HOUR);
	assert_int_equal(tower.level, LEVEL_GUARDED); /* back to what the calendar says */
	assert_string_equal(text_at(good("level", "{}"), "reason"), "long holidays");
	good("level_set", "{'to':'normal','reason':'a quiet one'}"); /* a person means it */
	tower_jump(HOUR);
	assert_int_equal(tower.level, LEVEL_NORMAL);
	tower_jump(24 * HOUR);
	assert_int_equal(tower.level, LEVEL_NORMAL);
	assert_int_equal(json_array_size(at(good("level", "{}"), "calendar")), 0);
}

/* A plan is higher than a decision made before it began. */
static void test_plan_above(void **state)
{
	usec_t begin = tower.now + HOUR;

	(void)state;
	good("level_set", "{'to':'guarded','reason':'x','for':'10h'}");
	plan("high", begin, begin + HOUR);
	tower_jump(HOUR + HOUR / 2);
	assert_int_equal(tower.level, LEVEL_HIGH);
	tower_jump(HOUR);
	assert_int_equal(tower.level, LEVEL_GUARDED);
	tower_jump(10 * HOUR);
	assert_int_equal(tower.level, LEVEL_NORMAL);
}

static void test_calendar_wrong(void **state)
{
	usec_t now = tower.now;

	(void)state;
	assert_string_equal(bad("calendar_add", args_of("normal", now, now + HOUR)), "bad_request");
	assert_string_equal(bad("calendar_add", args_of("high", now + HOUR, now)), "bad_request");
	assert_string_equal(bad("calendar_add", args_of("high", now - 2 * HOUR, now - HOUR)), "bad_request");
	assert_string_equal(bad("calendar_add", args_of("high", now, now + 9000 * HOUR)), "bad_request");
	assert_string_equal(bad("calendar_remove", "{'id':1,'reason':'x'}"), "not_found");
	plan("high", now - HOUR, now + HOUR); /* holds at once */
	assert_int_equal(tower.level, LEVEL_HIGH);
	assert_string_equal(bad("calendar_remove", "{'id':1}"), "bad_request");
	good("calendar_remove", "{'id':'1','reason':'a mistake'}");
	assert_int_equal(tower.level, LEVEL_NORMAL);
	for (unsigned n = 0; n < 200; n++)
		plan("high", now + HOUR, now + 2 * HOUR);
	assert_string_equal(bad("calendar_add", args_of("high", now, now + HOUR)), "limit");
}

/* Those of the configuration hold like those of people. */
static void test_configured(void **state)
{
	struct keeper_plan plan = { LEVEL_HIGH, tower.now, tower.now + HOUR, "New Year" };

	(void)state;
	tower.settings.plans = &plan;
	tower.settings.plan_count = 1;
	keeper_configure(tower.keeper, &tower.settings);
	assert_int_equal(tower.level, LEVEL_HIGH);
	assert_string_equal(text_at(good("level", "{}"), "calendar.0.reason"), "New Year");
	assert_string_equal(text_at(good("level", "{}"), "calendar.0.by"), "configuration");
	assert_string_equal(bad("calendar_remove", "{'id':0,'reason':'x'}"), "conflict");
	tower.settings.plan_count = 0;
	keeper_configure(tower.keeper, &tower.settings);
	assert_int_equal(tower.level, LEVEL_NORMAL);
}

static void test_restart(void **state)
{
	(void)state;
	good("level_set", "{'to':'high','reason':'x','for':'3h'}");
	tower_restart();
	assert_int_equal(tower.level, LEVEL_HIGH);
	assert_string_equal(text_at(good("level", "{}"), "by"), "root");
	tower.now += 4 * HOUR; /* it ends while the tower is down */
	tower_restart();
	assert_int_equal(tower.level, LEVEL_NORMAL);
	assert_true(json_is_null(at(good("log", "{}"), "log.0.user")));
}

/* Three hours stay three hours, however the clock is set. */
static void test_clock_back(void **state)
{
	unsigned hours = 0;

	(void)state;
	good("level_set", "{'to':'high','reason':'x','for':'3h'}");
	tower_jump(HOUR);
	tower_jump(-1000 * HOUR);
	assert_int_equal(tower.level, LEVEL_HIGH);
	assert_non_null(strstr(text_at(good("log", "{}"), "log.0.what.en"), "clock"));
	for (; tower.level == LEVEL_HIGH && hours < 10; hours++)
		tower_jump(HOUR);
	assert_in_range(hours, 2, 3);
	good("level_set", "{'to':'high','reason':'x','for':'3h'}");
	tower_jump(20 * USEC_PER_SEC);
	tower.now -= 1000 * HOUR; /* while it is down */
	tower_restart();
	assert_int_equal(tower.level, LEVEL_HIGH);
	tower_jump(3 * HOUR);
	assert_int_equal(tower.level, LEVEL_NORMAL);
	tower_jump(-2 * HOUR); /* what has ended does not come back */
	assert_int_equal(tower.level, LEVEL_NORMAL);
}

/* Cases as the grouping tells them: so many of a rule that count from a level on. */
static void cases(uint64_t first, unsigned count, enum level level, const char *rule)
{
	for (unsigned n = 0; n < count; n++) {
		struct incident i = flood(first + n);

		i.rule = rule;
		i.vector = strcmp(rule, "flood") == 0 ? VECTOR_SYN : VECTOR_NONE;
		i.key = (first + n) * 7919;
		i.level = level;
		keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
		keeper_incident(tower.keeper, &i, INCIDENT_CLOSED, tower.now);
	}
}

static void test_preview(void **state)
{
	json_t *preview;

	(void)state;
	cases(1, 5, LEVEL_SEVERE, "flood"); /* more than a week ago */
	tower_jump(8 * 24 * HOUR);
	cases(20, 3, LEVEL_NORMAL, "flood");
	cases(30, 4, LEVEL_GUARDED, "scan");
	cases(40, 2, LEVEL_HIGH, "flood");
	tower_pass(1);
	preview = good("level_preview", "{'to':'guarded'}");
	assert_int_equal(number_at(preview, "week.alarms_now"), 3);
	assert_int_equal(number_at(preview, "week.alarms_then"), 7);
	assert_int_equal(json_array_size(at(preview, "week.more")), 1);
	assert_string_equal(text_at(preview, "week.more.0.rule"), "scan");
	assert_int_equal(number_at(preview, "week.more.0.now"), 0);
	assert_int_equal(number_at(preview, "week.more.0.then"), 4);
	assert_int_equal(json_array_size(at(preview, "week.more.0.examples")), 3);
	assert_true(strncmp(text_at(preview, "week.more.0.examples.0.whom"), "203.0.113.3", 11) == 0);
	assert_true(json_is_true(at(preview, "week.complete")));
	assert_non_null(strstr(text_at(preview, "week.say.en"), "4 more"));
	assert_non_null(strstr(text_at(preview, "week.say.ja"), "4 件増"));
	assert_true(json_array_size(at(preview, "changes")) >= 3);
	assert_string_equal(text_at(preview, "changes.0.key"), level_row_key(0));
	preview = good("level_preview", "{'to':'high'}");
	assert_int_equal(number_at(preview, "week.alarms_then"), 9);
	preview = good("level_preview", "{'to':'normal'}");
	assert_int_equal(json_array_size(at(preview, "changes")), 0);
	assert_int_equal(json_array_size(at(preview, "week.more")), 0);
	good("level_set", "{'to':'guarded','reason':'x','for':'1h'}");
	preview = good("level_preview", "{'to':'normal'}");
	assert_int_equal(number_at(preview, "week.alarms_now"), 7);
	assert_int_equal(number_at(preview, "week.alarms_then"), 3);
	assert_non_null(strstr(text_at(preview, "week.say.en"), "4 fewer"));
	assert_string_equal(bad("level_preview", "{}"), "bad_request");
	assert_string_equal(bad("level_preview", "{'to':''}"), "bad_request");
}

/* A candidate that became an incident is one alarm; what is silenced is none. */
static void test_preview_once(void **state)
{
	struct incident i = flood(1), other = flood(2);
	json_t *preview;

	(void)state;
	i.level = other.level = LEVEL_GUARDED;
	keeper_incident(tower.keeper, &i, INCIDENT_OPENED, tower.now);
	good("level_set", "{'to':'guarded','reason':'x','for':'1h'}");
	keeper_incident(tower.keeper, &other, INCIDENT_OPENED, tower.now);
	preview = good("level_preview", "{'to':'normal'}");
	assert_int_equal(number_at(preview, "week.alarms_now"), 2);
	assert_int_equal(number_at(preview, "week.alarms_then"), 0);
	good("silence", "{'id':1,'reason':'a test of ours','for':'1h'}");
	preview = good("level_preview", "{'to':'normal'}");
	assert_int_equal(number_at(preview, "week.alarms_now"), 1);
}

static void test_preview_incomplete(void **state)
{
	json_t *preview;

	(void)state;
	cases(1, 2, LEVEL_HIGH, "flood");
	tower_jump(50 * HOUR);
	preview = good("level_preview", "{'to':'high'}");
	assert_false(json_is_true(at(preview, "week.complete")));
	assert_int_equal(number_at(preview, "week.alarms_then"), 2);
	assert_non_null(strstr(text_at(preview, "week.say.en"), "2 days 2 h"));
	assert_non_null(strstr(text_at(preview, "week.say.ja"), "2 日 2 時間"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TOWER(test_raise),		  WITH_TOWER(test_wrong),
		WITH_TOWER(test_lower),		  WITH_TOWER(test_calendar),
		WITH_TOWER(test_plan_above),	  WITH_TOWER(test_calendar_wrong),
		WITH_TOWER(test_configured),	  WITH_TOWER(test_restart),
		WITH_TOWER(test_clock_back),	  WITH_TOWER(test_preview),
		WITH_TOWER(test_preview_once),	  WITH_TOWER(test_preview_incomplete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
