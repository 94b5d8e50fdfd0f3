/*
 * test_decode.c - sound frames: every encapsulation and link type, down to the payload.
 */
#include "packet_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LOW      "192.0.2.1"
#define HIGH     "198.51.100.7"

static struct packet packets[DECODE_PACKETS];

static unsigned decode(const struct build *b, unsigned link)
{
	return decode_sound(b, link, packets);
}

/* The packet that build_inner() makes. */
static void assert_inner(const struct packet *p, unsigned marks)
{
	assert_ends(p, LOW, HIGH);
	assert_int_equal(p->key.proto, PROTO_UDP);
	assert_int_equal(packet_from_port(p), 5000);
	assert_int_equal(packet_to_port(p), 53);
	assert_int_equal(p->payload_len, 5);
	assert_int_equal(p->payload.len, 5);
	assert_memory_equal(p->payload.ptr, "hello", 5);
	assert_int_equal(p->marks, marks);
	assert_int_equal(p->ttl, 64);
}

static void build_inner(struct build *b)
{
	build_begin(b, "hello", 5);
	wrap_udp(b, 5000, 53);
	wrap_ip(b, PROTO_UDP, LOW, HIGH);
}

static void test_ethernet_tags(void **state)
{
	static const unsigned tags[][5] = {
		{0x0800},
		{0x8100, 0x0800},
		{0x88a8, 0x8100, 0x0800},
		{0x9100, 0x8100, 0x0800},
		{0x88a8, 0x88a8, 0x8100, 0x8100, 0x0800},
	};
	struct build b;

	(void)state;
	for (size_t i = 0; i < COUNT(tags); i++) {
		int last = 0;

		build_inner(&b);
		while (last < 4 && tags[i][last] != 0x0800)
			last++;
		for (int t = last; t > 0; t--)
			wrap_vlan(&b, tags[i][t]);
		wrap_ethernet(&b, tags[i][0]);
		assert_int_equal(decode(&b, LINK_ETHERNET), 1);
		assert_inner(&packets[0], 0);
	}
}

static void test_mpls(void **state)
{
	struct build b;

	(void)state;
	for (unsigned labels = 1; labels <= 16; labels++) {
		build_inner(&b);
		for (unsigned i = 0; i < labels; i++)
			wrap(&b, i ? "\x00\x01\x00\x40" : "\x00\x01\x01\x40", 4);
		wrap_ethernet(&b, labels % 2 ? 0x8847 : 0x8848);
		assert_int_equal(decode(&b, LINK_ETHERNET), 1);
		assert_inner(&packets[0], 0);
	}
	build_inner(&b); /* Ethernet behind a control word */
	wrap_ethernet(&b, 0x0800);
	wrap(&b, "\0\0\0\0", 4);
	wrap(&b, "\x00\x01\x01\x40", 4);
	wrap_ethernet(&b, 0x8847);
	assert_int_equal(decode(&b, LINK_ETHERNET), 1);
	assert_inner(&packets[0], 0);
	build_begin(&b, "hello", 5); /* IPv6 */
	wrap_udp(&b, 5000, 53);
	wrap_ip(&b, PROTO_UDP, "2001:db8::1", "2001:db8::2");
	wrap(&b, "\x00\x01\x01\x40", 4);
	wrap_ethernet(&b, 0x8847);
	assert_int_equal(decode(&b, LINK_ETHERNET), 1);
	assert_ends(&packets[0], "2001:db8::1", "2001:db8::2");
}

static void test_pppoe(void **state)
{
	struct build b;

	(void)state;
	build_inner(&b);
	wrap(&b, "\x11\x00\x00\x07\x00\x23\x00\x21", 8);
	wrap_ethernet(&b, 0x8864);
	assert_int_equal(decode(&b, LINK_ETHERNET), 1);
	assert_inner(&packets[0], 0);
	build_begin(&b, "hello", 5);
	wrap_udp(&b, 5000, 53);
	wrap_ip(&b, PROTO_UDP, "2001:db8::1", "2001:db8::2");
	wrap(&b, "\x11\x00\x00\x07\x00\x37\x00\x57", 8);
	wrap_ethernet(&b, 0x8864);
	assert_int_equal(decode(&b, LINK_ETHERNET), 1);
	assert_ends(&packets[0], "2001:db8::1", "2001:db8::2");
	build_inner(&b); /* PPP's own: nothing for us, and no anomaly */
	wrap(&b, "\x11\x00\x00\x07\x00\x23\xc0\x21", 8);
	wrap_ethernet(&b, 0x8864);
	assert_int_equal(decode(&b, LINK_ETHERNET), 0);
}

/* GRE with every combination of its options, and the three things it may hold. */
static void test_gre(void **state)
{
	struct build b;

	(void)state;
	for (unsigned bits = 0; bits < 8; bits++) {
		unsigned flags = (bits & 1 ? 0x8000 : 0) | (bits & 2 ? 0x2000 : 0) |
				 (bits & 4 ? 0x1000 : 0);

		for (unsigned bridged = 0; bridged < 2; bridged++) {
			build_inner(&b);
			if (bridged)
				wrap_ethernet(&b, 0x0800);
			for (unsigned i = 0; i < 3; i++)
				if (bits & 1 << i)
					wrap(&b, "\xde\xad\xbe\xef", 4);
			wrap16(&b, bridged ? 0x6558 : 0x0800);
			wrap16(&b, flags);
			wrap_ip(&b, PROTO_GRE, "203.0.113.9", "203.0.113.1");
			wrap_ethernet(&b, 0x0800);
			assert_int_equal(decode(&b, LINK_ETHERNET), 2);
			assert_ends(&packets[0], "203.0.113.9", "203.0.113.1");
			assert_int_equal(packets[0].key.proto, PROTO_GRE);
			assert_int_equal(packets[0].side, 1);
			assert_int_equal(packets[0].marks, MARK_OUTER);
			assert_inner(&packets[1], MARK_INNER);
		}
	}
	build_begin(&b, "abcdefgh", 8); /* something that is not followed */
	wrap16(&b, 0x1234);
	wrap16(&b, 0);
	wrap_ip(&b, PROTO_GRE, "203.0.113.9", "203.0.113.1");
	assert_int_equal(decode(&b, LINK_RAW), 1);
	assert_int_equal(packets[0].marks, 0);
}

/* PPTP's GRE: version 1, with key (payload length and call), sequence and acknowledgement. */
static void test_pptp(void **state)
{
	struct build b;

	(void)state;
	for (unsigned ack = 0; ack < 2; ack++) {
		build_inner(&b);
		wrap(&b, "\xff\x03\x00\x21", 4);
		wrap(&b, "\0\0\0\x05", 4);
		if (ack)
			wrap(&b, "\0\0\0\x04", 4);
		wrap(&b, "\x00\x25\x00\x01", 4);
		wrap16(&b, 0x880b);
		wrap16(&b, ack ? 0x3081 : 0x3001);
		wrap_ip(&b, PROTO_GRE, "203.0.113.1", "203.0.113.9");
		wrap_ethernet(&b, 0x0800);
		assert_int_equal(decode(&b, LINK_ETHERNET), 2);
		assert_int_equal(packets[0].marks, MARK_OUTER);
		assert_inner(&packets[1], MARK_INNER);
	}
	build_begin(&b, "", 0); /* a bare acknowledgement */
	wrap(&b, "\x00\x00\x00\x01\0\0\0\x04", 8);
	wrap16(&b, 0x880b);
	wrap16(&b, 0x2081);
	wrap_ip(&b, PROTO_GRE, "203.0.113.1", "203.0.113.9");
	assert_int_equal(decode(&b, LINK_RAW), 1);
}

static void test_vxlan(void **state)
{
	struct build b;

	(void)state;
	build_inner(&b);
	wrap_ethernet(&b, 0x0800);
	wrap(&b, "\x08\0\0\0\0\x12\x34\0", 8);
	wrap_udp(&b, 60000, 4789);
	wrap_ip(&b, PROTO_UDP, "203.0.113.1", "203.0.113.9");
	wrap_ethernet(&b, 0x0800);
	assert_int_equal(decode(&b, LINK_ETHERNET), 2);
	assert_int_equal(packets[0].key.proto, PROTO_UDP);
	assert_int_equal(packet_to_port(&packets[0]), 4789);
	assert_int_equal(packets[0].marks, MARK_OUTER);
	assert_int_equal(packets[0].payload_len, 8 + 14 + 20 + 8 + 5);
	assert_inner(&packets[1], MARK_INNER);
}

static void test_ip_in_ip(void **state)
{
	static const struct {
		const char *from, *to;
		unsigned proto;
	} outer[] = {
		{"203.0.113.1", "203.0.113.9", PROTO_IPIP},
		{"2001:db8::1", "2001:db8::9", PROTO_IPIP},
	};
	struct build b;

	(void)state;
	for (size_t i = 0; i < COUNT(outer); i++) {
		build_inner(&b);
		wrap_ip(&b, outer[i].proto, outer[i].from, outer[i].to);
		assert_int_equal(decode(&b, LINK_RAW), 2);
		assert_ends(&packets[0], outer[i].from, outer[i].to);
		assert_int_equal(packets[0].marks, MARK_OUTER);
		assert_inner(&packets[1], MARK_INNER);
	}
	build_begin(&b, "", 0); /* 6in4 */
	wrap_tcp(&b, 4000, 22, TCP_SYN);
	wrap_ip(&b, PROTO_TCP, "2001:db8::5", "2001:db8::4");
	wrap_ip(&b, PROTO_IPV6, "203.0.113.1", "203.0.113.9");
	wrap_ethernet(&b, 0x0800);
	assert_int_equal(decode(&b, LINK_ETHERNET), 2);
	assert_int_equal(packets[0].key.proto, PROTO_IPV6);
	assert_ends(&packets[1], "2001:db8::5", "2001:db8::4");
	assert_int_equal(packets[1].side, 1);
	assert_int_equal(packet_to_port(&packets[1]), 22);
	build_inner(&b); /* three tunnels deep */
	for (unsigned i = 0; i < 3; i++)
		wrap_ip(&b, PROTO_IPIP, "203.0.113.1", "203.0.113.9");
	assert_int_equal(decode(&b, LINK_RAW), 4);
	assert_inner(&packets[3], MARK_INNER);
}

static void test_links(void **state)
{
	static const unsigned raw[] = {LINK_RAW, LINK_RAW_BSD, LINK_RAW_OPENBSD, LINK_IPV4};
	struct build b;

	(void)state;
	for (size_t i = 0; i < COUNT(raw); i++) {
		build_inner(&b);
		assert_int_equal(decode(&b, raw[i]), 1);
		assert_inner(&packets[0], 0);
	}
	build_inner(&b);
	wrap(&b, "\2\0\0\0", 4); /* AF_INET, little-endian */
	assert_int_equal(decode(&b, LINK_NULL), 1);
	assert_inner(&packets[0], 0);
	build_inner(&b);
	wrap(&b, "\0\0\0\2", 4);
	assert_int_equal(decode(&b, LINK_LOOP), 1);
	assert_inner(&packets[0], 0);
	build_inner(&b);
	wrap(&b, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0", 16);
	assert_int_equal(decode(&b, LINK_SLL), 1);
	assert_inner(&packets[0], 0);
	build_inner(&b);
	wrap(&b, "\x08\0\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0", 20);
	assert_int_equal(decode(&b, LINK_SLL2), 1);
	assert_inner(&packets[0], 0);
	build_begin(&b, "", 0);
	wrap_udp(&b, 1, 2);
	wrap_ip(&b, PROTO_UDP, "2001:db8::1", "2001:db8::2");
	assert_int_equal(decode(&b, LINK_IPV6), 1);
	assert_int_equal(decode(&b, LINK_RAW), 1);
	build_begin(&b, "some other protocol", 19); /* nothing to be decoded, and nothing wrong */
	wrap_ethernet(&b, 0x88cc);
	assert_int_equal(decode(&b, LINK_ETHERNET), 0);
}

/* Options, payload and Ethernet's padding, which belongs to nobody. */
static void test_tcp_fields(void **state)
{
	struct build b;

	(void)state;
	build_begin(&b, "\0\0\0\0\0\0", 6); /* padding */
	wrap(&b, "GET /", 5);
	wrap(&b, "\2\4\5\xb4\1\1\1\0", 8); /* options */
	wrap_tcp(&b, 443, 50000, TCP_ACK | TCP_PSH);
	*build_at(&b, 12) = 0x70;
	wrap_ip(&b, PROTO_TCP, HIGH, LOW);
	*build_at(&b, 3) = 20 + 28 + 5;
	*build_at(&b, 8) = 17;
	wrap_ethernet(&b, 0x0800);
	assert_int_equal(decode(&b, LINK_ETHERNET), 1);
	assert_ends(&packets[0], HIGH, LOW);
	assert_int_equal(packets[0].side, 1);
	assert_int_equal(packets[0].key.port[0], 50000);
	assert_int_equal(packets[0].key.port[1], 443);
	assert_int_equal(packets[0].key.proto, PROTO_TCP);
	assert_int_equal(packets[0].seq, 1000);
	assert_int_equal(packets[0].ack, 2000);
	assert_int_equal(packets[0].window, 8192);
	assert_int_equal(packets[0].tcp_flags, TCP_ACK | TCP_PSH);
	assert_int_equal(packets[0].ttl, 17);
	assert_int_equal(packets[0].payload_len, 5);
	assert_int_equal(packets[0].payload.len, 5);
	assert_memory_equal(packets[0].payload.ptr, "GET /", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ethernet_tags), cmocka_unit_test(test_mpls),
		cmocka_unit_test(test_pppoe),         cmocka_unit_test(test_gre),
		cmocka_unit_test(test_pptp),          cmocka_unit_test(test_vxlan),
		cmocka_unit_test(test_ip_in_ip),      cmocka_unit_test(test_links),
		cmocka_unit_test(test_tcp_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
