/* test_shield_hand.c - the hand that works by XDP: what is in force, found again, ended, counted, removed. */
#include "shield_test.h"

#include "hand/xdp_pins.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define HOUR 3600000000ll

static bool able;
static char trouble[HAND_TROUBLE];

static struct hand_order order_of(uint64_t id, const char *text)
{
	struct hand_order order = { .id = id, .verb = ACTION_DROP, .until = shield_now() + HOUR };
	char why[FILTER_TROUBLE];

	if (filter_parse((struct span){ (const uint8_t *)text, strlen(text) }, &order.filter, why) != OK)
		fail_msg("%s: %s", text, why);
	return order;
}

static void apply(struct hand_state *state, const struct hand_order *order)
{
	if (hand_xdp.apply(state, order, 1, trouble) != OK)
		fail_msg("apply: %s", trouble);
}

/* A UDP packet, or a TCP one where `flags` are not 0. */
static struct meant meant_of(const char *from, const char *to, uint8_t flags)
{
	struct meant m = { .look = { .proto = flags ? PROTO_TCP : PROTO_UDP, .ttl = 60,
				     .from_port = 40000, .to_port = 443, .flags = flags,
				     .fragment = FRAGMENT_NONE },
			   .options = flags ? 5 : 0,
			   .payload = flags ? 0 : 20 };

	assert_int_equal(ip_parse(&m.look.from, from), OK);
	assert_int_equal(ip_parse(&m.look.to, to), OK);
	if (flags && ip_is_v4(&m.look.from))
		m.options = 0;
	return m;
}

static int verdict_of(const char *from)
{
	struct meant m = meant_of(from, "203.0.113.10", 0);
	uint8_t frame[SHIELD_FRAME];
	size_t len;

	if (!ip_is_v4(&m.look.from))
		assert_int_equal(ip_parse(&m.look.to, "2001:db8::10"), OK);
	len = meant_frame(&m, frame);
	return shield_judge(frame, &len);
}

/* Bytes behind the end of the packet are none of it, though the frame has them: Ethernet pads with zeros. */
static int verdict_of_empty(const char *from)
{
	struct meant m = meant_of(from, "203.0.113.10", 0);
	uint8_t frame[SHIELD_FRAME];
	size_t len;

	m.payload = 0;
	len = meant_frame(&m, frame);
	return shield_judge(frame, &len);
}

static struct hand_count count_of(struct hand_state *state, uint64_t id)
{
	static struct hand_count counts[SHIELD_SLOTS];
	size_t count = hand_xdp.counts(state, counts, SHIELD_SLOTS);

	for (size_t i = 0; i < count; i++)
		if (counts[i].id == id)
			return counts[i];
	return (struct hand_count){ .id = 0 };
}

static struct hand_state *hand_begin(void)
{
	if (!able)
		skip();
	assert_int_equal(hand_xdp.clear(NULL, NULL, trouble), OK);
	return shield_hand();
}

static void test_sources(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order orders[] = { order_of(1, "from 198.51.100.0/24"), order_of(2, "from 192.0.2.7"),
				       order_of(3, "from 2001:db8:5::/48") };
	const uint64_t one = 1;

	(void)unused;
	assert_int_equal(verdict_of("198.51.100.9"), XDP_PASS);
	assert_int_equal(hand_xdp.apply(state, orders, 3, trouble), OK);
	assert_int_equal(verdict_of("198.51.100.9"), XDP_DROP);
	assert_int_equal(verdict_of("198.51.101.9"), XDP_PASS);
	assert_int_equal(verdict_of("192.0.2.7"), XDP_DROP);
	assert_int_equal(verdict_of("192.0.2.8"), XDP_PASS);
	assert_int_equal(verdict_of("2001:db8:5:1::1"), XDP_DROP);
	assert_int_equal(verdict_of("2001:db8:6:1::1"), XDP_PASS);
	assert_int_equal(count_of(state, 1).packets, 1);
	assert_int_equal(count_of(state, 1).bytes, 48);
	assert_int_equal(count_of(state, 3).packets, 1);
	assert_int_equal(hand_xdp.withdraw(state, &one, 1, trouble), OK);
	assert_int_equal(hand_xdp.withdraw(state, &one, 1, trouble), OK); /* no error */
	assert_int_equal(verdict_of("198.51.100.9"), XDP_PASS);
	assert_int_equal(verdict_of("192.0.2.7"), XDP_DROP);
	hand_xdp.close(state);
}

static void test_padding(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "proto udp bytes 0:00000000");

	(void)unused;
	apply(state, &order);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
	assert_int_equal(verdict_of_empty("192.0.2.1"), XDP_PASS);
	hand_xdp.close(state);
}

/* A prefix of IPv6 that is short enough holds all IPv4-mapped addresses, too: those are not meant (filter.h). */
static void test_families(void **unused)
{
	static const char *const wide[] = { "from ::/0", "from ::/1 proto udp", "to ::/0", "to ::/64 proto udp" };
	struct hand_state *state = hand_begin();
	const uint64_t one = 1;

	(void)unused;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		struct hand_order order = order_of(1, wide[i]);

		apply(state, &order);
		assert_int_equal(verdict_of("198.51.100.1"), XDP_PASS);
		assert_int_equal(verdict_of("2001:db8::5"), i == 3 ? XDP_PASS : XDP_DROP);
		assert_int_equal(hand_xdp.withdraw(state, &one, 1, trouble), OK);
	}
	hand_xdp.close(state);
}

/* One prefix by two orders: the one that is left goes on, and counts. */
static void test_twice(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order longer = order_of(1, "from 192.0.2.0/24"), shorter = order_of(2, "from 192.0.2.0/24");
	const uint64_t one = 1;

	(void)unused;
	shorter.until -= HOUR / 2;
	apply(state, &longer);
	apply(state, &shorter);
	assert_int_equal(verdict_of("192.0.2.7"), XDP_DROP);
	assert_int_equal(count_of(state, 1).packets, 1);
	assert_int_equal(hand_xdp.withdraw(state, &one, 1, trouble), OK);
	assert_int_equal(verdict_of("192.0.2.7"), XDP_DROP);
	assert_int_equal(count_of(state, 2).packets, 1);
	hand_xdp.close(state);
}

/* Who is allowed passes both kinds of filters, and does not take from a limit. */
static void test_allow(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order orders[] = { order_of(1, "from 198.51.100.0/24"), order_of(2, "proto udp to-port 443"),
				       order_of(3, "from 2001:db8::/32") };
	struct prefix allowed[2];

	(void)unused;
	assert_int_equal(prefix_parse(&allowed[0], "198.51.100.64/26"), OK);
	assert_int_equal(prefix_parse(&allowed[1], "2001:db8:9::/48"), OK);
	assert_int_equal(hand_xdp.apply(state, orders, 3, trouble), OK);
	assert_int_equal(hand_xdp.allow(state, allowed, 2, trouble), OK);
	assert_int_equal(verdict_of("198.51.100.63"), XDP_DROP);
	assert_int_equal(verdict_of("198.51.100.64"), XDP_PASS);
	assert_int_equal(verdict_of("2001:db8:9::1"), XDP_PASS);
	assert_int_equal(verdict_of("2001:db8:8::1"), XDP_DROP);
	assert_int_equal(verdict_of("203.0.113.77"), XDP_DROP);
	assert_int_equal(hand_xdp.allow(state, allowed + 1, 1, trouble), OK); /* in place of the others */
	assert_int_equal(verdict_of("198.51.100.64"), XDP_DROP);
	assert_int_equal(verdict_of("2001:db8:9::1"), XDP_PASS);
	hand_xdp.close(state);
}

static void wait_for(int64_t until)
{
	while (shield_now() < until)
		usleep(10000);
}

/* An end is an end, with nobody there; the room is given back when somebody is. */
static void test_expiry(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order source = order_of(1, "from 192.0.2.0/24"), rule = order_of(2, "ttl 60 proto udp"),
			  inner = order_of(3, "from 192.0.2.7"), other = order_of(4, "from 192.0.9.7");
	int64_t end = shield_now() + 300000;

	(void)unused;
	source.until = end + HOUR;
	rule.until = inner.until = other.until = end;
	apply(state, &source);
	apply(state, &rule);
	apply(state, &inner);
	apply(state, &other);
	assert_int_equal(verdict_of("198.51.100.1"), XDP_DROP);
	assert_int_equal(verdict_of("192.0.9.7"), XDP_DROP);
	hand_xdp.close(state);
	assert_int_equal(verdict_of("198.51.100.1"), XDP_DROP);
	wait_for(end + 150000); /* 67 ms is how exact the ends of sources are */
	assert_int_equal(verdict_of("198.51.100.1"), XDP_PASS);
	assert_int_equal(verdict_of("192.0.9.7"), XDP_PASS);
	state = shield_hand();
	assert_int_equal(verdict_of("192.0.2.7"), XDP_DROP); /* by the wider prefix */
	assert_int_equal(count_of(state, 1).packets, 1);
	assert_int_equal(count_of(state, 2).packets, 2);
	hand_xdp.second(state, end + 1);
	assert_int_equal(count_of(state, 2).id, 0);
	assert_int_equal(count_of(state, 3).id, 0);
	assert_int_equal(count_of(state, 1).id, 1);
	hand_xdp.close(state);
}

/* A hand that begins finds what is in force with its counts, and can end it. */
static void test_found_again(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order orders[] = { order_of(7, "from 192.0.2.0/24"), order_of(9, "proto udp length 48") };
	const uint64_t ids[] = { 7, 9 };

	(void)unused;
	assert_int_equal(hand_xdp.apply(state, orders, 2, trouble), OK);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
	assert_int_equal(verdict_of("198.51.100.1"), XDP_DROP);
	hand_xdp.close(state);
	state = shield_hand();
	assert_int_equal(count_of(state, 7).packets, 1);
	assert_int_equal(count_of(state, 9).packets, 1);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
	assert_int_equal(verdict_of("198.51.100.1"), XDP_DROP);
	assert_int_equal(hand_xdp.withdraw(state, ids, 2, trouble), OK);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_PASS);
	assert_int_equal(verdict_of("198.51.100.1"), XDP_PASS);
	hand_xdp.close(state);
}

/* The same id again: the new filter instead of the old one, whatever kinds they are. */
static void test_replace(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "from 192.0.2.0/24");

	(void)unused;
	apply(state, &order);
	order.filter = order_of(1, "from 198.51.100.0/24").filter;
	apply(state, &order);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_PASS);
	assert_int_equal(verdict_of("198.51.100.1"), XDP_DROP);
	order.filter = order_of(1, "proto udp to-port 443").filter;
	apply(state, &order);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
	order.filter = order_of(1, "from 198.51.100.0/24").filter;
	apply(state, &order);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_PASS);
	assert_int_equal(verdict_of("198.51.100.1"), XDP_DROP);
	hand_xdp.close(state);
}

/* Too many: none of them is in force, and what was before still is. */
static void test_all_or_none(void **unused)
{
	static struct hand_order orders[SHIELD_RULES + 1];
	struct hand_state *state = hand_begin();
	struct hand_order before = order_of(5, "from 192.0.2.1");

	(void)unused;
	apply(state, &before);
	for (unsigned i = 0; i <= SHIELD_RULES; i++)
		orders[i] = order_of(100 + i, "proto udp to-port 443");
	assert_int_equal(hand_xdp.apply(state, orders, SHIELD_RULES + 1, trouble), ERR_LIMIT);
	assert_non_null(strstr(trouble, "no more room"));
	assert_int_equal(verdict_of("198.51.100.1"), XDP_PASS);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
	assert_int_equal(hand_xdp.apply(state, orders, SHIELD_RULES, trouble), OK);
	assert_int_equal(verdict_of("198.51.100.1"), XDP_DROP);
	orders[3].verb = ACTION_BLACKHOLE;
	assert_int_equal(hand_xdp.apply(state, orders, 4, trouble), ERR_UNSUPPORTED);
	hand_xdp.close(state);
}

/* As many prefixes as there is room for, many of them neighbours; each is found, and none is left behind. */
static void test_many(void **unused)
{
	static struct hand_order orders[20000];
	static uint64_t ids[20000];
	struct hand_state *state = hand_begin();
	struct hand_order like = order_of(1, "from 10.0.0.1"), six = order_of(1, "from 2001:db8::1");
	clock_t from = clock();

	(void)unused;
	for (uint32_t i = 0; i < 20000; i++) {
		orders[i] = i % 5 ? like : six;
		orders[i].id = ids[i] = i + 1;
		orders[i].filter.from.ip.b[13] = (uint8_t)(i >> 8);
		orders[i].filter.from.ip.b[15] = (uint8_t)i;
	}
	if (hand_xdp.apply(state, orders, 20000, trouble) != OK)
		fail_msg("apply: %s", trouble);
	printf("20,000 prefixes in %.0f ms\n", (double)(clock() - from) / (CLOCKS_PER_SEC / 1000));
	for (uint32_t i = 0; i < 20000; i += 7) {
		char text[IP_TEXT];

		assert_int_equal(verdict_of(ip_text(&orders[i].filter.from.ip, text)), XDP_DROP);
		assert_int_equal(state ? count_of(state, i + 1).packets : 0, 1);
	}
	from = clock();
	assert_int_equal(hand_xdp.withdraw(state, ids, 20000, trouble), OK);
	printf("withdrawn in %.0f ms\n", (double)(clock() - from) / (CLOCKS_PER_SEC / 1000));
	for (uint32_t i = 0; i < 20000; i += 7) {
		char text[IP_TEXT];

		assert_int_equal(verdict_of(ip_text(&orders[i].filter.from.ip, text)), XDP_PASS);
	}
	hand_xdp.close(state);
}

static void test_limit(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "proto udp to-port 443");
	unsigned passed = 0, dropped = 0;
	int64_t from = shield_now();
	double seconds;

	(void)unused;
	order.verb = ACTION_LIMIT;
	order.limit = 400;
	apply(state, &order);
	while (shield_now() < from + 1000000) {
		for (unsigned i = 0; i < 20; i++) {
			int verdict = verdict_of("198.51.100.1");

			passed += verdict == XDP_PASS;
			dropped += verdict == XDP_DROP;
		}
	}
	seconds = (double)(shield_now() - from) / 1e6;
	assert_in_range(passed, (unsigned)(seconds * 400 * 0.9), (unsigned)(seconds * 400 + 400 / 8 + 8));
	assert_int_equal(count_of(state, 1).packets, dropped); /* those that were too many */
	assert_true(dropped > passed);
	hand_xdp.close(state);
}

/* A limit is not given anew when others come and go. */
static void test_limit_stays(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "proto udp to-port 443"), other = order_of(2, "proto udp to-port 9");
	const uint64_t two = 2;
	unsigned passed = 0;

	(void)unused;
	order.verb = ACTION_LIMIT;
	order.limit = 1;
	apply(state, &order);
	for (unsigned i = 0; i < 5; i++) {
		passed += verdict_of("198.51.100.1") == XDP_PASS;
		apply(state, &other);
		assert_int_equal(hand_xdp.withdraw(state, &two, 1, trouble), OK);
	}
	assert_in_range(passed, 1, 2);
	hand_xdp.close(state);
}

static void test_known(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order orders[] = { order_of(1, "from 198.51.100.0/24"), order_of(2, "from 2001:db8::/32") };
	struct ip known[2];

	(void)unused;
	assert_int_equal(ip_parse(&known[0], "198.51.100.5"), OK);
	assert_int_equal(ip_parse(&known[1], "2001:db8::5"), OK);
	assert_int_equal(hand_xdp.apply(state, orders, 2, trouble), OK);
	assert_int_equal(hand_xdp.know(state, known, 2, trouble), OK);
	verdict_of("198.51.100.4");
	verdict_of("198.51.100.5");
	verdict_of("2001:db8::5");
	assert_int_equal(count_of(state, 1).packets, 2);
	assert_int_equal(count_of(state, 1).known, 1);
	assert_int_equal(count_of(state, 2).known, 1);
	hand_xdp.close(state);
}

/* ---- Challenges */

static uint32_t word_at(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Of RFC 1071, over a whole header with its pseudo header: 0 when it is right. */
static uint16_t sum_of(const uint8_t *bytes, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Lets the source send a SYN; the number that it is challenged with, 0: it passed. */
static uint32_t syn(const char *from, const char *to, uint16_t port)
{
	struct meant m = meant_of(from, to, TCP_SYN);
	bool four = ip_is_v4(&m.look.from);
	size_t ip = four ? 20 : 40, len;
	uint8_t frame[SHIELD_FRAME];
	const uint8_t *h = frame + 14, *tcp = h + ip;
	int verdict;

	m.look.from_port = port;
	len = meant_frame(&m, frame);
	verdict = shield_judge(frame, &len);
	if (verdict == XDP_PASS)
		return 0;
	assert_int_equal(verdict, XDP_TX);
	assert_int_equal(len, 14 + ip + 20);
	assert_memory_equal(frame, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12);
	assert_memory_equal(h + (four ? 12 : 8), m.look.to.b + (four ? 12 : 0), four ? 4 : 16);
	assert_memory_equal(h + (four ? 16 : 24), m.look.from.b + (four ? 12 : 0), four ? 4 : 16);
	if (four)
		assert_int_equal(sum_of(h, 20, 0), 0);
	assert_int_equal(tcp[13], TCP_SYN | TCP_ACK);
	assert_int_equal(tcp[2] << 8 | tcp[3], port);
	assert_int_equal(sum_of(h + (four ? 12 : 8), (four ? 8 : 32) + 20, 6 + 20), 0);
	return word_at(tcp + 8);
}

/* The answer to a challenge, right or wrong. */
static int rst(const char *from, const char *to, uint16_t port, uint32_t number)
{
	struct meant m = meant_of(from, to, TCP_RST);
	uint8_t frame[SHIELD_FRAME];
	size_t len;

	m.look.from_port = port;
	len = meant_frame(&m, frame);
	for (int i = 0; i < 4; i++)
		frame[14 + (ip_is_v4(&m.look.from) ? 20 : 40) + 4 + i] = (uint8_t)(number >> (24 - 8 * i));
	return shield_judge(frame, &len);
}

static void challenge_try(const char *from, const char *to, const char *other)
{
	uint32_t number = syn(from, to, 5001);

	assert_int_not_equal(number, 0);
	assert_int_equal(syn(from, to, 5001), number); /* nothing is kept of it */
	assert_int_not_equal(syn(from, to, 5002), number);
	assert_int_equal(rst(from, to, 5001, number + 1), XDP_PASS); /* any RST */
	assert_int_not_equal(syn(from, to, 5001), 0);
	assert_int_equal(rst(from, to, 5001, number), XDP_DROP);
	assert_int_not_equal(syn(from, to, 5003), 0); /* the same SYN must come again */
	assert_int_not_equal(syn(other, to, 5001), 0);
	assert_int_equal(syn(from, to, 5001), 0);
	assert_int_equal(syn(from, to, 5003), 0); /* from now on any */
	assert_int_not_equal(syn(other, to, 5001), 0);
}

static void test_challenge(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "proto tcp to-port 443");
	struct meant ack = meant_of("198.51.100.1", "203.0.113.10", TCP_ACK);
	uint8_t frame[SHIELD_FRAME];
	size_t len = meant_frame(&ack, frame);

	(void)unused;
	order.verb = ACTION_SYNCOOKIE;
	apply(state, &order);
	assert_int_equal(shield_judge(frame, &len), XDP_PASS);
	challenge_try("198.51.100.1", "203.0.113.10", "198.51.100.2");
	assert_int_equal(count_of(state, 1).packets, 7);
	challenge_try("2001:db8::1", "2001:db8::10", "2001:db8::2");
	hand_xdp.close(state);
}

/* In a PPPoE session the answer says its own length. */
static void test_challenge_session(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "proto tcp to-port 443");
	struct meant m = meant_of("198.51.100.1", "203.0.113.10", TCP_SYN);
	uint8_t frame[SHIELD_FRAME];
	size_t len;

	(void)unused;
	m.session = true;
	m.tags = 1;
	m.payload = 9;
	len = meant_frame(&m, frame);
	order.verb = ACTION_SYNCOOKIE;
	apply(state, &order);
	assert_int_equal(shield_judge(frame, &len), XDP_TX);
	assert_int_equal(len, 14 + 4 + 8 + 40);
	assert_memory_equal(frame + 18 + 4, "\0\x2a\0\x21\x45", 5);
	hand_xdp.close(state);
}

/* An answer is sent to one machine only, and whole: not to a group, and not as a part of something. */
static void test_challenge_of_none(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "proto tcp to-port 443");
	struct meant m = meant_of("198.51.100.1", "203.0.113.10", TCP_SYN);
	uint8_t frame[SHIELD_FRAME];
	size_t len = meant_frame(&m, frame);

	(void)unused;
	order.verb = ACTION_SYNCOOKIE;
	apply(state, &order);
	assert_int_equal(shield_judge(frame, &len), XDP_TX);
	m.look.fragment = FRAGMENT_ANY;
	len = meant_frame(&m, frame);
	assert_int_equal(shield_judge(frame, &len), XDP_DROP);
	m.look.fragment = FRAGMENT_NONE;
	for (int i = 0; i < 2; i++) { /* to all, and from all */
		len = meant_frame(&m, frame);
		memset(frame + 6 * i, 0xff, 6);
		assert_int_equal(shield_judge(frame, &len), XDP_DROP);
	}
	m.look.flags = TCP_SYN | 0x04; /* RST: RFC 9293, 3.10.7: no answer to one */
	len = meant_frame(&m, frame);
	assert_int_equal(shield_judge(frame, &len), XDP_DROP);
	hand_xdp.close(state);
}

/* A frame in several buffers of the driver: the answer is as short as any other. */
static void test_challenge_long(void **unused)
{
	static uint8_t frame[9000], out[9000];
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "proto tcp to-port 443");
	struct meant m = meant_of("198.51.100.1", "203.0.113.10", TCP_SYN);
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = sizeof(frame), .data_out = out,
		    .data_size_out = sizeof(out), .repeat = 1);
	char path[XDP_PATH];
	int fd;

	(void)unused;
	order.verb = ACTION_SYNCOOKIE;
	apply(state, &order);
	meant_frame(&m, frame);
	frame[16] = (sizeof(frame) - 14) >> 8; /* the length of IP */
	frame[17] = (sizeof(frame) - 14) & 0xff;
	xdp_pins_path(path, "program");
	fd = bpf_obj_get(path);
	assert_int_equal(bpf_prog_test_run_opts(fd, &run), 0);
	close(fd);
	assert_int_equal(run.retval, XDP_TX);
	assert_int_equal(run.data_size_out, 14 + 40);
	hand_xdp.close(state);
}

/* ---- Beginning and end */

static void test_takes(void **unused)
{
	struct hand_order order = order_of(1, "proto udp");

	(void)unused;
	assert_true(hand_xdp.takes(NULL, &order, trouble));
	order.verb = ACTION_SYNCOOKIE;
	assert_false(hand_xdp.takes(NULL, &order, trouble));
	order.verb = ACTION_LIMIT;
	assert_false(hand_xdp.takes(NULL, &order, trouble));
	order.limit = 1;
	assert_true(hand_xdp.takes(NULL, &order, trouble));
	order.verb = ACTION_BLACKHOLE;
	assert_false(hand_xdp.takes(NULL, &order, trouble));
	order.verb = ACTION_DROP;
	order.filter.parts |= 0x10000;
	assert_false(hand_xdp.takes(NULL, &order, trouble));
}

/* Nothing is left, with or without a hand; and the hand goes on with the next order. */
static void test_clear(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "from 192.0.2.1");
	struct prefix allowed;

	(void)unused;
	assert_int_equal(prefix_parse(&allowed, "192.0.2.2"), OK);
	apply(state, &order);
	assert_int_equal(hand_xdp.clear(state, NULL, trouble), OK);
	assert_int_equal(access(XDP_PINS, F_OK), -1);
	assert_int_equal(count_of(state, 1).id, 0);
	assert_int_equal(hand_xdp.allow(state, &allowed, 1, trouble), OK);
	apply(state, &order);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
	hand_xdp.close(state);
	assert_int_equal(hand_xdp.clear(NULL, NULL, trouble), OK);
	assert_int_equal(hand_xdp.clear(NULL, NULL, trouble), OK);
	assert_int_equal(access(XDP_PINS, F_OK), -1);
}

/* How many links of the program there are on "lo", and the number of the last. */
static uint32_t link_number(void)
{
	struct bpf_link_info info;
	uint32_t size = sizeof(info), number;
	char path[XDP_PATH];
	int fd;

	memset(&info, 0, sizeof(info));
	xdp_pins_path(path, "link-1");
	fd = bpf_obj_get(path);
	if (fd < 0)
		return 0;
	number = bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && info.xdp.ifindex == 1 ? info.id : 0;
	close(fd);
	return number;
}

/* What another process took away is made again, with those who always pass: to the tower it is in force. (What
 * `hinomi undo-all --now` took is not: the warden, who is told, begins its hands anew.) */
static void test_cleared_elsewhere(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "from 192.0.2.0/24");
	struct prefix allowed;

	(void)unused;
	assert_int_equal(prefix_parse(&allowed, "192.0.2.2"), OK);
	assert_int_equal(hand_xdp.allow(state, &allowed, 1, trouble), OK);
	apply(state, &order);
	assert_int_equal(hand_xdp.clear(NULL, NULL, trouble), OK);
	assert_int_equal(access(XDP_PINS, F_OK), -1);
	assert_int_equal(count_of(state, 1).id, 0); /* nothing counts */
	hand_xdp.second(state, shield_now());
	assert_int_not_equal(link_number(), 0);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
	assert_int_equal(verdict_of("192.0.2.2"), XDP_PASS);
	assert_int_equal(count_of(state, 1).id, 1);
	assert_int_equal(hand_xdp.clear(NULL, NULL, trouble), OK);
	assert_int_equal(hand_xdp.withdraw(state, &order.id, 1, trouble), OK);
	hand_xdp.second(state, shield_now());
	assert_int_equal(access(XDP_PINS, F_OK), -1); /* taken back meanwhile */
	hand_xdp.close(state);
}

/* In the child: sends to ourselves until it is ended. */
static void send_on(void)
{
	const struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(7007),
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (;;)
		(void)!sendto(fd, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to));
}

/* What hears it, on an interface that is up; nothing has come yet. */
static int receiver(void)
{
	const struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(7007) };
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &up), 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* As if another version of the program had made what is there. */
static void become_old(void)
{
	char path[XDP_PATH];

	xdp_pins_path(path, "");
	assert_int_equal(rename(path, XDP_PINS "/" XDP_PINS_VERSION "00000001"), 0);
}

/* Another version begins: what is in force stays so all the while, on the same link, and who always passes does. */
static void test_other_version(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order orders[] = { order_of(7, "from 192.0.2.0/24"), order_of(8, "proto udp to-port 443 ttl 60"),
				       order_of(9, "to 127.0.0.1 proto udp to-port 7007") };
	const uint64_t seven = 7;
	struct prefix allowed;
	uint32_t number;
	char byte;
	pid_t child;
	int fd;

	(void)unused;
	fd = receiver();
	assert_int_equal(prefix_parse(&allowed, "192.0.2.2"), OK);
	assert_int_equal(hand_xdp.allow(state, &allowed, 1, trouble), OK);
	assert_int_equal(hand_xdp.apply(state, orders, 3, trouble), OK);
	number = link_number();
	assert_int_not_equal(number, 0);
	hand_xdp.close(state);
	child = fork();
	if (child == 0)
		send_on();
	for (int i = 0; i < 3; i++) {
		become_old();
		assert_int_equal(xdp_pins_exist(), false);
		state = shield_hand();
		assert_int_equal(access(XDP_PINS "/" XDP_PINS_VERSION "00000001", F_OK), -1);
		assert_int_equal(link_number(), number);
		assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
		assert_int_equal(verdict_of("192.0.2.2"), XDP_PASS);
		assert_int_equal(verdict_of("198.51.100.1"), XDP_DROP);
		assert_int_equal(count_of(state, 7).id, 7);
		while (count_of(state, 9).packets == 0) /* until it has hit, as it is the one on the interface */
			usleep(10000);
		hand_xdp.close(state);
	}
	assert_int_equal(recv(fd, &byte, 1, 0), -1); /* none came through */
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(fd);
	state = shield_hand();
	assert_int_equal(hand_xdp.withdraw(state, &seven, 1, trouble), OK);
	assert_int_equal(verdict_of("203.0.113.1"), XDP_DROP); /* by the rule, still */
	hand_xdp.close(state);
}

#define UPDATES 6
#define OTHERS  10000

/* Thousands come and go, of all lengths, and the rest of the filters: nothing of a source that stays comes through. */
static void test_updates_without_gap(void **unused)
{
	static struct hand_order orders[OTHERS + 1];
	static uint64_t ids[OTHERS + 1];
	struct hand_state *state = hand_begin();
	struct hand_order stays = order_of(1, "from 127.0.0.0/8"), like = order_of(1, "from 10.0.0.1"),
			  rule = order_of(1, "proto udp to-port 9");
	int fd = receiver();
	pid_t child;
	char byte;

	(void)unused;
	for (uint32_t i = 0; i <= OTHERS; i++) {
		struct ip ip = like.filter.from.ip;

		memcpy(ip.b + 13, (uint8_t[]){ (uint8_t)(i >> 8), (uint8_t)i, 7 }, 3);
		orders[i] = i == OTHERS ? rule : like;
		orders[i].id = ids[i] = i + 2;
		if (i < OTHERS)
			orders[i].filter.from = ip_prefix(&ip, (uint8_t)(120 + i % 9));
	}
	apply(state, &stays);
	child = fork();
	if (child == 0)
		send_on();
	for (int i = 0; i < UPDATES; i++) {
		uint64_t before = count_of(state, 1).packets;

		assert_int_equal(hand_xdp.apply(state, orders, OTHERS + 1, trouble), OK);
		stays.until += HOUR;
		apply(state, &stays);
		assert_int_equal(hand_xdp.withdraw(state, ids, OTHERS + 1, trouble), OK);
		while (count_of(state, 1).packets == before) /* they came all the while */
			usleep(1000);
	}
	assert_int_equal(recv(fd, &byte, 1, 0), -1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(fd);
	hand_xdp.close(state);
}

/* Its orders are laid out otherwise: they end with it, and nothing of them is guessed. */
static void test_strange_version(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(7, "from 192.0.2.0/24");
	int fd = bpf_map_create(BPF_MAP_TYPE_HASH, "orders", 8, sizeof(struct xdp_kept) + 8, 16, NULL);
	const char *path = XDP_PINS "/" XDP_PINS_VERSION "00000001/orders";

	(void)unused;
	apply(state, &order);
	hand_xdp.close(state);
	become_old();
	assert_int_equal(unlink(path), 0);
	assert_int_equal(bpf_obj_pin(fd, path), 0);
	close(fd);
	state = shield_hand();
	assert_int_equal(count_of(state, 7).id, 0);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_PASS);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_not_equal(link_number(), 0);
	hand_xdp.close(state);
}

/* Somebody removed a pin: what is in force goes on, and can be taken back. */
static void test_damaged(void **unused)
{
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(7, "from 192.0.2.0/24");
	const uint64_t seven = 7;
	char path[XDP_PATH];
	uint32_t number;

	(void)unused;
	apply(state, &order);
	number = link_number();
	hand_xdp.close(state);
	xdp_pins_path(path, "known");
	assert_int_equal(unlink(path), 0);
	state = shield_hand();
	assert_int_equal(link_number(), number);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
	assert_int_equal(hand_xdp.withdraw(state, &seven, 1, trouble), OK);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_PASS);
	hand_xdp.close(state);
}

/* A folder that somebody else made is not used. */
static void test_folder_of_others(void **unused)
{
	const char *lo = "lo";
	struct hand_settings settings = { .interfaces = &lo, .interface_count = 1 };

	(void)unused;
	hand_xdp.close(hand_begin());
	assert_int_equal(hand_xdp.clear(NULL, NULL, trouble), OK);
	assert_int_equal(mkdir(XDP_PINS, 0700), 0);
	assert_int_equal(chown(XDP_PINS, 65534, 65534), 0);
	assert_null(hand_xdp.open(&settings, trouble));
	assert_non_null(strstr(trouble, "not ours alone"));
	assert_int_equal(access(XDP_PINS, F_OK), -1);
}

/* What is in force can be taken back also while one of the interfaces is away; a new hand says what is wrong. */
static void test_interface_away(void **unused)
{
	const char *names[] = { "lo", "none0" };
	struct hand_settings settings = { .interfaces = names, .interface_count = 2 };
	struct hand_state *state = hand_begin();
	struct hand_order order = order_of(1, "from 192.0.2.0/24");
	const uint64_t one = 1;

	(void)unused;
	apply(state, &order);
	hand_xdp.close(state);
	state = hand_xdp.open(&settings, trouble);
	assert_non_null(state);
	assert_non_null(strstr(trouble, "none0: no such interface"));
	assert_int_equal(verdict_of("192.0.2.1"), XDP_DROP);
	assert_int_equal(hand_xdp.withdraw(state, &one, 1, trouble), OK);
	assert_int_equal(verdict_of("192.0.2.1"), XDP_PASS);
	hand_xdp.close(state);
}

static void test_interfaces(void **unused)
{
	const char *names[] = { "lo", "none0" };
	struct hand_settings settings = { .interfaces = names, .interface_count = 2 };
	struct hand_state *state;

	(void)unused;
	if (!able)
		skip();
	assert_int_equal(hand_xdp.clear(NULL, NULL, trouble), OK);
	assert_null(hand_xdp.open(&settings, trouble));
	assert_string_equal(trouble, "none0: no such interface");
	assert_int_equal(access(XDP_PINS, F_OK), -1); /* nothing is half done */
	settings.interface_count = 0;
	assert_null(hand_xdp.open(&settings, trouble));
	settings.interface_count = 1;
	state = hand_xdp.open(&settings, trouble);
	assert_non_null(state);
	assert_non_null(strstr(trouble, "generic")); /* loopback has no driver that could */
	hand_xdp.close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_allow),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_found_again),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_all_or_none),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_limit_stays),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_challenge),
		cmocka_unit_test(test_challenge_session),
		cmocka_unit_test(test_challenge_of_none),
		cmocka_unit_test(test_challenge_long),
		cmocka_unit_test(test_takes),
		cmocka_unit_test(test_clear),
		cmocka_unit_test(test_cleared_elsewhere),
		cmocka_unit_test(test_updates_without_gap),
		cmocka_unit_test(test_other_version),
		cmocka_unit_test(test_strange_version),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_folder_of_others),
		cmocka_unit_test(test_interface_away),
		cmocka_unit_test(test_interfaces),
	};

	able = shield_place();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
