/*
 * test_loop.c - descriptors, timers and signals, and watches that change while they are served.
 */
#include "process/loop.h"
#include "descriptors_test.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define PAIRS 3

/* Some socketpairs, of which the first ends are watched. */
struct world {
	struct loop *loop;
	int near[PAIRS], far[PAIRS];
	unsigned called[PAIRS];
	unsigned events[PAIRS]; /* of the last call */
	struct side {
		struct world *world;
		unsigned number;
	} side[PAIRS];
	unsigned ticks, stop_at;
	int64_t now;
};

static int descriptors_before;

static void world_open(struct world *world)
{
	*world = (struct world){ .ticks = 0 };
	descriptors_before = descriptors_open();
	world->loop = loop_new();
	assert_non_null(world->loop);
	for (unsigned i = 0; i < PAIRS; i++) {
		int ends[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
		world->near[i] = ends[0];
		world->far[i] = ends[1];
		world->side[i] = (struct side){ world, i };
	}
}

static void world_close(struct world *world)
{
	loop_free(world->loop);
	for (unsigned i = 0; i < PAIRS; i++) {
		if (world->near[i] >= 0)
			close(world->near[i]);
		if (world->far[i] >= 0)
			close(world->far[i]);
	}
	assert_int_equal(descriptors_open(), descriptors_before);
}

static void say(struct world *world, unsigned number)
{
	assert_int_equal(write(world->far[number], "x", 1), 1);
}

static void tick(void *whom, int64_t now)
{
	struct world *world = whom;

	world->now = now;
	if (++world->ticks == world->stop_at)
		loop_stop(world->loop);
}

/* Runs until the timer, which must be there, has come so often. */
static void run_ticks(struct world *world, unsigned ticks)
{
	world->stop_at = world->ticks + ticks;
	assert_true(loop_run(world->loop));
}

static void note(void *whom, unsigned events)
{
	struct side *side = whom;
	char byte;

	side->world->called[side->number]++;
	side->world->events[side->number] = events;
	if (events & LOOP_READ && read(side->world->near[side->number], &byte, 1) < 0)
		assert_true(events & LOOP_GONE);
	if (events & LOOP_GONE)
		loop_forget(side->world->loop, side->world->near[side->number]);
}

static bool watch(struct world *world, unsigned number, loop_ready *ready)
{
	return loop_watch(world->loop, world->near[number], LOOP_READ, ready, &world->side[number]);
}

static void test_watch(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	assert_true(loop_every(world.loop, 5000, tick, &world));
	for (unsigned i = 0; i < PAIRS; i++)
		assert_true(watch(&world, i, note));
	say(&world, 1);
	say(&world, 1);
	run_ticks(&world, 2);
	assert_int_equal(world.called[0], 0);
	assert_int_equal(world.called[1], 2);
	assert_int_equal(world.events[1], LOOP_READ);
	assert_true(loop_change(world.loop, world.near[0], LOOP_WRITE));
	run_ticks(&world, 1);
	assert_true(world.called[0] > 1); /* as long as it is so */
	assert_int_equal(world.events[0], LOOP_WRITE);
	assert_true(loop_change(world.loop, world.near[0], 0));
	world.called[0] = 0;
	say(&world, 0);
	run_ticks(&world, 2);
	assert_int_equal(world.called[0], 0);
	loop_forget(world.loop, world.near[1]);
	say(&world, 1);
	run_ticks(&world, 2);
	assert_int_equal(world.called[1], 2);
	assert_true(watch(&world, 1, note));
	run_ticks(&world, 1);
	assert_int_equal(world.called[1], 3);
	world_close(&world);
}

/* Told also to who watches for nothing. */
static void test_gone(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	assert_true(loop_every(world.loop, 5000, tick, &world));
	assert_true(loop_watch(world.loop, world.near[0], 0, note, &world.side[0]));
	close(world.far[0]);
	world.far[0] = -1;
	run_ticks(&world, 2);
	assert_int_equal(world.called[0], 1);
	assert_int_equal(world.events[0], LOOP_GONE);
	world_close(&world);
}

static void test_mistakes(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	assert_true(watch(&world, 0, note));
	assert_false(watch(&world, 0, note));
	assert_int_equal(errno, EEXIST);
	assert_false(loop_change(world.loop, world.near[1], LOOP_READ));
	assert_int_equal(errno, ENOENT);
	assert_false(loop_watch(world.loop, -1, LOOP_READ, note, &world.side[0]));
	assert_int_equal(errno, EBADF);
	assert_false(loop_watch(world.loop, 5000, LOOP_READ, note, &world.side[0]));
	assert_int_equal(errno, EBADF);
	loop_forget(world.loop, world.near[1]);
	loop_forget(world.loop, -1);
	loop_forget(world.loop, 100000);
	world_close(&world);
	loop_free(NULL);
}

/* Forgets the others and itself, closes them, and watches something else under their number. */
static void forget_all(void *whom, unsigned events)
{
	struct side *side = whom;
	struct world *world = side->world;

	(void)events;
	world->called[side->number]++;
	for (unsigned i = 0; i < PAIRS; i++) {
		int again;

		loop_forget(world->loop, world->near[i]);
		again = dup2(world->far[i], world->near[i]); /* its own peer: silent */
		assert_int_equal(again, world->near[i]);
		assert_true(watch(world, i, note));
	}
}

static void test_forget_while_served(void **state)
{
	struct world world;
	unsigned called = 0;

	(void)state;
	world_open(&world);
	assert_true(loop_every(world.loop, 5000, tick, &world));
	for (unsigned i = 0; i < PAIRS; i++) {
		assert_true(watch(&world, i, forget_all));
		say(&world, i);
	}
	run_ticks(&world, 2);
	for (unsigned i = 0; i < PAIRS; i++)
		called += world.called[i];
	/* One call of forget_all(); then near is a copy of far, whose other end was closed: gone,
	 * once each. */
	assert_int_equal(called, 1 + PAIRS);
	world_close(&world);
}

static void watch_next(void *whom, unsigned events)
{
	struct side *side = whom;
	struct world *world = side->world;

	note(whom, events);
	if (side->number + 1 < PAIRS)
		assert_true(watch(world, side->number + 1, watch_next));
	else
		loop_stop(world->loop);
}

static void test_watch_while_served(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	for (unsigned i = 0; i < PAIRS; i++)
		say(&world, i);
	assert_true(watch(&world, 0, watch_next));
	assert_true(loop_run(world.loop));
	for (unsigned i = 0; i < PAIRS; i++)
		assert_int_equal(world.called[i], 1);
	world_close(&world);
}

/* One that is always ready does not keep the others waiting. */
static void test_fair(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	assert_true(loop_watch(world.loop, world.near[0], LOOP_WRITE, note, &world.side[0]));
	assert_true(loop_watch(world.loop, world.near[1], LOOP_WRITE, note, &world.side[1]));
	assert_true(loop_every(world.loop, 2000, tick, &world));
	run_ticks(&world, 3);
	assert_in_range(world.called[0], world.called[1] - 1, world.called[1] + 1);
	world_close(&world);
}

/* Who waits takes no time of the processor. */
static void test_sleeps(void **state)
{
	struct world world;
	clock_t began;

	(void)state;
	world_open(&world);
	assert_true(watch(&world, 0, note));
	assert_true(loop_every(world.loop, 100000, tick, &world));
	began = clock();
	run_ticks(&world, 3);
	assert_in_range(clock() - began, 0, CLOCKS_PER_SEC / 50);
	world_close(&world);
}

static void slow_tick(void *whom, int64_t now)
{
	tick(whom, now);
	usleep(30000);
}

/* Due in time, never early; what was missed is not made up for. */
static void test_every(void **state)
{
	struct world world;
	int64_t began, lasted;

	(void)state;
	world_open(&world);
	began = loop_steady();
	assert_true(loop_every(world.loop, 10000, tick, &world));
	run_ticks(&world, 5);
	lasted = loop_steady() - began;
	assert_in_range(lasted, 50000, 1000000);
	assert_in_range(world.now, loop_time() - 1000000, loop_time());
	world_close(&world);

	world_open(&world);
	began = loop_steady();
	assert_true(loop_every(world.loop, 10000, slow_tick, &world));
	run_ticks(&world, 4);
	assert_in_range(loop_steady() - began, 4 * 30000, 2000000);
	world_close(&world);
}

static void arrived(void *whom, const struct signalfd_siginfo *info)
{
	struct world *world = whom;

	world->called[info->ssi_signo == SIGUSR1 ? 0 : 1]++;
	if (world->called[0] && world->called[1])
		loop_stop(world->loop);
}

static void test_signals(void **state)
{
	struct world world;
	sigset_t set;

	(void)state;
	world_open(&world);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	assert_true(loop_signals(world.loop, &set, arrived, &world));
	assert_false(loop_signals(world.loop, &set, arrived, &world));
	assert_int_equal(errno, EEXIST);
	raise(SIGUSR1);
	raise(SIGUSR2);
	assert_true(loop_run(world.loop));
	assert_int_equal(world.called[0], 1);
	assert_int_equal(world.called[1], 1);
	world_close(&world);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* loop_stop() counts once, also before loop_run(). */
static void test_stop(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	loop_stop(world.loop);
	assert_true(loop_run(world.loop));
	assert_true(loop_every(world.loop, 1000, tick, &world));
	run_ticks(&world, 1);
	assert_int_equal(world.ticks, 1);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_forget_while_served),
		cmocka_unit_test(test_watch_while_served),
		cmocka_unit_test(test_fair),
		cmocka_unit_test(test_sleeps),
		cmocka_unit_test(test_every),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
