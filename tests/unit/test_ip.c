/*
 * test_ip.c - addresses, prefixes and the set of our own networks, against plain slow versions.
 */
#include "model/home.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint64_t seed = 42;

static uint64_t next_random(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dull;
}

static struct ip address(const char *text)
{
	struct ip ip = {{0}};

	assert_int_equal(ip_parse(&ip, text), OK);
	return ip;
}

static struct prefix network(const char *text)
{
	struct prefix prefix = {0};

	assert_int_equal(prefix_parse(&prefix, text), OK);
	return prefix;
}

/* Half of them IPv4; near to each other half of the time, so that prefixes are hit. */
static struct ip random_ip(void)
{
	struct ip ip = {{0}};
	uint64_t r = next_random();

	for (unsigned i = 0; i < 16; i++)
		ip.b[i] = (uint8_t)(next_random() >> 32);
	if (r & 2)
		memset(ip.b, 0x20, 10 + (r >> 8) % 6);
	if (r & 1) {
		memset(ip.b, 0, 10);
		ip.b[10] = ip.b[11] = 0xff;
	}
	return ip;
}

static void test_parse(void **state)
{
	static const struct {
		const char *text, *shown;
		bool v4;
	} good[] = {
		{"192.0.2.1", "192.0.2.1", true},
		{"0.0.0.0", "0.0.0.0", true},
		{"255.255.255.255", "255.255.255.255", true},
		{"2001:db8::1", "2001:db8::1", false},
		{"2001:DB8:0:0:0:0:0:1", "2001:db8::1", false},
		{"::", "::", false},
		{"::1", "::1", false},
		{"::ffff:192.0.2.7", "192.0.2.7", true}, /* mapped is IPv4 */
		{"::192.0.2.7", "::192.0.2.7", false},   /* compatible is not */
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false},
	};
	char text[IP_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct ip ip = address(good[i].text);

		assert_int_equal(ip_is_v4(&ip), good[i].v4);
		assert_string_equal(ip_text(&ip, text), good[i].shown);
	}
}

static void test_parse_bad(void **state)
{
	static const char *const bad[] = {
		"",         "1",        "1.2.3",      "1.2.3.4.5",    "256.1.1.1",
		"1.2.3.-4", "1.2.3.4 ", " 1.2.3.4",   "a.b.c.d",      ":",
		":::",      "1::2::3",  "2001:db8",   "fe80::1%eth0", "g::",
		"12345::",  "[::1]",    "1.2.3.4/24", "::1/64",       "0x1.2.3.4",
		"1.2.3.4\n"};
	struct ip ip, untouched;

	(void)state;
	memset(&ip, 0xa5, sizeof(ip));
	untouched = ip;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (ip_parse(&ip, bad[i]) != ERR_FORMAT)
			fail_msg("'%s' was taken for an address", bad[i]);
		assert_memory_equal(&ip, &untouched, sizeof(ip));
	}
}

static void test_text_round_trip(void **state)
{
	char text[IP_TEXT];

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct ip ip = random_ip(), again = address(ip_text(&ip, text));

		assert_memory_equal(&ip, &again, sizeof(ip));
	}
}

static void test_prefix_parse(void **state)
{
	static const struct {
		const char *text, *shown;
		uint8_t bits;
	} good[] = {
		{"203.0.113.0/24", "203.0.113.0/24", 120},
		{"203.0.113.77/24", "203.0.113.0/24", 120}, /* host bits are cleared */
		{"203.0.113.77/25", "203.0.113.0/25", 121},
		{"203.0.113.177/25", "203.0.113.128/25", 121},
		{"203.0.113.77", "203.0.113.77/32", 128},
		{"203.0.113.77/32", "203.0.113.77/32", 128},
		{"255.255.255.255/1", "128.0.0.0/1", 97},
		{"1.2.3.4/0", "0.0.0.0/0", 96},
		{"2001:db8:ffff::1/33", "2001:db8:8000::/33", 33},
		{"2001:db8::1", "2001:db8::1/128", 128},
		{"ffff::/3", "e000::/3", 3},
		{"fe80::1/0", "::/0", 0},
		{"2001:db8::1/127", "2001:db8::/127", 127},
	};
	char text[PREFIX_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct prefix prefix = network(good[i].text), again;

		assert_int_equal(prefix.bits, good[i].bits);
		assert_string_equal(prefix_text(&prefix, text), good[i].shown);
		again = network(text);
		assert_memory_equal(&prefix.ip, &again.ip, sizeof(prefix.ip));
		assert_int_equal(prefix.bits, again.bits);
	}
}

static void test_prefix_parse_bad(void **state)
{
	static const char *const bad[] = {
		"",
		"/",
		"/24",
		"1.2.3.4/",
		"1.2.3.4/33",
		"1.2.3.4/-1",
		"1.2.3.4/ 8",
		"1.2.3.4/+8",
		"1.2.3.4/8 ",
		"1.2.3.4/8x",
		"1.2.3/24",
		"::/129",
		"::1/",
		"1.2.3.4//8",
		"1.2.3.4/0x8",
		"1.2.3.4/99999999999999999999",
		"1.2.3.4/4294967297",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/64",
	};
	struct prefix prefix;

	(void)state;
	memset(&prefix, 0xa5, sizeof(prefix));
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (prefix_parse(&prefix, bad[i]) != ERR_FORMAT)
			fail_msg("'%s' was taken for a prefix", bad[i]);
		assert_int_equal(prefix.bits, 0xa5);
		assert_int_equal(prefix.ip.b[7], 0xa5);
	}
}

/* The first `bits` bits compared one by one. */
static bool slow_has(const struct prefix *prefix, const struct ip *ip)
{
	for (unsigned bit = 0; bit < prefix->bits; bit++)
		if ((prefix->ip.b[bit / 8] ^ ip->b[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static void test_prefix_has(void **state)
{
	unsigned inside = 0;

	(void)state;
	for (unsigned i = 0; i < 40000; i++) {
		struct ip base = random_ip(), ip = base;
		uint8_t bits = (uint8_t)(next_random() % 129);
		unsigned flip = (unsigned)(next_random() % 128);
		struct prefix prefix = ip_prefix(&base, bits);

		assert_true(prefix_has(&prefix, &base));
		ip.b[flip / 8] ^= (uint8_t)(0x80 >> flip % 8); /* one bit differs */
		assert_int_equal(prefix_has(&prefix, &ip), flip >= bits);
		assert_int_equal(prefix_has(&prefix, &ip), slow_has(&prefix, &ip));
		for (unsigned bit = bits; bit < 128; bit++)
			assert_int_equal(prefix.ip.b[bit / 8] >> (7 - bit % 8) & 1, 0);
		inside += flip >= bits;
	}
	assert_in_range(inside, 1000, 39000);
}

static void test_compare(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		struct ip a = random_ip(), b = random_ip();
		int want, got;

		if (i % 4 == 0) { /* differ in one byte only, or not at all */
			b = a;
			b.b[next_random() % 16] ^= (uint8_t)(next_random() & 1 ? 0x80 : 0);
		}
		want = memcmp(a.b, b.b, 16);
		got = ip_compare(&a, &b);
		assert_int_equal((got > 0) - (got < 0), (want > 0) - (want < 0));
		assert_int_equal(ip_equal(&a, &b), want == 0);
	}
}

/* What each range is, at its first and last address and just outside. */
static void test_ranges(void **state)
{
	static const struct {
		const char *text;
		bool private, multicast, link;
	} cases[] = {
		{"9.255.255.255", 0, 0, 0},
		{"10.0.0.0", 1, 0, 0},
		{"10.255.255.255", 1, 0, 0},
		{"11.0.0.0", 0, 0, 0},
		{"172.15.255.255", 0, 0, 0},
		{"172.16.0.0", 1, 0, 0},
		{"172.31.255.255", 1, 0, 0},
		{"172.32.0.0", 0, 0, 0},
		{"192.167.255.255", 0, 0, 0},
		{"192.168.0.0", 1, 0, 0},
		{"192.168.255.255", 1, 0, 0},
		{"192.169.0.0", 0, 0, 0},
		{"100.63.255.255", 0, 0, 0},
		{"100.64.0.0", 1, 0, 0},
		{"100.127.255.255", 1, 0, 0},
		{"100.128.0.0", 0, 0, 0},
		{"169.253.255.255", 0, 0, 0},
		{"169.254.0.0", 1, 0, 0},
		{"169.254.255.255", 1, 0, 0},
		{"126.255.255.255", 0, 0, 0},
		{"127.0.0.1", 1, 0, 0},
		{"128.0.0.0", 0, 0, 0},
		{"0.0.0.0", 1, 0, 0},
		{"0.0.0.1", 0, 0, 0},
		{"223.255.255.255", 0, 0, 0},
		{"224.0.0.0", 0, 1, 1},
		{"224.0.0.255", 0, 1, 1},
		{"224.0.1.0", 0, 1, 0},
		{"239.255.255.250", 0, 1, 0},
		{"240.0.0.0", 0, 0, 0},
		{"255.255.255.254", 0, 0, 0},
		{"255.255.255.255", 0, 1, 1},
		{"fbff::", 0, 0, 0},
		{"fc00::", 1, 0, 0},
		{"fdff:ffff::1", 1, 0, 0},
		{"fe00::", 0, 0, 0},
		{"fe80::1", 1, 0, 0},
		{"febf:ffff::", 1, 0, 0},
		{"fec0::", 0, 0, 0},
		{"::", 1, 0, 0},
		{"::1", 1, 0, 0},
		{"::2", 0, 0, 0},
		{"feff::1", 0, 0, 0},
		{"ff01::1", 0, 1, 1},
		{"ff02::fb", 0, 1, 1},
		{"ff05::2", 0, 1, 0},
		{"ff0e::1", 0, 1, 0},
		{"2001:db8::1", 0, 0, 0},
		{"::10.0.0.1", 0, 0, 0}, /* not mapped, so not RFC 1918's */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ip ip = address(cases[i].text);

		if (ip_is_private(&ip) != cases[i].private ||
		    ip_is_multicast(&ip) != cases[i].multicast ||
		    ip_is_link_scope(&ip) != cases[i].link)
			fail_msg("%s: private %d multicast %d link %d", cases[i].text,
				 ip_is_private(&ip), ip_is_multicast(&ip), ip_is_link_scope(&ip));
	}
}

static void test_home_covered(void **state)
{
	static struct home home;
	struct prefix prefix;

	(void)state;
	memset(&home, 0, sizeof(home));
	prefix = network("10.0.0.0/8");
	assert_int_equal(home_add(&home, &prefix), OK);
	prefix = network("10.1.0.0/16"); /* covered */
	assert_int_equal(home_add(&home, &prefix), OK);
	assert_int_equal(home_add(&home, &prefix), OK);
	assert_int_equal(home.count, 1);
	prefix = network("8.0.0.0/6"); /* covers what is there: both stay */
	assert_int_equal(home_add(&home, &prefix), OK);
	assert_int_equal(home.count, 2);
	for (unsigned i = 0; home.count < HOME_MAX; i++) {
		char text[32];

		snprintf(text, sizeof(text), "192.0.%u.0/24", i);
		prefix = network(text);
		assert_int_equal(home_add(&home, &prefix), OK);
	}
	prefix = network("198.51.100.0/24");
	assert_int_equal(home_add(&home, &prefix), ERR_LIMIT);
	prefix = network("192.0.5.1/32"); /* covered, though it is full */
	assert_int_equal(home_add(&home, &prefix), OK);
	assert_int_equal(home.count, HOME_MAX);
}

static void test_home_direction(void **state)
{
	static struct home home;
	struct prefix four = network("192.0.2.0/24"), six = network("2001:db8::/32");
	struct ip us = address("192.0.2.9"), us6 = address("2001:db8:1::9");
	struct ip them = address("198.51.100.1"), them6 = address("2001:db9::1");

	(void)state;
	memset(&home, 0, sizeof(home));
	assert_int_equal(home_direction(&home, &us, &them), DIRECTION_UNKNOWN);
	assert_int_equal(home_add(&home, &four), OK);
	assert_int_equal(home_add(&home, &six), OK);
	assert_int_equal(home_direction(&home, &us, &them), DIRECTION_OUTBOUND);
	assert_int_equal(home_direction(&home, &them, &us), DIRECTION_INBOUND);
	assert_int_equal(home_direction(&home, &us, &us), DIRECTION_INTERNAL);
	assert_int_equal(home_direction(&home, &them, &them), DIRECTION_UNKNOWN);
	assert_int_equal(home_direction(&home, &us6, &them6), DIRECTION_OUTBOUND);
	assert_int_equal(home_direction(&home, &them6, &us6), DIRECTION_INBOUND);
	assert_int_equal(home_direction(&home, &us6, &us), DIRECTION_INTERNAL);
	assert_string_equal(direction_name(DIRECTION_UNKNOWN), "unknown");
	assert_string_equal(direction_name(DIRECTION_INBOUND), "inbound");
	assert_string_equal(direction_name(DIRECTION_OUTBOUND), "outbound");
	assert_string_equal(direction_name(DIRECTION_INTERNAL), "internal");
}

/* home_has() with its IPv4 fast path, against the prefixes one by one. */
static void test_home_fast(void **state)
{
	static struct home home;
	unsigned ours = 0;

	(void)state;
	for (unsigned round = 0; round < 500; round++) {
		memset(&home, 0, sizeof(home));
		for (unsigned n = (unsigned)(next_random() % 8); n > 0; n--) {
			struct ip base = random_ip();
			/* any length at all, for prefixes that hold all of IPv4 and more too */
			struct prefix prefix = ip_prefix(&base, (uint8_t)(next_random() % 129));

			assert_int_equal(home_add(&home, &prefix), OK);
		}
		for (unsigned i = 0; i < 100; i++) {
			struct ip ip = random_ip();
			bool want = false;

			if (home.count && i % 2) {
				size_t n = next_random() % home.count;

				memcpy(ip.b, home.prefixes[n].ip.b, home.prefixes[n].bits / 8);
			}
			for (size_t n = 0; n < home.count; n++)
				want |= slow_has(&home.prefixes[n], &ip);
			assert_int_equal(home_has(&home, &ip), want);
			ours += want;
		}
	}
	assert_in_range(ours, 5000, 45000);
}

static void test_home_everything(void **state)
{
	static const char *const all[] = {"0.0.0.0/0", "::/0", "::ffff:0:0/96", "::/1"};
	struct ip four = address("198.51.100.1"), six = address("2001:db8::1");

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct prefix prefix = network(all[i]);
		struct home home;

		memset(&home, 0, sizeof(home));
		assert_int_equal(home_add(&home, &prefix), OK);
		assert_true(home_has(&home, &four));
		assert_int_equal(home_has(&home, &six), i == 1 || i == 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_bad),
		cmocka_unit_test(test_text_round_trip),
		cmocka_unit_test(test_prefix_parse),
		cmocka_unit_test(test_prefix_parse_bad),
		cmocka_unit_test(test_prefix_has),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_home_covered),
		cmocka_unit_test(test_home_direction),
		cmocka_unit_test(test_home_fast),
		cmocka_unit_test(test_home_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
