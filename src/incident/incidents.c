/* incidents.c - finding the case that an alert belongs to, and telling its story: live, or at the end. */
#include "incident/incidents.h"

#include "base/hash.h"
#include "incident/advice.h"

#include <stdio.h>
#include <stdlib.h>

#define CASES_MAX 8192 /* beyond it, cases of a rule are gathered into one */
#define INDEX     (4 * CASES_MAX)
#define ONGOING   (10 * USEC_PER_SEC) /* live: how long ago the last alert may be */
#define LATE      (10 * USEC_PER_SEC) /* live: an alert may speak of what was so long ago */

struct alert_case {
	struct incident incident;
	usec_t quiet;
	bool has_sources, has_targets;
	bool told, changed; /* live: that it opened was told; there is more to tell */
	uint64_t story_rank; /* of the alert whose words are kept */
	struct hll sources, targets;
};

struct incidents {
	struct alert_case *cases;
	size_t count, room;
	uint64_t opened, groups; /* until now */
	uint32_t index[INDEX]; /* case number + 1 by key; the latest case of each key */
	struct incident *list;
};

struct incidents *incidents_new(void)
{
	return calloc(1, sizeof(struct incidents));
}

void incidents_free(struct incidents *all)
{
	if (!all)
		return;
	free(all->cases);
	free(all->list);
	free(all);
}

static uint64_t hash_entity(const struct entity *e, uint64_t key)
{
	key ^= hash_text((const uint8_t *)e->name, strlen(e->name), 0);
	return hash_16(e->prefix.ip.b,
		       key ^ (uint64_t)e->kind << 24 ^ (uint64_t)e->prefix.bits << 16 ^ e->port);
}

static uint64_t alert_key(const struct alert *alert)
{
	uint64_t key = HASH_K2;

	for (const char *c = alert->rule; *c; c++)
		key = hash_64((uint64_t)*c, key);
	key = hash_64((uint64_t)alert->vector << 8 | alert->direction, key);
	if (alert->by & BY_WHO)
		key = hash_entity(&alert->who, key);
	if (alert->by & BY_WHOM)
		key = hash_entity(&alert->whom, key ^ HASH_K1);
	return key ? key : 1;
}

/* The place of a key in the index: where it is, or where it would go. */
static uint32_t *index_at(struct incidents *all, uint64_t key)
{
	uint32_t at = (uint32_t)(key >> 32) % INDEX;

	while (all->index[at] && all->cases[all->index[at] - 1].incident.key != key)
		at = (at + 1) % INDEX;
	return &all->index[at];
}

static struct alert_case *case_begin(struct incidents *all, const struct alert *alert, uint64_t key)
{
	struct alert_case *c;

	if (all->count == all->room) {
		size_t room = all->room ? 2 * all->room : 64;
		struct alert_case *more = realloc(all->cases, room * sizeof(*more));

		if (!more)
			return NULL;
		all->cases = more;
		all->room = room;
	}
	c = &all->cases[all->count];
	memset(c, 0, sizeof(*c));
	c->quiet = alert->quiet;
	c->incident.id = ++all->opened;
	c->incident.key = key;
	c->incident.rule = alert->rule;
	c->incident.vector = alert->vector;
	c->incident.direction = alert->direction;
	c->incident.who = alert->who;
	c->incident.whom = alert->whom;
	c->incident.opened = alert->from;
	c->incident.closed = alert->to;
	c->incident.peaked = alert->to;
	c->incident.attack = alert->attack;
	c->incident.level = alert->level;
	all->count++;
	*index_at(all, key) = (uint32_t)all->count;
	return c;
}

/* The words are those of the alert that tells most: the most severe, then the one with the highest
 * rate, then the latest. */
static void case_story(struct alert_case *c, const struct alert *alert)
{
	struct incident *i = &c->incident;
	uint64_t rank = (uint64_t)alert->severity << 56 | (alert->pps & 0xffffffffffffff);

	if (c->incident.alerts && rank < c->story_rank)
		return;
	c->story_rank = rank;
	i->who = alert->who;
	i->whom = alert->whom;
	memcpy(i->say, alert->say, sizeof(i->say));
	memcpy(i->why, alert->why, sizeof(i->why));
	i->why_count = alert->why_count;
}

static void case_add(struct alert_case *c, const struct alert *alert)
{
	struct incident *i = &c->incident;

	case_story(c, alert);
	c->changed = true;
	if (alert->from < i->opened)
		i->opened = alert->from;
	if (alert->to > i->closed)
		i->closed = alert->to;
	if (alert->pps > i->peak_pps) {
		i->peak_pps = alert->pps;
		i->peaked = alert->to;
	}
	if (alert->bps > i->peak_bps)
		i->peak_bps = alert->bps;
	if (alert->severity > i->severity)
		i->severity = alert->severity;
	if (alert->confidence > i->confidence)
		i->confidence = alert->confidence;
	i->level = level_either(i->level, alert->level);
	i->packets += alert->packets;
	i->bytes += alert->bytes;
	i->alerts++;
	if (alert->sources) {
		hll_merge(&c->sources, alert->sources);
		c->has_sources = true;
	}
	if (alert->targets) {
		hll_merge(&c->targets, alert->targets);
		c->has_targets = true;
	}
}

void incidents_add(struct incidents *all, const struct alert *alert)
{
	struct alert gathered = *alert;
	uint64_t key = alert_key(alert);
	struct alert_case *c;
	uint32_t number;

	number = *index_at(all, key);
	c = number ? &all->cases[number - 1] : NULL;
	if (c && alert->from <= c->incident.closed + c->quiet &&
	    alert->to >= c->incident.opened - c->quiet) {
		case_add(c, alert);
		return;
	}
	if (all->count >= CASES_MAX) { /* one case for all that do not fit, by rule and vector */
		gathered.by = 0;
		gathered.who.kind = gathered.whom.kind = ENTITY_MANY;
		key = alert_key(&gathered);
		number = *index_at(all, key);
		c = number ? &all->cases[number - 1] : case_begin(all, &gathered, key);
	} else {
		c = case_begin(all, alert, key);
	}
	if (c)
		case_add(c, &gathered);
}

static int compare_entity(const struct entity *a, const struct entity *b)
{
	int order = memcmp(a->prefix.ip.b, b->prefix.ip.b, sizeof(a->prefix.ip.b));

	if (order == 0)
		order = (int)a->port - (int)b->port;
	return order ? order : strcmp(a->name, b->name);
}

static int compare_time(const void *left, const void *right)
{
	const struct incident *a = left, *b = right;
	int order;

	if (a->opened != b->opened)
		return a->opened < b->opened ? -1 : 1;
	order = strcmp(a->rule, b->rule);
	if (order == 0)
		order = (int)a->vector - (int)b->vector;
	if (order == 0)
		order = compare_entity(&a->who, &b->who);
	return order ? order : compare_entity(&a->whom, &b->whom);
}

static int compare_severity(const void *left, const void *right)
{
	const struct incident *a = left, *b = right;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	return a->id < b->id ? -1 : 1;
}

/* Floods on the same target (or by the same device) at the same time are one attack. */
static bool same_attack(const struct incident *a, const struct incident *b)
{
	const struct entity *x, *y;

	if (strcmp(a->rule, "flood") != 0 || strcmp(b->rule, "flood") != 0 ||
	    a->direction != b->direction || a->opened > b->closed || b->opened > a->closed)
		return false;
	x = a->direction == DIRECTION_OUTBOUND ? &a->who : &a->whom;
	y = b->direction == DIRECTION_OUTBOUND ? &b->who : &b->whom;
	return x->kind == y->kind && x->prefix.bits == y->prefix.bits &&
	       ip_equal(&x->prefix.ip, &y->prefix.ip);
}

static void incidents_group(struct incidents *all, struct incident *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < i && !list[i].group; k++) {
			if (!same_attack(&list[i], &list[k]))
				continue;
			if (!list[k].group)
				list[k].group = ++all->groups;
			list[i].group = list[k].group;
		}
	}
}

/* An estimate may err upwards; there cannot be more parties than packets. */
static uint64_t case_count(const struct hll *parties, uint64_t packets)
{
	uint64_t count = parties ? hll_count(parties) : 1;

	if (packets && count > packets)
		count = packets;
	return count ? count : 1;
}

/* A case that is told at tighter levels only says so. */
static void incident_why_level(struct incident *i)
{
	struct evidence *why = &i->why[i->why_count];

	if (i->level == LEVEL_NORMAL || i->why_count == EVIDENCE_MAX)
		return;
	snprintf(why->key, sizeof(why->key), "Vigilance");
	snprintf(why->value, sizeof(why->value), "told from level %s on: thresholds are at %u %%",
		 level_name(i->level), level_rules(i->level)->threshold_percent);
	i->why_count++;
}

/* What is not counted alert by alert. */
static void case_finish(const struct alert_case *c, struct incident *i, bool ongoing)
{
	*i = c->incident;
	i->sources = case_count(c->has_sources ? &c->sources : NULL, i->packets);
	i->targets = case_count(c->has_targets ? &c->targets : NULL, i->packets);
	i->ongoing = ongoing;
	i->title = advice_title(i).en;
	i->advice = advice_steps(i).en;
	incident_why_level(i);
}

/* Live: a flood that is new joins the attack that is under way, or begins one with another. */
static void case_group(struct incidents *all, struct alert_case *c)
{
	for (size_t n = 0; n < all->count && !c->incident.group; n++) {
		struct incident *other = &all->cases[n].incident;

		if (other == &c->incident || !same_attack(&c->incident, other))
			continue;
		if (!other->group) {
			other->group = ++all->groups;
			all->cases[n].changed = true;
		}
		c->incident.group = other->group;
	}
}

static void incidents_index(struct incidents *all)
{
	memset(all->index, 0, sizeof(all->index));
	for (size_t n = 0; n < all->count; n++)
		*index_at(all, all->cases[n].incident.key) = (uint32_t)n + 1;
}

void incidents_tell(struct incidents *all, usec_t now, incident_visit *tell, void *whom)
{
	size_t kept = 0;

	for (size_t n = 0; n < all->count; n++)
		if (!all->cases[n].told)
			case_group(all, &all->cases[n]);
	for (size_t n = 0; n < all->count; n++) {
		struct alert_case *c = &all->cases[n];
		usec_t silent = now - c->incident.closed;
		bool over = c->told && silent > c->quiet + LATE, ongoing = !over && silent < ONGOING;
		struct incident i;

		if (!c->told || c->changed || over || ongoing != c->incident.ongoing) {
			case_finish(c, &i, ongoing);
			tell(whom, &i, over ? INCIDENT_CLOSED : c->told ? INCIDENT_CHANGED : INCIDENT_OPENED);
			c->incident.ongoing = ongoing;
			c->told = true;
			c->changed = false;
		}
		if (!over && kept++ != n)
			all->cases[kept - 1] = *c;
	}
	if (kept == all->count)
		return;
	all->count = kept;
	incidents_index(all);
}

void incidents_end(struct incidents *all, usec_t last)
{
	all->list = calloc(all->count ? all->count : 1, sizeof(*all->list));
	if (!all->list) {
		all->count = 0;
		return;
	}
	for (size_t n = 0; n < all->count; n++) {
		struct alert_case *c = &all->cases[n];

		if (c->incident.closed > last)
			c->incident.closed = last;
		case_finish(c, &all->list[n], last - c->incident.closed < USEC_PER_SEC);
	}
	qsort(all->list, all->count, sizeof(*all->list), compare_time);
	for (size_t n = 0; n < all->count; n++)
		all->list[n].id = n + 1;
	incidents_group(all, all->list, all->count);
	qsort(all->list, all->count, sizeof(*all->list), compare_severity);
}

const struct incident *incidents_list(const struct incidents *all, size_t *count)
{
	*count = all->list ? all->count : 0;
	return all->list;
}
