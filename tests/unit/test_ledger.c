/* test_ledger.c - what a watch remembers: documents, history, two who write, kill -9, damage. */
#include "ledger/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"

#define DAY (INT64_C(86400) * 1000000)

struct fixture {
	char folder[64], path[96];
	struct ledger *ledger;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char trouble[LEDGER_TROUBLE];

	assert_non_null(f);
	snprintf(f->folder, sizeof(f->folder), "/tmp/hinomi-ledger-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/ledger.db", f->folder);
	assert_int_equal(ledger_open(f->path, &f->ledger, trouble), OK);
	assert_string_equal(trouble, "");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[3][128];

	ledger_close(f->ledger);
	snprintf(command[0], sizeof(command[0]), "%s", f->path);
	snprintf(command[1], sizeof(command[1]), "%s-wal", f->path);
	snprintf(command[2], sizeof(command[2]), "%s-shm", f->path);
	for (int i = 0; i < 3; i++)
		unlink(command[i]);
	rmdir(f->folder);
	free(f);
	return 0;
}

static enum err put(struct ledger *l, const char *kind, const char *key, const char *body)
{
	return ledger_put(l, kind, key, text_span(body));
}

static void expect_body(struct ledger *l, const char *kind, const char *key, const char *body)
{
	char *got = NULL;

	assert_int_equal(ledger_get(l, kind, key, &got), OK);
	assert_string_equal(got, body);
	free(got);
}

static bool gather(void *whom, const struct ledger_row *row)
{
	char *all = whom;

	text_append(all, 256, "%s=%s ", row->key, row->body);
	return strcmp(row->body, "stop") != 0;
}

static void test_documents(void **state)
{
	struct ledger *l = ((struct fixture *)*state)->ledger;
	char all[256] = "", *body = NULL;

	assert_int_equal(ledger_get(l, "site", "a", &body), ERR_EMPTY);
	assert_null(body);
	assert_int_equal(put(l, "site", "b", "2"), OK);
	assert_int_equal(put(l, "site", "a", "1"), OK);
	assert_int_equal(put(l, "site", "", "0"), OK);
	assert_int_equal(put(l, "site", "a\x01", "4"), OK); /* the very next text after "a" */
	assert_int_equal(put(l, "other", "c", "3"), OK);
	assert_int_equal(put(l, "site", "a", "one"), OK);
	expect_body(l, "site", "a", "one");
	assert_int_equal(ledger_each(l, "site", gather, all), OK);
	assert_string_equal(all, "=0 a=one a\x01=4 b=2 ");
	assert_int_equal(ledger_remove(l, "site", "a"), OK);
	assert_int_equal(ledger_remove(l, "site", "a"), ERR_EMPTY);
	assert_int_equal(ledger_get(l, "site", "a", &body), ERR_EMPTY);
	all[0] = '\0';
	assert_int_equal(put(l, "site", "", "stop"), OK);
	assert_int_equal(ledger_each(l, "site", gather, all), OK);
	assert_string_equal(all, "=stop ");
}

static void test_limits(void **state)
{
	struct ledger *l = ((struct fixture *)*state)->ledger;
	char *large = malloc(LEDGER_BODY + 1), name[LEDGER_NAME + 2];

	assert_non_null(large);
	memset(large, 'x', LEDGER_BODY + 1);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(ledger_put(l, "k", "large", (struct span){ (uint8_t *)large, LEDGER_BODY }), OK);
	assert_int_equal(ledger_put(l, "k", "larger", (struct span){ (uint8_t *)large, LEDGER_BODY + 1 }), ERR_LIMIT);
	assert_int_equal(put(l, "k", name, "1"), ERR_LIMIT);
	assert_int_equal(put(l, name, "k", "1"), ERR_LIMIT);
	assert_string_not_equal(ledger_trouble(l), "");
	free(large);
}

static void test_history(void **state)
{
	struct ledger *l = ((struct fixture *)*state)->ledger;
	char all[256] = "";
	uint64_t ids[5];

	for (unsigned i = 0; i < 5; i++) {
		char body[8];

		snprintf(body, sizeof(body), "%u", i);
		assert_int_equal(ledger_add(l, "event", i % 2 ? "odd" : "even", (usec_t)i * DAY, text_span(body), &ids[i]), OK);
		assert_true(i == 0 || ids[i] > ids[i - 1]);
	}
	assert_int_equal(ledger_history(l, &(struct ledger_ask){ "event", NULL, 0, 3 }, gather, all), OK);
	assert_string_equal(all, "even=4 odd=3 even=2 ");
	all[0] = '\0';
	assert_int_equal(ledger_history(l, &(struct ledger_ask){ "event", "even", ids[4], 9 }, gather, all), OK);
	assert_string_equal(all, "even=2 even=0 ");
	/* all are too old, but the newest of each stays */
	assert_int_equal(ledger_trim(l, "event", 10 * DAY, 1), OK);
	all[0] = '\0';
	assert_int_equal(ledger_history(l, &(struct ledger_ask){ "event", NULL, 0, 9 }, gather, all), OK);
	assert_string_equal(all, "even=4 odd=3 ");
	assert_int_equal(ledger_trim(l, "event", 4 * DAY, 0), OK);
	all[0] = '\0';
	assert_int_equal(ledger_history(l, &(struct ledger_ask){ "event", NULL, 0, 9 }, gather, all), OK);
	assert_string_equal(all, "even=4 ");
}

static void test_all_or_none(void **state)
{
	struct ledger *l = ((struct fixture *)*state)->ledger;
	char *body = NULL;

	assert_int_equal(ledger_begin(l), OK);
	assert_int_equal(put(l, "k", "a", "1"), OK);
	assert_int_equal(ledger_end(l, false), OK);
	assert_int_equal(ledger_get(l, "k", "a", &body), ERR_EMPTY);
	assert_int_equal(ledger_begin(l), OK);
	assert_int_equal(put(l, "k", "a", "2"), OK);
	assert_int_equal(ledger_end(l, true), OK);
	expect_body(l, "k", "a", "2");
}

/* One that has the file open too, and is killed in the middle of a change. */
static void test_another_is_killed(void **state)
{
	struct fixture *f = *state;
	char trouble[LEDGER_TROUBLE], *body = NULL;
	int ready[2], status;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct ledger *own;

		if (ledger_open(f->path, &own, trouble) != OK || put(own, "k", "said", "1") != OK ||
		    ledger_begin(own) != OK || put(own, "k", "half", "1") != OK || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], trouble, 1), 1);
	expect_body(f->ledger, "k", "said", "1"); /* readers do not wait for writers */
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(ledger_get(f->ledger, "k", "half", &body), ERR_EMPTY);
	assert_int_equal(put(f->ledger, "k", "after", "1"), OK);
	close(ready[0]);
	close(ready[1]);
}

static void overwrite(const char *path, off_t at, size_t size)
{
	static const char junk[8192] = "no database";
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, junk, size, at), (ssize_t)size);
	close(fd);
}

static void test_damage(void **state)
{
	struct fixture *f = *state;
	char trouble[LEDGER_TROUBLE], *body = NULL, *aside, *end;

	assert_int_equal(put(f->ledger, "k", "a", "1"), OK);
	ledger_close(f->ledger);
	f->ledger = NULL;
	overwrite(f->path, 0, 4096);
	assert_int_equal(ledger_open(f->path, &f->ledger, trouble), OK);
	aside = strstr(trouble, "lies aside as ");
	assert_non_null(aside);
	aside += strlen("lies aside as ");
	end = strchr(aside, ',');
	assert_non_null(end);
	*end = '\0';
	assert_int_equal(unlink(aside), 0);
	assert_int_equal(ledger_get(f->ledger, "k", "a", &body), ERR_EMPTY);
	assert_int_equal(put(f->ledger, "k", "a", "2"), OK);
}

static void test_refused(void **state)
{
	char trouble[LEDGER_TROUBLE], link[128];
	struct fixture *f = *state;
	struct ledger *other = NULL;

	assert_int_equal(ledger_open("/nonexistent/ledger.db", &other, trouble), ERR_OPEN);
	assert_non_null(strstr(trouble, "/nonexistent/ledger.db: No such file"));
	snprintf(link, sizeof(link), "%s/link", f->folder);
	assert_int_equal(symlink(f->path, link), 0);
	assert_int_equal(ledger_open(link, &other, trouble), ERR_OPEN);
	assert_int_equal(unlink(link), 0);
	assert_null(other);
}

/* Root's command line writes into the folder of the tower's user: who then must be able to go on. */
static void test_owner(void **state)
{
	struct fixture *f = *state;
	char path[128], beside[136], trouble[LEDGER_TROUBLE];
	struct ledger *other;
	struct stat is;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(f->folder, 65534, 65534), 0);
	snprintf(path, sizeof(path), "%s/other.db", f->folder);
	assert_int_equal(ledger_open(path, &other, trouble), OK);
	assert_int_equal(put(other, "k", "a", "1"), OK);
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_uid, 65534);
	assert_int_equal(is.st_mode & 0777, 0600);
	snprintf(beside, sizeof(beside), "%s-wal", path);
	assert_int_equal(stat(beside, &is), 0);
	assert_int_equal(is.st_uid, 65534);
	ledger_close(other);
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_documents, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_history, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_or_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_is_killed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_owner, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
