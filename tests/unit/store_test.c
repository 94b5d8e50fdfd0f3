/* store_test.c - see store_test.h */
#include "store_test.h"

#include <dirent.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

int test_folder_make(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/hinomi-store.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

int test_folder_remove(void **state)
{
	DIR *all = opendir(folder);
	struct dirent *entry;

	(void)state;
	if (!all)
		return -1;
	while ((entry = readdir(all)))
		if (entry->d_name[0] != '.')
			unlink(test_file(entry->d_name));
	closedir(all);
	return rmdir(folder);
}

const char *test_folder(void)
{
	return folder;
}

const char *test_file(const char *name)
{
	static char path[sizeof(folder) + 260];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

struct store *test_open(void)
{
	struct store_settings settings = { .folder = folder };
	struct store *store = NULL;
	struct store_words told;

	if (store_open(&settings, TEST_NOW, &store, &told) != OK)
		fail_msg("%s", told.en);
	assert_string_equal(told.en, "");
	assert_string_equal(told.ja, "");
	return store;
}

static sqlite3 *outside(void)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(test_file("hinomi.db"), &db), SQLITE_OK);
	return db;
}

void test_sql(const char *sql)
{
	sqlite3 *db = outside();
	char *error = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s", error);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t test_number(const char *sql)
{
	sqlite3 *db = outside();
	sqlite3_stmt *statement = NULL;
	int64_t number;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return number;
}

struct store_incident test_case(unsigned number)
{
	static char key[32], who[32];

	snprintf(key, sizeof(key), "flood/%u", number);
	snprintf(who, sizeof(who), "192.0.2.%u", number % 256);
	return (struct store_incident){
		.key = key,
		.open = true,
		.opened = TEST_NOW + number,
		.changed = TEST_NOW + number,
		.closed = TEST_NOW + number,
		.severity = SEVERITY_WARNING,
		.level = LEVEL_NORMAL,
		.rule = "flood",
		.vector = "syn",
		.direction = "in",
		.who = who,
		.whom = "Server.example:443",
		.body = "{\"say\":\"x\"}",
	};
}

uint64_t test_put(struct store *store, unsigned number, enum severity severity, bool open)
{
	struct store_incident incident = test_case(number);

	incident.severity = severity;
	incident.open = open;
	assert_int_equal(store_incident_put(store, &incident), OK);
	return incident.id;
}

struct store_act test_act(usec_t at)
{
	return (struct store_act){ at, "aki", "{\"en\":\"did it\",\"ja\":\"した\"}", "because" };
}

bool test_see(void *whom, const struct store_incident *incident)
{
	struct test_seen *seen = whom;

	assert_true(seen->count < TEST_SEEN);
	seen->ids[seen->count++] = incident->id;
	seen->last = *incident;
	snprintf(seen->who, sizeof(seen->who), "%s", incident->who);
	snprintf(seen->body, sizeof(seen->body), "%s", incident->body);
	snprintf(seen->acknowledged_by, sizeof(seen->acknowledged_by), "%s",
		 incident->acknowledged_by ? incident->acknowledged_by : "");
	return true;
}

struct test_seen test_get(struct store *store, uint64_t id)
{
	struct test_seen seen = { .count = 0 };

	assert_int_equal(store_incident_get(store, id, test_see, &seen), OK);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.ids[0], id);
	return seen;
}

int test_child(int (*run)(void *whom), void *whom)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(run(whom));
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
