/* test_inflate_all.c - deflate undone: what zlib makes of texts of many kinds, and what is broken or cut. */
#include "format/inflate.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zlib.h>

#define ROOM ((size_t)1 << 20)

static struct arena arena;
static uint8_t clear[ROOM], packed[2 * ROOM];

static int open_arena(void **state)
{
	(void)state;
	return arena_open(&arena, 4 * ROOM) ? 0 : -1;
}

static int close_arena(void **state)
{
	(void)state;
	arena_close(&arena);
	return 0;
}

static size_t deflate_raw(size_t len, int level, int strategy)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, -15, 9, strategy), Z_OK);
	z.next_in = clear;
	z.avail_in = (unsigned)len;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static enum err inflate_cut(size_t len, size_t limit, struct span *out)
{
	uint8_t *copy = malloc(len ? len : 1); /* its end is its end */
	enum err err;

	memcpy(copy, packed, len);
	arena_clear(&arena);
	err = inflate_all((struct span){ copy, len }, INFLATE_DEFLATE, limit, &arena, out);
	free(copy);
	return err;
}

static uint32_t seed;

static uint32_t chance(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 4) * below >> 28);
}

/* Letters, runs and repetitions from near and far. */
static void fill(size_t len, uint32_t letters)
{
	for (size_t at = 0; at < len;) {
		size_t n = 1 + chance(400), from = at ? chance((uint32_t)at) : 0;
		uint8_t byte = (uint8_t)chance(letters);
		unsigned kind = chance(8);

		for (; n && at < len; n--, at++, from++)
			clear[at] = kind == 0 ? byte : kind < 4 && at ? clear[from] : (uint8_t)chance(letters);
	}
}

static void test_same(void **state)
{
	static const int strategies[] = { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_FIXED, Z_RLE, Z_FILTERED };
	struct span out;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		size_t len = round < 40 ? round : chance(200000), n;

		fill(len, 1 + chance(256));
		n = deflate_raw(len, (int)(round % 10), strategies[round % 5]);
		assert_int_equal(inflate_cut(n, ROOM, &out), OK);
		assert_int_equal(out.len, len);
		assert_memory_equal(out.ptr, clear, len);
		assert_int_equal(inflate_cut(n, len, &out), OK); /* no room to spare */
		if (len == 0)
			continue;
		assert_int_equal(inflate_cut(n, len - 1, &out), ERR_LIMIT);
		assert_int_equal(out.len, len - 1);
		assert_memory_equal(out.ptr, clear, len - 1);
	}
}

/* Cut anywhere, what comes out is the beginning. */
static void test_cut(void **state)
{
	struct span out;
	size_t n, before = 0;

	(void)state;
	fill(3000, 200);
	n = deflate_raw(3000, 9, Z_DEFAULT_STRATEGY);
	for (size_t len = 0; len < n; len++) {
		assert_int_equal(inflate_cut(len, ROOM, &out), ERR_TRUNCATED);
		assert_true(out.len >= before && out.len <= 3000);
		assert_memory_equal(out.ptr, clear, out.len);
		before = out.len;
	}
}

static void test_broken(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum err err;
	} cases[] = {
		{ "\x07", 1, ERR_FORMAT },			 /* block of type 3 */
		{ "\x01\x01\x00\x00\x00x", 6, ERR_FORMAT },	 /* stored, and the lengths differ */
		{ "\x01\x02\x00\xfd\xffx", 6, ERR_TRUNCATED },	 /* stored, one byte is missing */
		{ "\x03\x02\x00", 3, ERR_FORMAT },		 /* a distance beyond the begin */
		{ "\x03\x00", 2, OK },				 /* empty */
		{ "\xfc\xff\xff\xff\xff\xff", 6, ERR_FORMAT },	 /* 286 literals and more */
		{ "\x1b\x07", 2, ERR_FORMAT },			 /* literal 286, which there is not */
	};
	struct span out;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(packed, cases[i].bytes, cases[i].len);
		if (inflate_cut(cases[i].len, ROOM, &out) != cases[i].err)
			fail_msg("case %zu", i);
	}
}

/* Whatever bits are turned: it ends, within its room. */
static void test_turned(void **state)
{
	struct span out;
	size_t n;

	(void)state;
	fill(2000, 64);
	n = deflate_raw(2000, 9, Z_DEFAULT_STRATEGY);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		(void)!inflate_cut(n, 10000, &out);
		assert_true(out.len <= 10000);
		packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* 300 letters 'a' as deflate64 has them: one, and a match of 299 by the length that has 16 more bits. */
static void test_deflate64(void **state)
{
	/* fixed code: 'a' (8 bits), length 285 (8 bits), 296 in 16 bits, distance 1 (5 bits), the end (7 bits) */
	uint64_t bits = 0;
	unsigned count = 0;
	struct span out;
	static const struct {
		uint32_t value;
		unsigned bits;
		bool code; /* from its highest bit */
	} parts[] = { { 1, 1, false }, { 1, 2, false }, { 0x30 + 'a', 8, true }, { 0xc0 + 285 - 280, 8, true },
		      { 296, 16, false }, { 0, 5, true }, { 0, 7, true } };

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (unsigned b = 0; b < parts[i].bits; b++)
			bits |= (uint64_t)(parts[i].value >> (parts[i].code ? parts[i].bits - 1 - b : b) & 1) << count++;
	arena_clear(&arena);
	assert_int_equal(inflate_all((struct span){ (uint8_t *)&bits, 6 }, INFLATE_DEFLATE64, ROOM, &arena, &out), OK);
	assert_int_equal(out.len, 300);
	for (size_t i = 0; i < out.len; i++)
		assert_int_equal(out.ptr[i], 'a');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),   cmocka_unit_test(test_cut),	 cmocka_unit_test(test_broken),
		cmocka_unit_test(test_turned), cmocka_unit_test(test_deflate64),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
