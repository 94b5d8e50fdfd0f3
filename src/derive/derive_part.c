/*
 * derive_part.c - conditions that nearly all samples of an attack meet.
 *
 * A number's condition is the narrowest interval that holds all but a few of its values; bytes are a window
 * with as many constant ones as there are; a source is a prefix, when one holds nearly all.
 */
#include "derive/derive_private.h"

#include <stdlib.h>

#define NUMBERS_MANY 8  /* different values of a number from which on it is a range, not a choice */
#define SOURCE_BITS4 16 /* the widest prefix that is a source: what forgers spread over is wider */
#define SOURCE_BITS6 32
#define BYTES_LEAST  2  /* constant bytes that are worth a condition */
#define BYTES_WINDOWS 3 /* of them that are tried */

typedef uint16_t look_number(const struct look *look);

static uint16_t number_from_port(const struct look *look) { return look->from_port; }
static uint16_t number_to_port(const struct look *look) { return look->to_port; }
static uint16_t number_length(const struct look *look) { return look->length; }
static uint16_t number_ttl(const struct look *look) { return look->ttl; }
static uint16_t number_window(const struct look *look) { return look->window; }
static uint16_t number_header(const struct look *look) { return look->header; }

static const struct part {
	enum filter_part part;
	look_number *number;
	size_t offset;
	uint16_t most;
} parts[] = {
	{ FILTER_FROM_PORT, number_from_port, offsetof(struct filter, from_port), UINT16_MAX },
	{ FILTER_TO_PORT, number_to_port, offsetof(struct filter, to_port), UINT16_MAX },
	{ FILTER_LENGTH, number_length, offsetof(struct filter, length), UINT16_MAX },
	{ FILTER_TTL, number_ttl, offsetof(struct filter, ttl), UINT8_MAX },
	{ FILTER_WINDOW, number_window, offsetof(struct filter, window), UINT16_MAX },
	{ FILTER_HEADER, number_header, offsetof(struct filter, header), 60 },
};

static int number_order(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static unsigned numbers_distinct(const uint16_t *numbers, size_t first, size_t last)
{
	unsigned distinct = 1;

	for (size_t i = first + 1; i <= last; i++)
		distinct += numbers[i] != numbers[i - 1];
	return distinct;
}

/* A port of many values is no mark of an attack, but the counter of who sends it, and goes on. */
static bool number_wanders(const struct sample_set *set, const struct part *part,
			   const struct filter_range *range, uint16_t *numbers)
{
	size_t first = 0, last = set->count;

	if (!(part->part & (FILTER_FROM_PORT | FILTER_TO_PORT)))
		return false;
	while (numbers[first] < range->low)
		first++;
	while (numbers[last - 1] > range->high)
		last--;
	return numbers_distinct(numbers, first, last - 1) >= NUMBERS_MANY;
}

/*
 * Of sorted numbers, the narrowest interval that leaves out at most `spare`. Where there are many different
 * values, those just outside are as likely as those seen: it is widened by what one step between them is.
 */
static struct filter_range numbers_interval(const uint16_t *numbers, size_t count, size_t spare,
					    uint16_t most)
{
	size_t take = count - spare, best = 0;
	unsigned width, step, distinct;
	uint32_t low, high;

	for (size_t i = 1; i + take <= count; i++)
		if (numbers[i + take - 1] - numbers[i] < numbers[best + take - 1] - numbers[best])
			best = i;
	low = numbers[best];
	high = numbers[best + take - 1];
	width = high - low;
	distinct = numbers_distinct(numbers, best, best + take - 1);
	if (distinct >= NUMBERS_MANY) {
		step = 1 + 2 * width / distinct;
		low = low > step ? low - step : 0;
		high = high + step < most ? high + step : most;
	}
	return (struct filter_range){ (uint16_t)low, (uint16_t)high };
}

static struct filter_range number_range(const struct sample_set *set, look_number *number, size_t spare,
					uint16_t most, uint16_t *room)
{
	for (size_t i = 0; i < set->count; i++)
		room[i] = number(set->looks[i]);
	qsort(room, set->count, sizeof(room[0]), number_order);
	return numbers_interval(room, set->count, spare, most);
}

/* The byte at `at` that most samples have there; how many miss it. */
static size_t byte_missed(const struct sample_set *set, unsigned at, uint8_t *value)
{
	uint32_t counts[256] = { 0 };
	uint32_t best = 0;

	for (size_t i = 0; i < set->count; i++)
		if (set->looks[i]->has > at)
			counts[set->looks[i]->bytes[at]]++;
	for (unsigned v = 0; v < 256; v++)
		if (counts[v] > best) {
			best = counts[v];
			*value = (uint8_t)v;
		}
	return set->count - best;
}

/* Bytes of whole packets only, where that is all there are: what hands find of fragments differs. */
static void part_whole(const struct sample_set *set, const struct filter *base, struct filter *filter)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->looks[i]->fragment != FRAGMENT_NONE)
			return;
	if (!(base->parts & FILTER_FRAGMENT)) {
		filter->parts |= FILTER_FRAGMENT;
		filter->fragment = FRAGMENT_NONE;
	}
}

/* The window of bytes that holds most constant ones, of those from `from` on. */
static bool part_window(const uint8_t value[LOOK_BYTES], const bool constant[LOOK_BYTES], unsigned from,
			struct filter *filter)
{
	unsigned best = 0, best_at = 0, last = 0;

	for (unsigned at = from; at < LOOK_BYTES; at++) {
		unsigned found = 0;

		for (unsigned i = at; constant[at] && i < at + FILTER_BYTES_MAX && i < LOOK_BYTES; i++)
			found += constant[i];
		if (found > best) {
			best = found;
			best_at = at;
		}
	}
	if (best < BYTES_LEAST)
		return false;
	*filter = (struct filter){ .parts = FILTER_BYTES, .bytes.at = (uint8_t)best_at };
	for (unsigned i = 0; i < FILTER_BYTES_MAX && best_at + i < LOOK_BYTES; i++)
		if (constant[best_at + i]) {
			filter->bytes.mask[i] = 0xff;
			filter->bytes.value[i] = value[best_at + i];
			last = i;
		}
	filter->bytes.len = (uint8_t)(last + 1);
	return true;
}

/* Windows of constant bytes, one behind the other: which of them normal packets have not is found out later. What
 * misses one byte mostly misses its neighbours, too. */
static size_t part_bytes(const struct sample_set *set, size_t spare, struct filter windows[BYTES_WINDOWS])
{
	uint8_t value[LOOK_BYTES] = { 0 };
	bool constant[LOOK_BYTES];
	size_t count = 0;

	for (unsigned i = 0; i < LOOK_BYTES; i++)
		constant[i] = byte_missed(set, i, &value[i]) <= spare;
	for (unsigned from = 0; count < BYTES_WINDOWS && part_window(value, constant, from, &windows[count]); count++)
		from = (unsigned)windows[count].bytes.at + windows[count].bytes.len;
	return count;
}

static int address_order(const void *a, const void *b)
{
	return ip_compare(a, b);
}

/* The narrowest prefix that holds all but `spare` addresses; there must be one family. */
static struct prefix addresses_prefix(struct ip *addresses, size_t count, size_t spare)
{
	size_t take = count - spare;
	struct prefix best = { .bits = 0 };

	qsort(addresses, count, sizeof(addresses[0]), address_order);
	for (size_t i = 0; i + take <= count; i++) {
		uint8_t bits = 128;
		struct prefix held;

		do {
			held = ip_prefix(&addresses[i], bits);
		} while (!prefix_has(&held, &addresses[i + take - 1]) && bits-- > 0);
		if (held.bits > best.bits || i == 0)
			best = held;
	}
	return best;
}

static bool part_source(const struct sample_set *set, size_t spare, struct filter *filter)
{
	struct ip *addresses = malloc(set->count * sizeof(*addresses));
	struct prefix prefix;
	bool four;

	if (!addresses)
		return false;
	for (size_t i = 0; i < set->count; i++)
		addresses[i] = set->looks[i]->from;
	prefix = addresses_prefix(addresses, set->count, spare);
	free(addresses);
	four = ip_is_v4(&prefix.ip) && prefix.bits >= 96;
	if (prefix.bits < (four ? 96 + SOURCE_BITS4 : SOURCE_BITS6))
		return false;
	filter->parts = FILTER_FROM;
	filter->from = prefix;
	return true;
}

/* Whether the condition can stand beside the base: ports need a protocol that has them, and so on. */
static bool part_fits(const struct filter *base, const struct filter *condition)
{
	struct filter both = *base;

	filter_join(&both, condition);
	return filter_sound(&both);
}

static void *filter_at(struct filter *filter, size_t offset)
{
	return (uint8_t *)filter + offset;
}

void filter_join(struct filter *filter, const struct filter *condition)
{
	uint32_t set = condition->parts;

	if (set & FILTER_FROM)
		filter->from = condition->from;
	if (set & FILTER_TO)
		filter->to = condition->to;
	if (set & FILTER_PROTO)
		filter->proto = condition->proto;
	if (set & FILTER_FRAGMENT)
		filter->fragment = condition->fragment;
	if (set & FILTER_FLAGS) {
		filter->flags = condition->flags;
		filter->flags_mask = condition->flags_mask;
	}
	if (set & FILTER_BYTES)
		filter->bytes = condition->bytes;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (set & parts[i].part)
			memcpy(filter_at(filter, parts[i].offset),
			       (const uint8_t *)condition + parts[i].offset, sizeof(struct filter_range));
	filter->parts |= set;
}

/* The flags that all but `spare` have, or have not. */
static void part_flags(const struct sample_set *set, size_t spare, struct filter *filter)
{
	for (unsigned bit = 1; bit <= TCP_CWR; bit <<= 1) {
		size_t have = 0;

		for (size_t i = 0; i < set->count; i++)
			have += (set->looks[i]->flags & bit) != 0;
		if (have > spare / 8 && set->count - have > spare / 8)
			continue;
		filter->flags_mask = (uint8_t)(filter->flags_mask | bit);
		if (have > spare / 8)
			filter->flags = (uint8_t)(filter->flags | bit);
	}
	if (filter->flags_mask)
		filter->parts = FILTER_FLAGS;
}

size_t part_conditions(const struct sample_set *set, const struct filter *base, size_t spare,
		       struct filter conditions[PART_CONDITIONS])
{
	uint16_t *room = malloc(set->count * sizeof(*room) + 1);
	struct filter found[PART_CONDITIONS] = { 0 };
	size_t n = 0, kept = 0;

	for (size_t i = 0; room && i < sizeof(parts) / sizeof(parts[0]); i++, n++) {
		struct filter_range range =
			number_range(set, parts[i].number, spare, parts[i].most, room);

		if (number_wanders(set, &parts[i], &range, room))
			continue;
		if (parts[i].part == FILTER_HEADER) /* in words of four, as no other is */
			range = (struct filter_range){ (uint16_t)(range.low / 4 * 4),
						       (uint16_t)((range.high + 3) / 4 * 4) };
		memcpy(filter_at(&found[n], parts[i].offset), &range, sizeof(range));
		found[n].parts = parts[i].part;
	}
	free(room);
	part_flags(set, spare, &found[n++]);
	for (size_t windows = part_bytes(set, spare, &found[n]); windows > 0; windows--)
		part_whole(set, base, &found[n++]);
	if (part_source(set, spare, &found[n]))
		n++;
	for (size_t i = 0; i < n; i++)
		if (found[i].parts && !(found[i].parts & base->parts & ~(uint32_t)FILTER_FLAGS) &&
		    part_fits(base, &found[i]))
			conditions[kept++] = found[i];
	return kept;
}
