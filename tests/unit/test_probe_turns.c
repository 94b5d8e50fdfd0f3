/* test_probe_turns.c - the pace of looks: what it promises, counted over simulated seconds. */
#include "probe/turns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SECOND USEC_PER_SEC

static struct turn_host host_of(unsigned number, uint16_t port)
{
	const uint8_t four[4] = { 192, 0, (uint8_t)(number >> 8), (uint8_t)number };

	return (struct turn_host){ ip_from_v4(four), port };
}

/* Takes whenever it may, looking every `step`; no second has more than `wanted`, and many have nearly as many. */
static void take_all(uint32_t wanted, usec_t step)
{
	struct turns *turns = turns_new(wanted, 1000);
	usec_t *taken = calloc(wanted * 20 + 20, sizeof(*taken));
	size_t count = 0;

	assert_non_null(turns);
	assert_non_null(taken);
	for (usec_t now = 1000; now < 1000 + 10 * SECOND; now += step) {
		while (turns_take(turns, now)) {
			assert_true(count < wanted * 20);
			taken[count++] = now;
		}
		assert_true(turns_take_due(turns, now) > now);
	}
	for (size_t i = wanted; i < count; i++)
		assert_true(taken[i] - taken[i - wanted] >= SECOND);
	assert_true(count + 10 >= wanted * 9);
	free(taken);
	turns_free(turns);
}

static void test_never_more_a_second(void **state)
{
	(void)state;
	take_all(1, 1000);
	take_all(7, 333);
	take_all(10, 50000);
	take_all(100, 1000);
	take_all(100, 90000);
	take_all(2000, 1000);
}

/* After a long rest there is no more than at the beginning. */
static void test_no_saving_up(void **state)
{
	struct turns *turns = turns_new(50, 0);
	unsigned first = 0, later = 0;

	(void)state;
	while (turns_take(turns, 0))
		first++;
	while (turns_take(turns, 1000000 * SECOND))
		later++;
	assert_int_equal(later, first);
	assert_int_equal(first, 6);
	turns_free(turns);
}

static void test_due_is_enough(void **state)
{
	struct turns *turns = turns_new(3, 0);
	usec_t now = 0;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		now = turns_take_due(turns, now);
		assert_true(turns_take(turns, now));
	}
	assert_true(now >= 6 * SECOND);
	turns_free(turns);
}

/* Three at one host come in the order of asking, a second apart; another host and another port wait for none of it. */
static void test_host_has_one_a_second(void **state)
{
	struct turns *turns = turns_new(100, 0);
	const struct turn_host busy = host_of(1, 80), other = host_of(2, 80), port = host_of(1, 443);
	int a, b, c, d, e;

	(void)state;
	assert_int_equal(turns_wait(turns, &busy, &a, 0), OK);
	assert_int_equal(turns_wait(turns, &busy, &b, 0), OK);
	assert_int_equal(turns_wait(turns, &busy, &c, 0), OK);
	assert_int_equal(turns_wait(turns, &other, &d, 0), OK);
	assert_int_equal(turns_wait(turns, &port, &e, 0), OK);
	assert_ptr_equal(turns_next(turns, 0), &a);
	assert_ptr_equal(turns_next(turns, 0), &d);
	assert_ptr_equal(turns_next(turns, 0), &e);
	assert_null(turns_next(turns, 0));
	assert_int_equal(turns_next_due(turns), SECOND);
	assert_null(turns_next(turns, SECOND - 1));
	assert_ptr_equal(turns_next(turns, SECOND), &b);
	assert_null(turns_next(turns, SECOND));
	assert_ptr_equal(turns_next(turns, 2 * SECOND), &c);
	assert_int_equal(turns_next_due(turns), TURN_NEVER);
	turns_free(turns);
}

/* One that was begun late keeps the next one off for a whole second. */
static void test_late_ones_keep_apart(void **state)
{
	struct turns *turns = turns_new(100, 0);
	const struct turn_host host = host_of(1, 80);
	int a, b, c;

	(void)state;
	assert_int_equal(turns_wait(turns, &host, &a, 0), OK);
	assert_int_equal(turns_wait(turns, &host, &b, 0), OK);
	assert_int_equal(turns_wait(turns, &host, &c, 0), OK);
	assert_ptr_equal(turns_next(turns, 1900000), &a);
	assert_null(turns_next(turns, 2000000));
	assert_ptr_equal(turns_next(turns, 2900000), &b);
	assert_null(turns_next(turns, 3800000));
	assert_ptr_equal(turns_next(turns, 3900000), &c);
	turns_free(turns);
}

/* Random hosts, looked at every 100 ms as by a lazy loop: all get their turn, none too soon, and nobody overtakes. */
static void test_many(void **state)
{
	enum { HOSTS = 50, LOOKS = 2000 };
	static unsigned host[LOOKS], last_look[HOSTS];
	static usec_t last[HOSTS];
	static char names[LOOKS];
	struct turns *turns = turns_new(100, 0);
	unsigned got = 0;

	(void)state;
	srand(7);
	for (unsigned i = 0; i < HOSTS; i++)
		last[i] = -SECOND;
	for (unsigned i = 0; i < LOOKS; i++) {
		const struct turn_host place = host_of(host[i] = (unsigned)rand() % HOSTS, 80);

		assert_int_equal(turns_wait(turns, &place, &names[i], i * 1000), OK);
	}
	assert_int_equal(turns_waiting(turns), LOOKS);
	for (usec_t now = LOOKS * 1000; turns_waiting(turns) > 0 && now < 200 * SECOND; now += 100000) {
		const char *who;

		while ((who = turns_next(turns, now))) {
			unsigned look = (unsigned)(who - names), at = host[look];

			assert_true(now - last[at] >= SECOND);
			assert_true(last[at] < 0 || look > last_look[at]);
			last[at] = now;
			last_look[at] = look;
			got++;
		}
	}
	assert_int_equal(got, LOOKS);
	turns_free(turns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_more_a_second),   cmocka_unit_test(test_no_saving_up),
		cmocka_unit_test(test_due_is_enough),	      cmocka_unit_test(test_host_has_one_a_second),
		cmocka_unit_test(test_late_ones_keep_apart), cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
