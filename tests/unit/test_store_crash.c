/*
 * test_store_crash.c - processes that are killed, disks that are full, other programs at the same
 * file.
 */
#include "store_test.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ROUNDS   100
#define PROMISES 20000
#define LATEST   90000 /* microseconds that a process lives at most */

/* Acknowledges one after the other, and reports each once the call returned; until it is killed. */
static void acknowledge_on(int report)
{
	struct store *store = test_open();

	for (unsigned i = 0;; i++) {
		struct store_act act = test_act(TEST_NOW);
		uint64_t id = test_put(store, i, SEVERITY_HIGH, true);

		if (store_incident_acknowledge(store, id, &act) != OK ||
		    write(report, &id, sizeof(id)) != sizeof(id))
			_exit(1);
	}
}

struct promises {
	uint64_t ids[PROMISES];
	unsigned count;
};

/* One process that lives for some time. */
static void round_of(struct promises *promises, unsigned microseconds)
{
	int ends[2], status;
	uint64_t id;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		acknowledge_on(ends[1]);
	close(ends[1]);
	usleep(microseconds);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	while (read(ends[0], &id, sizeof(id)) == sizeof(id)) {
		assert_true(promises->count < PROMISES);
		promises->ids[promises->count++] = id;
	}
	close(ends[0]);
}

static void test_killed(void **state)
{
	struct promises *promises = calloc(1, sizeof(*promises));
	unsigned seed = 4;

	(void)state;
	assert_non_null(promises);
	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned checked = promises->count;
		struct store *store;

		round_of(promises, (unsigned)rand_r(&seed) % LATEST);
		store = test_open(); /* nothing is damaged either */
		for (unsigned p = i % 10 ? checked : 0; p < promises->count; p++)
			assert_string_equal(test_get(store, promises->ids[p]).acknowledged_by,
					    "aki");
		store_close(store);
	}
	print_message("%u promises kept in %d rounds\n", promises->count, ROUNDS);
	assert_true(promises->count > ROUNDS);
	free(promises);
}

/* Puts and commits until it fails; how many incidents are safe is left in *safe. */
static enum err fill_up(struct store *store, unsigned *safe)
{
	enum err err = OK;

	for (*safe = 0; err == OK && *safe < 100000; (*safe)++) {
		struct store_incident incident = test_case(*safe);

		err = store_incident_put(store, &incident);
		if (err == OK)
			err = store_commit(store);
	}
	(*safe)--;
	return err;
}

static unsigned incidents(struct store *store)
{
	struct store_stats stats;

	return store_stats(store, &stats) == OK ? (unsigned)stats.incidents : 0;
}

#define CHECK(truth)                                                                               \
	do {                                                                                       \
		if (!(truth))                                                                      \
			return __LINE__ % 100 + 1; /* for test_child() */                          \
	} while (0)

/* The system says EFBIG: an error of writing that is none of a full disk. It passes. */
static int size_limited(void *whom)
{
	struct rlimit limit = { 700000, RLIM_INFINITY };
	struct store *store = test_open();
	struct store_incident incident = test_case(1);
	unsigned safe;

	(void)whom;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	CHECK(fill_up(store, &safe) == ERR_WRITE && safe > 10);
	CHECK(strstr(store_trouble(store)->en, "writing") && store_trouble(store)->ja[0]);
	CHECK(incidents(store) == safe);
	CHECK(store_incident_put(store, &incident) != OK || store_commit(store) == ERR_WRITE);
	limit.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	CHECK(store_incident_put(store, &incident) == OK && store_commit(store) == OK);
	CHECK(incidents(store) == safe + 1);
	store_close(store);
	return 0;
}

static void test_size_limited(void **state)
{
	(void)state;
	assert_int_equal(test_child(size_limited, NULL), 0);
	store_close(test_open());
}

/* A namespace of our own with a small disk over the folder. False: we may not. */
static bool small_disk(unsigned long flags)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", test_folder(), "tmpfs", flags, "size=600k") == 0;
}

#define MAY_NOT 255

static int disk_full(void *whom)
{
	struct store *store;
	struct store_act act = test_act(TEST_NOW);
	struct test_seen seen = { .count = 0 };
	uint64_t id;
	unsigned safe;

	(void)whom;
	if (!small_disk(0))
		return MAY_NOT;
	store = test_open();
	id = test_put(store, 0, SEVERITY_HIGH, true);
	CHECK(fill_up(store, &safe) == ERR_WRITE && safe > 10);
	CHECK(strstr(store_trouble(store)->en, "disk is full"));
	CHECK(incidents(store) == safe + 1);
	CHECK(store_incident_get(store, id, test_see, &seen) == OK);
	CHECK(store_incident_acknowledge(store, id, &act) ==
	      ERR_WRITE); /* told, not lost in silence */
	CHECK(mount("none", test_folder(), "tmpfs", MS_REMOUNT, "size=9m") == 0);
	CHECK(store_incident_acknowledge(store, id, &act) == OK);
	store_close(store);
	store = test_open();
	CHECK(incidents(store) == safe + 1);
	store_close(store);
	return 0;
}

static void test_disk_full(void **state)
{
	int end = test_child(disk_full, NULL);

	(void)state;
	if (end == MAY_NOT) {
		print_message("no right to mount a small disk: left out\n");
		skip();
	}
	assert_int_equal(end, 0);
}

static int read_only(void *whom)
{
	struct store_settings settings = { .folder = test_folder() };
	struct store *store = NULL;
	struct store_words told;

	(void)whom;
	if (!small_disk(MS_RDONLY))
		return MAY_NOT;
	CHECK(store_open(&settings, TEST_NOW, &store, &told) == ERR_OPEN);
	CHECK(strstr(told.en, "Read-only") && store == NULL);
	return 0;
}

static void test_read_only(void **state)
{
	int end = test_child(read_only, NULL);

	(void)state;
	if (end == MAY_NOT)
		skip();
	assert_int_equal(end, 0);
}

/* Another program holds the file for long: told, and over when it is over. */
static void test_locked(void **state)
{
	struct store *store = test_open();
	struct store_incident incident = test_case(1);
	sqlite3 *other = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(test_file("hinomi.db"), &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_incident_put(store, &incident), ERR_WRITE);
	assert_non_null(strstr(store_trouble(store)->en, "another program"));
	assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_incident_put(store, &incident), OK);
	assert_int_equal(store_commit(store), OK);
	sqlite3_close(other);
	store_close(store);
}

/* The id that was given in vain is not given to another case. */
static void test_id_kept(void **state)
{
	struct store *store = test_open();
	struct store_incident lost = test_case(1), other = test_case(2);
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(test_file("hinomi.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_incident_put(store, &lost), ERR_WRITE);
	assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(store_incident_put(store, &other), OK);
	assert_int_equal(store_incident_put(store, &lost), OK);
	assert_true(lost.id != other.id && lost.id && other.id);
	assert_int_equal(incidents(store), 2);
	store_close(store);
}

/* Sees only whole batches: as many open cases as closed ones. */
static int read_on(void *whom)
{
	static const char sql[] = "SELECT sum(open), count(*) FROM incident";
	const int *stop = whom;
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	int seen = 0;
	char byte;

	CHECK(sqlite3_open_v2(test_file("hinomi.db"), &db, SQLITE_OPEN_READONLY, NULL) ==
	      SQLITE_OK);
	CHECK(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
	while (read(stop[0], &byte, 1) < 0) {
		CHECK(sqlite3_step(statement) == SQLITE_ROW);
		CHECK(2 * sqlite3_column_int(statement, 0) == sqlite3_column_int(statement, 1));
		CHECK(sqlite3_column_int(statement, 1) >= seen);
		seen = sqlite3_column_int(statement, 1);
		CHECK(sqlite3_reset(statement) == SQLITE_OK);
	}
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return seen > 0 ? 0 : 99;
}

static void test_reader(void **state)
{
	struct store *store = test_open();
	int stop[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(store_commit(store), OK);
	assert_int_equal(pipe2(stop, O_NONBLOCK), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(read_on(stop));
	for (unsigned i = 0; i < 300; i++) {
		test_put(store, i, SEVERITY_HIGH, true);
		test_put(store, i, SEVERITY_HIGH, false);
		assert_int_equal(store_commit(store), OK);
	}
	assert_int_equal(write(stop[1], "x", 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_killed),    IN_FOLDER(test_size_limited), IN_FOLDER(test_disk_full),
		IN_FOLDER(test_read_only), IN_FOLDER(test_locked),       IN_FOLDER(test_id_kept),
		IN_FOLDER(test_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
