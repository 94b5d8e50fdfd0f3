/*
 * prober.h - who tries to begin conversations, with how many, and how many were accepted: the
 * probes of one window. Fixed size: in a full bucket the source with the fewest attempts makes room.
 */
#ifndef FLOW_PROBER_H
#define FLOW_PROBER_H

#include "base/hash.h"
#include "base/assoc.h"
#include "model/obs.h"

/* A struct probe as it is kept, and a sketch only from the second attempt on: in a spoofed flood every
 * packet is the first of its source. */
struct probe_entry {
	struct ip ip;
	uint8_t kind; /* enum probe_kind */
	uint16_t first_port;
	uint32_t attempts, answered, refused, packets, to_home;
	uint32_t sketch; /* number plus 1; 0: none */
	struct ip first_host;
	usec_t first, last;
	uint64_t bytes;
	uint16_t mirai;
} __attribute__((aligned(32)));

_Static_assert(sizeof(struct probe_entry) == 96, "one cache line and a half");

struct probe_sketch {
	struct top_ip target;
	struct top port;
	struct hll hosts, pairs;
};

struct prober {
	struct assoc index;
	struct probe_entry *entries;
	struct probe_sketch *sketches;
	uint32_t sketched; /* sketches that were ever used in this window */
	uint32_t *spare;   /* numbers of those that are free again */
	uint32_t spares;
	bool flooded; /* in this window: new sources are not worth their memory; see prober_join() */
	uint64_t evicted;
};

bool prober_open(struct prober *p, uint32_t slots);
void prober_close(struct prober *p);
uint64_t prober_memory(uint32_t slots); /* bytes that it may come to use */

/* From the hash of the address, hash_16(ip->b, 0), which the tallies need too. */
static inline uint64_t prober_hash_of(uint64_t hash, enum probe_kind kind)
{
	return hash ^ ((uint64_t)kind + 1) * HASH_K1;
}

static inline uint64_t prober_hash(const struct ip *ip, enum probe_kind kind)
{
	return prober_hash_of(hash_16(ip->b, 0), kind);
}

/* Fetches where a source is looked for. */
static inline void prober_prefetch(const struct prober *p, uint64_t hash)
{
	assoc_prefetch(&p->index, hash);
}

/* Fetches the entry that a source has; the bucket should be in the cache. */
static inline void prober_prefetch_entry(const struct prober *p, uint64_t hash)
{
	uint32_t bucket = assoc_bucket_of(&p->index, hash);
	const struct assoc_bucket *b = &p->index.buckets[bucket];
	uint32_t match = assoc_match(b, assoc_tag(hash));

	if (!match) /* a new one comes behind the last, which the processor fetches by itself */
		return;
	prefetch(&p->entries[assoc_number(&p->index, assoc_slot(bucket, match))]);
}

/* The probe of a source in this window; a new one when there is none. Never NULL. `home`: the source
 * is ours, and only makes room for others of ours. */
struct probe_entry *prober_at(struct prober *p, const struct ip *ip, enum probe_kind kind, bool home,
			usec_t now);

/* The same for a source that floods a target together with many others: NULL, and counted, when it
 * is not known yet in this window. In a spoofed flood each source is new, and looking at each costs
 * more than all the rest. */
struct probe_entry *prober_join(struct prober *p, const struct ip *ip, enum probe_kind kind);

/* Whether prober_join() would perhaps know the source: false is certain. */
static inline bool prober_may_know(const struct prober *p, uint64_t hash)
{
	return assoc_match(&p->index.buckets[assoc_bucket_of(&p->index, hash)], assoc_tag(hash)) != 0;
}

/* A packet that begins a conversation, towards an address that is ours or not. `again`: it repeats
 * one that was counted before, and is no new attempt. */
void prober_count(struct prober *p, struct probe_entry *probe, const struct packet *packet,
		  uint16_t port, bool home, bool again);

void prober_merge(struct prober *into, const struct prober *from);

/* Calls for each probe of the window, then forgets them all. */
typedef void prober_visit(void *whom, const struct probe *probe);
void prober_flush(struct prober *p, prober_visit *visit, void *whom);

#endif
