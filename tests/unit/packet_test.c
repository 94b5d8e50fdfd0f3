/*
 * packet_test.c - frames made by hand, for the tests of wire/ and flow/.
 */
#include "packet_test.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

void build_begin(struct build *b, const void *payload, size_t len)
{
	memset(b->room, 0, sizeof(b->room));
	b->at = BUILD_MAX;
	b->ts = 1700000000 * USEC_PER_SEC;
	wrap(b, payload, len);
}

void wrap(struct build *b, const void *header, size_t len)
{
	assert_true(len <= b->at);
	b->at -= len;
	if (len)
		memcpy(b->room + b->at, header, len);
}

void wrap16(struct build *b, unsigned value)
{
	uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};

	wrap(b, bytes, 2);
}

uint8_t *build_at(struct build *b, size_t offset)
{
	assert_true(b->at + offset < BUILD_MAX);
	return b->room + b->at + offset;
}

size_t build_len(const struct build *b)
{
	return BUILD_MAX - b->at;
}

void wrap_tcp(struct build *b, unsigned from, unsigned to, unsigned flags)
{
	uint8_t h[20] = {(uint8_t)(from >> 8),
			 (uint8_t)from,
			 (uint8_t)(to >> 8),
			 (uint8_t)to,
			 0,
			 0,
			 1000 >> 8,
			 1000 & 255,
			 0,
			 0,
			 0,
			 0,
			 0x50,
			 (uint8_t)flags,
			 0x20};

	if (flags & TCP_ACK) {
		h[10] = 2000 >> 8;
		h[11] = 2000 & 255;
	}
	wrap(b, h, sizeof(h));
}

void wrap_udp(struct build *b, unsigned from, unsigned to)
{
	size_t len = build_len(b) + 8;
	uint8_t h[8] = {(uint8_t)(from >> 8), (uint8_t)from,       (uint8_t)(to >> 8),
			(uint8_t)to,          (uint8_t)(len >> 8), (uint8_t)len};

	wrap(b, h, sizeof(h));
}

void wrap_icmp(struct build *b, unsigned type, unsigned code)
{
	uint8_t h[4] = {(uint8_t)type, (uint8_t)code};

	wrap(b, h, sizeof(h));
}

static void wrap_ip6(struct build *b, unsigned next, const char *from, const char *to)
{
	size_t len = build_len(b);
	uint8_t h[40] = {0x60, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len, (uint8_t)next, 64};

	assert_int_equal(inet_pton(AF_INET6, from, h + 8), 1);
	assert_int_equal(inet_pton(AF_INET6, to, h + 24), 1);
	wrap(b, h, sizeof(h));
}

void wrap_ip(struct build *b, unsigned proto, const char *from, const char *to)
{
	size_t len = build_len(b) + 20;
	uint8_t h[20] = {0x45, 0,  (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0,
			 0,    64, (uint8_t)proto};

	if (strchr(from, ':')) {
		wrap_ip6(b, proto, from, to);
		return;
	}
	assert_int_equal(inet_pton(AF_INET, from, h + 12), 1);
	assert_int_equal(inet_pton(AF_INET, to, h + 16), 1);
	wrap(b, h, sizeof(h));
}

void wrap_ethernet(struct build *b, unsigned ethertype)
{
	static const uint8_t macs[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

	wrap16(b, ethertype);
	wrap(b, macs, sizeof(macs));
}

void wrap_vlan(struct build *b, unsigned inner_ethertype)
{
	wrap16(b, inner_ethertype);
	wrap16(b, 0x2064); /* priority 1, VLAN 100 */
}

void wrap_arp(struct build *b, unsigned operation, const char *sender, const char *target)
{
	uint8_t h[28] = {0, 1, 8, 0, 6, 4, 0, (uint8_t)operation, 2, 0, 0, 0, 0, 1};

	assert_int_equal(inet_pton(AF_INET, sender, h + 14), 1);
	assert_int_equal(inet_pton(AF_INET, target, h + 24), 1);
	wrap(b, h, sizeof(h));
}

struct frame build_frame(const struct build *b, unsigned link)
{
	size_t len = build_len(b);

	return (struct frame){
		.ts = b->ts,
		.wire_len = (uint32_t)len,
		.link = (uint16_t)link,
		.bytes = {b->room + b->at, len},
	};
}

struct frame frame_tcp(struct build *b, const char *from, const char *to, unsigned flags)
{
	build_begin(b, "", 0);
	wrap_tcp(b, 40000, 80, flags);
	wrap_ip(b, PROTO_TCP, from, to);
	wrap_ethernet(b, strchr(from, ':') ? 0x86dd : 0x0800);
	return build_frame(b, LINK_ETHERNET);
}

unsigned decode_sound(const struct build *b, unsigned link, struct packet *packets)
{
	struct decoder decoder = {0};
	struct frame frame = build_frame(b, link);
	unsigned count;

	memset(packets, 0xa5, DECODE_PACKETS * sizeof(*packets));
	count = decode_frame(&decoder, &frame, packets);
	for (unsigned i = 0; i < ANOMALY_COUNT; i++)
		if (decoder.anomalies.count[i])
			fail_msg("anomaly %s", anomaly_name((enum anomaly)i));
	for (unsigned i = 0; i < count; i++) {
		assert_true(packets[i].ts == b->ts);
		assert_int_equal(packets[i].wire_len, build_len(b));
	}
	return count;
}

static struct ip address(const char *text)
{
	struct ip ip = {{0}};

	assert_int_equal(ip_parse(&ip, text), OK);
	return ip;
}

void assert_ends(const struct packet *p, const char *from, const char *to)
{
	struct ip a = address(from), b = address(to);

	assert_memory_equal(packet_from(p), &a, sizeof(a));
	assert_memory_equal(packet_to(p), &b, sizeof(b));
}
