/* test_odf.c - OpenDocument, and documents that are one XML file. */
#include "exam_test.h"

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

#define CONTENT(body) "<?xml version=\"1.0\"?><office:document-content xmlns:office='o'><office:body>" body "</office:body></office:document-content>"

static void open_part(struct exam_test *t, const char *name, const char *xml)
{
	exam_test_open_in(t, xmldoc_part, text_span(xml), name, TYPE_ODF);
}

static void what_content_reaches_for(void **state)
{
	static const struct {
		const char *xml;
		enum finding_id id; /* FINDINGS: nothing */
	} rows[] = {
		{ "<draw:object xlink:href=\"file://files.example/a.odt\"/>", FINDING_REMOTE_OBJECT },
		{ "<draw:object xlink:href=\"./Object 1\"/>", FINDINGS },
		{ "<draw:floating-frame xlink:href=\"http://files.example/a\"/>", FINDING_REMOTE_OBJECT },
		{ "<draw:image xlink:href=\"https://www.example/a.png\"/>", FINDING_REMOTE_IMAGE },
		{ "<draw:image xlink:href=\"Pictures/1.png\"/>", FINDINGS },
		{ "<text:section-source xlink:href=\"http://files.example/a.odt\"/>", FINDING_REMOTE_FILE },
		{ "<table:table-source xlink:href=\"http://files.example/a.ods\"/>", FINDING_REMOTE_FILE },
		{ "<office:dde-source office:dde-application=\"cmd\" office:dde-topic=\"/c calc\"/>", FINDING_DDE_COMMAND },
		{ "<table:table-cell table:formula=\"of:=DDE(&quot;cmd&quot;;&quot;/c calc&quot;;&quot;x&quot;)\"/>",
		  FINDING_DDE_COMMAND },
		{ "<table:table-cell table:formula=\"of:=COM.MICROSOFT.WEBSERVICE(&quot;http://files.example/&quot;)\"/>",
		  FINDING_REMOTE_FILE },
		{ "<table:table-cell table:formula=\"of:=SUM([.A1:.A2];{1|2})\"/>", FINDINGS },
		{ "<script:event-listener script:event-name=\"dom:load\" "
		  "xlink:href=\"vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document\"/>",
		  FINDING_MACRO_AUTORUN },
		{ "<script:event-listener script:event-name=\"dom:mouseover\" "
		  "xlink:href=\"vnd.sun.star.script:LibreLogo|LibreLogo.py$run?language=Python&amp;location=share\"/>",
		  FINDING_MACRO_AUTORUN },
		{ "<presentation:event-listener script:event-name=\"dom:click\" presentation:action=\"execute\" "
		  "xlink:href=\"../a.exe\"/>",
		  FINDING_LINK_PROGRAM },
		{ "<presentation:event-listener script:event-name=\"dom:click\" presentation:action=\"next-page\"/>", FINDINGS },
		{ "<text:a xlink:href=\"https://www.example/\">x</text:a>", FINDINGS },
	};
	struct exam_test *t = *state;
	char xml[2048];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(xml, sizeof(xml), CONTENT("%s"), rows[i].xml);
		open_part(t, "content.xml", xml);
		if (rows[i].id == FINDINGS ? t->exam.found_count != 0 : !exam_found(&t->exam, rows[i].id)) {
			exam_test_show(t);
			fail_msg("%s", rows[i].xml);
		}
	}
	assert_true(exam_test_url(t, "https://www.example/"));
}

static void text_is_handed_on(void **state)
{
	struct exam_test *t = *state;

	open_part(t, "content.xml", CONTENT("<text:p>Enable <text:span>con</text:span>tent &amp; x</text:p>"));
	assert_string_equal(t->text, "Enable content & x\n\n");
}

static void basic(void **state)
{
	struct exam_test *t = *state;

	open_part(t, "Basic/Standard/Module1.xml",
		  "<script:module script:name=\"Module1\" script:language=\"StarBasic\">Sub Main\nShell(&quot;cmd.exe /c "
		  "calc&quot;)\nEnd Sub</script:module>");
	assert_true(exam_test_found(t, FINDING_MACRO, "Module1"));
	assert_true(exam_found(&t->exam, FINDING_MACRO_CALLS));
	open_part(t, "Basic/Standard/Module1.xml",
		  "<script:module script:name=\"Module1\" script:language=\"StarBasic\">REM  *****  BASIC  *****\n\nSub Main\n\n"
		  "End Sub\n</script:module>");
	assert_int_equal(t->exam.found_count, 0);
}

static void encryption(void **state)
{
	struct exam_test *t = *state;

	open_part(t, "META-INF/manifest.xml",
		  "<manifest:manifest><manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data/>"
		  "</manifest:file-entry><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>");
	assert_true(exam_found(&t->exam, FINDING_DOCUMENT_ENCRYPTED));
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
	open_part(t, "META-INF/manifest.xml", "<manifest:manifest><manifest:file-entry manifest:full-path=\"/\"/></manifest:manifest>");
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 0);
}

/* --- one file --- */

static void open_flat(struct exam_test *t, const char *xml)
{
	exam_test_open(t, xmldoc_flat, text_span(xml), "a.xml");
}

static void flat_packages(void **state)
{
	struct exam_test *t = *state;

	open_flat(t, "<?xml version=\"1.0\"?><pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\">"
		     "<pkg:part pkg:name=\"/word/_rels/settings.xml.rels\"><pkg:xmlData><Relationships><Relationship "
		     "Type=\"x/attachedTemplate\" Target=\"http://files.example/a\"/></Relationships></pkg:xmlData></pkg:part>"
		     "<pkg:part pkg:name=\"/word/vbaProject.bin\"><pkg:binaryData>0M8R4KGx\r\nGuE=</pkg:binaryData></pkg:part>"
		     "</pkg:package>");
	assert_true(exam_found(&t->exam, FINDING_REMOTE_TEMPLATE));
	assert_non_null(strstr(t->exam.found[0].path, "/word/_rels/settings.xml.rels"));
	assert_non_null(exam_test_part(t, "/word/vbaProject.bin"));
	assert_memory_equal(exam_test_part(t, "/word/vbaProject.bin")->bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
}

static void word_of_2003(void **state)
{
	struct exam_test *t = *state;

	open_flat(t, "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument "
		     "xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\" w:macrosPresent=\"yes\"><w:docPr>"
		     "<w:attachedTemplate w:val=\"http://files.example/a.dot\"/><w:sourceFileName w:val=\"http://files.example/f\"/>"
		     "<v:imagedata src=\"http://www.example/i.png\"/><o:HyperlinkBase>https://base.example/</o:HyperlinkBase></w:docPr><w:binData w:name=\"editdata.mso\">"
		     "QWN0aXZl</w:binData><w:p><w:hlink w:dest=\"https://www.example/\"><w:t>x</w:t></w:hlink></w:p>"
		     "</w:wordDocument>");
	assert_true(exam_found(&t->exam, FINDING_REMOTE_TEMPLATE));
	assert_true(exam_found(&t->exam, FINDING_MACRO));
	assert_true(exam_found(&t->exam, FINDING_REMOTE_IMAGE));
	assert_true(exam_test_found(t, FINDING_REMOTE_FILE, "http://files.example/f"));
	assert_true(exam_test_url(t, "https://base.example/"));
	assert_true(exam_test_url(t, "https://www.example/"));
	assert_memory_equal(exam_test_part(t, "editdata.mso")->bytes, "Active", 6);
}

static void flat_opendocument(void **state)
{
	struct exam_test *t = *state;

	open_flat(t, "<office:document office:mimetype=\"application/vnd.oasis.opendocument.text\"><draw:object "
		     "xlink:href=\"http://files.example/a\"/><draw:image><office:binary-data>aGVsbG8=</office:binary-data>"
		     "</draw:image><text:p>hello</text:p></office:document>");
	assert_true(exam_found(&t->exam, FINDING_REMOTE_OBJECT));
	assert_int_equal(t->part_count, 1);
	assert_non_null(strstr(t->text, "hello"));
}

/* XML that is no document: only style sheets from elsewhere and scripts mean something. */
static void other_xml(void **state)
{
	struct exam_test *t = *state;

	open_flat(t, "<feed><object href=\"http://files.example/a\"/><image href=\"http://www.example/a.png\"/><document>"
		     "<t>text</t></document><Relationship Type=\"x/attachedTemplate\" Target=\"http://files.example/a\"/>"
		     "<script>x</script></feed>");
	assert_int_equal(t->exam.found_count, 0);
	assert_int_equal(t->part_count, 0);
	open_flat(t, "<?xml version=\"1.0\"?><?xml-stylesheet type=\"text/xsl\" href=\"http://files.example/a.xsl\"?><a/>");
	assert_true(exam_found(&t->exam, FINDING_REMOTE_FILE));
	open_flat(t, "<xsl:stylesheet xmlns:ms=\"urn:schemas-microsoft-com:xslt\"><ms:script language=\"JScript\" "
		     "implements-prefix=\"u\"><![CDATA[var x;]]></ms:script></xsl:stylesheet>");
	assert_non_null(exam_test_part(t, "script.js"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_content_reaches_for, setup, teardown),
		cmocka_unit_test_setup_teardown(text_is_handed_on, setup, teardown),
		cmocka_unit_test_setup_teardown(basic, setup, teardown),
		cmocka_unit_test_setup_teardown(encryption, setup, teardown),
		cmocka_unit_test_setup_teardown(flat_packages, setup, teardown),
		cmocka_unit_test_setup_teardown(word_of_2003, setup, teardown),
		cmocka_unit_test_setup_teardown(flat_opendocument, setup, teardown),
		cmocka_unit_test_setup_teardown(other_xml, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
