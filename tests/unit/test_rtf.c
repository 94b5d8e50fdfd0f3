/* test_rtf.c - RTF documents: objects in all their disguises, templates, fields, text; and what is next to them. */
#include "exam_test.h"

#include "base/pen.h"
#include "format/rtf.h"
#include "office/office.h"
#include "office/rtf_word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

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

static void open_rtf(struct exam_test *t, const char *text)
{
	exam_test_open(t, office_rtf, text_span(text), "a.rtf");
}

static void tokens(void **state)
{
	static const char text[] = "{\\rtf1\\b-12 text\\'e9\\*\\bin3 a}b\\~}";
	struct rtf rtf = rtf_begin(text_span(text));
	struct rtf_token token;
	char told[512] = "";

	(void)state;
	while (rtf_next(&rtf, &token))
		text_append(told, sizeof(told), "%d:%.*s:%d:%02x ", (int)token.kind, (int)token.text.len,
			    (const char *)token.text.ptr, (int)token.number, token.byte);
	assert_string_equal(told, "0::0:00 2:rtf:1:00 2:b:-12:00 5:text:0:00 4:':0:e9 3:*:0:00 2:bin:3:00 6:a}b:0:00 "
				  "3:~:0:00 1::0:00 ");
	/* More than there is passes over nothing. */
	rtf = rtf_begin(text_span("\\bin99 {"));
	assert_true(rtf_next(&rtf, &token) && rtf_next(&rtf, &token));
	assert_int_equal(token.kind, RTF_OPEN);
}

/* The table is in order: each is found, in any case. */
static void words(void **state)
{
	static const char *const names[] = {
		"ansicpg", "author", "blipuid", "cell", "colorschememapping", "colortbl", "company",
		"datafield", "datastore", "f", "field", "fldinst", "fldrslt", "fonttbl", "fromhtml",
		"generator", "htmlrtf", "htmltag", "info", "latentstyles", "line", "listoverridecount",
		"listtable", "objclass", "objdata", "objname", "objupdate", "operator", "par", "pict",
		"pntext", "result", "revtbl", "row", "rsidtbl", "shppict", "shptxt", "sn", "stylesheet",
		"sv", "tab", "template", "themedata", "title", "u", "uc", "ud", "xmlnstbl",
	};
	enum rtf_action action;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_true(rtf_action_of(text_span(names[i]), &action));
	assert_true(rtf_action_of(text_span("oBjDaTa"), &action) && action == RTF_OBJECT_DATA);
	assert_false(rtf_action_of(text_span("objdatas"), &action));
	assert_false(rtf_action_of(text_span("objdat"), &action));
}

/* --- objects --- */

/* An object of OLE 1: embedded or linked, with a class, a topic, and data. */
static struct span object_make(struct pen *pen, uint32_t kind, const char *class, const char *topic, struct span data)
{
	pen_le(pen, 0x501, 4);
	pen_le(pen, kind, 4);
	pen_le(pen, strlen(class) + 1, 4);
	pen_span(pen, (struct span){ (const uint8_t *)class, strlen(class) + 1 });
	pen_le(pen, *topic ? strlen(topic) + 1 : 0, 4);
	if (*topic)
		pen_span(pen, (struct span){ (const uint8_t *)topic, strlen(topic) + 1 });
	pen_le(pen, 0, 4);
	pen_le(pen, data.len, 4);
	pen_span(pen, data);
	return pen_since(pen, 0);
}

/* The document around an object; `between` stands between two digits of each byte. */
static void open_object(struct exam_test *t, struct span object, const char *between)
{
	static char text[65536];
	struct pen pen = pen_init(text, sizeof(text) - 1);

	pen_text(&pen, "{\\rtf1{\\object\\objemb{\\*\\objdata ");
	for (size_t i = 0; i < object.len; i++) {
		static const char digits[] = "0123456789abcdef";

		pen_byte(&pen, (uint8_t)digits[object.ptr[i] >> 4]);
		pen_text(&pen, between);
		pen_byte(&pen, (uint8_t)digits[object.ptr[i] & 15]);
		if (i % 32 == 31)
			pen_text(&pen, "\r\n");
	}
	pen_text(&pen, "}}}");
	text[pen.used] = '\0';
	open_rtf(t, text);
}

static void objects_are_handed_on(void **state)
{
	struct exam_test *t = *state;
	uint8_t room[1024];
	struct pen pen = pen_init(room, sizeof(room));
	struct span object = object_make(&pen, 2, "Strange.1", "", text_span("the payload"));

	open_object(t, object, "");
	assert_true(exam_test_found(t, FINDING_RTF_OBJECT, "Strange.1"));
	assert_false(exam_found(&t->exam, FINDING_RTF_OBFUSCATED));
	assert_non_null(exam_test_part(t, "Strange.1"));
	assert_memory_equal(exam_test_part(t, "Strange.1")->bytes, "the payload", 11);
	pen.used = 0;
	open_object(t, object_make(&pen, 2, "Excel.Sheet.8", "", text_span("sheet")), "");
	assert_false(exam_found(&t->exam, FINDING_RTF_OBJECT));
	assert_true(exam_found(&t->exam, FINDING_EMBEDDED_OBJECT));
}

static void objects_in_disguise(void **state)
{
	static const char *const between[] = { "\\foo ",	"{\\*\\junk 41 4}", "\\'7b", "{}", "   \n\n",
					       "\\par\\u-10\\x1 ", "{\\bar}",	   "!@#$", "\\*\\foo9 " };
	struct exam_test *t = *state;
	uint8_t room[1024];
	struct pen pen = pen_init(room, sizeof(room));
	struct span object = object_make(&pen, 2, "Strange.1", "", text_span("the payload"));

	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		open_object(t, object, between[i]);
		if (!exam_test_part(t, "Strange.1") || !exam_found(&t->exam, FINDING_RTF_OBFUSCATED)) {
			exam_test_show(t);
			fail_msg("between digits: %s", between[i]);
		}
	}
}

static void object_in_binary(void **state)
{
	static char text[2048];
	struct exam_test *t = *state;
	struct pen pen = pen_init(text, sizeof(text));
	uint8_t room[1024];
	struct pen of_object = pen_init(room, sizeof(room));
	struct span object = object_make(&of_object, 2, "Strange.1", "", text_span("the pay}load"));

	pen.used = (size_t)snprintf(text, sizeof(text), "{\\rt{\\object{\\*\\objdata \\bin%zu ", object.len);
	pen_span(&pen, object);
	pen_text(&pen, "}}}");
	exam_test_open(t, office_rtf, pen_since(&pen, 0), "a.rtf");
	assert_memory_equal(exam_test_part(t, "Strange.1")->bytes, "the pay}load", 12);
}

static void linked_objects(void **state)
{
	struct exam_test *t = *state;
	uint8_t room[1024];
	struct pen pen = pen_init(room, sizeof(room));

	open_object(t, object_make(&pen, 1, "Word.Document.8", "http://files.example/a.doc", (struct span){ 0 }), "");
	assert_true(exam_test_found(t, FINDING_REMOTE_OBJECT, "http://files.example/a.doc"));
	pen.used = 0;
	open_object(t, object_make(&pen, 1, "Word.Document.8", "C:\\a.doc", (struct span){ 0 }), "");
	assert_false(exam_found(&t->exam, FINDING_REMOTE_OBJECT));
}

static struct span package_make(struct pen *pen, const char *name)
{
	pen_le(pen, 2, 2);
	pen_span(pen, (struct span){ (const uint8_t *)name, strlen(name) + 1 });
	pen_text(pen, "C:\\here\\");
	pen_span(pen, (struct span){ (const uint8_t *)name, strlen(name) + 1 });
	pen_le(pen, 0x30000, 4);
	pen_le(pen, 4, 4);
	pen_span(pen, (struct span){ (const uint8_t *)"C:\\", 4 });
	pen_le(pen, 5, 4);
	pen_text(pen, "hello");
	return pen_since(pen, 0);
}

static void packages(void **state)
{
	struct exam_test *t = *state;
	uint8_t package_room[256], room[1024];
	struct pen package = pen_init(package_room, sizeof(package_room)), pen = pen_init(room, sizeof(room));

	open_object(t, object_make(&pen, 2, "Package", "", package_make(&package, "run.js")), "");
	assert_true(exam_test_found(t, FINDING_OLE_PACKAGE, "run.js"));
	assert_memory_equal(exam_test_part(t, "run.js")->bytes, "hello", 5);
}

static void equation_open(struct exam_test *t, const char *font)
{
	uint8_t equation_room[256], room[1024];
	struct pen equation = pen_init(equation_room, sizeof(equation_room)), pen = pen_init(room, sizeof(room));

	pen_le(&equation, 28, 2);
	for (unsigned i = 0; i < 26; i++)
		pen_byte(&equation, 0);
	pen_span(&equation, (struct span){ (const uint8_t *)"\x03\x01\x01\x03\x0a\x0a\x01\x08\x5a\x5a", 10 });
	pen_span(&equation, (struct span){ (const uint8_t *)font, strlen(font) + 1 });
	for (unsigned i = 0; i < 64; i++)
		pen_byte(&equation, 0);
	open_object(t, object_make(&pen, 2, "eQuatiOn.3", "", pen_since(&equation, 0)), "");
}

static void equations(void **state)
{
	struct exam_test *t = *state;

	equation_open(t, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	assert_true(exam_found(&t->exam, FINDING_EQUATION));
	equation_open(t, "Times New Roman");
	assert_false(exam_found(&t->exam, FINDING_EQUATION));
	assert_true(exam_found(&t->exam, FINDING_EQUATION_OLD));
}

static void object_that_updates(void **state)
{
	struct exam_test *t = *state;

	open_rtf(t, "{\\rt{\\object\\objautlink\\objupdate{\\*\\objclass \\'77}{\\*\\objdata 32\\bin6 FF}}}");
	assert_true(exam_found(&t->exam, FINDING_OBJECT_UPDATE));
	assert_true(exam_test_found(t, FINDING_RTF_OBJECT, "w"));
}

/* --- the rest --- */

static void templates(void **state)
{
	struct exam_test *t = *state;

	open_rtf(t, "{\\rtf1{\\*\\template http://files.example/a.dotx}text\\par}");
	assert_true(exam_test_found(t, FINDING_RTF_TEMPLATE, "http://files.example/a.dotx"));
	open_rtf(t, "{\\rtf1\\uc0{\\*\\template \\u104 \\u116 \\u116 \\u112 \\u-65478 //files.example{/a}}}");
	assert_true(exam_test_found(t, FINDING_RTF_TEMPLATE, "http://files.example/a"));
	open_rtf(t, "{\\rtf1{\\*\\template \\\\\\\\192.0.2.1\\\\a\\\\b.dotx}}");
	assert_true(exam_test_found(t, FINDING_RTF_TEMPLATE, "\\\\192.0.2.1\\a\\b.dotx"));
	open_rtf(t, "{\\rtf1{\\*\\template C:\\\\Users\\\\a\\\\Normal.dotm}text}");
	assert_int_equal(t->exam.found_count, 0);
}

static void fields(void **state)
{
	struct exam_test *t = *state;

	open_rtf(t, "{\\rtf1{\\field{\\*\\fldinst {DDE}{AUTO c:\\\\\\\\windows\\\\\\\\cmd.exe \"/c x\"}}{\\fldrslt !}}}");
	assert_true(exam_test_found(t, FINDING_DDE_COMMAND, "c:\\windows\\cmd.exe \"/c x\""));
	open_rtf(t, "{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"https://www.example/\"}{\\fldrslt{\\b here}}}}");
	assert_true(exam_test_url(t, "https://www.example/"));
	assert_string_equal(t->urls[0].shown, "here");
	assert_int_equal(t->exam.found_count, 0);
}

static void text(void **state)
{
	struct exam_test *t = *state;

	open_rtf(t, "{\\rtf1\\ansicpg932{\\fonttbl{\\f0 Arial;}}{\\info{\\title no}}{\\pict 0102}{\\*\\unknown no}"
		    "\\'93\\'fa\\'96\\'7b\\u-26085?a\\{b\\}\\par next}");
	assert_string_equal(t->text, "\xe6\x97\xa5\xe6\x9c\xac\xe9\xa8\x9b" "a{b}\nnext\n");
}

static void page_of_outlook(void **state)
{
	struct exam_test *t = *state;

	open_rtf(t, "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0 Arial;}}{\\*\\htmltag19 <html>}"
		    "{\\*\\htmltag64 <a href=\"https://www.example/\">}\\htmlrtf {\\field{\\*\\fldinst x}\\htmlrtf0 caf\\'e9"
		    "\\htmlrtf }\\htmlrtf0 {\\*\\htmltag72 </a>}{\\*\\mhtmltag72 no}\\htmlrtf \\par no\\htmlrtf0 end}");
	assert_int_equal(t->part_count, 1);
	assert_string_equal(t->parts[0].bytes, "<html><a href=\"https://www.example/\">caf\xc3\xa9</a>end");
	assert_true(t->parts[0].inline_body);
	assert_string_equal(t->text, "");
}

static void exploits_of_numbers(void **state)
{
	struct exam_test *t = *state;

	open_rtf(t, "{\\rtf1{\\*\\listoverridetable{\\listoverride\\listoverridecount25}}}");
	assert_true(exam_found(&t->exam, FINDING_EXPLOIT_OBJECT));
	open_rtf(t, "{\\rtf1{\\*\\listoverridetable{\\listoverride\\listoverridecount9}}}");
	assert_int_equal(t->exam.found_count, 0);
	open_rtf(t, "{\\rtf1{\\shp{\\sp{\\sn pFragments}{\\sv 1;1;010203}}}}");
	assert_int_equal(t->exam.found_count, 0);
}

/* A million groups, objects in objects, none of them closed. */
static void deep(void **state)
{
	struct exam_test *t = *state;
	static char text[600000];

	for (size_t i = 0; i + 12 < sizeof(text); i += 12)
		memcpy(text + i, "{\\objdata 01", 12);
	memcpy(text, "{\\rtf1", 6);
	open_rtf(t, text);
	assert_true(t->exam.work < 8 * sizeof(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(words),
		cmocka_unit_test_setup_teardown(objects_are_handed_on, setup, teardown),
		cmocka_unit_test_setup_teardown(objects_in_disguise, setup, teardown),
		cmocka_unit_test_setup_teardown(object_in_binary, setup, teardown),
		cmocka_unit_test_setup_teardown(linked_objects, setup, teardown),
		cmocka_unit_test_setup_teardown(packages, setup, teardown),
		cmocka_unit_test_setup_teardown(equations, setup, teardown),
		cmocka_unit_test_setup_teardown(object_that_updates, setup, teardown),
		cmocka_unit_test_setup_teardown(templates, setup, teardown),
		cmocka_unit_test_setup_teardown(fields, setup, teardown),
		cmocka_unit_test_setup_teardown(text, setup, teardown),
		cmocka_unit_test_setup_teardown(page_of_outlook, setup, teardown),
		cmocka_unit_test_setup_teardown(exploits_of_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(deep, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
