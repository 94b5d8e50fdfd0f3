/* test_json.c - the JSON writer and what it stands on: escaping, runes, numbers for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call writes. */
struct page {
	char *text;
	size_t size;
	FILE *out;
};

/* In place: the stream keeps the addresses of text and size. */
static void page_open(struct page *page)
{
	page->out = open_memstream(&page->text, &page->size);
	assert_non_null(page->out);
}

static void page_is(struct page *page, const char *expected)
{
	fclose(page->out);
	assert_string_equal(page->text, expected);
	free(page->text);
}

static void string_is(const char *bytes, size_t length, const char *expected)
{
	struct page page;
	struct json json;

	page_open(&page);
	json = json_init(page.out);
	json_span(&json, (struct span){(const uint8_t *)bytes, length});
	page_is(&page, expected);
}

#define STRING_IS(bytes, expected) string_is(bytes, sizeof(bytes) - 1, expected)

static void test_nesting(void **state)
{
	struct page page;
	struct json json;

	(void)state;
	page_open(&page);
	json = json_init(page.out);
	json_open_object(&json);
	json_put_uint(&json, "most", UINT64_MAX);
	json_key(&json, "least");
	json_int(&json, INT64_MIN);
	json_put_array(&json, "list");
	json_bool(&json, true);
	json_write_null(&json);
	json_open_object(&json);
	json_close_object(&json);
	json_open_array(&json);
	json_close_array(&json);
	json_close_array(&json);
	json_put_bool(&json, "no", false);
	json_put_string(&json, "none", NULL);
	json_put_object(&json, "in");
	json_put_string(&json, "a\"b", "x");
	json_close_object(&json);
	json_close_object(&json);
	json_end_line(&json);
	json_uint(&json, 7);
	json_end_line(&json);
	page_is(&page, "{\"most\":18446744073709551615,\"least\":-9223372036854775808,"
		       "\"list\":[true,null,{},[]],\"no\":false,\"none\":null,"
		       "\"in\":{\"a\\\"b\":\"x\"}}\n7\n");
}

static void test_escaping(void **state)
{
	(void)state;
	STRING_IS("", "\"\"");
	STRING_IS("a\"b\\c/", "\"a\\\"b\\\\c/\"");
	STRING_IS("\n\t\r\x01\x1b[31m\x7f", "\"\\n\\t\\r\\u0001\\u001b[31m\\u007f\"");
	STRING_IS("a\0b", "\"a\\u0000b\"");
	STRING_IS("重要 é 🔥", "\"重要 é 🔥\"");
	STRING_IS("\xc2\x85\xe2\x80\xa8\xe2\x80\xae", "\"\\u0085\\u2028\\u202e\"");
	STRING_IS("\xf3\xa0\x80\x81", "\"\\udb40\\udc01\""); /* a hidden tag, U+E0001 */
}

/* Each case of the Unicode Standard's table 3-7 that a lax decoder lets through. */
static void test_invalid_utf8(void **state)
{
	(void)state;
	STRING_IS("a\xff", "\"a\xef\xbf\xbd\"");
	STRING_IS("\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"");                 /* overlong / */
	STRING_IS("\xe0\x80\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""); /* overlong */
	STRING_IS("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""); /* surrogate */
	STRING_IS("\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	STRING_IS("\xe7\xb7", "\"\xef\xbf\xbd\"");       /* cut short: one, not two */
	STRING_IS("\xe7\xb7\"", "\"\xef\xbf\xbd\\\"\""); /* and the quote is not eaten */
	STRING_IS("\xf0\x9f\x94"
		  "A",
		  "\"\xef\xbf\xbd"
		  "A\"");
}

/* What a byte is written as; NULL: as it is. */
static const char *escaped(unsigned byte, char text[8])
{
	switch (byte) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\t':
		return "\\t";
	case '\r':
		return "\\r";
	}
	if (byte >= 0x80)
		return "\xef\xbf\xbd";
	if (byte >= 0x20 && byte < 0x7f)
		return NULL;
	snprintf(text, 8, "\\u%04x", byte);
	return text;
}

/* Every byte at every place of strings of every short length: none is passed over. */
static void test_each_byte(void **state)
{
	char bytes[20], expected[64], text[8];

	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		const char *as = escaped(byte, text);

		for (size_t length = 1; length <= sizeof(bytes); length++) {
			for (size_t at = 0; at < length; at++) {
				memset(bytes, 'x', length);
				bytes[at] = (char)byte;
				snprintf(expected, sizeof(expected), "\"%.*s%.*s%.*s\"", (int)at,
					 "xxxxxxxxxxxxxxxxxxxx", as ? (int)strlen(as) : 1,
					 as ? as : &bytes[at], (int)(length - at - 1),
					 "xxxxxxxxxxxxxxxxxxxx");
				string_is(bytes, length, expected);
			}
		}
	}
}

/* Strings of all lengths about the size of the writer's room, at all places in it. */
static void test_room(void **state)
{
	static char text[3 * JSON_ROOM], expected[4 * JSON_ROOM];

	(void)state;
	memset(text, 'y', sizeof(text));
	for (size_t before = 0; before < 40; before++) {
		for (size_t length = JSON_ROOM - 60; length < JSON_ROOM + 20; length++) {
			struct page page;
			struct json json;

			page_open(&page);
			json = json_init(page.out);
			json_open_array(&json);
			json_span(&json, (struct span){ (const uint8_t *)text, before });
			json_span(&json, (struct span){ (const uint8_t *)text, length });
			json_uint(&json, 12345);
			json_span(&json, (struct span){ (const uint8_t *)text, 2 * length });
			json_close_array(&json);
			json_end_line(&json);
			snprintf(expected, sizeof(expected), "[\"%.*s\",\"%.*s\",12345,\"%.*s\"]\n",
				 (int)before, text, (int)length, text, (int)(2 * length), text);
			page_is(&page, expected);
		}
	}
}

/* A whole value is in the stream without the end of its line, and the next line may follow it. */
static void test_whole_value_is_written(void **state)
{
	struct page page;
	struct json json;

	(void)state;
	page_open(&page);
	json = json_init(page.out);
	json_write_string(&json, "a");
	fputs(" and ", page.out);
	json_end_line(&json);
	json_int(&json, -12);
	page_is(&page, "\"a\" and \n-12");
}

static void mistake_two_values(struct json *json)
{
	json_uint(json, 1);
	json_uint(json, 2);
}

static void mistake_no_key(struct json *json)
{
	json_open_object(json);
	json_uint(json, 1);
}

static void mistake_key_twice(struct json *json)
{
	json_open_object(json);
	json_key(json, "a");
	json_key(json, "b");
}

static void mistake_key_in_array(struct json *json)
{
	json_open_array(json);
	json_key(json, "a");
}

static void mistake_wrong_close(struct json *json)
{
	json_open_array(json);
	json_close_object(json);
}

static void mistake_close_after_key(struct json *json)
{
	json_open_object(json);
	json_key(json, "a");
	json_close_object(json);
}

static void mistake_line_inside(struct json *json)
{
	json_open_object(json);
	json_end_line(json);
}

static void mistake_too_deep(struct json *json)
{
	for (int i = 0; i <= JSON_DEPTH; i++)
		json_open_array(json);
}

/* Every mistake of ours must end the program, not write broken JSON. */
static void test_mistakes_abort(void **state)
{
	static void (*const mistakes[])(struct json *) = {
		mistake_two_values,   mistake_no_key,      mistake_key_twice,
		mistake_key_in_array, mistake_wrong_close, mistake_close_after_key,
		mistake_line_inside,  mistake_too_deep,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		int status;
		pid_t child = fork();

		assert_int_not_equal(child, -1);
		if (child == 0) {
			FILE *out = fopen("/dev/null", "w");
			struct json json = json_init(out);

			setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
			signal(SIGABRT, SIG_DFL);
			if (freopen("/dev/null", "w", stderr) == NULL)
				_exit(2);
			mistakes[i](&json);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}

static void test_visible(void **state)
{
	struct page page;

	(void)state;
	page_open(&page);
	text_visible(page.out, text_span("ok \x1b[2J\r\n\xc2\x9b"
					 "31m\xe2\x80\xae火\xff"));
	page_is(&page, "ok \\x1b[2J\\x0d\\x0a\\x9b31m\\u202e火\xef\xbf\xbd");
	page_open(&page);
	text_html(page.out, text_span("<b a='1'>\"&\x01</b>火"));
	page_is(&page, "&lt;b a=&#39;1&#39;&gt;&quot;&amp;\\x01&lt;/b&gt;火");
	assert_int_equal(text_columns(text_span("火の見")), 6);
	assert_int_equal(text_columns(text_span("a\x1b"
						"e\xcc\x81")),
			 6);
}

static void test_pieces(void **state)
{
	struct span rest = text_span("\n one two\n\nthree"), line, word;

	(void)state;
	assert_true(text_line(&rest, &line));
	assert_int_equal(line.len, 8);
	assert_true(text_word(&line, &word));
	assert_memory_equal(word.ptr, "one", 3);
	assert_true(text_word(&line, &word));
	assert_memory_equal(word.ptr, "two", 3);
	assert_false(text_word(&line, &word));
	assert_true(text_line(&rest, &line));
	assert_int_equal(line.len, 5);
	assert_false(text_line(&rest, &line));
}

static void test_numbers(void **state)
{
	char text[TEXT_NUMBER + 32], small[8] = "abc";

	(void)state;
	assert_string_equal(text_count(0, text), "0");
	assert_string_equal(text_count(999, text), "999");
	assert_string_equal(text_count(1000, text), "1,000");
	assert_string_equal(text_count(UINT64_MAX, text), "18,446,744,073,709,551,615");
	assert_string_equal(text_bytes(999, text), "999 B");
	assert_string_equal(text_bytes(1000, text), "1.0 kB");
	assert_string_equal(text_bytes(99949, text), "99.9 kB");
	assert_string_equal(text_bytes(99950, text), "100 kB");
	assert_string_equal(text_bytes(999949, text), "1000 kB");
	assert_string_equal(text_bytes(999950, text), "1.0 MB");
	assert_string_equal(text_bytes(UINT64_MAX, text), "18.4 EB");
	assert_string_equal(text_bits(48200000, text), "48.2 Mbit/s");
	assert_string_equal(text_about(29, text), "29");
	assert_string_equal(text_about(4213, text), "about 4,200");
	assert_string_equal(text_about(99600, text), "about 100,000");
	assert_string_equal(text_about(UINT64_MAX, text), "about 18,000,000,000,000,000,000");
	assert_string_equal(text_plural(1, "packet", text), "1 packet");
	assert_string_equal(text_plural(1597, "packet", text), "1,597 packets");
	text_append(small, sizeof(small), "%d", 1234567);
	assert_string_equal(small, "abc1234");
}

/* Fractions, and JSON that is there already: each in its place in a list. */
static void test_thousandths(void **state)
{
	static const int64_t numbers[] = { 0, 1500, -1500, 5, 40, -1, 12345678, INT64_MIN };
	struct page page;
	struct json json;

	(void)state;
	page_open(&page);
	json = json_init(page.out);
	json_open_array(&json);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		json_thousandths(&json, numbers[i]);
	json_ready(&json, text_span("{\"a\":[1]}"));
	json_close_array(&json);
	page_is(&page, "[0,1.5,-1.5,0.005,0.04,-0.001,12345.678,-9223372036854775.808,{\"a\":[1]}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nesting),      cmocka_unit_test(test_escaping),
		cmocka_unit_test(test_each_byte),    cmocka_unit_test(test_room),
		cmocka_unit_test(test_whole_value_is_written),
		cmocka_unit_test(test_invalid_utf8), cmocka_unit_test(test_mistakes_abort),
		cmocka_unit_test(test_visible),      cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_numbers),      cmocka_unit_test(test_thousandths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
