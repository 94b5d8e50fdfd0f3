/*
 * test_decode_fields.c - keys and sides, ICMP, ARP, IPv6 extension headers, fragments, cut
 * captures.
 */
#include "packet_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LOW      "192.0.2.1"
#define HIGH     "198.51.100.7"

#define PROTO_SCTP 132 /* decoded no further than its addresses */

static struct packet packets[DECODE_PACKETS];

static unsigned decode(const struct build *b, unsigned link)
{
	return decode_sound(b, link, packets);
}

/* There and back have the same key and hash, and other sides. */
static void test_both_orders(void **state)
{
	static const char *const ends[][2] = {
		{LOW, HIGH}, {"2001:db8::1", "2001:db8::2"}, {"10.1.1.1", "10.1.1.1"}};
	static const unsigned protos[] = {PROTO_TCP, PROTO_UDP, PROTO_ICMP, PROTO_SCTP};
	struct build b;

	(void)state;
	for (size_t i = 0; i < COUNT(ends) * COUNT(protos); i++) {
		const char *const *end = ends[i / COUNT(protos)];
		unsigned proto = protos[i % COUNT(protos)];
		struct packet first = {0};

		for (unsigned back = 0; back < 2; back++) {
			build_begin(&b, "", 0);
			if (proto == PROTO_TCP)
				wrap_tcp(&b, back ? 80 : 3000, back ? 3000 : 80, TCP_ACK);
			else if (proto == PROTO_UDP)
				wrap_udp(&b, back ? 80 : 3000, back ? 3000 : 80);
			else if (proto == PROTO_ICMP)
				wrap_icmp(&b, back ? 0 : 8, 0);
			wrap_ip(&b, proto, end[back], end[!back]);
			assert_int_equal(decode(&b, LINK_RAW), 1);
			assert_ends(&packets[0], end[back], end[!back]);
			if (!back)
				first = packets[0];
		}
		assert_memory_equal(&packets[0].key, &first.key, sizeof(first.key));
		assert_true(packets[0].hash == first.hash);
		if (proto != PROTO_SCTP || end[0] != ends[2][0])
			assert_int_equal(packets[0].side, !first.side);
	}
}

static void test_icmp(void **state)
{
	struct build b;

	(void)state;
	build_begin(&b, "abcd", 4); /* an error: one way, from whoever sends it */
	wrap_icmp(&b, 3, 13);
	wrap_ip(&b, PROTO_ICMP, HIGH, LOW);
	assert_int_equal(decode(&b, LINK_RAW), 1);
	assert_ends(&packets[0], HIGH, LOW);
	assert_int_equal(packets[0].key.flags, KEY_ONE_WAY);
	assert_int_equal(packets[0].side, 0);
	assert_int_equal(packets[0].icmp_type, 3);
	assert_int_equal(packets[0].icmp_code, 13);
	assert_int_equal(packets[0].key.port[0], 3);
	assert_int_equal(packets[0].key.port[1], 13);
	assert_int_equal(packets[0].payload_len, 4);
	build_begin(&b, "abcd", 4);
	wrap_icmp(&b, 128, 0);
	wrap_ip(&b, PROTO_ICMP6, "2001:db8::2", "2001:db8::1");
	assert_int_equal(decode(&b, LINK_RAW), 1);
	assert_int_equal(packets[0].key.flags, 0);
	assert_int_equal(packet_from_port(&packets[0]), 128);
	assert_int_equal(packet_to_port(&packets[0]), 129);
	assert_int_equal(packets[0].side, 1);
}

static void test_arp(void **state)
{
	struct build b;

	(void)state;
	for (unsigned operation = 1; operation <= 2; operation++) {
		build_begin(&b, "", 0);
		wrap_arp(&b, operation, "10.0.0.9", "10.0.0.1");
		wrap_ethernet(&b, 0x0806);
		assert_int_equal(decode(&b, LINK_ETHERNET), 1);
		assert_ends(&packets[0], "10.0.0.9", "10.0.0.1");
		assert_int_equal(packets[0].key.flags, KEY_ARP);
		assert_int_equal(packets[0].icmp_type, operation);
	}
}

/* Extension headers of each kind, and the fragment header, in front of TCP. */
static void test_ip6_extensions(void **state)
{
	static const unsigned kinds[] = {0, 43, 60, 135, 139, 140, 51};
	struct build b;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		/* 16 bytes: in units of 8 less one, or for AH (51) in units of 4 less two */
		uint8_t h[16] = {PROTO_TCP, kinds[i] == 51 ? 2 : 1};

		build_begin(&b, "x", 1);
		wrap_tcp(&b, 1234, 80, TCP_SYN);
		wrap(&b, h, sizeof(h));
		wrap_ip(&b, kinds[i], "2001:db8::1", "2001:db8::2");
		assert_int_equal(decode(&b, LINK_RAW), 1);
		assert_int_equal(packets[0].key.proto, PROTO_TCP);
		assert_int_equal(packets[0].marks, MARK_EXTENDED);
		assert_int_equal(packet_to_port(&packets[0]), 80);
		assert_int_equal(packets[0].payload_len, 1);
	}
	build_begin(&b, "x", 1); /* all in one packet */
	wrap_tcp(&b, 1234, 80, TCP_SYN);
	for (size_t i = 0; i < COUNT(kinds) - 1; i++) {
		uint8_t h[8] = {(uint8_t)(i ? kinds[i - 1] : PROTO_TCP)};

		wrap(&b, h, sizeof(h));
	}
	wrap_ip(&b, kinds[COUNT(kinds) - 2], "2001:db8::1", "2001:db8::2");
	assert_int_equal(decode(&b, LINK_RAW), 1);
	assert_int_equal(packet_from_port(&packets[0]), 1234);
}

static void test_fragments(void **state)
{
	struct build b;

	(void)state;
	for (unsigned six = 0; six < 2; six++) {
		for (unsigned rest = 0; rest < 2; rest++) {
			uint8_t h[8] = {PROTO_UDP,      0,   (uint8_t)(rest ? 1 : 0),
					(uint8_t)!rest, 0,   0,
					0x12,           0x34};

			build_begin(&b, "12345678", 8);
			wrap_udp(&b, 53, 4000);
			*build_at(&b, 4) = 1; /* the datagram is longer than its first part */
			if (six)
				wrap(&b, h, sizeof(h));
			wrap_ip(&b, six ? 44 : PROTO_UDP, six ? "2001:db8::1" : LOW,
				six ? "2001:db8::2" : HIGH);
			if (!six) {
				memcpy(build_at(&b, 4), "\x12\x34", 2);
				*build_at(&b, rest ? 7 : 6) = rest ? 32 : 0x20;
			}
			assert_int_equal(decode(&b, LINK_RAW), 1);
			assert_int_equal(packets[0].key.proto, PROTO_UDP);
			assert_int_equal(packets[0].seq, 0x1234);
			assert_int_equal(packets[0].marks,
					 MARK_FRAGMENT | (rest ? MARK_FRAGMENT_REST : 0));
			assert_int_equal(packet_from_port(&packets[0]), rest ? 0 : 53);
			assert_int_equal(packet_to_port(&packets[0]), rest ? 0 : 4000);
			assert_int_equal(packets[0].payload_len, rest ? 16 : 8);
		}
	}
}

/* A capture that keeps only the beginning of each frame: lengths are those of the wire. */
static void test_cut_capture(void **state)
{
	struct decoder decoder = {0};
	struct frame frame;
	struct build b;
	char payload[1000] = {0};

	(void)state;
	build_begin(&b, payload, sizeof(payload));
	wrap_tcp(&b, 1234, 80, TCP_ACK);
	wrap_ip(&b, PROTO_TCP, LOW, HIGH);
	wrap_ethernet(&b, 0x0800);
	frame = build_frame(&b, LINK_ETHERNET);
	frame.bytes.len = 14 + 20 + 20 + 30;
	assert_int_equal(decode_frame(&decoder, &frame, packets), 1);
	assert_int_equal(packets[0].payload_len, 1000);
	assert_int_equal(packets[0].payload.len, 30);
	assert_int_equal(packets[0].wire_len, 1054);
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		assert_int_equal(decoder.anomalies.count[i], 0);
	frame.bytes.len = 14 + 20 + 10; /* within TCP's header: the ports are not believed */
	assert_int_equal(decode_frame(&decoder, &frame, packets), 1);
	assert_int_equal(decoder.anomalies.count[ANOMALY_SNAP_SHORT], 1);
	assert_int_equal(decoder.anomalies.count[ANOMALY_TCP_SHORT], 0);
	assert_int_equal(packets[0].marks, MARK_CUT);
}

/* Segmentation offload leaves the length at 0: it is what the frame holds. */
static void test_offload(void **state)
{
	struct build b;

	(void)state;
	build_begin(&b, "0123456789", 10);
	wrap_tcp(&b, 1234, 80, TCP_ACK);
	wrap_ip(&b, PROTO_TCP, LOW, HIGH);
	memset(build_at(&b, 2), 0, 2);
	assert_int_equal(decode(&b, LINK_RAW), 1);
	assert_int_equal(packets[0].payload_len, 10);
	build_begin(&b, "0123456789", 10);
	wrap_udp(&b, 1234, 80);
	memset(build_at(&b, 4), 0, 2);
	wrap_ip(&b, PROTO_UDP, "2001:db8::1", "2001:db8::2");
	memset(build_at(&b, 4), 0, 2);
	assert_int_equal(decode(&b, LINK_RAW), 1);
	assert_int_equal(packets[0].payload_len, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_orders), cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_arp),         cmocka_unit_test(test_ip6_extensions),
		cmocka_unit_test(test_fragments),   cmocka_unit_test(test_cut_capture),
		cmocka_unit_test(test_offload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
