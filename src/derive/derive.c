/*
 * derive.c - the smallest filters between an attack and what its target gets otherwise: docs/filters.md.
 *
 * What the vector says of the attack's packets is the beginning of each filter. Conditions that nearly all
 * of them meet are added, each time the one that spares most of the normal traffic, until it is spared; what
 * turns out not to be needed goes again. What no one filter takes is covered by several, one after the other
 * (Fürnkranz, "Separate-and-Conquer Rule Learning", 1999).
 */
#include "derive/derive_private.h"

#include <math.h>
#include <stdlib.h>

#define ATTACK_SHARE  0.99
#define NORMAL_SHARE  0.001
#define DURING_LEAST  32   /* samples of an attack that say anything */
#define BEFORE_LEAST  50   /* samples of quiet times from which on it is known what is normal */
#define GAIN_LEAST    0.02 /* of the attack, that a filter more must take */
#define SPLIT_LEAST   0.10 /* of what is left, that has one value in common */
#define TARGET_BITS4  (96 + 8) /* the widest target: wider is no network of ours */
#define TARGET_BITS6  16
#define STRETCH_OF    4    /* a range is thought wider by this part at each end */
#define USUAL_SHARE   0.05 /* of quiet times, which a kind of packet has that tells how much is normal */
#define MORE_THAN     1.25 /* times its usual share, which a kind of packet has while it is an attack */
#define BESIDE_MORE   4    /* the same of another kind than the vector's, which comes beside it */
#define BESIDE_LEAST  0.02 /* of all packets */
#define SPARE_MOST    0.8  /* of a kind of packet may be normal, where filters are still looked for */
#define LIMIT_LEAST   20   /* packets per second */
#define LIMIT_TIMES   2    /* what is usual */

struct search {
	const struct derive_settings *settings;
	double attack_share, normal_share;
	struct sample_set attack; /* of the vector, what no filter has taken yet */
	struct sample_set normal; /* of quiet times */
	size_t total;             /* of the attack at first, without what is normal */
	double noise;             /* how many of `attack` are normal, at most */
	bool reflection;          /* nobody asked for these packets: no quiet time is needed to know it */
	struct derive_result *result;
};

size_t samples_hit(const struct sample_set *set, const struct filter *filter)
{
	size_t hits = 0;

	for (size_t i = 0; i < set->count; i++)
		hits += filter_match(filter, set->looks[i]);
	return hits;
}

void samples_keep(struct sample_set *set, const struct filter *filter, bool matching)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->count; i++)
		if (filter_match(filter, set->looks[i]) == matching)
			set->looks[kept++] = set->looks[i];
	set->count = kept;
}

static bool samples_copy(const struct sample_set *from, struct sample_set *to)
{
	to->count = from->count;
	to->looks = malloc((from->count + 1) * sizeof(*to->looks));
	if (!to->looks)
		return false;
	for (size_t i = 0; i < from->count; i++)
		to->looks[i] = from->looks[i];
	return true;
}

static bool samples_of(const struct look *looks, size_t count, struct sample_set *set)
{
	set->count = count;
	set->looks = malloc((count + 1) * sizeof(*set->looks));
	for (size_t i = 0; set->looks && i < count; i++)
		set->looks[i] = &looks[i];
	return set->looks != NULL;
}

/* --- one filter */

static size_t normal_allowed(const struct search *s)
{
	return (size_t)(s->normal_share * (double)s->normal.count);
}

static bool normal_known(const struct search *s)
{
	return s->normal.count >= BEFORE_LEAST;
}

/* A range of values that were seen ends a little beyond them. Normal packets that were not seen may lie there
 * too: where a filter rests on a range, a wider one must spare what was seen of them. */
static struct filter filter_stretched(const struct filter *filter)
{
	struct filter wide = *filter;
	struct filter_range *ranges[] = { &wide.length, &wide.ttl, &wide.window };
	const uint16_t most[] = { UINT16_MAX, UINT8_MAX, UINT16_MAX };

	for (size_t i = 0; i < 3; i++) {
		uint32_t more = (uint32_t)(ranges[i]->high - ranges[i]->low) / STRETCH_OF;

		ranges[i]->low = (uint16_t)(ranges[i]->low > more ? ranges[i]->low - more : 0);
		ranges[i]->high = (uint16_t)(ranges[i]->high + more < most[i] ? ranges[i]->high + more : most[i]);
	}
	return wide;
}

static size_t normal_lost(const struct search *s, const struct filter *filter)
{
	const struct filter wide = filter_stretched(filter);

	return samples_hit(&s->normal, &wide);
}

/* A condition of one value is the better known the less it is by chance. */
static bool condition_is_constant(const struct filter *c)
{
	const struct filter_range *range = c->parts & FILTER_FROM_PORT ? &c->from_port
					   : c->parts & FILTER_LENGTH  ? &c->length
					   : c->parts & FILTER_WINDOW  ? &c->window
					   : c->parts & FILTER_HEADER  ? &c->header
								       : NULL;

	return range ? range->low == range->high : (c->parts & (FILTER_FLAGS | FILTER_BYTES)) != 0;
}

/* The condition that leaves the fewest normal packets in the filter, and loses hardly any of the set. */
static const struct filter *best_condition(const struct search *s, const struct sample_set *set,
					   const struct filter *filter, const struct filter *conditions,
					   size_t count)
{
	size_t least = normal_lost(s, filter), want;
	const struct filter *best = NULL;

	want = (size_t)(s->attack_share * (double)set->count - s->noise);
	for (size_t i = 0; i < count && least > 0; i++) {
		struct filter both = *filter;
		size_t left;

		if (conditions[i].parts & filter->parts & ~(uint32_t)FILTER_FLAGS)
			continue;
		filter_join(&both, &conditions[i]);
		left = normal_lost(s, &both);
		if (left < least && samples_hit(set, &both) >= want) {
			least = left;
			best = &conditions[i];
		}
	}
	return best;
}

/* Takes out again what is not needed, now that the others are there. */
static void filter_shorten(const struct search *s, const struct filter *base, struct filter *filter,
			   const struct filter *conditions, size_t count)
{
	for (size_t skip = 0; skip < count; skip++) {
		struct filter without = *base;

		if (!(conditions[skip].parts & filter->parts & ~base->parts))
			continue;
		for (size_t i = 0; i < count; i++)
			if (i != skip && (conditions[i].parts & filter->parts & ~base->parts))
				filter_join(&without, &conditions[i]);
		if (normal_lost(s, &without) <= normal_allowed(s))
			*filter = without;
	}
}

static bool filter_spares(const struct search *s, const struct filter *filter)
{
	return normal_lost(s, filter) <= normal_allowed(s);
}

/* The smallest filter that takes the set and spares what is normal; false: there is none. */
static bool filter_find(const struct search *s, const struct sample_set *set, const struct filter *base,
			struct filter *filter)
{
	struct filter conditions[PART_CONDITIONS];
	size_t spare = set->count / 200 + (size_t)s->noise, count, forged = 0;
	const struct filter *best;

	if ((double)spare >= SPARE_MOST * (double)set->count)
		return false;
	count = part_conditions(set, base, spare, conditions);
	forged = count && (conditions[count - 1].parts & FILTER_FROM) ? 1 : 0; /* sources come last */
	*filter = *base;
	if (!normal_known(s))
		for (size_t i = 0; i + forged < count; i++)
			if (condition_is_constant(&conditions[i]))
				filter_join(filter, &conditions[i]);
	while (!filter_spares(s, filter) &&
	       (best = best_condition(s, set, filter, conditions, count - forged)))
		filter_join(filter, best);
	while (!filter_spares(s, filter) && (best = best_condition(s, set, filter, conditions, count)))
		filter_join(filter, best);
	if (!filter_spares(s, filter))
		return false;
	if (normal_known(s))
		filter_shorten(s, base, filter, conditions, count);
	return filter_sound(filter);
}

/* --- several filters */

/* What is most often said of one part: a filter of one value that at least SPLIT_LEAST of the set have. */
static bool split_by(const struct sample_set *set, enum filter_part part, struct filter *one)
{
	size_t best = 0;

	for (size_t i = 0; i < set->count && i < 64; i++) { /* what is frequent is among the first */
		const struct look *look = set->looks[i];
		struct filter f = { .parts = FILTER_PROTO, .proto = look->proto };
		struct filter_range port = { look->from_port, look->from_port };
		size_t hits;

		f.parts |= part;
		if (part == FILTER_FROM_PORT)
			f.from_port = port;
		else if (part == FILTER_TO_PORT)
			f.to_port = (struct filter_range){ look->to_port, look->to_port };
		else if (part == FILTER_LENGTH)
			f.length = (struct filter_range){ look->length, look->length };
		else if (part == FILTER_WINDOW)
			f.window = (struct filter_range){ look->window, look->window };
		else
			f.fragment = look->fragment;
		hits = filter_sound(&f) ? samples_hit(set, &f) : 0;
		if (hits > best) {
			best = hits;
			*one = f;
		}
	}
	return best > 0 && (double)best >= SPLIT_LEAST * (double)set->count && best < set->count;
}

/* The filter that takes most of what is left: of all of it, or of those that have something in common. */
static size_t cover_best(const struct search *s, const struct filter *base, struct filter *filter)
{
	static const enum filter_part splits[] = { FILTER_PARTS, FILTER_FRAGMENT, FILTER_FROM_PORT,
						   FILTER_LENGTH, FILTER_WINDOW, FILTER_TO_PORT };
	size_t best = 0;

	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]) && best < s->attack.count; i++) {
		struct sample_set part;
		struct filter one, found;
		size_t hits;

		if (!samples_copy(&s->attack, &part))
			return best;
		if (splits[i] == FILTER_PARTS || split_by(&s->attack, splits[i], &one)) {
			struct filter from = *base;

			if (splits[i] != FILTER_PARTS) {
				samples_keep(&part, &one, true);
				filter_join(&from, &one);
			}
			if (filter_sound(&from) && filter_find(s, &part, &from, &found)) {
				hits = samples_hit(&s->attack, &found);
				if (hits > best + best / 20) { /* a split must be worth its condition */
					best = hits;
					*filter = found;
				}
			}
		}
		free(part.looks);
		if (splits[i] == FILTER_PARTS && (double)best >= s->attack_share * (double)s->attack.count - s->noise)
			break;
	}
	return best;
}

static void result_add(struct search *s, enum action_verb verb, uint32_t limit, const struct filter *filter)
{
	struct derived *d = &s->result->all[s->result->count++];
	size_t hits = samples_hit(&s->attack, filter);

	*d = (struct derived){ .verb = verb, .limit = limit, .filter = *filter };
	d->effect.attack = (uint32_t)s->total;
	d->effect.attack_hit = (uint32_t)(hits < s->total ? hits : s->total);
	d->effect.normal = (uint32_t)s->normal.count;
	d->effect.normal_hit = (uint32_t)samples_hit(&s->normal, filter);
}

/* What is left when no filter is good: the SYNs answer for themselves, the rest gets what is usual. */
static void cover_rest(struct search *s, const struct filter *base, enum vector vector)
{
	double usual = 0;

	if (vector == VECTOR_SYN) {
		result_add(s, ACTION_SYNCOOKIE, 0, base);
		return;
	}
	if (s->normal.count)
		usual = (double)samples_hit(&s->normal, base) / (double)s->normal.count *
			s->settings->normal_pps;
	result_add(s, ACTION_LIMIT, LIMIT_LEAST + (uint32_t)(LIMIT_TIMES * usual), base);
}

/* Filters for one class of the attack's packets, which are s->attack. */
static void cover_class(struct search *s, const struct filter *base, enum vector vector)
{
	bool known = normal_known(s) || s->reflection;
	double left;

	while (s->result->count < DERIVED_MAX - 1) {
		struct filter filter;
		size_t hits = cover_best(s, base, &filter);

		left = (double)s->attack.count - s->noise;
		if (!known || hits == 0 || (double)hits < GAIN_LEAST * (double)s->total)
			break;
		result_add(s, ACTION_DROP, 0, &filter);
		samples_keep(&s->attack, &filter, false);
		if (left - (double)hits < (1 - s->attack_share) * (double)s->total)
			return;
	}
	s->result->good = false;
	cover_rest(s, base, vector);
}

/* --- the whole */

/* Vectors that are looked for where none is told. */
static const enum vector any_vector[] = { VECTOR_FRAGMENT, VECTOR_SYN,  VECTOR_SYNACK,    VECTOR_RST,
					  VECTOR_XMAS,     VECTOR_NULLFLAGS, VECTOR_ACK, VECTOR_FIN,
					  VECTOR_UDP,      VECTOR_ICMP, VECTOR_GRE };

#define ANY_VECTORS (sizeof(any_vector) / sizeof(any_vector[0]))

static double with_chance(double count)
{
	return count + 2 * sqrt(count); /* twice its deviation */
}

/* How many of `during` are normal, at most: there cannot be more than any usual kind of packet has room for.
 * Several kinds that are attacked at once leave the others. */
static double normal_of(const struct sample_set *during, const struct sample_set *before)
{
	double least = (double)during->count;

	for (size_t i = 0; i < ANY_VECTORS; i++) {
		struct filter classes[CLASSES];
		double share, bound;

		if (class_filters(any_vector[i], 0, classes) == 0)
			continue;
		share = (double)samples_hit(before, &classes[0]) / (double)before->count;
		if (share < USUAL_SHARE)
			continue;
		bound = with_chance((double)samples_hit(during, &classes[0])) / share;
		if (bound < least)
			least = bound;
	}
	return least;
}

/* How many of a class in `during` are normal, at most: quiet times tell its share in what is normal. That is no
 * more than what is not of the class has room for, either. */
static double normal_within(const struct sample_set *during, const struct sample_set *before,
			    const struct filter *class)
{
	size_t during_hit = samples_hit(during, class), before_hit = samples_hit(before, class);
	double share, others, all;

	if (before->count == 0)
		return 0;
	all = normal_of(during, before);
	share = (double)before_hit / (double)before->count;
	others = (double)(during->count - during_hit);
	if (share < 1 && others / (1 - share) < all)
		all = others / (1 - share);
	return with_chance(share * all);
}

/* The target as the samples have it. */
static bool target_of(const struct sample_set *set, struct filter *base)
{
	const struct ip *first = &set->looks[0]->to;
	uint8_t bits = 128;
	struct prefix held = ip_prefix(first, bits);

	for (size_t i = 1; i < set->count; i++)
		while (!prefix_has(&held, &set->looks[i]->to))
			held = ip_prefix(first, --bits);
	base->parts |= FILTER_TO;
	base->to = held;
	return bits >= (ip_is_v4(first) ? TARGET_BITS4 : TARGET_BITS6);
}

static void result_effect(struct search *s)
{
	struct derive_result *r = s->result;
	size_t attack = 0, normal = 0;

	for (size_t i = 0; i < s->normal.count; i++)
		for (size_t k = 0; k < r->count; k++)
			if (r->all[k].verb == ACTION_DROP && filter_match(&r->all[k].filter, s->normal.looks[i])) {
				normal++;
				break;
			}
	for (size_t k = 0; k < r->count; k++) {
		attack += r->all[k].verb == ACTION_DROP ? r->all[k].effect.attack_hit : 0;
		r->all[k].effect.attack = (uint32_t)s->total;
	}
	r->effect.attack = (uint32_t)s->total;
	r->effect.attack_hit = (uint32_t)(attack < s->total ? attack : s->total);
	r->effect.normal = (uint32_t)s->normal.count;
	r->effect.normal_hit = (uint32_t)normal;
	r->good = r->good && r->count > 0 && attack >= (size_t)(s->attack_share * (double)s->total);
}

/* Derives for one class; its packets leave `during`. */
static void derive_class(struct search *s, struct sample_set *during, const struct filter *class,
			 const struct filter *target, enum vector vector, bool told)
{
	struct filter base = *target;
	double noise = normal_within(during, &s->normal, class);
	size_t hits = samples_hit(during, class);

	bool more = (double)hits >= MORE_THAN * noise; /* than usual, beside the rest of the traffic */

	filter_join(&base, class);
	if (hits < DURING_LEAST || (!more && !told) || s->result->count >= DERIVED_MAX - 1 ||
	    !filter_sound(&base) || !samples_copy(during, &s->attack))
		return;
	samples_keep(&s->attack, class, true);
	samples_keep(during, class, false);
	s->noise = more ? noise : 0;
	s->total += hits - (size_t)s->noise;
	if (more) {
		cover_class(s, &base, vector);
	} else { /* just like the traffic of every day, but too much of it */
		s->result->good = false;
		cover_rest(s, &base, vector);
	}
	free(s->attack.looks);
	s->attack.looks = NULL;
}

static void derive_vector(struct search *s, struct sample_set *during, const struct filter *target,
			  enum vector vector, bool told)
{
	struct filter classes[CLASSES];
	size_t count = class_filters(vector, filter_family(target), classes);

	s->reflection = vector != VECTOR_NONE && vector_is_reflection(vector);
	for (size_t i = 0; i < count; i++)
		derive_class(s, during, &classes[i], target, vector, told && i == 0);
}

/* What comes beside the vector and is not usual at all: reflectors send errors of ICMP, and RSTs, too. Only where
 * there is a filter for it. */
static void derive_beside(struct search *s, struct sample_set *during, const struct filter *target,
			  enum vector vector)
{
	const struct derive_result so_far = *s->result;
	const size_t total = s->total, hits_least = (size_t)(BESIDE_LEAST * (double)during->count);
	struct filter classes[CLASSES];
	size_t hits;

	if (!normal_known(s) || class_filters(vector, filter_family(target), classes) == 0)
		return;
	hits = samples_hit(during, &classes[0]);
	if (hits < hits_least || (double)hits < BESIDE_MORE * normal_within(during, &s->normal, &classes[0]))
		return;
	s->reflection = false;
	derive_class(s, during, &classes[0], target, vector, false);
	if (s->result->count > so_far.count && s->result->all[s->result->count - 1].verb != ACTION_DROP) {
		*s->result = so_far;
		s->total = total;
	}
}

static void derive_all(struct search *s, struct sample_set *during, const struct filter *target,
		       enum vector vector)
{
	if (vector != VECTOR_NONE)
		derive_vector(s, during, target, vector, true);
	for (size_t i = 0; i < ANY_VECTORS; i++)
		if (s->result->count && vector != VECTOR_NONE)
			derive_beside(s, during, target, any_vector[i]);
		else
			derive_vector(s, during, target, any_vector[i], false);
}

enum err derive_filters(const struct look *during, size_t during_count, const struct look *before,
			size_t before_count, const struct derive_settings *settings,
			struct derive_result *result)
{
	struct search s = { .settings = settings, .result = result };
	struct filter target = { 0 };
	struct sample_set set = { NULL, 0 };
	enum err err = ERR_MEMORY;

	if (during_count < DURING_LEAST)
		return ERR_EMPTY;
	memset(result, 0, sizeof(*result));
	result->good = true;
	s.attack_share = settings->attack_share > 0 ? settings->attack_share : ATTACK_SHARE;
	s.normal_share = settings->normal_share > 0 ? settings->normal_share : NORMAL_SHARE;
	if (samples_of(during, during_count, &set) && samples_of(before, before_count, &s.normal)) {
		err = ERR_EMPTY;
		if (target_of(&set, &target)) {
			derive_all(&s, &set, &target, settings->vector);
			result_effect(&s);
			err = result->count ? OK : ERR_EMPTY;
		}
	}
	free(set.looks);
	free(s.normal.looks);
	return err;
}
