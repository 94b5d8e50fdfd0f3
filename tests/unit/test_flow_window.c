/*
 * test_flow_window.c - the tallies and probes of one window: counting, merging, bounds.
 */
#include "flow/meter.h"
#include "flow/prober.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t seed = 11;

static uint64_t next_random(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dull;
}

static struct ip four(unsigned a, unsigned b, unsigned c, unsigned d)
{
	const uint8_t bytes[4] = {(uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d};

	return ip_from_v4(bytes);
}

/* All tallies of a meter, to look at. */
struct seen {
	struct tally tally[70000];
	size_t count;
	uint64_t packets, bytes;
};

static void see(void *whom, const struct tally *tally)
{
	struct seen *seen = whom;

	assert_true(seen->count < sizeof(seen->tally) / sizeof(seen->tally[0]));
	seen->tally[seen->count++] = *tally;
	seen->packets += tally->packets;
	seen->bytes += tally->bytes;
}

static struct seen *flush(struct meter *m)
{
	struct seen *seen = calloc(1, sizeof(*seen));

	assert_non_null(seen);
	meter_flush(m, see, seen);
	return seen;
}

static const struct tally *seen_at(const struct seen *seen, const struct ip *ip, unsigned vector)
{
	for (size_t i = 0; i < seen->count; i++)
		if (ip_equal(&seen->tally[i].ip, ip) && seen->tally[i].vector == vector)
			return &seen->tally[i];
	return NULL;
}

/* One packet from `other` into the meter at `ip`. */
static void count(struct meter *m, const struct ip *ip, unsigned vector, const struct ip *other,
		  uint32_t n)
{
	struct meter_key key = {*ip, 128, ROLE_TARGET, (uint8_t)vector};
	struct packet p = {.ts = 1000 + n, .wire_len = 60 + n % 100};

	meter_count(m, meter_at(m, &key, p.ts), &p, other, n % 7 ? 80 : 443);
}

static void test_tally(void **state)
{
	struct ip target = four(192, 0, 2, 1), a = four(1, 1, 1, 1), b = four(2, 2, 2, 2);
	struct meter m;
	struct seen *seen;
	const struct tally *t;

	(void)state;
	assert_true(meter_open(&m, 64));
	for (uint32_t n = 0; n < 100; n++)
		count(&m, &target, VECTOR_SYN, n % 10 ? &a : &b, n);
	count(&m, &target, VECTOR_UDP, &b, 5);
	seen = flush(&m);
	assert_int_equal(seen->count, 2);
	t = seen_at(seen, &target, VECTOR_SYN);
	assert_int_equal(t->packets, 100);
	assert_int_equal(t->bytes, 100 * 60 + 99 * 100 / 2);
	assert_int_equal(t->first, 1000);
	assert_int_equal(t->last, 1099);
	assert_int_equal(t->role, ROLE_TARGET);
	assert_int_equal(t->bits, 128);
	assert_true(ip_equal(&t->peer.ip, &a));
	assert_int_equal(t->port.value, 80);
	assert_int_equal(__builtin_popcountll(t->port_bits), 2);
	assert_int_equal(t->counted, 1);
	assert_int_equal(hll_count(&t->peers), 2);
	t = seen_at(seen, &target, VECTOR_UDP);
	assert_int_equal(t->packets, 1);
	assert_int_equal(t->counted, 0); /* one packet: the sketch is not in use */
	free(seen);
	seen = flush(&m); /* they were forgotten */
	assert_int_equal(seen->count, 0);
	free(seen);
	meter_close(&m);
}

/* What both are asked for is the same; the parts that depend on order are compared by meaning. */
static void same_tally(const struct tally *a, const struct tally *b)
{
	assert_int_equal(a->packets, b->packets);
	assert_int_equal(a->bytes, b->bytes);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->last, b->last);
	assert_int_equal(a->port_bits, b->port_bits);
	assert_int_equal(a->counted, b->counted);
	if (a->counted)
		assert_memory_equal(&a->peers, &b->peers, sizeof(a->peers));
	assert_memory_equal(&a->port.agree, &b->port.agree, sizeof(a->port.agree));
	assert_memory_equal(&a->peer.agree, &b->peer.agree, sizeof(a->peer.agree));
	if (agree_share(&a->port.agree, a->packets) > 0.5)
		assert_int_equal(a->port.value, b->port.value);
	if (agree_share(&a->peer.agree, a->packets) > 0.5)
		assert_true(ip_equal(&a->peer.ip, &b->peer.ip));
}

/* Packets dealt out to three meters, merged, are one meter that saw all. */
static void test_meter_merge(void **state)
{
	struct meter whole, part[3];
	struct seen *one, *merged;

	(void)state;
	assert_true(meter_open(&whole, 4096));
	for (unsigned i = 0; i < 3; i++)
		assert_true(meter_open(&part[i], 4096));
	for (uint32_t n = 0; n < 20000; n++) {
		uint64_t r = next_random();
		struct ip target = four(10, 0, (unsigned)(r % 2), (unsigned)(r >> 8) % 250);
		struct ip other = four(20, (unsigned)(r >> 16) % (r % 5 ? 2 : 250), 0, 1);
		unsigned vector = r >> 32 & 1 ? VECTOR_SYN : VECTOR_UDP;

		count(&whole, &target, vector, &other, n);
		count(&part[(r >> 40) % 3], &target, vector, &other, n);
	}
	assert_int_equal(whole.folded, 0);
	meter_merge(&part[2], &part[0]);
	meter_merge(&part[2], &part[1]);
	one = flush(&whole);
	merged = flush(&part[2]);
	assert_int_equal(one->count, merged->count);
	assert_int_equal(one->packets, 20000);
	for (size_t i = 0; i < one->count; i++) {
		const struct tally *t = seen_at(merged, &one->tally[i].ip, one->tally[i].vector);

		assert_non_null(t);
		same_tally(&one->tally[i], t);
	}
	free(one);
	free(merged);
	meter_close(&whole);
	for (unsigned i = 0; i < 3; i++)
		meter_close(&part[i]);
}

/* Far more targets than room, in few networks: all packets stay, by address or by the /24. */
static void test_meter_folds(void **state)
{
	struct ip other = four(20, 0, 0, 1);
	uint64_t by_network[8] = {0};
	struct meter m;
	struct seen *seen;

	(void)state;
	assert_true(meter_open(&m, 1024));
	for (uint32_t n = 0; n < 60000; n++) {
		uint64_t r = next_random();
		struct ip target = four(10, 0, (unsigned)(r % 8), (unsigned)(r >> 8) % 256);

		count(&m, &target, VECTOR_UDP, &other, n);
	}
	assert_true(m.folded > 500);
	seen = flush(&m);
	assert_true(seen->count <= 1024);
	for (size_t i = 0; i < seen->count; i++) {
		const struct tally *t = &seen->tally[i];

		assert_true(t->bits == 128 || (t->bits == 120 && t->ip.b[15] == 0));
		assert_true(t->ip.b[14] < 8);
		by_network[t->ip.b[14]] += t->packets;
	}
	/* a prefix that has to make room itself is lost: hardly any of so few */
	assert_in_range(seen->packets, 59940, 60000);
	for (unsigned n = 0; n < 8; n++)
		assert_in_range(by_network[n], 60000 / 8 * 9 / 10, 60000 / 8 * 11 / 10);
	free(seen);
	meter_close(&m);
}

static void test_meter_prefix(void **state)
{
	struct ip v4 = four(10, 0, 0, 1), v6 = {{0x20, 1}};

	(void)state;
	assert_int_equal(ip_network(&v4).bits, 120);
	assert_int_equal(ip_network(&v6).bits, 64);
}

/* --- probes --- */

static void attempt(struct prober *p, const struct ip *from, const struct ip *to, unsigned port,
		    uint32_t n)
{
	struct packet packet = {.ts = 1000 + n, .wire_len = 60};
	unsigned side = ip_compare(from, to) > 0;

	packet.side = (uint8_t)side;
	packet.key.ip[side] = *from;
	packet.key.ip[!side] = *to;
	prober_count(p, prober_at(p, from, PROBE_TCP, false, packet.ts), &packet, (uint16_t)port, n % 2,
		  n % 5 == 4);
}

struct probes {
	struct probe probe[4096];
	size_t count;
};

static void see_probe(void *whom, const struct probe *probe)
{
	struct probes *probes = whom;

	assert_true(probes->count < 4096);
	probes->probe[probes->count++] = *probe;
}

static void test_probe(void **state)
{
	static struct probes probes;
	struct ip from = four(1, 1, 1, 1);
	const struct probe *probe = &probes.probe[0];
	struct prober p;

	(void)state;
	probes.count = 0;
	assert_true(prober_open(&p, 64));
	for (uint32_t n = 0; n < 100; n++) {
		struct ip to = four(10, 0, 0, n % 10);

		attempt(&p, &from, &to, n < 90 ? 23 : 2323, n);
	}
	prober_flush(&p, see_probe, &probes);
	assert_int_equal(probes.count, 1);
	assert_int_equal(probe->packets, 100);
	assert_int_equal(probe->attempts, 80); /* every fifth repeats another */
	assert_int_equal(probe->bytes, 6000);
	assert_int_equal(probe->to_home, 40);
	assert_int_equal(probe->first, 1000);
	assert_int_equal(probe->last, 1099);
	assert_int_equal(probe->port.value, 23);
	assert_in_range(hll_count(&probe->hosts), 7, 9); /* 4 and 9 are only repeated: 8 */
	assert_in_range(hll_count(&probe->pairs), 14, 18);
	prober_flush(&p, see_probe, &probes);
	assert_int_equal(probes.count, 1);
	prober_close(&p);
}

static const struct probe *probe_at(const struct probes *probes, const struct ip *ip)
{
	for (size_t i = 0; i < probes->count; i++)
		if (ip_equal(&probes->probe[i].ip, ip))
			return &probes->probe[i];
	return NULL;
}

static void test_prober_merge(void **state)
{
	static struct probes one, merged;
	struct prober whole, part[3];

	(void)state;
	one.count = merged.count = 0;
	assert_true(prober_open(&whole, 2048));
	for (unsigned i = 0; i < 3; i++)
		assert_true(prober_open(&part[i], 2048));
	for (uint32_t n = 0; n < 10000; n++) {
		uint64_t r = next_random();
		/* some sources with one attempt only, some with many */
		struct ip from = four(30, 0, n % 10 ? 0 : 1, (unsigned)(r % (n % 10 ? 20 : 250)));
		struct ip to = four(10, 0, 0, (unsigned)(r >> 8) % 250);
		unsigned port = (unsigned)(r >> 16) % 4 ? 22 : 8080;

		attempt(&whole, &from, &to, port, n);
		attempt(&part[(r >> 40) % 3], &from, &to, port, n);
	}
	assert_int_equal(whole.evicted, 0);
	prober_merge(&part[0], &part[1]);
	prober_merge(&part[0], &part[2]);
	prober_flush(&whole, see_probe, &one);
	prober_flush(&part[0], see_probe, &merged);
	assert_int_equal(one.count, merged.count);
	for (size_t i = 0; i < one.count; i++) {
		struct probe a = one.probe[i], b = *probe_at(&merged, &one.probe[i].ip);

		assert_int_equal(a.packets, b.packets);
		assert_int_equal(a.attempts, b.attempts);
		assert_int_equal(a.bytes, b.bytes);
		assert_int_equal(a.to_home, b.to_home);
		assert_int_equal(a.first, b.first);
		assert_int_equal(a.last, b.last);
		assert_int_equal(a.counted, a.attempts > 1);
		assert_int_equal(b.counted, b.attempts > 1);
		if (!a.counted)
			continue;
		assert_memory_equal(&a.hosts, &b.hosts, sizeof(a.hosts));
		assert_memory_equal(&a.pairs, &b.pairs, sizeof(a.pairs));
		assert_memory_equal(&a.port.agree, &b.port.agree, sizeof(a.port.agree));
		if (agree_share(&a.port.agree, a.attempts) > 0.5)
			assert_int_equal(a.port.value, b.port.value);
	}
	prober_close(&whole);
	for (unsigned i = 0; i < 3; i++)
		prober_close(&part[i]);
}

/* A busy scanner is not pushed out by sources with one attempt each, and the bound holds. */
static void test_prober_full(void **state)
{
	static struct probes probes;
	struct ip scanner = four(9, 9, 9, 9), to = four(10, 0, 0, 1);
	struct prober p;

	(void)state;
	probes.count = 0;
	assert_true(prober_open(&p, 256));
	for (uint32_t n = 0; n < 50000; n++) {
		uint64_t r = next_random();
		struct ip other = four((unsigned)(r >> 8) % 256, (unsigned)(r >> 16) % 256,
				       (unsigned)(r >> 24) % 256, (unsigned)(r >> 32) % 256);

		attempt(&p, &other, &to, 80, 0);
		if (n % 10 == 0)
			attempt(&p, &scanner, &to, 22, 0);
	}
	prober_flush(&p, see_probe, &probes);
	assert_int_equal(probes.count, 256);
	assert_true(p.evicted > 49000);
	assert_non_null(probe_at(&probes, &scanner));
	assert_int_equal(probe_at(&probes, &scanner)->attempts, 5000);
	prober_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tally),       cmocka_unit_test(test_meter_merge),
		cmocka_unit_test(test_meter_folds), cmocka_unit_test(test_meter_prefix),
		cmocka_unit_test(test_probe),       cmocka_unit_test(test_prober_merge),
		cmocka_unit_test(test_prober_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
