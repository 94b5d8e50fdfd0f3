/*
 * test_decode_bad.c - malformed frames: each anomaly that the decoder raises is raised by a frame
 * made for it, and by nothing else; and frames cut at every byte are never read beyond their end
 * (build with -Db_sanitize=address).
 */
#include "packet_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define A4       "192.0.2.1"
#define B4       "198.51.100.7"
#define A6       "2001:db8::1"
#define B6       "2001:db8::2"

static struct packet packets[DECODE_PACKETS];

/* Decodes a copy of the frame that ends where its memory ends. */
static unsigned decode_exact(struct decoder *decoder, struct frame frame)
{
	uint8_t *copy = malloc(frame.bytes.len ? frame.bytes.len : 1);
	unsigned count;

	assert_non_null(copy);
	memcpy(copy, frame.bytes.ptr, frame.bytes.len);
	frame.bytes.ptr = copy;
	count = decode_frame(decoder, &frame, packets);
	assert_in_range(count, 0, DECODE_PACKETS);
	for (unsigned i = 0; i < count; i++) {
		const struct span *s = &packets[i].payload;

		assert_in_range(packets[i].side, 0, 1);
		if (s->len)
			assert_true(s->ptr >= copy && s->ptr + s->len <= copy + frame.bytes.len);
		assert_true(packets[i].key.flags == KEY_ONE_WAY ||
			    ip_compare(&packets[i].key.ip[0], &packets[i].key.ip[1]) <= 0);
	}
	free(copy);
	return count;
}

/* The frame raises this anomaly once and no other, and gives so many packets. */
static void raises(const struct build *b, unsigned link, enum anomaly anomaly, unsigned count)
{
	struct decoder decoder = {0};

	assert_int_equal(decode_exact(&decoder, build_frame(b, link)), count);
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		if (decoder.anomalies.count[i] != (i == anomaly))
			fail_msg("%s: %llu, when %s was made", anomaly_name((enum anomaly)i),
				 (unsigned long long)decoder.anomalies.count[i],
				 anomaly_name(anomaly));
}

static void build_udp(struct build *b)
{
	build_begin(b, "hello", 5);
	wrap_udp(b, 5000, 53);
}

static void build_tcp(struct build *b, unsigned from, unsigned to, unsigned flags)
{
	build_begin(b, "", 0);
	wrap_tcp(b, from, to, flags);
}

static void test_link(void **state)
{
	static const unsigned headers[][2] = {
		{LINK_ETHERNET, 13}, {LINK_NULL, 3},  {LINK_LOOP, 3},
		{LINK_SLL, 15},      {LINK_SLL2, 19},
	};
	struct build b;

	(void)state;
	for (size_t i = 0; i < COUNT(headers); i++) {
		for (unsigned len = 0; len <= headers[i][1]; len++) {
			build_begin(&b, "\x45\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", len);
			raises(&b, headers[i][0], ANOMALY_LINK_SHORT, 0);
		}
	}
	build_udp(&b);
	raises(&b, 105, ANOMALY_LINK_UNKNOWN, 0);
	for (unsigned len = 0; len < 4; len++) {
		build_begin(&b, "\0\1\x08", len);
		wrap_ethernet(&b, len % 2 ? 0x8100 : 0x88a8);
		raises(&b, LINK_ETHERNET, ANOMALY_VLAN_SHORT, 0);
	}
	build_begin(&b, "\0\1\1", 3);
	wrap_ethernet(&b, 0x8847);
	raises(&b, LINK_ETHERNET, ANOMALY_MPLS_SHORT, 0);
	build_udp(&b); /* a stack without bottom */
	wrap_ip(&b, PROTO_UDP, A4, B4);
	for (unsigned i = 0; i < 17; i++)
		wrap(&b, i ? "\0\1\0\x40" : "\0\1\1\x40", 4);
	wrap_ethernet(&b, 0x8847);
	raises(&b, LINK_ETHERNET, ANOMALY_MPLS_SHORT, 0);
}

static void test_pppoe_arp(void **state)
{
	static const uint8_t wrong[] = {0, 1, 2, 3, 4, 5}; /* each of ARP's constants */
	struct build b;

	(void)state;
	build_begin(&b, "\x11\0\0\7\0\5\0", 7);
	wrap_ethernet(&b, 0x8864);
	raises(&b, LINK_ETHERNET, ANOMALY_PPPOE_BAD, 0);
	for (unsigned i = 0; i < 2; i++) {
		build_udp(&b);
		wrap_ip(&b, PROTO_UDP, A4, B4);
		wrap(&b, "\x11\0\0\7\0\5\0\x21", 8);
		*build_at(&b, i) = 0x21; /* version 2; or a code that is not session data */
		wrap_ethernet(&b, 0x8864);
		raises(&b, LINK_ETHERNET, ANOMALY_PPPOE_BAD, 0);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		build_begin(&b, "", 0);
		wrap_arp(&b, 1, A4, B4);
		*build_at(&b, wrong[i]) = 0x55;
		wrap_ethernet(&b, 0x0806);
		raises(&b, LINK_ETHERNET, ANOMALY_ARP_BAD, 0);
	}
	build_begin(&b, "\0\1\x08\0\6\4\0\1", 8);
	wrap_ethernet(&b, 0x0806);
	raises(&b, LINK_ETHERNET, ANOMALY_ARP_BAD, 0);
}

static void test_ip4(void **state)
{
	struct build b;

	(void)state;
	build_begin(&b, "\x45\0\0\x14\0\0\0\0\x40\x11\0\0\1\2\3\4\5\6\7", 19);
	raises(&b, LINK_RAW, ANOMALY_IP4_SHORT, 0);
	build_begin(&b, "", 0);
	raises(&b, LINK_RAW, ANOMALY_IP4_SHORT, 0);
	for (unsigned version = 0; version < 16; version++) {
		build_udp(&b);
		wrap_ip(&b, PROTO_UDP, A4, B4);
		*build_at(&b, 0) = (uint8_t)(version << 4 | 5);
		wrap_ethernet(&b, 0x0800);
		if (version != 4)
			raises(&b, LINK_ETHERNET, ANOMALY_IP4_VERSION, 0);
	}
	for (unsigned words = 0; words < 16; words++) {
		build_udp(&b); /* 20 + 13 bytes: room for 8 words */
		wrap_ip(&b, PROTO_UDP, A4, B4);
		*build_at(&b, 0) = (uint8_t)(0x40 | words);
		if (words < 5 || words > 8)
			raises(&b, LINK_RAW, ANOMALY_IP4_HLEN, 0);
	}
	build_udp(&b);
	wrap_ip(&b, PROTO_UDP, A4, B4);
	*build_at(&b, 3) = 19; /* below its header */
	raises(&b, LINK_RAW, ANOMALY_IP4_LENGTH, 0);
	*build_at(&b, 3) = 20 + 13 + 1; /* beyond the frame */
	raises(&b, LINK_RAW, ANOMALY_IP4_LENGTH, 1);
	build_begin(&b, "0123456789abcdef", 16);
	wrap_ip(&b, PROTO_UDP, A4, B4);
	memcpy(build_at(&b, 6), "\x1f\xff", 2); /* ends at 65528 + 16 */
	raises(&b, LINK_RAW, ANOMALY_IP4_FRAGMENT, 1);
	build_udp(&b);
	wrap_ip(&b, PROTO_UDP, B4, B4);
	raises(&b, LINK_RAW, ANOMALY_LAND, 1);
}

static void test_ip6(void **state)
{
	struct build b;

	(void)state;
	build_udp(&b);
	wrap_ip(&b, PROTO_UDP, A6, B6);
	for (unsigned len = 1; len < 40; len++) {
		struct build cut;

		build_begin(&cut, build_at(&b, 0), len);
		raises(&cut, LINK_RAW, ANOMALY_IP6_SHORT, 0);
	}
	*build_at(&b, 0) = 0x50;
	wrap_ethernet(&b, 0x86dd);
	raises(&b, LINK_ETHERNET, ANOMALY_IP6_VERSION, 0);
	build_udp(&b);
	wrap_ip(&b, PROTO_UDP, A6, B6);
	*build_at(&b, 5) = 14;
	raises(&b, LINK_RAW, ANOMALY_IP6_LENGTH, 1);
	for (unsigned words = 2; words < 5; words++) {
		build_udp(&b); /* 21 bytes behind: an extension of 24 to 40 does not fit */
		wrap(&b, "\x11\0\0\0\0\0\0\0", 8);
		*build_at(&b, 1) = (uint8_t)words;
		wrap_ip(&b, 60, A6, B6);
		raises(&b, LINK_RAW, ANOMALY_IP6_EXTENSION, 1);
	}
	build_begin(&b, "\x11\0\0\0\0\0\0", 7);
	wrap_ip(&b, 44, A6, B6); /* half a fragment header */
	raises(&b, LINK_RAW, ANOMALY_IP6_EXTENSION, 1);
	for (unsigned count = 11; count <= 13; count++) {
		build_udp(&b);
		for (unsigned i = 0; i < count; i++)
			wrap(&b, i ? "\x3c\0\1\4\0\0\0\0" : "\x11\0\1\4\0\0\0\0", 8);
		wrap_ip(&b, 60, A6, B6);
		if (count >= 12)
			raises(&b, LINK_RAW, ANOMALY_IP6_EXTENSIONS, 1);
	}
}

static void test_transport(void **state)
{
	static const unsigned flags[] = {TCP_SYN | TCP_FIN, TCP_SYN | TCP_RST, 0xff};
	struct build b;

	(void)state;
	for (unsigned len = 0; len < 20; len++) {
		build_begin(&b, "\0\1\0\2\0\0\0\0\0\0\0\0\x50\2\0\0\0\0\0", len);
		wrap_ip(&b, PROTO_TCP, A4, B4);
		raises(&b, LINK_RAW, ANOMALY_TCP_SHORT, 1);
	}
	for (unsigned words = 0; words < 16; words++) {
		build_tcp(&b, 1, 2, TCP_ACK);
		*build_at(&b, 12) = (uint8_t)(words << 4);
		wrap_ip(&b, PROTO_TCP, A4, B4);
		if (words != 5)
			raises(&b, LINK_RAW, ANOMALY_TCP_OFFSET, 1);
	}
	for (size_t i = 0; i < COUNT(flags); i++) {
		build_tcp(&b, 1, 2, flags[i]);
		wrap_ip(&b, PROTO_TCP, A6, B6);
		raises(&b, LINK_RAW, ANOMALY_TCP_FLAGS, 1);
	}
	for (unsigned i = 0; i < 3; i++) {
		build_tcp(&b, i & 1 ? 80 : 0, i & 2 ? 80 : 0, TCP_ACK);
		wrap_ip(&b, PROTO_TCP, A4, B4);
		wrap_ethernet(&b, 0x0800);
		raises(&b, LINK_ETHERNET, ANOMALY_TCP_PORT, 1);
	}
	for (unsigned len = 0; len < 8; len++) {
		build_begin(&b, "\0\1\0\2\0\x08\0", len);
		wrap_ip(&b, PROTO_UDP, A4, B4);
		raises(&b, LINK_RAW, ANOMALY_UDP_SHORT, 1);
	}
	for (unsigned len = 1; len <= 14; len++) {
		build_udp(&b);
		*build_at(&b, 5) = (uint8_t)len;
		wrap_ip(&b, PROTO_UDP, A4, B4);
		if (len < 8 || len > 13)
			raises(&b, LINK_RAW, ANOMALY_UDP_LENGTH, 1);
	}
	for (unsigned len = 0; len < 4; len++) {
		build_begin(&b, "\x08\0\0", len);
		wrap_ip(&b, len % 2 ? PROTO_ICMP : PROTO_ICMP6, A4, B4);
		raises(&b, LINK_RAW, ANOMALY_ICMP_SHORT, 1);
	}
}

static void test_tunnels(void **state)
{
	struct build b;

	(void)state;
	build_begin(&b, "\0\0\x08", 3);
	wrap_ip(&b, PROTO_GRE, A4, B4);
	raises(&b, LINK_RAW, ANOMALY_GRE_BAD, 1);
	build_begin(&b, "\xb0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0", 15); /* its options do not fit */
	wrap_ip(&b, PROTO_GRE, A4, B4);
	raises(&b, LINK_RAW, ANOMALY_GRE_BAD, 1);
	for (unsigned version = 2; version < 8; version++) {
		build_begin(&b, "\0\0\x08\0", 4);
		*build_at(&b, 1) = (uint8_t)version;
		wrap_ip(&b, PROTO_GRE, A4, B4);
		raises(&b, LINK_RAW, ANOMALY_GRE_BAD, 1);
	}
	for (unsigned i = 0; i < 3; i++) {
		build_udp(&b);
		wrap_ip(&b, PROTO_UDP, A4, B4);
		wrap_ethernet(&b, 0x0800);
		wrap(&b, i == 0 ? "\0\0\0\0\0\1\2\0" : "\x08\0\0\0\0\1\2\1", i == 2 ? 7 : 8);
		if (i == 2)
			build_begin(&b, "\x08\0\0\0\0\0\0", 7);
		wrap_udp(&b, 6000, 4789);
		wrap_ip(&b, PROTO_UDP, A4, B4);
		wrap_ethernet(&b, 0x0800);
		raises(&b, LINK_ETHERNET, ANOMALY_VXLAN_BAD, 1);
	}
	build_udp(&b); /* four tunnels deep */
	wrap_ip(&b, PROTO_UDP, A4, B4);
	for (unsigned i = 0; i < 4; i++)
		wrap_ip(&b, PROTO_IPIP, A4, B4);
	raises(&b, LINK_RAW, ANOMALY_ENCAP_DEPTH, 4);
}

/* Cut at every byte: as if the wire had so many, and as if the capture had kept so many. */
static void cut_everywhere(const struct build *b, unsigned link)
{
	struct frame whole = build_frame(b, link);
	struct decoder decoder = {0};
	unsigned most = decode_exact(&decoder, whole), last = 0;

	for (size_t len = 0; len <= whole.bytes.len; len++) {
		struct frame cut = whole;
		unsigned count;

		cut.bytes.len = len;
		count = decode_exact(&decoder, cut);
		assert_in_range(count, last, most); /* more bytes, never fewer packets */
		last = count;
		cut.wire_len = (uint32_t)len;
		decode_exact(&decoder, cut);
	}
	assert_int_equal(last, most);
}

static void build_deep(struct build *b)
{
	build_begin(b, "GET / HTTP/1.1\r\n\r\n", 18);
	wrap(b, "\1\1\1\1", 4);
	wrap_tcp(b, 1234, 80, TCP_ACK);
	*build_at(b, 12) = 0x60;
	wrap(b, "\6\0\1\4\0\0\0\0", 8);
	wrap(b, "\x3c\0\0\1\0\0\0\1", 8); /* a first fragment */
	wrap(b, "\x2c\0\1\4\0\0\0\0", 8);
	wrap_ip(b, 0, A6, B6);
	wrap_ethernet(b, 0x86dd);
	wrap(b, "\x08\0\0\0\0\x12\x34\0", 8);
	wrap_udp(b, 60000, 4789);
	wrap_ip(b, PROTO_UDP, B4, A4);
	wrap(b, "\0\0\0\1\0\0\0\2\0\0\0\3", 12);
	wrap16(b, 0x0800);
	wrap16(b, 0xb000);
	wrap_ip(b, PROTO_GRE, A4, B4);
	wrap(b, "\0\1\1\x40", 4);
	wrap_vlan(b, 0x8847);
	wrap_ethernet(b, 0x88a8);
}

static void test_cut_everywhere(void **state)
{
	struct build b;

	(void)state;
	build_deep(&b);
	cut_everywhere(&b, LINK_ETHERNET);
	build_tcp(&b, 1234, 80, TCP_SYN);
	wrap_ip(&b, PROTO_TCP, A4, B4);
	wrap_ethernet(&b, 0x0800);
	cut_everywhere(&b, LINK_ETHERNET);
	build_begin(&b, "", 0);
	wrap_arp(&b, 1, A4, B4);
	wrap_ethernet(&b, 0x0806);
	cut_everywhere(&b, LINK_ETHERNET);
	build_udp(&b);
	wrap_ip(&b, PROTO_UDP, A6, B6);
	wrap(&b, "\x11\0\0\7\0\x37\0\x57", 8);
	wrap_vlan(&b, 0x8864);
	wrap(&b, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x81\0", 16);
	cut_everywhere(&b, LINK_SLL);
	build_udp(&b);
	wrap_ip(&b, PROTO_UDP, A4, B4);
	wrap(&b, "\xff\x03\0\x21", 4);
	wrap(&b, "\0\x25\0\1\0\0\0\5\0\0\0\4", 12);
	wrap16(&b, 0x880b);
	wrap16(&b, 0x3081);
	wrap_ip(&b, PROTO_GRE, A4, B4);
	cut_everywhere(&b, LINK_RAW);
	build_begin(&b, "abcd", 4);
	wrap_icmp(&b, 3, 1);
	wrap_ip(&b, PROTO_ICMP, A4, B4);
	wrap_ip(&b, PROTO_IPIP, A6, B6);
	wrap(&b, "\x1e\0\0\0", 4);
	cut_everywhere(&b, LINK_NULL);
}

/* One byte after another set to other values: nothing is read outside, ever. */
static void test_every_byte_wrong(void **state)
{
	static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
	struct decoder decoder = {0};
	struct build b;
	size_t len;

	(void)state;
	build_deep(&b);
	len = build_len(&b);
	for (size_t at = 0; at < len; at++) {
		for (size_t v = 0; v < COUNT(values); v++) {
			uint8_t *byte = build_at(&b, at), was = *byte;

			*byte = values[v];
			decode_exact(&decoder, build_frame(&b, LINK_ETHERNET));
			*byte = was;
		}
	}
	assert_true(decoder.anomalies.count[ANOMALY_IP4_VERSION] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_pppoe_arp),
		cmocka_unit_test(test_ip4),
		cmocka_unit_test(test_ip6),
		cmocka_unit_test(test_transport),
		cmocka_unit_test(test_tunnels),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_every_byte_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
