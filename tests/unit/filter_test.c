/* filter_test.c - what a filter sees of a frame, made-up packets, and filters made of packets. */
#include "filter_test.h"

#include "base/load.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct filter test_filter_of(const char *text)
{
	struct filter filter;
	char trouble[FILTER_TROUBLE] = "";

	if (filter_parse(text_span(text), &filter, trouble) != OK) {
		fprintf(stderr, "%s: %s\n", text, trouble);
		abort();
	}
	return filter;
}

static uint32_t random_state;

void test_seed(uint32_t seed)
{
	random_state = seed;
}

/* Numerical Recipes' generator: the same numbers everywhere. */
uint32_t test_below(uint32_t bound)
{
	random_state = random_state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)random_state * bound >> 32);
}

/* What stands behind the IP header. False: it is broken, and filters say nothing of it. */
static bool read_transport(struct look *look, const uint8_t *at, uint32_t captured, uint32_t length)
{
	uint32_t header = 0;

	if (look->fragment != FRAGMENT_LATER && look->proto == PROTO_TCP) {
		if (captured < 20 || length < 20)
			return false;
		header = (at[12] >> 4) * 4u;
		look->header = (uint8_t)(header ? header : 1);
		look->flags = at[13];
		look->window = ld_be16(at + 14);
	} else if (look->fragment != FRAGMENT_LATER &&
		   (look->proto == PROTO_UDP || look->proto == PROTO_ICMP || look->proto == PROTO_ICMP6)) {
		if (captured < 8 || length < 8)
			return false;
		header = 8;
	}
	if (look->proto == PROTO_ICMP || look->proto == PROTO_ICMP6) {
		look->from_port = header ? at[0] : 0;
		look->to_port = header ? at[1] : 0;
	} else if (header || look->header) {
		look->from_port = ld_be16(at);
		look->to_port = ld_be16(at + 2);
	}
	captured = captured < length ? captured : length;
	captured = captured > header && (look->proto != PROTO_TCP || !look->header || header >= 20) ? captured - header : 0;
	look->has = (uint8_t)(captured < LOOK_BYTES ? captured : LOOK_BYTES);
	memcpy(look->bytes, at + header, look->has);
	return true;
}

static bool read_ip4(struct look *look, const uint8_t *at, uint32_t captured)
{
	uint32_t header = (at[0] & 15) * 4u;
	uint16_t fragment;

	if (captured < 20 || header < 20 || header > captured || ld_be16(at + 2) < header)
		return false;
	fragment = ld_be16(at + 6);
	look->from = ip_from_v4(at + 12);
	look->to = ip_from_v4(at + 16);
	look->length = ld_be16(at + 2);
	look->proto = at[9];
	look->ttl = at[8];
	look->fragment = fragment & 0x1fff ? FRAGMENT_LATER : fragment & 0x2000 ? FRAGMENT_ANY : FRAGMENT_NONE;
	return read_transport(look, at + header, captured - header, look->length - header);
}

static bool read_ip6(struct look *look, const uint8_t *at, uint32_t captured)
{
	uint32_t header = 40;

	if (captured < 48 || !ld_be16(at + 4))
		return false;
	memcpy(look->from.b, at + 8, 16);
	memcpy(look->to.b, at + 24, 16);
	look->length = (uint16_t)(ld_be16(at + 4) + 40);
	look->proto = at[6];
	look->ttl = at[7];
	look->fragment = FRAGMENT_NONE;
	if (look->proto == 44) {
		look->proto = at[40];
		look->fragment = ld_be16(at + 42) & 0xfff8 ? FRAGMENT_LATER : FRAGMENT_ANY;
		header = 48;
	}
	if (look->length < header || look->proto == 0 || look->proto == 43 || look->proto == 44 ||
	    look->proto == 51 || look->proto == 60) /* extension headers: see filter_export.h */
		return false;
	return read_transport(look, at + header, captured - header, look->length - header);
}

enum test_frame test_look(bool ethernet, struct span frame, struct look *look)
{
	const size_t link = ethernet ? 14 : 0;
	unsigned ether;
	bool sound;

	if (frame.len < link + 20)
		return TEST_BROKEN;
	ether = ethernet ? ld_be16(frame.ptr + 12) : frame.ptr[0] >> 4 == 4 ? 0x0800 : 0x86dd;
	if (ether != 0x0800 && ether != 0x86dd)
		return TEST_OTHER;
	memset(look, 0, sizeof(*look));
	if (frame.ptr[link] >> 4 != (ether == 0x0800 ? 4 : 6))
		return TEST_BROKEN;
	sound = ether == 0x0800 ? read_ip4(look, frame.ptr + link, (uint32_t)(frame.len - link))
				: read_ip6(look, frame.ptr + link, (uint32_t)(frame.len - link));
	return sound ? TEST_IP : TEST_BROKEN;
}

static struct filter_range range_around(uint16_t number, uint16_t least, uint16_t most)
{
	uint32_t below = test_below(3) ? 0 : test_below(200), above = test_below(3) ? 0 : test_below(200);

	return (struct filter_range){ (uint16_t)(number < least + below ? least : number - below),
				      (uint16_t)(number + above > most ? most : number + above) };
}

static struct prefix prefix_around(const struct ip *ip)
{
	unsigned least = ip_is_v4(ip) ? 96 : 0;

	return ip_prefix(ip, (uint8_t)(test_below(2) ? 128 : least + test_below(129 - least)));
}

static void choose_bytes(struct filter *filter, const struct look *look)
{
	struct filter_bytes *bytes = &filter->bytes;

	bytes->at = (uint8_t)test_below(look->has);
	bytes->len = (uint8_t)(1 + test_below(FILTER_BYTES_MAX));
	if (bytes->at + bytes->len > look->has && test_below(8))
		bytes->len = (uint8_t)(look->has - bytes->at);
	if (bytes->len > FILTER_BYTES_MAX)
		bytes->len = FILTER_BYTES_MAX;
	if (bytes->at + bytes->len > LOOK_BYTES) /* no sample has more */
		bytes->len = (uint8_t)(LOOK_BYTES - bytes->at);
	for (unsigned i = 0; i < bytes->len; i++) {
		bytes->mask[i] = (uint8_t)(test_below(3) ? 0xff : test_below(256));
		bytes->value[i] = look->bytes[bytes->at + i] & bytes->mask[i];
	}
}

static void choose_transport(struct filter *filter, const struct look *look)
{
	bool icmp = look->proto == PROTO_ICMP || look->proto == PROTO_ICMP6;
	uint16_t most = icmp ? 255 : 65535;

	if (filter->parts & FILTER_FROM_PORT)
		filter->from_port = range_around(look->from_port, 0, most);
	if (filter->parts & FILTER_TO_PORT)
		filter->to_port = range_around(look->to_port, 0, most);
	if (filter->parts & FILTER_FLAGS) {
		filter->flags_mask = (uint8_t)(1 + test_below(255));
		filter->flags = look->flags & filter->flags_mask;
	}
	if (filter->parts & FILTER_WINDOW)
		filter->window = range_around(look->window, 0, 65535);
	if (filter->parts & FILTER_HEADER)
		filter->header = (struct filter_range){ test_below(2) ? 20 : look->header, look->header };
}

struct filter test_filter(const struct look *look)
{
	const uint32_t transport = FILTER_FROM_PORT | FILTER_TO_PORT;
	const uint32_t tcp = FILTER_FLAGS | FILTER_WINDOW | FILTER_HEADER;
	struct filter filter;

	memset(&filter, 0, sizeof(filter));
	filter.parts = (test_below(FILTER_PARTS) & test_below(FILTER_PARTS + 1)) | 1u << test_below(12);
	if (look->fragment == FRAGMENT_LATER || !look->from_port)
		filter.parts &= ~(transport | tcp);
	if (look->proto != PROTO_TCP)
		filter.parts &= ~tcp;
	if (filter.parts & (transport | tcp))
		filter.parts |= FILTER_PROTO;
	if (!look->has)
		filter.parts &= ~(uint32_t)FILTER_BYTES;
	if (filter.parts & FILTER_FROM)
		filter.from = prefix_around(&look->from);
	if (filter.parts & FILTER_TO)
		filter.to = prefix_around(&look->to);
	if (filter.parts & FILTER_PROTO)
		filter.proto = look->proto;
	if (filter.parts & FILTER_LENGTH)
		filter.length = range_around(look->length, 40, 65535);
	if (filter.parts & FILTER_TTL)
		filter.ttl = range_around(look->ttl, 0, 255);
	if (filter.parts & FILTER_FRAGMENT)
		filter.fragment = test_below(4) ? look->fragment : (uint8_t)(1 + test_below(3));
	if (filter.parts & FILTER_BYTES)
		choose_bytes(&filter, look);
	choose_transport(&filter, look);
	return filter;
}

static uint16_t some_of(const uint16_t *numbers, uint32_t count)
{
	return numbers[test_below(count)];
}

static void put16(uint8_t *at, uint32_t number)
{
	at[0] = (uint8_t)(number >> 8);
	at[1] = (uint8_t)number;
}

/* A transport header and payload of few values; returns how many bytes. */
static uint32_t make_transport(uint8_t *at, uint8_t proto)
{
	static const uint16_t ports[] = { 0, 53, 80, 123, 65535 };
	uint32_t header = proto == PROTO_TCP ? 20 + 4 * test_below(11) : 8, length = test_below(24);

	for (uint32_t i = 0; i < header + length; i++)
		at[i] = (uint8_t)(test_below(4) ? 0 : test_below(256));
	put16(at, some_of(ports, 5));
	put16(at + 2, some_of(ports, 5));
	if (proto == PROTO_ICMP || proto == PROTO_ICMP6)
		put16(at, test_below(3) << 8 | test_below(2));
	if (proto == PROTO_TCP) /* now and then it says less than it can */
		at[12] = (uint8_t)((test_below(16) ? header / 4 : test_below(5)) << 4);
	return header + length;
}

uint32_t test_packet(uint8_t at[TEST_PACKET])
{
	static const uint16_t protos[] = { PROTO_TCP, PROTO_UDP, PROTO_ICMP, PROTO_ICMP6, PROTO_GRE, 99 };
	static const uint16_t fragments[] = { 0, 0, 0, 0x2000, 0x2001, 0x0001, 0x4000, 0x1fff };
	const uint8_t proto = (uint8_t)some_of(protos, 6);
	const uint16_t fragment = some_of(fragments, 8);
	uint32_t header, length;

	memset(at, test_below(2) ? 0 : 0x5a, 200);
	if (test_below(2)) {
		header = 20 + 4 * (test_below(3) ? 0 : test_below(11));
		length = make_transport(at + header, proto);
		at[0] = (uint8_t)(0x40 | header / 4);
		put16(at + 2, header + length);
		put16(at + 6, fragment);
		at[8] = (uint8_t)test_below(256);
		at[9] = proto;
		memcpy(at + 12, (uint8_t[8]){ 10, 0, (uint8_t)test_below(2), 1, 10, 1, 0, 2 }, 8);
	} else {
		header = fragment & 0x3fff ? 48 : 40;
		length = make_transport(at + header, proto);
		memset(at, 0, header);
		at[0] = 0x60;
		put16(at + 4, header - 40 + length);
		at[6] = header == 48 ? 44 : proto;
		at[7] = (uint8_t)test_below(256);
		memcpy(at + 8, (uint8_t[4]){ 0x20, 1, 0x0d, (uint8_t)test_below(2) }, 4);
		memcpy(at + 24, (uint8_t[4]){ 0x20, 1, 0x0d, 0xb8 }, 4);
		at[40] = header == 48 ? proto : at[40];
		if (header == 48)
			put16(at + 42, (fragment & 0x1fffu) << 3 | fragment >> 13);
	}
	return header + length + (test_below(2) ? test_below(20) : 0);
}
