/* test_sampler.c - what filters see of frames, and which samples are kept of quiet times and of now. */
#include "derive/sampler.h"
#include "filter_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ETHERNET 14
#define START    (1700000000 * USEC_PER_SEC)

/* --- frames */

static struct frame frame_of(uint16_t link, const uint8_t *bytes, size_t len)
{
	return (struct frame){ .ts = START, .wire_len = (uint32_t)len, .link = link, .bytes = { bytes, len } };
}

/* As the header of filter.h says it, read a second time by the tests. */
static void test_same_as_the_oracle(void **unused)
{
	uint8_t packet[TEST_PACKET], bytes[ETHERNET + TEST_PACKET] = { 0 };
	struct look look, expected;
	unsigned compared = 0;

	(void)unused;
	test_seed(11);
	for (unsigned i = 0; i < 20000; i++) {
		uint32_t len = test_packet(packet);
		struct frame frame;

		bytes[12] = packet[0] >> 4 == 4 ? 0x08 : 0x86;
		bytes[13] = packet[0] >> 4 == 4 ? 0x00 : 0xdd;
		memcpy(bytes + ETHERNET, packet, len);
		frame = frame_of(LINK_ETHERNET, bytes, ETHERNET + len);
		if (test_look(true, frame.bytes, &expected) != TEST_IP)
			continue;
		assert_true(look_of_frame(&frame, &look));
		assert_memory_equal(&look, &expected, sizeof(look));
		compared++;
	}
	assert_true(compared > 10000);
}

static const uint8_t ntp[] = {
	0x45, 0, 0, 36, 0, 0, 0, 0, 60, 17, 0, 0, 198, 51, 100, 7, 203, 0, 113, 80, /* IPv4 */
	0, 123, 4, 0, 0, 16, 0, 0,                                                  /* UDP */
	0x17, 0, 3, 42, 1, 2, 3, 4,
};

static void expect_ntp(uint16_t link, const uint8_t *before, size_t len)
{
	uint8_t bytes[80] = { 0 };
	struct frame frame = frame_of(link, bytes, len + sizeof(ntp));
	struct look look;

	if (len)
		memcpy(bytes, before, len);
	memcpy(bytes + len, ntp, sizeof(ntp));
	assert_true(look_of_frame(&frame, &look));
	assert_int_equal(look.proto, PROTO_UDP);
	assert_int_equal(look.from_port, 123);
	assert_int_equal(look.to_port, 1024);
	assert_int_equal(look.length, 36);
	assert_int_equal(look.ttl, 60);
	assert_int_equal(look.has, 8);
	assert_memory_equal(look.bytes, ntp + 28, 8);
	for (size_t cut = 0; cut < len + 28; cut++) { /* of what a filter looks at, nothing may be missing */
		frame.bytes.len = cut;
		assert_false(look_of_frame(&frame, &look));
	}
}

static void test_links(void **unused)
{
	static const uint8_t ethernet[14] = { [12] = 0x08 }, tagged[18] = { [12] = 0x81, [16] = 0x08 };
	static const uint8_t twice[22] = { [12] = 0x88, [13] = 0xa8, [16] = 0x81, [20] = 0x08 };
	static const uint8_t sll[16] = { [14] = 0x08 }, sll2[20] = { 0x08 }, null[4] = { 2 };
	static const uint8_t old[18] = { [12] = 0x91, [16] = 0x08 }, sll_tagged[20] = { [14] = 0x81, [18] = 0x08 };
	static const uint8_t four[30] = { [12] = 0x88, [13] = 0xa8, [16] = 0x81, [20] = 0x81, [24] = 0x81, [28] = 0x08 };
	/* RFC 2516: version and type 1, session data; PPP's number of IPv4 */
	static const uint8_t pppoe[22] = { [12] = 0x88, [13] = 0x64, [14] = 0x11, [19] = 38, [21] = 0x21 };
	static const uint8_t pppoe_tagged[26] = { [12] = 0x81, [16] = 0x88, [17] = 0x64, [18] = 0x11, [25] = 0x21 };
	static const uint8_t lcp[60] = { [12] = 0x88, [13] = 0x64, [14] = 0x11, [20] = 0xc0, [21] = 0x21, [22] = 0x45 };
	static const uint8_t discovery[60] = { [12] = 0x88, [13] = 0x64, [14] = 0x11, [15] = 9, [21] = 0x21, [22] = 0x45 };
	static const uint8_t arp[60] = { [12] = 0x08, [13] = 0x06 };
	struct frame frame = frame_of(LINK_ETHERNET, arp, sizeof(arp));
	struct look look;

	(void)unused;
	expect_ntp(LINK_ETHERNET, ethernet, sizeof(ethernet));
	expect_ntp(LINK_ETHERNET, tagged, sizeof(tagged));
	expect_ntp(LINK_ETHERNET, twice, sizeof(twice));
	expect_ntp(LINK_ETHERNET, old, sizeof(old));
	expect_ntp(LINK_ETHERNET, four, sizeof(four));
	expect_ntp(LINK_ETHERNET, pppoe, sizeof(pppoe));
	expect_ntp(LINK_ETHERNET, pppoe_tagged, sizeof(pppoe_tagged));
	expect_ntp(LINK_SLL, sll, sizeof(sll));
	expect_ntp(LINK_SLL, sll_tagged, sizeof(sll_tagged));
	expect_ntp(LINK_SLL2, sll2, sizeof(sll2));
	expect_ntp(LINK_NULL, null, sizeof(null));
	expect_ntp(LINK_RAW, NULL, 0);
	assert_false(look_of_frame(&frame, &look));
	frame.bytes.ptr = lcp;
	assert_false(look_of_frame(&frame, &look));
	frame.bytes.ptr = discovery;
	assert_false(look_of_frame(&frame, &look));
}

/* Packets that are broken behind the IP header are a flood like others; the hands find in them what is there. */
static void test_broken_transport(void **unused)
{
	const struct filter syns = test_filter_of("proto tcp to-port 80 flags S/SA"),
			    whole = test_filter_of("proto tcp header 20-60"), tcp = test_filter_of("proto tcp length 40"),
			    bytes = test_filter_of("proto tcp bytes 0:00/ff"), port = test_filter_of("proto udp from-port 0"),
			    udp = test_filter_of("proto udp length 24");
	uint8_t at[60] = { 0x45, [3] = 40, [8] = 60, [9] = PROTO_TCP, [12] = 198, [16] = 203, [23] = 80, [33] = TCP_SYN };
	struct frame frame = frame_of(LINK_RAW, at, 60);
	struct look look;

	(void)unused;
	for (unsigned words = 0; words < 16; words++) { /* a length of the TCP header that is too short, or too long */
		at[32] = (uint8_t)(words << 4);
		assert_true(look_of_frame(&frame, &look));
		assert_true(filter_match(&syns, &look) && filter_match(&tcp, &look));
		assert_int_equal(filter_match(&whole, &look), words >= 5);
		assert_false(filter_match(&bytes, &look));
	}
	at[3] = 24; /* of a UDP header there is only half, of its ports none */
	at[9] = PROTO_UDP;
	assert_true(look_of_frame(&frame, &look));
	assert_true(filter_match(&udp, &look));
	assert_false(filter_match(&port, &look) || filter_match(&bytes, &look));
	at[3] = 40; /* that the capture ends there is another thing */
	frame.bytes.len = 24;
	assert_false(look_of_frame(&frame, &look));
}

/* --- samples */

static struct home home;
static struct sampler *sampler;

/* UDP from 198.51.100.`source` (TCP with an ACK where `talks`) to 203.0.113.`target`. */
static void send(usec_t ts, uint8_t source, uint8_t target, bool talks)
{
	uint8_t bytes[40];
	struct frame frame = frame_of(LINK_RAW, bytes, sizeof(bytes));

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, ntp, 28);
	bytes[3] = 40;
	bytes[15] = source;
	bytes[19] = target;
	if (talks) {
		bytes[9] = PROTO_TCP;
		bytes[32] = 0x50;
		bytes[33] = TCP_ACK;
	}
	frame.ts = ts;
	sampler_frames(sampler, &frame, 1);
}

static int setup(void **unused)
{
	struct prefix prefix;

	(void)unused;
	memset(&home, 0, sizeof(home));
	if (prefix_parse(&prefix, "203.0.113.0/24") != OK || home_add(&home, &prefix) != OK)
		return 1;
	sampler = sampler_new(&home, 0);
	return sampler ? 0 : 1;
}

static int teardown(void **unused)
{
	(void)unused;
	sampler_free(sampler);
	return 0;
}

static struct prefix network(const char *text)
{
	struct prefix prefix = { .bits = 0 };

	assert_int_equal(prefix_parse(&prefix, text), OK);
	return prefix;
}

static void test_before_is_not_during(void **unused)
{
	struct prefix target = network("203.0.113.80");
	usec_t attack = START + 60 * USEC_PER_SEC;
	struct samples samples;

	(void)unused;
	for (usec_t t = START; t < attack; t += USEC_PER_SEC / 50)
		send(t, (uint8_t)(1 + t / USEC_PER_SEC % 20), 80, true);
	for (usec_t t = attack; t < attack + USEC_PER_SEC; t += 100)
		send(t, 200, 80, false);
	assert_true(sampler_take(sampler, &target, attack, &samples));
	assert_true(samples.during_count > 500 && samples.before_count > 500);
	for (size_t i = 0; i < samples.during_count; i++)
		assert_int_equal(samples.during[i].from.b[15], 200);
	for (size_t i = 0; i < samples.before_count; i++)
		assert_int_not_equal(samples.before[i].from.b[15], 200);
	assert_int_equal(samples.known_count, 20);
	assert_in_range(samples.normal_pps, 45, 55);
	/* It stays as it was, however long the attack goes on; and it may be asked for under a later beginning. */
	for (usec_t t = attack + USEC_PER_SEC; t < attack + 120 * USEC_PER_SEC; t += 1000)
		send(t, 200, 80, false);
	assert_true(sampler_take(sampler, &target, attack + 60 * USEC_PER_SEC, &samples));
	for (size_t i = 0; i < samples.before_count; i++)
		assert_int_not_equal(samples.before[i].from.b[15], 200);
	sampler_quiet(sampler, &target);
	for (usec_t t = attack + 200 * USEC_PER_SEC; t < attack + 2200 * USEC_PER_SEC; t += USEC_PER_SEC)
		send(t, 77, 80, false);
	assert_true(sampler_take(sampler, &target, attack + 2200 * USEC_PER_SEC - 1, &samples) || samples.before_count);
}

/* One that grows for 20 s before it is noticed is no quiet time; a burst that ended before stays one. */
static void test_a_slope_is_not_before(void **unused)
{
	struct prefix target = network("203.0.113.80");
	usec_t attack = START + 60 * USEC_PER_SEC;
	struct samples samples;
	unsigned burst = 0;

	(void)unused;
	for (usec_t t = START; t < attack; t += USEC_PER_SEC / 50)
		send(t, 9, 80, true);
	for (usec_t t = START + 20 * USEC_PER_SEC; t < START + 25 * USEC_PER_SEC; t += USEC_PER_SEC / 500)
		send(t, 10, 80, true);
	for (usec_t t = attack - 20 * USEC_PER_SEC; t < attack; t += USEC_PER_SEC / 400)
		send(t, 200, 80, false);
	for (usec_t t = attack; t < attack + USEC_PER_SEC; t += 500)
		send(t, 200, 80, false);
	assert_true(sampler_look(sampler, &target, attack, &samples));
	assert_true(samples.before_count > 500);
	assert_true(sampler_take(sampler, &target, attack, &samples));
	assert_true(samples.before_count > 500);
	for (size_t i = 0; i < samples.before_count; i++) {
		assert_int_not_equal(samples.before[i].from.b[15], 200);
		burst += samples.before[i].from.b[15] == 10;
	}
	assert_true(burst > 100);
	/* Time in captures may go back, and be of before 1970. */
	for (int i = 0; i < 20; i++)
		send(i % 2 ? attack - i * USEC_PER_SEC : -i * (usec_t)1000000000000, 9, 80, true);
	assert_true(sampler_take(sampler, &target, attack, &samples));
}

/* What `source` sent is among the samples so many times. */
static size_t sent_by(const struct look *looks, size_t count, uint8_t source)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += looks[i].from.b[15] == source;
	return found;
}

/* One packet every `gap` from `from` until `until`. */
static void send_all(usec_t from, usec_t until, usec_t gap, uint8_t source, uint8_t target)
{
	for (usec_t t = from; t < until; t += gap)
		send(t, source, target, source < 200);
}

/* What is usual is not told from the seconds of the attack before it was noticed. */
static void test_the_usual_rate_is_before(void **unused)
{
	struct prefix target = network("203.0.113.80");
	usec_t attack = START + 58 * USEC_PER_SEC + USEC_PER_SEC / 2;
	struct samples samples;

	(void)unused;
	send_all(START, attack, USEC_PER_SEC / 50, 9, 80);
	send_all(attack, attack + 3 * USEC_PER_SEC, 100, 200, 80);
	assert_true(sampler_look(sampler, &target, attack, &samples));
	assert_in_range(samples.normal_pps, 45, 55);
	assert_true(sampler_take(sampler, &target, attack, &samples));
	assert_in_range(samples.normal_pps, 45, 55);
	send_all(attack + 3 * USEC_PER_SEC, attack + 100 * USEC_PER_SEC, 1000, 200, 80);
	assert_true(sampler_take(sampler, &target, attack, &samples));
	assert_in_range(samples.normal_pps, 45, 55);
}

/* Nor is the beginning of one attack a quiet time before the next one. */
static void test_waves(void **unused)
{
	struct prefix target = network("203.0.113.80");
	struct samples samples;
	usec_t t = START;

	(void)unused;
	for (int wave = 0; wave < 4; wave++) {
		send_all(t, t + 60 * USEC_PER_SEC, USEC_PER_SEC / 50, 9, 80);
		t += 60 * USEC_PER_SEC;
		send_all(t, t + 2 * USEC_PER_SEC, 500, 200, 80);
		assert_true(sampler_take(sampler, &target, t, &samples));
		assert_true(samples.before_count > 500);
		assert_int_equal(sent_by(samples.before, samples.before_count, 200), 0);
		assert_in_range(samples.normal_pps, 45, 55);
		send_all(t + 2 * USEC_PER_SEC, t + 10 * USEC_PER_SEC, 500, 200, 80);
		t += 10 * USEC_PER_SEC;
		sampler_quiet(sampler, &target);
	}
}

/* An attack on one address is no quiet time of its network, and the other way round. */
static void test_attacked_within(void **unused)
{
	struct prefix one = network("203.0.113.80"), all = network("203.0.113.0/24");
	const usec_t first = START + 60 * USEC_PER_SEC, second = first + 100 * USEC_PER_SEC,
		     third = second + 100 * USEC_PER_SEC;
	struct samples samples;

	(void)unused;
	for (usec_t t = START; t < third; t += USEC_PER_SEC / 50) { /* customers of two addresses, all the time */
		send(t, 9, 80, true);
		send(t + 1, 9, 81, true);
		if (t < first)
			continue;
		if (t < second) { /* a flood on one, to which most of its network goes */
			send_all(t + 2, t + USEC_PER_SEC / 50, 500, 200, 80);
			if (t == first + 2 * USEC_PER_SEC)
				assert_true(sampler_take(sampler, &one, first, &samples));
			continue;
		}
		if (t == second)
			sampler_quiet(sampler, &one);
		send_all(t + 2, t + USEC_PER_SEC / 50, 1000, 201, (uint8_t)(t / 20000 % 256)); /* then on all of them */
		if (t == second + 2 * USEC_PER_SEC) {
			assert_true(sampler_take(sampler, &all, second, &samples));
			assert_true(samples.before_count > 500);
			assert_int_equal(sent_by(samples.before, samples.before_count, 200), 0);
			assert_int_equal(sent_by(samples.before, samples.before_count, 201), 0);
			assert_in_range(samples.normal_pps, 45, 105); /* while one was attacked only the other's counted */
		}
	}
	sampler_quiet(sampler, &all);
	send_all(third, third + 2 * USEC_PER_SEC, 500, 201, 81); /* and on the other */
	one = network("203.0.113.81");
	assert_true(sampler_take(sampler, &one, third, &samples));
	assert_true(samples.before_count > 500);
	assert_int_equal(sent_by(samples.before, samples.before_count, 201), 0);
	assert_in_range(samples.normal_pps, 45, 55);
}

/* Whoever sends two kinds of packets in turn shows both. */
static void test_turns(void **unused)
{
	struct prefix target = network("203.0.113.80");
	struct samples samples;

	(void)unused;
	for (unsigned i = 0; i < 500000; i++)
		send(START + i, i % 2 ? 200 : 201, 80, false);
	assert_true(sampler_take(sampler, &target, START, &samples));
	assert_true(samples.during_count > 500);
	assert_true(sent_by(samples.during, samples.during_count, 200) > samples.during_count / 4);
	assert_true(sent_by(samples.during, samples.during_count, 201) > samples.during_count / 4);
}

/* A target that is wider than any own network is found in the busiest of them. */
static void test_wider_than_home(void **unused)
{
	struct prefix wide = network("203.0.112.0/22");
	struct samples samples;

	(void)unused;
	send_all(START, START + 60 * USEC_PER_SEC, USEC_PER_SEC / 50, 9, 80);
	send_all(START + 60 * USEC_PER_SEC, START + 62 * USEC_PER_SEC, 500, 200, 80);
	assert_true(sampler_take(sampler, &wide, START + 60 * USEC_PER_SEC, &samples));
	assert_true(samples.before_count > 500 && samples.during_count > 500);
	assert_int_equal(sent_by(samples.before, samples.before_count, 200), 0);
	sampler_quiet(sampler, &wide);
	send_all(START + 100 * USEC_PER_SEC, START + 160 * USEC_PER_SEC, USEC_PER_SEC / 50, 10, 80);
	assert_true(sampler_look(sampler, &wide, START + 160 * USEC_PER_SEC, &samples));
	assert_true(sent_by(samples.before, samples.before_count, 10) > 100);
}

/* Whoever only looks stops nothing: quiet times go on to be learned. */
static void test_a_look_freezes_nothing(void **unused)
{
	struct prefix target = network("203.0.113.80"), all = { .bits = 0 };
	struct samples first, later;
	usec_t t = START;
	size_t learned;

	(void)unused;
	for (; t < START + 5 * USEC_PER_SEC; t += USEC_PER_SEC / 50)
		send(t, 9, 80, true);
	assert_true(sampler_look(sampler, &target, t - USEC_PER_SEC, &first));
	learned = first.before_count;
	assert_true(first.during_count > 0 && learned > 0);
	for (; t < START + 10 * USEC_PER_SEC; t += USEC_PER_SEC / 50)
		send(t, 9, 80, true);
	assert_true(sampler_look(sampler, &target, t - USEC_PER_SEC, &later));
	assert_true(later.before_count > learned);
	/* Where nobody says when, or where: what is normal is known all the same. */
	assert_true(sampler_look(sampler, &target, t + USEC_PER_SEC, &later));
	assert_true(later.during_count == 0 && later.before_count > learned);
	assert_true(sampler_look(sampler, &all, t + USEC_PER_SEC, &later));
	assert_true(later.before_count > learned);
	assert_true(sampler_look(sampler, &target, t - USEC_PER_SEC, &later));
	/* During an attack it sees what was before the attack, whatever it is asked for. */
	learned = later.before_count;
	assert_true(sampler_take(sampler, &target, t - USEC_PER_SEC, &later));
	for (; t < START + 20 * USEC_PER_SEC; t += USEC_PER_SEC / 50)
		send(t, 200, 80, false);
	assert_true(sampler_look(sampler, &target, t - USEC_PER_SEC, &later));
	assert_int_equal(later.before_count, learned);
}

static void test_a_network_is_gathered(void **unused)
{
	struct prefix whole = network("203.0.113.0/24"), part = network("203.0.113.128/25"),
		      other = network("198.51.100.0/24");
	struct samples samples;

	(void)unused;
	for (unsigned i = 0; i < 20000; i++)
		send(START + i * 100, 9, (uint8_t)i, false);
	assert_true(sampler_take(sampler, &whole, START, &samples));
	assert_true(samples.during_count > 500);
	assert_true(sampler_take(sampler, &part, START, &samples));
	for (size_t i = 0; i < samples.during_count; i++)
		assert_true(samples.during[i].to.b[15] >= 128);
	assert_false(sampler_take(sampler, &other, START, &samples));
}

/* A million packets a second are looked at one in many, whatever their addresses. */
static void test_flood_is_thinned(void **unused)
{
	struct prefix target = network("203.0.113.80");
	struct samples samples;

	(void)unused;
	for (unsigned i = 0; i < 1000000; i++)
		send(START + i, (uint8_t)(i * 7), (uint8_t)(i % 3 ? 80 : i), false);
	assert_true(sampler_take(sampler, &target, START, &samples));
	/* If each had been looked at, the last thousand would be of the last millisecond. */
	assert_true(samples.during_count > 100);
	assert_true(samples.during_count <= 1024 && samples.before_count == 0);
	/* How many there were is known all the same: two thirds of a million, and some of the others. */
	assert_true(samples.during_pps > 600000 && samples.during_pps < 750000);
}

static void test_own_talk_is_not_sampled(void **unused)
{
	struct prefix target = network("203.0.113.80"), away = network("192.0.2.1");
	uint8_t bytes[40] = { 0 };
	struct frame frame = frame_of(LINK_RAW, bytes, sizeof(bytes));
	struct samples samples;

	(void)unused;
	memcpy(bytes, ntp, 28);
	memcpy(bytes + 12, (uint8_t[]){ 203, 0, 113, 7 }, 4);
	sampler_frames(sampler, &frame, 1);
	assert_false(sampler_take(sampler, &target, START, &samples));
	assert_false(sampler_take(sampler, &away, START, &samples));
	sampler_quiet(sampler, &away);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_the_oracle),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_broken_transport),
		cmocka_unit_test_setup_teardown(test_before_is_not_during, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_slope_is_not_before, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_usual_rate_is_before, setup, teardown),
		cmocka_unit_test_setup_teardown(test_waves, setup, teardown),
		cmocka_unit_test_setup_teardown(test_attacked_within, setup, teardown),
		cmocka_unit_test_setup_teardown(test_turns, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wider_than_home, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_look_freezes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_network_is_gathered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood_is_thinned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_talk_is_not_sampled, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
