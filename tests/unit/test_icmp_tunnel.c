/* test_icmp_tunnel.c - pings that carry something are told, ping tools are not. */
#include "detect_test_d2.h"

#include <stdio.h>

extern const struct detector detector_icmp_tunnel;

static void hear(struct watch *w, const struct flow *f)
{
	watch_open(w, &detector_icmp_tunnel);
	watch_flow(w, f);
	watch_tick(w, f->last, true);
}

/* ptunnel and Hans: the answers carry the other side's bytes. */
static void test_conversation(void **state)
{
	struct flow f = ping_of("10.1.2.3", "192.0.2.1", 60, 200);
	struct watch w;

	(void)state;
	f.odd_replies = 55;
	f.sizes = 0x6d;
	f.bytes[!side_of(&f)] *= 5;
	hear(&w, &f);
	assert_alert(watch_heard(&w), "icmp_tunnel", "10.1.2.3", "192.0.2.1");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_HIGH);
	assert_int_equal(watch_heard(&w)->direction, DIRECTION_OUTBOUND);
	assert_non_null(strstr(watch_heard(&w)->say, "other bytes"));
	watch_close(&w);
}

/* Asked by the outside, so that ours answers: ours is still who. And two of ours with each other.
 */
static void test_parties(void **state)
{
	struct flow f = ping_of("192.0.2.1", "10.1.2.3", 60, 200);
	struct watch w;

	(void)state;
	f.odd_replies = 5;
	hear(&w, &f);
	assert_alert(watch_heard(&w), "icmp_tunnel", "10.1.2.3", "192.0.2.1");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_WARNING);
	watch_close(&w);
	f = ping_of("10.9.9.9", "10.1.2.3", 60, 200);
	f.odd_replies = 50;
	hear(&w, &f);
	assert_alert(watch_heard(&w), "icmp_tunnel", "10.9.9.9", "10.1.2.3");
	assert_int_equal(watch_heard(&w)->direction, DIRECTION_INTERNAL);
	watch_close(&w);
	f = ping_of("198.51.100.1", "192.0.2.1", 60, 200);
	f.odd_replies = 50;
	hear(&w, &f);
	watch_silent(&w);
	watch_close(&w);
}

static void test_many_sizes(void **state)
{
	struct flow f = ping_of("10.1.2.3", "192.0.2.1", 200, 300);
	struct watch w;

	(void)state;
	f.sizes = 0x7c;
	hear(&w, &f);
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_WARNING);
	watch_close(&w);
	f.sizes = 0x3c; /* four */
	hear(&w, &f);
	watch_silent(&w);
	watch_close(&w);
}

/* 500 questions with 1,000 bytes each, honestly answered: files leave like this. */
static void test_long_content(void **state)
{
	struct flow f = ping_of("10.1.2.3", "192.0.2.1", 500, 1000);
	struct watch w;

	(void)state;
	hear(&w, &f);
	assert_alert(watch_heard(&w), "icmp_tunnel", "10.1.2.3", "192.0.2.1");
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_NOTICE);
	watch_close(&w);
	f = ping_of("10.1.2.3", "192.0.2.1", 6000, 1000);
	hear(&w, &f);
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_WARNING);
	watch_close(&w);
}

static void test_unasked(void **state)
{
	struct flow f = ping_of("10.1.2.3", "192.0.2.1", 40, 400);
	struct watch w;

	(void)state;
	f.packets[side_of(&f)] = 4;
	f.bytes[side_of(&f)] = 4 * (42 + 56);
	hear(&w, &f);
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_WARNING);
	watch_close(&w);
}

/* A person's commands: both ask, with hundreds of bytes, far apart. */
static void test_sparse(void **state)
{
	struct flow there = ping_of("10.1.2.3", "10.1.2.9", 5, 788);
	struct flow back = ping_of("10.1.2.9", "10.1.2.3", 1, 1056);
	struct watch w;

	(void)state;
	there.last = T0 + 262 * SEC;
	back.first = back.last = T0 + 232 * SEC;
	back.sizes = 2;
	watch_open(&w, &detector_icmp_tunnel);
	watch_flow(&w, &there);
	watch_flow(&w, &back);
	watch_tick(&w, T0 + 300 * SEC, true);
	assert_int_equal(watch_heard(&w)->severity, SEVERITY_NOTICE);
	assert_true(watch_heard(&w)->confidence < 50);
	watch_close(&w);
}

/* What people and monitoring do with ping all day. */
static void test_honest(void **state)
{
	struct {
		const char *what;
		uint32_t pings, content;
		uint8_t sizes, odd;
		usec_t length;
	} cases[] = {
		{ "Linux", 86400, 56, 1, 0, 24 * HOUR },
		{ "Windows", 4, 32, 1, 0, 4 * SEC },
		{ "PRTG", 5000, 32, 1, 0, 24 * HOUR },
		{ "SmokePing", 20 * 288, 56, 1, 0, 24 * HOUR },
		{ "path MTU by hand", 12, 1400, 0xff, 0, 2 * MINUTE },
		{ "path MTU monitor", 48, 1472, 3, 0, 24 * HOUR },
		{ "ping -s 1472 for three minutes", 180, 1472, 1, 0, 3 * MINUTE },
		{ "a broken answer or two", 100, 56, 1, 2, 100 * SEC },
		{ "a few sizes", 40, 128, 0x1f, 0, 40 * SEC },
		{ "one long size, every minute", 60, 900, 1, 0, HOUR },
	};
	struct watch w;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct flow f = ping_of("10.1.2.3", "192.0.2.1", cases[i].pings, cases[i].content);

		f.sizes = cases[i].sizes;
		f.odd_replies = cases[i].odd;
		f.last = f.first + cases[i].length;
		hear(&w, &f);
		if (w.count)
			fail_msg("%s: %s", cases[i].what, w.heard[0].say);
		watch_close(&w);
	}
}

/* 8.8.8.8 answers long pings with 64 bytes of them. */
static void test_cut_answers(void **state)
{
	struct flow f = ping_of("10.1.2.3", "192.0.2.1", 100, 1000);
	struct watch w;

	(void)state;
	f.odd_replies = 100;
	f.bytes[!side_of(&f)] = 100 * (42 + 64);
	hear(&w, &f);
	watch_silent(&w);
	watch_close(&w);
}

/* Unreachable, timestamps and so on are no echo; nor is UDP. */
static void test_other(void **state)
{
	struct flow f = ping_of("10.1.2.3", "192.0.2.1", 500, 1000);
	struct watch w;

	(void)state;
	f.odd_replies = 200;
	f.key.port[side_of(&f)] = 13;
	f.key.port[!side_of(&f)] = 14;
	hear(&w, &f);
	watch_silent(&w);
	watch_close(&w);
	f = ping_of("10.1.2.3", "192.0.2.1", 500, 1000);
	f.key.proto = PROTO_UDP;
	hear(&w, &f);
	watch_silent(&w);
	watch_close(&w);
}

/* While it lasts, each sweep brings all of it again: counted once, and so when it ends. */
static void test_ongoing(void **state)
{
	struct flow f = ping_of("10.1.2.3", "192.0.2.1", 100, 1000);
	struct watch w;
	uint64_t packets = 0;

	(void)state;
	watch_open(&w, &detector_icmp_tunnel);
	for (uint32_t i = 20; i <= 60; i++) {
		f = ping_of("10.1.2.3", "192.0.2.1", 5 * i, 1000);
		watch_ongoing(&w, &f, T0 + i * 5 * SEC);
		watch_tick(&w, T0 + i * 5 * SEC, false);
		assert_int_equal(w.count, i >= 40 ? i - 39 : 0);
	}
	watch_flow(&w, &f);
	watch_tick(&w, T0 + 301 * SEC, true);
	for (size_t i = 0; i < w.count; i++)
		packets += w.heard[i].packets;
	assert_int_equal(packets, 600);
	assert_int_equal(w.count, 21);
	watch_close(&w);
}

static void test_ipv6(void **state)
{
	struct flow f = ping_of("10.1.2.3", "192.0.2.1", 60, 200);
	unsigned asker = side_of(&f);
	struct watch w;

	(void)state;
	f.key.proto = PROTO_ICMP6;
	f.key.port[asker] = 128;
	f.key.port[!asker] = 129;
	assert_int_equal(ip_parse(&f.key.ip[asker], "fd00::1"), OK);
	assert_int_equal(ip_parse(&f.key.ip[!asker], "2001:db8::1"), OK);
	f.odd_replies = 50;
	hear(&w, &f);
	assert_alert(watch_heard(&w), "icmp_tunnel", "fd00::1", "2001:db8::1");
	watch_close(&w);
}

/* A sweep over a million addresses does not drive out the tunnel. */
static void test_bound(void **state)
{
	struct watch w;
	struct flow f = ping_of("10.1.2.3", "192.0.2.1", 60, 200);

	(void)state;
	f.odd_replies = 50;
	watch_open(&w, &detector_icmp_tunnel);
	watch_flow(&w, &f);
	for (uint32_t i = 0; i < 1000000; i++) {
		char to[32];

		snprintf(to, sizeof(to), "%u.%u.%u.7", 20 + i / 65536, i / 256 % 256, i % 256);
		f = ping_of("10.1.2.3", to, 1, 56);
		watch_flow(&w, &f);
	}
	watch_tick(&w, T0 + HOUR, true);
	assert_int_equal(w.count, 1);
	assert_true(detector_icmp_tunnel.mem_max < 1u << 20);
	watch_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversation), cmocka_unit_test(test_parties),
		cmocka_unit_test(test_many_sizes),   cmocka_unit_test(test_long_content),
		cmocka_unit_test(test_unasked),      cmocka_unit_test(test_sparse),
		cmocka_unit_test(test_honest),       cmocka_unit_test(test_cut_answers),
		cmocka_unit_test(test_other),        cmocka_unit_test(test_ongoing),
		cmocka_unit_test(test_ipv6),         cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
