/* test_link.c - where links lead, what they imitate, and how they stand in text. */
#include "exam_test.h"

#include "link/brand.h"
#include "link/judge.h"
#include "link/known_host.h"
#include "link/link.h"
#include "link/link_inside.h"
#include "link/look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* "scheme|user|host|port|path|query|fragment", "-" where it leads nowhere; "odd" behind a strange address. */
static void test_read(void **state)
{
	static const struct {
		const char *url, *read;
	} samples[] = {
		{ "http://Example.COM/a?b#c", "http||example.com|0|/a|b|c" },
		{ " https:\\\\example.com\\a ", "https||example.com|0|\\a||" },
		{ "ht\ntps:/example.com", "https||example.com|0|||" },
		{ "https://bank.example@192.0.2.7:8080/", "https|bank.example|192.0.2.7|8080|/||" },
		{ "http://a@b@example.com.", "http|a@b|example.com|0|||" },
		{ "http://%65xample%2ecom/", "http||example.com|0|/||" },
		{ "http://3221225991/", "http||192.0.2.7|0|/|| odd" },
		{ "http://0xc0.0.0x2.7", "http||192.0.2.7|0||| odd" },
		{ "http://0300.0.02.07", "http||192.0.2.7|0||| odd" },
		{ "http://192.0.519", "http||192.0.2.7|0||| odd" },
		{ "http://\xef\xbc\x91\xef\xbc\x99\xef\xbc\x92.0.2\xe3\x80\x82"
		  "7/",
		  "http||192.0.2.7|0|/|| odd" },
		{ "http://1.2.3.4.5/", "http||1.2.3.4.5|0|/||" },
		{ "http://[2001:db8::7]:81/x", "http||2001:db8::7|81|/x||" },
		{ "http://b\xc3\xbc"
		  "cher.example/",
		  "http||xn--bcher-kva.example|0|/||" },
		{ "//example.com/x", "||example.com|0|/x||" },
		{ "\\\\192.0.2.7\\share", "||192.0.2.7|0|\\share||" },
		{ "file:///C:/a", "file|||0|C:/a||" },
		{ "file://example.com/a", "file||example.com|0|/a||" },
		{ "mailto:a@example.com", "mailto|||0|a@example.com||" },
		{ "/relative", "-" },
		{ "", "-" },
		{ "http://", "-" },
	};
	static struct link link;

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		char read[512] = "-";

		if (link_read(text_span(samples[i].url), &link))
			snprintf(read, sizeof(read), "%.*s|%.*s|%.*s|%u|%.*s|%.*s|%.*s%s", (int)link.scheme.len,
				 link.scheme.ptr, (int)link.user.len, link.user.ptr, (int)link.host.len, link.host.ptr,
				 link.port, (int)link.path.len, link.path.ptr, (int)link.query.len, link.query.ptr,
				 (int)link.fragment.len, link.fragment.ptr, link.odd_address ? " odd" : "");
		if (strcmp(read, samples[i].read) != 0)
			fail_msg("%s gives %s, not %s", samples[i].url, read, samples[i].read);
	}
}

/* What is before the path, as nobody writes it who wants it to be read (WHATWG URL, 4.4). */
static void test_odd(void **state)
{
	static const struct {
		const char *url, *host;
		bool odd;
	} cases[] = {
		{ "http://example.com/a\nb?c\td", "example.com", false },
		{ "ht\ntp://example.com/", "example.com", true },
		{ "http://exam\tple.com/", "example.com", true },
		{ "http:\\\\example.com/", "example.com", false },
		{ "http:/\\example.com/", "example.com", true },
		{ "http:////example.com/", "example.com", true },
		{ "http://example.com\\@example.net/", "example.com", true },
		{ "http://example.com/@me", "example.com", false },
		{ "http://@example.com/", "example.com", true },
		{ "http://me@example.com/", "example.com", false },
		{ "http://ex%61mple.com/", "example.com", true },
		{ "http://example.com%00.example.net/", "example.com.example.net", true },
		{ "http://ｅxample。com/", "example.com", true },
		{ "http://exa\xc2\xadmple.com/", "example.com", true },
		{ "http://b\xc3\xbc" "cher.example/", "xn--bcher-kva.example", false },
		{ "http://www.example.com\xc2\xa0", "www.example.com ", false },
		{ "\\\\files.example.com@SSL@8443\\x", "files.example.com", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct link link;

		assert_true(link_read(text_span(cases[i].url), &link));
		assert_int_equal(link.host.len, strlen(cases[i].host));
		assert_memory_equal(link.host.ptr, cases[i].host, link.host.len);
		assert_int_equal(link.odd_host, cases[i].odd);
	}
}

static void test_inside(void **state)
{
	static const struct {
		const char *url, *inside;
	} samples[] = {
		{ "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example%2Fx&data=1",
		  "https://shop.example/x" },
		{ "https://urldefense.proofpoint.com/v2/url?u=https-3A__shop.example_x&d=D", "https://shop.example/x" },
		{ "https://urldefense.com/v3/__https://shop.example/x__;Kys!abc$", "https://shop.example/x" },
		{ "https://urldefense.proofpoint.com/v1/url?u=http://shop.example/&k=1", "http://shop.example/" },
		{ "https://www.google.com/url?q=https://shop.example/&sa=D", "https://shop.example/" },
		{ "https://www.google.com/amp/s/shop.example/x", "//shop.example/x" },
		{ "https://abc.r.us-east-1.awstrack.me/L0/https:%2F%2Fshop.example%2F/1/x",
		  "https://shop.example//1/x" },
		{ "https://a.example/?u=aHR0cHM6Ly9zaG9wLmV4YW1wbGUv", "https://shop.example/" },
		{ "https://a.example/?continue=https://login.a.example/", "" },
		{ "https://a.example/?q=text", "" },
	};
	struct arena arena;
	static struct link link;

	(void)state;
	assert_true(arena_open(&arena, 1 << 20));
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct span inside;

		assert_true(link_read(text_span(samples[i].url), &link));
		inside = link_inside(&link, host_kinds(link.host), &arena);
		if (!span_equal(inside, text_span(samples[i].inside)))
			fail_msg("%s holds %.*s", samples[i].url, (int)inside.len, inside.ptr);
	}
	arena_close(&arena);
}

static void test_looks(void **state)
{
	static const struct {
		const char *host, *imitated;
	} samples[] = {
		{ "paypa1.com", "paypal.com" },
		{ "xn--pypal-4ve.com", "paypal.com" }, /* Cyrillic a */
		{ "rnicrosoft.com", "microsoft.com" },
		{ "micros0ft.example", "microsoft.com" },
		{ "microsotf.com", "microsoft.com" },
		{ "arnazon.co.jp", "amazon.com" },
		{ "rakuten.co.jp.login.example", "rakuten.co.jp" },
		{ "www.paypal.com-secure.example", "paypal.com" },
		{ "example-hq.co.jp", "" },
		{ "examp1e-corp.co.jp", "example-corp.co.jp" }, /* an own domain */
		{ "example-corp.com", "example-corp.co.jp" },
		{ "xn--robnbank-e2a.example", "" },
		{ "www.paypal.com", "" },
		{ "amazon.com.mx", "" },
		{ "finance.example", "" }, /* one letter from binance */
		{ "mizuno.jp", "" },       /* a maker of sports goods */
		{ "apples.example", "" },
		{ "login.microsoftonline.com", "" },
		{ "mail.example-corp.co.jp", "" },
		{ "localhost", "" },
	};
	static const char *const own[] = { "example-corp.co.jp", NULL };
	struct exam_test *t = exam_test_new();

	(void)state;
	t->settings.own_domains = own;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct span imitated = link_imitated(&t->exam, text_span(samples[i].host));

		if (!span_equal(imitated, text_span(samples[i].imitated)))
			fail_msg("%s imitates %.*s", samples[i].host, (int)imitated.len, imitated.ptr);
	}
	exam_test_free(t);
}

struct judged {
	const char *url, *shown;
	enum finding_id id; /* MORE: nothing at all */
	const char *evidence;
};

static void judge_all(const struct judged *samples, size_t count)
{
	static const char *const own[] = { "corp.example", NULL };
	static const struct part body = { .type = TYPE_HTML, .inline_body = true };
	struct exam_test *t = exam_test_new();

	t->settings.own_domains = own;
	for (size_t i = 0; i < count; i++) {
		exam_begin(&t->exam);
		t->exam.sender.domain = text_span("news.shop.example");
		t->exam.sender.receiver = text_span("taro@corp.example");
		link_judge(&t->exam, &body, text_span(samples[i].url), text_span(samples[i].shown));
		if (samples[i].id == FINDINGS ? t->exam.found_count > 0
						  : !exam_test_found(t, samples[i].id, samples[i].evidence)) {
			exam_test_show(t);
			fail_msg("%s (%s)", samples[i].url, samples[i].shown);
		}
	}
	exam_test_free(t);
}

static void test_judged(void **state)
{
	static const struct judged samples[] = {
		{ "http://bad.example/login", "https://www.paypal.com/", FINDING_LINK_TEXT, "paypal.com" },
		{ "http://bad.example/login", "intra.corp.example", FINDINGS, "" }, /* no suffix that exists */
		{ "http://bad.example.com/", "www.other-site.com", FINDING_LINK_TEXT_OTHER, "other-site.com" },
		{ "https://sendgrid.net/ls/click?upn=1", "www.other-site.com", FINDINGS, "" },
		{ "https://u1.ct.sendgrid.net/ls/click?upn=1", "www.paypal.com", FINDING_LINK_TEXT, "paypal.com" },
		{ "https://aka.ms/x", "https://www.microsoft.com", FINDINGS, "" },
		{ "http://www.roses.com", "http://www.roses.co.za", FINDINGS, "" },
		{ "https://www.other.com/report", "report.zip", FINDINGS, "" },
		{ "https://www.other.com/", "Click www.paypal.com now", FINDINGS, "" },
		{ "https://paypa1.com/", "", FINDING_LINK_LOOKALIKE, "paypal.com" },
		{ "https://p\xd0\xb0ypal.com/", "", FINDING_LINK_LOOKALIKE, "paypal.com" },
		{ "https://q\xd0\xb0zwsx.com/", "", FINDING_LINK_LOOKALIKE, "xn--" }, /* two alphabets */
		{ "https://b\xc3\xbc"
		  "cher.de/",
		  "", FINDINGS, "" },
		{ "https://paypal-login.example/", "", FINDING_LINK_BRAND, "paypal.com" },
		{ "https://login.shop.example/", "", FINDINGS, "" },
		{ "http://192.0.2.7/x", "", FINDING_LINK_ADDRESS, "192.0.2.7" },
		{ "http://3221225991/x", "", FINDING_LINK_ADDRESS, "3221225991" },
		{ "http://192.168.1.1/", "", FINDINGS, "" },
		{ "https://www.paypal.com@bad.example/", "", FINDING_LINK_CREDENTIALS, "bad.example" },
		{ "http://john.doe@corp.example/", "", FINDINGS, "" },
		{ "https://git@shop.example/x", "", FINDINGS, "" },
		{ "javascript:document.write(name)", "", FINDING_LINK_SCHEME, "javascript" },
		{ "javascript:void(0)", "", FINDINGS, "" },
		{ "javascript:showItem('7');", "", FINDINGS, "" },
		{ "search-ms:query=x&crumb=location:\\\\192.0.2.7\\x", "", FINDING_LINK_SCHEME, "search-ms" },
		{ "data:text/html;base64,PGh0bWw+", "", FINDING_LINK_SCHEME, "data:" },
		{ "data:image/png;base64,iVBO", "", FINDINGS, "" },
		{ "\\\\files.example.com\\share\\a.lnk", "", FINDING_LINK_SCHEME, "example.com" },
		{ "file://fileserver/share/a.xlsx", "", FINDINGS, "" },
		{ "file:///C:/Users/taro/a.docx", "", FINDINGS, "" },
		{ "smb://files.example.com/share", "", FINDING_LINK_SCHEME, "files.example.com" },
		{ "smb://files.corp.example/share", "", FINDINGS, "" }, /* our own */
		{ "smb://fileserver/share", "", FINDINGS, "" },
		{ "ssh://-oProxyCommand=x/", "", FINDING_LINK_SCHEME, "ProxyCommand" },
		{ "ssh://git@shop.example.com/x", "", FINDINGS, "" },
		{ "ms-word:ofe|u|https://bad.example.com/a.docx", "", FINDING_LINK_SCHEME, "ms-word" },
		{ "ms-word:ofe|u|https://corp-my.sharepoint.com/a.docx", "", FINDINGS, "" },
		{ "https://github.com\xe2\x88\x95x\xe2\x88\x95@bad.example/", "", FINDING_LINK_CREDENTIALS, "bad.example" },
		{ "http://0xC0000207/", "", FINDING_LINK_DISGUISED, "0xC0000207" },
		{ "https://www.google.co.jp/url?url=https%3A%2F%2Fbad.example", "the report", FINDING_LINK_REDIRECTED, "google.co.jp" },
		{ "https://shop.example/get?f=invoice.exe", "", FINDING_LINK_FILE, "invoice.exe" },
		{ "https://bit.ly/abc", "", FINDING_LINK_SHORTENED, "bit.ly" },
		{ "https://www.google.com/url?q=https://bad.example/", "", FINDING_LINK_SHORTENED, "google.com" },
		{ "https://www.google.com/search?q=shop", "", FINDINGS, "" },
		{ "https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2F192.0.2.7%2F", "",
		  FINDING_LINK_ADDRESS, "192.0.2.7" },
		{ "https://shop.example/setup.exe", "", FINDING_LINK_FILE, "setup.exe" },
		{ "https://shop.example/a.iso?x=1", "", FINDING_LINK_FILE, "a.iso" },
		{ "https://shop.example/a.pdf", "", FINDINGS, "" },
		{ "https://shop.example/index.php", "", FINDINGS, "" },
		{ "https://shop.example/hinomi-1.tar.gz", "", FINDINGS, "" },
		{ "https://login-1.web.app/", "", FINDING_LINK_HOSTING, "web.app" },
		{ "https://bad.example/#taro@corp.example", "", FINDING_LINK_RECEIVER, "taro@corp" },
		{ "https://bad.example/#dGFyb0Bjb3JwLmV4YW1wbGU=", "", FINDING_LINK_RECEIVER, "dGFy" },
		{ "https://shop.example/unsubscribe?mail=taro@corp.example", "", FINDINGS, "" },
		{ "https://a.pages.dev/?e=taro%40corp.example", "", FINDING_LINK_RECEIVER, "taro%40" },
		{ "https://docs.google.com/forms/d/e/1/viewform", "", FINDING_LINK_HOSTING, "forms" },
		{ "https://docs.google.com/document/d/1/edit", "", FINDINGS, "" },
		{ "http://192-0-2-7.cloud.example/", "", FINDING_LINK_HOSTING, "192-0-2-7" },
		{ "http://2026-11-26-news.shop.example/", "", FINDINGS, "" },
		{ "mailto:taro@corp.example", "", FINDINGS, "" },
		{ "#top", "", FINDINGS, "" },
	};

	(void)state;
	judge_all(samples, COUNT(samples));
}

/* Two names that look alike in one message: one imitates the other, whosever it is. */
static void test_doubles(void **state)
{
	static const struct part body = { .type = TYPE_HTML, .inline_body = true };
	struct exam_test *t = exam_test_new();

	(void)state;
	exam_begin(&t->exam);
	link_judge(&t->exam, &body,
		   text_span("https://r\xc3\xb3"
			     "binwood.com/contact"),
		   (struct span){ 0 });
	link_judge(&t->exam, &body, text_span("https://www.rob1nwood.org/"), (struct span){ 0 });
	assert_int_equal(t->exam.found_count, 0);
	link_judge(&t->exam, &body, text_span("https://robinwood.com/"), (struct span){ 0 });
	assert_true(exam_test_found(t, FINDING_LINK_LOOKALIKE, "robinwood.com"));
	exam_begin(&t->exam);
	t->exam.sender.domain = text_span("mail.examp1e.com");
	link_judge(&t->exam, &body, text_span("https://example.com/"), (struct span){ 0 });
	assert_true(exam_test_found(t, FINDING_LINK_LOOKALIKE, "example.com"));
	exam_test_free(t);
}

/* The text, and the links in it, each with a line end. */
static void test_text(void **state)
{
	static const struct {
		const char *text, *urls;
	} samples[] = {
		{ "See http://example.com/a, or (https://example.com/b_(c)).",
		  "http://example.com/a https://example.com/b_(c)" },
		{ "www.example.com/x; xwww.example.com", "http://www.example.com/x" },
		{ "hxxp://example.com http:/example.com javascript://x", "" },
		{ "\xe8\xa9\xb3\xe7\xb4\xb0\xe3\x81\xaf"
		  "https://example.com/a\xe3\x82\x92\xe3\x81\x94\xe8\xa6\xa7",
		  "https://example.com/a" },
		{ "https://example.com\xe3\x82\x92\xe3\x81\x94", "https://example.com" },
		{ "\xe3\x80\x8chttps://example.com/\xe3\x80\x8d", "https://example.com/" },
		{ "<https://example.com/long\r\n/path>", "https://example.com/long\r\n/path" },
		{ "\\\\example.com\\share\\x file", "\\\\example.com\\share\\x" },
		{ "in C, \\\\n and \\\\example.sh are no shares", "" },
		{ "http://", "" },
	};
	static const struct part part = { .type = TYPE_TEXT };
	struct exam_test *t = exam_test_new();

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		char urls[512] = "";

		t->url_count = 0;
		links_find(&t->exam, &part, text_span(samples[i].text));
		for (unsigned n = 0; n < t->url_count; n++)
			text_append(urls, sizeof(urls), "%s%s", n ? " " : "", t->urls[n].url);
		if (strcmp(urls, samples[i].urls) != 0)
			fail_msg("%s gives %s", samples[i].text, urls);
	}
	exam_test_free(t);
}

static void test_near(void **state)
{
	(void)state;
	assert_true(look_is_near(text_span("amazon"), text_span("amazom")));
	assert_true(look_is_near(text_span("amazon"), text_span("amazzon")));
	assert_true(look_is_near(text_span("amazon"), text_span("amzon")));
	assert_true(look_is_near(text_span("amazon"), text_span("maazon")));
	assert_false(look_is_near(text_span("amazon"), text_span("amazon")));
	assert_false(look_is_near(text_span("amazon"), text_span("amxzxn")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),    cmocka_unit_test(test_inside), cmocka_unit_test(test_looks),
		cmocka_unit_test(test_judged),  cmocka_unit_test(test_text),   cmocka_unit_test(test_near),
		cmocka_unit_test(test_doubles), cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
