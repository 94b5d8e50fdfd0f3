/* test_onenote.c - files and links in notes. */
#include "exam_test.h"

#include "base/pen.h"
#include "document/document.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct exam_test *t;
static uint8_t room[8192];
static struct pen pen;

static int setup(void **state)
{
	static const uint8_t begin[16] = { 0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d,
					   0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3 };

	(void)state;
	t = exam_test_new();
	pen = pen_init(room, sizeof(room));
	pen_span(&pen, (struct span){ begin, sizeof(begin) });
	while (pen.used < 1024)
		pen_byte(&pen, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	exam_test_free(t);
	return 0;
}

/* A set of three properties, of which the last is the text. */
static void add_text(uint32_t property, const char *text)
{
	pen_le(&pen, 3, 2);
	pen_le(&pen, 0x20001d9b, 4); /* a reference: no bytes */
	pen_le(&pen, 0x14001c01, 4); /* four bytes */
	pen_le(&pen, property, 4);
	pen_le(&pen, 0x12345678, 4);
	pen_le(&pen, (strlen(text) + 1) * 2, 4);
	for (size_t i = 0; i <= strlen(text); i++)
		pen_le(&pen, (uint8_t)text[i], 2);
}

static void add_file(struct span bytes)
{
	static const uint8_t begin[16] = { 0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45,
					   0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac };

	pen_span(&pen, (struct span){ begin, sizeof(begin) });
	pen_le(&pen, bytes.len, 8);
	pen_le(&pen, 0, 4);
	pen_le(&pen, 0, 8);
	pen_span(&pen, bytes);
}

static void open_note(void)
{
	exam_test_open(t, document_onenote, pen_since(&pen, 0), "a.one");
}

static void embedded_script(void **state)
{
	(void)state;
	add_file(text_span("\x89PNG\r\n\x1a\n a button to click on"));
	add_text(0x1c001d9c, "report.pdf");
	add_text(0x1c001d9c, "open.hta");
	add_file(text_span("<html><script>alert(1)</script></html>"));
	add_file(text_span("%PDF-1.4 harmless"));
	open_note();
	assert_true(exam_test_found(t, FINDING_ONENOTE_FILE, "open.hta"));
	assert_non_null(exam_test_part(t, "open.hta"));
	assert_int_equal(exam_test_part(t, "report.pdf")->type, TYPE_PDF);
	assert_int_equal(t->part_count, 3);
}

static void pictures_and_links(void **state)
{
	(void)state;
	add_file(text_span("\x89PNG\r\n\x1a\n holidays"));
	add_text(0x1c001e20, "https://a.example/");
	open_note();
	assert_int_equal(t->exam.found_count, 0);
	assert_true(exam_test_url(t, "https://a.example/"));
}

static void cut_off(void **state)
{
	(void)state;
	add_file(text_span("MZ....................."));
	pen.used -= 4;
	open_note();
	assert_int_equal(t->exam.unseen[UNSEEN_BROKEN], 1);
	assert_int_equal(t->part_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(embedded_script, setup, teardown),
		cmocka_unit_test_setup_teardown(pictures_and_links, setup, teardown),
		cmocka_unit_test_setup_teardown(cut_off, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
