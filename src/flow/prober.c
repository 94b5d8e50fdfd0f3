/* prober.c - keeping and merging of probes. */
#include "flow/prober.h"

#include <stddef.h>

#define STAMP_HOME 0x4000 /* our own sources are worth more than as many attempts of others */

bool prober_open(struct prober *p, uint32_t slots)
{
	*p = (struct prober){ 0 };
	if (!assoc_open(&p->index, slots))
		return false;
	p->probes = pages_new((size_t)assoc_slots(&p->index) * sizeof(*p->probes));
	if (!p->probes)
		assoc_close(&p->index);
	return p->probes != NULL;
}

void prober_close(struct prober *p)
{
	pages_free(p->probes, (size_t)assoc_slots(&p->index) * sizeof(*p->probes));
	assoc_close(&p->index);
}

static void probe_count(struct probe *probe, const struct ip *to, uint16_t port)
{
	uint64_t host = hash_16(to->b, 0);

	hll_add(&probe->hosts, host);
	hll_add(&probe->pairs, hash_64(host ^ port, HASH_K1));
	top_ip_add(&probe->target, to, host);
	top_add(&probe->port, port);
}

void probe_use_sketches(struct probe *probe)
{
	if (probe->counted)
		return;
	memset(&probe->target, 0, sizeof(*probe) - offsetof(struct probe, target));
	if (probe->attempts)
		probe_count(probe, &probe->first_host, probe->first_port);
	probe->counted = 1;
}

void probe_add(struct probe *probe, const struct packet *p, uint16_t port, bool home, bool again)
{
	const struct ip *to = packet_to(p);

	probe->packets++;
	probe->bytes += p->wire_len;
	if (probe->packets == 1)
		probe->first = probe->last = p->ts;
	probe->first = p->ts < probe->first ? p->ts : probe->first;
	probe->last = p->ts > probe->last ? p->ts : probe->last;
	if (again)
		return;
	if (probe->attempts == 0) {
		probe->first_host = *to;
		probe->first_port = port;
	} else {
		probe_use_sketches(probe);
		probe_count(probe, to, port);
	}
	probe->attempts++;
	probe->to_home += home;
}

void probe_merge(struct probe *into, const struct probe *from)
{
	if (from->packets) {
		if (into->packets == 0) {
			into->first = from->first;
			into->last = from->last;
		}
		into->first = from->first < into->first ? from->first : into->first;
		into->last = from->last > into->last ? from->last : into->last;
	}
	if (from->attempts) {
		probe_use_sketches(into);
		if (from->counted) {
			hll_merge(&into->hosts, &from->hosts);
			hll_merge(&into->pairs, &from->pairs);
			top_ip_merge(&into->target, &from->target);
			top_merge(&into->port, &from->port);
		} else {
			probe_count(into, &from->first_host, from->first_port);
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

static struct probe *prober_find(struct prober *p, const struct ip *ip, enum probe_kind kind,
				 uint64_t hash)
{
	uint32_t bucket = assoc_bucket_of(&p->index, hash);
	struct assoc_bucket *b = &p->index.buckets[bucket];

	for (uint32_t match = assoc_match(b, assoc_tag(hash)); match; match &= match - 1) {
		unsigned way = (unsigned)__builtin_ctz(match);
		struct probe *probe =
			&p->probes[assoc_number(&p->index, bucket * ASSOC_WAYS + way)];

		if (!ip_equal(&probe->ip, ip) || probe->kind != kind)
			continue;
		b->stamp[way] = (uint16_t)(b->stamp[way] + (b->stamp[way] < UINT16_MAX));
		return probe;
	}
	return NULL;
}

struct probe *prober_join(struct prober *p, const struct ip *ip, enum probe_kind kind)
{
	struct probe *probe = prober_find(p, ip, kind, prober_hash(ip, kind));

	p->flooded = true;
	p->evicted += probe == NULL;
	return probe;
}

struct probe *prober_at(struct prober *p, const struct ip *ip, enum probe_kind kind, bool home,
			usec_t now)
{
	uint64_t hash = prober_hash(ip, kind);
	uint32_t bucket = assoc_bucket_of(&p->index, hash), free;
	struct assoc_bucket *b = &p->index.buckets[bucket];
	struct probe *probe = prober_find(p, ip, kind, hash);
	unsigned way;

	if (probe)
		return probe;
	free = assoc_match(b, 0);
	if (free) {
		way = (unsigned)__builtin_ctz(free);
	} else {
		way = prober_victim(b, hash);
		p->evicted++;
	}
	b->tag[way] = assoc_tag(hash);
	b->stamp[way] = home ? STAMP_HOME : 1;
	probe = &p->probes[assoc_use(&p->index, bucket * ASSOC_WAYS + way)];
	memset(probe, 0, offsetof(struct probe, target));
	probe->ip = *ip;
	probe->kind = (uint8_t)kind;
	probe->first = probe->last = now;
	return probe;
}

void prober_merge(struct prober *into, const struct prober *from)
{
	for (uint32_t bucket = 0; bucket <= from->index.mask; bucket++) {
		const struct assoc_bucket *b = &from->index.buckets[bucket];

		for (uint32_t m = ~assoc_match(b, 0) & 0xffff; m; m &= m - 1) {
			const struct probe *probe = &from->probes[assoc_number(&from->index,
									       assoc_slot(bucket, m))];

			probe_merge(prober_at(into, &probe->ip, probe->kind,
					      b->stamp[__builtin_ctz(m)] >= STAMP_HOME,
					      probe->first),
				    probe);
		}
	}
}

void prober_flush(struct prober *p, prober_visit *visit, void *whom)
{
	p->flooded = false;
	for (uint32_t bucket = 0; bucket <= p->index.mask; bucket++) {
		struct assoc_bucket *b = &p->index.buckets[bucket];
		uint32_t match = ~assoc_match(b, 0) & 0xffff;

		if (!match)
			continue;
		if (visit)
			for (; match; match &= match - 1)
				visit(whom, &p->probes[assoc_number(&p->index,
								    assoc_slot(bucket, match))]);
		assoc_clear(&p->index, bucket);
	}
	assoc_restart(&p->index);
}
