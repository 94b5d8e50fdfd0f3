/* xdp_rule.c - filters as rules, and the cells of each axis where a rule could match. */
#include "hand/xdp_rule.h"

#define SAME(part, parts) ((unsigned)(part) == (unsigned)(parts))

_Static_assert(SAME(SHIELD_FROM, FILTER_FROM) && SAME(SHIELD_TO, FILTER_TO) &&
		       SAME(SHIELD_PROTO, FILTER_PROTO) &&
		       SAME(SHIELD_PORTS, FILTER_FROM_PORT | FILTER_TO_PORT) &&
		       SAME(SHIELD_LENGTH, FILTER_LENGTH) && SAME(SHIELD_TTL, FILTER_TTL) &&
		       SAME(SHIELD_FRAGMENT, FILTER_FRAGMENT) && SAME(SHIELD_BYTES, FILTER_BYTES) &&
		       SAME(SHIELD_TCP, FILTER_FLAGS | FILTER_WINDOW | FILTER_HEADER),
	       "a rule's parts are those of its filter");

#define NANOSECONDS 1000000000ull /* in a second */

void xdp_mask(uint8_t bits, uint64_t mask[2])
{
	struct ip ones;

	memset(&ones, 0xff, sizeof(ones));
	ones = ip_prefix(&ones, bits).ip;
	memcpy(mask, ones.b, sizeof(ones.b));
}

bool xdp_is_source(const struct hand_order *order)
{
	const struct prefix *from = &order->filter.from;
	uint64_t first;

	memcpy(&first, from->ip.b, sizeof(first));
	return order->verb == ACTION_DROP && order->filter.parts == FILTER_FROM &&
	       (first != 0 || (from->bits >= XDP_IP4_BITS && ip_is_v4(&from->ip)));
}

static void address_make(const struct filter *filter, enum filter_part part,
			 const struct prefix *prefix, __u64 value[2], __u64 mask[2])
{
	uint64_t words[2];

	if (!(filter->parts & part))
		return;
	xdp_mask(prefix->bits, words);
	memcpy(mask, words, sizeof(words));
	memcpy(value, prefix->ip.b, sizeof(words));
}

static struct shield_range range_make(const struct filter *filter, enum filter_part part,
				      struct filter_range range)
{
	if (!(filter->parts & part))
		return (struct shield_range){ 0, UINT16_MAX };
	return (struct shield_range){ range.low, (uint16_t)(range.high - range.low) };
}

static uint8_t fragments_make(const struct filter *filter)
{
	const uint8_t whole = 1 << FRAGMENT_NONE, first = 1 << FRAGMENT_ANY,
		      later = 1 << FRAGMENT_LATER;

	if (!(filter->parts & FILTER_FRAGMENT))
		return whole | first | later;
	switch (filter->fragment) {
	case FRAGMENT_NONE:
		return whole;
	case FRAGMENT_ANY:
		return first | later;
	default:
		return later;
	}
}

static enum shield_verb verb_make(enum action_verb verb)
{
	switch (verb) {
	case ACTION_LIMIT:
		return SHIELD_LIMIT;
	case ACTION_SYNCOOKIE:
		return SHIELD_CHALLENGE;
	default:
		return SHIELD_DROP;
	}
}

/* What a filter of IPv6 wants besides its prefixes. */
static uint32_t family_parts(const struct filter *filter)
{
	if (filter_family(filter) != 6)
		return 0;
	return (filter->parts & FILTER_FROM ? SHIELD_FROM6 : 0u) | (filter->parts & FILTER_TO ? SHIELD_TO6 : 0u);
}

void xdp_rule_make(const struct hand_order *order, struct shield_rule *rule)
{
	const struct filter *f = &order->filter;

	*rule = (struct shield_rule){
		.until = (uint64_t)order->until * 1000,
		.parts = f->parts | family_parts(f),
		.from_port = range_make(f, FILTER_FROM_PORT, f->from_port),
		.to_port = range_make(f, FILTER_TO_PORT, f->to_port),
		.length = range_make(f, FILTER_LENGTH, f->length),
		.ttl = range_make(f, FILTER_TTL, f->ttl),
		.window = range_make(f, FILTER_WINDOW, f->window),
		.header = range_make(f, FILTER_HEADER, f->header),
		.fragments = fragments_make(f),
		.verb = (uint8_t)verb_make(order->verb),
	};
	address_make(f, FILTER_FROM, &f->from, rule->from, rule->from_mask);
	address_make(f, FILTER_TO, &f->to, rule->to, rule->to_mask);
	if (f->parts & FILTER_PROTO) {
		rule->proto = f->proto;
		rule->proto_mask = 0xff;
	}
	if (f->parts & FILTER_FLAGS) {
		rule->flags = f->flags;
		rule->flags_mask = f->flags_mask;
	}
	if (f->parts & FILTER_BYTES) {
		memcpy(&rule->bytes, f->bytes.value, sizeof(rule->bytes));
		memcpy(&rule->bytes_mask, f->bytes.mask, sizeof(rule->bytes_mask));
		rule->at = f->bytes.at;
		rule->len = f->bytes.len;
	}
	if (order->verb == ACTION_LIMIT)
		rule->interval = NANOSECONDS / order->limit;
}

/* Where in the table a rule stands. */
struct place {
	struct shield_table *table;
	uint32_t number;
};

static void cell_set(const struct place *place, enum shield_axis axis, uint8_t cell)
{
	place->table->cells[place->number / 64][axis][cell] |= 1ull << place->number % 64;
}

static void cells_all(const struct place *place, enum shield_axis axis)
{
	for (unsigned cell = 0; cell < SHIELD_CELLS; cell++)
		cell_set(place, axis, (uint8_t)cell);
}

static void cells_from(const struct place *place, const struct shield_rule *rule)
{
	/* Of IPv4 the first 24 bits, of others the first 48; addresses that begin with zeros, of which only
	 * IPv4-mapped ones are ever seen, go by the bits where those have theirs. */
	static const uint8_t byte = 0xff;
	const uint8_t *mask = (const uint8_t *)rule->from_mask;

	if (mask[rule->from[0] ? 5 : 14] == byte)
		cell_set(place, AXIS_FROM, shield_from_cell(rule->from[0], rule->from[1]));
	else
		cells_all(place, AXIS_FROM);
}

static void cells_to(const struct place *place, const struct shield_rule *rule)
{
	if ((rule->to_mask[0] & rule->to_mask[1]) == UINT64_MAX)
		cell_set(place, AXIS_TO, shield_to_cell(rule->to[0], rule->to[1]));
	else
		cells_all(place, AXIS_TO);
}

static void cells_port(const struct place *place, enum shield_axis axis, struct shield_range range)
{
	if (range.span >= SHIELD_CELLS) {
		cells_all(place, axis);
		return;
	}
	for (unsigned i = 0; i <= range.span; i++)
		cell_set(place, axis, shield_port_cell((uint16_t)(range.low + i)));
}

/* Axes whose cells are in the order of the values. */
static void cells_range(const struct place *place, enum shield_axis axis, unsigned low,
			unsigned high)
{
	for (unsigned cell = low; cell <= high && cell < SHIELD_CELLS; cell++)
		cell_set(place, axis, (uint8_t)cell);
}

static void cells_bits(const struct place *place, enum shield_axis axis, uint8_t value,
		       uint8_t mask)
{
	for (unsigned cell = 0; cell < SHIELD_CELLS; cell++)
		if ((cell & mask) == value)
			cell_set(place, axis, (uint8_t)cell);
}

void xdp_table_add(struct shield_table *table, uint32_t number, const struct shield_rule *rule)
{
	const struct place place = { table, number };
	const struct shield_range length = rule->length, ttl = rule->ttl;

	table->rules[number] = *rule;
	if (table->words < number / 64 + 1)
		table->words = number / 64 + 1;
	table->challenges |= rule->verb == SHIELD_CHALLENGE;
	cells_from(&place, rule);
	cells_to(&place, rule);
	cells_bits(&place, AXIS_PROTO, rule->proto, rule->proto_mask);
	cells_port(&place, AXIS_FROM_PORT, rule->from_port);
	cells_port(&place, AXIS_TO_PORT, rule->to_port);
	cells_range(&place, AXIS_LENGTH, shield_length_cell(length.low),
		    shield_length_cell((uint16_t)(length.low + length.span)));
	cells_range(&place, AXIS_TTL, ttl.low, (unsigned)ttl.low + ttl.span);
	cells_bits(&place, AXIS_FLAGS, rule->flags, rule->flags_mask);
}
