/* test_pdf.c - PDFs: what each finding fires on, what comes near it and must not, and what is broken or hidden. */
#include "exam_test.h"
#include "pdf_test.h"

#include "pdf/dict.h"
#include "pdf/pdf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct exam_test *t;
static struct pdf_test pdf;

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

static void examine(void)
{
	exam_test_open(t, pdf_document, pdf_test_end(&pdf), "a.pdf");
}

/* A catalog with these entries, and these objects. */
static void open_pdf(const char *catalog, const char *objects)
{
	pdf_test_begin(&pdf, catalog);
	pdf_test_add(&pdf, objects);
	examine();
}

static void expect_nothing(const char *catalog, const char *objects)
{
	open_pdf(catalog, objects);
	if (t->exam.found_count)
		exam_test_show(t);
	assert_int_equal(t->exam.found_count, 0);
}

static void keys_are_found(void **state)
{
	static const char *const texts[] = {
#define PDF_KEY(id, text) text,
#include "pdf/key.def"
#undef PDF_KEY
	};

	(void)state;
	for (unsigned key = 0; key < PDF_KEYS; key++)
		assert_int_equal(pdf_key(text_span(texts[key])), key);
	assert_int_equal(pdf_key(text_span("Foo")), PDF_KEYS);
	assert_int_equal(pdf_key(text_span("EncryptMetadatas")), PDF_KEYS);
	assert_int_equal(pdf_key(text_span("")), PDF_KEYS);
}

static void launch(void **state)
{
	(void)state;
	open_pdf("/OpenAction 3 0 R",
		 "3 0 obj<</S/Launch/Win<</F(cmd.exe)/P(/c \\\n echo \\050hello\\051)>>>>endobj\n");
	assert_true(exam_test_found(t, FINDING_PDF_LAUNCH, "cmd.exe /c  echo (hello)"));
	assert_true(exam_test_found(t, FINDING_PDF_AUTO, "starts cmd.exe"));
	open_pdf("", "3 0 obj<</A<</S/Launch/F<</Type/Filespec/F(evil.exe)>>>>>>endobj\n");
	assert_true(exam_test_found(t, FINDING_PDF_LAUNCH, "evil.exe"));
	assert_false(exam_found(&t->exam, FINDING_PDF_AUTO));
	expect_nothing("", "3 0 obj<</A<</S/Launch/F(manual.pdf)>>>>endobj\n");
}

static void script_of_a_form_is_plain(void **state)
{
	(void)state;
	expect_nothing("", "3 0 obj<</AA<</K<</S/JavaScript/JS(AFNumber_Keystroke\\(2, 0, 0, 0, \"\", true\\);)>>"
			   "/F<</S/JavaScript/JS(AFNumber_Format\\(2, 0, 0, 0, \"\", true\\);)>>>>>>endobj\n");
	expect_nothing("/OpenAction<</S/JavaScript/JS(this.print\\({bUI:true}\\);)>>", "");
	open_pdf("", "3 0 obj<</S/JavaScript/JS(event.value = this.getField\\(\"a\"\\).value * 2)>>endobj\n");
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT, "event.value = this.getField(\"a\")"));
	assert_int_equal(t->exam.found_count, 1);
}

static void script_that_calls(void **state)
{
	static const char script[] = "var a = 1;\n\tthis.exportDataObject({ cName: 'x', nLaunch: 2 });";

	(void)state;
	pdf_test_begin(&pdf, "/Names<</JavaScript<</Names[(a)3 0 R]>>>>");
	pdf_test_add(&pdf, "3 0 obj<</S/JavaScript/JS 4 0 R>>endobj\n");
	pdf_test_deflate(&pdf, 4, "", text_span(script));
	examine();
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_CALLS, "exportDataObject({ cName: 'x', nLaunch: 2 });"));
	open_pdf("/OpenAction<</S/JavaScript/JS<6170702e6c61756e636855524c2827687474703a2f2f612e6578616d706c652f27>>>", "");
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_OPENS, "app.launchURL('http://a.example/"));
	assert_true(exam_test_found(t, FINDING_PDF_AUTO, "runs a script: app.launchURL"));
	assert_true(exam_test_url(t, "http://a.example/"));
}

/* The newest version is harmless; a table could name the older one. */
static void older_version_of_a_script(void **state)
{
	(void)state;
	pdf_test_begin(&pdf, "/OpenAction<</S/JavaScript/JS 4 0 R>>");
	pdf_test_deflate(&pdf, 4, "", text_span("eval(unescape('%u9090'))"));
	pdf_test_deflate(&pdf, 4, "", text_span("this.print()"));
	examine();
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_CALLS, "eval("));
}

static void script_in_utf16(void **state)
{
	(void)state;
	open_pdf("", "3 0 obj<</S/JavaScript/JS<FEFF 0065 0076 0061 006C 0028 0031 0029>>>endobj\n");
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_CALLS, "eval(1)"));
}

static void names_with_needless_escapes(void **state)
{
	(void)state;
	open_pdf("/Open#41ction 3 0 R", "3 0 obj<</S/J#61vaScript/#4aS(eval\\(a\\))>>endobj\n");
	assert_true(exam_test_found(t, FINDING_PDF_OBFUSCATED, "J#61vaScript"));
	assert_true(exam_test_found(t, FINDING_PDF_OBFUSCATED, "Open#41ction"));
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_CALLS, "eval(a)"));
	assert_true(exam_test_found(t, FINDING_PDF_AUTO, "eval(a)"));
	expect_nothing("", "3 0 obj<</BaseFont/Times#20New#20Roman/Type/Font/FontName/ABC#2BFont>>endobj\n");
}

static void opening_at_a_page_is_no_action(void **state)
{
	(void)state;
	expect_nothing("/OpenAction[2 0 R/Fit]", "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n");
	expect_nothing("/OpenAction<</S/GoTo/D[2 0 R/XYZ null null 1]>>", "");
	open_pdf("/OpenAction<</S/URI/URI(https://a.example/x)>>", "");
	assert_true(exam_test_found(t, FINDING_PDF_AUTO, "opens https://a.example/x"));
	open_pdf("", "2 0 obj<</Type/Page/AA<</O 3 0 R>>>>endobj\n3 0 obj<</S/SubmitForm/F(http://a.example/y)>>endobj\n");
	assert_true(exam_test_found(t, FINDING_PDF_AUTO, "sends to http://a.example/y"));
	assert_true(exam_test_found(t, FINDING_PDF_SUBMIT, "http://a.example/y"));
}

static void links_are_handed_on(void **state)
{
	(void)state;
	expect_nothing("", "3 0 obj<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://a.example/b)>>>>endobj\n");
	assert_true(exam_test_url(t, "https://a.example/b"));
}

static void file_elsewhere(void **state)
{
	(void)state;
	open_pdf("", "3 0 obj<</Type/Page/AA<</O<</F(\\\\\\\\192.0.2.1\\\\test)/D[0/Fit]/S/GoToE>>>>>>endobj\n");
	assert_true(exam_test_found(t, FINDING_PDF_REMOTE, "\\\\192.0.2.1\\test"));
	assert_true(exam_test_found(t, FINDING_PDF_AUTO, "opens \\\\192.0.2.1\\test"));
	open_pdf("", "3 0 obj<</Length 0/F<</FS/URL/F(http://a.example/s)>>>>stream\n\nendstream endobj\n");
	assert_true(exam_test_found(t, FINDING_PDF_REMOTE, "http://a.example/s"));
	expect_nothing("", "3 0 obj<</S/GoToR/F(chapter2.pdf)/D[0/Fit]>>endobj\n");
}

static void file_inside(void **state)
{
	(void)state;
	pdf_test_begin(&pdf, "/Names<</EmbeddedFiles<</Names[(a)3 0 R]>>>>");
	pdf_test_add(&pdf, "3 0 obj<</Type/Filespec/F(a.exe)/UF<FEFF00610062002E006500780065>/EF<</F 4 0 R>>>>endobj\n");
	pdf_test_deflate(&pdf, 4, "/Type/EmbeddedFile", text_span("MZ this is not a program"));
	pdf_test_deflate(&pdf, 5, "/Type/EmbeddedFile", text_span("{\\rtf1 stray}"));
	examine();
	assert_non_null(exam_test_part(t, "ab.exe"));
	assert_int_equal(t->part_count, 2);
	assert_true(exam_test_found(t, FINDING_PDF_FILE, "rtf"));

	pdf_test_begin(&pdf, "");
	pdf_test_add(&pdf, "3 0 obj<</Type/Filespec/F(factur-x.xml)/EF<</F 4 0 R/UF 4 0 R>>>>endobj\n");
	pdf_test_deflate(&pdf, 4, "", text_span("<?xml version='1.0'?><rsm:CrossIndustryInvoice/>"));
	examine();
	assert_int_equal(t->part_count, 1);
	assert_int_equal(t->exam.found_count, 0);
}

static void objects_in_a_stream(void **state)
{
	static const char objects[] = "3 0 4 29 <</S/JavaScript/JS 4 0 R>>    (eval\\(1\\))";

	(void)state;
	pdf_test_begin(&pdf, "/OpenAction 3 0 R");
	pdf_test_deflate(&pdf, 9, "/Type/ObjStm/N 2/First 9", text_span(objects));
	examine();
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_CALLS, "eval(1)"));
	assert_true(exam_test_found(t, FINDING_PDF_AUTO, "eval(1)"));
}

/* No /Length, a false one, text without its end, a header that is late: all is read as viewers do. */
static void broken_files_are_read(void **state)
{
	(void)state;
	pdf.len = 0;
	pdf_test_add(&pdf, "GARBAGE\n%PDF-1.4 1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS 3 0 R>>>>");
	pdf_test_add(&pdf, "3 0 obj<</Length 9999>>stream\r\neval(2)\r\nendstream");
	exam_test_open(t, pdf_document, (struct span){ pdf.bytes, pdf.len }, "a.pdf");
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_CALLS, "eval(2)"));
	open_pdf("", "3 0 obj<</S/JavaScript/JS(eval\\(3\\) ");
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_CALLS, "eval(3)"));
	assert_int_equal(t->exam.unseen[UNSEEN_BROKEN], 0);
	exam_test_open(t, pdf_document, text_span("%PDF-1.4\n1 0 obj <</Length 2>> stream\n%%EOF"), "a.pdf");
	assert_int_equal(t->exam.unseen[UNSEEN_BROKEN], 1);
	exam_test_open(t, pdf_document, text_span("%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj"), "a.pdf");
	assert_int_equal(t->exam.unseen[UNSEEN_BROKEN], 1); /* it may have been cut */
}

static void filters_in_a_row(void **state)
{
	(void)state;
	open_pdf("", "3 0 obj<</S/JavaScript/JS 4 0 R>>endobj 4 0 obj<</Filter[/ASCII85Decode/AHx]>>stream\n"
		     "2DmEO2DI+\"1,q'G1-%M~>\nendstream endobj\n");
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_CALLS, "eval(3)"));
	assert_true(exam_test_found(t, FINDING_PDF_OBFUSCATED, "2 filters"));
}

static void one_large_link(void **state)
{
	static const char link[] = "4 0 obj<</Subtype/Link/Rect[10 10 500 700]/A<</S/URI/URI(https://a.example/)>>>>endobj\n";
	char objects[512];

	(void)state;
	snprintf(objects, sizeof(objects), "2 0 obj<</Type/Pages/MediaBox[0 0 595 842]>>endobj\n"
					   "3 0 obj<</Type/Page/Parent 2 0 R/Annots[4 0 R]>>endobj\n%s", link);
	open_pdf("", objects);
	assert_true(exam_test_found(t, FINDING_PDF_LURE, "https://a.example/"));
	expect_nothing("", "3 0 obj<</Type/Page/MediaBox[0 0 595 842]/Annots 5 0 R>>endobj\n5 0 obj[4 0 R]endobj\n"
			   "4 0 obj<</Subtype/Link/Rect[10 10 500 30]/A<</S/URI/URI(https://a.example/)>>>>endobj\n");
}

/* A button on a page with little to read: the same beside a page's worth of text is an ordinary link. */
static void one_button(void **state)
{
	char text[2048] = "BT /F1 9 Tf ";
	static const char page[] = "3 0 obj<</Type/Page/MediaBox[0 0 600 800]/Annots[4 0 R]/Contents 5 0 R"
				   "/Resources<</Font<</F1<</Type/Font/Subtype/Type1>>>>>>>>endobj\n"
				   "4 0 obj<</Subtype/Link/Rect[100 100 500 400]/A<</S/URI/URI(https://a.example/)>>>>endobj\n";

	(void)state;
	for (int i = 0; i < 2; i++) {
		pdf_test_begin(&pdf, "");
		pdf_test_add(&pdf, page);
		pdf_test_deflate(&pdf, 5, "", text_span(text));
		examine();
		assert_int_equal(exam_found(&t->exam, FINDING_PDF_LURE), i == 0);
		while (strlen(text) < 1500)
			text_append(text, sizeof(text), "(words to read) Tj T* ");
	}
}

static void text_of_a_page(void **state)
{
	static const char map[] = "1 begincodespacerange <0000> <ffff> endcodespacerange "
				  "2 beginbfchar <0001> <0050> <0002> <0057> endbfchar "
				  "2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<3042> <3044>] endbfrange";

	(void)state;
	pdf_test_begin(&pdf, "");
	pdf_test_add(&pdf, "2 0 obj<</Type/Pages/Resources<</Font<</F1 6 0 R/F2<</Subtype/TrueType>>>>>>>>endobj\n"
			   "3 0 obj<</Type/Page/Parent 2 0 R/Contents[4 0 R 5 0 R]>>endobj\n"
			   "6 0 obj<</Type/Font/Subtype/Type0/ToUnicode 7 0 R>>endobj\n");
	pdf_test_deflate(&pdf, 4, "", text_span("BT /F1 9 Tf [<00010002>-50<0010>-300<001100120020>]TJ <0021>Tj ET"));
	pdf_test_deflate(&pdf, 5, "", text_span("BT /F2 9 Tf (see http://a.example/\\050x\\051) ' ET"));
	pdf_test_deflate(&pdf, 7, "", text_span(map));
	examine();
	assert_non_null(strstr(t->text, "PWa bc\xe3\x81\x82\xe3\x81\x84\n"));
	assert_non_null(strstr(t->text, "see http://a.example/(x)"));
}

static void form_in_xml(void **state)
{
	(void)state;
	pdf_test_begin(&pdf, "/AcroForm<</XFA[(template)4 0 R]>>");
	pdf_test_deflate(&pdf, 4, "", text_span("<template><script contentType=\"application/x-javascript\">"
						"eval(x)</script><submit target=\"http://a.example/f\"/></template>"));
	examine();
	assert_true(exam_test_found(t, FINDING_PDF_SCRIPT_CALLS, "eval(x)"));
	assert_true(exam_test_found(t, FINDING_PDF_SUBMIT, "http://a.example/f"));
	pdf_test_begin(&pdf, "/AcroForm<</XFA 4 0 R>>");
	pdf_test_deflate(&pdf, 4, "", text_span("<template><script>this.rawValue = a + b;</script></template>"));
	examine();
	assert_int_equal(t->exam.found_count, 0);
}

/* A thousand objects that nobody closes, each reaching to the end: read, and paid for. */
static void nothing_is_closed(void **state)
{
	(void)state;
	pdf_test_begin(&pdf, "");
	for (int i = 0; i < 3000; i++)
		pdf_test_add(&pdf, "7 0 obj<</A(");
	examine();
	assert_true(t->exam.work < (512u << 20));
	pdf_test_begin(&pdf, "");
	for (int i = 0; i < 20000; i++)
		pdf_test_add(&pdf, "<<");
	examine();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keys_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(launch, setup, teardown),
		cmocka_unit_test_setup_teardown(script_of_a_form_is_plain, setup, teardown),
		cmocka_unit_test_setup_teardown(script_that_calls, setup, teardown),
		cmocka_unit_test_setup_teardown(older_version_of_a_script, setup, teardown),
		cmocka_unit_test_setup_teardown(script_in_utf16, setup, teardown),
		cmocka_unit_test_setup_teardown(names_with_needless_escapes, setup, teardown),
		cmocka_unit_test_setup_teardown(opening_at_a_page_is_no_action, setup, teardown),
		cmocka_unit_test_setup_teardown(links_are_handed_on, setup, teardown),
		cmocka_unit_test_setup_teardown(file_elsewhere, setup, teardown),
		cmocka_unit_test_setup_teardown(file_inside, setup, teardown),
		cmocka_unit_test_setup_teardown(objects_in_a_stream, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_files_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(filters_in_a_row, setup, teardown),
		cmocka_unit_test_setup_teardown(one_large_link, setup, teardown),
		cmocka_unit_test_setup_teardown(one_button, setup, teardown),
		cmocka_unit_test_setup_teardown(text_of_a_page, setup, teardown),
		cmocka_unit_test_setup_teardown(form_in_xml, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_closed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
