/* test_judge_name.c - what a file is called against what it is: what must be told, and its near misses. */
#include "unpack/unpack.h"

#include "exam_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct exam_test *t;

static int open_exam(void **state)
{
	(void)state;
	t = exam_test_new();
	return 0;
}

static int close_exam(void **state)
{
	(void)state;
	exam_test_free(t);
	return 0;
}

#define NOTHING FINDINGS

static const uint8_t pe[256] = { 'M', 'Z', [60] = 0x80, [0x80] = 'P', 'E', 0, 0 };
static const struct span program = { pe, sizeof(pe) };

static void judge(const char *name, struct span bytes, enum type around)
{
	exam_test_open_in(t, unpack_judge_name, bytes, name, around);
}

static void assert_tells(const char *name, struct span bytes, enum type around, enum finding_id id)
{
	judge(name, bytes, around);
	if (id == NOTHING ? t->exam.found_count != 0 : !exam_found(&t->exam, id)) {
		fprintf(stderr, "%s in %s:\n", name, type_name(around));
		exam_test_show(t);
		fail();
	}
}

static void assert_not(const char *name, enum finding_id id)
{
	judge(name, text_span("some text"), TYPE_MESSAGE);
	if (exam_found(&t->exam, id)) {
		fprintf(stderr, "%s:\n", name);
		exam_test_show(t);
		fail();
	}
}

static void test_double_extension(void **state)
{
	static const char *const pretend[] = { "invoice.pdf.exe", "photo.JPG.scr", "a.doc .js", "scan_pdf.exe", "order pdf.com",
					       "scan.pdf.iso", "invoice.pdf.html", "x.docx.lnk", "report.xlsx.vbs",
					       "folder/a.txt.bat", "invoice.pdf.exe ", "letter.eml.hta" };
	static const char *const honest[] = { "archive.tar.gz", "report.v1.2.docx", "foo.min.js", "setup.exe", "jquery.ui.js",
					      "a.pdf", "invoice.pdf.zip", "example.com", "v1.0.exe", "data.json.js", ".pdf.txt",
					      "2024.10.05.pdf", "report.final.html", "pdf.exe", "readme.txt.pdf", "mypdf.js" };

	(void)state;
	for (size_t i = 0; i < sizeof(pretend) / sizeof(pretend[0]); i++)
		assert_tells(pretend[i], text_span("some text"), TYPE_MESSAGE, FINDING_DOUBLE_EXTENSION);
	for (size_t i = 0; i < sizeof(honest) / sizeof(honest[0]); i++)
		assert_not(honest[i], FINDING_DOUBLE_EXTENSION);
	judge("site/manual.pdf.html", text_span("<html>"), TYPE_ZIP); /* a site that was saved */
	assert_false(exam_found(&t->exam, FINDING_DOUBLE_EXTENSION));
}

static void test_reversed(void **state)
{
	(void)state;
	assert_tells("photo\xe2\x80\xaegpj.exe", program, TYPE_MESSAGE, FINDING_NAME_REVERSED);
	assert_tells("cod\xe2\x80\xaexcod.pdf", text_span("text"), TYPE_MESSAGE, FINDING_NAME_REVERSED);
	assert_tells("a\xe2\x81\xa7 fdp.scr", program, TYPE_MESSAGE, FINDING_NAME_REVERSED);
	assert_not("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d\xe2\x80\x8f.pdf", FINDING_NAME_REVERSED); /* Hebrew, with a RLM */
	assert_not("\xe2\x81\xa8notes\xe2\x81\xa9.pdf", FINDING_NAME_REVERSED);		       /* as macOS isolates names */
	assert_not("\xe2\x80\xaa" "C copied.txt", FINDING_NAME_REVERSED);
	assert_not("quote \xe2\x80\x99s.exe", FINDING_NAME_REVERSED);
}

static void test_spaces(void **state)
{
	(void)state;
	assert_tells("invoice.pdf                    .exe", program, TYPE_MESSAGE, FINDING_NAME_SPACES);
	assert_tells("a.pdf\xe3\x80\x80\xe3\x80\x80\xe3\x80\x80\xe3\x80\x80\xe3\x80\x80\xe3\x80\x80\xe3\x80\x80\xe3\x80\x80.js",
		     text_span("x"), TYPE_MESSAGE, FINDING_NAME_SPACES);
	assert_not("minutes          of the meeting.pdf", FINDING_NAME_SPACES);
	assert_not("set up  now.exe", FINDING_NAME_SPACES);
}

static void test_disguised(void **state)
{
	static const struct span lnk = { (const uint8_t *)"\x4c\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 20 };
	static const struct span rtf = { (const uint8_t *)"{\\rtf1 hello}", 13 };
	static const struct span png = { (const uint8_t *)"\x89PNG\r\n\x1a\n\0\0\0", 11 };
	static const struct span ole = { (const uint8_t *)"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8 };

	(void)state;
	assert_tells("report.pdf", program, TYPE_MESSAGE, FINDING_TYPE_DISGUISED);
	assert_tells("photo.jpg", lnk, TYPE_ZIP, FINDING_TYPE_DISGUISED);
	judge("report.exe", program, TYPE_MESSAGE);
	assert_false(exam_found(&t->exam, FINDING_TYPE_DISGUISED));
	assert_tells("letter.doc", rtf, TYPE_MESSAGE, FINDING_TYPE_DIFFERS);
	assert_tells("photo.jpg", png, TYPE_MESSAGE, FINDING_TYPE_DIFFERS);
	judge("letter.rtf", rtf, TYPE_MESSAGE);
	assert_int_equal(t->exam.found_count, 0);
	judge("list.csv", text_span("a,b\n1,2\n"), TYPE_MESSAGE);
	assert_int_equal(t->exam.found_count, 0);
	judge("sealed.docx", ole, TYPE_MESSAGE); /* encrypted documents are compound files */
	assert_int_equal(t->exam.found_count, 0);
	judge("notes.txt", text_span("<html><body>x"), TYPE_MESSAGE);
	assert_false(exam_found(&t->exam, FINDING_TYPE_DISGUISED));
}

static void test_click(void **state)
{
	static const struct {
		const char *name;
		enum type around;
		enum finding_id id;
	} cases[] = {
		{ "a.js", TYPE_MESSAGE, FINDING_SCRIPT_ATTACHED },
		{ "a.hta", TYPE_MESSAGE, FINDING_SCRIPT_ATTACHED },
		{ "a.ps1", TYPE_MESSAGE, FINDING_SCRIPT_ATTACHED },
		{ "a.js", TYPE_ZIP, NOTHING }, /* the archive tells, which knows what lies beside */
		{ "a.py", TYPE_MESSAGE, FINDING_SCRIPT_ATTACHED },
		{ "a.pyc", TYPE_MESSAGE, FINDING_SCRIPT_ATTACHED },
		{ "a.rb", TYPE_MESSAGE, NOTHING }, /* its reader tells */
		{ "a.sh", TYPE_MESSAGE, NOTHING },
		{ "a.settingcontent-ms", TYPE_MESSAGE, FINDING_SHORTCUT_ATTACHED },
		{ "a.reg", TYPE_MESSAGE, FINDING_EXTENSION_DANGEROUS },
		{ "a.url", TYPE_MESSAGE, FINDING_EXTENSION_DANGEROUS },
		{ "a.chm", TYPE_MESSAGE, FINDING_EXTENSION_DANGEROUS },
		{ "a.iso", TYPE_MESSAGE, FINDING_EXTENSION_DANGEROUS },
		{ "a.txt", TYPE_MESSAGE, NOTHING },
		{ "www.example.com", TYPE_MESSAGE, NOTHING },
		{ "word/script.js", TYPE_OOXML, NOTHING },
		{ "", TYPE_MESSAGE, NOTHING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_tells(cases[i].name, text_span("some text"), cases[i].around, cases[i].id);
	assert_tells("a.exe", program, TYPE_MESSAGE, FINDING_PROGRAM_ATTACHED);
	assert_tells("a.exe", program, TYPE_ZIP, FINDING_PROGRAM_INSIDE);
	assert_tells("", program, TYPE_MESSAGE, FINDING_PROGRAM_ATTACHED);
	assert_tells("a.exe", (struct span){ 0 }, TYPE_ZIP, FINDING_PROGRAM_INSIDE); /* sealed: by its name */
	assert_tells("classes.dex", program, TYPE_APK, NOTHING);
	assert_tells("word/media/x.bin", program, TYPE_OOXML, FINDING_PROGRAM_INSIDE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_exam, close_exam)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_double_extension), TEST(test_reversed), TEST(test_spaces), TEST(test_disguised), TEST(test_click),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
