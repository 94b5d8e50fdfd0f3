/*
 * test_indicator.c - the normal form of indicators: what feeds write, what it is, what is refused.
 */
#include "intel/indicator.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define ANY INDICATOR_KINDS

static const struct {
	const char *text;
	enum indicator_kind told, kind;
	const char *value;
} good[] = {
	{ "8.8.8.8", ANY, INDICATOR_IP, "8.8.8.8" },
	{ "  8[.]8[.]8[.]8\r\n", ANY, INDICATOR_IP, "8.8.8.8" },
	{ "8(.)8{.}8[dot]8", INDICATOR_IP, INDICATOR_IP, "8.8.8.8" },
	{ "8\\.8\\.8\\.8", ANY, INDICATOR_IP, "8.8.8.8" },
	{ "8.8.8.8/32", ANY, INDICATOR_IP, "8.8.8.8" },
	{ "8.8.8.8/24", ANY, INDICATOR_PREFIX, "8.8.8.0/24" },
	{ "8.8.8.8", INDICATOR_PREFIX, INDICATOR_IP, "8.8.8.8" },
	{ "8.8.8.8:443", ANY, INDICATOR_ENDPOINT, "8.8.8.8:443" },
	{ "8.8.8.8[:]443", ANY, INDICATOR_ENDPOINT, "8.8.8.8:443" },
	{ "2a00:1450:0:0::8", ANY, INDICATOR_IP, "2a00:1450::8" },
	{ "[2A00:1450::8]", ANY, INDICATOR_IP, "2a00:1450::8" },
	{ "2a00[:]1450[:][:]8", ANY, INDICATOR_IP, "2a00:1450::8" },
	{ "[2a00:1450::8]:8443", ANY, INDICATOR_ENDPOINT, "[2a00:1450::8]:8443" },
	{ "2a00:1450::8/32", ANY, INDICATOR_PREFIX, "2a00:1450::/32" },
	{ "::ffff:8.8.8.8", ANY, INDICATOR_IP, "8.8.8.8" },
	{ "Evil.Example-Site.COM.", ANY, INDICATOR_DOMAIN, "evil.example-site.com" },
	{ "*.evil.com", ANY, INDICATOR_DOMAIN, "evil.com" },
	{ "evil[.]com", INDICATOR_DOMAIN, INDICATOR_DOMAIN, "evil.com" },
	{ "evil[DOT]com", ANY, INDICATOR_DOMAIN, "evil.com" },
	{ "evil.com:8080", ANY, INDICATOR_DOMAIN, "evil.com" },
	{ "under_score.evil.com", ANY, INDICATOR_DOMAIN, "under_score.evil.com" },
	{ "b\xc3\xbc"
	  "cher.de",
	  ANY, INDICATOR_DOMAIN, "xn--bcher-kva.de" }, /* RFC 3492's bücher */
	{ "\xe6\x97\xa5\xe6\x9c\xac.jp", ANY, INDICATOR_DOMAIN, "xn--wgv71a.jp" },
	{ "b\xc3\x9c"
	  "cher.de",
	  ANY, INDICATOR_DOMAIN, "xn--bcher-kva.de" },
	{ "evil.onion", ANY, INDICATOR_DOMAIN, "evil.onion" },
	{ "me.github.io", ANY, INDICATOR_DOMAIN, "me.github.io" }, /* one tenant of a zone */
	{ "hxxp://Evil[.]com/A?b=C#d", ANY, INDICATOR_URL, "http://evil.com/A?b=C" },
	{ "http:\\\\host.test/a[\\]b", ANY, INDICATOR_URL, "http://host.test/a/b" },
	{ "hXXps[:]//evil.com", ANY, INDICATOR_URL, "https://evil.com/" },
	{ "hxxps[://]evil.com/", ANY, INDICATOR_URL, "https://evil.com/" },
	{ "h**p://evil.com/", ANY, INDICATOR_URL, "http://evil.com/" },
	{ "meow://evil.com/", ANY, INDICATOR_URL, "http://evil.com/" },
	{ "hxxp[s]://evil.com/", ANY, INDICATOR_URL, "https://evil.com/" },
	{ "h++p(s)://evil.com/", ANY, INDICATOR_URL, "https://evil.com/" },
	{ "fxp://evil.com/", ANY, INDICATOR_URL, "ftp://evil.com/" },
	{ "http:\\\\evil.com\\x", ANY, INDICATOR_URL, "http://evil.com/x" },
	{ "http://evil.com/?q=[1]", ANY, INDICATOR_URL, "http://evil.com/?q=[1]" },
	{ "http://evil.com/?q[s]=1", ANY, INDICATOR_URL, "http://evil.com/?q[s]=1" },
	{ "evil[.com", ANY, INDICATOR_DOMAIN, "evil.com" },
	{ "evil[(.com", ANY, INDICATOR_DOMAIN, "evil.com" },
	{ "evil\\[.com", ANY, INDICATOR_DOMAIN, "evil.com" },
	{ "evil.]com", ANY, INDICATOR_DOMAIN, "evil.com" },
	{ "[www.]evil.com", ANY, INDICATOR_DOMAIN, "www.evil.com" },
	{ "2a00[:]1450[::]8", ANY, INDICATOR_IP, "2a00:1450::8" },
	{ "http://[2a00[:]1450[::]8]/x", ANY, INDICATOR_URL, "http://[2a00:1450::8]/x" },
	{ "tcp://8.8.8.8:443", ANY, INDICATOR_ENDPOINT, "8.8.8.8:443" },
	{ "udp://evil.com:53", ANY, INDICATOR_DOMAIN, "evil.com" },
	{ "\xef\xbc\x98.8.8.8", ANY, INDICATOR_IP, "8.8.8.8" },
	{ "evil\xe3\x80\x82" "com", ANY, INDICATOR_DOMAIN, "evil.com" },
	{ "http://evil.com/\xef\xbc\x98", ANY, INDICATOR_URL, "http://evil.com/%EF%BC%98" },
	{ "http://evil.com:80/x", ANY, INDICATOR_URL, "http://evil.com/x" },
	{ "https://evil.com:443/x", ANY, INDICATOR_URL, "https://evil.com/x" },
	{ "http://evil.com:443/x", ANY, INDICATOR_URL, "http://evil.com:443/x" },
	{ "http://user:secret@evil.com/", ANY, INDICATOR_URL, "http://evil.com/" },
	{ "http://good.com@evil.com/", ANY, INDICATOR_URL, "http://evil.com/" },
	{ "http://8.8.8.8:81/a", ANY, INDICATOR_URL, "http://8.8.8.8:81/a" },
	{ "http://[2A00::8]:80/a", ANY, INDICATOR_URL, "http://[2a00::8]/a" },
	{ "http://evil.com?q", ANY, INDICATOR_URL, "http://evil.com/?q" },
	{ "http://evil.com/\xc3\xbc", ANY, INDICATOR_URL, "http://evil.com/%C3%BC" },
	{ "evil.com/path", ANY, INDICATOR_URL, "evil.com/path" },
	{ "evil.com", INDICATOR_URL, INDICATOR_URL, "evil.com/" }, /* never a host */
	{ "http://github.io/x", ANY, INDICATOR_URL, "http://github.io/x" },
	{ "D41D8CD98F00B204E9800998ECF8427E", ANY, INDICATOR_MD5,
	  "d41d8cd98f00b204e9800998ecf8427e" },
	{ "d41d8cd98f00b204e9800998ecf8427e", INDICATOR_JA3, INDICATOR_JA3,
	  "d41d8cd98f00b204e9800998ecf8427e" },
	{ "da39a3ee5e6b4b0d3255bfef95601890afd80709", ANY, INDICATOR_SHA1,
	  "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", ANY, INDICATOR_SHA256,
	  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "t13d1516h2_8daaf6152771_e5627efa2ab1", ANY, INDICATOR_JA4,
	  "t13d1516h2_8daaf6152771_e5627efa2ab1" },
	{ "Bad.Man[at]Evil[.]COM", ANY, INDICATOR_EMAIL, "Bad.Man@evil.com" },
	{ "a[@]gmail.com", INDICATOR_EMAIL, INDICATOR_EMAIL, "a@gmail.com" },
	{ "Mozilla/4.0 (bad)", INDICATOR_AGENT, INDICATOR_AGENT, "Mozilla/4.0 (bad)" },
};

static const struct {
	const char *text;
	enum indicator_kind told;
	enum indicator_refused why;
} bad[] = {
	{ "", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ " \t", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "com", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "evil com", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "evil.com, other.com", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "evil..com", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "ev!l.com", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "1.2.3.256", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "1.2.3", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "8.8.8.8:0", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "8.8.8.8:65536", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "8.8.8.8/33", INDICATOR_PREFIX, INDICATOR_NOT_UNDERSTOOD },
	{ "8.8.8.8-8.8.8.9", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "evil.com", INDICATOR_IP, INDICATOR_NOT_UNDERSTOOD },
	{ "http://evil.com/x", INDICATOR_DOMAIN, INDICATOR_NOT_UNDERSTOOD },
	{ "http://evil.com/a b", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "http:///x", ANY, INDICATOR_NOT_UNDERSTOOD },
	{ "d41d8cd98f00b204e9800998ecf8427", INDICATOR_MD5, INDICATOR_NOT_UNDERSTOOD },
	{ "g41d8cd98f00b204e9800998ecf8427e", INDICATOR_MD5, INDICATOR_NOT_UNDERSTOOD },
	{ "z13d1516h2_8daaf6152771_e5627efa2ab1", INDICATOR_JA4, INDICATOR_NOT_UNDERSTOOD },
	{ "@evil.com", INDICATOR_EMAIL, INDICATOR_NOT_UNDERSTOOD },
	{ "a\x01"
	  "b",
	  INDICATOR_AGENT, INDICATOR_NOT_UNDERSTOOD },
	{ "0.0.0.0/0", ANY, INDICATOR_TOO_BROAD },
	{ "64.0.0.0/7", ANY, INDICATOR_TOO_BROAD },
	{ "::/0", ANY, INDICATOR_TOO_BROAD },
	{ "2400::/18", ANY, INDICATOR_TOO_BROAD },
	{ "co.uk", ANY, INDICATOR_TOO_BROAD },
	{ "github.io", ANY, INDICATOR_TOO_BROAD },
	{ "blogspot.com", ANY, INDICATOR_TOO_BROAD },
	{ "DuckDNS.org", ANY, INDICATOR_TOO_BROAD },
	{ "azurewebsites.net", ANY, INDICATOR_TOO_BROAD },
	{ "*.ngrok.io", ANY, INDICATOR_TOO_BROAD },
	{ "trycloudflare.com", ANY, INDICATOR_TOO_BROAD },
	{ "10.1.2.3", ANY, INDICATOR_NOT_GLOBAL },
	{ "127.0.0.1:80", ANY, INDICATOR_NOT_GLOBAL },
	{ "192.0.2.1", ANY, INDICATOR_NOT_GLOBAL },
	{ "203.0.113.0/24", ANY, INDICATOR_NOT_GLOBAL },
	{ "224.0.0.1", ANY, INDICATOR_NOT_GLOBAL },
	{ "fe80::1", ANY, INDICATOR_NOT_GLOBAL },
	{ "2001:db8::1", ANY, INDICATOR_NOT_GLOBAL },
	{ "http://192.168.1.1/x", ANY, INDICATOR_NOT_GLOBAL },
};

static void test_good(void **state)
{
	char room[INDICATOR_VALUE];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct indicator made = { .flags = 0 };
		enum indicator_refused refused = indicator_normal(text_span(good[i].text),
								  good[i].told, room, &made);

		if (refused != INDICATOR_OK)
			fail_msg("%s: refused, %d", good[i].text, (int)refused);
		if (made.kind != good[i].kind || !span_equal(made.value, text_span(good[i].value)))
			fail_msg("%s: %s %.*s", good[i].text, indicator_kind_name(made.kind),
				 (int)made.value.len, (const char *)made.value.ptr);
	}
}

static void test_bad(void **state)
{
	char room[INDICATOR_VALUE];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct indicator made = { .flags = 0 };
		enum indicator_refused refused = indicator_normal(text_span(bad[i].text),
								  bad[i].told, room, &made);

		if (refused != bad[i].why)
			fail_msg("%s: %d instead of %d", bad[i].text, (int)refused,
				 (int)bad[i].why);
	}
}

/* Warning lists hold what no feed may accuse. */
static void test_guard(void **state)
{
	static const char *const any[] = { "10.0.0.0/8", "0.0.0.0/0", "github.io",
					   "com.au",     "192.0.2.1", "::1" };
	struct indicator made = { .flags = INDICATOR_GUARD };
	char room[INDICATOR_VALUE];

	(void)state;
	for (size_t i = 0; i < COUNT(any); i++)
		assert_int_equal(indicator_normal(text_span(any[i]), ANY, room, &made),
				 INDICATOR_OK);
	made.flags = INDICATOR_CONTEXT; /* "a dynamic DNS zone" is told of the zone */
	assert_int_equal(indicator_normal(text_span("duckdns.org"), ANY, room, &made),
			 INDICATOR_OK);
	assert_int_equal(indicator_normal(text_span("10.0.0.1"), ANY, room, &made),
			 INDICATOR_NOT_GLOBAL);
}

static void test_prefix(void **state)
{
	struct indicator made = { .flags = 0 };
	char room[INDICATOR_VALUE];

	(void)state;
	assert_int_equal(indicator_normal(text_span("8.8.9.9/23"), ANY, room, &made), INDICATOR_OK);
	assert_int_equal(made.prefix.bits, 96 + 23);
	assert_int_equal(made.prefix.ip.b[14], 8);
	assert_int_equal(made.prefix.ip.b[15], 0);
	assert_int_equal(indicator_normal(text_span("8.8.9.9:53"), ANY, room, &made), INDICATOR_OK);
	assert_int_equal(made.prefix.bits, 128);
	assert_int_equal(made.port, 53);
}

static void test_long(void **state)
{
	char text[INDICATOR_VALUE + 8], room[INDICATOR_VALUE];
	struct indicator made = { .flags = 0 };

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "http://evil.com/", 16);
	assert_int_equal(indicator_normal((struct span){ (uint8_t *)text, INDICATOR_VALUE }, ANY,
					  room, &made),
			 INDICATOR_OK);
	assert_int_equal(indicator_normal((struct span){ (uint8_t *)text, INDICATOR_VALUE + 1 },
					  ANY, room, &made),
			 INDICATOR_TOO_LONG);
	memset(text + 16, 0xff, sizeof(text) - 16); /* each becomes three */
	assert_int_equal(indicator_normal((struct span){ (uint8_t *)text, INDICATOR_VALUE }, ANY,
					  room, &made),
			 INDICATOR_TOO_LONG);
}

/* The ages that the index gives where a feed gives none. */
static void test_days(void **state)
{
	(void)state;
	assert_int_equal(indicator_days(INDICATOR_IP), 30);
	assert_int_equal(indicator_days(INDICATOR_ENDPOINT), 60);
	assert_int_equal(indicator_days(INDICATOR_URL), 90);
	assert_int_equal(indicator_days(INDICATOR_DOMAIN), 180);
	assert_int_equal(indicator_days(INDICATOR_JA3), 365);
	assert_int_equal(indicator_days(INDICATOR_JA4), 365);
	assert_int_equal(indicator_days(INDICATOR_SHA256), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),  cmocka_unit_test(test_bad),
		cmocka_unit_test(test_guard), cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_long),  cmocka_unit_test(test_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
