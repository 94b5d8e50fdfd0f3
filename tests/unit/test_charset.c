/* test_charset.c - text of any charset, base64, quoted-printable, percent signs. Expected by hand, and by Python's codecs. */
#include "format/charset.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(literal) ((struct span){ (const uint8_t *)(literal), sizeof(literal) - 1 })

static struct arena arena;

static void expect(struct span got, const char *want)
{
	char text[1024];

	assert_true(got.len < sizeof(text));
	if (got.len)
		memcpy(text, got.ptr, got.len);
	text[got.len] = '\0';
	assert_string_equal(text, want);
	arena_clear(&arena);
}

/* In memory that ends with the last byte. */
static void reads(struct span bytes, const char *charset, const char *want)
{
	uint8_t *copy = malloc(bytes.len ? bytes.len : 1);

	assert_non_null(copy);
	memcpy(copy, bytes.ptr, bytes.len);
	expect(charset_text((struct span){ copy, bytes.len }, text_span(charset), SIZE_MAX, &arena), want);
	free(copy);
}

static void test_charsets(void **state)
{
	(void)state;
	reads(BYTES("plain"), "us-ascii", "plain");
	reads(BYTES("caf\xe9 \x80"), "ISO-8859-1", "café €");
	reads(BYTES("caf\xc3\xa9"), "\"UTF8\"", "café");
	reads(BYTES("\xef\xbb\xbfx"), "utf-8", "x");
	reads(BYTES("a\xff\xe3\x81z\xef\xbf\xbd"), "utf-8", "a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd");
	reads(BYTES("\xef\xbf"), "utf-8", "\xef\xbf\xbd");
	reads(BYTES("\x90\xbf\x8b\x81\x8f\x91\x81\x40\x87\x40\xb1"), "Shift_JIS", "請求書　①ｱ");
	reads(BYTES("\xc0\xc1\xb5\xe1\xbd\xf1"), "x-euc-jp", "請求書");
	reads(BYTES("\xb4\xeb\xba\xa3"), "gb2312", "措海");
	reads(BYTES("\xa4\xa4\xa4\xe5"), "big5", "中文");
	reads(BYTES("\xc7\xd1\xb1\xdb"), "ks_c_5601-1987", "한글");
	reads(BYTES("\xd0\xd2\xc9\xd7\xc5\xd4"), "koi8-r", "привет");
	reads(BYTES("\xef\xf0\xe8\xe2\xe5\xf2"), "windows-1251", "привет");
	reads(BYTES("+ZeVnLA-"), "utf-7", "日本");
	reads(BYTES("a\0b\0\x3d\xd8\x00\xde"), "utf-16le", "ab😀");
	reads(BYTES("\xfe\xff\0a\xd8\x3d\0b"), "utf-16", "a\xef\xbf\xbd" "b");
	/* nobody knows it, or it is not what it says: guessed */
	reads(BYTES("caf\xe9"), "x-nonsense", "café");
	reads(BYTES("caf\xc3\xa9"), "us-ascii", "café");
	/* cut in the middle of a character, and a lead byte before what cannot follow */
	reads(BYTES("\x82\xa0\x82"), "sjis", "あ\xef\xbf\xbd");
	reads(BYTES("\x82<b>"), "sjis", "\xef\xbf\xbd<b>");
}

/* RFC 1468, and what senders do: NEC's row 13, half-width katakana by escape and by eight bits, no escape at the end. */
static void test_iso2022jp(void **state)
{
	(void)state;
	reads(BYTES("\x1b$B@A5a=q\x1b(B.zip"), "ISO-2022-JP", "請求書.zip");
	reads(BYTES("\x1b$B-!\x1b(I1\x1b(J a\x1b$@@A"), "iso-2022-jp", "①ｱ a請");
	reads(BYTES("\x1b$B@A\nplain\xb1"), "iso-2022-jp", "請\nplainｱ");
	reads(BYTES("\x1b$(D0!\x1b(B"), "iso-2022-jp-1", "丂");
	reads(BYTES("\x1b$B@\x1b(B\x1b"), "iso-2022-jp", "@\x1b");
	reads(BYTES("no escape"), "iso-2022-jp", "no escape");
}

static void test_long(void **state)
{
	enum { LONG = 100000 };
	uint8_t *bytes = malloc(LONG);
	struct span text;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < LONG; i += 2)
		memcpy(bytes + i, "\x82\xa0", 2);
	text = charset_text((struct span){ bytes, LONG }, text_span("sjis"), SIZE_MAX, &arena);
	assert_int_equal(text.len, LONG / 2 * 3);
	for (size_t i = 0; i < text.len; i += 3)
		assert_memory_equal(text.ptr + i, "あ", 3);
	text = charset_text((struct span){ bytes, LONG }, text_span("sjis"), 1000, &arena);
	assert_in_range(text.len, 997, 1000);
	text = charset_text((struct span){ bytes, LONG }, text_span("sjis"), 2, &arena);
	assert_int_equal(text.len, 0);
	arena_clear(&arena);
	free(bytes);
}

static void guesses(struct span bytes, const char *want)
{
	expect(charset_guess(bytes), want);
}

static void test_guess(void **state)
{
	(void)state;
	guesses(BYTES(""), "utf-8");
	guesses(BYTES("a\0b\0c\0\n\0"), "utf-16le");
	guesses(BYTES("\0a\0b\0c"), "utf-16be");
	guesses(BYTES("\xff\xfe\x01\x02"), "utf-16");
	guesses(BYTES("日本"), "utf-8");
	guesses(BYTES("\x1b$B@A\x1b(B"), "iso-2022-jp");
	guesses(BYTES("\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd"), "shift_jis");
	guesses(BYTES("\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf"), "euc-jp");
	guesses(BYTES("sch\xf6n gr\xfc\xdf" "e"), "windows-1252");
}

static void base64(const char *text, const char *want, bool strange)
{
	bool told;
	struct span got = base64_undo(text_span(text), &arena, &told);

	assert_int_equal(told, strange);
	expect(got, want);
}

static void test_base64(void **state)
{
	(void)state;
	base64("", "", false);
	base64("TWFu", "Man", false);
	base64("TWFuTWFuTWE=\r\n", "ManManMa", false);
	base64("TW\r\nFu\n TQ==", "ManM", false);
	base64("TWFuT", "Man", true);      /* six bits are no byte */
	base64("TWFuTWE", "ManMa", false); /* no padding */
	base64("TWE=TWFu", "MaMan", true); /* goes on behind the padding */
	base64("T*WF-u", "Man", true);
	base64("=", "", true);
}

static void test_base64_cut(void **state)
{
	struct arena small;
	char text[4001];

	(void)state;
	memset(text, 'A', 4000);
	text[4000] = '\0';
	assert_true(arena_open(&small, 4096));
	for (size_t left = 4096 - 16 * 20; left < 4096; left += 16) {
		arena_clear(&small);
		assert_non_null(arena_take(&small, left));
		assert_true(base64_undo(text_span(text), &small, NULL).len <= 4096 - left);
		assert_true(small.full);
		small.full = false;
	}
	arena_close(&small);
}

static void quoted(const char *text, const char *want, bool strange)
{
	bool told;
	struct span got = quoted_undo(text_span(text), &arena, &told);

	assert_int_equal(told, strange);
	expect(got, want);
}

static void test_quoted(void **state)
{
	(void)state;
	quoted("a=3Db=3d", "a=b=", false);
	quoted("one=\r\ntwo= \t\nthree=\rfour=", "onetwothreefour", false);
	quoted("a=zb", "a=zb", true);
	quoted("a=4", "a=4", true);
	quoted("x= y", "x= y", true);
	expect(percent_undo(text_span("a%20b%zz%4"), &arena), "a b%zz%4");
	expect(percent_undo(text_span("plain"), &arena), "plain");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charsets), cmocka_unit_test(test_iso2022jp), cmocka_unit_test(test_long),
		cmocka_unit_test(test_guess),	 cmocka_unit_test(test_base64),	   cmocka_unit_test(test_base64_cut),
		cmocka_unit_test(test_quoted),
	};
	int failed;

	if (!arena_open(&arena, 1 << 20))
		return 1;
	charset_open();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_close(&arena);
	return failed;
}
