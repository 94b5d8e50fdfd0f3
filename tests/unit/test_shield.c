/*
 * test_shield.c - the XDP program judges as filter_match() does: random filters on random packets and on captures.
 *
 * Filters are made of what some packet looks like, with a part or two changed, so that hits and near misses
 * are as frequent as each other.
 */
#include "capture/capture.h"
#include "derive/sampler.h"
#include "shield_test.h"

#include <dirent.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDS  60
#define FILTERS 96 /* in force at a time: more than one word of the table's cells */
#define PACKETS 120

static bool able;
static uint64_t dice = 20;

static unsigned pick(unsigned below)
{
	return (unsigned)(shield_random(&dice) % below);
}

static struct ip address(bool six)
{
	struct ip ip = { { 0x20, 0x01, 0x0d, 0xb8 } };

	if (!six)
		return ip_from_v4((uint8_t[]){ 198, (uint8_t)(51 + pick(2)), (uint8_t)pick(3), (uint8_t)pick(6) });
	ip.b[5] = (uint8_t)pick(3);
	ip.b[15] = (uint8_t)pick(4);
	return ip;
}

static uint16_t port(void)
{
	static const uint16_t usual[] = { 53, 123, 443, 0x3500, 11211 };

	return pick(4) ? usual[pick(5)] : (uint16_t)pick(65536);
}

static struct meant packet_random(void)
{
	static const uint8_t protos[] = { PROTO_TCP, PROTO_TCP, PROTO_UDP, PROTO_UDP, PROTO_ICMP, PROTO_GRE };
	bool six = pick(3) == 0;
	struct meant m = {
		.look = { .from = address(six), .to = address(six), .proto = protos[pick(6)],
			  .ttl = (uint8_t)(pick(3) ? 50 + pick(5) : pick(256)),
			  .fragment = (uint8_t)(pick(3) ? FRAGMENT_NONE : 1 + pick(3)) },
		.payload = pick(3) ? pick(20) : pick(160),
		.tags = pick(4) ? 0 : pick(5),
		.options = pick(2) ? 0 : pick(5),
		.session = pick(8) == 0,
		.extensions = pick(3) ? 0 : pick(4),
	};
	struct look *l = &m.look;

	if (six && l->proto == PROTO_ICMP)
		l->proto = PROTO_ICMP6;
	for (size_t i = 0; i < LOOK_BYTES; i++)
		l->bytes[i] = (uint8_t)pick(3);
	if (l->fragment == FRAGMENT_LATER)
		return m;
	if (l->proto == PROTO_TCP || l->proto == PROTO_UDP) {
		l->from_port = port();
		l->to_port = port();
	} else if (l->proto != PROTO_GRE) {
		l->from_port = (uint16_t)pick(4);
		l->to_port = (uint16_t)pick(3);
	}
	if (l->proto == PROTO_TCP) {
		l->flags = (uint8_t)(pick(2) ? 0x02 : pick(256));
		l->window = (uint16_t)(pick(2) ? 1024 : pick(65536));
	}
	return m;
}

static struct filter_range around(uint16_t value, unsigned most)
{
	unsigned low = value - (pick(2) ? 0 : pick(value + 1u)), high = value + (pick(2) ? 0 : pick(300));

	if (pick(6) == 0)
		low = high = pick(most + 1); /* a miss, mostly */
	return (struct filter_range){ (uint16_t)low, (uint16_t)(high > most ? most : high) };
}

static struct prefix prefix_around(const struct ip *ip)
{
	unsigned bits = ip_is_v4(ip) ? 104 + pick(25) : pick(129);

	return ip_prefix(ip, (uint8_t)(pick(2) ? 128 : bits));
}

static void bytes_around(const struct look *l, struct filter_bytes *bytes)
{
	bytes->len = (uint8_t)(1 + pick(FILTER_BYTES_MAX));
	bytes->at = (uint8_t)pick(l->has >= bytes->len ? l->has - bytes->len + 1u : LOOK_BYTES - 8);
	for (unsigned i = 0; i < bytes->len; i++) {
		bytes->mask[i] = (uint8_t)(pick(3) ? 0xff : pick(256));
		bytes->value[i] = l->bytes[bytes->at + i] & bytes->mask[i];
	}
}

static struct filter filter_random(const struct look *l)
{
	uint32_t wanted = (uint32_t)(shield_random(&dice) & shield_random(&dice) & FILTER_PARTS);
	bool ports = l->fragment != FRAGMENT_LATER && l->proto != PROTO_GRE;
	unsigned most = l->proto == PROTO_TCP || l->proto == PROTO_UDP ? 65535 : 255;
	struct filter f = { .parts = pick(8) ? wanted : FILTER_FROM };

	if (!ports)
		f.parts &= ~(uint32_t)(FILTER_FROM_PORT | FILTER_TO_PORT);
	if (l->proto != PROTO_TCP || !ports)
		f.parts &= ~(uint32_t)(FILTER_FLAGS | FILTER_WINDOW | FILTER_HEADER);
	if (f.parts & (FILTER_FROM_PORT | FILTER_TO_PORT | FILTER_FLAGS | FILTER_WINDOW | FILTER_HEADER))
		f.parts |= FILTER_PROTO;
	if (!f.parts)
		f.parts = FILTER_PROTO;
	if (f.parts & FILTER_FROM)
		f.from = prefix_around(&l->from);
	if (f.parts & FILTER_TO)
		f.to = prefix_around(&l->to);
	if (f.parts & FILTER_PROTO)
		f.proto = l->proto;
	if (f.parts & FILTER_FROM_PORT)
		f.from_port = around(l->from_port, most);
	if (f.parts & FILTER_TO_PORT)
		f.to_port = around(l->to_port, most);
	if (f.parts & FILTER_LENGTH)
		f.length = around(l->length, 65535);
	if (f.parts & FILTER_TTL)
		f.ttl = around(l->ttl, 255);
	if (f.parts & FILTER_WINDOW)
		f.window = around(l->window, 65535);
	if (f.parts & FILTER_HEADER)
		f.header = (struct filter_range){ l->header, (uint16_t)(pick(2) ? l->header : 60) };
	if (f.parts & FILTER_FLAGS) {
		f.flags_mask = (uint8_t)(1 + pick(255));
		f.flags = l->flags & f.flags_mask;
	}
	if (f.parts & FILTER_FRAGMENT)
		f.fragment = (uint8_t)(1 + pick(3));
	if (f.parts & FILTER_BYTES)
		bytes_around(l, &f.bytes);
	return f;
}

static void text_of(const struct hand_order *orders, size_t count, const struct look *look)
{
	char text[FILTER_TEXT];

	for (size_t i = 0; i < count; i++)
		if (filter_match(&orders[i].filter, look))
			printf("    matched by %s\n", filter_text(&orders[i].filter, text));
}

/* Returns how many of the packets were dropped. */
static unsigned packets_judge(const struct hand_order *orders, size_t count, const struct meant *drawn)
{
	unsigned dropped = 0;

	for (unsigned i = 0; i < PACKETS; i++) {
		struct meant m = i < count ? drawn[i] : packet_random();
		uint8_t frame[SHIELD_FRAME];
		size_t len = meant_frame(&m, frame);
		bool wanted = false;
		int verdict;

		for (size_t f = 0; f < count && !wanted; f++)
			wanted = filter_match(&orders[f].filter, &m.look);
		verdict = shield_judge(frame, &len);
		if (verdict != (wanted ? XDP_DROP : XDP_PASS)) {
			text_of(orders, count, &m.look);
			fail_msg("packet %u: proto %u fragment %u length %u tags %u: verdict %d", i,
				 m.look.proto, m.look.fragment, m.look.length, m.tags, verdict);
		}
		dropped += wanted;
	}
	return dropped;
}

/* Sound ones, each made of one of the packets. */
static void orders_make(struct hand_order *orders, size_t count, const struct look *looks)
{
	for (size_t i = 0; i < count; i++)
		do {
			orders[i] = (struct hand_order){ .id = i + 1, .verb = ACTION_DROP,
							 .filter = filter_random(&looks[i]),
							 .until = shield_now() + 600000000 };
		} while (!filter_sound(&orders[i].filter));
}

static void packets_draw(struct meant *drawn, size_t count, struct look *looks, uint64_t *ids)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t frame[SHIELD_FRAME];

		drawn[i] = packet_random();
		meant_frame(&drawn[i], frame);
		looks[i] = drawn[i].look;
		ids[i] = i + 1;
	}
}

static void round_run(struct hand_state *state, size_t count, unsigned *dropped)
{
	static struct hand_order orders[FILTERS];
	static struct meant drawn[FILTERS];
	static struct look looks[FILTERS];
	struct hand_count counts[FILTERS];
	char trouble[HAND_TROUBLE] = "";
	uint64_t ids[FILTERS], hits = 0;
	unsigned now_dropped;

	packets_draw(drawn, count, looks, ids);
	orders_make(orders, count, looks);
	if (hand_xdp.apply(state, orders, count, trouble) != OK)
		fail_msg("apply: %s", trouble);
	now_dropped = packets_judge(orders, count, drawn);
	assert_int_equal(hand_xdp.counts(state, counts, FILTERS), count);
	for (size_t i = 0; i < count; i++)
		hits += counts[i].packets;
	assert_int_equal(hits, now_dropped);
	*dropped += now_dropped;
	assert_int_equal(hand_xdp.withdraw(state, ids, count, trouble), OK);
}

static void test_random(void **unused)
{
	struct hand_state *state;
	unsigned dropped = 0;

	(void)unused;
	if (!able)
		skip();
	state = shield_hand();
	for (unsigned round = 0; round < ROUNDS; round++)
		round_run(state, round % 3 ? 1 + pick(6) : FILTERS, &dropped);
	/* Both verdicts were frequent, or nothing was shown. */
	assert_in_range(dropped, ROUNDS * PACKETS / 10, ROUNDS * PACKETS * 9 / 10);
	hand_xdp.close(state);
}

/* ---- Headers that lie */

#define MANGLED 300 /* packets of each round */

/* Changes what a header says of itself, or cuts the frame. */
static void mangle(uint8_t *frame, size_t *len)
{
	for (unsigned i = 1 + pick(3); i > 0; i--) {
		size_t at = 14 + pick(*len < 100 ? (unsigned)*len - 14 : 86);

		switch (pick(4)) {
		case 0: /* of IPv4: its header's length, its own length, fragments; of IPv6 whatever */
			at = 14 + (size_t[]){ 0, 2, 3, 6, 9 }[pick(5)];
			frame[at] = at == 14 ? (uint8_t)((frame[14] & 0xf0) | pick(16)) : (uint8_t)pick(256);
			break;
		case 1: /* of IPv6: the next header, of the same and of those behind */
			at = (size_t[]){ 20, 54, 55, 62, 63 }[pick(5)];
			if (at < *len)
				frame[at] = (uint8_t[]){ 0, 6, 17, 43, 44, 51, 58, 59, 60, 255 }[pick(10)];
			break;
		case 2:
			frame[at] = (uint8_t)pick(256);
			break;
		default:
			if (pick(4) == 0)
				*len = at > 14 ? at : *len;
		}
	}
}

/* Where the packet can still be read, it is judged as it is read. Returns how many could be. */
static unsigned mangled_judge(const struct hand_order *orders, size_t count, const struct meant *drawn)
{
	unsigned read = 0;

	for (unsigned i = 0; i < MANGLED; i++) {
		struct meant m = drawn[pick((unsigned)count)];
		uint8_t frame[SHIELD_FRAME], sent[SHIELD_FRAME];
		struct look look;
		bool wanted = false;
		size_t len;
		int verdict;

		m.session = false;
		m.tags = 0;
		len = meant_frame(&m, frame);
		mangle(frame, &len);
		memcpy(sent, frame, len);
		verdict = shield_judge(frame, &len);
		if (!look_of_frame(&(struct frame){ .link = LINK_ETHERNET, .bytes = { sent, len },
						    .wire_len = (uint32_t)len }, &look)) {
			continue;
		}
		read++;
		for (size_t f = 0; f < count && !wanted; f++)
			wanted = filter_match(&orders[f].filter, &look);
		if (verdict == (wanted ? XDP_DROP : XDP_PASS))
			continue;
		text_of(orders, count, &look);
		for (size_t n = 0; n < len && n < 120; n++)
			printf("%02x%s", sent[n], n % 16 == 15 ? "\n" : " ");
		fail_msg("packet %u: proto %u fragment %u length %u has %u of %zu: verdict %d", i, look.proto,
			 look.fragment, look.length, look.has, len, verdict);
	}
	return read;
}

static void test_lies(void **unused)
{
	static struct hand_order orders[FILTERS];
	static struct meant drawn[FILTERS];
	static struct look looks[FILTERS];
	struct hand_state *state;
	char trouble[HAND_TROUBLE] = "";
	uint64_t ids[FILTERS];
	unsigned read = 0;

	(void)unused;
	if (!able)
		skip();
	state = shield_hand();
	for (unsigned round = 0; round < ROUNDS; round++) {
		size_t count = 1 + pick(6);

		packets_draw(drawn, count, looks, ids);
		orders_make(orders, count, looks);
		assert_int_equal(hand_xdp.apply(state, orders, count, trouble), OK);
		read += mangled_judge(orders, count, drawn);
		assert_int_equal(hand_xdp.withdraw(state, ids, count, trouble), OK);
	}
	assert_in_range(read, ROUNDS * MANGLED / 4, ROUNDS * MANGLED);
	hand_xdp.close(state);
}

/* ---- Captures */

#define CAPTURED 120 /* packets of each */
#define CHOSEN   2 /* filters at a time */
#define TURNS    2

static struct captured {
	size_t count;
	uint8_t frame[CAPTURED][SHIELD_FRAME];
	size_t len[CAPTURED];
	struct look look[CAPTURED];
} captured;

/* Those that are whole and IP. */
static void capture_take(const char *path)
{
	struct capture_trouble why;
	struct capture *capture;
	struct frame frame;

	captured.count = 0;
	if (capture_open(&capture, path, 0, &why) != OK)
		return;
	while (captured.count < CAPTURED && capture_read(capture, &frame, 1) == 1) {
		size_t n = captured.count;

		if (frame.link != LINK_ETHERNET || frame.wire_len != frame.bytes.len ||
		    frame.wire_len > SHIELD_FRAME || !look_of_frame(&frame, &captured.look[n]))
			continue;
		memcpy(captured.frame[n], frame.bytes.ptr, frame.bytes.len);
		captured.len[n] = frame.bytes.len;
		captured.count++;
	}
	capture_close(capture);
}

/* Returns how many of the packets were dropped. */
static unsigned capture_judge(struct hand_state *state, const char *path)
{
	static struct hand_order orders[CHOSEN];
	static struct look looks[CHOSEN];
	char trouble[HAND_TROUBLE];
	uint64_t ids[CHOSEN];
	unsigned dropped = 0;

	for (size_t i = 0; i < CHOSEN; i++) {
		looks[i] = captured.look[pick((unsigned)captured.count)];
		ids[i] = i + 1;
	}
	orders_make(orders, CHOSEN, looks);
	if (hand_xdp.apply(state, orders, CHOSEN, trouble) != OK)
		fail_msg("apply: %s", trouble);
	for (size_t n = 0; n < captured.count; n++) {
		bool wanted = false;

		for (size_t i = 0; i < CHOSEN && !wanted; i++)
			wanted = filter_match(&orders[i].filter, &captured.look[n]);
		if (shield_judge(captured.frame[n], &captured.len[n]) != (wanted ? XDP_DROP : XDP_PASS)) {
			text_of(orders, CHOSEN, &captured.look[n]);
			fail_msg("%s: packet %zu of those that are IP", path, n + 1);
		}
		dropped += wanted;
	}
	assert_int_equal(hand_xdp.withdraw(state, ids, CHOSEN, trouble), OK);
	return dropped;
}

static void test_captures(void **unused)
{
	const char *data = getenv("HINOMI_SHARED_DATA");
	unsigned files = 0, packets = 0, dropped = 0;
	char folder[256], path[600];
	struct hand_state *state;
	struct dirent *entry;
	DIR *all;

	(void)unused;
	snprintf(folder, sizeof(folder), "%s/captures", data ? data : "");
	all = data ? opendir(folder) : NULL;
	if (!able || !all) {
		print_message("NOTICE: no root, or no captures; set HINOMI_SHARED_DATA\n");
		skip();
	}
	state = shield_hand();
	while ((entry = readdir(all))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		capture_take(path);
		files += captured.count > 0;
		packets += TURNS * (unsigned)captured.count;
		for (int turn = 0; captured.count && turn < TURNS; turn++)
			dropped += capture_judge(state, path);
	}
	closedir(all);
	hand_xdp.close(state);
	print_message("%u packets of %u captures were judged, %u dropped\n", packets, files, dropped);
	assert_in_range(dropped, packets / 20, packets - packets / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_captures),
	};

	able = shield_place();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
