/* test_program.c - facts of programs, tests of scanners, and what lies behind the end of pictures. */
#include "exam_test.h"

#include "base/pen.h"
#include "document/document.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct exam_test *t;
static uint8_t room[8192];

static int setup(void **state)
{
	(void)state;
	t = exam_test_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	exam_test_free(t);
	return 0;
}

static void zeros_to(struct pen *pen, size_t to)
{
	while (pen->used < to)
		pen_byte(pen, 0);
}

/* A header of a DLL for 32 bits with one section at 0x200, in which an export stands. */
static struct span write_pe(const char *section, const char *exported, struct span overlay)
{
	struct pen pen = pen_init(room, sizeof(room));

	pen_text(&pen, "MZ");
	zeros_to(&pen, 60);
	pen_le(&pen, 64, 4);
	pen_span(&pen, (struct span){ (const uint8_t *)"PE\0\0", 4 });
	pen_le(&pen, 0x14c, 2);
	pen_le(&pen, 1, 2);
	zeros_to(&pen, 64 + 20);
	pen_le(&pen, 96 + 16 * 8, 2);
	pen_le(&pen, 0x2102, 2);
	pen_le(&pen, 0x10b, 2);
	zeros_to(&pen, 64 + 24 + 92);
	pen_le(&pen, 16, 4);
	pen_le(&pen, exported ? 0x1000 : 0, 4);
	pen_le(&pen, exported ? 40 : 0, 4);
	zeros_to(&pen, 64 + 24 + 96 + 16 * 8);
	pen_text(&pen, section);
	zeros_to(&pen, 64 + 24 + 96 + 16 * 8 + 8);
	pen_le(&pen, 0x200, 4);
	pen_le(&pen, 0x1000, 4);
	pen_le(&pen, 0x200, 4);
	pen_le(&pen, 0x200, 4);
	zeros_to(&pen, 0x200 + 24);
	pen_le(&pen, 1, 4);
	pen_le(&pen, 0, 4);
	pen_le(&pen, 0x1028, 4);
	zeros_to(&pen, 0x228);
	pen_le(&pen, 0x102c, 4);
	pen_text(&pen, exported ? exported : "");
	zeros_to(&pen, 0x400);
	pen_span(&pen, overlay);
	return pen_since(&pen, 0);
}

static void windows_program(void **state)
{
	struct span none = { room, 0 };

	(void)state;
	exam_test_open(t, document_program, write_pe("UPX0", NULL, none), "a.exe");
	assert_true(exam_test_found(t, FINDING_PROGRAM_FACTS, "32-bit DLL, not signed, packed (UPX0)"));
	assert_false(exam_found(&t->exam, FINDING_ADDIN));
	exam_test_open(t, document_program, write_pe(".text", "xlAutoOpen", none), "a.dat");
	assert_true(exam_test_found(t, FINDING_ADDIN, "a.dat"));
	exam_test_open(t, document_program, write_pe(".text", "DllMain", none), "a.dll");
	assert_false(exam_found(&t->exam, FINDING_ADDIN));
}

static void self_extractor(void **state)
{
	static const char archive[] = "7z\xbc\xaf\x27\x1c.............................";

	(void)state;
	exam_test_open(t, document_program, write_pe(".text", NULL, text_span(archive)), "a.exe");
	assert_true(exam_test_found(t, FINDING_PROGRAM_FACTS, "7-Zip self-extractor"));
	assert_int_equal(t->part_count, 1);
	assert_int_equal(t->parts[0].type, TYPE_SEVENZIP);
}

static void tests_of_scanners(void **state)
{
	char eicar[80];

	(void)state;
	snprintf(eicar, sizeof(eicar), "%s%s", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*\n");
	exam_test_open(t, document_test, text_span(eicar), "a.txt");
	assert_true(exam_test_found(t, FINDING_TEST_SIGNATURE, "EICAR"));
	eicar[3] = 'o';
	exam_test_open(t, document_test, text_span(eicar), "a.txt");
	assert_int_equal(t->exam.found_count, 0);
}

static void png_with_more(void **state)
{
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\4tEXtabcd....\0\0\0\0IEND\xae" "B`\x82";
	struct pen pen = pen_init(room, sizeof(room));

	(void)state;
	pen_span(&pen, (struct span){ (const uint8_t *)png, sizeof(png) - 1 });
	exam_test_open(t, document_picture, pen_since(&pen, 0), "a.png");
	assert_int_equal(t->part_count, 0);
	pen_text(&pen, "MZ this program cannot be run, it is none");
	exam_test_open(t, document_picture, pen_since(&pen, 0), "a.png");
	assert_int_equal(t->part_count, 0); /* text */
	pen.used = sizeof(png) - 1;
	pen_span(&pen, (struct span){ (const uint8_t *)"PK\3\4\24\0\0\0\0\0..........", 20 });
	exam_test_open(t, document_picture, pen_since(&pen, 0), "a.png");
	assert_true(exam_test_found(t, FINDING_TYPE_DISGUISED, "zip behind the end"));
	assert_int_equal(t->part_count, 1);
}

static void jpeg_with_more(void **state)
{
	static const char jpeg[] = "\xff\xd8\xff\xe0\0\6JFIF\xff\xda\0\4\1\2scan\xff\0scan\xff\xd0scan\xff\xd9";
	struct pen pen = pen_init(room, sizeof(room));

	(void)state;
	pen_span(&pen, (struct span){ (const uint8_t *)jpeg, sizeof(jpeg) - 1 });
	exam_test_open(t, document_picture, pen_since(&pen, 0), "a.jpg");
	assert_int_equal(t->exam.found_count, 0);
	pen_text(&pen, "SEFT the camera writes its own things here");
	exam_test_open(t, document_picture, pen_since(&pen, 0), "a.jpg");
	assert_int_equal(t->exam.found_count, 0);
	pen.used = sizeof(jpeg) - 1;
	pen_span(&pen, (struct span){ (const uint8_t *)"Rar!\x1a\7\0................", 24 });
	exam_test_open(t, document_picture, pen_since(&pen, 0), "a.jpg");
	assert_true(exam_test_found(t, FINDING_TYPE_DISGUISED, "rar"));
}

static void zip_that_ends_like_a_picture(void **state)
{
	static const char jpeg[] = "\xff\xd8\xff\xe0\0\6JFIF\xff\xda\0\4\1\2scan\xff\xd9PK\3\4............PK\5\6....\xff\xd9";

	(void)state;
	exam_test_open(t, document_picture, (struct span){ (const uint8_t *)jpeg, sizeof(jpeg) - 1 }, "a.jpg");
	assert_true(exam_found(&t->exam, FINDING_TYPE_DISGUISED));
}

static void gif_with_more(void **state)
{
	static const char gif[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2\x44\1\0;";
	struct pen pen = pen_init(room, sizeof(room));

	(void)state;
	pen_span(&pen, (struct span){ (const uint8_t *)gif, sizeof(gif) - 1 });
	exam_test_open(t, document_picture, pen_since(&pen, 0), "a.gif");
	assert_int_equal(t->exam.found_count, 0);
	pen_text(&pen, "<html><script>alert(1)</script></html>");
	exam_test_open(t, document_picture, pen_since(&pen, 0), "a.gif");
	assert_true(exam_test_found(t, FINDING_TYPE_DISGUISED, "html"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(windows_program, setup, teardown),
		cmocka_unit_test_setup_teardown(self_extractor, setup, teardown),
		cmocka_unit_test_setup_teardown(tests_of_scanners, setup, teardown),
		cmocka_unit_test_setup_teardown(png_with_more, setup, teardown),
		cmocka_unit_test_setup_teardown(jpeg_with_more, setup, teardown),
		cmocka_unit_test_setup_teardown(zip_that_ends_like_a_picture, setup, teardown),
		cmocka_unit_test_setup_teardown(gif_with_more, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
