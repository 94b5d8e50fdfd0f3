/*
 * test_warden.c - processes that die are begun again within a second and joined anew, whatever kills them;
 * the keeper ends last.
 *
 * The warden runs in a process of its own, its processes tell by a pipe what happens to them.
 */
#include "tower/warden.h"

#include "policy/tower.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE 10000 /* milliseconds, on a machine under load */

static int told; /* the pipe's end that processes write to */

struct told {
	char what; /* 'b' begun, 'j' joined, 'h' heard from a peer, 'f' facts, 'e' ends by itself */
	uint8_t process, peer;
	pid_t pid;
};

static void tell(char what, enum process process, uint8_t peer)
{
	struct told t;

	memset(&t, 0, sizeof(t));
	t.what = what;
	t.process = (uint8_t)process;
	t.peer = peer;
	t.pid = getpid();
	if (write(told, &t, sizeof(t)) != sizeof(t))
		_exit(9);
}

/* A process that tells who joins it, greets them, and tells that it was greeted. */
struct fake {
	enum process process;
	struct ipc *peers[PROCESSES];
};

static bool fake_frame(void *whom, const struct ipc_frame *frame)
{
	struct fake *fake = whom;
	uint8_t self = (uint8_t)fake->process, peer = PROCESS_KEEPER;

	if (frame->type == FRAME_FACTS) {
		tell('f', fake->process, frame->body.ptr[0]);
		return true;
	}
	if (frame->type == FRAME_PEER)
		peer = frame->body.ptr[0];
	if (peer >= PROCESSES || frame->fd < 0)
		_exit(8);
	ipc_free(fake->peers[peer]);
	fake->peers[peer] = ipc_new(frame->fd, 1000, false);
	tell('j', fake->process, peer);
	if (ipc_send(fake->peers[peer], 1, (struct span){ &self, 1 }, -1) != OK)
		_exit(7);
	return true;
}

static bool fake_hears(void *whom, const struct ipc_frame *frame)
{
	tell('h', ((struct fake *)whom)->process, frame->body.ptr[0]);
	return true;
}

static volatile sig_atomic_t termed;

static void on_term(int number)
{
	(void)number;
	termed = 1;
}

static int fake_run(enum process process, int warden_fd)
{
	struct fake fake = { .process = process };
	struct ipc *warden = ipc_new(warden_fd, 1000, true);
	struct sigaction action = { .sa_handler = on_term };

	sigaction(SIGTERM, &action, NULL);
	tell('b', process, 0);
	while (!termed) {
		poll(NULL, 0, 5);
		if (ipc_read(warden, fake_frame, &fake) != OK)
			return 1;
		for (unsigned i = 0; i < PROCESSES; i++)
			if (fake.peers[i] && ipc_read(fake.peers[i], fake_hears, &fake) != OK) {
				ipc_free(fake.peers[i]);
				fake.peers[i] = NULL;
			}
	}
	tell('e', process, 0);
	return 0;
}

static int keeper(void *whom, int fd)
{
	(void)whom;
	return fake_run(PROCESS_KEEPER, fd);
}

static int sensor(void *whom, int fd)
{
	(void)whom;
	return fake_run(PROCESS_SENSOR, fd);
}

static int web(void *whom, int fd)
{
	(void)whom;
	return fake_run(PROCESS_WEB, fd);
}

static int heard; /* the pipe's other end */
static pid_t warden_pid;

static int set_up(void **state)
{
	int fds[2];

	(void)state;
	if (pipe(fds) != 0)
		return -1;
	heard = fds[0];
	told = fds[1];
	warden_pid = fork();
	if (warden_pid == 0) {
		const struct warden_process processes[] = {
			{ PROCESS_KEEPER, keeper, &told, 1, NULL },
			{ PROCESS_SENSOR, sensor, &told, 1, NULL },
			{ PROCESS_WEB, web, &told, 1, NULL },
		};
		struct warden_settings settings = { .processes = processes, .count = 3 };
		struct warden *warden;

		close(heard);
		if (!freopen("/dev/null", "w", stderr))
			_exit(6);
		warden = warden_new(&settings);
		_exit(warden ? warden_run(warden) : 5);
	}
	close(told);
	return warden_pid > 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	kill(warden_pid, SIGKILL);
	waitpid(warden_pid, NULL, 0);
	close(heard);
	return 0;
}

/* Waits until it is told; what else is told meanwhile is no harm. Returns whose pid. */
static pid_t await(char what, enum process process, uint8_t peer)
{
	struct pollfd wait = { heard, POLLIN, 0 };
	struct told t;

	for (;;) {
		assert_int_equal(poll(&wait, 1, PATIENCE), 1);
		assert_int_equal(read(heard, &t, sizeof(t)), sizeof(t));
		if (t.what == what && t.process == process && t.peer == peer)
			return t.pid;
	}
}

/* Until the keeper has heard both others, in whatever order they come. Returns the sensor's pid. */
static pid_t begin_all(void)
{
	struct pollfd wait = { heard, POLLIN, 0 };
	bool joined[PROCESSES] = { false };
	pid_t sensor_pid = 0;
	struct told t;

	while (!joined[PROCESS_SENSOR] || !joined[PROCESS_WEB]) {
		assert_int_equal(poll(&wait, 1, PATIENCE), 1);
		assert_int_equal(read(heard, &t, sizeof(t)), sizeof(t));
		if (t.what == 'b' && t.process == PROCESS_SENSOR)
			sensor_pid = t.pid;
		if (t.what == 'h' && t.process == PROCESS_KEEPER)
			joined[t.peer] = true;
	}
	return sensor_pid;
}

/* Killed again and again: each time another process is there and is heard by the keeper. */
static void test_killed(void **state)
{
	pid_t pid = begin_all();

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		pid_t next;

		assert_int_equal(kill(pid, SIGKILL), 0);
		next = await('b', PROCESS_SENSOR, 0);
		assert_int_not_equal(next, pid);
		await('h', PROCESS_KEEPER, PROCESS_SENSOR);
		pid = next;
	}
}

/* When the keeper dies, nobody else does, and all are joined with the next one. */
static void test_keeper_killed(void **state)
{
	struct pollfd wait = { heard, POLLIN, 0 };
	bool joined[PROCESSES] = { false };
	struct told t;
	pid_t pid;

	(void)state;
	begin_all();
	pid = await('f', PROCESS_KEEPER, PROCESS_SENSOR);
	assert_int_equal(kill(pid, SIGKILL), 0);
	while (!joined[PROCESS_SENSOR] || !joined[PROCESS_WEB]) {
		assert_int_equal(poll(&wait, 1, PATIENCE), 1);
		assert_int_equal(read(heard, &t, sizeof(t)), sizeof(t));
		assert_false(t.what == 'b' && t.process != PROCESS_KEEPER);
		if (t.what == 'h' && t.process == PROCESS_KEEPER && t.pid != pid)
			joined[t.peer] = true;
	}
}

/* Every second the keeper learns how the others are. */
static void test_facts(void **state)
{
	(void)state;
	await('f', PROCESS_KEEPER, PROCESS_SENSOR);
	await('f', PROCESS_KEEPER, PROCESS_SENSOR);
}

/* Who reads its log, or what a hand writes to, may be gone: that must not end the warden. */
static void test_broken_pipe(void **state)
{
	(void)state;
	begin_all();
	assert_int_equal(kill(warden_pid, SIGPIPE), 0);
	await('f', PROCESS_KEEPER, PROCESS_SENSOR);
	await('f', PROCESS_KEEPER, PROCESS_SENSOR);
	assert_int_equal(waitpid(warden_pid, NULL, WNOHANG), 0);
}

static void test_end(void **state)
{
	struct pollfd wait = { heard, POLLIN, 0 };
	enum process last = PROCESS_SENSOR;
	unsigned ended = 0;
	struct told t;
	int status;

	(void)state;
	begin_all();
	assert_int_equal(kill(warden_pid, SIGTERM), 0);
	while (ended < 3) {
		assert_int_equal(poll(&wait, 1, PATIENCE), 1);
		assert_int_equal(read(heard, &t, sizeof(t)), sizeof(t));
		if (t.what != 'e')
			continue;
		last = (enum process)t.process;
		ended++;
	}
	assert_int_equal(last, PROCESS_KEEPER);
	assert_int_equal(waitpid(warden_pid, &status, 0), warden_pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_killed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_keeper_killed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_facts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_broken_pipe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_end, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
