/*
 * test_sketch.c - the sketches of base/sketch.h against exact counts, and their merging.
 */
#include "estimate/sketch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t seed = 1;

/* xorshift64*: the same numbers at every run. */
static uint64_t next_random(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dull;
}

/* `count` distinct things: the numbers from `from` on. Two rounds, as the hash must be well mixed:
 * one round of hash_64() spreads numbers in sequence more evenly than chance does. */
static void hll_add_range(struct hll *h, uint64_t from, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		hll_add(h, hash_64(hash_64(from + i, HASH_K1), HASH_K2));
}

/* The paper promises a standard error of 1.04 / sqrt(256) = 6.5 %: over twenty sketches of each
 * size it is below 8 %, and all but one in ten are within 15 %. */
static void test_hll_error(void **state)
{
	static const uint64_t counts[] = {10, 100, 10000, 1000000};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		double squares = 0;
		unsigned far = 0;

		for (uint64_t way = 0; way < 20; way++) { /* other things, as many of them */
			struct hll h = {0};
			double error;

			hll_add_range(&h, way << 32, counts[i]);
			error = (double)hll_count(&h) / (double)counts[i] - 1;
			squares += error * error;
			far += error > 0.15 || error < -0.15;
		}
		if (far > 2 || squares / 20 > 0.08 * 0.08)
			fail_msg("%llu distinct: mean square error %f, %u of 20 beyond 15 %%",
				 (unsigned long long)counts[i], squares / 20, far);
	}
}

static void test_hll_small(void **state)
{
	struct hll h = {0};

	(void)state;
	assert_int_equal(hll_count(&h), 0);
	hll_add(&h, 0); /* the hash with the highest rank */
	assert_int_equal(hll_count(&h), 1);
	hll_add(&h, 0);
	assert_int_equal(hll_count(&h), 1);
	hll_add(&h, UINT64_MAX); /* the lowest rank in the last register */
	assert_int_equal(hll_count(&h), 2);
	assert_int_equal(h.reg[0], 56);
	assert_int_equal(h.reg[511], 1);
}

static void test_hll_idempotent(void **state)
{
	struct hll once = {0}, twice = {0};

	(void)state;
	hll_add_range(&once, 0, 5000);
	hll_add_range(&twice, 0, 5000);
	hll_add_range(&twice, 1000, 3000);
	assert_memory_equal(&once, &twice, sizeof(once));
	hll_merge(&twice, &once);
	assert_memory_equal(&once, &twice, sizeof(once));
	hll_add(&twice, 0); /* rank 56, which no honest hash reached: so comparing can fail */
	assert_memory_not_equal(&once, &twice, sizeof(once));
}

/* The union, whatever overlaps and in whatever order the parts come. */
static void test_hll_merge(void **state)
{
	static const unsigned orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};
	struct hll whole = {0}, part[4] = {0};

	(void)state;
	hll_add_range(&whole, 0, 9000);
	for (unsigned i = 0; i < 4; i++) /* each overlaps with the next by 1000 */
		hll_add_range(&part[i], i * 2000, 3000);
	for (unsigned k = 0; k < 3; k++) {
		struct hll merged = {0};

		for (unsigned i = 0; i < 4; i++)
			hll_merge(&merged, &part[orders[k][i]]);
		assert_memory_equal(&merged, &whole, sizeof(whole));
	}
}

/* A stream of `count` values of which so many per cent are 7777, well shuffled. */
static uint32_t stream_value(unsigned percent)
{
	uint64_t r = next_random();

	return r % 100 < percent ? 7777 : (uint32_t)(r >> 32) | 0x80000000;
}

static void test_top_majority(void **state)
{
	(void)state;
	for (unsigned percent = 55; percent <= 100; percent += 5) {
		struct top t = {0};
		uint32_t exact = 0;
		double share;

		for (unsigned i = 0; i < 20000; i++) {
			uint32_t value = stream_value(percent);

			exact += value == 7777;
			top_add(&t, value);
		}
		assert_int_equal(t.value, 7777);
		share = agree_share(&t.agree, 20000);
		/* told by the bit that agrees least: a little below, hardly above */
		if (share > exact / 20000.0 + 0.01 || share < exact / 20000.0 - 0.04)
			fail_msg("%u %%: share %f", percent, share);
	}
}

static void test_top_none(void **state)
{
	struct top t = {0};

	(void)state;
	for (unsigned i = 0; i < 20000; i++)
		top_add(&t, (uint32_t)next_random());
	assert_true(agree_share(&t.agree, 20000) < 0.05);
	assert_true(agree_share(&t.agree, 0) == 0);
	t = (struct top){0};
	top_add(&t, 5);
	assert_int_equal(t.value, 5);
	assert_true(agree_share(&t.agree, 1) == 1.0);
}

static void test_top_two_halves(void **state)
{
	struct top t = {0};

	(void)state;
	for (uint32_t i = 0; i < 10000; i++)
		top_add(&t, i & 1); /* half and half: no majority */
	assert_true(agree_share(&t.agree, 10000) < 0.01);
}

/* The parts of a stream with a majority, merged in any order and shape, tell the same value. */
static void test_top_merge(void **state)
{
	struct top part[8] = {0}, whole = {0};

	(void)state;
	for (unsigned i = 0; i < 16000; i++) {
		/* the majority is unevenly spread: some parts have hardly any of it */
		unsigned where = (unsigned)(next_random() % 8);
		uint32_t value = stream_value(where < 3 ? 10 : 95);

		top_add(&part[where], value);
		top_add(&whole, value);
	}
	assert_true(agree_share(&whole.agree, 16000) > 0.5);
	for (unsigned way = 0; way < 200; way++) {
		struct top merged = {0};
		unsigned order[8] = {0, 1, 2, 3, 4, 5, 6, 7};

		for (unsigned i = 7; i > 0; i--) {
			unsigned k = (unsigned)(next_random() % (i + 1)), kept = order[i];

			order[i] = order[k];
			order[k] = kept;
		}
		for (unsigned i = 0; i < 8; i++)
			top_merge(&merged, &part[order[i]]);
		assert_int_equal(merged.value, 7777);
		assert_memory_equal(&merged.agree, &whole.agree, sizeof(whole.agree));
	}
}

static void agree_ones(const struct agree *a, uint32_t ones[16])
{
	_Static_assert(sizeof(*a) == 16 * sizeof(*ones), "sixteen counters and nothing else");
	memcpy(ones, a, sizeof(*a));
}

static void test_agree_bits(void **state)
{
	struct agree a = {0};
	uint32_t ones[16];

	(void)state;
	for (uint32_t hash = 0; hash <= UINT16_MAX; hash += 257) {
		struct agree one = {0};

		agree_add(&one, (uint16_t)hash);
		agree_add(&a, (uint16_t)hash);
		agree_ones(&one, ones);
		for (unsigned bit = 0; bit < 16; bit++)
			assert_int_equal(ones[bit], hash >> bit & 1);
	}
	agree_merge(&a, &a);
	agree_ones(&a, ones);
	for (unsigned bit = 0; bit < 16; bit++) /* 0x0000 0x0101 ... 0xffff, twice */
		assert_int_equal(ones[bit], 256);
}

/* The small sketch is the large one, as long as it has room; whatever comes twice. */
static void test_few(void **state)
{
	struct hll large, spread, part;
	struct few few = { 0 };
	unsigned added = 0;

	(void)state;
	memset(&large, 0, sizeof(large));
	assert_int_equal(few_count(&few), 0);
	for (uint64_t i = 0; i < 1000 && few_add(&few, hash_64(i / 2, 7)); i++, added++) {
		hll_add(&large, hash_64(i / 2, 7));
		memset(&spread, 0, sizeof(spread));
		few_spread(&few, &spread);
		assert_memory_equal(&spread, &large, sizeof(large));
		assert_int_equal(few_count(&few), hll_count(&large));
	}
	assert_true(added >= 2 * FEW_MAX && added < 1000);
	assert_true(few_merge(&few, &large)); /* nothing new */
	memset(&part, 0, sizeof(part));
	hll_add(&part, hash_64(1, 8));
	memset(&few, 0, sizeof(few));
	assert_true(few_merge(&few, &part));
	assert_int_equal(few_count(&few), 1);
	assert_false(few_merge(&few, &large)); /* one more than there is room for */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hll_error),      cmocka_unit_test(test_hll_small),
		cmocka_unit_test(test_hll_idempotent), cmocka_unit_test(test_hll_merge),
		cmocka_unit_test(test_top_majority),   cmocka_unit_test(test_top_none),
		cmocka_unit_test(test_top_two_halves), cmocka_unit_test(test_top_merge),
		cmocka_unit_test(test_agree_bits),     cmocka_unit_test(test_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
