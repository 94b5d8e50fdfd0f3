/*
 * test_flow_table.c - the index, the flow table on it, and the cache of unanswered SYNs.
 */
#include "base/hash.h"
#include "flow/halfopen.h"
#include "flow/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static uint64_t seed = 7;

static uint64_t next_random(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dull;
}

/* The flows that left the table, by the number in their key. */
struct left {
	uint32_t number[4096];
	enum flow_end why[4096];
	size_t count, stayed;
};

static void left_add(void *whom, const struct flow *flow, enum flow_end why)
{
	struct left *left = whom;

	assert_true(left->count < 4096);
	left->number[left->count] = flow->key.port[0];
	left->why[left->count++] = why;
}

static void left_stay(void *whom, const struct flow *flow)
{
	struct left *left = whom;

	(void)flow;
	left->stayed++;
}

static struct flow_key key_of(unsigned number)
{
	struct flow_key key = {.proto = PROTO_TCP};

	key.port[0] = (uint16_t)number;
	key.port[1] = (uint16_t)(number >> 16);
	return key;
}

/* All in one bucket, each with another tag. */
static uint64_t hash_of(unsigned number)
{
	return (uint64_t)(number + 1) << 49;
}

/* assoc_match() against a plain loop. */
static void test_assoc_match(void **state)
{
	struct assoc_bucket b;

	(void)state;
	for (unsigned round = 0; round < 100000; round++) {
		uint16_t tag = (uint16_t)next_random();
		uint32_t want = 0;

		for (unsigned way = 0; way < ASSOC_WAYS; way++) {
			b.tag[way] = next_random() % 3 ? (uint16_t)next_random() : tag;
			if (round % 4 == 0) /* near misses: one byte is equal */
				b.tag[way] = (uint16_t)((tag & 0xff) | (b.tag[way] & 0xff00));
			want |= (uint32_t)(b.tag[way] == tag) << way;
		}
		assert_int_equal(assoc_match(&b, tag), want);
	}
	memset(&b, 0, sizeof(b));
	assert_int_equal(assoc_match(&b, 0), 0xffff);
	b.tag[15] = 0x8000;
	assert_int_equal(assoc_match(&b, 0x8000), 0x8000);
	assert_int_equal(assoc_slot(3, 0x8000), 3 * 16 + 15);
	assert_int_equal(assoc_tag(0), 1); /* 0 is a free way */
}

/* Evenly over 64 buckets, each with another tag in its bucket. */
static uint64_t spread_of(unsigned number)
{
	return (uint64_t)(number / 64 + 1) << 49 | number % 64;
}

static void test_add_find(void **state)
{
	struct flow_table t;
	struct left left = {0};

	(void)state;
	assert_true(flow_table_open(&t, 500));
	for (unsigned n = 0; n < 500; n++) {
		struct flow_key key = key_of(n);
		uint64_t hash = spread_of(n);
		struct flow *flow;

		assert_null(flow_table_find(&t, &key, hash, 1));
		flow = flow_table_add(&t, &key, hash, 1, left_add, &left);
		assert_memory_equal(&flow->key, &key, sizeof(key));
		assert_true(flow->first == 0 && flow->packets[0] == 0);
		flow->packets[0] = n + 1;
	}
	for (unsigned n = 0; n < 500; n++) {
		struct flow_key key = key_of(n);
		struct flow *flow = flow_table_find(&t, &key, spread_of(n), 2);

		assert_non_null(flow);
		assert_int_equal(flow->packets[0], n + 1);
		key.proto = PROTO_UDP; /* the same hash, another key */
		assert_null(flow_table_find(&t, &key, spread_of(n), 2));
	}
	assert_int_equal(left.count, 0);
	assert_int_equal(t.used, 500);
	flow_table_close(&t);
}

static struct flow *add(struct flow_table *t, unsigned n, uint32_t now, struct left *left)
{
	struct flow_key key = key_of(n);

	return flow_table_add(t, &key, hash_of(n), now, left_add, left);
}

/* One bucket of eight: those that are over leave first, then those that nobody answered, then the
 * settled ones; the oldest first each time. */
static void test_evict(void **state)
{
	static const unsigned order[8] = {6, 3, 5, 1, 0, 2, 4, 7};
	struct flow_table t;
	struct left left = {0};
	struct flow_key key;

	(void)state;
	assert_true(flow_table_open(&t, 8));
	for (unsigned n = 0; n < 8; n++) {
		struct flow *flow = add(&t, n, 100 + n, &left);

		if (n % 2 == 0 || n == 7)
			flow_table_settle(&t, flow, hash_of(n));
		if (n == 6) {
			flow->state |= FLOW_CLOSED;
			flow_table_retire(&t, flow, hash_of(n), 107);
		}
	}
	key = key_of(1); /* used again: now the youngest of the unsettled */
	assert_non_null(flow_table_find(&t, &key, hash_of(1), 200));
	for (unsigned n = 8; n < 16; n++) {
		struct flow *flow = add(&t, n, 300 + n, &left);

		flow_table_settle(&t, flow, hash_of(n));
		assert_int_equal(t.used, 8);
	}
	assert_int_equal(left.count, 8);
	assert_int_equal(t.evicted, 7); /* the one that was over is not counted as lost */
	assert_int_equal(t.created, 16);
	assert_int_equal(t.peak, 8);
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(left.number[i], order[i]);
		assert_int_equal(left.why[i], FLOW_END_FORCED);
	}
	flow_table_close(&t);
}

/* The bound holds in a flood of a million one-packet flows, and settled conversations outlive it.
 */
static void test_bound(void **state)
{
	static struct left left;
	struct flow_table t;
	unsigned stayed = 0;

	(void)state;
	assert_true(flow_table_open(&t, 1024));
	for (unsigned n = 0; n < 50; n++) {
		struct flow_key key = key_of(n);
		uint64_t hash = hash_64(hash_64(n, 2), 3);

		flow_table_settle(&t, flow_table_add(&t, &key, hash, 1, left_add, &left), hash);
	}
	for (unsigned n = 50; n < 1000000; n++) {
		struct flow_key key = key_of(n);

		flow_table_add(&t, &key, hash_64(hash_64(n, 2), 3), n / 1000, left_add, &left);
		assert_true(t.used <= 1024);
		left.count = 0;
	}
	assert_int_equal(t.peak, 1024);
	assert_int_equal(t.created, 1000000);
	assert_int_equal(t.evicted + t.used, 1000000);
	for (unsigned n = 0; n < 50; n++) {
		struct flow_key key = key_of(n);

		stayed += flow_table_find(&t, &key, hash_64(hash_64(n, 2), 3), 1000) != NULL;
	}
	print_message("%u of 50 settled conversations stayed\n", stayed);
	assert_in_range(stayed, 40, 50);
	flow_table_close(&t);
}

static void test_remove(void **state)
{
	struct flow_table t;
	struct left left = {0};
	struct flow_key key = key_of(5);

	(void)state;
	assert_true(flow_table_open(&t, 16));
	for (unsigned n = 0; n < 100; n++) { /* what was removed is used again */
		flow_table_remove(&t, add(&t, 5, 1, &left), hash_of(5));
		assert_int_equal(t.used, 0);
		assert_null(flow_table_find(&t, &key, hash_of(5), 1));
	}
	assert_int_equal(t.fresh, 1);
	assert_int_equal(left.count, 0); /* who removes it knows it */
	flow_table_close(&t);
}

/* Each kind of flow stays for its time and not a microsecond longer. */
static void test_sweep(void **state)
{
	static const struct {
		uint16_t state;
		uint8_t proto;
		usec_t idle;
	} kinds[] = {
		{0, PROTO_TCP, 30},
		{0, PROTO_UDP, 30},
		{FLOW_ANSWERED, PROTO_UDP, 120},
		{FLOW_ANSWERED, PROTO_ICMP, 120},
		{FLOW_ANSWERED, PROTO_TCP, 300},
		{FLOW_HANDSHAKE | FLOW_ONE_SIDED, PROTO_TCP, 300},
		{FLOW_ANSWERED | FLOW_HANDSHAKE | FLOW_CLOSED, PROTO_TCP, 5},
		{FLOW_ANSWERED | FLOW_CLOSED | FLOW_RESET, PROTO_TCP, 5},
	};
	const usec_t start = 1000 * USEC_PER_SEC;

	(void)state;
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct left left = {0};
		struct flow_key key = key_of(i);
		struct flow_table t;
		struct flow *flow;

		assert_true(flow_table_open(&t, 64));
		key.proto = kinds[i].proto;
		flow = flow_table_add(&t, &key, hash_64(i, 3), 1000, left_add, &left);
		flow->state = kinds[i].state;
		flow->first = flow->last = start;
		flow_table_sweep(&t, start + kinds[i].idle * USEC_PER_SEC, false, left_add,
				 left_stay, &left);
		assert_int_equal(left.count, 0);
		assert_int_equal(left.stayed, 1);
		flow_table_sweep(&t, start + kinds[i].idle * USEC_PER_SEC + 1, false, left_add,
				 left_stay, &left);
		assert_int_equal(left.count, 1);
		assert_int_equal(left.stayed, 1);
		assert_int_equal(left.why[0], FLOW_END_TIMEOUT);
		assert_int_equal(t.used, 0);
		assert_null(flow_table_find(&t, &key, hash_64(i, 3), 1000));
		flow_table_close(&t);
	}
}

static void test_sweep_all(void **state)
{
	struct left left = {0};
	struct flow_table t;

	(void)state;
	assert_true(flow_table_open(&t, 1024));
	for (unsigned n = 0; n < 600; n++) {
		struct flow_key key = key_of(n);

		flow_table_add(&t, &key, spread_of(n), 1, left_add, &left)->last = 0;
	}
	flow_table_sweep(&t, 0, true, left_add, NULL, &left);
	assert_int_equal(left.count, 600);
	assert_int_equal(left.why[0], FLOW_END_FORCED);
	assert_int_equal(t.used, 0);
	flow_table_sweep(&t, 0, true, left_add, NULL, &left);
	assert_int_equal(left.count, 600);
	flow_table_close(&t);
}

/* A SYN by the number of its conversation; all in one set, each with another tag. */
static struct packet syn_of(unsigned number, uint32_t seq, usec_t ts)
{
	struct packet p = {.ts = ts,
			   .hash = (uint64_t)(number + 1) << 34,
			   .wire_len = 60,
			   .seq = seq,
			   .tcp_flags = TCP_SYN,
			   .side = (uint8_t)(number & 1)};

	return p;
}

static bool add_syn(struct halfopen *h, const struct packet *p)
{
	struct halfopen_syn syn = halfopen_syn_of(p);

	return halfopen_add(h, &syn);
}

static void test_halfopen_repetition(void **state)
{
	struct halfopen h;
	struct halfopen_entry entry;
	struct packet syn = syn_of(1, 1000, 5000000), other;

	(void)state;
	assert_true(halfopen_open(&h, 64));
	assert_true(add_syn(&h, &syn));
	syn.ts += 1000000;
	assert_false(add_syn(&h, &syn)); /* the same SYN again */
	syn.ts += 2000000;
	assert_false(add_syn(&h, &syn));
	other = syn_of(2, 1000, 5000000);
	assert_false(halfopen_take(&h, &other, &entry));
	assert_true(halfopen_take(&h, &syn, &entry));
	assert_int_equal(entry.packets, 3);
	assert_int_equal(entry.bytes, 180);
	assert_int_equal(entry.when, 5000000); /* of the first */
	assert_int_equal(entry.seq, 1000);
	assert_int_equal(entry.side, 1);
	assert_false(halfopen_take(&h, &syn, &entry)); /* it was taken out */
	assert_true(add_syn(&h, &syn));
	syn.seq = 2000; /* other sequence number: a new attempt */
	assert_true(add_syn(&h, &syn));
	syn.side = 0; /* from the other end: another one too */
	assert_true(add_syn(&h, &syn));
	assert_true(halfopen_take(&h, &syn, &entry));
	assert_int_equal(entry.packets, 1);
	assert_int_equal(entry.seq, 2000);
	assert_int_equal(h.evicted, 0);
	halfopen_close(&h);
}

static void test_halfopen_saturates(void **state)
{
	struct halfopen h;
	struct halfopen_entry entry;
	struct packet syn = syn_of(1, 1, 0);

	(void)state;
	assert_true(halfopen_open(&h, 4));
	syn.wire_len = 300;
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(add_syn(&h, &syn), i == 0);
	assert_true(halfopen_take(&h, &syn, &entry));
	assert_int_equal(entry.packets, UINT8_MAX);
	assert_int_equal(entry.bytes, UINT16_MAX);
	halfopen_close(&h);
}

static void test_halfopen_oldest(void **state)
{
	/* microseconds modulo 2^32 wrap in the middle */
	const usec_t start = (usec_t)UINT32_MAX - 2000000;
	struct halfopen h;
	struct halfopen_entry entry;

	(void)state;
	assert_true(halfopen_open(&h, HALFOPEN_WAYS));
	for (unsigned n = 0; n < 20; n++) {
		struct packet syn = syn_of(n, n, start + n * 500000);

		assert_true(add_syn(&h, &syn));
		assert_int_equal(h.evicted, n < HALFOPEN_WAYS ? 0 : n - HALFOPEN_WAYS + 1);
	}
	for (unsigned n = 0; n < 20; n++) {
		struct packet syn = syn_of(n, n, start);

		assert_int_equal(halfopen_take(&h, &syn, &entry), n >= 16);
	}
	halfopen_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_assoc_match),
		cmocka_unit_test(test_add_find),
		cmocka_unit_test(test_evict),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_sweep_all),
		cmocka_unit_test(test_halfopen_repetition),
		cmocka_unit_test(test_halfopen_saturates),
		cmocka_unit_test(test_halfopen_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
