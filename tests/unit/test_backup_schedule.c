/* test_backup_schedule.c - what is due when, also when the machine was off or its clock was set. */
#include "proof/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define MINUTE (60 * USEC_PER_SEC)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const usec_t noon = 1767268800 * USEC_PER_SEC; /* 2026-01-01 12:00:00 UTC */

static struct repository daily(const char *at)
{
	struct repository r = { .run = true, .every = 86400, .whole_days = 30, .drill = 0 };

	strncpy(r.at, at, sizeof(r.at) - 1);
	return r;
}

static struct backup_moment at(usec_t now)
{
	return (struct backup_moment){ now, now - noon + 100 * DAY, 7 };
}

static void tried(struct backup_state *state, enum backup_job job, struct backup_moment when)
{
	state->jobs[job].at = when;
	state->jobs[job].good = when.now;
}

static usec_t due(const struct repository *r, const struct backup_state *state, struct backup_moment now,
		  enum backup_job job)
{
	usec_t next[BACKUP_JOBS];

	schedule_next(r, state, LEVEL_NORMAL, &now, next);
	return next[job];
}

static void test_at(void **unused)
{
	struct repository r = daily("02:30");
	struct backup_state state = { .watched_since = noon };

	(void)unused;
	assert_int_equal(due(&r, &state, at(noon), BACKUP_RUN), noon + 14 * HOUR + 30 * MINUTE);
	tried(&state, BACKUP_RUN, at(noon + 14 * HOUR + 40 * MINUTE));
	assert_int_equal(due(&r, &state, at(noon + 15 * HOUR), BACKUP_RUN), noon + 38 * HOUR + 30 * MINUTE);
}

/* Made by hand in the afternoon, as by 'hinomi backup init': the night that comes is not left out, of those once a week
 * the same; but one made within the hour before is not made again. */
static void test_by_hand(void **unused)
{
	struct repository r = daily("02:30");
	struct backup_state state = { .watched_since = noon };

	(void)unused;
	tried(&state, BACKUP_RUN, at(noon + 6 * HOUR));
	assert_int_equal(due(&r, &state, at(noon + 6 * HOUR), BACKUP_RUN), noon + 14 * HOUR + 30 * MINUTE);
	tried(&state, BACKUP_RUN, at(noon + 14 * HOUR));
	assert_int_equal(due(&r, &state, at(noon + 14 * HOUR), BACKUP_RUN), noon + 38 * HOUR + 30 * MINUTE);
	r.every = 7 * 86400;
	tried(&state, BACKUP_RUN, at(noon + 6 * HOUR));
	assert_int_equal(due(&r, &state, at(noon + 6 * HOUR), BACKUP_RUN), noon + 6 * DAY + 14 * HOUR + 30 * MINUTE);
}

/* Off for ten days: one run is made up for at once, and then it is the next night again. */
static void test_missed(void **unused)
{
	struct repository r = daily("02:30");
	struct backup_state state = { .watched_since = noon };
	struct backup_moment now = at(noon + 10 * DAY);

	(void)unused;
	tried(&state, BACKUP_RUN, at(noon));
	now.boot_id = 8; /* it began anew */
	now.boot = MINUTE;
	assert_true(due(&r, &state, now, BACKUP_RUN) <= now.now);
	tried(&state, BACKUP_RUN, now);
	assert_int_equal(due(&r, &state, now, BACKUP_RUN), now.now + 14 * HOUR + 30 * MINUTE);
}

/* Set forth by a year while it runs: nothing is due for that; set back: nothing waits for a year. */
static void test_clock(void **unused)
{
	struct repository r = daily("");
	struct backup_state state = { .watched_since = noon };
	struct backup_moment forth = at(noon + HOUR), back = at(noon + 25 * HOUR);

	(void)unused;
	tried(&state, BACKUP_RUN, at(noon));
	forth.now += 365 * DAY;
	assert_int_equal(due(&r, &state, forth, BACKUP_RUN), forth.now + 23 * HOUR);
	back.now -= 365 * DAY;
	assert_int_equal(due(&r, &state, back, BACKUP_RUN), back.now);
	back.boot_id = 9; /* over a new start nobody knows: once too often */
	back.boot = MINUTE;
	assert_int_equal(due(&r, &state, back, BACKUP_RUN), back.now);
	tried(&state, BACKUP_RUN, back);
	assert_int_equal(due(&r, &state, back, BACKUP_RUN), back.now + DAY);
}

static void test_retry(void **unused)
{
	struct repository r = daily("02:30");
	struct backup_state state = { .watched_since = noon };

	(void)unused;
	tried(&state, BACKUP_RUN, at(noon));
	state.jobs[BACKUP_RUN].failed = 1;
	assert_int_equal(due(&r, &state, at(noon), BACKUP_RUN), noon + 15 * MINUTE);
	state.jobs[BACKUP_RUN].failed = 3;
	assert_int_equal(due(&r, &state, at(noon), BACKUP_RUN), noon + HOUR);
	state.jobs[BACKUP_RUN].failed = 1000;
	assert_int_equal(due(&r, &state, at(noon), BACKUP_RUN), noon + 8 * HOUR);
}

static void test_watched_only(void **unused)
{
	struct repository r = { .run = false, .every = 86400 };
	struct backup_state state = { .set_count = 0 };
	struct backup_moment now = at(noon);
	enum backup_job job;

	(void)unused;
	assert_true(schedule_due(&r, &state, LEVEL_NORMAL, &now, &job));
	assert_int_equal(job, BACKUP_LOOK);
	tried(&state, BACKUP_LOOK, now);
	assert_false(schedule_due(&r, &state, LEVEL_NORMAL, &now, &job)); /* nothing to verify without a snapshot */
	assert_int_equal(due(&r, &state, now, BACKUP_RUN), SCHEDULE_NEVER);
}

/* All parts are read once in whole_days, one each day, and the one that is damaged again and again. */
static void test_parts(void **unused)
{
	struct repository r = daily("");
	struct backup_state *state = calloc(1, sizeof(*state));
	bool read[31] = { false };

	(void)unused;
	state->snapshots = 1;
	for (unsigned day = 0; day < 30; day++) {
		uint32_t part = schedule_part(&r, state, noon + day * DAY);

		assert_in_range(part, 1, 30);
		assert_false(read[part]);
		read[part] = true;
		state->parts[part - 1] = noon + day * DAY;
	}
	assert_true(schedule_share(&r, state, noon + 29 * DAY) >= 1);
	assert_int_equal(schedule_part(&r, state, noon + 30 * DAY), 1);
	assert_true(schedule_share(&r, state, noon + 45 * DAY) < 0.55);
	state->damaged_part = 17;
	assert_int_equal(schedule_part(&r, state, noon + 30 * DAY), 17);
	r.whole_days = 10; /* that it is damaged is not forgotten */
	assert_int_equal(schedule_part(&r, state, noon + 31 * DAY), 17);
	assert_int_equal(state->part_count, 30);
	assert_int_equal(state->damaged_part, 17);
	state->damaged_part = 0; /* other parts: nothing of them was read */
	assert_int_equal(schedule_part(&r, state, noon + 31 * DAY), 1);
	assert_true(schedule_share(&r, state, noon + 31 * DAY) == 0);
	free(state);
}

/* A job that takes two hours a day, for four months: all was always read within whole_days, and no more than one part a
 * day. */
static void test_parts_keep_the_promise(void **unused)
{
	struct repository r = daily("");
	struct backup_state *state = calloc(1, sizeof(*state));
	usec_t now = noon;
	unsigned jobs = 0;

	(void)unused;
	state->snapshots = 1;
	while (now < noon + 120 * DAY) {
		usec_t begun, next = due(&r, state, at(now), BACKUP_VERIFY);

		begun = next > now ? next + MINUTE : now;
		if (begun > noon + 35 * DAY)
			assert_true(schedule_share(&r, state, begun) >= 1);
		state->parts[schedule_part(&r, state, begun) - 1] = begun;
		now = begun + 2 * HOUR;
		tried(state, BACKUP_VERIFY, at(now));
		jobs++;
	}
	assert_in_range(jobs, 100, 121);
	free(state);
}

/* borg reads all in one part, and nothing in the others: that one goes first, and is the share that was read. */
static void test_parts_of_borg(void **unused)
{
	struct repository r = daily("");
	struct backup_state *state = calloc(1, sizeof(*state));

	(void)unused;
	r.tool = TOOL_BORG;
	assert_int_equal(schedule_part(&r, state, noon), 30);
	state->parts[29] = noon;
	assert_true(schedule_share(&r, state, noon + DAY) >= 1);
	assert_int_equal(schedule_part(&r, state, noon + DAY), 1);
	for (unsigned i = 0; i < 29; i++)
		state->parts[i] = noon + (i + 1) * DAY;
	assert_true(schedule_share(&r, state, noon + 31 * DAY) <= 0);
	assert_int_equal(schedule_part(&r, state, noon + 31 * DAY), 30);
	free(state);
}

/* When parts are overdue, they are read hour by hour. */
static void test_behind(void **unused)
{
	struct repository r = daily("");
	struct backup_state *state = calloc(1, sizeof(*state));

	(void)unused;
	state->snapshots = 1;
	schedule_part(&r, state, noon);
	tried(state, BACKUP_VERIFY, at(noon + 40 * DAY));
	assert_int_equal(due(&r, state, at(noon + 40 * DAY), BACKUP_VERIFY), noon + 40 * DAY + HOUR);
	for (unsigned i = 0; i < 30; i++)
		state->parts[i] = noon + 39 * DAY;
	assert_int_equal(due(&r, state, at(noon + 40 * DAY), BACKUP_VERIFY), noon + 41 * DAY);
	free(state);
}

static void test_drill_level(void **unused)
{
	struct repository r = daily("");
	struct backup_state state = { .snapshots = 1 };
	struct backup_moment now = at(noon);
	usec_t normal[BACKUP_JOBS], severe[BACKUP_JOBS];

	(void)unused;
	tried(&state, BACKUP_DRILL, now);
	schedule_next(&r, &state, LEVEL_NORMAL, &now, normal);
	schedule_next(&r, &state, LEVEL_SEVERE, &now, severe);
	assert_int_equal(normal[BACKUP_DRILL], noon + level_rules(LEVEL_NORMAL)->drill_interval * USEC_PER_SEC);
	assert_true(severe[BACKUP_DRILL] < normal[BACKUP_DRILL]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at),	     cmocka_unit_test(test_by_hand), cmocka_unit_test(test_missed), cmocka_unit_test(test_clock),
		cmocka_unit_test(test_retry),	     cmocka_unit_test(test_watched_only),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_parts_keep_the_promise),
		cmocka_unit_test(test_parts_of_borg),	     cmocka_unit_test(test_behind), cmocka_unit_test(test_drill_level),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
