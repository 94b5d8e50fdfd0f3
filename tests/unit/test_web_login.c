/*
 * test_web_login.c - sessions, the pace of tries, passwords; all with times that are given.
 */
#include "web/pace.h"
#include "web/password.h"
#include "web/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SEC USEC_PER_SEC

static void test_session(void **state)
{
	struct sessions *sessions = sessions_new(100 * SEC, 10 * SEC);
	char token[SESSION_TOKEN], other[SESSION_TOKEN];
	const struct session *session;
	uint64_t serial;

	(void)state;
	session = sessions_begin(sessions, "admin", TOWER_ADMIN, 0, token);
	serial = session->serial;
	sessions_begin(sessions, "viewer", TOWER_VIEWER, 0, other);
	assert_int_equal(strlen(token), SESSION_TOKEN - 1);
	assert_string_not_equal(token, other);
	assert_string_not_equal(session->csrf, token);
	assert_null(memmem(session, sizeof(*session), token, strlen(token)));
	assert_ptr_equal(sessions_find(sessions, token, 9 * SEC), session);
	assert_null(sessions_find(sessions, "", 9 * SEC));
	assert_null(sessions_find(sessions, session->csrf, 9 * SEC));
	token[5] = token[5] == 'A' ? 'B' : 'A';
	assert_null(sessions_find(sessions, token, 9 * SEC));
	assert_true(sessions_lasts(sessions, serial, 18 * SEC)); /* does not use it */
	assert_false(sessions_lasts(sessions, serial, 19 * SEC));
	assert_non_null(sessions_find(sessions, other, 99 * SEC)); /* a viewer is not idle */
	assert_null(sessions_find(sessions, other, 100 * SEC));
	assert_false(sessions_lasts(sessions, 0, 0));
	assert_false(sessions_lasts(sessions, 77, 0));
	sessions_free(sessions);
}

static void test_session_end(void **state)
{
	struct sessions *sessions = sessions_new(100 * SEC, 10 * SEC);
	char a[SESSION_TOKEN], b[SESSION_TOKEN], c[SESSION_TOKEN];
	uint64_t serial = sessions_begin(sessions, "x", TOWER_OPERATOR, 0, a)->serial;

	(void)state;
	sessions_begin(sessions, "x", TOWER_OPERATOR, 0, b);
	sessions_begin(sessions, "y", TOWER_OPERATOR, 0, c);
	sessions_end(sessions, serial);
	assert_null(sessions_find(sessions, a, 0));
	assert_non_null(sessions_find(sessions, b, 0));
	sessions_end_of(sessions, "x");
	assert_null(sessions_find(sessions, b, 0));
	assert_non_null(sessions_find(sessions, c, 0));
	sessions_free(sessions);
}

/* Many users: whose session was not used for the longest time goes. */
static void test_session_bounds(void **state)
{
	struct sessions *sessions = sessions_new(INT64_MAX / 2, INT64_MAX / 2);
	char tokens[258][SESSION_TOKEN], name[16];

	(void)state;
	for (int i = 0; i < 256; i++) {
		snprintf(name, sizeof(name), "user%d", i / 16);
		sessions_begin(sessions, name, TOWER_VIEWER, i, tokens[i]);
	}
	assert_non_null(sessions_find(sessions, tokens[0], 300));
	sessions_begin(sessions, "new", TOWER_VIEWER, 301, tokens[256]);
	assert_null(sessions_find(sessions, tokens[1], 302));
	assert_non_null(sessions_find(sessions, tokens[0], 302));
	sessions_begin(sessions, "user5", TOWER_VIEWER, 303, tokens[257]); /* its seventeenth */
	assert_null(sessions_find(sessions, tokens[80], 304));
	assert_non_null(sessions_find(sessions, tokens[2], 304));
	sessions_free(sessions);
}

static struct ip address(const char *text)
{
	struct ip ip;

	assert_int_equal(ip_parse(&ip, text), OK);
	return ip;
}

/* Tries every second whether it may; returns how often it might in that time. */
static unsigned tries(struct pace *pace, const char *name, const struct ip *from, unsigned seconds,
		      usec_t *now)
{
	unsigned count = 0;

	for (unsigned i = 0; i < seconds; i++, *now += SEC)
		count += pace_try(pace, name, from, *now) == 0;
	return count;
}

static void test_pace(void **state)
{
	struct pace *pace = pace_new();
	struct ip a = address("192.0.2.1"), b = address("192.0.2.2");
	usec_t now = 1000 * SEC;

	(void)state;
	assert_int_equal(tries(pace, "admin", &a, 6, &now), 6); /* five are free */
	assert_int_equal(tries(pace, "admin", &a, 120, &now), 6); /* after 1, 2, 4, 8, 16, 32 s more */
	assert_true(pace_try(pace, "admin", &b, now) > 0); /* the name waits everywhere */
	assert_true(pace_try(pace, "other", &a, now) > 0); /* the address waits for all names */
	assert_int_equal(pace_try(pace, "other", &b, now), 0);
	now += SEC;
	/* A name waits for a minute at most, an address for a quarter of an hour. */
	for (unsigned i = 0; i < 14; i++, now += 60 * SEC)
		assert_int_equal(pace_try(pace, "name", &(struct ip){ { (uint8_t)i } }, now), 0);
	assert_true(pace_try(pace, "name", &b, now - SEC) > 0);
	for (unsigned i = 0; i < 20; i++, now += 15 * 60 * SEC)
		assert_int_equal(pace_try(pace, (char[]){ (char)('a' + i), '\0' }, &a, now), 0);
	assert_true(pace_try(pace, "z", &a, now - SEC) > 0);
	assert_int_equal(tries(pace, "admin", &a, 5, &(usec_t){ now + 3700 * SEC }), 5); /* forgotten */
	pace_free(pace);
}

static void test_pace_strangers(void **state)
{
	struct pace *pace = pace_new();
	struct ip a = address("192.0.2.1"), b = address("192.0.2.2");
	struct ip six = address("2001:db8::1"), neighbour = address("2001:db8::2");
	usec_t now = 1000 * SEC;

	(void)state;
	assert_int_equal(pace_try(pace, "x", &a, now), 0);
	assert_int_equal(pace_try(pace, "y", &b, now), 250 * USEC_PER_MS);
	assert_int_equal(pace_try(pace, "y", &b, now + 250 * USEC_PER_MS), 0);
	now += SEC;
	tries(pace, "six", &six, 15, &now);
	assert_true(pace_try(pace, "new", &neighbour, now) > 0); /* the same /64 */
	pace_free(pace);
}

/* Who has logged in is known: others' failures do not hold him, his own do. */
static void test_pace_known(void **state)
{
	struct pace *pace = pace_new();
	struct ip home = address("192.0.2.1"), bad = address("192.0.2.66");
	usec_t now = 1000 * SEC;

	(void)state;
	assert_int_equal(pace_try(pace, "admin", &home, now), 0);
	pace_passed(pace, "admin", &home, now);
	now += SEC;
	tries(pace, "admin", &bad, 60, &now);
	assert_true(pace_try(pace, "admin", &bad, now) > 0);
	assert_int_equal(pace_try(pace, "admin", &home, now), 0);
	pace_passed(pace, "admin", &home, now);
	assert_int_equal(tries(pace, "admin", &home, 100, &now), 12);
	pace_free(pace);
}

/* Many names and addresses do not push out the one that failed most. */
static void test_pace_bounds(void **state)
{
	struct pace *pace = pace_new();
	struct ip from = address("192.0.2.1");
	usec_t now = 1000 * SEC;
	char name[16];

	(void)state;
	tries(pace, "admin", &from, 100, &now);
	for (uint32_t i = 0; i < 20000; i++) {
		struct ip other = { { 0x20, 1, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i } };

		snprintf(name, sizeof(name), "n%u", i);
		now += SEC / 4;
		assert_int_equal(pace_try(pace, name, &other, now), 0);
		if (i % 100 == 0) { /* before an hour is over */
			now += SEC;
			pace_try(pace, "admin", &from, now);
		}
	}
	assert_true(pace_try(pace, "admin", &from, now) > SEC); /* more than any stranger */
	pace_free(pace);
}

static void test_password(void **state)
{
	char hash[PASSWORD_HASH], long_text[PASSWORD_MAX + 2] = "";

	(void)state;
	memset(long_text, 'x', PASSWORD_MAX + 1);
	assert_true(password_hash("火の用心、マッチ一本", hash));
	assert_true(password_check(hash, "火の用心、マッチ一本"));
	assert_false(password_check(hash, "火の用心、マッチ二本"));
	assert_false(password_check(NULL, "x"));
	assert_false(password_check("", "x"));
	assert_false(password_check("$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$aGFzaA", "x"));
	assert_null(password_trouble("ひのみやぐら見張り番"));
	assert_non_null(password_trouble("ひのみやぐら見張り"));
	assert_non_null(password_trouble("123456789"));
	assert_non_null(password_trouble(long_text));
	assert_null(password_trouble(long_text + 1));
}

static int begin(void **state)
{
	(void)state;
	return sodium_init() < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session),	     cmocka_unit_test(test_session_end),
		cmocka_unit_test(test_session_bounds), cmocka_unit_test(test_pace),
		cmocka_unit_test(test_pace_strangers), cmocka_unit_test(test_pace_known),
		cmocka_unit_test(test_pace_bounds),    cmocka_unit_test(test_password),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
