/* alert_frame.c - alerts to bytes and back; every number that comes back is checked against its range. */
#include "tower/alert_frame.h"

#include "base/cursor.h"

#include <stdlib.h>

#define VERSION 1
#define ATTACKS 256 /* different ATT&CK ids */
#define ATTACK  48  /* bytes of one */
#define RANK_MAX 56 /* of a register of a sketch: the bits of a hash that are left, and one */

enum parts { HAS_SOURCES = 1, HAS_TARGETS = 2 };

struct alert_reader {
	const char *const *rules;
	size_t rule_count;
	size_t attack_count;
	char attacks[ATTACKS][ATTACK];
	struct hll sources, targets;
};

static void put_text(struct pen *p, const char *text)
{
	pen_le(p, strlen(text), 2);
	pen_text(p, text);
}

static void put_entity(struct pen *p, const struct entity *e)
{
	pen_le(p, e->kind, 1);
	pen_le(p, e->prefix.bits, 1);
	pen_le(p, e->port, 2);
	pen_span(p, (struct span){ e->prefix.ip.b, sizeof(e->prefix.ip.b) });
	put_text(p, e->name);
}

static void put_sketch(struct pen *p, const struct hll *sketch)
{
	if (sketch)
		pen_span(p, (struct span){ sketch->reg, sizeof(sketch->reg) });
}

void alert_frame_write(struct pen *p, const struct alert *a)
{
	pen_le(p, VERSION, 1);
	pen_le(p, (a->sources ? HAS_SOURCES : 0) | (a->targets ? HAS_TARGETS : 0), 1);
	pen_le(p, a->vector, 1);
	pen_le(p, a->direction, 1);
	pen_le(p, a->severity, 1);
	pen_le(p, a->confidence, 1);
	pen_le(p, a->level, 1);
	pen_le(p, a->by, 1);
	pen_le(p, a->why_count, 1);
	pen_le(p, (uint64_t)a->from, 8);
	pen_le(p, (uint64_t)a->to, 8);
	pen_le(p, (uint64_t)a->quiet, 8);
	pen_le(p, a->packets, 8);
	pen_le(p, a->bytes, 8);
	pen_le(p, a->pps, 8);
	pen_le(p, a->bps, 8);
	put_text(p, a->rule);
	put_text(p, a->attack ? a->attack : "");
	put_text(p, a->say);
	put_entity(p, &a->who);
	put_entity(p, &a->whom);
	for (unsigned i = 0; i < a->why_count; i++) {
		put_text(p, a->why[i].key);
		put_text(p, a->why[i].value);
	}
	put_sketch(p, a->sources);
	put_sketch(p, a->targets);
}

struct alert_reader *alert_reader_new(const char *const *rules, size_t count)
{
	struct alert_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->rules = rules;
	reader->rule_count = count;
	return reader;
}

void alert_reader_free(struct alert_reader *reader)
{
	free(reader);
}

/* One byte below `end`; else the cursor is bad. */
static uint8_t take_below(struct cur *c, unsigned end)
{
	uint8_t value = cur_u8(c);

	if (value >= end) {
		c->bad = true;
		return 0;
	}
	return value;
}

static enum vector take_vector(struct cur *c)
{
	uint8_t value = cur_u8(c);

	c->bad |= value >= VECTOR_COUNT && value != VECTOR_NONE;
	return c->bad ? VECTOR_NONE : (enum vector)value;
}

/* A time that adding quiet times to cannot overflow. */
static usec_t take_time(struct cur *c)
{
	uint64_t value = cur_le64(c);

	if (value > (uint64_t)INT64_MAX / 4) {
		c->bad = true;
		return 0;
	}
	return (usec_t)value;
}

/* Into room for `size` bytes with the NUL. A text of ours has no NUL inside and fits. */
static void take_text(struct cur *c, char *into, size_t size)
{
	uint16_t length = cur_le16(c);
	struct span text = cur_span(c, length);

	if (c->bad || length >= size || (length && memchr(text.ptr, '\0', length))) {
		c->bad = true;
		return;
	}
	if (length)
		memcpy(into, text.ptr, length);
	into[length] = '\0';
}

static void take_entity(struct cur *c, struct entity *e)
{
	e->kind = take_below(c, ENTITY_NAME + 1);
	e->prefix.bits = take_below(c, 129);
	e->port = cur_le16(c);
	cur_copy(c, e->prefix.ip.b, sizeof(e->prefix.ip.b));
	take_text(c, e->name, sizeof(e->name));
}

static const struct hll *take_sketch(struct cur *c, struct hll *into)
{
	cur_copy(c, into->reg, sizeof(into->reg));
	for (size_t i = 0; i < sizeof(into->reg); i++)
		if (into->reg[i] > RANK_MAX)
			c->bad = true;
	return into;
}

static const char *known_rule(const struct alert_reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->rule_count; i++)
		if (strcmp(reader->rules[i], name) == 0)
			return reader->rules[i];
	return NULL;
}

/* The reader's own copy of an ATT&CK id; NULL: no room for another. */
static const char *kept_attack(struct alert_reader *reader, const char *id)
{
	for (size_t i = 0; i < reader->attack_count; i++)
		if (strcmp(reader->attacks[i], id) == 0)
			return reader->attacks[i];
	if (reader->attack_count == ATTACKS)
		return NULL;
	memcpy(reader->attacks[reader->attack_count], id, strlen(id) + 1);
	return reader->attacks[reader->attack_count++];
}

static void take_numbers(struct cur *c, struct alert *a)
{
	a->vector = take_vector(c);
	a->direction = take_below(c, DIRECTION_INTERNAL + 1);
	a->severity = take_below(c, SEVERITY_CRITICAL + 1);
	a->confidence = take_below(c, 101);
	a->level = take_below(c, LEVELS);
	a->by = take_below(c, (BY_WHO | BY_WHOM) + 1);
	a->why_count = take_below(c, EVIDENCE_MAX + 1);
	a->from = take_time(c);
	a->to = take_time(c);
	a->quiet = take_time(c);
	a->packets = cur_le64(c);
	a->bytes = cur_le64(c);
	a->pps = cur_le64(c);
	a->bps = cur_le64(c);
}

enum err alert_frame_read(struct alert_reader *reader, struct span bytes, struct alert *alert)
{
	struct cur c = cur_init(bytes);
	struct alert a = { 0 };
	char rule[ATTACK], attack[ATTACK];
	uint8_t version = cur_u8(&c), parts = take_below(&c, (HAS_SOURCES | HAS_TARGETS) + 1);

	take_numbers(&c, &a);
	take_text(&c, rule, sizeof(rule));
	take_text(&c, attack, sizeof(attack));
	take_text(&c, a.say, sizeof(a.say));
	take_entity(&c, &a.who);
	take_entity(&c, &a.whom);
	for (unsigned i = 0; i < a.why_count; i++) {
		take_text(&c, a.why[i].key, sizeof(a.why[i].key));
		take_text(&c, a.why[i].value, sizeof(a.why[i].value));
	}
	if (parts & HAS_SOURCES)
		a.sources = take_sketch(&c, &reader->sources);
	if (parts & HAS_TARGETS)
		a.targets = take_sketch(&c, &reader->targets);
	if (c.bad || c.left || version != VERSION)
		return ERR_FORMAT;
	a.rule = known_rule(reader, rule);
	if (!a.rule)
		return ERR_FORMAT;
	a.attack = kept_attack(reader, attack);
	if (!a.attack)
		return ERR_LIMIT;
	*alert = a;
	return OK;
}
