/*
 * test_reassembly.c - segments into streams: what the reader is given, as text. "[7]" is a gap of seven
 * bytes. Expected by hand from RFC 9293, 3.4, and from the bounds in reassembly.h.
 */
#include "talk/reassembly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PIECES 64 /* room for so many in all */
#define KEEPS  4

/* One conversation and what its reader was told of either end. */
struct reading {
	struct reassembly_room room;
	struct reassembly r;
	struct reassembly_reader reader;
	size_t most; /* bytes that the reader takes at a time ... */
	size_t less; /* ... and leaves at least so many */
	char told[2][4096];
	size_t told_len[2];
	uint64_t fed[2]; /* bytes that were used up */
	uint64_t missing;
};

static size_t feed(void *whom, unsigned end, struct span bytes)
{
	struct reading *s = whom;
	size_t n = bytes.len > s->less ? bytes.len - s->less : 0;

	n = n < s->most ? n : s->most;
	for (size_t i = 0; i < n && s->told_len[end] < sizeof(s->told[end]) - 1; i++)
		s->told[end][s->told_len[end]++] = (char)bytes.ptr[i];
	s->fed[end] += n;
	return n;
}

static void gap(void *whom, unsigned end, uint64_t missing)
{
	struct reading *s = whom;
	int n = snprintf(s->told[end] + s->told_len[end], sizeof(s->told[end]) - s->told_len[end],
			 "[%llu]", (unsigned long long)missing);

	s->told_len[end] += (size_t)n;
	s->missing += missing;
}

static int begin(void **state)
{
	static struct reading s;

	memset(&s, 0, sizeof(s));
	s.reader = (struct reassembly_reader){feed, gap, &s};
	s.most = SIZE_MAX;
	*state = &s;
	return reassembly_room_open(&s.room, PIECES, KEEPS) ? 0 : -1;
}

/* All room comes back, whatever the test did. */
static int end(void **state)
{
	struct reading *s = *state;
	bool empty;

	reassembly_free(&s->r, &s->room);
	empty = s->room.pieces.used == 0 && s->room.keeps.used == 0;
	reassembly_room_close(&s->room);
	return empty ? 0 : -1;
}

static void say_cut(struct reading *s, unsigned side, uint32_t seq, const char *text, uint32_t cut)
{
	struct reassembly_segment segment = {
		side, seq, {(const uint8_t *)text, strlen(text)}, cut};

	reassembly_add(&s->r, &s->room, &segment, &s->reader);
}

static void say(struct reading *s, unsigned side, uint32_t seq, const char *text)
{
	say_cut(s, side, seq, text, 0);
}

/* So many bytes of a letter, from text that is made for it. */
static void say_long(struct reading *s, unsigned side, uint32_t seq, char letter, size_t len)
{
	static char text[70000];

	assert_true(len < sizeof(text));
	memset(text, letter, len);
	text[len] = 0;
	say(s, side, seq, text);
}

static void acked(struct reading *s, unsigned side, uint32_t ack)
{
	reassembly_acked(&s->r, &s->room, side, ack, &s->reader);
}

static void test_in_order(void **state)
{
	struct reading *s = *state;

	say(s, 0, 1000, "one ");
	say(s, 1, 5000, "eins ");
	say(s, 0, 1004, "two");
	say(s, 1, 5005, "zwei");
	assert_string_equal(s->told[0], "one two");
	assert_string_equal(s->told[1], "eins zwei");
	assert_int_equal(s->room.pieces.fresh + s->room.keeps.fresh, 0); /* nothing was copied */
}

/* All orders of four segments, where it is known where the stream begins. */
static void test_any_order(void **state)
{
	struct reading *s = *state;

	for (unsigned order = 0; order < 256; order++) {
		unsigned at[4] = {order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6};
		static const char *const parts[4] = {"ab", "cd", "ef", "gh"};

		if ((1u << at[0] | 1u << at[1] | 1u << at[2] | 1u << at[3]) != 15)
			continue;
		s->r.end[0] = (struct reassembly_end){.next = 10, .begun = true};
		s->told_len[0] = 0;
		memset(s->told[0], 0, sizeof(s->told[0]));
		for (unsigned i = 0; i < 4; i++)
			say(s, 0, 10 + 2 * at[i], parts[at[i]]);
		assert_string_equal(s->told[0], "abcdefgh");
		assert_int_equal(s->r.end[0].waiting, 0);
	}
	assert_int_equal(s->room.gaps, 0);
	assert_int_equal(s->room.pieces.used, 0);
}

static void test_retransmission(void **state)
{
	struct reading *s = *state;

	say(s, 0, 10, "abc");
	say(s, 0, 10, "abc");
	say(s, 0, 11, "b");
	say(s, 0, 10, "abcdef"); /* a part of it is new */
	say(s, 0, 12, "cd");
	assert_string_equal(s->told[0], "abcdef");
	assert_int_equal(s->room.repeated, 3);
	say(s, 0, 18, "ij");
	say(s, 0, 18, "ij"); /* a repeated one that waits */
	say(s, 0, 16, "gh");
	assert_string_equal(s->told[0], "abcdefghij");
	assert_int_equal(s->r.end[0].waiting, 0);
}

/* What the receiver has already, or has waiting, stays; but a segment that begins before one that waits
 * counts as far as it reaches, as with BSD, Linux and most others (Novak and Sturges, 2007). */
static void test_overlap(void **state)
{
	struct reading *s = *state;

	say(s, 0, 10, "abcd");
	say(s, 0, 12, "XXef");
	assert_string_equal(s->told[0], "abcdef");
	say(s, 0, 18, "ijkl"); /* waits */
	say(s, 0, 18, "XXXX"); /* the same place: the first stays */
	say(s, 0, 20, "YYmn"); /* begins within it: what waits stays */
	say(s, 0, 16, "gh");
	assert_string_equal(s->told[0], "abcdefghijklmn");
	say(s, 1, 10, "a");
	say(s, 1, 14, "XX");
	say(s, 1, 11, "bcdef"); /* begins before it, and reaches over it */
	say(s, 1, 16, "g");
	assert_string_equal(s->told[1], "abcdefg");
	assert_int_equal(s->room.gaps, 0);
}

static void test_wrap_around(void **state)
{
	struct reading *s = *state;
	uint32_t seq = UINT32_MAX - 3;

	say(s, 0, seq, "ab");
	say(s, 0, seq + 6, "gh"); /* is at 2 */
	say(s, 0, seq + 2, "cdef"); /* its last two are at 0 and 1 */
	say(s, 0, seq, "XX");
	say(s, 0, seq + 8, "ij");
	assert_string_equal(s->told[0], "abcdefghij");
	assert_int_equal(s->r.end[0].next, 6);
	say(s, 1, UINT32_MAX, "a");
	say(s, 1, 4, "f");
	acked(s, 0, 5);
	assert_string_equal(s->told[1], "a[4]f");
}

/* The receiver has acknowledged what lies behind the hole: only the capture missed it. */
static void test_hole_acknowledged(void **state)
{
	struct reading *s = *state;

	say(s, 0, 10, "ab");
	say(s, 0, 15, "fg");
	say(s, 0, 20, "kl");
	acked(s, 1, 14); /* not yet */
	assert_string_equal(s->told[0], "ab");
	acked(s, 0, 100); /* the other direction */
	assert_string_equal(s->told[0], "ab");
	acked(s, 1, 17);
	assert_string_equal(s->told[0], "ab[3]fg");
	acked(s, 1, 22);
	assert_string_equal(s->told[0], "ab[3]fg[3]kl");
	assert_int_equal(s->room.gaps, 2);
	say(s, 0, 12, "cde"); /* comes too late */
	assert_string_equal(s->told[0], "ab[3]fg[3]kl");
}

/* Nothing of the other end is captured, so nothing is acknowledged: the end tells. */
static void test_one_direction(void **state)
{
	struct reading *s = *state;

	say(s, 1, 10, "ab");
	say(s, 1, 14, "ef");
	say(s, 1, 20, "kl");
	assert_string_equal(s->told[1], "ab");
	reassembly_flush(&s->r, &s->room, &s->reader);
	assert_string_equal(s->told[1], "ab[2]ef[4]kl");
	assert_int_equal(s->room.pieces.used, 0);
	reassembly_flush(&s->r, &s->room, &s->reader);
	assert_string_equal(s->told[1], "ab[2]ef[4]kl");
}

/* A reset within a hole: nothing is flushed, and all comes back (see end()). */
static void test_reset_in_hole(void **state)
{
	struct reading *s = *state;

	s->less = 1;
	say(s, 0, 10, "ab");
	say(s, 0, 14, "ef");
	say_long(s, 1, 10, 'x', 5000);
	say(s, 1, 10000, "yz");
	assert_int_equal(s->room.pieces.used, 2);
	assert_int_equal(s->room.keeps.used, 2);
	reassembly_free(&s->r, &s->room);
	assert_int_equal(s->room.pieces.used, 0);
	assert_int_equal(s->room.keeps.used, 0);
	assert_string_equal(s->told[0], "a");
}

/* More waits than may: the hole is given up, and nothing else is lost. */
static void test_window(void **state)
{
	struct reading *s = *state;
	char expect[64] = "ab[1]";

	say(s, 0, 10, "ab");
	for (unsigned i = 0; i < PIECES_MAX; i++) {
		say(s, 0, 13 + i, (const char[]){(char)('A' + i), 0});
		expect[5 + i] = (char)('A' + i);
	}
	assert_string_equal(s->told[0], "ab");
	assert_int_equal(s->r.end[0].waiting, PIECES_MAX);
	say(s, 0, 13 + PIECES_MAX, "z");
	expect[5 + PIECES_MAX] = 'z';
	assert_string_equal(s->told[0], expect);
	assert_int_equal(s->room.pieces.used, 0);
}

/* A long segment takes several pieces; one that is longer than all of them is not kept. */
static void test_long_segments(void **state)
{
	struct reading *s = *state;

	s->r.end[0] = (struct reassembly_end){.next = 10, .begun = true};
	say_long(s, 0, 20, 'x', 3 * PIECE_BYTES);
	assert_int_equal(s->r.end[0].waiting, 3);
	say_long(s, 0, 10, 'a', 10);
	assert_int_equal(s->fed[0], 10 + 3 * PIECE_BYTES);
	assert_int_equal(s->missing, 0);
	say_long(s, 0, 20 + 3 * PIECE_BYTES + 5, 'y', PIECES_MAX * PIECE_BYTES + 1);
	assert_int_equal(s->missing, 5);
	assert_int_equal(s->fed[0], 11 + (3 + PIECES_MAX) * PIECE_BYTES);
}

/* The room of all conversations is used up: this one gives up its hole at once. */
static void test_no_room(void **state)
{
	struct reading *s = *state;
	void *taken[PIECES];

	for (unsigned i = 0; i < PIECES; i++)
		taken[i] = slab_take(&s->room.pieces);
	say(s, 0, 10, "ab");
	say(s, 0, 14, "ef");
	assert_string_equal(s->told[0], "ab[2]ef");
	assert_int_equal(s->room.pieces.refused, 1);
	for (unsigned i = 0; i < PIECES; i++)
		slab_give(&s->room.pieces, taken[i]);
}

/* Further away than any window is: another conversation at the same ports, or forged. */
static void test_far_away(void **state)
{
	struct reading *s = *state;

	say(s, 0, 10, "ab");
	say(s, 0, 12 + (1 << 20) + 1, "zz");
	say(s, 0, 12 - (1 << 20) - 1, "zz");
	say(s, 0, 12 + 0x80000000u, "zz");
	say(s, 0, 12, "cd");
	assert_string_equal(s->told[0], "abcd");
	assert_int_equal(s->room.pieces.used, 0);
}

/* What the capture cut off is missing, but what comes behind it is in its place. */
static void test_cut_by_capture(void **state)
{
	struct reading *s = *state;

	say_cut(s, 0, 10, "ab", 8);
	say_cut(s, 0, 20, "cd", 0);
	say_cut(s, 0, 10, "ab", 8); /* again */
	assert_string_equal(s->told[0], "ab[8]cd");
	assert_int_equal(s->missing, 8);
}

/* What the reader leaves is given again with what follows; at most STREAM_KEEP bytes. */
static void test_keeping(void **state)
{
	struct reading *s = *state;

	s->less = 2;
	say(s, 0, 10, "abc");
	say(s, 0, 13, "d");
	assert_string_equal(s->told[0], "ab");
	assert_int_equal(s->room.keeps.used, 1);
	s->less = 0;
	say(s, 0, 14, "e");
	assert_string_equal(s->told[0], "abcde");
	assert_int_equal(s->room.keeps.used, 0);
	s->most = 0;
	say_long(s, 0, 15, 'x', STREAM_KEEP - 1);
	assert_int_equal(s->missing, 0);
	say_long(s, 0, 15 + STREAM_KEEP - 1, 'x', 101);
	assert_int_equal(s->missing, 100);
	assert_int_equal(s->room.stuck, 1);
	assert_int_equal(s->room.keeps.used, 0);
	s->most = SIZE_MAX;
	say(s, 0, 15 + STREAM_KEEP + 100, "f");
	assert_string_equal(s->told[0], "abcde[100]f");
}

/* Room for what readers leave is bounded, too: without it, the bytes are lost and that is told. */
static void test_keeping_without_room(void **state)
{
	struct reading *s = *state;
	void *taken[KEEPS];

	for (unsigned i = 0; i < KEEPS; i++)
		taken[i] = slab_take(&s->room.keeps);
	s->less = 2;
	say(s, 0, 10, "abcd");
	assert_string_equal(s->told[0], "ab[2]");
	for (unsigned i = 0; i < KEEPS; i++)
		slab_give(&s->room.keeps, taken[i]);
}

static void test_again(void **state)
{
	struct reading *s = *state;

	s->most = 0;
	say(s, 0, 10, "abc");
	reassembly_again(&s->r, &s->room, 1, &s->reader); /* that end left nothing */
	s->most = SIZE_MAX;
	reassembly_again(&s->r, &s->room, 0, &s->reader);
	assert_string_equal(s->told[0], "abc");
	assert_int_equal(s->room.keeps.used, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_in_order),
		TEST(test_any_order),
		TEST(test_retransmission),
		TEST(test_overlap),
		TEST(test_wrap_around),
		TEST(test_hole_acknowledged),
		TEST(test_one_direction),
		TEST(test_reset_in_hole),
		TEST(test_window),
		TEST(test_long_segments),
		TEST(test_no_room),
		TEST(test_far_away),
		TEST(test_cut_by_capture),
		TEST(test_keeping),
		TEST(test_keeping_without_room),
		TEST(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
