/* test_tnef.c - winmail.dat ([MS-OXTNEF]): its attachments with their names, texts, and what is broken in it. Written by hand. */
#include "letter/letter.h"

#include "base/pen.h"
#include "exam_test.h"
#include "mime/lzfu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(literal) ((struct span){ (const uint8_t *)(literal), sizeof(literal) - 1 })

static struct exam_test *test;
static uint8_t room[8192];

static struct pen tnef_begin(void)
{
	struct pen pen = pen_init(room, sizeof(room));

	pen_span(&pen, BYTES("\x78\x9f\x3e\x22\x01\x00"));
	return pen;
}

static void attribute(struct pen *pen, uint8_t level, uint32_t id, struct span value)
{
	uint32_t sum = 0;

	pen_byte(pen, level);
	pen_le(pen, id, 4);
	pen_le(pen, value.len, 4);
	pen_span(pen, value);
	for (size_t i = 0; i < value.len; i++)
		sum += value.ptr[i];
	pen_le(pen, sum, 2);
}

/* A property with one value of variable length. */
static void property(struct pen *pen, uint16_t type, uint16_t id, struct span value)
{
	pen_le(pen, type, 2);
	pen_le(pen, id, 2);
	pen_le(pen, 1, 4);
	pen_le(pen, value.len, 4);
	pen_span(pen, value);
	while (pen->used % 4)
		pen_byte(pen, 0);
}

static void render(struct pen *pen)
{
	attribute(pen, 2, 0x00069002, BYTES("\1\0\0\0\0\0\0\0\0\0\0\0\0\0"));
}

/* In memory that ends with it. */
static void open_tnef(const struct pen *pen)
{
	uint8_t *copy = malloc(pen->used);

	assert_non_null(copy);
	memcpy(copy, room, pen->used);
	exam_test_open(test, letter_tnef, (struct span){ copy, pen->used }, "winmail.dat");
	free(copy);
}

static void test_attachments(void **state)
{
	struct pen pen = tnef_begin(), inner;
	uint8_t properties[512];

	(void)state;
	attribute(&pen, 1, 0x00069007, BYTES("\xa4\x03\0\0\0\0\0\0")); /* 932 */
	attribute(&pen, 1, 0x00018004, BYTES("\x90\xbf\x8b\x81\0"));
	render(&pen);
	attribute(&pen, 2, 0x00018010, BYTES("\x90\xbf\x8b\x81.txt\0"));
	attribute(&pen, 2, 0x0006800f, BYTES("first"));
	render(&pen);
	attribute(&pen, 2, 0x00018010, BYTES("LONGNA~1.EXE\0"));
	attribute(&pen, 2, 0x0006800f, BYTES("second"));
	inner = pen_init(properties, sizeof(properties));
	pen_le(&inner, 3, 4);
	pen_le(&inner, 3, 2); /* a number of 32 bits, named by a text */
	pen_le(&inner, 0x8001, 2);
	pen_span(&inner, BYTES("0123456789abcdef\1\0\0\0\4\0\0\0a\0\0\0"));
	pen_le(&inner, 7, 4);
	property(&inner, 31, 0x3707, BYTES("l\0o\0n\0g\0 \0n\0a\0m\0e\0.\0t\0x\0t\0\0\0"));
	property(&inner, 30, 0x3704, BYTES("SHORT.TXT\0"));
	attribute(&pen, 2, 0x00069005, pen_since(&inner, 0));
	open_tnef(&pen);
	assert_int_equal(test->exam.found_count, 0);
	assert_int_equal(test->part_count, 2);
	assert_memory_equal(exam_test_part(test, "請求.txt")->bytes, "first", 5);
	assert_memory_equal(exam_test_part(test, "long name.txt")->bytes, "second", 6);
	assert_string_equal(test->text, "請求\n");
}

/* A message in the message is an object; a page is the body; a file that lies elsewhere is an address. */
static void test_properties(void **state)
{
	struct pen pen = tnef_begin(), inner;
	uint8_t properties[512];

	(void)state;
	inner = pen_init(properties, sizeof(properties));
	pen_le(&inner, 2, 4);
	property(&inner, 258, 0x1013, BYTES("<html>page"));
	property(&inner, 31, 0x1000, BYTES("t\0e\0x\0t\0"));
	attribute(&pen, 1, 0x00069003, pen_since(&inner, 0));
	render(&pen);
	inner = pen_init(properties, sizeof(properties));
	pen_le(&inner, 1, 4);
	property(&inner, 13, 0x3701, BYTES("0123456789abcdef\x78\x9f\x3e\x22\x01\x00"));
	attribute(&pen, 2, 0x00069005, pen_since(&inner, 0));
	render(&pen);
	inner = pen_init(properties, sizeof(properties));
	pen_le(&inner, 1, 4);
	property(&inner, 30, 0x370d, BYTES("\\\\192.0.2.1\\share\\a.docx\0"));
	attribute(&pen, 2, 0x00069005, pen_since(&inner, 0));
	open_tnef(&pen);
	assert_int_equal(test->exam.found_count, 0);
	assert_string_equal(test->text, "text\n");
	assert_true(exam_test_url(test, "\\\\192.0.2.1\\share\\a.docx"));
	assert_int_equal(test->part_count, 2);
	assert_true(test->parts[0].inline_body);
	assert_int_equal(test->parts[0].type, TYPE_HTML);
	assert_int_equal(test->parts[1].type, TYPE_TNEF);
}

/* The first example of [MS-OXRTFCP], 3.1; the same, not packed; and cut. */
static void test_rtf(void **state)
{
	static const uint8_t packed[] = { 0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0,
					  0x0a, 0, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20,
					  0x68, 0x65, 0x6c, 0x09, 0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a,
					  0x80, 0x0f, 0xa0 };
	static const char text[] = "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";
	struct pen pen = tnef_begin(), inner;
	uint8_t properties[512];

	(void)state;
	inner = pen_init(properties, sizeof(properties));
	pen_le(&inner, 1, 4);
	property(&inner, 258, 0x1009, (struct span){ packed, sizeof(packed) });
	attribute(&pen, 1, 0x00069003, pen_since(&inner, 0));
	open_tnef(&pen);
	assert_int_equal(test->part_count, 1);
	assert_int_equal(test->parts[0].type, TYPE_RTF);
	assert_int_equal(test->parts[0].len, sizeof(text) - 1);
	assert_memory_equal(test->parts[0].bytes, text, sizeof(text) - 1);
	for (size_t len = 0; len < sizeof(packed); len++) {
		size_t mark = arena_mark(&test->exam.arena);
		struct span undone = lzfu_undo((struct span){ packed, len }, SIZE_MAX, &test->exam.arena);

		assert_memory_equal(undone.len ? undone.ptr : packed, undone.len ? (const void *)text : packed, undone.len);
		arena_back(&test->exam.arena, mark);
	}
	assert_int_equal(lzfu_undo(BYTES("\x05\0\0\0\2\0\0\0MELA\0\0\0\0ab"), SIZE_MAX, &test->exam.arena).len, 2);
}

static void test_broken(void **state)
{
	struct pen pen = tnef_begin();

	(void)state;
	render(&pen);
	attribute(&pen, 2, 0x00018010, BYTES("a.txt\0"));
	attribute(&pen, 2, 0x0006800f, BYTES("data"));
	pen_span(&pen, BYTES("\2\x0f\x80\6\0\xff\xff\xff\xff"));
	open_tnef(&pen);
	assert_int_equal(test->exam.unseen[UNSEEN_BROKEN], 1);
	assert_non_null(exam_test_part(test, "a.txt")); /* what came before it is read */
	pen = tnef_begin();
	render(&pen);
	attribute(&pen, 2, 0x00069005, BYTES("\xff\xff\xff\xff\x1e\0\7\x37\1\0\0\0\xff\0\0\0"));
	open_tnef(&pen);
	assert_int_equal(test->exam.unseen[UNSEEN_BROKEN], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attachments),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_rtf),
		cmocka_unit_test(test_broken),
	};
	int failed;

	test = exam_test_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	exam_test_free(test);
	return failed;
}
