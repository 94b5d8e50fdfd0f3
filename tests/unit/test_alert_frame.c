/*
 * test_alert_frame.c - an alert goes to bytes and comes back the same; anything else is refused.
 */
#include "tower/alert_frame.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const rules[] = { "flood", "scan" };

static struct hll sources, targets;

/* An alert with something in each member. */
static struct alert full(void)
{
	struct alert a = {
		.rule = "scan",
		.vector = VECTOR_UDP,
		.direction = DIRECTION_OUTBOUND,
		.severity = SEVERITY_CRITICAL,
		.confidence = 93,
		.level = LEVEL_HIGH,
		.from = 1700000000 * USEC_PER_SEC,
		.to = 1700000001 * USEC_PER_SEC,
		.packets = UINT64_C(0x0102030405060708),
		.bytes = UINT64_MAX,
		.pps = 1,
		.bps = 2,
		.sources = &sources,
		.targets = &targets,
		.by = BY_WHO,
		.quiet = 7200 * USEC_PER_SEC,
		.attack = "T1046",
	};
	struct ip ip;

	assert_int_equal(ip_parse(&ip, "2001:db8::7"), OK);
	a.who = entity_service(&ip, 443);
	a.whom = entity_name((struct span){ (const uint8_t *)"evil.example", 12 });
	memset(a.say, 's', sizeof(a.say) - 1);
	for (unsigned i = 0; i < EVIDENCE_MAX; i++)
		alert_why(&a, "Key", "%u", i);
	for (uint64_t i = 0; i < 1000; i++) {
		hll_add(&sources, hash_64(i, HASH_K1));
		hll_add(&targets, hash_64(i, HASH_K2));
	}
	return a;
}

static size_t bytes_of(const struct alert *alert, uint8_t room[ALERT_FRAME_MAX])
{
	struct pen pen = pen_init(room, ALERT_FRAME_MAX);

	alert_frame_write(&pen, alert);
	assert_false(pen.cut);
	return pen.used;
}

static void assert_same(const struct alert *a, const struct alert *b)
{
	assert_string_equal(a->rule, b->rule);
	assert_string_equal(a->attack, b->attack);
	assert_string_equal(a->say, b->say);
	assert_true(a->vector == b->vector && a->direction == b->direction);
	assert_true(a->severity == b->severity && a->confidence == b->confidence);
	assert_int_equal(a->level, b->level);
	assert_true(a->from == b->from && a->to == b->to && a->quiet == b->quiet);
	assert_true(a->packets == b->packets && a->bytes == b->bytes);
	assert_true(a->pps == b->pps && a->bps == b->bps && a->by == b->by);
	assert_memory_equal(&a->who.prefix, &b->who.prefix, sizeof(a->who.prefix));
	assert_true(a->who.kind == b->who.kind && a->who.port == b->who.port);
	assert_true(a->whom.kind == b->whom.kind);
	assert_string_equal(a->whom.name, b->whom.name);
	assert_int_equal(a->why_count, b->why_count);
	for (unsigned i = 0; i < a->why_count; i++) {
		assert_string_equal(a->why[i].key, b->why[i].key);
		assert_string_equal(a->why[i].value, b->why[i].value);
	}
	assert_int_equal(a->sources != NULL, b->sources != NULL);
	if (a->sources)
		assert_memory_equal(a->sources, b->sources, sizeof(*a->sources));
	if (a->targets)
		assert_memory_equal(a->targets, b->targets, sizeof(*a->targets));
}

static void test_same(void **state)
{
	struct alert_reader *reader = alert_reader_new(rules, 2);
	struct alert a = full(), b, bare = { .rule = "flood", .vector = VECTOR_NONE };
	uint8_t room[ALERT_FRAME_MAX];
	size_t used = bytes_of(&a, room);

	(void)state;
	assert_int_equal(alert_frame_read(reader, (struct span){ room, used }, &b), OK);
	assert_same(&a, &b);
	assert_ptr_equal(b.rule, rules[1]);
	used = bytes_of(&bare, room);
	assert_int_equal(alert_frame_read(reader, (struct span){ room, used }, &b), OK);
	bare.attack = "";
	assert_same(&bare, &b);
	alert_reader_free(reader);
}

/* Cut anywhere, or with a byte more: refused, and the output is as it was. */
static void test_cut(void **state)
{
	struct alert_reader *reader = alert_reader_new(rules, 2);
	struct alert a = full(), b = { .pps = 77 };
	uint8_t room[ALERT_FRAME_MAX + 1] = { 0 };
	size_t used = bytes_of(&a, room);

	(void)state;
	for (size_t n = 0; n < used; n++)
		assert_int_equal(alert_frame_read(reader, (struct span){ room, n }, &b), ERR_FORMAT);
	assert_int_equal(alert_frame_read(reader, (struct span){ room, used + 1 }, &b), ERR_FORMAT);
	assert_int_equal(b.pps, 77);
	alert_reader_free(reader);
}

/* The offset of each small number, and the first value that it must not have. */
static void test_ranges(void **state)
{
	static const struct {
		size_t at;
		unsigned end;
	} numbers[] = { { 0, 2 },   { 1, 4 },   { 2, VECTOR_COUNT }, { 3, 4 },
			{ 4, 5 },   { 5, 101 }, { 6, LEVELS },	     { 7, 4 },
			{ 8, EVIDENCE_MAX + 1 }, { 16, 64 }, { 32, 64 } };
	struct alert_reader *reader = alert_reader_new(rules, 2);
	struct alert a = full(), b;
	uint8_t room[ALERT_FRAME_MAX];
	size_t used = bytes_of(&a, room);

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint8_t was = room[numbers[i].at];

		room[numbers[i].at] = (uint8_t)numbers[i].end;
		assert_int_equal(alert_frame_read(reader, (struct span){ room, used }, &b), ERR_FORMAT);
		room[numbers[i].at] = was;
	}
	room[used - 1] = 57; /* a register of a sketch */
	assert_int_equal(alert_frame_read(reader, (struct span){ room, used }, &b), ERR_FORMAT);
	alert_reader_free(reader);
}

static void test_texts(void **state)
{
	struct alert_reader *reader = alert_reader_new(rules, 2);
	struct alert a = { .rule = "no such rule" }, b;
	uint8_t room[ALERT_FRAME_MAX];
	char id[16];

	(void)state;
	assert_int_equal(alert_frame_read(reader, (struct span){ room, bytes_of(&a, room) }, &b),
			 ERR_FORMAT);
	a.rule = "flood";
	for (unsigned i = 0; i < 256; i++) { /* their number is bounded, the known ones stay */
		snprintf(id, sizeof(id), "T%u", i);
		a.attack = id;
		assert_int_equal(
			alert_frame_read(reader, (struct span){ room, bytes_of(&a, room) }, &b), OK);
		assert_string_equal(b.attack, id);
	}
	a.attack = "T9999";
	assert_int_equal(alert_frame_read(reader, (struct span){ room, bytes_of(&a, room) }, &b),
			 ERR_LIMIT);
	a.attack = "T7";
	assert_int_equal(alert_frame_read(reader, (struct span){ room, bytes_of(&a, room) }, &b), OK);
	alert_reader_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
