/*
 * test_sensor_tcp.c - TCP conversations from hand-made packets: which make a flow, which count as
 * attempts, and which belong to nothing.
 */
#include "sensor_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define CLIENT    "198.51.100.7:40000"
#define CLIENT_IP "198.51.100.7"
#define SERVER    "10.0.0.5:80"
#define SERVER_IP "10.0.0.5"
#define PA        (TCP_ACK | TCP_PSH)
#define FA        (TCP_FIN | TCP_ACK)

static void handshake(struct traffic *t, const char *client, const char *server)
{
	say_tcp(t, client, server, TCP_SYN, 100, "");
	say_tcp(t, server, client, TCP_SYN | TCP_ACK, 500, "");
	say_tcp(t, client, server, TCP_ACK, 101, "");
}

static void test_conversation(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;
	const struct flow *flow;
	const struct tally *tally;
	const struct probe *probe;

	(void)state;
	handshake(t, CLIENT, SERVER);
	say_tcp(t, CLIENT, SERVER, PA, 101, "GET / HTTP/1.1\r\n\r\n");
	say_tcp(t, SERVER, CLIENT, PA, 501, "HTTP/1.1 200 OK\r\n\r\n");
	say_tcp(t, CLIENT, SERVER, FA, 119, "");
	say_tcp(t, SERVER, CLIENT, FA, 520, "");
	say_tcp(t, CLIENT, SERVER, TCP_ACK, 120, "");
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 1);
	flow = &f->flows[0];
	/* 10.0.0.5 is the lower address: end 0 */
	assert_int_equal(flow->key.port[0], 80);
	assert_int_equal(flow->packets[1], 5);
	assert_int_equal(flow->packets[0], 3);
	assert_int_equal(flow->bytes[1], 5 * 54 + 18);
	assert_int_equal(flow->bytes[0], 3 * 54 + 19);
	assert_int_equal(flow->payload_bytes[1], 18);
	assert_int_equal(flow->payload_bytes[0], 19);
	assert_int_equal(flow->app, APP_HTTP);
	assert_int_equal(
		flow->state & (FLOW_ANSWERED | FLOW_HANDSHAKE | FLOW_CLOSED | FLOW_INITIATOR |
			       FLOW_RESET | FLOW_ONE_SIDED | FLOW_HOME0 | FLOW_HOME1),
		FLOW_ANSWERED | FLOW_HANDSHAKE | FLOW_CLOSED | FLOW_INITIATOR | FLOW_HOME0);
	assert_int_equal(flow->tcp_flags[1], TCP_SYN | TCP_ACK | TCP_PSH | TCP_FIN);
	assert_int_equal(flow->last - flow->first, 7000);
	tally = tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_SYN);
	assert_int_equal(tally->packets, 1);
	assert_int_equal(tally->answered, 1);
	assert_int_equal(tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_HTTP)->packets, 1);
	assert_int_equal(f->tally_count, 2); /* nothing else was unasked for */
	probe = probe_of(f, CLIENT_IP, PROBE_TCP);
	assert_int_equal(probe->attempts, 1);
	assert_int_equal(probe->answered, 1);
	assert_int_equal(probe->refused, 0);
	assert_int_equal(probe->to_home, 1);
	assert_int_equal(f->probe_count, 1);
	assert_int_equal(f->run.tcp, 8);
	assert_int_equal(f->run.ip4, 8);
	free(f);
	traffic_free(t);
}

static void test_reset(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	handshake(t, CLIENT, SERVER);
	say_tcp(t, SERVER, CLIENT, TCP_RST | TCP_ACK, 501, "");
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 1);
	assert_int_equal(f->flows[0].state & (FLOW_CLOSED | FLOW_RESET), FLOW_CLOSED | FLOW_RESET);
	assert_null(tally_of(f, CLIENT_IP, ROLE_TARGET, VECTOR_RST)); /* it belongs to it */
	assert_null(tally_of(f, SERVER_IP, ROLE_SOURCE, VECTOR_RST));
	free(f);
	/* after the end, further ones are stray */
	for (unsigned i = 0; i < 3; i++)
		say_tcp(t, CLIENT, SERVER, TCP_RST, 101, "");
	f = facts_of(t, 1);
	assert_int_equal(tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_RST)->packets, 3);
	free(f);
	traffic_free(t);
}

static void test_refused(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	say_tcp(t, CLIENT, "10.0.0.5:23", TCP_SYN, 100, "");
	say_tcp(t, "10.0.0.5:23", CLIENT, TCP_RST | TCP_ACK, 0, "");
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 0);
	assert_int_equal(probe_of(f, CLIENT_IP, PROBE_TCP)->refused, 1);
	assert_int_equal(probe_of(f, CLIENT_IP, PROBE_TCP)->answered, 0);
	assert_int_equal(probe_of(f, CLIENT_IP, PROBE_TCP)->attempts, 1);
	assert_int_equal(f->tally_count, 1); /* the SYN; the RST was asked for */
	assert_int_equal(tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_SYN)->answered, 0);
	free(f);
	traffic_free(t);
}

static void test_unanswered(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	say_tcp(t, CLIENT, SERVER, TCP_SYN, 100, "");
	say_tcp(t, CLIENT, SERVER, TCP_SYN, 100, ""); /* repeated: no new attempt */
	say_tcp(t, CLIENT, SERVER, TCP_SYN, 777, ""); /* a new one */
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 0);
	assert_int_equal(f->run.flows, 0);
	assert_int_equal(tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_SYN)->packets, 3);
	assert_int_equal(probe_of(f, CLIENT_IP, PROBE_TCP)->packets, 3);
	assert_int_equal(probe_of(f, CLIENT_IP, PROBE_TCP)->attempts, 2);
	free(f);
	traffic_free(t);
}

/* Only the client's half is captured: a conversation all the same, and no flood. */
static void test_one_sided(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	say_tcp(t, CLIENT, SERVER, TCP_SYN, 100, "");
	say_tcp(t, CLIENT, SERVER, TCP_ACK, 101, "");
	say_tcp(t, CLIENT, SERVER, PA, 101, "0123456789");
	say_tcp(t, CLIENT, SERVER, PA, 111, "0123456789");
	say_tcp(t, CLIENT, SERVER, FA, 121, "");
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 1);
	assert_int_equal(f->flows[0].state &
				 (FLOW_ONE_SIDED | FLOW_HANDSHAKE | FLOW_CLOSED | FLOW_ANSWERED),
			 FLOW_ONE_SIDED | FLOW_HANDSHAKE | FLOW_CLOSED);
	assert_int_equal(f->flows[0].packets[1], 5);
	assert_int_equal(tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_SYN)->answered, 1);
	assert_null(tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_ACK));
	assert_null(tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_FIN));
	free(f);
	traffic_free(t);
}

/* The capture began in the middle: the first packet belongs nowhere until it is answered. */
static void test_midstream(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;
	const struct tally *tally;

	(void)state;
	say_tcp(t, CLIENT, SERVER, PA, 5000, "0123456789");
	say_tcp(t, SERVER, CLIENT, PA, 9000, "0123456789");
	say_tcp(t, CLIENT, SERVER, TCP_ACK, 5010, "");
	say_tcp(t, CLIENT, SERVER, PA, 5010, "0123456789");
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 1);
	assert_int_equal(f->flows[0].state & (FLOW_ANSWERED | FLOW_HANDSHAKE | FLOW_INITIATOR),
			 FLOW_ANSWERED | FLOW_INITIATOR);
	tally = tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_ACK);
	assert_int_equal(tally->packets, 1);
	assert_int_equal(tally->answered, 1);
	assert_int_equal(f->probe_count, 0);
	free(f);
	traffic_free(t);
}

/* Packets that nobody asked for, each under the vector of its flags. */
static void test_stray_flags(void **state)
{
	static const struct {
		unsigned flags;
		enum vector vector;
		unsigned flows, probes;
	} cases[] = {
		{0, VECTOR_NULLFLAGS, 0, 1},
		{TCP_FIN | TCP_URG | TCP_PSH, VECTOR_XMAS, 0, 1},
		{TCP_SYN | TCP_FIN, VECTOR_XMAS, 0, 1},
		{TCP_SYN | TCP_RST, VECTOR_XMAS, 0, 1},
		{TCP_SYN | TCP_ACK, VECTOR_SYNACK, 0, 0},
		{TCP_RST, VECTOR_RST, 0, 0},
		{TCP_FIN | TCP_ACK, VECTOR_FIN, 1, 1},
		{TCP_FIN, VECTOR_FIN, 0, 1},
		{TCP_ACK, VECTOR_ACK, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct traffic *t = traffic_new();
		struct facts *f;

		say_tcp(t, CLIENT, SERVER, cases[i].flags, 1, "");
		f = facts_of(t, 1);
		assert_int_equal(f->tally_count, 1);
		assert_int_equal(f->tallies[0].vector, cases[i].vector);
		assert_int_equal(f->tallies[0].role, ROLE_TARGET);
		assert_int_equal(f->flow_count, cases[i].flows);
		assert_int_equal(f->probe_count, cases[i].probes);
		free(f);
		traffic_free(t);
	}
}

/* Ten thousand spoofed SYNs are one tally and no flow. */
static void test_syn_flood(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;
	const struct tally *tally;

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		char from[40];

		snprintf(from, sizeof(from), "%u.%u.%u.9:%u", 20 + i % 150, i * 7 % 251, i / 256,
			 1024 + i);
		say_tcp(t, from, SERVER, TCP_SYN, i, "");
	}
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 0);
	assert_int_equal(f->tally_count, 1);
	tally = tally_of(f, SERVER_IP, ROLE_TARGET, VECTOR_SYN);
	assert_int_equal(tally->packets, 10000);
	assert_int_equal(tally->bytes, 540000);
	assert_int_equal(tally->answered, 0);
	assert_in_range(hll_count(&tally->peers), 8000, 12000);
	assert_true(agree_share(&tally->port.agree, tally->packets) == 1.0);
	assert_int_equal(tally->port.value, 80);
	free(f);
	traffic_free(t);
}

/* From inside to outside both the source and nobody else is counted; between ours both are. */
static void test_directions(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	say_tcp(t, "10.0.0.5:4000", "198.51.100.7:80", TCP_SYN, 1, "");
	say_tcp(t, "10.0.0.6:4000", "10.0.0.7:80", TCP_SYN, 1, "");
	say_tcp(t, "192.0.2.1:4000", "192.0.2.2:80", TCP_SYN, 1, "");
	f = facts_of(t, 1);
	assert_non_null(tally_of(f, "10.0.0.5", ROLE_SOURCE, VECTOR_SYN));
	assert_null(tally_of(f, "198.51.100.7", ROLE_TARGET, VECTOR_SYN));
	assert_non_null(tally_of(f, "10.0.0.6", ROLE_SOURCE, VECTOR_SYN));
	assert_non_null(tally_of(f, "10.0.0.7", ROLE_TARGET, VECTOR_SYN));
	assert_non_null(tally_of(f, "192.0.2.2", ROLE_TARGET, VECTOR_SYN));
	assert_int_equal(f->tally_count, 4);
	assert_int_equal(probe_of(f, "10.0.0.5", PROBE_TCP)->to_home, 0);
	assert_int_equal(probe_of(f, "10.0.0.6", PROBE_TCP)->to_home, 1);
	free(f);
	traffic_free(t);
}

/* A closed conversation's ports used again are a second flow. */
static void test_reuse(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		say_tcp(t, CLIENT, SERVER, TCP_SYN, 100 + i * 5000, "");
		say_tcp(t, SERVER, CLIENT, TCP_SYN | TCP_ACK, 500, "");
		say_tcp(t, CLIENT, SERVER, TCP_ACK, 101 + i * 5000, "");
		say_tcp(t, CLIENT, SERVER, FA, 101 + i * 5000, "");
		say_tcp(t, SERVER, CLIENT, FA, 501, "");
	}
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 2);
	assert_int_equal(f->flows[0].packets[1], 3);
	assert_int_equal(f->flows[1].packets[1], 3);
	assert_int_equal(probe_of(f, CLIENT_IP, PROBE_TCP)->attempts, 2);
	assert_int_equal(probe_of(f, CLIENT_IP, PROBE_TCP)->answered, 2);
	free(f);
	traffic_free(t);
}

static void test_login_failures(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	handshake(t, CLIENT, "10.0.0.5:2121");
	say_tcp(t, "10.0.0.5:2121", CLIENT, PA, 501, "220 ftp\r\n");
	for (unsigned i = 0; i < 5; i++) {
		say_tcp(t, CLIENT, "10.0.0.5:2121", PA, 101 + i, "PASS x\r\n");
		say_tcp(t, "10.0.0.5:2121", CLIENT, PA, 510 + i, "530 Login incorrect.\r\n");
	}
	f = facts_of(t, 1);
	assert_int_equal(f->flow_count, 1);
	assert_int_equal(f->flows[0].app, APP_FTP);
	assert_int_equal(f->flows[0].login_failures, 5);
	free(f);
	traffic_free(t);
}

/* A request that never ends, after ten seconds of silence, is stalled. */
static void test_stalled(void **state)
{
	struct traffic *t = traffic_new();
	struct facts *f;

	(void)state;
	handshake(t, CLIENT, SERVER);
	say_tcp(t, CLIENT, SERVER, PA, 101, "GET / HTTP/1.1\r\nHost: x\r\n");
	f = facts_of(t, 1);
	assert_int_equal(f->stalled, 0);
	assert_int_equal(f->flows[0].state & FLOW_REQUEST_OPEN, FLOW_REQUEST_OPEN);
	free(f);
	t->now += 10 * USEC_PER_SEC;
	f = facts_of(t, 1);
	assert_int_equal(f->stalled, 1);
	free(f);
	say_tcp(t, CLIENT, SERVER, PA, 126, "\r\n\r\n");
	f = facts_of(t, 1);
	assert_int_equal(f->flows[0].state & FLOW_REQUEST_OPEN, 0);
	assert_int_equal(f->stalled, 0);
	free(f);
	traffic_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversation),   cmocka_unit_test(test_reset),
		cmocka_unit_test(test_refused),        cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_one_sided),      cmocka_unit_test(test_midstream),
		cmocka_unit_test(test_stray_flags),    cmocka_unit_test(test_syn_flood),
		cmocka_unit_test(test_directions),     cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_login_failures), cmocka_unit_test(test_stalled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
