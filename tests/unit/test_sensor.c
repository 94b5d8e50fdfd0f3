/*
 * test_sensor.c - datagrams, fragments and ARP, and that workers together tell what one would.
 */
#include "sensor_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_udp_answered(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	say_udp(t, "198.51.100.7:5000", "10.0.0.5:53", "0123 question");
	say_udp(t, "10.0.0.5:53", "198.51.100.7:5000", "01\x81\x80 answer");
	say_udp(t, "198.51.100.7:5000", "10.0.0.5:53", "0123 question");
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 1);
	assert_int_equal(f->flows[0].state & (FLOW_ANSWERED | FLOW_INITIATOR),
			 FLOW_ANSWERED | FLOW_INITIATOR);
	assert_int_equal(f->flows[0].packets[0], 1);
	assert_int_equal(f->flows[0].packets[1], 2);
	assert_int_equal(f->tally_count, 1); /* the first packet, before it was answered */
	assert_int_equal(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_UDP)->packets, 1);
	assert_int_equal(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_UDP)->answered, 1);
	assert_int_equal(probe_of(f, "198.51.100.7", PROBE_UDP)->attempts, 1);
	assert_int_equal(probe_of(f, "198.51.100.7", PROBE_UDP)->answered, 1);
	free(f);
	traffic_free(t);
}

static void test_udp_unanswered(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	for (unsigned i = 0; i < 10; i++)
		say_udp(t, "198.51.100.7:5000", "10.0.0.5:9999", "0123456789");
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 1);
	assert_int_equal(f->flows[0].packets[1], 10);
	assert_int_equal(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_UDP)->packets, 10);
	assert_int_equal(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_UDP)->answered, 0);
	assert_int_equal(probe_of(f, "198.51.100.7", PROBE_UDP)->attempts, 1);
	free(f);
	traffic_free(t);
}

/* An answer nobody asked for is a reflection; a question from the same port is not. */
static void test_reflection(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	say_udp(t, "198.51.100.7:53", "10.0.0.5:4444", "01\x81\x80 answer");
	say_udp(t, "198.51.100.8:53", "10.0.0.6:4444", "01\x01\x20 question");
	f = facts_of(t, 1);
	assert_non_null(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_DNS));
	assert_non_null(tally_of(f, "10.0.0.6", ROLE_TARGET, VECTOR_UDP));
	assert_int_equal(f->tally_count, 2);
	assert_null(probe_of(f, "198.51.100.7", PROBE_UDP));
	assert_non_null(probe_of(f, "198.51.100.8", PROBE_UDP));
	free(f);
	traffic_free(t);
}

/* A fragment of a datagram: the first has the UDP header. */
static void say_fragment(struct traffic *t, const char *from, const char *to, unsigned id,
			 unsigned offset)
{
	struct build b;

	build_begin(&b,
		    "01\x81\x80"
		    "5678901234567890",
		    20);
	if (offset == 0) {
		wrap_udp(&b, 53, 4444);
		*build_at(&b, 4) = 4; /* the datagram is 1024 bytes or so */
	}
	wrap_ip(&b, PROTO_UDP, from, to);
	*build_at(&b, 4) = (uint8_t)(id >> 8);
	*build_at(&b, 5) = (uint8_t)id;
	*build_at(&b, 6) = 0x20;
	*build_at(&b, 7) = (uint8_t)offset;
	wrap_ethernet(&b, 0x0800);
	say(t, &b);
}

static void test_fragments(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	say_fragment(t, "198.51.100.7", "10.0.0.5", 1, 0);
	say_fragment(t, "198.51.100.7", "10.0.0.5", 1, 4);
	say_fragment(t, "198.51.100.7", "10.0.0.5", 1, 8);
	say_fragment(t, "198.51.100.7", "10.0.0.5", 2, 4); /* of another, whose first is unknown */
	f = facts_of(t, 1);
	assert_int_equal(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_DNS)->packets, 3);
	assert_int_equal(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_FRAGMENT)->packets, 1);
	assert_int_equal(f->tally_count, 2);
	assert_int_equal(f->run.udp, 4);
	free(f);
	traffic_free(t);
}

/* The fragments of an answer that was asked for count for nothing. */
static void test_fragments_asked(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	say_udp(t, "10.0.0.5:4444", "198.51.100.7:53", "0123 question");
	say_udp(t, "198.51.100.7:53", "10.0.0.5:4444", "01\x81\x80 answer");
	say_fragment(t, "198.51.100.7", "10.0.0.5", 9, 0);
	say_fragment(t, "198.51.100.7", "10.0.0.5", 9, 4);
	f = facts_of(t, 1);
	assert_null(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_DNS));
	assert_null(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_FRAGMENT));
	free(f);
	traffic_free(t);
}

static void test_ping_arp(void **state)
{
	struct traffic *t = traffic_new();
	struct build b;
	struct facts *f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		build_begin(&b, "\0\1\0\1abcd", 8);
		wrap_icmp(&b, i % 2 ? 0 : 8, 0);
		wrap_ip(&b, PROTO_ICMP, i % 2 ? "10.0.0.5" : "198.51.100.7",
			i % 2 ? "198.51.100.7" : "10.0.0.5");
		wrap_ethernet(&b, 0x0800);
		say(t, &b);
	}
	for (unsigned i = 1; i <= 20; i++) {
		char target[32];

		snprintf(target, sizeof(target), "10.0.1.%u", i);
		build_begin(&b, "", 0);
		wrap_arp(&b, 1, "10.0.0.66", target);
		wrap_ethernet(&b, 0x0806);
		say(t, &b);
		if (i > 5)
			continue;
		build_begin(&b, "", 0);
		wrap_arp(&b, 2, target, "10.0.0.66");
		wrap_ethernet(&b, 0x0806);
		say(t, &b);
	}
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 1);
	assert_int_equal(tally_of(f, "10.0.0.5", ROLE_TARGET, VECTOR_ICMP)->packets, 2);
	assert_int_equal(probe_of(f, "198.51.100.7", PROBE_ICMP)->attempts, 1);
	assert_int_equal(probe_of(f, "198.51.100.7", PROBE_ICMP)->answered, 1);
	assert_int_equal(probe_of(f, "10.0.0.66", PROBE_ARP)->attempts, 20);
	assert_int_equal(probe_of(f, "10.0.0.66", PROBE_ARP)->answered, 5);
	assert_int_equal(f->run.icmp, 4);
	assert_int_equal(f->run.ip4, 4); /* ARP is not IP */
	free(f);
	traffic_free(t);
}

static struct traffic *mixed_traffic(void)
{
	struct traffic *t = traffic_new();
	uint64_t r = 99;

	for (unsigned i = 0; i < 3000; i++) {
		char from[40], to[40];

		r = r * 6364136223846793005ull + 1442695040888963407ull;
		snprintf(from, sizeof(from), "198.51.%u.%u:%u", (unsigned)(r >> 60) & 1,
			 (unsigned)(r >> 40) & 63, 1024 + ((unsigned)(r >> 30) & 31));
		snprintf(to, sizeof(to), "10.0.0.%u:%u", (unsigned)(r >> 35) & 7,
			 r >> 63 ? 53u : 80u);
		switch (r >> 57 & 7) {
		case 0:
		case 1:
			say_tcp(t, from, to, TCP_SYN, (unsigned)i, "");
			break;
		case 2:
			say_tcp(t, to, from, TCP_SYN | TCP_ACK, 1, "");
			break;
		case 3:
			say_tcp(t, from, to, TCP_PSH | TCP_ACK, i, "GET /x?a=1 HTTP/1.1\r\n\r\n");
			break;
		case 4:
			say_udp(t, from, to, "0123 question");
			break;
		case 5:
			say_udp(t, to, from, "01\x81\x80 answer");
			break;
		case 6: /* first and later fragments hash to different workers */
			to[strcspn(to, ":")] = from[strcspn(from, ":")] = '\0';
			say_fragment(t, from, to, i & 15, (unsigned)(r >> 20) % 3 * 4);
			break;
		case 7:
			say_tcp(t, from, to, TCP_RST, 0, "");
			break;
		}
	}
	return t;
}

static void same_probe(const struct probe *a, const struct probe *b)
{
	assert_non_null(b);
	assert_int_equal(a->packets, b->packets);
	assert_int_equal(a->attempts, b->attempts);
	assert_int_equal(a->answered, b->answered);
	assert_int_equal(a->refused, b->refused);
	assert_int_equal(a->to_home, b->to_home);
	assert_int_equal(a->bytes, b->bytes);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->last, b->last);
	assert_int_equal(a->counted, b->counted);
	if (a->attempts == 1) {
		assert_true(ip_equal(&a->first_host, &b->first_host));
		assert_int_equal(a->first_port, b->first_port);
	}
	if (a->counted) {
		assert_memory_equal(&a->hosts, &b->hosts, sizeof(a->hosts));
		assert_memory_equal(&a->pairs, &b->pairs, sizeof(a->pairs));
	}
}

static void same_tally(const struct tally *a, const struct tally *b)
{
	assert_non_null(b);
	assert_int_equal(a->packets, b->packets);
	assert_int_equal(a->answered, b->answered);
	assert_int_equal(a->bytes, b->bytes);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->last, b->last);
	assert_int_equal(a->port_bits, b->port_bits);
	assert_int_equal(a->counted, b->counted);
	if (a->counted)
		assert_memory_equal(&a->peers, &b->peers, sizeof(a->peers));
	assert_memory_equal(&a->port.agree, &b->port.agree, sizeof(a->port.agree));
}

static void same_facts(const struct facts *one, const struct facts *other)
{
	char text[IP_TEXT];

	assert_int_equal(one->tally_count, other->tally_count);
	assert_int_equal(one->probe_count, other->probe_count);
	assert_int_equal(one->flow_count, other->flow_count);
	for (size_t i = 0; i < one->tally_count; i++) {
		const struct tally *a = &one->tallies[i];

		same_tally(a, tally_of(other, ip_text(&a->ip, text), (enum tally_role)a->role,
				       (enum vector)a->vector));
	}
	for (size_t i = 0; i < one->probe_count; i++) {
		const struct probe *a = &one->probes[i];

		same_probe(a, probe_of(other, ip_text(&a->ip, text), (enum probe_kind)a->kind));
	}
	assert_int_equal(one->run.tcp, other->run.tcp);
	assert_int_equal(one->run.udp, other->run.udp);
	assert_int_equal(one->run.ip4, other->run.ip4);
	assert_int_equal(one->run.flows, other->run.flows);
	assert_int_equal(one->in, other->in);
	assert_int_equal(one->out, other->out);
	assert_memory_equal(&one->run.anomalies, &other->run.anomalies,
			    sizeof(one->run.anomalies));
}

/* Three workers' facts, merged, are those of one. */
static void test_workers(void **state)
{
	struct traffic *t = mixed_traffic();
	struct facts *one = facts_of(t, 1), *three = facts_of(t, 3);

	(void)state;
	assert_true(one->tally_count > 30 && one->probe_count > 50 && one->flow_count > 300);
	assert_int_equal(one->run.ip4, 3000);
	same_facts(one, three);
	free(one);
	free(three);
	traffic_free(t);
}

/* Conversations that go on, with a little of everything that must leave the fast way. */
static struct traffic *steady_traffic(void)
{
	static const unsigned odd[] = { TCP_FIN | TCP_ACK, TCP_RST, TCP_SYN, TCP_URG | TCP_ACK, 0,
					TCP_SYN | TCP_ACK };
	struct traffic *t = traffic_new();
	uint64_t r = 7;

	for (unsigned i = 0; i < 6000; i++) {
		char from[40];
		bool up;

		r = r * 6364136223846793005ull + 1442695040888963407ull;
		snprintf(from, sizeof(from), "198.51.100.%u:5000", (unsigned)(r >> 40) & 15);
		up = r >> 50 & 1;
		if (i < 64 || (r >> 52 & 127) == 0)
			say_tcp(t, up ? from : "10.0.0.5:80", up ? "10.0.0.5:80" : from,
				odd[(r >> 30) % 6], i, "");
		else if ((r >> 52 & 7) == 1)
			say_udp(t, up ? from : "10.0.0.5:9999", up ? "10.0.0.5:9999" : from, "x y");
		else
			say_tcp(t, up ? from : "10.0.0.5:80", up ? "10.0.0.5:80" : from, TCP_ACK, i,
				r >> 51 & 1 ? "more" : "");
	}
	return t;
}

/* SYNs to two targets beyond what makes them flooded: from new sources, from known ones, from forged
 * addresses of ours, to changing ports, repeated, and with other packets between them. */
static struct traffic *flood_traffic(void)
{
	struct traffic *t = traffic_new();
	uint64_t r = 3;

	for (unsigned i = 0; i < 24000; i++) {
		char from[40], to[40];

		r = r * 6364136223846793005ull + 1442695040888963407ull;
		snprintf(from, sizeof(from), "%u.%u.%u.%u:%u", (r >> 60) == 0 ? 10 : 198,
			 (r >> 59 & 31) == 3 ? 0 : (unsigned)(r >> 20) & 255,
			 (r >> 59 & 31) == 3 ? 0 : (unsigned)(r >> 30) & 255,
			 (unsigned)(r >> 40) & 255, 1024 + ((unsigned)(r >> 48) & 1));
		snprintf(to, sizeof(to), "10.0.0.%u:%u", r >> 50 & 1 ? 5u : 6u,
			 (r >> 51 & 63) == 0 ? 8080u : 80u);
		if ((r >> 53 & 15) == 0)
			say_tcp(t, to, from, TCP_SYN | TCP_ACK, 1, "");
		else if ((r >> 53 & 15) == 1)
			say_tcp(t, from, to, r >> 52 & 1 ? TCP_ACK : TCP_RST, i + 1, "");
		else
			say_tcp(t, from, to, TCP_SYN, i, "");
		if ((r >> 57 & 31) == 0)
			say_tcp(t, from, to, TCP_SYN, i, "");
	}
	return t;
}

/* The fast ways give what the long way gives. */
static void test_fast_ways(void **state)
{
	struct traffic *(*const traffics[])(void) = { mixed_traffic, steady_traffic, flood_traffic };

	(void)state;
	for (size_t i = 0; i < sizeof(traffics) / sizeof(traffics[0]); i++) {
		struct traffic *t = traffics[i]();
		struct facts *fast = facts_of(t, 1), *plain = facts_plain(t);

		same_facts(fast, plain);
		assert_memory_equal(fast->flows, plain->flows,
				    fast->flow_count * sizeof(fast->flows[0]));
		free(fast);
		free(plain);
		traffic_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_udp_answered),    cmocka_unit_test(test_udp_unanswered),
		cmocka_unit_test(test_reflection),      cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_fragments_asked), cmocka_unit_test(test_ping_arp),
		cmocka_unit_test(test_workers),         cmocka_unit_test(test_fast_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
