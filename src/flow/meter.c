/* meter.c - keeping, merging and folding of tallies. */
#include "flow/meter.h"

#include <stddef.h>

#define FOLDS 8 /* the tally of a network may itself need room, and so on; then it is lost */

bool meter_open(struct meter *m, uint32_t slots)
{
	*m = (struct meter){ 0 };
	if (!assoc_open(&m->index, slots))
		return false;
	m->tallies = pages_new((size_t)assoc_slots(&m->index) * sizeof(*m->tallies));
	if (!m->tallies)
		assoc_close(&m->index);
	return m->tallies != NULL;
}

void meter_close(struct meter *m)
{
	pages_free(m->tallies, (size_t)assoc_slots(&m->index) * sizeof(*m->tallies));
	assoc_close(&m->index);
}

/* The tally in a slot that is in use. */
static struct tally *meter_slot(const struct meter *m, uint32_t slot)
{
	return &m->tallies[assoc_number(&m->index, slot)];
}

static uint64_t meter_hash(const struct meter_key *key)
{
	return hash_16(key->ip.b, ((uint64_t)key->role << 8 | key->vector) * HASH_K2);
}

void tally_add(struct tally *t, const struct packet *p, const struct ip *other, uint32_t port)
{
	struct tally_packet packet = { p->ts, p->wire_len, other, hash_16(other->b, 0), port,
				       hash_64(port, 0) };

	tally_add_hashed(t, &packet);
}

void tally_merge(struct tally *into, const struct tally *from)
{
	if (from->packets) {
		if (into->packets == 0) {
			into->first = from->first;
			into->last = from->last;
			into->first_peer = from->first_peer;
		}
		into->first = from->first < into->first ? from->first : into->first;
		into->last = from->last > into->last ? from->last : into->last;
		tally_add_peer(into, from->first_peer);
	}
	into->packets += from->packets;
	into->answered += from->answered;
	into->inside += from->inside;
	into->bytes += from->bytes;
	into->port_bits |= from->port_bits;
	top_merge(&into->port, &from->port);
	top_ip_merge(&into->peer, &from->peer);
	if (from->counted) {
		if (!into->counted) {
			memset(&into->peers, 0, sizeof(into->peers));
			if (into->packets)
				hll_add(&into->peers, into->first_peer);
			into->counted = 1;
		}
		hll_merge(&into->peers, &from->peers);
	}
}

static bool tally_is(const struct tally *t, const struct meter_key *key)
{
	return ip_equal(&t->ip, &key->ip) && t->role == key->role && t->vector == key->vector &&
	       t->bits == key->bits;
}

void meter_prefetch(const struct meter *m, const struct meter_key *key)
{
	uint64_t hash = meter_hash(key);
	uint32_t bucket = assoc_bucket_of(&m->index, hash);
	uint32_t match = assoc_match(&m->index.buckets[bucket], assoc_tag(hash));
	const char *t;

	if (!match)
		return;
	t = (const char *)meter_slot(m, assoc_slot(bucket, match));
	for (size_t at = 0; at < offsetof(struct tally, peers); at += 64)
		prefetch(t + at);
}

static void meter_fold(struct meter *m, const struct tally *t, usec_t now)
{
	struct prefix prefix = ip_network(&t->ip);
	struct meter_key key = { prefix.ip, prefix.bits, t->role, t->vector };

	m->folded++;
	if (t->bits == 128 && m->folding < FOLDS) {
		m->folding++;
		tally_merge(meter_at(m, &key, now), t);
		m->folding--;
	}
}

/* A full bucket: the smallest tally of a single address makes room and is added to that of its
 * network. Only where all are of networks, the smallest of them is lost. */
static void meter_make_room(struct meter *m, uint32_t bucket, usec_t now)
{
	unsigned smallest = 0;
	struct tally gone;

	for (unsigned way = 1; way < ASSOC_WAYS; way++) {
		const struct tally *t = meter_slot(m, bucket * ASSOC_WAYS + way);
		const struct tally *least = meter_slot(m, bucket * ASSOC_WAYS + smallest);

		if (t->bits == least->bits ? t->packets < least->packets : t->bits == 128)
			smallest = way;
	}
	gone = *meter_slot(m, bucket * ASSOC_WAYS + smallest);
	m->index.buckets[bucket].tag[smallest] = 0;
	m->last = NULL;
	m->generation++;
	meter_fold(m, &gone, now);
}

struct tally *meter_at(struct meter *m, const struct meter_key *key, usec_t now)
{
	uint32_t bucket, free;
	struct assoc_bucket *b;
	struct tally *t;
	uint64_t hash;
	unsigned way;

	if (m->last && tally_is(m->last, key))
		return m->last;
	hash = meter_hash(key);
	bucket = assoc_bucket_of(&m->index, hash);
	b = &m->index.buckets[bucket];
	for (uint32_t match = assoc_match(b, assoc_tag(hash)); match; match &= match - 1) {
		way = (unsigned)__builtin_ctz(match);
		t = meter_slot(m, bucket * ASSOC_WAYS + way);
		if (tally_is(t, key))
			return m->last = t;
	}
	while (!(free = assoc_match(b, 0))) /* folding may itself take the room that was made */
		meter_make_room(m, bucket, now);
	way = (unsigned)__builtin_ctz(free);
	b->tag[way] = assoc_tag(hash);
	t = &m->tallies[assoc_use(&m->index, bucket * ASSOC_WAYS + way)];
	memset(t, 0, offsetof(struct tally, peers));
	t->ip = key->ip;
	t->bits = key->bits;
	t->role = key->role;
	t->vector = key->vector;
	t->first = t->last = now;
	return m->last = t;
}

void meter_merge(struct meter *into, const struct meter *from)
{
	for (uint32_t bucket = 0; bucket <= from->index.mask; bucket++) {
		const struct assoc_bucket *b = &from->index.buckets[bucket];

		for (uint32_t m = ~assoc_match(b, 0) & 0xffff; m; m &= m - 1) {
			const struct tally *t = meter_slot(from, assoc_slot(bucket, m));
			struct meter_key key = { t->ip, t->bits, t->role, t->vector };

			tally_merge(meter_at(into, &key, t->first), t);
		}
	}
}

void meter_flush(struct meter *m, meter_visit *visit, void *whom)
{
	m->last = NULL;
	m->generation++;
	for (uint32_t bucket = 0; bucket <= m->index.mask; bucket++) {
		struct assoc_bucket *b = &m->index.buckets[bucket];
		uint32_t match = ~assoc_match(b, 0) & 0xffff;

		if (!match)
			continue;
		if (visit)
			for (; match; match &= match - 1)
				visit(whom, meter_slot(m, assoc_slot(bucket, match)));
		assoc_clear(&m->index, bucket);
	}
	assoc_restart(&m->index);
}
