/*
 * test_office_ole.c - what lies in compound files: packed files, equations, links, classes, text of Word and PowerPoint
 * with its fields, messages of Outlook, installers. All payloads are harmless texts.
 */
#include "exam_test.h"

#include "base/load.h"
#include "base/pen.h"
#include "office/office.h"
#include "office/rtf_pack.h"
#include "../scenario/ole_writer.h"
#include "../scenario/vba_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define EQUATION_CLASS "0002ce02-0000-0000-c000-000000000046"

static struct exam_test *t;
static struct ole_writer file;
static uint8_t room[16384];
static struct pen pen;

static void begin_file(void)
{
	ole_writer_init(&file);
	pen = pen_init(room, sizeof(room));
}

static void open_file(const char *name)
{
	struct span bytes = ole_writer_file(&file);

	ole_writer_free(&file);
	exam_test_open(t, office_ole, bytes, name);
	free((void *)bytes.ptr);
}

static bool found(enum finding_id id, const char *evidence)
{
	bool is = exam_test_found(t, id, evidence);

	if (!is && *evidence)
		exam_test_show(t);
	return is;
}

static void put_zero(const char *text)
{
	pen_text(&pen, text);
	pen_byte(&pen, 0);
}

static void put_wide(const char *text)
{
	for (; *text; text++)
		pen_le(&pen, (uint8_t)*text, 2);
}

/* --- packed files --- */

static void put_package(const char *label, const char *path, const char *content)
{
	size_t from = pen.used;

	pen_le(&pen, 0, 4);
	pen_le(&pen, 2, 2);
	put_zero(label);
	put_zero(path);
	pen_le(&pen, 0x00030000, 4);
	pen_le(&pen, strlen(path) + 1, 4);
	put_zero(path);
	pen_le(&pen, strlen(content), 4);
	pen_text(&pen, content);
	room[from] = (uint8_t)(pen.used - from - 4);
}

static void open_package(const char *label, const char *path, const char *content)
{
	begin_file();
	put_package(label, path, content);
	ole_writer_add(&file, "WordDocument", text_span("x"));
	ole_writer_add(&file, "ObjectPool/_1/\1Ole10Native", pen_since(&pen, 0));
	ole_writer_class(&file, "ObjectPool/_1", "0003000c-0000-0000-c000-000000000046");
	open_file("a.doc");
}

static void test_package(void **state)
{
	const struct exam_test_part *part;

	(void)state;
	open_package("invoice.pdf", "C:\\Temp\\run.js", "WScript.Echo(1)");
	assert_true(found(FINDING_OLE_PACKAGE, "run.js, shown as \"invoice.pdf\""));
	part = exam_test_part(t, "run.js");
	assert_non_null(part);
	assert_int_equal(part->len, 15);
	open_package("report.pdf", "C:\\Temp\\report.pdf", "%PDF-1.4 of no use");
	assert_true(found(FINDING_OLE_FILE, "report.pdf"));
	assert_false(found(FINDING_OLE_PACKAGE, ""));
	open_package("report.pdf", "C:\\Temp\\report.exe", "%PDF-1.4 that is called a program");
	assert_true(found(FINDING_OLE_PACKAGE, "report.exe"));
}

/* A package that only names a file of the computer. */
static void test_package_link(void **state)
{
	(void)state;
	begin_file();
	pen_le(&pen, 60, 4);
	pen_le(&pen, 2, 2);
	put_zero("calc.exe");
	put_zero("C:\\x\\calc.exe");
	pen_le(&pen, 0x00010000, 4);
	pen_le(&pen, 1, 2);
	put_zero("C:\\y\\calc.exe");
	ole_writer_add(&file, "\1Ole10Native", pen_since(&pen, 0));
	open_file("a.bin");
	assert_true(found(FINDING_OLE_PACKAGE, "C:\\y\\calc.exe"));
	assert_int_equal(t->part_count, 0);
}

static void test_embedded(void **state)
{
	(void)state;
	begin_file();
	ole_writer_add(&file, "ObjectPool/_1/Package", text_span("PK\3\4 a document"));
	ole_writer_add(&file, "ObjectPool/_2/CONTENTS", text_span("%PDF-1.4"));
	ole_writer_add(&file, "ObjectPool/_3/CONTENTS", text_span("some words"));
	open_file("a.doc");
	assert_int_equal(t->part_count, 2);
	assert_int_equal(t->parts[0].type, TYPE_ZIP);
	assert_int_equal(t->parts[1].type, TYPE_PDF);
	assert_int_equal(t->exam.found_count, 0);
}

/* --- equations and classes --- */

static void open_equation(const char *stream, const char *class, size_t name)
{
	static const uint8_t head[] = { 28, 0, 0, 0, 2, 0, 0x96, 0xc1, 0x40, 0, 0, 0 };

	begin_file();
	if (class)
		ole_writer_class(&file, "", class);
	pen_span(&pen, (struct span){ head, sizeof(head) });
	while (pen.used < 28)
		pen_byte(&pen, 0);
	pen_span(&pen, (struct span){ (const uint8_t *)"\3\1\1\3\12\12\1\10\132\132", 10 });
	while (name--)
		pen_byte(&pen, 'A');
	pen_le(&pen, 0, 4);
	ole_writer_add(&file, stream, pen_since(&pen, 0));
	open_file("a.bin");
}

static void test_equation(void **state)
{
	(void)state;
	open_equation("Equation Native", EQUATION_CLASS, 60);
	assert_true(found(FINDING_EQUATION, "60 bytes"));
	open_equation("Equation Native", EQUATION_CLASS, 15);
	assert_true(found(FINDING_EQUATION_OLD, "Equation"));
	assert_false(found(FINDING_EQUATION, ""));
	open_equation("\1Ole10Native", EQUATION_CLASS, 60);
	assert_true(found(FINDING_EQUATION, ""));
	open_equation("\1Ole10Native", NULL, 60);
	assert_false(found(FINDING_EQUATION, ""));
	begin_file();
	ole_writer_class(&file, "", EQUATION_CLASS);
	ole_writer_add(&file, "\1Ole10Native", text_span("anything but an equation"));
	open_file("a.bin");
	assert_true(found(FINDING_EQUATION, "no equation"));
}

static void test_class(void **state)
{
	(void)state;
	begin_file();
	ole_writer_class(&file, "ObjectPool/_1", "bdd1f04b-858b-11d1-b16a-00c0f0283628");
	open_file("a.doc");
	assert_true(found(FINDING_EXPLOIT_OBJECT, "CVE-2012-0158"));
	begin_file();
	ole_writer_class(&file, "", "00020906-0000-0000-c000-000000000046"); /* Word */
	ole_writer_add(&file, "ObjectPool/_1/\3OCXNAME", text_span("x"));
	open_file("a.doc");
	assert_false(found(FINDING_EXPLOIT_OBJECT, ""));
	assert_true(found(FINDING_ACTIVEX, "_1"));
}

static void open_link(unsigned flags, const char *url)
{
	static const uint8_t moniker[] = { 0xe0, 0xc9, 0xea, 0x79, 0xf9, 0xba, 0xce, 0x11,
					   0x8c, 0x82, 0, 0xaa, 0, 0x4b, 0xa9, 0x0b };

	begin_file();
	pen_le(&pen, 0x02000001, 4);
	pen_le(&pen, flags, 4);
	pen_le(&pen, 1, 4);
	pen_le(&pen, 0, 8);
	pen_span(&pen, (struct span){ moniker, sizeof(moniker) });
	pen_le(&pen, strlen(url) * 2 + 2, 4);
	put_wide(url);
	pen_le(&pen, 0, 2);
	ole_writer_add(&file, "\1Ole", pen_since(&pen, 0));
	open_file("oleObject1.bin");
}

static void test_link(void **state)
{
	(void)state;
	open_link(1, "http://objects.example/a.hta");
	assert_true(found(FINDING_REMOTE_OBJECT, "http://objects.example/a.hta"));
	open_link(0, "http://objects.example/a.hta");
	assert_int_equal(t->exam.found_count, 0);
}

/* --- Word --- */

/* A document of one piece of bytes, and a template. */
static void open_word(const char *text, const char *template, unsigned flags)
{
	static uint8_t word[2048];
	size_t len = strlen(text);
	uint32_t names;

	begin_file();
	memset(word, 0, sizeof(word));
	memcpy(word, "\xec\xa5\xc1\0", 4);
	word[0x0a] = (uint8_t)flags;
	word[0x0b] = (uint8_t)(0x02 | flags >> 8);
	memcpy(word + 0x400, text, len);
	pen_byte(&pen, 2); /* Pcdt */
	pen_le(&pen, 16, 4);
	pen_le(&pen, 0, 4);
	pen_le(&pen, len, 4);
	pen_le(&pen, 0, 2);
	pen_le(&pen, 0x40000000 | 0x400 * 2, 4);
	pen_le(&pen, 0, 2);
	word[0x1a6] = (uint8_t)pen.used; /* of the Clx, which lies at 0 */
	names = (uint32_t)pen.used;
	pen_le(&pen, 0xffff, 2);
	pen_le(&pen, 18, 2);
	pen_le(&pen, 0, 2);
	pen_le(&pen, 0, 2);
	pen_le(&pen, strlen(template), 2);
	put_wide(template);
	word[0x19a] = (uint8_t)names;
	word[0x19e] = (uint8_t)(pen.used - names);
	ole_writer_add(&file, "WordDocument", (struct span){ word, sizeof(word) });
	ole_writer_add(&file, "1Table", pen_since(&pen, 0));
	open_file("a.doc");
}

static void test_word(void **state)
{
	(void)state;
	open_word("Dear\rreader \x13 DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc\" \x14!Error\x15 end", "Normal.dot", 0);
	assert_true(found(FINDING_DDE_COMMAND, "cmd.exe"));
	assert_string_equal(t->text, "Dear\nreader !Error end\n");
	open_word("See \x13 HYPERLINK \"http://link.example/\" \x14here\x15.", "", 0);
	assert_true(exam_test_url(t, "http://link.example/"));
	assert_int_equal(t->exam.found_count, 0);
	open_word("Nothing \x15 odd \x13 PAGE \x14 1 \x15", "C:\\Templates\\Normal.dot", 0);
	assert_int_equal(t->exam.found_count, 0);
	open_word("x", "http://templates.example/a.dot", 0);
	assert_true(found(FINDING_REMOTE_TEMPLATE, "http://templates.example/a.dot"));
	open_word("x", "", 0x100);
	assert_true(found(FINDING_DOCUMENT_ENCRYPTED, ""));
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
}

/* --- PowerPoint --- */

static void put_record(unsigned version, unsigned type, struct span body)
{
	pen_le(&pen, version, 2);
	pen_le(&pen, type, 2);
	pen_le(&pen, body.len, 4);
	pen_span(&pen, body);
}

static void test_powerpoint(void **state)
{
	struct vba_writer_module module = { .name = "Module1", .source = "Sub a()\r\nEnd Sub\r\n" };
	struct span project;
	uint8_t packed[8192], body[8200];
	uLongf len = sizeof(packed);

	(void)state;
	ole_writer_init(&file);
	vba_writer_add(&file, "", &module, 1);
	project = ole_writer_file(&file);
	ole_writer_free(&file);
	assert_int_equal(compress(packed, &len, project.ptr, project.len), Z_OK);
	for (unsigned i = 0; i < 4; i++)
		body[i] = (uint8_t)(project.len >> 8 * i);
	memcpy(body + 4, packed, len);
	begin_file();
	put_record(0x0f, 0x03e8, (struct span){ body, 0 }); /* a container: what follows is in it */
	put_record(0x00, 0x0fa8, text_span("Title\rof slide"));
	put_record(0x10, 0x1011, (struct span){ body, len + 4 });
	ole_writer_add(&file, "PowerPoint Document", pen_since(&pen, 0));
	open_file("a.ppt");
	assert_string_equal(t->text, "Title\nof slide\n\n");
	assert_int_equal(t->part_count, 1);
	assert_int_equal(t->parts[0].type, TYPE_OLE);
	assert_int_equal(t->parts[0].len, project.len);
	free((void *)project.ptr);
}

/* A shape that runs a program by a click. */
static void test_powerpoint_action(void **state)
{
	uint8_t action[16] = { 0 }, path[64];
	static const char program[] = "c:\\windows\\system32\\cmd.exe";

	(void)state;
	for (size_t i = 0; program[i]; i++) {
		path[i * 2] = (uint8_t)program[i];
		path[i * 2 + 1] = 0;
	}
	for (unsigned kind = 2; kind < 4; kind++) { /* runs a program; goes to another slide */
		begin_file();
		action[8] = (uint8_t)kind;
		put_record(0x00, 0x0ff3, (struct span){ action, sizeof(action) });
		put_record(0x20, 0x0fba, (struct span){ path, strlen(program) * 2 });
		ole_writer_add(&file, "PowerPoint Document", pen_since(&pen, 0));
		open_file("a.ppt");
		assert_int_equal(found(FINDING_LINK_PROGRAM, ""), kind == 2);
	}
}

/* --- Outlook --- */

static void test_outlook(void **state)
{
	(void)state;
	begin_file();
	ole_writer_add(&file, "__properties_version1.0", text_span("x"));
	put_wide("The password is 1234");
	ole_writer_add(&file, "__substg1.0_1000001F", pen_since(&pen, 0));
	ole_writer_add(&file, "__substg1.0_10130102", text_span("<html><a href=\"http://x.example\">x</a></html>"));
	ole_writer_add(&file, "__attach_version1.0_#00000000/__substg1.0_37010102", text_span("%PDF-1.4"));
	ole_writer_add(&file, "__attach_version1.0_#00000000/__substg1.0_3707001E", text_span("invoice.pdf"));
	ole_writer_add(&file, "__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001E", text_span("Inner subject"));
	open_file("a.msg");
	assert_string_equal(t->text, "The password is 1234\nInner subject\n");
	assert_int_equal(t->part_count, 2);
	assert_int_equal(t->parts[0].type, TYPE_HTML);
	assert_true(t->parts[0].inline_body);
	assert_non_null(exam_test_part(t, "invoice.pdf"));
}

/* A compound file in ActiveMime. */
static void test_mso(void **state)
{
	struct span project;
	uLongf len;

	(void)state;
	ole_writer_init(&file);
	ole_writer_add(&file, "VBA/dir", text_span("x"));
	project = ole_writer_file(&file);
	ole_writer_free(&file);
	pen = pen_init(room, sizeof(room));
	pen_text(&pen, "ActiveMime");
	while (pen.used < 0x1e)
		pen_byte(&pen, 0);
	pen_le(&pen, 4, 2);
	while (pen.used < 50)
		pen_byte(&pen, 0xff);
	len = sizeof(room) - pen.used;
	assert_int_equal(compress(room + pen.used, &len, project.ptr, project.len), Z_OK);
	exam_test_open(t, office_mso, (struct span){ room, pen.used + len }, "editdata.mso");
	assert_int_equal(t->part_count, 1);
	assert_int_equal(t->parts[0].type, TYPE_OLE);
	assert_int_equal(t->parts[0].len, project.len);
	exam_test_open(t, office_mso, (struct span){ room, pen.used + len / 2 }, "editdata.mso");
	assert_true(t->exam.unseen[UNSEEN_BROKEN] > 0);
	exam_test_open(t, office_mso, text_span("ActiveMime, but no more than that"), "editdata.mso");
	assert_true(t->exam.unseen[UNSEEN_BROKEN] > 0);
	free((void *)project.ptr);
}

/* [MS-OXRTFCP] 4.1.1 and 4.1.2: its examples. */
static void test_packed_body(void **state)
{
	static const uint8_t simple[] = { 0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03,
					  0, 0x0a, 0, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3,
					  0x20, 0x68, 0x65, 0x6c, 0x09, 0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d,
					  0x0a, 0x80, 0x0f, 0xa0 };
	static const uint8_t crossing[] = { 0x1a, 0, 0, 0, 0x1c, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41,
					    0, 0x04, 0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0 };
	struct arena *arena = &t->exam.arena;
	struct span out;

	(void)state;
	arena_clear(arena);
	assert_true(rtf_unpack((struct span){ simple, sizeof(simple) }, 4096, arena, &out));
	assert_true(span_equal(out, text_span("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n")));
	assert_true(rtf_unpack((struct span){ crossing, sizeof(crossing) }, 4096, arena, &out));
	assert_true(span_equal(out, text_span("{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}")));
	assert_false(rtf_unpack((struct span){ simple, 30 }, 4096, arena, &out));
	begin_file();
	ole_writer_add(&file, "__properties_version1.0", text_span("x"));
	ole_writer_add(&file, "__substg1.0_10090102", (struct span){ simple, sizeof(simple) });
	open_file("a.msg");
	assert_int_equal(t->part_count, 1);
	assert_int_equal(t->parts[0].type, TYPE_RTF);
	assert_true(t->parts[0].inline_body);
}

static void test_type(void **state)
{
	struct span bytes;

	(void)state;
	begin_file();
	ole_writer_class(&file, "", "000c1084-0000-0000-c000-000000000046");
	bytes = ole_writer_file(&file);
	assert_int_equal(office_ole_type(bytes), TYPE_MSI);
	assert_int_equal(office_ole_type((struct span){ bytes.ptr, 600 }), TYPE_OLE);
	free((void *)bytes.ptr);
	ole_writer_class(&file, "", "00020906-0000-0000-c000-000000000046");
	bytes = ole_writer_file(&file);
	assert_int_equal(office_ole_type(bytes), TYPE_OLE);
	free((void *)bytes.ptr);
	ole_writer_free(&file);
}

static void test_broken(void **state)
{
	static uint8_t bytes[512] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };

	(void)state;
	exam_test_open(t, office_ole, (struct span){ bytes, sizeof(bytes) }, "a.doc");
	assert_int_equal(t->exam.unseen[UNSEEN_BROKEN], 1);
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
		cmocka_unit_test(test_package),	   cmocka_unit_test(test_package_link), cmocka_unit_test(test_embedded),
		cmocka_unit_test(test_equation),   cmocka_unit_test(test_class),	cmocka_unit_test(test_link),
		cmocka_unit_test(test_word),	   cmocka_unit_test(test_powerpoint),	cmocka_unit_test(test_powerpoint_action),	cmocka_unit_test(test_outlook),
		cmocka_unit_test(test_type),	   cmocka_unit_test(test_packed_body),	   cmocka_unit_test(test_mso),	   cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
