/*
 * test_store.c - the file: begun, opened again, brought up from older versions, refused, put aside.
 */
#include "store/store_candidate.h"
#include "store_test.h"

#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static enum err try_open(struct store_words *told)
{
	struct store_settings settings = { .folder = test_folder() };
	struct store *store = NULL;
	enum err err = store_open(&settings, TEST_NOW, &store, told);

	assert_true((err == OK) == (store != NULL));
	store_close(store);
	return err;
}

static unsigned count_files(const char *pattern)
{
	glob_t found;
	unsigned count;

	glob(test_file(pattern), 0, NULL, &found);
	count = (unsigned)found.gl_pathc;
	globfree(&found);
	return count;
}

static mode_t mode_of(const char *name)
{
	struct stat stat_of;

	assert_int_equal(stat(test_file(name), &stat_of), 0);
	return stat_of.st_mode & 0777;
}

static void test_begin(void **state)
{
	mode_t before = umask(0);
	struct store *store = test_open();

	(void)state;
	test_put(store, 1, SEVERITY_HIGH, true);
	assert_int_equal(store_commit(store), OK);
	assert_int_equal(mode_of("hinomi.db"), 0600);
	assert_int_equal(mode_of("hinomi.db-wal"), 0600);
	umask(before);
	store_close(store);
	assert_int_equal(count_files("*"), 1);
	assert_int_equal(test_number("PRAGMA auto_vacuum"), 2);
	assert_int_equal(test_number("PRAGMA user_version"), 5);
	assert_int_equal(test_number("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
}

/* What others could read is closed to them. */
static void test_mode(void **state)
{
	(void)state;
	store_close(test_open());
	assert_int_equal(chmod(test_file("hinomi.db"), 0644), 0);
	store_close(test_open());
	assert_int_equal(mode_of("hinomi.db"), 0600);
}

static void test_again(void **state)
{
	struct store *store = test_open();
	uint64_t first = test_put(store, 1, SEVERITY_HIGH, true);
	char value[16];

	(void)state;
	assert_int_equal(store_meta_put(store, "normal", "old"), OK);
	assert_int_equal(store_meta_put(store, "normal", "12"), OK);
	store_close(store);
	store = test_open();
	assert_string_equal(test_get(store, first).who, "192.0.2.1");
	assert_int_equal(store_meta_get(store, "normal", value, sizeof(value)), OK);
	assert_string_equal(value, "12");
	assert_int_equal(store_meta_get(store, "normal", value, 2), ERR_LIMIT);
	assert_int_equal(store_meta_get(store, "none", value, sizeof(value)), ERR_EMPTY);
	assert_true(test_put(store, 2, SEVERITY_HIGH, true) > first);
	store_close(store);
}

/* Of versions 1 and 2, with rows that must stay. */
static const char version_1[] =
	"PRAGMA application_id = 1213091145;"
	"CREATE TABLE incident(id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, "
	" open INTEGER NOT NULL, opened INTEGER NOT NULL, changed INTEGER NOT NULL, "
	" closed INTEGER NOT NULL, severity INTEGER NOT NULL, level INTEGER NOT NULL, "
	" rule TEXT NOT NULL, vector TEXT NOT NULL, direction TEXT NOT NULL, who TEXT NOT NULL, "
	" whom TEXT NOT NULL, exception INTEGER NOT NULL, body TEXT NOT NULL, "
	" acknowledged_by TEXT, acknowledged INTEGER, "
	" worth INTEGER AS (CASE WHEN open THEN 2 "
	"  WHEN severity >= 3 AND acknowledged_by IS NULL THEN 1 ELSE 0 END)) STRICT;"
	"CREATE INDEX incident_open ON incident(severity, id) WHERE open = 1;"
	"CREATE INDEX incident_worth ON incident(worth, changed);"
	"CREATE INDEX incident_parties ON incident(rule, who, whom, severity, open);"
	"CREATE TABLE story(id INTEGER PRIMARY KEY, "
	" incident INTEGER NOT NULL REFERENCES incident ON DELETE CASCADE, "
	" kind INTEGER NOT NULL, at INTEGER NOT NULL, user TEXT NOT NULL, text TEXT NOT NULL) "
	"STRICT;"
	"CREATE INDEX story_incident ON story(incident, kind);"
	"CREATE TABLE evidence(incident INTEGER PRIMARY KEY REFERENCES incident ON DELETE CASCADE, "
	" packets BLOB NOT NULL) STRICT;"
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"INSERT INTO incident VALUES(7, 'k', 1, 1, 2, 3, 4, 0, 'scan', '', 'in', 'a', 'b', 0, "
	"'{}', "
	" 'aki', 5);"
	"PRAGMA user_version = 1;";

static void test_migrate(void **state)
{
	struct store *store;
	struct test_seen seen;
	usec_t complete = 0;

	(void)state;
	test_sql(version_1);
	store = test_open();
	seen = test_get(store, 7);
	assert_string_equal(seen.acknowledged_by, "aki");
	assert_int_equal(seen.last.acknowledged, 5);
	assert_int_equal(test_put(store, 1, SEVERITY_INFO, true), 8);
	assert_int_equal(store_candidate_complete(store, &complete), OK);
	assert_int_equal(complete, TEST_NOW);
	store_close(store);
	assert_int_equal(test_number("PRAGMA user_version"), 5);
}

/* A step that fails leaves the file as it was. */
static void test_migrate_fails(void **state)
{
	struct store_words told;

	(void)state;
	test_sql(version_1);
	test_sql("CREATE TABLE level(x)");
	assert_int_not_equal(try_open(&told), OK);
	assert_int_equal(test_number("PRAGMA user_version"), 1);
	assert_int_equal(test_number("SELECT count(*) FROM sqlite_schema WHERE name = 'log'"), 0);
	assert_int_equal(test_number("SELECT count(*) FROM incident"), 1);
}

static void test_refused(void **state)
{
	struct store_words told;

	(void)state;
	store_close(test_open());
	test_sql("PRAGMA user_version = 1000");
	assert_int_equal(try_open(&told), ERR_UNSUPPORTED);
	assert_non_null(strstr(told.en, "newer version"));
	test_sql("PRAGMA user_version = 5; PRAGMA application_id = 5");
	assert_int_equal(try_open(&told), ERR_FORMAT);
	assert_non_null(strstr(told.en, "another program"));
	assert_int_equal(count_files("*damaged*"), 0);
	assert_int_equal(unlink(test_file("hinomi.db")), 0);
	assert_int_equal(symlink("/dev/null", test_file("hinomi.db")), 0);
	assert_int_equal(try_open(&told), ERR_OPEN);
}

/* What a program does with a database that is not ours: none of its triggers runs here. */
static void test_trigger(void **state)
{
	struct store *store;

	(void)state;
	store_close(test_open());
	test_sql("CREATE TRIGGER evil AFTER INSERT ON incident BEGIN DELETE FROM incident; END");
	store = test_open();
	test_get(store, test_put(store, 1, SEVERITY_HIGH, true));
	store_close(store);
}

static void flip(const char *name, off_t from, off_t to)
{
	int fd = open(test_file(name), O_RDWR);

	assert_true(fd >= 0);
	for (off_t at = from; at < to; at++) {
		uint8_t byte;

		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 0x5a;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
}

static void fill(unsigned cases)
{
	struct store *store = test_open();

	for (unsigned i = 0; i < cases; i++)
		test_put(store, i, SEVERITY_HIGH, true);
	store_close(store);
}

/* Bytes are flipped in the header, or in each page in turn: told, put aside, and begun anew. */
static void test_damage(void **state)
{
	static const struct {
		off_t from, to;
	} places[] = {
		{ 0, 16 }, { 100, 140 }, { 4096, 4200 }, { 12288, 12400 }, { 20480, 20600 }
	};
	struct store_words told;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct store *store;

		fill(200);
		flip("hinomi.db", places[i].from, places[i].to);
		assert_int_equal(try_open(&told), OK);
		if (!strstr(told.en, "damaged") || !strstr(told.ja, "壊れ"))
			fail_msg("place %zu: \"%s\"", i, told.en);
		assert_int_equal(count_files("hinomi.db.damaged-2023-11-14T*Z"), 1);
		store = test_open();
		assert_int_equal(test_put(store, 1, SEVERITY_HIGH, true), 1);
		store_close(store);
		unlink(test_file("hinomi.db"));
	}
}

static int die_open(void *whom)
{
	struct store *store = test_open();

	(void)whom;
	for (unsigned i = 0; i < 5; i++) {
		test_put(store, i, SEVERITY_HIGH, true);
		assert_int_equal(store_commit(store), OK);
	}
	raise(SIGKILL);
	return 0;
}

/* The log of writes of a process that was killed: what is torn in it is left out, the rest holds.
 */
static void test_torn_log(void **state)
{
	struct store *store;
	struct store_stats stats;
	struct stat log;

	(void)state;
	assert_int_equal(test_child(die_open, NULL), 128 + SIGKILL);
	assert_int_equal(stat(test_file("hinomi.db-wal"), &log), 0);
	flip("hinomi.db-wal", log.st_size - 50, log.st_size);
	store = test_open();
	assert_int_equal(store_stats(store, &stats), OK);
	assert_int_equal(stats.incidents, 4);
	store_close(store);
}

/* What was in the log of the damaged file does not come back in the new one. */
static void test_damage_log(void **state)
{
	struct store *store;
	struct store_stats stats;
	struct store_words told;

	(void)state;
	fill(200);
	assert_int_equal(test_child(die_open, NULL), 128 + SIGKILL);
	flip("hinomi.db", 20480, 60000);
	assert_int_equal(try_open(&told), OK);
	assert_non_null(strstr(told.en, "damaged"));
	assert_int_equal(count_files("*.damaged-*Z"), 1);
	assert_int_equal(count_files("*.damaged-*Z-wal"), 1);
	store = test_open();
	assert_int_equal(store_stats(store, &stats), OK);
	assert_int_equal(stats.incidents, 0);
	store_close(store);
}

static void test_no_folder(void **state)
{
	struct store_settings settings = { .folder = "/tmp/hinomi-store-none/none" };
	char longest[5000];
	struct store *store = NULL;
	struct store_words told;

	(void)state;
	assert_int_equal(store_open(&settings, TEST_NOW, &store, &told), ERR_OPEN);
	assert_non_null(strstr(told.en, "No such file"));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	settings.folder = longest;
	assert_int_equal(store_open(&settings, TEST_NOW, &store, &told), ERR_OPEN);
	assert_null(store);
}

static void test_stats(void **state)
{
	struct store *store = test_open();
	struct store_stats stats;

	(void)state;
	assert_int_equal(store_stats(store, &stats), OK);
	assert_int_equal(stats.incidents, 0);
	assert_int_equal(stats.oldest, 0);
	test_put(store, 5, SEVERITY_HIGH, true);
	test_put(store, 6, SEVERITY_HIGH, false);
	assert_int_equal(store_stats(store, &stats), OK);
	assert_int_equal(stats.incidents, 2);
	assert_int_equal(stats.open, 1);
	assert_int_equal(stats.oldest, TEST_NOW + 5);
	assert_true(stats.bytes >= 4096);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_begin),      IN_FOLDER(test_mode),          IN_FOLDER(test_again),
		IN_FOLDER(test_migrate),    IN_FOLDER(test_migrate_fails), IN_FOLDER(test_refused),
		IN_FOLDER(test_trigger),    IN_FOLDER(test_damage),        IN_FOLDER(test_torn_log),
		IN_FOLDER(test_damage_log), IN_FOLDER(test_no_folder),     IN_FOLDER(test_stats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
