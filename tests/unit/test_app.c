/*
 * test_app.c - telling requests, refused logins and reflected answers by content.
 */
#include "wire/app.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct span text(const char *s)
{
	return (struct span){(const uint8_t *)s, strlen(s)};
}

static struct http_head head_of(const char *request)
{
	struct http_head head = {0};

	assert_true(http_head_read(text(request), &head));
	return head;
}

static void test_head(void **state)
{
	struct http_head plain = head_of("GET /a HTTP/1.1\r\n");
	struct http_head one = head_of("GET /a?x=1&y=2 HTTP/1.1\r\n");
	struct http_head two = head_of("GET /a?y=777&x=abc HTTP/1.1\r\n");
	struct http_head three = head_of("GET /a?x=1&z=2 HTTP/1.1\r\n");
	struct http_head again;

	(void)state;
	assert_int_equal(plain.names, 0);
	assert_false(plain.body);
	assert_int_equal(one.path, plain.path); /* the query is not of the path */
	assert_int_not_equal(one.names, 0);
	assert_int_equal(one.names, two.names); /* order and values do not matter */
	assert_int_not_equal(one.names, three.names);
	again = head_of("GET /b HTTP/1.1\r\n");
	assert_int_not_equal(again.path, plain.path);
	again = head_of("HEAD /a HTTP/1.1\r\n");
	assert_int_not_equal(again.path, plain.path);
	again = head_of("POST /a HTTP/1.1\r\n");
	assert_true(again.body);
	again = head_of("PUT /a HTTP/1.1\r\n");
	assert_true(again.body);
	again = head_of("GET /a HTTP/1.0\r\nHost: b?x=1\r\n"); /* behind the request line */
	assert_int_equal(again.path, plain.path);
	assert_int_equal(again.names, 0);
	again = head_of("GET /a?x=1&y=2#?q HTTP/1.1\r\n");
	assert_int_equal(again.path, plain.path);
	again = head_of("GET /a?"); /* cut, and an empty query */
	assert_int_equal(again.path, plain.path);
	assert_int_not_equal(again.names, 0);
	again = head_of("GET /a?x&y HTTP/1.1"); /* without values */
	assert_int_equal(again.names, one.names);
}

static void test_head_none(void **state)
{
	static const char *const none[] = {
		"", "G", "GET", "GET/ ", "FETCH / HTTP/1.1", "HTTP/1.1 200 OK", "\x16\x03\x01"};
	struct http_head head = {1, 2, true};

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++)
		assert_false(http_head_read(text(none[i]), &head));
	assert_int_equal(head.path, 1); /* untouched */
	assert_int_equal(head.names, 2);
}

static void test_header_ends(void **state)
{
	static const char *const ends[] = {
		"\r\n\r\n", "\n\n",    "a\r\n\r\nb", "GET /\r\nA: b\r\n\r\n",
		"a\n\r\n",  "x\n\n\n", "\r\r\n\r\n"};
	static const char *const goes_on[] = {
		"", "\n", "a\r\n\r", "a\r\nb\r\n", "\r\r\r", "\n\r\r\n", "\n \n"};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++)
		if (!http_header_ends(text(ends[i])))
			fail_msg("case %zu does not end", i);
	for (size_t i = 0; i < COUNT(goes_on); i++)
		if (http_header_ends(text(goes_on[i])))
			fail_msg("case %zu ends", i);
}

static void test_login(void **state)
{
	char long_text[600];

	(void)state;
	assert_true(login_refused(APP_FTP, text("530 Login incorrect.\r\n")));
	assert_true(login_refused(APP_SMTP, text("535 5.7.8 no\r\n")));
	assert_true(login_refused(APP_SMTP, text("535-5.7.8 no\r\n")));
	assert_false(login_refused(APP_FTP, text("230 Logged in\r\n")));
	assert_false(login_refused(APP_FTP, text("5300")));
	assert_false(login_refused(APP_HTTP, text("530 no")));
	assert_false(login_refused(APP_SSH, text("Login failed")));
	assert_true(login_refused(APP_TELNET, text("\r\nLogin incorrect\r\nlogin: ")));
	assert_true(login_refused(APP_TELNET, text("Access denied")));
	assert_false(login_refused(APP_TELNET, text("530 no")));
	assert_false(login_refused(APP_TELNET, text("Welcome")));
	memset(long_text, 'x', sizeof(long_text));
	memcpy(long_text, "Login failed", 12);
	assert_true(login_refused(APP_TELNET, (struct span){(uint8_t *)long_text, 512}));
	assert_false(login_refused(APP_TELNET, (struct span){(uint8_t *)long_text, 513}));
}

static void test_reflection(void **state)
{
	static const struct {
		uint16_t port;
		const char *answer, *query; /* of 4 bytes at least */
	} cases[] = {
		{53, "12\x81\x80", "12\x01\x20"},
		{5353, "\1\1\x84\1", "\1\1\1\1"},
		{123, "\x24\1\1\1", "\x23\1\1\1"},         /* server, client */
		{123, "\xd7\1\x03\x2a", "\x17\1\x03\x2a"}, /* monlist */
		{123, "\x16\x82\1\1", "\x16\2\1\1"},       /* readvar */
		{1900, "HTTP/1.1 200 OK", "M-SEARCH * HTTP/1.1"},
		{443, "\xc3\1\1\1", "\x43\1\1\1"},
		{3478, "\1\1\1\1", "\2\1\1\1"},
		{3478, "\1\x11\1\1", "\x41\1\1\1"},
		{5683, "\x60\x45\1\1", "\x40\1\1\1"},
		{520, "\2\2\1\1", "\1\2\1\1"},
		{161, "0\x82\1\1", "1\x82\1\1"},
		{389, "0\x84\1\1", "x\1\1\1"},
		{3702, "<?xml version", "hello world"},
	};
	static const uint8_t tftp[][4] = {{0, 3, 0, 1}, {0, 5, 0, 1}, {0, 6, 'a', 0}};
	static const uint8_t read_request[] = {0, 1, 'a', 0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (!reflection_plausible(cases[i].port, text(cases[i].answer)))
			fail_msg("case %zu: port %u answer", i, cases[i].port);
		if (reflection_plausible(cases[i].port, text(cases[i].query)))
			fail_msg("case %zu: port %u query", i, cases[i].port);
		/* too little was captured to tell */
		assert_true(reflection_plausible(
			cases[i].port, (struct span){(const uint8_t *)cases[i].query, 3}));
	}
	for (size_t i = 0; i < COUNT(tftp); i++)
		assert_true(reflection_plausible(69, (struct span){tftp[i], 4}));
	assert_false(reflection_plausible(69, (struct span){read_request, 4}));
	assert_true(reflection_plausible(19, text("anything")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head),      cmocka_unit_test(test_head_none),
		 cmocka_unit_test(test_header_ends),
		cmocka_unit_test(test_login),     cmocka_unit_test(test_reflection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
