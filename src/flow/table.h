/*
 * table.h - the conversations that are going on: a hard bound, the oldest out.
 */
#ifndef FLOW_TABLE_H
#define FLOW_TABLE_H

#include "base/assoc.h"
#include "model/flow.h"

struct flow_table {
	struct assoc index;
	struct flow *flows; /* one per slot */
	uint32_t used, peak;
	uint64_t evicted, created;
};

/* Why a flow left the table, in the words of Suricata's `flow.reason`. */
enum flow_end {
	FLOW_END_TIMEOUT,
	FLOW_END_FORCED, /* evicted, or the input ended */
};

/* Called with a flow that leaves; the flow is gone after the call. */
typedef void flow_sink(void *whom, const struct flow *flow, enum flow_end why);

/* At least `slots` flows of 128 bytes. False: no memory. */
bool flow_table_open(struct flow_table *table, uint32_t slots);
void flow_table_close(struct flow_table *table);

static inline void flow_table_prefetch(const struct flow_table *t, uint64_t hash)
{
	assoc_prefetch(&t->index, hash);
}

/* Fetches the flow that the hash probably belongs to; the bucket should be in the cache by now. */
static inline void flow_table_prefetch_flow(const struct flow_table *t, uint64_t hash)
{
	uint32_t bucket = assoc_bucket_of(&t->index, hash);
	uint32_t match = assoc_match(&t->index.buckets[bucket], assoc_tag(hash));

	if (match) {
		const char *flow = (const char *)&t->flows[assoc_slot(bucket, match)];

		prefetch(flow);
		prefetch(flow + 64);
	}
}

static inline bool flow_key_equal(const struct flow_key *a, const struct flow_key *b)
{
	uint64_t x[5], y[5];

	_Static_assert(sizeof(x) == sizeof(*a), "five words");
	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4])) == 0;
}

/* The flow of a key, or NULL. Marks it as used at `now` (seconds). */
static inline struct flow *flow_table_find(struct flow_table *t, const struct flow_key *key,
					   uint64_t hash, uint32_t now)
{
	uint32_t bucket = assoc_bucket_of(&t->index, hash);
	struct assoc_bucket *b = &t->index.buckets[bucket];

	for (uint32_t m = assoc_match(b, assoc_tag(hash)); m; m &= m - 1) {
		struct flow *flow = &t->flows[assoc_slot(bucket, m)];
		unsigned way = (unsigned)__builtin_ctz(m);

		if (!flow_key_equal(&flow->key, key))
			continue;
		b->stamp[way] = (uint16_t)((b->stamp[way] & ASSOC_SETTLED) | (now & 0x7fff));
		return flow;
	}
	return NULL;
}

/* A new flow, zero but for its key. A full bucket gives up a flow to `sink` first. */
struct flow *flow_table_add(struct flow_table *t, const struct flow_key *key, uint64_t hash,
			    uint32_t now, flow_sink *sink, void *whom);

/* From now on the flow is given up only after all that are not settled: call it when the other
 * end has answered, so that a flood of one-packet flows cannot push out real conversations. */
void flow_table_settle(struct flow_table *t, const struct flow *flow);

/* The conversation is over: from now on it is the first to be given up, and not counted as lost. */
void flow_table_retire(struct flow_table *t, const struct flow *flow, uint32_t now);

void flow_table_remove(struct flow_table *t, const struct flow *flow);

/* Removes the flows that have been idle for too long at `now`, or all of them; `sink` gets each.
 * `each` gets those that stay, when it is not NULL. */
typedef void flow_visit(void *whom, const struct flow *flow);
void flow_table_sweep(struct flow_table *t, usec_t now, bool all, flow_sink *sink, flow_visit *each,
		      void *whom);

#endif
