/*
 * test_store_keep.c - what is forgotten for its age or for want of room, in which order; and
 * backups.
 */
#include "store/store_backup.h"
#include "store/store_candidate.h"
#include "store/store_exception.h"
#include "store/store_level.h"
#include "store/store_series.h"
#include "store_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MEGABYTE 1000000

/* Until nothing is left to do. Returns the calls that it took. */
static unsigned keep(struct store *store, usec_t now, struct store_keeping keeping)
{
	unsigned calls = 0;
	bool more = true;

	for (; more; calls++) {
		assert_true(calls < 10000);
		assert_int_equal(store_keep(store, now, &keeping, &more), OK);
	}
	return calls;
}

static bool is_there(struct store *store, uint64_t id)
{
	struct test_seen seen = { .count = 0 };
	enum err err = store_incident_get(store, id, test_see, &seen);

	assert_true(err == OK || err == ERR_EMPTY);
	return err == OK;
}

static void test_days(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);
	uint64_t open = test_put(store, 1, SEVERITY_INFO, true);
	uint64_t closed = test_put(store, 2, SEVERITY_WARNING, false);
	uint64_t high = test_put(store, 3, SEVERITY_HIGH, false);
	uint64_t known = test_put(store, 4, SEVERITY_CRITICAL, false);
	struct store_keeping month = { .days = 30 };

	(void)state;
	assert_int_equal(
		store_evidence_put(store, closed, (struct span){ (const uint8_t *)"x", 1 }), OK);
	assert_int_equal(store_incident_annotate(store, closed, "noted", &act), OK);
	assert_int_equal(store_incident_acknowledge(store, known, &act), OK);
	keep(store, TEST_NOW + 30 * TEST_DAY, month);
	assert_true(is_there(store, closed) && is_there(store, known));
	keep(store, TEST_NOW + 30 * TEST_DAY + 10, month);
	assert_false(is_there(store, closed) || is_there(store, known));
	assert_true(is_there(store, open) && is_there(store, high));
	keep(store, TEST_NOW + 60 * TEST_DAY + 10, month);
	assert_false(is_there(store, high));
	keep(store, TEST_NOW + 36500 * TEST_DAY, (struct store_keeping){ .days = UINT32_MAX });
	assert_true(is_there(store, open));
	assert_int_equal(test_number("SELECT count(*) FROM story"), 0);
	assert_int_equal(test_number("SELECT count(*) FROM evidence"), 0);
	assert_int_equal(test_put(store, 9, SEVERITY_INFO, true), known + 1);
	store_close(store);
}

static void test_never(void **state)
{
	struct store *store = test_open();
	uint64_t closed = test_put(store, 2, SEVERITY_WARNING, false);

	(void)state;
	keep(store, TEST_NOW + 3000 * TEST_DAY, (struct store_keeping){ .days = 0 });
	assert_true(is_there(store, closed));
	store_close(store);
}

static void test_people_days(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);
	struct store_level level = { .at = TEST_NOW,
				     .to = LEVEL_HIGH,
				     .until = TEST_NOW + TEST_DAY,
				     .by = "aki",
				     .reason = "" };
	struct store_exception exception = { .rule = "scan",
					     .who = "a",
					     .whom = "b",
					     .reason = "",
					     .by = "aki",
					     .from = TEST_NOW,
					     .until = TEST_NOW + TEST_DAY };
	struct store_keeping week = { .days = 7 };

	(void)state;
	for (unsigned i = 0; i < 1200; i++)
		assert_int_equal(store_log_add(store, &act), OK);
	assert_int_equal(store_level_set(store, &level, &act), OK);
	assert_int_equal(store_level_set(store, &level, &act), OK);
	assert_int_equal(store_exception_add(store, &exception, &act), OK);
	keep(store, TEST_NOW + 366 * TEST_DAY, week);
	assert_int_equal(test_number("SELECT count(*) FROM log"), 1203);
	assert_true(keep(store, TEST_NOW + 368 * TEST_DAY, week) >= 3); /* not all in one call */
	assert_int_equal(test_number("SELECT count(*) FROM log"), 0);
	assert_int_equal(test_number("SELECT count(*) FROM exception"), 0);
	assert_int_equal(test_number("SELECT count(*) FROM level"), 1); /* the one that holds */
	store_close(store);
}

static void test_log_rows(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);

	(void)state;
	test_sql("INSERT INTO log(at, user, what, reason) WITH RECURSIVE n(i) AS "
		 "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200600) "
		 "SELECT 1700000000000000, '', 'login failed', '' FROM n");
	assert_int_equal(store_log_add(store, &act), OK);
	keep(store, TEST_NOW, (struct store_keeping){ .days = 30 });
	assert_int_equal(test_number("SELECT count(*) FROM log"), 200000);
	assert_int_equal(test_number("SELECT count(*) FROM log WHERE user = 'aki'"), 1);
	store_close(store);
}

static void test_series_days(void **state)
{
	static const char count[] = "SELECT count(*) FROM series WHERE width = 10";
	struct store *store = test_open();
	struct store_keeping month = { .days = 30 };
	struct store_bin bin = { .seconds = 10, .in_packets = 1 };

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		bin.from = TEST_NOW / USEC_PER_SEC / 3600 * 3600 + 3600 * (int64_t)i;
		assert_int_equal(store_series_add(store, &bin), OK);
	}
	keep(store, TEST_NOW + 100 * TEST_DAY / 24, month);
	assert_in_range(test_number(count), 23, 25);
	assert_int_equal(test_number("SELECT count(*) FROM series WHERE width = 60"), 100);
	keep(store, TEST_NOW + 20 * TEST_DAY, month);
	assert_int_equal(test_number("SELECT count(*) FROM series WHERE width < 3600"), 0);
	assert_int_equal(test_number("SELECT count(*) FROM series"), 100);
	keep(store, TEST_NOW + 50 * TEST_DAY, month);
	assert_int_equal(test_number("SELECT count(*) FROM series"), 0);
	store_close(store);
}

static void test_candidates(void **state)
{
	struct store_settings settings = { .folder = test_folder(), .candidates_max = 50 };
	struct store *store = NULL;
	struct store_words told;
	char key[16];
	usec_t complete = 0;

	(void)state;
	assert_int_equal(store_open(&settings, TEST_NOW, &store, &told), OK);
	for (unsigned i = 0; i < 80; i++) {
		struct store_candidate c = { .key = key,
					     .rule = "r",
					     .vector = "",
					     .who = "",
					     .whom = "",
					     .first = TEST_NOW + i,
					     .last = TEST_NOW + i };

		snprintf(key, sizeof(key), "%u", i);
		assert_int_equal(store_candidate_add(store, &c), OK);
	}
	keep(store, TEST_NOW + TEST_DAY, (struct store_keeping){ .days = 30 });
	assert_int_equal(test_number("SELECT count(*) FROM candidate"), 50);
	assert_int_equal(store_candidate_complete(store, &complete), OK);
	assert_int_equal(complete, TEST_NOW + 30);
	keep(store, TEST_NOW + 9 * TEST_DAY, (struct store_keeping){ .days = 30 });
	assert_int_equal(test_number("SELECT count(*) FROM candidate"), 0);
	store_close(store);
}

static int64_t file_size(const char *name)
{
	struct stat found;

	return stat(test_file(name), &found) == 0 ? found.st_size : 0;
}

/* Cases with packets of some size: 0: none. */
static void put_many(struct store *store, unsigned count, enum severity severity, bool open,
		     size_t packets)
{
	uint8_t *bytes = malloc(packets + 1);

	assert_non_null(bytes);
	memset(bytes, 7, packets + 1);
	for (unsigned i = 0; i < count; i++) {
		uint64_t id = test_put(store, i, severity, open);

		if (packets)
			assert_int_equal(
				store_evidence_put(store, id, (struct span){ bytes, packets }), OK);
	}
	assert_int_equal(store_commit(store), OK);
	free(bytes);
}

/* Those that go first go first, and the file really gets smaller. */
static void test_size(void **state)
{
	struct store *store = test_open();
	struct store_stats stats;
	struct store_keeping keeping = { .max_bytes = 6 * MEGABYTE };

	(void)state;
	put_many(store, 100, SEVERITY_HIGH, false, 20000);
	put_many(store, 100, SEVERITY_INFO, true, 20000);
	put_many(store, 300, SEVERITY_WARNING, false, 20000);
	assert_int_equal(store_stats(store, &stats), OK);
	assert_true(stats.bytes > 10 * MEGABYTE);
	assert_true(keep(store, TEST_NOW, keeping) > 5);
	assert_int_equal(store_stats(store, &stats), OK);
	assert_int_equal(stats.open, 100);
	assert_in_range(stats.incidents, 250, 300);
	assert_int_equal(stats.incidents_dropped, 500 - stats.incidents);
	assert_int_equal(test_number("SELECT count(*) FROM incident WHERE severity = 3"), 100);
	keeping.max_bytes = 3 * MEGABYTE;
	keep(store, TEST_NOW, keeping);
	assert_int_equal(test_number("SELECT count(*) FROM incident WHERE severity = 2"), 0);
	assert_in_range(test_number("SELECT count(*) FROM incident WHERE severity = 3"), 10, 60);
	assert_int_equal(test_number("SELECT count(*) FROM evidence, incident ON incident = id "
				     "WHERE open"),
			 100);
	keeping.max_bytes = MEGABYTE;
	keep(store, TEST_NOW, keeping);
	assert_int_equal(store_stats(store, &stats), OK);
	assert_int_equal(stats.incidents, 100);
	assert_int_equal(stats.open, 100);
	assert_in_range(test_number("SELECT count(*) FROM evidence"), 10, 60);
	store_close(store);
	assert_true(file_size("hinomi.db") <= MEGABYTE);
	store_close(test_open());
}

/* Copies until done, and does something to the store before each step. Returns the steps. */
static unsigned copy(struct store *store, struct store_backup *backup, bool write)
{
	unsigned steps = 0;
	bool done = false;

	for (; !done; steps++) {
		assert_true(steps < 1000);
		if (write && steps < 60)
			test_put(store, 1000 + steps, SEVERITY_CRITICAL, true);
		assert_int_equal(store_backup_step(backup, &done), OK);
	}
	return steps;
}

static void test_backup(void **state)
{
	struct store *store = test_open();
	struct store_backup *backup = NULL;
	unsigned steps;
	uint32_t copied, all;
	char target[100];

	(void)state;
	snprintf(target, sizeof(target), "%s", test_file("copy.db"));
	put_many(store, 200, SEVERITY_HIGH, false, 20000);
	assert_int_equal(store_backup_new(store, target, &backup), OK);
	steps = copy(store, backup, true);
	assert_true(steps > 5);
	store_backup_progress(backup, &copied, &all);
	assert_true(copied == all && all > 800);
	store_backup_free(backup);
	store_close(store);
	assert_int_equal(access(test_file("copy.db.part"), F_OK), -1);
	assert_int_equal(rename(target, test_file("hinomi.db")), 0);
	store = test_open();
	assert_int_equal(test_number("SELECT count(*) FROM evidence"), 200);
	assert_true(test_number("SELECT count(*) FROM incident WHERE severity = 4") >= 4);
	assert_int_equal(test_put(store, 1, SEVERITY_INFO, true),
			 201 + test_number("SELECT count(*) FROM incident WHERE severity = 4"));
	store_close(store);
}

/* One that is given up, or cannot begin, leaves what was there. */
static void test_backup_given_up(void **state)
{
	struct store *store = test_open();
	struct store_backup *backup = NULL;
	bool done = true;
	char target[100];

	(void)state;
	snprintf(target, sizeof(target), "%s", test_file("copy.db"));
	put_many(store, 100, SEVERITY_HIGH, false, 20000);
	assert_int_equal(store_backup_new(store, target, &backup), OK);
	copy(store, backup, false);
	store_backup_free(backup);
	assert_int_equal(store_backup_new(store, target, &backup), OK);
	assert_int_equal(store_backup_step(backup, &done), OK);
	assert_false(done);
	assert_true(file_size("copy.db.part") >= 0);
	store_backup_free(backup);
	assert_int_equal(access(test_file("copy.db.part"), F_OK), -1);
	assert_true(file_size("copy.db") > 2 * MEGABYTE);
	backup = NULL;
	assert_int_equal(store_backup_new(store, "/tmp/hinomi-none/none/copy", &backup), ERR_OPEN);
	assert_null(backup);
	put_many(store, 1, SEVERITY_HIGH, true, 0);
	store_close(store);
}

/* A copy whose bytes changed on the disk is not given the name. */
static void test_backup_damaged(void **state)
{
	struct store *store = test_open();
	struct store_backup *backup = NULL;
	enum err err = OK;
	bool done = false;
	uint32_t copied = 0, all = 1;
	char target[100];

	(void)state;
	snprintf(target, sizeof(target), "%s", test_file("copy.db"));
	put_many(store, 2000, SEVERITY_HIGH, false, 0);
	assert_int_equal(store_backup_new(store, target, &backup), OK);
	while (copied < all) {
		assert_int_equal(store_backup_step(backup, &done), OK);
		store_backup_progress(backup, &copied, &all);
	}
	FILE *part = fopen(test_file("copy.db.part"), "r+b");

	assert_non_null(part);
	for (long at = 20000; at < 400000; at += 97) {
		assert_int_equal(fseek(part, at, SEEK_SET), 0);
		fputc(0xee, part);
	}
	assert_int_equal(fclose(part), 0);
	for (unsigned i = 0; i < 50 && err == OK && !done; i++)
		err = store_backup_step(backup, &done);
	assert_int_equal(err, ERR_FORMAT);
	store_backup_free(backup);
	assert_int_equal(access(target, F_OK), -1);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_days),
		IN_FOLDER(test_never),
		IN_FOLDER(test_people_days),
		IN_FOLDER(test_series_days),
		IN_FOLDER(test_candidates),
		IN_FOLDER(test_log_rows),
		IN_FOLDER(test_size),
		IN_FOLDER(test_backup),
		IN_FOLDER(test_backup_given_up),
		IN_FOLDER(test_backup_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
