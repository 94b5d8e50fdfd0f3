/* test_derive.c - filters out of samples whose truth is known, because they were made so. */
#include "derive/derive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT 800

static struct look before[COUNT], during[COUNT];
static uint32_t state;

static uint32_t below(uint32_t bound)
{
	state = state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)state * bound >> 32);
}

static struct ip address(uint32_t four)
{
	const uint8_t bytes[4] = { (uint8_t)(four >> 24), (uint8_t)(four >> 16), (uint8_t)(four >> 8),
				   (uint8_t)four };

	return ip_from_v4(bytes);
}

/* A customer of the web server: a handshake now and then, requests, acknowledgements. */
static struct look customer(void)
{
	static const uint8_t ttls[] = { 44, 49, 52, 57, 108, 116 };
	struct look look = { 0 };
	bool syn = below(8) == 0;

	look.from = address(0xc6120000 + below(5000));
	look.to = address(0xcb007150);
	look.from_port = (uint16_t)(1024 + below(60000));
	look.to_port = 443;
	look.proto = PROTO_TCP;
	look.ttl = ttls[below(6)];
	look.flags = syn ? TCP_SYN : below(3) ? TCP_ACK : TCP_ACK | TCP_PSH;
	look.header = syn ? 40 : 32;
	look.window = (uint16_t)(syn ? 64240 : 500 + below(1000));
	look.fragment = FRAGMENT_NONE;
	look.length = (uint16_t)(look.flags & TCP_PSH ? 400 + below(900) : syn ? 60 : 52);
	return look;
}

static struct look attacker(uint8_t proto)
{
	struct look look = customer();

	look.from = address(below(UINT32_MAX));
	look.proto = proto;
	look.flags = look.header = 0;
	look.window = 0;
	look.ttl = (uint8_t)(30 + below(200));
	return look;
}

static void fill(struct look *looks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		looks[i] = customer();
}

/* The share of `looks` from `first` on that some filter drops. */
static double dropped(const struct derive_result *result, const struct look *looks, size_t first, size_t end)
{
	size_t hits = 0;

	for (size_t i = first; i < end; i++)
		for (size_t k = 0; k < result->count; k++)
			if (result->all[k].verb == ACTION_DROP && filter_match(&result->all[k].filter, &looks[i])) {
				hits++;
				break;
			}
	return (double)hits / (double)(end - first);
}

static enum err derive(size_t during_count, size_t before_count, enum vector vector,
		       struct derive_result *result)
{
	struct derive_settings settings = { .normal_pps = 100, .vector = vector };

	return derive_filters(during, during_count, before, before_count, &settings, result);
}

static void no_customer_is_lost(const struct derive_result *result)
{
	static struct look others[4000];

	fill(others, 4000); /* not those that it was derived from */
	assert_true(dropped(result, others, 0, 4000) <= 0.001);
	for (size_t i = 0; i < result->count; i++) {
		assert_true(filter_sound(&result->all[i].filter));
		assert_true(result->all[i].filter.parts & FILTER_TO);
	}
}

static void test_constant_among_customers(void **unused)
{
	struct derive_result result;

	(void)unused;
	state = 1;
	fill(before, COUNT);
	fill(during, 100);
	for (size_t i = 100; i < COUNT; i++) { /* SYNs without options, as hping makes them */
		during[i] = attacker(PROTO_TCP);
		during[i].flags = TCP_SYN;
		during[i].header = 20;
		during[i].length = 40;
		during[i].window = (uint16_t)below(65536);
	}
	assert_int_equal(derive(COUNT, COUNT, VECTOR_SYN, &result), OK);
	assert_true(result.likely);
	assert_int_equal(result.count, 1);
	assert_true(dropped(&result, during, 100, COUNT) >= 0.99);
	no_customer_is_lost(&result);
}

static void test_two_populations(void **unused)
{
	struct derive_result result;

	(void)unused;
	state = 2;
	fill(before, COUNT);
	fill(during, 50);
	for (size_t i = 50; i < COUNT; i++) { /* DNS answers, and the rest of large ones */
		during[i] = attacker(PROTO_UDP);
		during[i].fragment = i % 2 ? FRAGMENT_LATER : FRAGMENT_ANY;
		during[i].from_port = i % 2 ? 0 : 53;
		during[i].to_port = (uint16_t)(i % 2 ? 0 : below(65536));
		during[i].length = (uint16_t)(i % 2 ? 100 + below(1000) : 1500);
	}
	assert_int_equal(derive(COUNT, COUNT, VECTOR_DNS, &result), OK);
	assert_true(result.likely);
	assert_int_equal(result.count, 2);
	assert_true(dropped(&result, during, 50, COUNT) >= 0.99);
	no_customer_is_lost(&result);
}

static void test_bytes_tell(void **unused)
{
	static const uint8_t probe[4] = { 0x17, 0x00, 0x03, 0x2a };
	struct derive_result result;

	(void)unused;
	state = 3;
	fill(before, COUNT);
	for (size_t i = 0; i < COUNT; i++) { /* a game server, whose players speak UDP of every size, too */
		if (i % 2) {
			before[i] = attacker(PROTO_UDP);
			before[i].has = 32;
			for (size_t k = 0; k < 32; k++)
				before[i].bytes[k] = (uint8_t)below(256);
		}
		during[i] = attacker(PROTO_UDP);
		during[i].length = (uint16_t)(60 + below(1200));
		during[i].has = 32;
		for (size_t k = 0; k < 32; k++)
			during[i].bytes[k] = (uint8_t)below(256);
		memcpy(during[i].bytes + 4, probe, sizeof(probe));
	}
	assert_int_equal(derive(COUNT, COUNT, VECTOR_UDP, &result), OK);
	assert_true(result.likely);
	assert_true(result.all[0].filter.parts & FILTER_BYTES);
	assert_int_equal(result.all[0].filter.bytes.at, 4);
	no_customer_is_lost(&result);
}

static void test_one_source(void **unused)
{
	struct derive_result result;

	(void)unused;
	state = 4;
	fill(before, COUNT);
	for (size_t i = 0; i < COUNT; i++) { /* just like a customer, but all from one network */
		during[i] = customer();
		during[i].flags = TCP_ACK | TCP_PSH;
		during[i].from = address(0xc0000200 + below(200));
	}
	assert_int_equal(derive(COUNT, COUNT, VECTOR_ACK, &result), OK);
	assert_true(result.likely);
	assert_true(result.all[0].filter.parts & FILTER_FROM);
	no_customer_is_lost(&result);
}

static void test_no_constant(void **unused)
{
	struct derive_result result;

	(void)unused;
	state = 5;
	fill(before, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		during[i] = customer();
		during[i].from = address(below(UINT32_MAX));
	}
	assert_int_equal(derive(COUNT, COUNT, VECTOR_ACK, &result), OK);
	assert_false(result.likely);
	assert_int_equal(result.all[result.count - 1].verb, ACTION_LIMIT);
	assert_true(result.all[result.count - 1].limit > 0);
	no_customer_is_lost(&result);
	for (size_t i = 0; i < COUNT; i++) {
		during[i] = customer();
		during[i].flags = TCP_SYN;
		during[i].header = 40;
		during[i].length = 60;
		during[i].window = 64240;
		during[i].from = address(below(UINT32_MAX));
	}
	assert_int_equal(derive(COUNT, COUNT, VECTOR_SYN, &result), OK);
	assert_false(result.likely);
	assert_int_equal(result.all[result.count - 1].verb, ACTION_SYNCOOKIE);
}

static void test_nothing_known_before(void **unused)
{
	struct derive_result result;

	(void)unused;
	state = 6;
	fill(during, COUNT);
	for (size_t i = 0; i < COUNT; i += 2) {
		during[i] = attacker(PROTO_UDP);
		during[i].from_port = 123;
		during[i].length = 468;
	}
	assert_int_equal(derive(COUNT, 0, VECTOR_NTP, &result), OK);
	assert_true(result.likely); /* nobody asked for these */
	no_customer_is_lost(&result);
	for (size_t i = 0; i < COUNT; i++) {
		during[i].flags = TCP_SYN;
		during[i].proto = PROTO_TCP;
		during[i].header = 20;
	}
	assert_int_equal(derive(COUNT, 0, VECTOR_SYN, &result), OK);
	assert_false(result.likely); /* perhaps these are the customers */
}

static void test_several_vectors_untold(void **unused)
{
	struct derive_result result;

	(void)unused;
	state = 7;
	fill(before, COUNT);
	fill(during, 200);
	for (size_t i = 200; i < COUNT; i++) {
		during[i] = attacker(i % 3 == 0 ? PROTO_ICMP : i % 3 == 1 ? PROTO_UDP : PROTO_GRE);
		during[i].from_port = i % 3 == 0 ? 8 : i % 3 == 1 ? (uint16_t)below(65536) : 0;
		during[i].to_port = i % 3 == 1 ? (uint16_t)below(65536) : 0;
	}
	assert_int_equal(derive(COUNT, COUNT, VECTOR_NONE, &result), OK);
	assert_true(result.likely);
	assert_int_equal(result.count, 3);
	assert_true(dropped(&result, during, 200, COUNT) >= 0.99);
	no_customer_is_lost(&result);
}

static void test_too_little(void **unused)
{
	struct derive_result result;

	(void)unused;
	state = 8;
	fill(before, COUNT);
	fill(during, COUNT);
	assert_int_equal(derive(5, COUNT, VECTOR_SYN, &result), ERR_EMPTY);
	assert_int_equal(derive(0, 0, VECTOR_NONE, &result), ERR_EMPTY);
	/* Nothing but customers: nothing is dropped. */
	assert_true(derive(COUNT, COUNT, VECTOR_NONE, &result) == ERR_EMPTY || result.count == 0);
}

static void test_same_again(void **unused)
{
	struct derive_result one, two;

	(void)unused;
	state = 9;
	fill(before, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		during[i] = i % 3 ? attacker(PROTO_ICMP) : customer();
	assert_int_equal(derive(COUNT, COUNT, VECTOR_ICMP, &one), OK);
	assert_int_equal(derive(COUNT, COUNT, VECTOR_ICMP, &two), OK);
	assert_int_equal(one.count, two.count);
	for (size_t i = 0; i < one.count; i++)
		assert_memory_equal(&one.all[i].filter, &two.all[i].filter, sizeof(struct filter));
}

/* What a filter in force takes is not found again, wherever it is taken; what it leaves is. */
static void test_beside_what_is_held(void **unused)
{
	const struct filter ntp = { .parts = FILTER_PROTO | FILTER_FROM_PORT, .proto = PROTO_UDP,
				    .from_port = { 123, 123 } };
	struct derive_settings settings = { .normal_pps = 100, .vector = VECTOR_NTP, .held = &ntp, .held_count = 1,
					    .during_pps = 5000 };
	struct derive_result result;

	(void)unused;
	state = 10;
	fill(before, COUNT);
	fill(during, 100);
	for (size_t i = 100; i < COUNT; i++) {
		during[i] = attacker(i < 500 ? PROTO_UDP : PROTO_ICMP);
		during[i].from_port = i < 500 ? 123 : 8;
		during[i].to_port = i < 500 ? (uint16_t)below(65536) : 0;
	}
	assert_int_equal(derive_filters(during, COUNT, before, COUNT, &settings, &result), OK);
	assert_true(result.likely);
	assert_int_equal(result.count, 1);
	assert_int_equal(result.all[0].filter.proto, PROTO_ICMP);
	no_customer_is_lost(&result);
	/* Of both together nothing is left but customers: they are no attack, also where they come in a burst. */
	settings.during_pps = 800;
	for (size_t i = 500; i < COUNT; i++) {
		during[i] = customer();
		during[i].flags = TCP_ACK | TCP_PSH;
		during[i].from = address(0xc0000200 + i % 4);
	}
	assert_int_equal(derive_filters(during, COUNT, before, COUNT, &settings, &result), OK);
	assert_true(result.likely);
	assert_int_equal(result.count, 0);
}

/* Requests like those of customers, from a dozen addresses that hold conversations. */
static void test_few_sources(void **unused)
{
	struct derive_result result;

	(void)unused;
	state = 11;
	fill(before, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		during[i] = customer();
		if (i % 4)
			during[i].from = address(0xc0000200 + below(12) * 256 * 256);
	}
	assert_int_equal(derive(COUNT, COUNT, VECTOR_HTTP, &result), OK);
	assert_true(result.likely);
	assert_int_equal(result.count, 12);
	for (size_t i = 0; i < result.count; i++) {
		assert_int_equal(result.all[i].verb, ACTION_DROP);
		assert_int_equal(result.all[i].filter.from.bits, 128);
		assert_int_equal(result.all[i].filter.from.ip.b[12], 0xc0);
	}
	/* The same of many, each of which has no more than a customer: nobody is taken for the attack. */
	for (size_t i = 0; i < COUNT; i++)
		during[i].from = address(0xc0000200 + below(5000));
	assert_int_equal(derive(COUNT, COUNT, VECTOR_HTTP, &result), OK);
	for (size_t i = 0; i < result.count; i++)
		assert_int_not_equal(result.all[i].verb, ACTION_DROP);
}

/* Of few quiet packets none is hit: of the next 1,000 one may be. It is promised where there were many. */
static void test_promise(void **unused)
{
	static struct look many[4096];
	const struct derive_settings settings = { .normal_pps = 100, .vector = VECTOR_ICMP };
	struct derive_result result;

	(void)unused;
	state = 12;
	fill(many, 4096);
	for (size_t i = 0; i < COUNT; i++)
		during[i] = i % 3 ? attacker(PROTO_ICMP) : customer();
	assert_int_equal(derive_filters(during, COUNT, many, 1024, &settings, &result), OK);
	assert_true(result.likely);
	assert_false(result.good);
	assert_int_equal(derive_filters(during, COUNT, many, 4096, &settings, &result), OK);
	assert_true(result.likely);
	assert_true(result.good);
}

/* A SYN-ACK with so many bytes of header, and a window. */
static struct look answer(uint8_t header, uint16_t window)
{
	struct look look = attacker(PROTO_TCP);

	look.flags = TCP_SYN | TCP_ACK;
	look.header = header;
	look.length = (uint16_t)(20 + header);
	look.window = window;
	return look;
}

/* Twenty packets of quiet times are of the attack's kind. One condition spares them all, and the next one perhaps
 * not: another is added. */
static void test_few_of_its_kind(void **unused)
{
	struct derive_result result;

	(void)unused;
	state = 13;
	fill(before, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		during[i] = customer();
		if (i % 8)
			during[i] = answer(32, 64240);
		if (i < 20)
			before[i] = answer(40, (uint16_t)(14480 + 100 * (i % 5)));
	}
	assert_int_equal(derive(COUNT, COUNT, VECTOR_SYNACK, &result), OK);
	assert_true(result.likely);
	assert_int_equal(result.count, 1);
	assert_true(result.all[0].filter.parts & FILTER_WINDOW);
	assert_true(result.all[0].filter.parts & (FILTER_LENGTH | FILTER_HEADER));
	/* Their flags differ, too. That is one doubt less only where the filter says so. */
	for (size_t i = 0; i < 20; i++)
		before[i].flags |= TCP_ECE;
	assert_int_equal(derive(COUNT, COUNT, VECTOR_SYNACK, &result), OK);
	assert_true((result.all[0].filter.parts & FILTER_WINDOW) || result.all[0].filter.flags_mask & TCP_ECE);
	/* Where none is of that kind there is nothing to fear. */
	fill(before, COUNT);
	assert_int_equal(derive(COUNT, COUNT, VECTOR_SYNACK, &result), OK);
	assert_int_equal(result.all[0].filter.parts, FILTER_TO | FILTER_PROTO | FILTER_FLAGS);
}

/* An ICMP packet that comes from far, to an address of that family. */
static struct look echo(bool six, uint8_t type, uint8_t code)
{
	struct look look = attacker(six ? PROTO_ICMP6 : PROTO_ICMP);

	if (six) {
		look.from.b[0] = look.to.b[0] = 0x20;
		look.from.b[1] = look.to.b[1] = 1;
	}
	look.from_port = type;
	look.to_port = code;
	look.length = (uint16_t)(84 + below(500));
	return look;
}

/* What a router of the link says (RFC 4861), or one on the way of a packet that was too long. */
static bool is_hit(const struct derive_result *result, struct look look, uint8_t ttl)
{
	bool hit = false;

	look.ttl = ttl;
	for (size_t k = 0; k < result->count; k++)
		hit = hit || filter_match(&result->all[k].filter, &look);
	return hit;
}

/* Whoever floods with ICMPv6 does not make us lose our neighbours, of whom no packet was among the samples. */
static void test_neighbours_stay(void **unused)
{
	static struct look many[4096];
	const struct derive_settings settings = { .normal_pps = 100, .vector = VECTOR_ICMP };
	struct derive_result result;

	(void)unused;
	state = 14;
	fill(many, 4096);
	for (size_t i = 0; i < 4096; i++) {
		many[i].from.b[0] = many[i].to.b[0] = 0x20;
		many[i].from.b[1] = many[i].to.b[1] = 1;
	}
	for (unsigned kind = 0; kind < 4; kind++) {
		size_t known = kind < 3 ? 4096 : 0;

		for (size_t i = 0; i < COUNT; i++) { /* one type; each of them; nobody knows what is normal; hardly an excess */
			during[i] = echo(true, kind % 2 ? (uint8_t)below(256) : 128, 0);
			if (kind == 2 && i % 5)
				during[i] = many[i];
		}
		assert_int_equal(derive_filters(during, COUNT, many, known, &settings, &result), OK);
		for (uint8_t type = 133; type <= 137; type++)
			assert_false(is_hit(&result, echo(true, type, 0), 255));
		if (known)
			assert_true(result.good && dropped(&result, during, 0, COUNT) >= (kind == 2 ? 0.19 : 0.99));
	}
}

/* Nor packets that are too long, where it floods with others. */
static void test_too_long_is_told(void **unused)
{
	static struct look many[4096];
	const struct derive_settings settings = { .normal_pps = 100, .vector = VECTOR_ICMP };
	struct derive_result result;

	(void)unused;
	state = 15;
	fill(many, 4096);
	for (unsigned kind = 0; kind < 2; kind++) {
		for (size_t i = 0; i < COUNT; i++)
			during[i] = kind ? echo(false, 3, 3) : echo(false, 8, 0);
		assert_int_equal(derive_filters(during, COUNT, many, 4096, &settings, &result), OK);
		assert_true(result.good);
		assert_true(dropped(&result, during, 0, COUNT) >= 0.99);
		assert_false(is_hit(&result, echo(false, 3, 4), 60));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_constant_among_customers),
		cmocka_unit_test(test_two_populations),
		cmocka_unit_test(test_bytes_tell),
		cmocka_unit_test(test_one_source),
		cmocka_unit_test(test_no_constant),
		cmocka_unit_test(test_nothing_known_before),
		cmocka_unit_test(test_several_vectors_untold),
		cmocka_unit_test(test_too_little),
		cmocka_unit_test(test_same_again),
		cmocka_unit_test(test_beside_what_is_held),
		cmocka_unit_test(test_few_sources),
		cmocka_unit_test(test_promise),
		cmocka_unit_test(test_few_of_its_kind),
		cmocka_unit_test(test_neighbours_stay),
		cmocka_unit_test(test_too_long_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
