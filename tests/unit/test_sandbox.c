/*
 * test_sandbox.c - each attempt in each role, and what holds when a process has entered.
 *
 * As root the processes become nobody first; as another user they stay who they are.
 */
#include "sandbox_attempts.h"

#include "process/ipc.h"
#include "process/sandbox_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#define RUNNER  SANDBOX_ROLES /* a teller that may exec */
#define COLUMNS (SANDBOX_ROLES + 1)

static char letter = 'x';

static struct sandbox_wish wish_of(unsigned column)
{
	struct sandbox_wish wish = { .role = column == RUNNER ? SANDBOX_TELLER : column,
				     .uid = sandbox_user(),
				     .gid = sandbox_user(),
				     .read_all = column == SANDBOX_BACKUP,
				     .may_exec = column == RUNNER };

	if (wish.role == SANDBOX_KEEPER || wish.role == SANDBOX_MILTER || wish.role == SANDBOX_BACKUP)
		wish.write = sandbox_folder();
	return wish;
}

static bool is_expected(char expected, enum outcome outcome)
{
	switch (expected) {
	case 'k':
		return outcome == KILLED;
	case 'r':
		return outcome == REFUSED;
	case 'd':
		return outcome == DID;
	default:
		return outcome == DID || outcome == REFUSED || outcome == KILLED;
	}
}

static int setup(void **state)
{
	unsigned short port;

	(void)state;
	sandbox_folder();
	sandbox_outside();
	given.listening = sandbox_listen(&port);
	given.stream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	given.address = (struct sockaddr_in){ .sin_family = AF_INET,
					      .sin_port = htons(port),
					      .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	given.parent = getpid();
	return ipc_pair(given.pair) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	close(given.listening);
	close(given.stream);
	close(given.pair[0]);
	close(given.pair[1]);
	sandbox_folders_remove();
	return 0;
}

static void again(void **state)
{
	teardown(state);
	assert_int_equal(setup(state), 0);
}

/* Each attempt in each role, with everything given anew. */
static void attempt_all(void **state, bool stay_root)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < attempt_count * COLUMNS; i++) {
		const struct attempt *attempt = &attempts[i / COLUMNS];
		unsigned column = (unsigned)(i % COLUMNS);
		struct sandbox_wish wish = wish_of(column);
		enum outcome outcome;

		if (stay_root) {
			wish.uid = 0;
			assert_int_equal(chown(sandbox_folder(), 0, 0), 0);
			assert_int_equal(chown(sandbox_outside(), 0, 0), 0);
		}
		outcome = sandbox_try(&wish, attempt->act, NULL);
		if (!is_expected(attempt->expected[column], outcome)) {
			print_error("%s, column %u: expected %c, outcome %u\n", attempt->name,
				    column, attempt->expected[column], outcome);
			wrong++;
		}
		again(state);
	}
	assert_int_equal(wrong, 0);
}

static void test_attempts(void **state)
{
	attempt_all(state, false);
}

/* Root without capabilities still owns root's files: landlock holds it. */
static void test_attempts_as_root(void **state)
{
	if (geteuid() != 0) {
		print_message("not root\n");
		skip();
	}
	attempt_all(state, true);
}

/* Landlock by itself, without the system calls that are taken away after it. */
static enum outcome try_in_landlock(const struct sandbox_wish *wish, sandbox_act *act)
{
	int version;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		    !sandbox_confine_files(wish, &version))
			_exit(2);
		_exit(act(NULL) ? 0 : 1);
	}
	return sandbox_end(pid);
}

static sandbox_act *act_named(const char *name)
{
	for (size_t i = 0; i < attempt_count; i++)
		if (strcmp(attempts[i].name, name) == 0)
			return attempts[i].act;
	fail_msg("there is no attempt \"%s\"", name);
	return NULL;
}

#define NAMES 7

static void test_landlock(void **state)
{
	static const char *const names[NAMES] = { "connect",
						  "bind",
						  "read /etc/passwd",
						  "write outside",
						  "move a file outside",
						  "kill the parent",
						  "execve" };
	unsigned allowed = 0;

	(void)state;
	if (sandbox_landlock() < SANDBOX_SCOPES_SINCE) {
		print_message("landlock of version %d\n", sandbox_landlock());
		skip();
	}
	for (size_t i = 0; i < NAMES * SANDBOX_ROLES; i++) {
		struct sandbox_wish wish = wish_of((unsigned)(i % SANDBOX_ROLES));

		allowed += try_in_landlock(&wish, act_named(names[i / SANDBOX_ROLES])) != REFUSED;
		again(state);
	}
	assert_int_equal(allowed, 4); /* the connect of teller and backup; what programs of the backup read, and run */
}

static bool try_send(void *whom)
{
	const int *fd = whom;
	struct iovec data = { &letter, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

	return sendmsg(*fd, &message, 0) == 1;
}

static bool try_write(void *whom)
{
	const int *fd = whom;

	return write(*fd, "x", 1) == 1;
}

/* The kernel looks at 32 bits of a descriptor, a filter at 64. */
static bool try_write_disguised(void *whom)
{
	const int *fd = whom;

	return syscall(SYS_write, UINT64_C(0x100000000) | (unsigned)*fd, "x", 1) == 1;
}

static bool try_writev(void *whom)
{
	const int *fd = whom;
	struct iovec data = { &letter, 1 };

	return writev(*fd, &data, 1) == 1;
}

static bool try_plain_send(void *whom)
{
	const int *fd = whom;

	return send(*fd, "x", 1, 0) == 1;
}

static bool try_dup(void *whom)
{
	const int *fd = whom;

	return dup(*fd) >= 0;
}

static bool try_dup_by_fcntl(void *whom)
{
	const int *fd = whom;

	return fcntl(*fd, F_DUPFD_CLOEXEC, 0) >= 0;
}

static bool try_read(void *whom)
{
	const int *fd = whom;
	char byte;

	return read(*fd, &byte, 1) == 1;
}

/* A capture socket that the sensor can read and not send through; others it can. */
static void test_mute(void **state)
{
	static const struct {
		sandbox_act *act;
		enum outcome muted, other;
	} acts[] = {
		{ try_send, KILLED, DID },
		{ try_write, KILLED, DID },
		{ try_write_disguised, KILLED, DID },
		{ try_writev, KILLED, DID },
		{ try_plain_send, KILLED, KILLED },
		{ try_dup, KILLED, KILLED },
		{ try_dup_by_fcntl, KILLED, KILLED },
		{ try_read, DID, DID },
	};
	int mute[] = { given.listening, given.pair[0], -1 };
	struct sandbox_wish wish = wish_of(SANDBOX_SENSOR);

	(void)state;
	wish.mute = mute;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		assert_int_equal(write(given.pair[0], "x", 1), 1);
		assert_int_equal(write(given.pair[1], "x", 1), 1);
		assert_int_equal(sandbox_try(&wish, acts[i].act, &given.pair[0]), acts[i].muted);
		assert_int_equal(sandbox_try(&wish, acts[i].act, &given.pair[1]), acts[i].other);
	}
}

/* Waits until the other end of the pair closes. */
static bool wait_for_parent(void *whom)
{
	char byte;

	(void)whom;
	fcntl(given.pair[1], F_SETFL, 0);
	return write(given.pair[1], "x", 1) == 1 && read(given.pair[1], &byte, 1) == 1;
}

/* The number behind a name in /proc/PID/status. */
static unsigned long long status_of(pid_t pid, const char *name, int base)
{
	char path[64], line[256];
	unsigned long long value = UINT64_MAX;
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	status = fopen(path, "r");
	assert_non_null(status);
	while (fgets(line, sizeof(line), status))
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoull(line + strlen(name), NULL, base);
	fclose(status);
	return value;
}

/* `lent`: what only programs get that it begins. */
static void check_status(pid_t pid, uid_t user, unsigned long long lent)
{
	char path[64];
	struct stat facts;

	assert_int_equal(status_of(pid, "CapInh:", 16), lent);
	assert_int_equal(status_of(pid, "CapPrm:", 16), lent);
	assert_int_equal(status_of(pid, "CapEff:", 16), 0);
	assert_int_equal(status_of(pid, "CapAmb:", 16), lent);
	assert_int_equal(status_of(pid, "NoNewPrivs:", 10), 1);
	assert_int_equal(status_of(pid, "Seccomp:", 10), 2);
	assert_int_equal(status_of(pid, "Uid:", 10), user);
	if (geteuid() == 0)
		assert_int_equal(status_of(pid, "CapBnd:", 16), lent);
	if (geteuid() == 0 && user != 0) {
		assert_int_equal(status_of(pid, "Gid:", 10), user);
		assert_int_equal(status_of(pid, "Groups:", 10), 0); /* none */
	}
	/* Who is not dumpable belongs to root there. */
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	assert_int_equal(stat(path, &facts), 0);
	assert_int_equal(facts.st_uid, 0);
}

/* Seen from outside: no capability, no way to any, the user and no group. */
static void test_status(void **state)
{
	const gid_t group = 4711;

	(void)state;
	if (geteuid() == 0)
		assert_int_equal(setgroups(1, &group), 0);
	fcntl(given.pair[0], F_SETFL, 0);
	for (unsigned i = 0; i < 2 * COLUMNS; i++) {
		struct sandbox_wish wish = wish_of(i / 2);
		char byte;
		pid_t pid;

		if (i % 2)
			wish.uid = 0;
		pid = sandbox_start(&wish, wait_for_parent, NULL);
		assert_int_equal(read(given.pair[0], &byte, 1), 1);
		check_status(pid, wish.uid ? wish.uid : geteuid(),
			     wish.read_all && geteuid() == 0 ? 1ull << CAP_DAC_READ_SEARCH : 0);
		assert_int_equal(write(given.pair[0], "x", 1), 1);
		assert_int_equal(sandbox_end(pid), DID);
	}
	if (geteuid() == 0)
		assert_int_equal(setgroups(0, NULL), 0);
}

/* What the report says, from a process of its own. True: as expected. */
static bool entered(const struct sandbox_wish *wish, enum err expected, int error,
		    const char *missing)
{
	struct sandbox_report report = { .missing = "untouched" };
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		enum err err = sandbox_enter(wish, &report);
		bool right = err == expected && strcmp(report.missing, missing) == 0;

		if (expected != OK)
			right = right && errno == error;
		else
			right = right && report.seccomp && report.capabilities &&
				report.landlock == (error > 0) && report.user == (geteuid() != 0);
		_exit(right ? 0 : 1);
	}
	return sandbox_end(pid) == DID;
}

static void test_report(void **state)
{
	static const char *const absent[] = { "/nowhere/to/be/found", NULL };
	struct sandbox_wish wish = wish_of(SANDBOX_KEEPER);
	int landlock = sandbox_landlock();

	(void)state;
	if (landlock < 6) {
		print_message("landlock %d: the report is not compared\n", landlock);
		skip();
	}
	assert_true(entered(&wish, OK, landlock, ""));
	wish.read = absent;
	assert_true(entered(&wish, ERR_OPEN, ENOENT, "untouched"));
	wish.read = NULL;
	wish.write = absent[0];
	assert_true(entered(&wish, ERR_OPEN, ENOENT, "untouched"));
	wish = wish_of(SANDBOX_WEB);
	wish.uid = 0;
	assert_true(entered(&wish, OK, landlock, geteuid() == 0 ? "it stays root" : ""));
}

static void *idle(void *whom)
{
	pause();
	return whom;
}

static void test_threads_before(void **state)
{
	struct sandbox_wish wish = wish_of(SANDBOX_SENSOR);
	pid_t pid;

	(void)state;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct sandbox_report report;
		pthread_t thread;
		bool right = pthread_create(&thread, NULL, idle, NULL) == 0 &&
			     sandbox_enter(&wish, &report) == ERR_UNSUPPORTED && errno == EBUSY;

		_exit(right ? 0 : 1);
	}
	assert_int_equal(sandbox_end(pid), DID);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(sandbox_role_name(SANDBOX_SENSOR), "sensor");
	assert_string_equal(sandbox_role_name(SANDBOX_TELLER), "teller");
	assert_string_equal(sandbox_role_name(SANDBOX_ROLES), "?");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_attempts),       TEST(test_landlock), TEST(test_mute),
		TEST(test_status),         TEST(test_report),   TEST(test_attempts_as_root),
		TEST(test_threads_before), TEST(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
