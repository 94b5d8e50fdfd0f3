/*
 * test_course.c - when hits say that an attack is over, that a filter hurts, or that nothing is known.
 */
#include "action/course.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct course course;
static uint64_t packets, known;

static void begin(bool blind, unsigned again)
{
	course = course_begin(1000, blind, again);
	packets = known = 0;
}

static enum course_verdict second(uint64_t more, uint64_t more_known)
{
	packets += more;
	known += more_known;
	return course_hits(&course, packets, packets * 100, known);
}

/* Seconds of the same hits until it is over; 1000: it never is. */
static unsigned seconds_until_over(uint64_t each)
{
	unsigned n = 1;

	while (second(each, 0) != COURSE_OVER && n < 1000)
		n++;
	return n;
}

static void test_over(void **state)
{
	(void)state;
	begin(false, 0);
	assert_int_equal(second(10000, 0), COURSE_ON);
	assert_int_equal(course.pps, 10000);
	assert_int_equal(seconds_until_over(500), 5); /* a twentieth is not more than that */
	begin(false, 0);
	second(10000, 0);
	assert_int_equal(seconds_until_over(501), 1000);
	assert_int_equal(seconds_until_over(0), 5);
	assert_int_equal(course.peak, 10000);
	assert_int_equal(course.bytes, course.packets * 100);
}

static void test_never_hit(void **state)
{
	(void)state;
	begin(false, 0);
	assert_int_equal(seconds_until_over(0), COURSE_IDLE);
	begin(false, 2);
	assert_int_equal(seconds_until_over(0), 20);
}

static void test_patience(void **state)
{
	static const unsigned patience[] = { 5, 10, 20, 40, 80, 160, 300, 300 };

	(void)state;
	for (unsigned again = 0; again < 8; again++) {
		begin(false, again);
		second(1000, 0);
		assert_int_equal(seconds_until_over(0), patience[again]);
	}
	begin(false, UINT32_MAX);
	assert_int_equal(course.patience, COURSE_LONGEST);
}

static void test_hurts(void **state)
{
	(void)state;
	begin(false, 0);
	assert_int_equal(second(100, 9), COURSE_ON);
	assert_int_equal(second(1000, 10), COURSE_ON); /* one in a hundred */
	assert_int_equal(second(999, 10), COURSE_HURTS);
	begin(false, 0);
	assert_int_equal(second(20, 20), COURSE_HURTS); /* from the first second on */
}

/* What good sources send is no attack that goes on: too little to hurt, it must not hold the filter in force. */
static void test_only_friends_are_hit(void **state)
{
	unsigned n = 0;

	(void)state;
	begin(false, 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(second(100, 0), COURSE_ON);
	while (n < 100 && second(8, 8) == COURSE_ON)
		n++;
	assert_int_equal(n, 4);
	assert_int_equal(course.pps, 8);
	begin(false, 0);
	for (n = 0; n < 100 && second(5, 5) == COURSE_ON; n++)
		;
	assert_int_equal(n, COURSE_IDLE - 1); /* from the first second on */
}

/* The hand was made anew: its count begins again, the sum goes on. */
static void test_count_begins_again(void **state)
{
	(void)state;
	begin(false, 0);
	second(5000, 3);
	packets = known = 0;
	assert_int_equal(second(70, 1), COURSE_ON);
	assert_int_equal(course.packets, 5070);
	assert_int_equal(course.known, 4);
	assert_int_equal(course.pps, 70);
}

/* After a restart of the process what fell into the time between is of no second. */
static void test_restart(void **state)
{
	(void)state;
	begin(false, 0);
	course.packets = 1000000;
	assert_int_equal(course_hits(&course, 5000000, 0, 900000), COURSE_ON);
	assert_int_equal(course.packets, 5000000);
	assert_int_equal(course.pps, 0);
	assert_int_equal(course_hits(&course, 5000100, 0, 900000), COURSE_ON);
	assert_int_equal(course.peak, 100);
	begin(false, 0);
	course.packets = 1000000;
	course_hits(&course, 7, 0, 0); /* the kernel is another one */
	assert_int_equal(course.packets, 1000000);
	course_hits(&course, 9, 0, 0);
	assert_int_equal(course.packets, 1000002);
}

static void test_hostile_counts(void **state)
{
	(void)state;
	begin(false, 0);
	course_hits(&course, UINT64_MAX, UINT64_MAX, 0);
	course_hits(&course, 5, 5, 0);
	assert_int_equal(course.packets, UINT64_MAX);
	assert_int_equal(course_hits(&course, UINT64_MAX, 0, UINT64_MAX), COURSE_HURTS);
}

static void test_blind(void **state)
{
	unsigned n;

	(void)state;
	begin(true, 0);
	for (unsigned wait = COURSE_BLIND; wait <= 4 * COURSE_BLIND; wait *= 2) {
		for (n = 1; course_blind_second(&course, false) == COURSE_ON; n++)
			;
		assert_int_equal(n, wait);
		assert_int_equal(course_blind_second(&course, true), COURSE_ON);
		course_again(&course);
	}
	assert_int_equal(course.patience, COURSE_LONGEST);
	for (n = 1; course_blind_second(&course, true) == COURSE_ON; n++)
		;
	assert_int_equal(n, COURSE_WAIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_over),
		cmocka_unit_test(test_never_hit),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_hurts),
		cmocka_unit_test(test_only_friends_are_hit),
		cmocka_unit_test(test_count_begins_again),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_hostile_counts),
		cmocka_unit_test(test_blind),
	};

	return cmocka_run_group_tests_name("course", tests, NULL, NULL);
}
