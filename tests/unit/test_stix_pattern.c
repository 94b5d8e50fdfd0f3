/* test_stix_pattern.c - STIX patterns: what is read, and what is named instead of guessed. */
#include "feed/stix_pattern.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct seen {
	char values[600], unknown[600];
};

static void see_value(void *whom, enum indicator_kind kind, struct span text)
{
	struct seen *seen = whom;

	text_append(seen->values, sizeof(seen->values), "%s=%.*s ",
		    kind < INDICATOR_KINDS ? indicator_kind_name(kind) : "?", (int)text.len,
		    text.ptr);
}

static void see_unknown(void *whom, const char *what, struct span name)
{
	struct seen *seen = whom;

	text_append(seen->unknown, sizeof(seen->unknown), "%s %.*s;", what, (int)name.len,
		    name.len ? (const char *)name.ptr : "");
}

static enum err read_pattern(const char *pattern, struct seen *seen)
{
	struct stix_see see = { see_value, see_unknown, seen };

	memset(seen, 0, sizeof(*seen));
	return stix_pattern_read(text_span(pattern), &see);
}

static void expect(const char *pattern, const char *values, const char *unknown)
{
	struct seen seen;

	assert_int_equal(read_pattern(pattern, &seen), OK);
	assert_string_equal(seen.values, values);
	assert_string_equal(seen.unknown, unknown);
}

static void test_values(void **state)
{
	(void)state;
	expect("[ipv4-addr:value = '198.51.100.1']", "?=198.51.100.1 ", "");
	expect("[ domain-name:value='a.example' ]", "domain=a.example ", "");
	expect("[url:value = 'http://a.example/it\\'s\\\\x']", "url=http://a.example/it's\\x ", "");
	expect("[email-message:from_ref.value = 'a@b.example']", "email=a@b.example ", "");
	expect("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", "?=198.51.100.0/24 ", "");
	expect("[network-traffic:dst_ref.value = '2001:db8::1']", "?=2001:db8::1 ", "");
	expect("[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'x "
	       "y']",
	       "user-agent=x y ", "");
}

static void test_hashes_in_all_spellings(void **state)
{
	(void)state;
	expect("[file:hashes.MD5 = 'aa']", "md5=aa ", "");
	expect("[file:hashes.'MD5' = 'aa']", "md5=aa ", "");
	expect("[file:hashes.md5 = 'aa']", "md5=aa ", "");
	expect("[file:hashes.'SHA-1' = 'aa']", "sha1=aa ", "");
	expect("[file:hashes.SHA1 = 'aa']", "sha1=aa ", "");
	expect("[file:hashes.'SHA-256' = 'aa']", "sha256=aa ", "");
	expect("[file:hashes.'sha256' = 'aa']", "sha256=aa ", "");
	expect("[x509-certificate:hashes.'SHA-1' = 'aa']", "sha1=aa ", "");
	expect("[file:hashes.'SHA-512' = 'aa']", "", "object path file:hashes.'SHA-512';");
}

/* The tree is told from its last part to its first. */
static void test_or(void **state)
{
	(void)state;
	expect("[domain-name:value = 'a' OR ipv4-addr:value = 'b']", "?=b domain=a ", "");
	expect("[domain-name:value = 'a'] OR [url:value = 'b']", "url=b domain=a ", "");
	expect("[domain-name:value IN ('a', 'b', 'c')]", "domain=c domain=b domain=a ", "");
	expect("([domain-name:value = 'a'] OR ([domain-name:value = 'b']))", "domain=b domain=a ",
	       "");
}

static void test_and(void **state)
{
	(void)state;
	expect("[ipv4-addr:value = '198.51.100.1' AND network-traffic:dst_port = 443]",
	       "ip:port=198.51.100.1:443 ", "");
	expect("[network-traffic:dst_ref.value = '2001:db8::1' AND network-traffic:dst_port = 443 "
	       "AND network-traffic:protocols[*] = 'tcp']",
	       "ip:port=[2001:db8::1]:443 ", "");
	expect("[file:hashes.MD5 = 'aa' AND file:name = 'x.exe' AND file:size = 12]", "md5=aa ",
	       "");
	expect("[domain-name:value = 'a' AND network-traffic:dst_port = 443]", "",
	       "AND of domain-name:value with network-traffic:dst_port;");
	expect("[url:value = 'a' AND (domain-name:value = 'b' OR domain-name:value = 'c')]", "",
	       "AND over more than comparisons ;");
}

static void test_named_not_guessed(void **state)
{
	(void)state;
	expect("[domain-name:value != 'a']", "", "negation on domain-name:value;");
	expect("[domain-name:value NOT = 'a']", "", "negation on domain-name:value;");
	expect("[url:value MATCHES '^http']", "", "MATCHES on url:value;");
	expect("[url:value LIKE 'http%']", "", "LIKE on url:value;");
	expect("[file:size > 12]", "", "another comparison on file:size;");
	expect("[process:command_line = 'x']", "", "object path process:command_line;");
	expect("[domain-name:value = 'a'] FOLLOWEDBY [domain-name:value = 'b']", "",
	       "several observations joined by FOLLOWEDBY;");
	expect("[domain-name:value = 'a'] AND [domain-name:value = 'b']", "",
	       "several observations joined by AND;");
	expect("[domain-name:value = 'a'] REPEATS 5 TIMES", "", "qualifier REPEATS;");
	expect("[domain-name:value = 'a'] START t'2020-01-01T00:00:00Z' STOP "
	       "t'2021-01-01T00:00:00Z'",
	       "", "qualifier START;");
	/* What stands beside it by OR is still good. */
	expect("[url:value LIKE 'x' OR domain-name:value = 'a']", "domain=a ",
	       "LIKE on url:value;");
}

static void test_damaged(void **state)
{
	static const char *const bad[] = {
		"",           "[",          "[]",          "[a]",     "[a =]",
		"[a = 'b",    "[a = 'b'",   "[a = 'b'] x", "a = 'b'", "[a = 'b' OR]",
		"[(a = 'b']", "[a IN 'b']", "[a IN ('b'",  "'",       "[a = 'b\\",
		"[a = b]]"
	};
	struct seen seen;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(read_pattern(bad[i], &seen), ERR_FORMAT);
}

static void test_deep(void **state)
{
	char pattern[300];
	struct seen seen;

	(void)state;
	memset(pattern, '(', sizeof(pattern) - 1);
	pattern[sizeof(pattern) - 1] = '\0';
	assert_int_equal(read_pattern(pattern, &seen), ERR_LIMIT);
	pattern[0] = '[';
	assert_int_equal(read_pattern(pattern, &seen), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_hashes_in_all_spellings),
		cmocka_unit_test(test_or),
		cmocka_unit_test(test_and),
		cmocka_unit_test(test_named_not_guessed),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
