/* test_probe_url.c - addresses of pages, and where redirects lead: by the examples of RFC 3986, 5.4, and hostile ones. */
#include "probe/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void good(const char *text, const char *made, const char *host, unsigned port)
{
	struct probe_url url;

	assert_int_equal(url_parse(&url, text), OK);
	assert_string_equal(url.text, made);
	assert_string_equal(url.host, host);
	assert_int_equal(url.port, port);
	assert_int_equal(url.tls, strncmp(made, "https", 5) == 0);
}

static void bad(const char *text, enum err err)
{
	struct probe_url url = { .port = 7 };

	assert_int_equal(url_parse(&url, text), err);
	assert_int_equal(url.port, 7); /* untouched */
}

static void test_parse(void **state)
{
	(void)state;
	good("http://example.jp", "http://example.jp/", "example.jp", 80);
	good("https://example.jp/a?b=c#d", "https://example.jp/a?b=c", "example.jp", 443);
	good("HTTPS://Example.JP:8443/", "https://example.jp:8443/", "example.jp", 8443);
	good("http://example.jp./x", "http://example.jp/x", "example.jp", 80);
	good("http://192.0.2.1/", "http://192.0.2.1/", "192.0.2.1", 80);
	good("http://[2001:DB8::1]:81/", "http://[2001:db8::1]:81/", "2001:db8::1", 81);
	good("http://日本語.jp/", "http://xn--wgv71a119e.jp/", "xn--wgv71a119e.jp", 80);
	good("http://0x7f80./", "http://0.0.127.128/", "0.0.127.128", 80);
	good("http://１９２.0.2.1/", "http://192.0.2.1/", "192.0.2.1", 80);
	good("http://0x7f000001/", "http://127.0.0.1/", "127.0.0.1", 80);
}

static void test_parse_bad(void **state)
{
	char text[2 * PROBE_URL] = "http://example.jp/";

	(void)state;
	bad("", ERR_FORMAT);
	bad("example.jp", ERR_FORMAT);
	bad("ftp://example.jp/", ERR_FORMAT);
	bad("file:///etc/passwd", ERR_FORMAT);
	bad("http://", ERR_FORMAT);
	bad("http://./", ERR_FORMAT);
	bad("http://me@example.jp/", ERR_FORMAT);
	bad("http://me:secret@example.jp/", ERR_FORMAT);
	bad("http://example.jp:0/", ERR_FORMAT);
	bad("http://example.jp:65536/", ERR_FORMAT);
	bad("http://exam ple.jp/", ERR_FORMAT);
	bad("http://example.jp/\r\nX: y", ERR_FORMAT);
	memset(text + 18, 'x', sizeof(text) - 19);
	bad(text, ERR_LIMIT);
	text[PROBE_URL - 1] = '\0';
	good(text, text, "example.jp", 80);
}

static void leads(const char *location, const char *wanted)
{
	struct probe_url from, next;

	assert_int_equal(url_parse(&from, "http://a.example/b/c/d;p?q"), OK);
	assert_int_equal(url_follow(&next, &from, location), OK);
	assert_string_equal(next.text, wanted);
}

static void test_follow(void **state)
{
	(void)state;
	leads("g", "http://a.example/b/c/g");
	leads("./g", "http://a.example/b/c/g");
	leads("g/", "http://a.example/b/c/g/");
	leads("/g", "http://a.example/g");
	leads("//g.example", "http://g.example/");
	leads("?y", "http://a.example/b/c/d;p?y");
	leads("g?y", "http://a.example/b/c/g?y");
	leads("g#s", "http://a.example/b/c/g");
	leads("..", "http://a.example/b/");
	leads("../../../g", "http://a.example/g");
	leads("https://a.example/", "https://a.example/");
	leads("HTTPS://B.example:8443/x", "https://b.example:8443/x");
	leads("/with blank", "http://a.example/with%20blank");
	leads("/市役所", "http://a.example/%e5%b8%82%e5%bd%b9%e6%89%80");
}

static void astray(const char *location, enum err err)
{
	struct probe_url from, next = { .port = 7 };

	assert_int_equal(url_parse(&from, "https://a.example/"), OK);
	assert_int_equal(url_follow(&next, &from, location), err);
	assert_int_equal(next.port, 7);
}

static void test_follow_bad(void **state)
{
	char text[2 * PROBE_URL];

	(void)state;
	astray("ftp://a.example/", ERR_UNSUPPORTED);
	astray("file:///etc/passwd", ERR_UNSUPPORTED);
	astray("javascript:alert(1)", ERR_UNSUPPORTED);
	astray("data:text/html,x", ERR_UNSUPPORTED);
	astray("gopher://127.0.0.1:6379/x", ERR_UNSUPPORTED);
	astray("https://me:secret@b.example/", ERR_FORMAT);
	astray("https://", ERR_FORMAT);
	astray("//:80/", ERR_FORMAT);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	astray(text, ERR_LIMIT);
	text[PROBE_URL - 10] = '\0'; /* only the whole is too long */
	astray(text, ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_bad),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_follow_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
