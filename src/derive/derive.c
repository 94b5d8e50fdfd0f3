/*
 * derive.c - the smallest filters between an attack and what its target gets otherwise: docs/filters.md.
 *
 * What the vector says of the attack's packets is the beginning of each filter (derive_class.c). Conditions that
 * nearly all of them meet (derive_part.c) are added until normal traffic is spared (derive_find.c), several
 * filters cover what one does not take (derive_cover.c). How many packets of a kind are normal is told by what
 * share of quiet times they were.
 */
#include "derive/derive_private.h"

#include <math.h>
#include <stdlib.h>

#define ATTACK_SHARE  0.99
#define NORMAL_SHARE  0.001
#define DURING_LEAST  32   /* samples of an attack that say anything */
#define FEW_LEAST     8    /* of a kind that hardly ever comes */
#define GAIN_LEAST    0.01 /* of its kind, that a filter more must take */
#define TARGET_BITS4  (96 + 8) /* the widest target: wider is no network of ours */
#define TARGET_BITS6  16
#define USUAL_SHARE   0.05 /* of quiet times, which a kind of packet has that tells how much is normal */
#define MORE_THAN     1.25 /* times its usual share, which a kind of packet has while it is an attack */
#define BESIDE_MORE   3    /* the same of another kind than the vector's, which comes beside it */
#define SOURCE_LEAST  0.02 /* of all packets, that come from one source */
#define SOURCE_LIKE   0.25 /* of what comes from the first of them, as they are alike */
#define SOURCES_LEAST 0.1  /* of all packets must be left to be taken by their sources */
#define SOURCES_LEAVE 0.1  /* of what they were taken for, or it did not come from few sources ... */
#define SOURCES_MAKE  0.2  /* ... and of all packets, where nothing but their number tells them from customers */
#define LIMIT_LEAST   20   /* packets per second */
#define LIMIT_TIMES   2    /* what is usual */

/* Vectors that are looked for where none is told. */
static const enum vector any_vector[] = { VECTOR_FRAGMENT, VECTOR_SYN,  VECTOR_SYNACK,    VECTOR_RST,
					  VECTOR_XMAS,     VECTOR_NULLFLAGS, VECTOR_ACK, VECTOR_FIN,
					  VECTOR_UDP,      VECTOR_ICMP, VECTOR_GRE };

#define ANY_VECTORS (sizeof(any_vector) / sizeof(any_vector[0]))
#define KINDS_MAX   (CLASSES * (ANY_VECTORS + 1))

/* One kind of packet. Those of a kind are not looked at again under another one. */
struct kind {
	struct filter class;
	enum vector vector;
	bool told;   /* it is what the detector saw */
	bool beside; /* it comes beside that */
	bool attack; /* there was so much of it that a limit helps where no filter does */
	bool whole;  /* the vector is nothing else */
	double share; /* of quiet times */
};

struct search {
	const struct derive_settings *settings;
	struct derive_result *result;
	double attack_share, normal_share;
	size_t before_count;       /* with what is lost to filters that are held */
	struct filter target;
	struct sample_set during, normal; /* what is not held */
	double normal_during;             /* of `during`, at most */
	bool remains; /* what filters in force leave is hardly more than usual: only what is never usual is looked for */
	struct kind kinds[KINDS_MAX];
	size_t kind_count;
};

static bool normal_known(const struct search *s)
{
	return s->before_count >= BEFORE_LEAST;
}

/* --- how much is normal */

static double with_chance(double count)
{
	return count + 1 + 2 * sqrt(count + 1); /* twice its deviation; none may be three (95 %) */
}

/* How many of `set` are normal, at most: there cannot be more than any usual kind of packet has room for.
 * Several kinds that are attacked at once leave the others. */
static double normal_of(const struct search *s, const struct sample_set *set)
{
	double least = (double)set->count;

	for (size_t i = 0; i < s->kind_count; i++) {
		const struct kind *kind = &s->kinds[i];
		double bound;

		if (!kind->whole || kind->share < USUAL_SHARE)
			continue;
		bound = with_chance((double)samples_hit(set, &kind->class)) / kind->share;
		if (bound < least)
			least = bound;
	}
	return least;
}

/* How many of a kind in `set`, of which `normal` are, are normal, at most: quiet times tell its share in what is
 * normal. That is no more than what is not of the kind has room for, either. */
static double normal_within(const struct sample_set *set, const struct kind *kind, double normal)
{
	double others;

	if (kind->share <= 0)
		return 0;
	others = with_chance((double)(set->count - samples_hit(set, &kind->class)));
	if (kind->share < 1 && others / (1 - kind->share) < normal)
		normal = others / (1 - kind->share);
	return with_chance(kind->share * normal);
}

/* Whether there is so much of it that it is an attack: few packets may come in a burst from one customer. Of what
 * comes beside one a multiple of what is usual. */
static bool is_attack(const struct kind *kind, double hits, double usual)
{
	bool many = hits >= DURING_LEAST && !kind->beside;

	return hits >= FEW_LEAST && hits >= (many ? MORE_THAN : BESIDE_MORE) * usual;
}

/* How many of `set` are more than normal, of all kinds. */
static double excess_of(const struct search *s, const struct sample_set *set)
{
	double normal = normal_of(s, set), excess = 0;
	struct sample_set left;

	if (!samples_copy(set, &left))
		return 0;
	for (size_t i = 0; i < s->kind_count; i++) {
		const struct filter *class = &s->kinds[i].class;
		double hits = (double)samples_hit(&left, class), usual = normal_within(set, &s->kinds[i], normal);

		if (is_attack(&s->kinds[i], hits, usual))
			excess += hits - usual;
		samples_keep(&left, class, false);
	}
	samples_free(&left);
	return excess;
}

/* --- filters for one kind */

static void result_add(struct search *s, enum action_verb verb, uint32_t limit, const struct filter *filter,
		       size_t hits)
{
	struct derived *d = &s->result->all[s->result->count++];

	*d = (struct derived){ .verb = verb, .limit = limit, .filter = *filter };
	d->effect.attack_hit = (uint32_t)hits;
	d->effect.normal = (uint32_t)s->before_count;
	d->effect.normal_hit = (uint32_t)samples_hit(&s->normal, filter);
}

static bool result_has_room(const struct search *s)
{
	return s->result->count < DERIVED_MAX - 1; /* one is left for what is the next best */
}

/* Drops for `attack`, which are of one kind, while each is worth it; what is left of it. */
static void cover_kind(struct search *s, const struct filter *base, struct sample_set *attack, double noise)
{
	struct around around = { .attack_share = s->attack_share, .normal_share = s->normal_share,
				 .normal_count = s->before_count, .noise = noise };
	const double total = (double)attack->count - noise;
	double gain = GAIN_LEAST * total > FEW_LEAST ? GAIN_LEAST * total : FEW_LEAST;

	if (!samples_copy(&s->normal, &around.normal))
		return;
	samples_keep(&around.normal, base, true);
	while (result_has_room(s) && (double)attack->count - noise >= (1 - s->attack_share) * total) {
		struct filter filter;
		size_t hits = cover_best(&around, attack, base, &filter), lost;

		if (hits == 0 || (double)hits < gain)
			break;
		result_add(s, ACTION_DROP, 0, &filter, hits);
		lost = around.normal.count;
		samples_keep(attack, &filter, false);
		samples_keep(&around.normal, &filter, false);
		lost -= around.normal.count; /* together they may lose no more than one */
		around.normal_share -= s->before_count ? (double)lost / (double)s->before_count : 0;
	}
	samples_free(&around.normal);
}

/* Derives for one kind; its packets leave `left`. */
static void derive_kind(struct search *s, struct sample_set *left, struct kind *kind)
{
	double noise = normal_within(&s->during, kind, s->normal_during);
	bool reflected = vector_is_reflection(kind->vector);
	size_t hits = samples_hit(left, &kind->class);
	struct filter base = s->target;
	struct sample_set attack;

	filter_join(&base, &kind->class);
	if (!filter_sound(&base) || !samples_copy(left, &attack))
		return;
	samples_keep(&attack, &kind->class, true);
	samples_keep(left, &kind->class, false);
	kind->attack = !kind->beside && hits >= DURING_LEAST &&
		       (is_attack(kind, (double)hits, noise) || (kind->told && s->settings->held_count == 0));
	if (is_attack(kind, (double)hits, noise) && (normal_known(s) || (reflected && kind->told)))
		cover_kind(s, &base, &attack, noise);
	samples_free(&attack);
}

static void add_kinds(struct search *s, enum vector vector, bool told)
{
	struct filter classes[CLASSES];
	size_t count = class_filters(vector, filter_family(&s->target), classes);

	for (size_t i = 0; i < count; i++)
		s->kinds[s->kind_count++] = (struct kind){
			.class = classes[i], .vector = vector, .told = told, .whole = !told && i == 0,
			.share = s->normal.count ? (double)samples_hit(&s->normal, &classes[i]) /
							   (double)s->normal.count : 0,
		};
}

static bool derive_kinds(struct search *s)
{
	struct sample_set left;

	if (!samples_copy(&s->during, &left))
		return false;
	s->normal_during = normal_of(s, &s->during);
	for (size_t i = 0; i < s->kind_count && result_has_room(s); i++) {
		/* Reflectors send errors of ICMP, and RSTs, too. */
		s->kinds[i].beside = s->remains || (!s->kinds[i].told && s->settings->vector != VECTOR_NONE);
		derive_kind(s, &left, &s->kinds[i]);
	}
	samples_free(&left);
	return true;
}

/* --- what is left of all kinds */

/* Adds the sources from which most came; how many packets they take of `rest`, whose `excess` they leave in it.
 * Whoever floods by requests holds conversations like customers, so that their kind tells nothing: `alike`. */
static size_t take_sources(struct search *s, struct sample_set *rest, double *excess, bool alike)
{
	const size_t count = rest->count;
	size_t least = (size_t)(SOURCE_LEAST * (double)count);

	while (result_has_room(s) && (alike || *excess > 0)) {
		struct filter filter = { 0 };
		size_t hits = cover_source(rest, &s->normal, &filter);

		if (hits < FEW_LEAST || hits < least)
			break;
		if (rest->count == count)
			least = (size_t)(SOURCE_LIKE * (double)hits);
		filter.parts |= FILTER_TO;
		filter.to = s->target.to;
		result_add(s, ACTION_DROP, 0, &filter, hits);
		samples_keep(rest, &filter, false);
		*excess = excess_of(s, rest);
	}
	return count - rest->count;
}

/* Few sources that never came before may make nearly all of what is left: they are taken as they are. */
static void derive_sources(struct search *s, struct sample_set *rest)
{
	const size_t so_far = s->result->count;
	const bool alike = s->settings->vector == VECTOR_HTTP && so_far == 0;
	double excess = excess_of(s, rest), left = excess;
	struct sample_set kept;
	size_t taken;

	if (!normal_known(s) || s->remains || (excess < SOURCES_LEAST * (double)s->during.count && !alike) ||
	    !samples_copy(rest, &kept))
		return;
	taken = take_sources(s, rest, &left, alike);
	if (alike ? (double)taken < SOURCES_MAKE * (double)kept.count : left > SOURCES_LEAVE * excess) {
		s->result->count = so_far;
		memcpy(rest->looks, kept.looks, kept.count * sizeof(*kept.looks));
		rest->count = kept.count;
	}
	samples_free(&kept);
}

/* Where no filter is good: the SYNs answer for themselves, the rest gets what is usual. */
static void next_best(struct search *s, const struct sample_set *rest, const struct kind *kind, double noise)
{
	size_t hits = samples_hit(rest, &kind->class);
	double usual = kind->share * s->settings->normal_pps;
	struct filter base = s->target, far;

	filter_join(&base, &kind->class);
	if (class_takes_neighbours(&base, &far))
		filter_join(&base, &far);
	if (kind->vector == VECTOR_SYN) {
		result_add(s, ACTION_SYNCOOKIE, 0, &base, hits);
		return;
	}
	result_add(s, ACTION_LIMIT, LIMIT_LEAST + (uint32_t)(LIMIT_TIMES * usual), &base,
		   (double)hits > noise ? hits - (size_t)noise : hits);
}

/* What is still an attack among the rest. */
static void derive_next_best(struct search *s, struct sample_set *rest, size_t taken)
{
	const double normal = normal_of(s, rest);
	struct sample_set left;

	if (!samples_copy(rest, &left))
		return;
	for (size_t i = 0; i < s->kind_count && s->result->count < DERIVED_MAX; i++) {
		const struct kind *kind = &s->kinds[i];
		size_t hits = samples_hit(&left, &kind->class);
		double noise = normal_within(rest, kind, normal);

		if (kind->attack && hits >= DURING_LEAST && (taken == 0 || (double)hits >= MORE_THAN * noise))
			next_best(s, &left, kind, noise);
		samples_keep(&left, &kind->class, false);
	}
	samples_free(&left);
}

/* --- the whole */

/* The target as the samples have it. */
static bool target_of(const struct look *looks, size_t count, struct filter *base)
{
	const struct ip *first = &looks[0].to;
	uint8_t bits = 128;
	struct prefix held = ip_prefix(first, bits);

	for (size_t i = 1; i < count; i++)
		while (!prefix_has(&held, &looks[i].to))
			held = ip_prefix(first, --bits);
	base->parts |= FILTER_TO;
	base->to = held;
	return bits >= (ip_is_v4(first) ? TARGET_BITS4 : TARGET_BITS6);
}

/* What filters in force take is not looked at: the hand that drops them may be before the sampler, or behind it. */
static void leave_held(const struct search *s, struct sample_set *set)
{
	for (size_t i = 0; i < s->settings->held_count; i++)
		samples_keep(set, &s->settings->held[i], false);
}

/* What is not dropped. */
static void leave_dropped(const struct search *s, struct sample_set *set)
{
	for (size_t i = 0; i < s->result->count; i++)
		if (s->result->all[i].verb == ACTION_DROP)
			samples_keep(set, &s->result->all[i].filter, false);
}

static bool held_leaves_usual(const struct search *s, size_t during_count)
{
	const struct derive_settings *settings = s->settings;
	double left = settings->during_pps * (double)s->during.count / (double)during_count;

	return settings->held_count > 0 && left <= MORE_THAN * settings->normal_pps + LIMIT_LEAST;
}

static bool limits_any(const struct derive_result *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->all[i].verb != ACTION_DROP)
			return true;
	return false;
}

/* Sources of requests are dropped. Whether they are all of them cannot be seen in packets like customers'. */
static bool rests_on_sources(const struct search *s)
{
	const struct derive_settings *settings = s->settings;
	bool any = false;

	for (size_t i = 0; i < settings->held_count; i++)
		any |= settings->held[i].parts == (FILTER_FROM | FILTER_TO);
	for (size_t i = 0; i < s->result->count; i++)
		any |= s->result->all[i].filter.parts == (FILTER_FROM | FILTER_TO);
	return any && settings->vector == VECTOR_HTTP;
}

static void result_judge(struct search *s, size_t taken, double excess)
{
	struct derive_result *r = s->result;
	struct sample_set spared;
	size_t total = taken + (size_t)excess, lost;

	if (!samples_copy(&s->normal, &spared))
		return;
	leave_dropped(s, &spared);
	for (size_t i = 0; i < r->count; i++) {
		struct effect *e = &r->all[i].effect;

		e->attack = (uint32_t)total;
		e->attack_hit = e->attack_hit < e->attack ? e->attack_hit : e->attack;
	}
	r->effect = (struct effect){ .attack = (uint32_t)total, .attack_hit = (uint32_t)taken,
				     .normal = (uint32_t)s->before_count,
				     .normal_hit = (uint32_t)(s->normal.count - spared.count) };
	lost = s->before_count - spared.count;
	r->likely = !limits_any(r) && (double)taken >= s->attack_share * (double)total &&
		    (double)lost <= s->normal_share * (double)s->before_count;
	r->good = r->likely && !rests_on_sources(s) && share_most(lost, s->before_count) <= s->normal_share;
	samples_free(&spared);
}

static enum err derive_all(struct search *s)
{
	struct sample_set rest;
	size_t taken;

	if (s->settings->vector != VECTOR_NONE)
		add_kinds(s, s->settings->vector, true);
	for (size_t i = 0; i < ANY_VECTORS; i++)
		add_kinds(s, any_vector[i], false);
	if (!derive_kinds(s) || !samples_copy(&s->during, &rest))
		return ERR_MEMORY;
	leave_dropped(s, &rest);
	derive_sources(s, &rest);
	taken = s->during.count - rest.count;
	derive_next_best(s, &rest, taken);
	result_judge(s, taken, normal_known(s) ? excess_of(s, &rest) : 0);
	samples_free(&rest);
	return s->result->count || s->settings->held_count ? OK : ERR_EMPTY;
}

enum err derive_filters(const struct look *during, size_t during_count, const struct look *before,
			size_t before_count, const struct derive_settings *settings,
			struct derive_result *result)
{
	struct search s = { .settings = settings, .result = result, .before_count = before_count };
	enum err err = ERR_MEMORY;

	if (during_count < DURING_LEAST || !target_of(during, during_count, &s.target))
		return ERR_EMPTY;
	memset(result, 0, sizeof(*result));
	s.attack_share = settings->attack_share > 0 ? settings->attack_share : ATTACK_SHARE;
	s.normal_share = settings->normal_share > 0 ? settings->normal_share : NORMAL_SHARE;
	if (samples_of(during, during_count, &s.during) && samples_of(before, before_count, &s.normal)) {
		leave_held(&s, &s.during);
		leave_held(&s, &s.normal);
		s.remains = held_leaves_usual(&s, during_count);
		err = derive_all(&s);
	}
	samples_free(&s.during);
	samples_free(&s.normal);
	return err;
}
