/*
 * test_community_id.c - Community ID v1 against the specification's published values and against
 * values computed apart from Hinomi (Python: hashlib.sha1, base64, socket.inet_pton).
 */
#include "packet_test.h"

#include "model/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The key that decode_frame() makes of a packet: for ICMP, ports are type and code. */
static struct flow_key key_of(const char *from, const char *to, enum ip_proto proto,
			      const uint16_t ports[2])
{
	struct decoder decoder = {0};
	struct packet packets[DECODE_PACKETS];
	struct build b;
	struct frame frame;

	build_begin(&b, "", 0);
	if (proto == PROTO_TCP)
		wrap_tcp(&b, ports[0], ports[1], TCP_SYN);
	else if (proto == PROTO_UDP)
		wrap_udp(&b, ports[0], ports[1]);
	else if (proto == PROTO_ICMP || proto == PROTO_ICMP6)
		wrap_icmp(&b, ports[0], ports[1]);
	wrap_ip(&b, proto, from, to);
	frame = build_frame(&b, LINK_RAW);
	assert_int_equal(decode_frame(&decoder, &frame, packets), 1);
	return packets[0].key;
}

static void test_both_directions(void **state)
{
	static const struct {
		const char *from, *to;
		enum ip_proto proto;
		uint16_t ports[2];
		const char *id;
	} cases[] = {
		/* published with the specification */
		{"128.232.110.120",
		 "66.35.250.204",
		 PROTO_TCP,
		 {34855, 80},
		 "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"192.168.1.52",
		 "8.8.8.8",
		 PROTO_UDP,
		 {54585, 53},
		 "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
		/* computed apart */
		{"2001:db8::1",
		 "2001:db8::2",
		 PROTO_TCP,
		 {40000, 443},
		 "1:RYG3Msb11GthNt1OYXJouPzmrvA="},
		{"2001:db8::2",
		 "fe80::1",
		 PROTO_UDP,
		 {5353, 5353},
		 "1:6E0AL32Kfbo52II/B4Apq3Uq0QQ="},
		{"10.0.0.1",
		 "10.0.0.1",
		 PROTO_TCP,
		 {9000, 80}, /* ordered by port */
		 "1:h7TinaUh4GjLw6QxFuNrAT0ci7Y="},
	};
	char text[COMMUNITY_ID_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const uint16_t back[2] = {cases[i].ports[1], cases[i].ports[0]};
		struct flow_key there = key_of(cases[i].from, cases[i].to, cases[i].proto,
					       cases[i].ports);
		struct flow_key here = key_of(cases[i].to, cases[i].from, cases[i].proto, back);

		assert_string_equal(community_id(&there, text), cases[i].id);
		assert_string_equal(community_id(&here, text), cases[i].id);
		assert_memory_equal(&there, &here, sizeof(there));
	}
}

static void test_icmp(void **state)
{
	static const uint16_t echo[2] = {8, 0}, reply[2] = {0, 0}, unreachable[2] = {3, 1};
	static const uint16_t echo6[2] = {128, 0}, reply6[2] = {129, 0}, gone6[2] = {1, 4};
	struct flow_key key;
	char text[COMMUNITY_ID_TEXT];

	(void)state;
	/* an echo and its answer are one conversation: published with the specification */
	key = key_of("192.168.0.89", "192.168.0.1", PROTO_ICMP, echo);
	assert_string_equal(community_id(&key, text), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=");
	key = key_of("192.168.0.1", "192.168.0.89", PROTO_ICMP, reply);
	assert_string_equal(community_id(&key, text), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=");
	/* computed apart; an error has no answer and keeps its direction */
	key = key_of("192.168.0.1", "192.168.0.89", PROTO_ICMP, unreachable);
	assert_string_equal(community_id(&key, text), "1:o3zT92uTgnRWv/YrDVeXcWumpC4=");
	key = key_of("192.168.0.89", "192.168.0.1", PROTO_ICMP, unreachable);
	assert_string_not_equal(community_id(&key, text), "1:o3zT92uTgnRWv/YrDVeXcWumpC4=");
	key = key_of("2001:db8::9", "2001:db8::2", PROTO_ICMP6, echo6);
	assert_string_equal(community_id(&key, text), "1:e9hXp21cNAB4lrRtT9KS1keOau8=");
	key = key_of("2001:db8::2", "2001:db8::9", PROTO_ICMP6, reply6);
	assert_string_equal(community_id(&key, text), "1:e9hXp21cNAB4lrRtT9KS1keOau8=");
	key = key_of("2001:db8::9", "2001:db8::2", PROTO_ICMP6, gone6);
	assert_string_equal(community_id(&key, text), "1:BVnPJsdVKeE7CinOVlzqE3V2SnU=");
}

/* Without ports only the addresses and the protocol are hashed. */
static void test_portless(void **state)
{
	static const uint16_t none[2] = {0, 0};
	struct flow_key key = key_of("192.0.2.1", "198.51.100.1", PROTO_GRE, none);
	char text[COMMUNITY_ID_TEXT];

	(void)state;
	assert_string_equal(community_id(&key, text), "1:I8wO2aQInH1H6WTXx7bwq7F/m20=");
	key = key_of("198.51.100.1", "192.0.2.1", PROTO_GRE, none);
	assert_string_equal(community_id(&key, text), "1:I8wO2aQInH1H6WTXx7bwq7F/m20=");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_directions),
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_portless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
