/*
 * derive_find.c - one filter: conditions are added, each time the one that spares most of what is normal.
 */
#include "derive/derive_private.h"

#include <math.h>
#include <stdlib.h>

#define STRETCH_OF  4   /* a range is thought wider by this part at each end */
#define SPARE_MOST  0.8 /* of a kind of packet may be normal, where filters are still looked for */
#define SURE_TIMES  4   /* the estimate of what is lost is so many times below what may be */
#define SURE_TAKES  0.995 /* of what the filter takes, what another condition must take that makes it surer */

bool samples_of(const struct look *looks, size_t count, struct sample_set *set)
{
	set->count = count;
	set->looks = malloc((count + 1) * sizeof(*set->looks));
	for (size_t i = 0; set->looks && i < count; i++)
		set->looks[i] = &looks[i];
	return set->looks != NULL;
}

bool samples_copy(const struct sample_set *from, struct sample_set *to)
{
	to->count = from->count;
	to->looks = malloc((from->count + 1) * sizeof(*to->looks));
	if (to->looks && from->count)
		memcpy(to->looks, from->looks, from->count * sizeof(*to->looks));
	return to->looks != NULL;
}

void samples_free(struct sample_set *set)
{
	free(set->looks);
	*set = (struct sample_set){ NULL, 0 };
}

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

double share_most(size_t hits, size_t count)
{
	const double z = 1.96, n = (double)count;
	double share = count ? (double)hits / n : 1;

	if (count == 0)
		return 1;
	return (share + z * z / (2 * n) + z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n);
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

static size_t stretched_hit(const struct sample_set *normal, const struct filter *filter)
{
	const struct filter wide = filter_stretched(filter);

	return samples_hit(normal, &wide);
}

/* With its deviation: what is just allowed in the samples is too much in every other one. */
static size_t normal_allowed(const struct around *around)
{
	double most = around->normal_share * (double)around->normal_count, root = (sqrt(1 + 4 * most) - 1) / 2;

	return most > 0 ? (size_t)(root * root) : 0;
}

/* A condition of one value is the better known the less it is by chance. */
static bool condition_is_value(const struct filter *c)
{
	const struct filter_range *range = c->parts & FILTER_FROM_PORT ? &c->from_port
					   : c->parts & FILTER_TO_PORT ? &c->to_port
					   : c->parts & FILTER_LENGTH  ? &c->length
					   : c->parts & FILTER_TTL     ? &c->ttl
					   : c->parts & FILTER_WINDOW  ? &c->window
					   : c->parts & FILTER_HEADER  ? &c->header
								       : NULL;

	return range ? range->low == range->high : (c->parts & (FILTER_FLAGS | FILTER_BYTES)) != 0;
}

/* The same where it is not known what is normal: customers, too, have a port in common, and one may be near. */
static bool condition_is_constant(const struct filter *c)
{
	return condition_is_value(c) && !(c->parts & (FILTER_TO_PORT | FILTER_TTL));
}

/* One search: what the filter in hand leaves of both sides. */
struct search {
	const struct around *around;
	struct filter conditions[PART_CONDITIONS];
	size_t count;
	struct sample_set attack, normal; /* what the filter matches, stretched for the normal ones */
	double want;                      /* of the attack that it must match */
	struct filter filter;
};

static void search_add(struct search *s, const struct filter *condition)
{
	const struct filter wide = filter_stretched(condition);

	samples_keep(&s->attack, condition, true);
	samples_keep(&s->normal, &wide, true);
	filter_join(&s->filter, condition);
}

/* Whether the condition is new, and loses hardly any of the attack. */
static bool condition_takes(const struct search *s, const struct filter *condition)
{
	return !(condition->parts & s->filter.parts & ~(uint32_t)FILTER_FLAGS) &&
	       (double)samples_hit(&s->attack, condition) >= s->want;
}

/* How good a condition is beside others: the fewer normal packets are left, then if it is no range, then the more of
 * the attack. */
struct merit {
	size_t left, hits;
	bool value;
};

static bool merit_is_better(const struct merit *a, const struct merit *b)
{
	if (a->left != b->left)
		return a->left < b->left;
	return a->value != b->value ? a->value : a->hits > b->hits;
}

/* The condition that leaves the fewest normal packets in the filter. */
static const struct filter *best_condition(const struct search *s, size_t count)
{
	struct merit best = { .left = s->normal.count, .hits = s->attack.count, .value = true };
	const struct filter *found = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct filter *c = &s->conditions[i];
		struct merit merit = { .left = stretched_hit(&s->normal, c), .value = condition_is_value(c) };

		if (merit.left >= s->normal.count || merit.left > best.left || !condition_takes(s, c))
			continue;
		merit.hits = samples_hit(&s->attack, c);
		if (found && !merit_is_better(&merit, &best))
			continue;
		best = merit;
		found = c;
	}
	return found;
}

static void search_spare(struct search *s, size_t count)
{
	const struct filter *best;

	while (s->normal.count > normal_allowed(s->around) && (best = best_condition(s, count)))
		search_add(s, best);
}

/* Whether the filter says it, and the base does not: there are several of bytes, and the base has flags. */
static bool is_added(const struct search *s, const struct filter *base, size_t condition)
{
	return filter_covers(&s->conditions[condition], &s->filter) && !filter_covers(&s->conditions[condition], base);
}

/* Takes out again what is not needed, now that the others are there. */
static void search_shorten(struct search *s, const struct filter *base)
{
	for (size_t skip = 0; skip < s->count; skip++) {
		struct filter without = *base;

		if (!is_added(s, base, skip))
			continue;
		for (size_t i = 0; i < s->count; i++)
			if (i != skip && is_added(s, base, i))
				filter_join(&without, &s->conditions[i]);
		if (stretched_hit(&s->around->normal, &without) <= normal_allowed(s->around))
			s->filter = without;
	}
}

/* Of a packet without payload the one tells the other. */
static bool is_told(const struct filter *filter, const struct filter *condition)
{
	const uint32_t same = FILTER_LENGTH | FILTER_HEADER;

	return (condition->parts & filter->parts & ~(uint32_t)FILTER_FLAGS) ||
	       ((condition->parts & same) && (filter->parts & same));
}

/* The condition of one value that most normal packets of the kind do not meet, and nearly all of the attack. */
static size_t rare_condition(const struct search *s, const double shares[PART_CONDITIONS])
{
	size_t best = s->count;

	for (size_t i = 0; i < s->count; i++) {
		const struct filter *c = &s->conditions[i];

		if (condition_is_value(c) && shares[i] < 0.5 && (best == s->count || shares[i] < shares[best]) &&
		    !is_told(&s->filter, c) &&
		    (double)samples_hit(&s->attack, c) >= SURE_TAKES * (double)s->attack.count)
			best = i;
	}
	return best;
}

/*
 * What of the normal packets is lost, were the filter's conditions independent of each other: few packets of a
 * kind were seen, none of which is lost, and the next may be. So conditions are added until there is no reason to
 * fear it.
 */
static void search_assure(struct search *s)
{
	const struct around *a = s->around;
	const double most = (double)a->normal.count + 2;
	double fear = (double)a->normal.count / (double)a->normal_count;
	double shares[PART_CONDITIONS];

	for (size_t i = 0; i < s->count; i++) {
		const struct filter *c = &s->conditions[i];

		shares[i] = ((double)stretched_hit(&a->normal, c) + 1) / most;
		/* The base has flags, and not these; one window of bytes stands for those beside it. */
		if (c->parts & FILTER_FLAGS ? filter_covers(c, &s->filter) : (c->parts & s->filter.parts) != 0)
			fear *= shares[i];
	}
	while (fear > a->normal_share / SURE_TIMES) {
		size_t best = rare_condition(s, shares);

		if (best == s->count)
			return;
		fear *= shares[best];
		search_add(s, &s->conditions[best]);
		shares[best] = 1;
	}
}

static bool range_takes(const struct filter *filter, enum filter_part part, const struct filter_range *range,
			uint16_t number)
{
	return !(filter->parts & part) || (range->low <= number && number <= range->high);
}

/* Packets that were too long on their way: type 3, code 4 (RFC 1191), and type 2 (RFC 4443, 3.2). */
static bool takes_too_long(const struct filter *filter)
{
	const bool six = filter->proto == PROTO_ICMP6;

	return (filter->parts & FILTER_PROTO) && (six || filter->proto == PROTO_ICMP) &&
	       range_takes(filter, FILTER_FROM_PORT, &filter->from_port, six ? 2 : 3) &&
	       range_takes(filter, FILTER_TO_PORT, &filter->to_port, six ? 0 : 4);
}

/* The type and the code of ICMP, where nearly all of the attack have one. */
static bool is_name(const struct search *s, const struct filter *c)
{
	return (c->parts & (FILTER_FROM_PORT | FILTER_TO_PORT)) && !(c->parts & s->filter.parts) &&
	       condition_is_value(c) && (double)samples_hit(&s->attack, c) >= SURE_TAKES * (double)s->attack.count;
}

/*
 * Of some ICMP a lost packet is a lost customer or a lost link, and it comes too seldom to be among the samples. Where
 * the attack has one type and code, and these are others, they are said; neighbours are always spared.
 */
static bool search_spare_icmp(struct search *s)
{
	struct filter named = s->filter, far;

	for (size_t i = 0; i < s->count; i++)
		if (is_name(s, &s->conditions[i]))
			filter_join(&named, &s->conditions[i]);
	for (size_t i = 0; i < s->count && takes_too_long(&s->filter) && !takes_too_long(&named); i++)
		if (is_name(s, &s->conditions[i]))
			search_add(s, &s->conditions[i]);
	if (!class_takes_neighbours(&s->filter, &far))
		return true;
	search_add(s, &far);
	return (double)s->attack.count >= s->want;
}

/* What the filter takes, now that it is another one. */
static void search_again(struct search *s, const struct sample_set *set)
{
	memcpy(s->attack.looks, set->looks, set->count * sizeof(*set->looks));
	s->attack.count = set->count;
	samples_keep(&s->attack, &s->filter, true);
}

static bool search_run(struct search *s, const struct sample_set *set, const struct filter *base, size_t forged)
{
	const struct around *a = s->around;
	bool known = a->normal_count >= BEFORE_LEAST;

	if (!known)
		for (size_t i = 0; i + forged < s->count; i++)
			if (condition_is_constant(&s->conditions[i]))
				search_add(s, &s->conditions[i]);
	search_spare(s, s->count - forged);
	search_spare(s, s->count);
	if (s->normal.count > normal_allowed(a))
		return false;
	if (known) {
		search_shorten(s, base);
		search_again(s, set);
		search_assure(s);
	}
	return search_spare_icmp(s) && filter_sound(&s->filter);
}

bool filter_find(const struct around *around, const struct sample_set *set, const struct filter *base,
		 struct filter *filter)
{
	size_t spare = set->count / 200 + (size_t)around->noise;
	struct search s = { .around = around, .filter = *base,
			    .want = around->attack_share * (double)set->count - around->noise };
	bool found = false;
	size_t forged;

	if ((double)spare >= SPARE_MOST * (double)set->count)
		return false;
	s.count = part_conditions(set, base, spare, s.conditions);
	forged = s.count && (s.conditions[s.count - 1].parts & FILTER_FROM) ? 1 : 0; /* sources come last */
	if (samples_copy(set, &s.attack) && samples_copy(&around->normal, &s.normal)) {
		samples_keep(&s.normal, base, true);
		found = search_run(&s, set, base, forged);
		*filter = s.filter;
	}
	samples_free(&s.attack);
	samples_free(&s.normal);
	return found;
}
