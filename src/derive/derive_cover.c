/*
 * derive_cover.c - what no one filter takes is covered by several, one after the other (Fürnkranz,
 * "Separate-and-Conquer Rule Learning", 1999): each the one that takes most.
 */
#include "derive/derive_private.h"

#include <stdlib.h>

#define SPLIT_LEAST  0.10 /* of what is left, that has one value in common */
#define SPLIT_LOOKED 64   /* samples: what is frequent is among the first */
#define SOURCE_TIMES 4    /* what came from a source before */

static uint16_t number_of(const struct look *look, enum filter_part part)
{
	switch (part) {
	case FILTER_FROM_PORT:
		return look->from_port;
	case FILTER_TO_PORT:
		return look->to_port;
	case FILTER_LENGTH:
		return look->length;
	case FILTER_WINDOW:
		return look->window;
	default:
		return look->fragment;
	}
}

/* The sample whose number most others have, too; of those that are looked at. */
static const struct look *most_alike(const struct sample_set *set, enum filter_part part)
{
	uint16_t *numbers = malloc((set->count + 1) * sizeof(*numbers));
	size_t best = 0, found = 0;

	for (size_t i = 0; numbers && i < set->count; i++)
		numbers[i] = number_of(set->looks[i], part);
	for (size_t i = 0; numbers && i < set->count && i < SPLIT_LOOKED; i++) {
		size_t hits = 0;

		if ((part & (FILTER_FROM_PORT | FILTER_TO_PORT)) && set->looks[i]->fragment == FRAGMENT_LATER)
			continue; /* it has no ports */
		for (size_t k = 0; k < set->count; k++)
			hits += numbers[k] == numbers[i];
		found = hits > best ? i : found;
		best = hits > best ? hits : best;
	}
	free(numbers);
	return best ? set->looks[found] : NULL;
}

/* What is most often said of one part: a filter of one value that at least SPLIT_LEAST of the set have. */
static bool split_by(const struct sample_set *set, enum filter_part part, struct filter *one)
{
	const struct look *look = most_alike(set, part);
	struct filter f = { .parts = FILTER_PROTO | (uint32_t)part };
	struct filter_range range;
	size_t hits;

	if (!look)
		return false;
	range = (struct filter_range){ number_of(look, part), number_of(look, part) };
	f.proto = look->proto;
	if (part == FILTER_FROM_PORT)
		f.from_port = range;
	else if (part == FILTER_TO_PORT)
		f.to_port = range;
	else if (part == FILTER_LENGTH)
		f.length = range;
	else if (part == FILTER_WINDOW)
		f.window = range;
	else
		f.fragment = look->fragment;
	hits = filter_sound(&f) ? samples_hit(set, &f) : 0;
	*one = f;
	return hits > 0 && (double)hits >= SPLIT_LEAST * (double)set->count && hits < set->count;
}

/* The filter for those that have one value of a part in common; FILTER_PARTS: for all. How many it takes. */
static size_t cover_split(const struct around *around, const struct sample_set *set, const struct filter *base,
			  enum filter_part part, struct filter *filter)
{
	struct filter one, from = *base;
	struct sample_set chosen;
	size_t hits = 0;

	if (part != FILTER_PARTS && !split_by(set, part, &one))
		return 0;
	if (part != FILTER_PARTS)
		filter_join(&from, &one);
	if (!filter_sound(&from) || !samples_copy(set, &chosen))
		return 0;
	if (part != FILTER_PARTS)
		samples_keep(&chosen, &one, true);
	if (filter_find(around, &chosen, &from, filter))
		hits = samples_hit(set, filter);
	samples_free(&chosen);
	return hits;
}

size_t cover_best(const struct around *around, const struct sample_set *set, const struct filter *base,
		  struct filter *filter)
{
	static const enum filter_part splits[] = { FILTER_PARTS, FILTER_FRAGMENT, FILTER_FROM_PORT,
						   FILTER_LENGTH, FILTER_WINDOW, FILTER_TO_PORT };
	const double enough = around->attack_share * (double)set->count - around->noise;
	size_t best = 0;

	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]) && best < set->count; i++) {
		struct filter found;
		size_t hits = cover_split(around, set, base, splits[i], &found);

		if (hits > best + best / 20) { /* a split must be worth its condition */
			best = hits;
			*filter = found;
		}
		if (i == 0 && best > 0 && (double)best >= enough)
			break;
	}
	return best;
}

static int look_order(const void *a, const void *b)
{
	return ip_compare(&(*(const struct look *const *)a)->from, &(*(const struct look *const *)b)->from);
}

size_t cover_source(const struct sample_set *set, const struct sample_set *normal, struct filter *filter)
{
	struct sample_set sorted;
	size_t best = 0;

	if (!samples_copy(set, &sorted))
		return 0;
	qsort(sorted.looks, sorted.count, sizeof(*sorted.looks), look_order);
	for (size_t i = 0, end; i < sorted.count; i = end) {
		struct filter one = { .parts = FILTER_FROM, .from = { sorted.looks[i]->from, 128 } };

		for (end = i + 1; end < sorted.count && ip_equal(&sorted.looks[end]->from, &one.from.ip);)
			end++;
		if (end - i <= best ||
		    samples_hit(normal, &one) * SOURCE_TIMES * set->count > (end - i) * normal->count)
			continue;
		best = end - i;
		*filter = one;
	}
	samples_free(&sorted);
	return best;
}
