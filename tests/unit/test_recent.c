/*
 * test_recent.c - the last frames are kept, and a case's evidence is cut out of them.
 */
#include "capture/capture.h"
#include "capture/recent.h"
#include "packet_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ROOM ((size_t)1 << 20)
#define EVER INT64_MAX
#define TCP  54 /* bytes of a frame of frame_tcp() */

/* Frames of one conversation, each a microsecond later. */
static void add_tcp(struct recent *recent, const char *from, const char *to, usec_t from_ts,
		    unsigned count)
{
	struct build b;
	struct frame frame;

	frame = frame_tcp(&b, from, to, TCP_SYN);
	for (unsigned i = 0; i < count; i++) {
		frame.ts = from_ts + i;
		recent_add(recent, &frame, 1);
	}
}

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_int_equal(prefix_parse(&prefix, text), OK);
	return prefix;
}

static struct recent_wish wish_for(const char *one, const char *other)
{
	struct recent_wish wish = { .to = EVER, .bytes_max = 1 << 20 };

	if (one)
		wish.party[wish.parties++] = prefix_of(one);
	if (other)
		wish.party[wish.parties++] = prefix_of(other);
	return wish;
}

struct seen {
	size_t count;
	usec_t ts[20000];
	struct frame last;
	uint8_t bytes[RECENT_SNAP_MAX]; /* of the last one */
};

static struct seen seen;

/* Cuts, reads what came of it, and returns what the cut says. */
static struct recent_cut cut(struct recent *recent, const struct recent_wish *wish)
{
	struct capture_trouble trouble;
	struct pcap_write file;
	struct capture *capture;
	struct recent_cut cut;

	seen.count = 0;
	assert_int_equal(recent_cut(recent, wish, &file, &cut), OK);
	assert_true(file.len <= wish->bytes_max);
	assert_int_equal(capture_open_memory(&capture, "cut", (struct span){ file.bytes, file.len },
					     &trouble),
			 OK);
	while (capture_read(capture, &seen.last, 1) == 1) {
		assert_true(seen.count < 20000);
		seen.ts[seen.count++] = seen.last.ts;
		memcpy(seen.bytes, seen.last.bytes.ptr, seen.last.bytes.len);
	}
	assert_int_equal(capture_trouble(capture)->err, OK);
	assert_int_equal(seen.count, cut.kept);
	capture_close(capture);
	pcap_write_free(&file);
	return cut;
}

static uint64_t concerned(struct recent *recent, const struct recent_wish *wish)
{
	struct pcap_write file;
	struct recent_cut cut;
	enum err err = recent_cut(recent, wish, &file, &cut);

	if (err == ERR_EMPTY)
		return 0;
	assert_int_equal(err, OK);
	pcap_write_free(&file);
	return cut.concerned;
}

static void test_whom(void **state)
{
	struct recent *recent = recent_new(ROOM, 512);
	struct recent_wish wish;

	(void)state;
	add_tcp(recent, "198.51.100.7", "203.0.113.5", 1000, 3);
	add_tcp(recent, "203.0.113.5", "198.51.100.7", 2000, 5);
	add_tcp(recent, "198.51.100.8", "203.0.113.5", 3000, 7);
	add_tcp(recent, "2001:db8::7", "2001:db8:1::5", 4000, 11);
	assert_int_equal(concerned(recent, &(struct recent_wish){ .to = EVER, .bytes_max = ROOM }),
			 26);
	wish = wish_for("203.0.113.5", NULL);
	assert_int_equal(concerned(recent, &wish), 15);
	wish = wish_for("198.51.100.7", "203.0.113.5");
	assert_int_equal(concerned(recent, &wish), 8);
	wish = wish_for("203.0.113.0/24", "198.51.100.8");
	assert_int_equal(concerned(recent, &wish), 7);
	wish = wish_for("2001:db8::/32", NULL);
	assert_int_equal(concerned(recent, &wish), 11);
	wish = wish_for("198.51.100.7", "198.51.100.8");
	assert_int_equal(concerned(recent, &wish), 0);
	recent_free(recent);
}

static void test_when_and_what(void **state)
{
	struct recent *recent = recent_new(ROOM, 512);
	struct recent_wish wish = wish_for("203.0.113.5", NULL);
	struct build b;
	struct frame frame;

	(void)state;
	add_tcp(recent, "198.51.100.7", "203.0.113.5", 1000, 10);
	build_begin(&b, "abcd", 4);
	wrap_udp(&b, 4000, 53);
	wrap_ip(&b, PROTO_UDP, "198.51.100.7", "203.0.113.5");
	wrap_ethernet(&b, 0x0800);
	frame = build_frame(&b, LINK_ETHERNET);
	frame.ts = 2000;
	recent_add(recent, &frame, 1);
	wish.from = 1003;
	wish.to = 1006;
	assert_int_equal(concerned(recent, &wish), 4);
	wish = wish_for("203.0.113.5", NULL);
	wish.proto = PROTO_UDP;
	assert_int_equal(concerned(recent, &wish), 1);
	wish.port = 53;
	assert_int_equal(concerned(recent, &wish), 1);
	wish.port = 54;
	assert_int_equal(concerned(recent, &wish), 0);
	recent_free(recent);
}

/* What a tunnel carries counts, too. */
static void test_tunnel(void **state)
{
	struct recent *recent = recent_new(ROOM, 512);
	struct recent_wish wish = wish_for("10.9.9.9", NULL);
	struct build b;
	struct frame frame;

	(void)state;
	build_begin(&b, "abcd", 4);
	wrap_udp(&b, 4000, 53);
	wrap_ip(&b, PROTO_UDP, "10.9.9.9", "10.9.9.8");
	wrap_ip(&b, PROTO_IPIP, "198.51.100.7", "203.0.113.5");
	wrap_ethernet(&b, 0x0800);
	frame = build_frame(&b, LINK_ETHERNET);
	recent_add(recent, &frame, 1);
	assert_int_equal(concerned(recent, &wish), 1);
	recent_free(recent);
}

/* The frame comes back as it was, but for what the ring does not keep. */
static void test_snap(void **state)
{
	struct recent *recent = recent_new(ROOM, 100);
	struct recent_wish wish = wish_for(NULL, NULL);
	uint8_t payload[1000];
	struct build b;
	struct frame frame;

	(void)state;
	memset(payload, 0x5a, sizeof(payload));
	build_begin(&b, payload, sizeof(payload));
	wrap_udp(&b, 4000, 53);
	wrap_ip(&b, PROTO_UDP, "198.51.100.7", "203.0.113.5");
	wrap_ethernet(&b, 0x0800);
	frame = build_frame(&b, LINK_ETHERNET);
	frame.ts = 77;
	recent_add(recent, &frame, 1);
	assert_int_equal(cut(recent, &wish).kept, 1);
	assert_int_equal(seen.last.ts, 77);
	assert_int_equal(seen.last.wire_len, 1042);
	assert_int_equal(seen.last.bytes.len, 100);
	assert_memory_equal(seen.bytes, frame.bytes.ptr, 100);
	recent_free(recent);
}

/* The ring goes round many times: the last frames are there, without a gap, as many as fit. */
static void test_round(void **state)
{
	struct recent *recent = recent_new(ROOM, 512);
	struct recent_wish wish = wish_for("198.51.100.7", NULL);
	size_t most = ROOM / (16 + 56), least = (ROOM - 65536) / (16 + 56) - 32;

	(void)state;
	wish.bytes_max = 4 * ROOM;
	assert_int_equal(concerned(recent, &wish), 0);
	add_tcp(recent, "198.51.100.7", "203.0.113.5", 0, 100000);
	(void)cut(recent, &wish);
	assert_in_range(seen.count, least, most);
	assert_int_equal(seen.ts[seen.count - 1], 99999);
	assert_int_equal(seen.ts[0], 100000 - (usec_t)seen.count);
	for (size_t i = 1; i < seen.count; i++)
		assert_int_equal(seen.ts[i], seen.ts[i - 1] + 1);
	recent_free(recent);
}

/* Too many: the first hundred, then evenly, to the end, and the file is nearly full. */
static void test_thin(void **state)
{
	struct recent *recent = recent_new(ROOM, 512);
	struct recent_wish wish = wish_for("198.51.100.7", NULL);
	struct recent_cut told;

	(void)state;
	wish.bytes_max = 24 + 200 * (16 + TCP) + 5;
	add_tcp(recent, "198.51.100.7", "203.0.113.5", 0, 100 + 10000);
	add_tcp(recent, "198.51.100.8", "203.0.113.5", 20000, 500); /* somebody else's */
	told = cut(recent, &wish);
	assert_int_equal(told.concerned, 10100);
	assert_int_equal(told.kept, 200);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(seen.ts[i], i);
	for (size_t i = 100; i < 200; i++) {
		assert_in_range(seen.ts[i] - seen.ts[i - 1], 99, 101);
	}
	assert_in_range(seen.ts[199], 10000, 10099);
	recent_free(recent);
}

static void test_little_room(void **state)
{
	struct recent *recent = recent_new(ROOM, 512);
	struct recent_wish wish = wish_for("198.51.100.7", NULL);
	struct pcap_write file;
	struct recent_cut told;

	(void)state;
	add_tcp(recent, "198.51.100.7", "203.0.113.5", 0, 300);
	wish.bytes_max = 24 + 30 * (16 + TCP);
	told = cut(recent, &wish);
	assert_int_equal(told.concerned, 300);
	assert_int_equal(told.kept, 30);
	wish.bytes_max = 24 + 16 + TCP - 1;
	assert_int_equal(recent_cut(recent, &wish, &file, &told), ERR_LIMIT);
	wish.bytes_max = 10;
	assert_int_equal(recent_cut(recent, &wish, &file, &told), ERR_LIMIT);
	recent_free(recent);
}

/* A file has one link type: the first frame's. */
static void test_links(void **state)
{
	struct recent *recent = recent_new(ROOM, 512);
	struct recent_wish wish = wish_for("198.51.100.7", NULL);
	struct build b;
	struct frame frame;

	(void)state;
	build_begin(&b, "abcd", 4);
	wrap_udp(&b, 4000, 53);
	wrap_ip(&b, PROTO_UDP, "198.51.100.7", "203.0.113.5");
	frame = build_frame(&b, LINK_RAW);
	recent_add(recent, &frame, 1);
	add_tcp(recent, "198.51.100.7", "203.0.113.5", 10, 3);
	recent_add(recent, &frame, 1);
	assert_int_equal(cut(recent, &wish).concerned, 2);
	assert_int_equal(seen.last.link, LINK_RAW);
	recent_free(recent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whom),
		cmocka_unit_test(test_when_and_what),
		cmocka_unit_test(test_tunnel),
		cmocka_unit_test(test_snap),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_thin),
		cmocka_unit_test(test_little_room),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
