/* meter.c - keeping, merging and folding of tallies. */
#include "flow/meter.h"

#define FOLDS 8 /* the tally of a network may itself need room, and so on; then it is lost */

/* Sketches there can be: one for each tally, and for those that are being folded. */
static size_t meter_sketches(uint32_t slots)
{
	return (size_t)slots + FOLDS + 1;
}

bool meter_open(struct meter *m, uint32_t slots)
{
	*m = (struct meter){ 0 };
	if (!assoc_open(&m->index, slots))
		return false;
	slots = assoc_slots(&m->index);
	m->entries = pages_new(slots * sizeof(*m->entries));
	m->sketches = pages_new(meter_sketches(slots) * sizeof(*m->sketches));
	m->spare = pages_new(meter_sketches(slots) * sizeof(*m->spare));
	if (m->entries && m->sketches && m->spare)
		return true;
	meter_close(m);
	return false;
}

void meter_close(struct meter *m)
{
	uint32_t slots = assoc_slots(&m->index);

	pages_free(m->entries, slots * sizeof(*m->entries));
	pages_free(m->sketches, meter_sketches(slots) * sizeof(*m->sketches));
	pages_free(m->spare, meter_sketches(slots) * sizeof(*m->spare));
	assoc_close(&m->index);
	m->entries = NULL;
}

uint64_t meter_memory(uint32_t slots)
{
	return slots * (sizeof(struct tally_entry) + 8ull) +
	       meter_sketches(slots) * (sizeof(struct tally_sketch) + 4ull);
}

/* The tally in a slot that is in use. */
static struct tally_entry *meter_slot(const struct meter *m, uint32_t slot)
{
	return &m->entries[assoc_number(&m->index, slot)];
}

static uint64_t meter_hash(const struct meter_key *key)
{
	return hash_16(key->ip.b, ((uint64_t)key->role << 8 | key->vector) * HASH_K2);
}

struct tally_sketch *meter_sketch(struct meter *m, struct tally_entry *t)
{
	struct tally_sketch *sketch;

	if (t->sketch)
		return &m->sketches[t->sketch - 1];
	t->sketch = m->spares ? m->spare[--m->spares] + 1 : ++m->sketched;
	sketch = &m->sketches[t->sketch - 1];
	memset(sketch, 0, sizeof(*sketch));
	if (t->packets) {
		agree_add_times(&sketch->peer, agree_bits(t->first_peer), t->packets);
		agree_add_times(&sketch->port, agree_bits(hash_64(t->port, 0)), t->packets);
		hll_add(&sketch->peers, t->first_peer);
	}
	return sketch;
}

static void meter_drop_sketch(struct meter *m, const struct tally_entry *t)
{
	if (t->sketch)
		m->spare[m->spares++] = t->sketch - 1;
}

void meter_count(struct meter *m, struct tally_entry *t, const struct packet *p,
		 const struct ip *other, uint32_t port)
{
	uint64_t peer = hash_16(other->b, 0), port_hash = hash_64(port, 0);
	struct tally_sketch *sketch;

	if (t->packets == 0) {
		t->first = t->last = p->ts;
		t->first_peer = peer;
	} else if (t->sketch || peer != t->first_peer || port != t->port) {
		sketch = meter_sketch(m, t);
		agree_add(&sketch->peer, agree_bits(peer));
		agree_add(&sketch->port, agree_bits(port_hash));
		hll_add(&sketch->peers, peer);
		t->counted |= peer != t->first_peer;
	}
	vote_ip(&t->peer, &t->peer_votes, other);
	vote(&t->port, &t->port_votes, port);
	t->port_bits |= 1ull << (port_hash >> 58);
	t->first = p->ts < t->first ? p->ts : t->first;
	t->last = p->ts > t->last ? p->ts : t->last;
	t->packets++;
	t->bytes += p->wire_len;
}

/* Adds the packets of `from`, whose sketch is given (NULL: it has none), to the sketch and the votes. */
static void entry_merge_ends(struct meter *m, struct tally_entry *into,
			     const struct tally_entry *from, const struct tally_sketch *sketch)
{
	struct tally_sketch *sum;

	if (into->sketch || sketch || from->first_peer != into->first_peer ||
	    from->port != into->port) {
		sum = meter_sketch(m, into);
		if (sketch) {
			agree_merge(&sum->peer, &sketch->peer);
			agree_merge(&sum->port, &sketch->port);
			hll_merge(&sum->peers, &sketch->peers);
		} else {
			agree_add_times(&sum->peer, agree_bits(from->first_peer), from->packets);
			agree_add_times(&sum->port, agree_bits(hash_64(from->port, 0)),
					from->packets);
			hll_add(&sum->peers, from->first_peer);
		}
	}
	votes_ip_merge(&into->peer, &into->peer_votes, &from->peer, from->peer_votes);
	votes_merge(&into->port, &into->port_votes, from->port, from->port_votes);
}

/* Adds all of `from` to `into`, which is about the same or about a prefix that covers it. */
static void entry_merge(struct meter *m, struct tally_entry *into, const struct tally_entry *from,
			const struct tally_sketch *sketch)
{
	if (from->packets) {
		if (into->packets == 0) {
			into->first = from->first;
			into->last = from->last;
			into->first_peer = from->first_peer;
			into->port = from->port;
		}
		into->first = from->first < into->first ? from->first : into->first;
		into->last = from->last > into->last ? from->last : into->last;
		into->counted |= from->counted | (from->first_peer != into->first_peer);
		entry_merge_ends(m, into, from, sketch);
	}
	into->packets += from->packets;
	into->answered += from->answered;
	into->refused += from->refused;
	into->inside += from->inside;
	into->bytes += from->bytes;
	into->port_bits |= from->port_bits;
}

static const struct tally_sketch *entry_sketch(const struct meter *m, const struct tally_entry *t)
{
	return t->sketch ? &m->sketches[t->sketch - 1] : NULL;
}

/* The entry as detectors get it. `peers` is only filled when it is in use. */
static void entry_tell(const struct meter *m, const struct tally_entry *e, struct tally *t)
{
	const struct tally_sketch *sketch = entry_sketch(m, e);

	t->ip = e->ip;
	t->bits = e->bits;
	t->role = e->role;
	t->vector = e->vector;
	t->counted = e->counted;
	t->packets = e->packets;
	t->answered = e->answered;
	t->refused = e->refused;
	t->inside = e->inside;
	t->bytes = e->bytes;
	t->first = e->first;
	t->last = e->last;
	t->port_bits = e->port_bits;
	t->first_peer = e->first_peer;
	t->peer = (struct top_ip){ .ip = e->peer, .votes = e->peer_votes };
	t->port = (struct top){ .value = e->port, .votes = e->port_votes };
	if (sketch) {
		t->peer.agree = sketch->peer;
		t->port.agree = sketch->port;
	} else if (e->packets) {
		agree_add_times(&t->peer.agree, agree_bits(e->first_peer), e->packets);
		agree_add_times(&t->port.agree, agree_bits(hash_64(e->port, 0)), e->packets);
	}
	if (e->counted)
		t->peers = sketch->peers;
}

static bool entry_is(const struct tally_entry *t, const struct meter_key *key)
{
	return ip_equal(&t->ip, &key->ip) && t->role == key->role && t->vector == key->vector &&
	       t->bits == key->bits;
}

void meter_prefetch(const struct meter *m, const struct meter_key *key)
{
	uint64_t hash = meter_hash(key);
	uint32_t bucket = assoc_bucket_of(&m->index, hash);
	uint32_t match = assoc_match(&m->index.buckets[bucket], assoc_tag(hash));
	const struct tally_entry *t;

	if (!match)
		return;
	t = meter_slot(m, assoc_slot(bucket, match));
	prefetch(t);
	prefetch(&t->peer);
}

static void meter_fold(struct meter *m, const struct tally_entry *t, usec_t now)
{
	struct prefix prefix = ip_network(&t->ip);
	struct meter_key key = { prefix.ip, prefix.bits, t->role, t->vector };

	m->folded++;
	if (t->bits == 128 && m->folding < FOLDS) {
		m->folding++;
		entry_merge(m, meter_at(m, &key, now), t, entry_sketch(m, t));
		m->folding--;
	}
	meter_drop_sketch(m, t);
}

/* A full bucket: the smallest tally of a single address makes room and is added to that of its
 * network. Only where all are of networks, the smallest of them is lost. */
static void meter_make_room(struct meter *m, uint32_t bucket, usec_t now)
{
	unsigned smallest = 0;
	struct tally_entry gone;

	for (unsigned way = 1; way < ASSOC_WAYS; way++) {
		const struct tally_entry *t = meter_slot(m, bucket * ASSOC_WAYS + way);
		const struct tally_entry *least = meter_slot(m, bucket * ASSOC_WAYS + smallest);

		if (t->bits == least->bits ? t->packets < least->packets : t->bits == 128)
			smallest = way;
	}
	gone = *meter_slot(m, bucket * ASSOC_WAYS + smallest);
	m->index.buckets[bucket].tag[smallest] = 0;
	m->last = NULL;
	m->generation++;
	meter_fold(m, &gone, now);
}

struct tally_entry *meter_at(struct meter *m, const struct meter_key *key, usec_t now)
{
	uint32_t bucket, free;
	struct assoc_bucket *b;
	struct tally_entry *t;
	uint64_t hash;
	unsigned way;

	if (m->last && entry_is(m->last, key))
		return m->last;
	hash = meter_hash(key);
	bucket = assoc_bucket_of(&m->index, hash);
	b = &m->index.buckets[bucket];
	for (uint32_t match = assoc_match(b, assoc_tag(hash)); match; match &= match - 1) {
		way = (unsigned)__builtin_ctz(match);
		t = meter_slot(m, bucket * ASSOC_WAYS + way);
		if (entry_is(t, key))
			return m->last = t;
	}
	while (!(free = assoc_match(b, 0))) /* folding may itself take the room that was made */
		meter_make_room(m, bucket, now);
	way = (unsigned)__builtin_ctz(free);
	b->tag[way] = assoc_tag(hash);
	t = &m->entries[assoc_use(&m->index, bucket * ASSOC_WAYS + way)];
	*t = (struct tally_entry){ .ip = key->ip,
				   .bits = key->bits,
				   .role = key->role,
				   .vector = key->vector,
				   .first = now,
				   .last = now };
	return m->last = t;
}

void meter_merge(struct meter *into, const struct meter *from)
{
	for (uint32_t bucket = 0; bucket <= from->index.mask; bucket++) {
		const struct assoc_bucket *b = &from->index.buckets[bucket];

		for (uint32_t m = ~assoc_match(b, 0) & 0xffff; m; m &= m - 1) {
			const struct tally_entry *t = meter_slot(from, assoc_slot(bucket, m));
			struct meter_key key = { t->ip, t->bits, t->role, t->vector };

			entry_merge(into, meter_at(into, &key, t->first), t,
				    entry_sketch(from, t));
		}
	}
}

void meter_flush(struct meter *m, meter_visit *visit, void *whom)
{
	struct tally tally;

	m->last = NULL;
	m->generation++;
	for (uint32_t bucket = 0; bucket <= m->index.mask; bucket++) {
		struct assoc_bucket *b = &m->index.buckets[bucket];
		uint32_t match = ~assoc_match(b, 0) & 0xffff;

		if (!match)
			continue;
		if (visit)
			for (; match; match &= match - 1) {
				entry_tell(m, meter_slot(m, assoc_slot(bucket, match)), &tally);
				visit(whom, &tally);
			}
		assoc_clear(&m->index, bucket);
	}
	assoc_restart(&m->index);
	m->sketched = m->spares = 0;
}
