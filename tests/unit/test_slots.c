/* test_slots.c - a detector's memory: who is found, and who makes room. */
#include "detect/slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ENTRIES 16 /* one bucket */

struct entry {
	uint64_t key;
	uint32_t half; /* of the key, too */
	uint32_t worth;
};

static uint32_t left; /* what the last that left was worth */

static void entry_leaves(void *whom, void *entry)
{
	left = ((const struct entry *)entry)->worth;
	++*(unsigned *)whom;
}

static struct entry *entry_at(struct slots *s, uint64_t key, uint32_t worth)
{
	struct entry of = { .key = key }, *e = slots_at(s, &of);

	e->worth = worth;
	slots_worth(s, e, worth);
	return e;
}

/* In a full table the least worthy makes room, the first of several, whatever the worth. */
static void test_least(void **state)
{
	unsigned gone = 0;
	struct slots s;

	(void)state;
	assert_true(slots_open(&s, ENTRIES, sizeof(struct entry), 12));
	s.leave = entry_leaves;
	s.whom = &gone;
	for (uint32_t i = 0; i < ENTRIES; i++)
		entry_at(&s, i, 70000 - 4000 * i); /* some are beyond what is told apart */
	assert_int_equal(gone, 0);
	for (uint32_t i = 0; i < ENTRIES - 2; i++) {
		entry_at(&s, 100 + i, UINT16_MAX);
		assert_int_equal(gone, i + 1);
		assert_int_equal(left, 70000 - 4000 * (ENTRIES - 1 - i));
	}
	assert_int_equal(s.displaced, ENTRIES - 2);
	assert_int_equal(s.used, ENTRIES);
	slots_close(&s);
}

/* The three steps find what the one finds; a key that differs in its last word is another. */
static void test_steps(void **state)
{
	struct entry of = { .key = 5 }, other = { .key = 5, .half = 1 };
	struct entry *e;
	struct slots s;
	uint64_t hash;

	(void)state;
	assert_true(slots_open(&s, ENTRIES, sizeof(struct entry), 12));
	assert_null(slots_find(&s, &of));
	hash = slots_ask(&s, &of, 12);
	slots_fetch(&s, hash);
	assert_null(slots_find_by(&s, &of, hash));
	e = slots_at_by(&s, &of, hash);
	assert_ptr_equal(slots_find(&s, &of), e);
	assert_ptr_equal(slots_find_by(&s, &of, hash), e);
	assert_null(slots_find(&s, &other));
	assert_ptr_not_equal(slots_at(&s, &other), e);
	slots_worth(&s, e, 7); /* not the one that was asked for last */
	slots_fetch(&s, hash);
	assert_int_equal(s.used, 2);
	slots_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
