/* test_backup_judge.c - fresh, whole, proven, 3-2-1: the verdict, its sentence, its alerts. */
#include "proof/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOUR (3600 * USEC_PER_SEC)
#define DAY  (24 * HOUR)

static const usec_t now = 1767268800 * USEC_PER_SEC;

struct bench {
	struct repository repository;
	struct backup_state state;
	struct judge_ask ask;
	struct judged judged;
	char told[400]; /* rules of alerts */
};

/* Good: an hour old, all read, drilled yesterday. */
static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct backup_set *set;

	assert_non_null(b);
	b->repository = (struct repository){ .name = "office", .run = true, .every = 86400, .whole_days = 1,
					     .place = "rest:https://user:secret@host/x" };
	set = &b->state.sets[b->state.set_count++];
	snprintf(set->host, sizeof(set->host), "desk");
	snprintf(set->paths[0], sizeof(set->paths[0]), "/home");
	set->newest = now - HOUR;
	set->count = 5;
	b->state.snapshots = 5;
	b->state.watched_since = b->state.reading_since = now - 400 * DAY;
	b->state.part_count = 1;
	b->state.parts[0] = now - HOUR;
	b->state.jobs[BACKUP_LOOK].good = now;
	b->state.drill = (struct backup_drilled){ .at = now - DAY, .good_at = now - DAY, .good = true };
	b->ask = (struct judge_ask){ .repository = &b->repository, .state = &b->state, .host = "desk",
				     .now = { now, now, 1 } };
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	json_decref(b->ask.alarms);
	free(b);
	return 0;
}

static void note(void *whom, const struct alert *alert)
{
	struct bench *b = whom;
	size_t used = strlen(b->told);

	snprintf(b->told + used, sizeof(b->told) - used, "%s:%d ", alert->rule, alert->severity);
}

static const char *judge(struct bench *b)
{
	b->told[0] = '\0';
	judge_repository(&b->ask, &b->judged);
	judge_alerts(&b->ask, &b->judged, note, b);
	return standing_name(b->judged.standing);
}

static void test_good(void **state)
{
	struct bench *b = *state;

	assert_string_equal(judge(b), "good");
	assert_string_equal(b->told, "");
	assert_true(b->judged.fresh && b->judged.whole && b->judged.drilled);
}

static void test_stale(void **state)
{
	struct bench *b = *state;
	usec_t allowed = repository_age(&b->repository, LEVEL_NORMAL) * USEC_PER_SEC;
	char expected[40];

	b->state.sets[0].newest = now - allowed - HOUR;
	assert_string_equal(judge(b), "warning");
	snprintf(expected, sizeof(expected), "backup_stale:%d ", SEVERITY_WARNING);
	assert_string_equal(b->told, expected);
	assert_string_equal(b->judged.say.en, b->judged.fresh_say.en);
	b->state.sets[0].newest = now - 2 * allowed - HOUR;
	assert_string_equal(judge(b), "bad");
	snprintf(expected, sizeof(expected), "backup_stale:%d ", SEVERITY_HIGH);
	assert_string_equal(b->told, expected);
}

/* What is young enough in quiet times is told as of the level at which it is not. */
static void test_level(void **state)
{
	struct bench *b = *state;

	b->state.sets[0].newest = now - repository_age(&b->repository, LEVEL_SEVERE) * USEC_PER_SEC - HOUR;
	assert_string_equal(judge(b), "good");
	assert_true(b->judged.stale_from > LEVEL_NORMAL && b->judged.stale_from <= LEVEL_SEVERE);
	b->ask.level = LEVEL_SEVERE;
	assert_string_not_equal(judge(b), "good");
}

static void test_damaged(void **state)
{
	struct bench *b = *state;
	char expected[40];

	b->state.damaged_part = 1;
	assert_string_equal(judge(b), "bad");
	snprintf(expected, sizeof(expected), "backup_damaged:%d ", SEVERITY_CRITICAL);
	assert_string_equal(b->told, expected);
	assert_false(b->judged.whole);
}

static void test_drill_failed(void **state)
{
	struct bench *b = *state;
	char expected[40];

	b->state.drill.good = false;
	assert_string_equal(judge(b), "bad");
	snprintf(expected, sizeof(expected), "backup_unproven:%d ", SEVERITY_HIGH);
	assert_string_equal(b->told, expected);
}

/* Somebody at work is no alert at once; a wrong password is. */
static void test_trouble(void **state)
{
	struct bench *b = *state;
	struct backup_tried *tried = &b->state.jobs[BACKUP_LOOK];
	char expected[40];

	tried->trouble = TOOL_LOCKED;
	tried->since = now - HOUR;
	assert_string_equal(judge(b), "warning");
	assert_string_equal(b->told, "");
	tried->trouble = TOOL_PASSWORD;
	assert_string_equal(judge(b), "warning");
	snprintf(expected, sizeof(expected), "backup_failed:%d ", SEVERITY_WARNING);
	assert_string_equal(b->told, expected);
}

/* A job that takes hours is not too late; and what failed when we made the backups ourselves is over. */
static void test_not_late_not_over(void **state)
{
	struct bench *b = *state;

	b->state.parts[0] = now - DAY - 5 * HOUR;
	assert_string_equal(judge(b), "good");
	assert_false(b->judged.whole);
	b->state.parts[0] = now - 2 * DAY - 5 * HOUR;
	assert_string_equal(judge(b), "warning");
	b->state.parts[0] = now;
	b->state.jobs[BACKUP_RUN].trouble = TOOL_DENIED;
	assert_string_equal(judge(b), "warning");
	b->repository.run = false;
	assert_string_equal(judge(b), "good");
	assert_string_equal(b->told, "");
}

static void test_alarm(void **state)
{
	struct bench *b = *state;
	char expected[40];
	json_t *document;

	b->ask.alarms = json_pack("[{s:i, s:s, s:i, s:s, s:{s:s, s:s}}]", "id", 7, "kind", "wiped", "confidence", 90,
				  "learned", "private", "say", "en", "wiped", "ja", "消去");
	assert_string_equal(judge(b), "alarm");
	snprintf(expected, sizeof(expected), "backup_wiped:%d ", SEVERITY_CRITICAL);
	assert_string_equal(b->told, expected);
	document = judge_document(&b->ask, &b->judged);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(document, "alarm"), "id")), 7);
	assert_null(json_object_get(json_object_get(document, "alarm"), "learned"));
	json_decref(document);
}

static void test_no_secret(void **state)
{
	struct bench *b = *state;
	json_t *document;

	judge(b);
	document = judge_document(&b->ask, &b->judged);
	assert_string_equal(json_string_value(json_object_get(document, "place")), "rest:https://user@host/x");
	json_decref(document);
}

/* Folders that this machine does not write any more, and one that was written once by hand, are no news. */
static void test_sets(void **state)
{
	struct bench *b = *state;
	struct backup_set *old = &b->state.sets[b->state.set_count++], *once = &b->state.sets[b->state.set_count++];

	snprintf(old->host, sizeof(old->host), "desk");
	old->newest = now - 90 * DAY;
	old->count = 30;
	snprintf(once->host, sizeof(once->host), "other");
	once->newest = now - 90 * DAY;
	once->count = 1;
	assert_string_equal(judge(b), "good");
	once->count = 2;
	assert_string_equal(judge(b), "bad");
}

/* Two repositories on two kinds of media, one of them apart. */
static void test_rule(void **state)
{
	struct bench *b = *state;
	struct repository away = b->repository;
	struct judge_ask asks[2] = { b->ask, b->ask };
	struct judged judged[2];
	struct rule_ask rule = { asks, judged, 1 };
	json_t *sets;

	judge(b);
	judged[0] = judged[1] = b->judged;
	sets = rule_document(&rule);
	assert_int_equal(json_array_size(sets), 1);
	assert_false(json_is_true(json_object_get(json_array_get(sets, 0), "ok")));
	json_decref(sets);
	away.media = MEDIA_CLOUD;
	asks[1].repository = &away;
	rule.count = 2;
	for (int apart = 0; apart < 2; apart++) {
		away.offsite = apart;
		sets = rule_document(&rule);
		assert_int_equal(json_array_size(sets), 1);
		assert_int_equal(json_is_true(json_object_get(json_array_get(sets, 0), "ok")), apart);
		assert_int_equal(json_integer_value(json_object_get(json_array_get(sets, 0), "copies")), 3);
		json_decref(sets);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_good),  TEST(test_stale),   TEST(test_level),	    TEST(test_damaged), TEST(test_drill_failed),
		TEST(test_trouble), TEST(test_alarm), TEST(test_no_secret), TEST(test_sets),	TEST(test_rule),
		TEST(test_not_late_not_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
