/*
 * test_run.c - programs that end well, badly, late, never, and those that say too much.
 */
#include "hand/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define SHELL(script)                                                                              \
	(const char *const[])                                                                      \
	{                                                                                          \
		"/bin/sh", "-c", script, NULL                                                      \
	}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct run_result result;

static enum err run(const char *const *words, const char *input, size_t most)
{
	struct run order = { .words = words,
			     .input = { (const uint8_t *)input, strlen(input) },
			     .most = most };

	free(result.output);
	return run_program(&order, &result);
}

static int forget(void **state)
{
	(void)state;
	free(result.output);
	result.output = NULL;
	return 0;
}

static void test_well(void **state)
{
	(void)state;
	assert_int_equal(run(SHELL("cat; printf more"), "what goes in, ", 1000), OK);
	assert_string_equal(result.output, "what goes in, more");
	assert_int_equal(result.size, 18);
	assert_int_equal(result.code, 0);
	assert_int_equal(run(SHELL(":"), "not read", 0), OK);
	assert_string_equal(result.output, "");
}

/* It gets its words as they are, nothing of our environment, and no descriptor of ours. */
static void test_alone(void **state)
{
	(void)state;
	assert_int_equal(setenv("HINOMI_SECRET", "known", 1), 0);
	assert_int_equal(run((const char *const[]){ "/usr/bin/env", NULL }, "", 1000), OK);
	assert_string_equal(result.output, "");
	assert_int_equal(
		run((const char *const[]){ "/bin/echo", "$HOME; `id` > \"x\"", NULL }, "", 1000),
		OK);
	assert_string_equal(result.output, "$HOME; `id` > \"x\"\n");
	assert_true(dup2(STDERR_FILENO, 77) == 77);
	assert_int_equal(run(SHELL("for f in /proc/$$/fd/*; do echo ${f##*/}; done"), "", 1000),
			 OK);
	assert_null(strstr(result.output, "77"));
	close(77);
}

/* More than fits in a pipe, on both sides, while it reads and writes by turns. */
static void test_much(void **state)
{
	static char input[1 << 20];

	(void)state;
	memset(input, 'x', sizeof(input) - 1);
	assert_int_equal(run((const char *const[]){ "/bin/cat", NULL }, input, sizeof(input)), OK);
	assert_int_equal(result.size, sizeof(input) - 1);
	assert_memory_equal(result.output, input, sizeof(input));
	assert_int_equal(run((const char *const[]){ "/bin/cat", NULL }, input, sizeof(input) - 2),
			 ERR_LIMIT);
	assert_int_equal(run((const char *const[]){ "/bin/cat", NULL }, input, sizeof(input) - 1),
			 OK);
}

static void test_missing(void **state)
{
	(void)state;
	assert_int_equal(run((const char *const[]){ "/nonexistent/nft", NULL }, "", 100), ERR_OPEN);
	assert_string_equal(result.said, "nft: No such file or directory");
	assert_null(result.output);
	assert_int_equal(run((const char *const[]){ "/etc/passwd", NULL }, "", 100), ERR_OPEN);
	assert_string_equal(result.said, "passwd: Permission denied");
}

static void test_code(void **state)
{
	(void)state;
	assert_int_equal(run(SHELL("echo out; echo bad luck >&2; echo more >&2; exit 3"), "", 100),
			 ERR_READ);
	assert_int_equal(result.code, 3);
	assert_string_equal(result.said, "sh: bad luck");
	assert_null(result.output);
	assert_int_equal(run(SHELL("echo out; exit 1"), "", 100), ERR_READ);
	assert_string_equal(result.said, "sh: out");
	assert_int_equal(run(SHELL("printf '\\033[31mred' >&2; exit 1"), "", 100), ERR_READ);
	assert_string_equal(result.said, "sh: \\x1b[31mred");
	assert_int_equal(run(SHELL("exit 1"), "", 100), ERR_READ);
	assert_string_equal(result.said, "sh: it does not say why");
	assert_int_equal(run(SHELL("kill -9 $$"), "", 100), ERR_READ);
	assert_int_equal(result.code, -1);
}

/* It is ended after two seconds, with its children, also when it ignores all that can be ignored.
 */
static void test_hang(void **state)
{
	double from = seconds();
	char file[] = "/tmp/hinomi-run-XXXXXX", script[200];
	int fd = mkstemp(file);

	(void)state;
	assert_true(fd >= 0);
	snprintf(script, sizeof(script),
		 "trap '' TERM HUP INT PIPE; (sleep 3; echo alive >%s) & while :; do sleep 1; done",
		 file);
	assert_int_equal(run(SHELL(script), "", 100), ERR_LIMIT);
	assert_string_equal(result.said, "sh: it took longer than 2 s and was ended");
	assert_true(seconds() - from >= 1.9 && seconds() - from < 4);
	sleep(2);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0); /* the child is no more */
	close(fd);
	unlink(file);
}

/* Children that it leaves behind with its output in hand are not waited for. */
static void test_orphan(void **state)
{
	double from = seconds();

	(void)state;
	assert_int_equal(run(SHELL("sleep 30 & echo done"), "", 100), OK);
	assert_string_equal(result.output, "done\n");
	assert_true(seconds() - from < 1.5);
}

/* One that closes its output, and goes on. */
static void test_silent(void **state)
{
	double from = seconds();

	(void)state;
	assert_int_equal(run(SHELL("exec >&- 2>&-; sleep 1; exit 4"), "", 100), ERR_READ);
	assert_int_equal(result.code, 4);
	assert_true(seconds() - from >= 0.9);
}

static void test_flood(void **state)
{
	double from = seconds();

	(void)state;
	assert_int_equal(run(SHELL("while :; do echo 0123456789; done"), "", 100000), ERR_LIMIT);
	assert_string_equal(result.said, "sh: it wrote more than it may and was ended");
	assert_null(result.output);
	assert_true(seconds() - from < 2);
	assert_int_equal(run(SHELL("while :; do echo 0123456789 >&2; done"), "", 100000),
			 ERR_LIMIT);
	assert_string_equal(result.said, "sh: it took longer than 2 s and was ended");
}

/* Hears it until it ends; how often it was asked, none of which waited. */
static unsigned hear(struct running *running, enum err *err)
{
	unsigned asked = 1;

	free(result.output);
	for (; !run_heard(running, &result, err); asked++)
		usleep(20000);
	return asked;
}

/* Heard without waiting; also where another part of the process takes the ended child away. */
static void test_unwaited(void **state)
{
	struct run order = { .words = SHELL("sleep 0.3; echo late; exit $0"), .most = 100 };
	char said[RUN_SAID] = "";
	struct running *running = run_begin(&order, said);
	enum err err;

	(void)state;
	assert_non_null(running);
	assert_true(hear(running, &err) > 1);
	assert_int_equal(err, ERR_READ); /* exit of a name is no number */
	order.words = SHELL("echo soon");
	running = run_begin(&order, said);
	assert_non_null(running);
	usleep(300000);
	assert_true(waitpid(-1, NULL, 0) > 0);
	assert_int_equal(hear(running, &err), 1);
	assert_int_equal(err, OK);
	assert_string_equal(result.output, "soon\n");
	order.words = (const char *const[]){ "/nonexistent/nft", NULL };
	assert_null(run_begin(&order, said));
	assert_string_equal(said, "nft: No such file or directory");
}

/* Dropped, or late: it is ended, with its children. */
static void test_dropped(void **state)
{
	struct run order = { .words = SHELL("sleep 30 & wait"), .most = 100 };
	struct running *running;
	double from = seconds();
	char said[RUN_SAID];
	enum err err;

	(void)state;
	run_drop(run_begin(&order, said));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	running = run_begin(&order, said);
	assert_non_null(running);
	hear(running, &err);
	assert_int_equal(err, ERR_LIMIT);
	assert_string_equal(result.said, "sh: it took longer than 2 s and was ended");
	assert_true(seconds() - from >= 1.9);
	run_drop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_well, forget),
		cmocka_unit_test_teardown(test_alone, forget),
		cmocka_unit_test_teardown(test_much, forget),
		cmocka_unit_test_teardown(test_missing, forget),
		cmocka_unit_test_teardown(test_code, forget),
		cmocka_unit_test_teardown(test_hang, forget),
		cmocka_unit_test_teardown(test_orphan, forget),
		cmocka_unit_test_teardown(test_silent, forget),
		cmocka_unit_test_teardown(test_flood, forget),
		cmocka_unit_test_teardown(test_unwaited, forget),
		cmocka_unit_test_teardown(test_dropped, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
