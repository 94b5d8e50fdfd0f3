/* scan_source.c - gathering what one source tried. */
#include "detect/scan_source.h"

#include <assert.h>

/* The few become many. */
static void source_use_many(struct scan_source *s, struct slab *many)
{
	if (s->many)
		return;
	s->many = slab_take(many);
	assert(s->many); /* there is one for each source */
	memset(s->many, 0, sizeof(*s->many));
	few_spread(&s->hosts, &s->many->hosts);
	few_spread(&s->pairs, &s->many->pairs);
}

uint64_t source_fresh(const struct scan_source *s, int64_t number, int windows)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < SCAN_PENDING; i++)
		if ((uint32_t)number - s->fresh[i].number < (uint32_t)windows)
			sum += s->fresh[i].attempts;
	return sum;
}

static void source_add_fresh(struct scan_source *s, int64_t number, uint32_t attempts)
{
	unsigned at = (unsigned)((uint64_t)number % SCAN_PENDING);
	uint64_t fresh;

	if (s->fresh[at].number != (uint32_t)number)
		s->fresh[at].attempts = 0;
	s->fresh[at].number = (uint32_t)number;
	s->fresh[at].attempts += attempts;
	fresh = source_fresh(s, number, SCAN_PENDING);
	s->peak = fresh > s->peak ? fresh : s->peak;
}

static void source_merge(struct scan_source *s, struct slab *many, const struct probe *p)
{
	top_merge(&s->port, &p->port);
	top_ip_merge(&s->target, &p->target);
	if (!s->many && few_merge(&s->hosts, &p->hosts) && few_merge(&s->pairs, &p->pairs))
		return;
	source_use_many(s, many);
	hll_merge(&s->many->hosts, &p->hosts);
	hll_merge(&s->many->pairs, &p->pairs);
}

static void source_add_one(struct scan_source *s, struct slab *many, const struct probe *p)
{
	uint64_t host = hash_16(p->first_host.b, 0);
	uint64_t pair = hash_64(host ^ p->first_port, HASH_K1);

	top_add(&s->port, p->first_port);
	top_ip_add(&s->target, &p->first_host, host);
	if (!s->many && few_add(&s->hosts, host) && few_add(&s->pairs, pair))
		return;
	source_use_many(s, many);
	hll_add(&s->many->hosts, host);
	hll_add(&s->many->pairs, pair);
}

void source_add(struct scan_source *s, struct slab *many, const struct probe *p, int64_t number)
{
	if (s->attempts == 0 || p->first < s->first)
		s->first = p->first;
	if (s->attempts == 0 || p->last > s->last)
		s->last = p->last;
	source_add_fresh(s, number, p->attempts);
	s->attempts += p->attempts;
	s->to_home += p->to_home;
	if (p->counted)
		source_merge(s, many, p);
	else
		source_add_one(s, many, p);
}

uint64_t source_hosts(const struct scan_source *s)
{
	return s->many ? hll_count(&s->many->hosts) : few_count(&s->hosts);
}

uint64_t source_pairs(const struct scan_source *s)
{
	return s->many ? hll_count(&s->many->pairs) : few_count(&s->pairs);
}

const struct hll *source_targets(const struct scan_source *s, struct hll *room)
{
	if (s->many)
		return &s->many->hosts;
	memset(room, 0, sizeof(*room));
	few_spread(&s->hosts, room);
	return room;
}

void source_leave(struct scan_source *s, struct slab *many)
{
	if (s->many)
		slab_give(many, s->many);
}
