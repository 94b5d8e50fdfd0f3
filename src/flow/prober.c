/* prober.c - keeping and merging of probes. */
#include "flow/prober.h"

#define STAMP_HOME 0x4000 /* our own sources are worth more than as many attempts of others */

bool prober_open(struct prober *p, uint32_t slots)
{
	*p = (struct prober){ 0 };
	if (!assoc_open(&p->index, slots))
		return false;
	slots = assoc_slots(&p->index);
	p->entries = pages_new(slots * sizeof(*p->entries));
	p->sketches = pages_new(slots * sizeof(*p->sketches));
	p->spare = pages_new(slots * sizeof(*p->spare));
	if (p->entries && p->sketches && p->spare)
		return true;
	prober_close(p);
	return false;
}

void prober_close(struct prober *p)
{
	uint32_t slots = assoc_slots(&p->index);

	pages_free(p->entries, slots * sizeof(*p->entries));
	pages_free(p->sketches, slots * sizeof(*p->sketches));
	pages_free(p->spare, slots * sizeof(*p->spare));
	assoc_close(&p->index);
	p->entries = NULL;
}

uint64_t prober_memory(uint32_t slots)
{
	return slots * (sizeof(struct probe_entry) + sizeof(struct probe_sketch) + 12ull);
}

static void sketch_attempt(struct probe_sketch *sketch, const struct ip *to, uint16_t port)
{
	uint64_t host = hash_16(to->b, 0);

	hll_add(&sketch->hosts, host);
	hll_add(&sketch->pairs, hash_64(host ^ port, HASH_K1));
	top_ip_add(&sketch->target, to, host);
	top_add(&sketch->port, port);
}

/* The sketch of a probe; a new one, of the attempt that was counted already, when there is none. */
static struct probe_sketch *prober_sketch(struct prober *p, struct probe_entry *probe)
{
	struct probe_sketch *sketch;

	if (probe->sketch)
		return &p->sketches[probe->sketch - 1];
	probe->sketch = p->spares ? p->spare[--p->spares] + 1 : ++p->sketched;
	sketch = &p->sketches[probe->sketch - 1];
	memset(sketch, 0, sizeof(*sketch));
	if (probe->attempts)
		sketch_attempt(sketch, &probe->first_host, probe->first_port);
	return sketch;
}

void prober_count(struct prober *p, struct probe_entry *probe, const struct packet *packet,
		  uint16_t port, bool home, bool again)
{
	const struct ip *to = packet_to(packet);
	usec_t ts = packet->ts;

	probe->packets++;
	probe->bytes += packet->wire_len;
	if (probe->packets == 1)
		probe->first = probe->last = ts;
	probe->first = ts < probe->first ? ts : probe->first;
	probe->last = ts > probe->last ? ts : probe->last;
	if (again)
		return;
	if (probe->attempts == 0) {
		probe->first_host = *to;
		probe->first_port = port;
	} else {
		sketch_attempt(prober_sketch(p, probe), to, port);
	}
	probe->attempts++;
	probe->to_home += home;
}

/* Adds all of `from`, whose sketch is given (NULL: it has none), to `into`. */
static void probe_merge(struct prober *p, struct probe_entry *into, const struct probe_entry *from,
			const struct probe_sketch *sketch)
{
	struct probe_sketch *sum;

	if (from->packets) {
		if (into->packets == 0) {
			into->first = from->first;
			into->last = from->last;
		}
		into->first = from->first < into->first ? from->first : into->first;
		into->last = from->last > into->last ? from->last : into->last;
	}
	if (from->attempts == 1 && into->attempts == 0) {
		into->first_host = from->first_host;
		into->first_port = from->first_port;
	} else if (from->attempts) {
		sum = prober_sketch(p, into);
		if (sketch) {
			hll_merge(&sum->hosts, &sketch->hosts);
			hll_merge(&sum->pairs, &sketch->pairs);
			top_ip_merge(&sum->target, &sketch->target);
			top_merge(&sum->port, &sketch->port);
		} else {
			sketch_attempt(sum, &from->first_host, from->first_port);
		}
	}
	into->packets += from->packets;
	into->bytes += from->bytes;
	into->mirai = (uint16_t)(into->mirai + from->mirai);
	into->attempts += from->attempts;
	into->answered += from->answered;
	into->refused += from->refused;
	into->to_home += from->to_home;
}

static const struct probe_sketch *probe_sketch(const struct prober *p, const struct probe_entry *e)
{
	return e->sketch ? &p->sketches[e->sketch - 1] : NULL;
}

/* The entry as detectors get it. What is sketched is only filled when it is in use. */
static void probe_tell(const struct prober *p, const struct probe_entry *e, struct probe *probe)
{
	const struct probe_sketch *sketch = probe_sketch(p, e);

	probe->ip = e->ip;
	probe->kind = e->kind;
	probe->counted = sketch != NULL;
	probe->first_host = e->first_host;
	probe->first_port = e->first_port;
	probe->attempts = e->attempts;
	probe->answered = e->answered;
	probe->refused = e->refused;
	probe->packets = e->packets;
	probe->bytes = e->bytes;
	probe->mirai = e->mirai;
	probe->to_home = e->to_home;
	probe->first = e->first;
	probe->last = e->last;
	if (!sketch)
		return;
	probe->target = sketch->target;
	probe->port = sketch->port;
	probe->hosts = sketch->hosts;
	probe->pairs = sketch->pairs;
}

/* The source with the fewest attempts, which the stamps count. In a spoofed flood nearly all have
 * one, so that the first look is lucky. */
static unsigned prober_victim(const struct assoc_bucket *b, uint64_t hash)
{
	unsigned way = hash >> 40 & (ASSOC_WAYS - 1);

	if (b->stamp[way] == 1)
		return way;
	for (unsigned w = 0; w < ASSOC_WAYS; w++)
		if (b->stamp[w] < b->stamp[way])
			way = w;
	return way;
}

static struct probe_entry *prober_find(struct prober *p, const struct ip *ip, enum probe_kind kind,
				 uint64_t hash)
{
	uint32_t bucket = assoc_bucket_of(&p->index, hash);
	struct assoc_bucket *b = &p->index.buckets[bucket];

	for (uint32_t match = assoc_match(b, assoc_tag(hash)); match; match &= match - 1) {
		unsigned way = (unsigned)__builtin_ctz(match);
		struct probe_entry *probe =
			&p->entries[assoc_number(&p->index, bucket * ASSOC_WAYS + way)];

		if (!ip_equal(&probe->ip, ip) || probe->kind != kind)
			continue;
		b->stamp[way] = (uint16_t)(b->stamp[way] + (b->stamp[way] < UINT16_MAX));
		return probe;
	}
	return NULL;
}

struct probe_entry *prober_join(struct prober *p, const struct ip *ip, enum probe_kind kind)
{
	struct probe_entry *probe = prober_find(p, ip, kind, prober_hash(ip, kind));

	p->flooded = true;
	p->evicted += probe == NULL;
	return probe;
}

struct probe_entry *prober_at(struct prober *p, const struct ip *ip, enum probe_kind kind, bool home,
			usec_t now)
{
	uint64_t hash = prober_hash(ip, kind);
	uint32_t bucket = assoc_bucket_of(&p->index, hash), free;
	struct assoc_bucket *b = &p->index.buckets[bucket];
	struct probe_entry *probe = prober_find(p, ip, kind, hash);
	unsigned way;

	if (probe)
		return probe;
	free = assoc_match(b, 0);
	if (free) {
		way = (unsigned)__builtin_ctz(free);
	} else {
		way = prober_victim(b, hash);
		probe = &p->entries[assoc_number(&p->index, bucket * ASSOC_WAYS + way)];
		if (probe->sketch)
			p->spare[p->spares++] = probe->sketch - 1;
		p->evicted++;
	}
	b->tag[way] = assoc_tag(hash);
	b->stamp[way] = home ? STAMP_HOME : 1;
	probe = &p->entries[assoc_use(&p->index, bucket * ASSOC_WAYS + way)];
	*probe = (struct probe_entry){ .ip = *ip,
				       .kind = (uint8_t)kind,
				       .first = now,
				       .last = now };
	return probe;
}

void prober_merge(struct prober *into, const struct prober *from)
{
	for (uint32_t bucket = 0; bucket <= from->index.mask; bucket++) {
		const struct assoc_bucket *b = &from->index.buckets[bucket];

		for (uint32_t m = ~assoc_match(b, 0) & 0xffff; m; m &= m - 1) {
			const struct probe_entry *e =
				&from->entries[assoc_number(&from->index, assoc_slot(bucket, m))];
			bool home = b->stamp[__builtin_ctz(m)] >= STAMP_HOME;

			probe_merge(into, prober_at(into, &e->ip, e->kind, home, e->first), e,
				    probe_sketch(from, e));
		}
	}
}

void prober_flush(struct prober *p, prober_visit *visit, void *whom)
{
	struct probe probe;

	p->flooded = false;
	for (uint32_t bucket = 0; bucket <= p->index.mask; bucket++) {
		struct assoc_bucket *b = &p->index.buckets[bucket];
		uint32_t match = ~assoc_match(b, 0) & 0xffff;

		if (!match)
			continue;
		if (visit)
			for (; match; match &= match - 1) {
				uint32_t slot = assoc_slot(bucket, match);

				probe_tell(p, &p->entries[assoc_number(&p->index, slot)], &probe);
				visit(whom, &probe);
			}
		assoc_clear(&p->index, bucket);
	}
	assoc_restart(&p->index);
	p->sketched = p->spares = 0;
}
