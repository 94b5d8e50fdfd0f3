/*
 * table.h - the conversations that are going on: a hard bound, the oldest out.
 *
 * The index is set-associative: a key has eight places in one cache line, which hold where its flow
 * is. The flows themselves stand close together in the order of their coming, so that few
 * conversations take little memory whatever the bound. A full bucket (the index has twice as many
 * places as there can be flows) or a full table gives up the oldest flow of the bucket: those that
 * are over first, then those that nobody answered, then the others.
 */
#ifndef FLOW_TABLE_H
#define FLOW_TABLE_H

#include "base/assoc.h"
#include "model/flow.h"

#define TABLE_WAYS    8
#define TABLE_SETTLED 0x8000 /* in a stamp: given up only after all that are not */

struct table_bucket {
	uint16_t tag[TABLE_WAYS];   /* 0: free */
	uint16_t stamp[TABLE_WAYS]; /* seconds of the last use, 15 bits, and TABLE_SETTLED */
	uint32_t flow[TABLE_WAYS];  /* number of the flow */
} __attribute__((aligned(64)));

struct flow_table {
	struct table_bucket *buckets;
	uint32_t mask; /* buckets - 1 */
	struct flow *flows;
	uint32_t limit;      /* flows there can be */
	uint32_t fresh;      /* flows that were ever used: those from here on never were */
	uint32_t spare;      /* the first of the chain of freed ones + 1, through next_seq[0]; 0: none */
	uint32_t hand;       /* where the last flow was given up for a full table */
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

/* At most `limit` flows of 128 bytes. False: no memory. */
bool flow_table_open(struct flow_table *table, uint32_t limit);
void flow_table_close(struct flow_table *table);

/* A bit for each way of the bucket whose tag is `tag`. */
static inline uint32_t table_match(const struct table_bucket *b, uint16_t tag)
{
#ifdef __SSE2__
	__m128i tags = _mm_load_si128((const __m128i *)(const void *)b->tag);
	__m128i same = _mm_cmpeq_epi16(tags, _mm_set1_epi16((short)tag));

	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(same, _mm_setzero_si128()));
#else
	uint32_t match = 0;

	for (unsigned way = 0; way < TABLE_WAYS; way++)
		match |= (uint32_t)(b->tag[way] == tag) << way;
	return match;
#endif
}

static inline struct table_bucket *table_bucket(const struct flow_table *t, uint64_t hash)
{
	return &t->buckets[(uint32_t)hash & t->mask];
}

static inline void flow_table_prefetch(const struct flow_table *t, uint64_t hash)
{
	prefetch(table_bucket(t, hash));
}

/* Where the flow of a hash probably is. It may have left by the time it is used: compare the key. */
struct table_guess {
	struct flow *flow; /* NULL: nowhere */
	uint16_t *stamp;
};

/* Guesses and fetches the flow; the bucket should be in the cache by now. */
static inline struct table_guess flow_table_guess(const struct flow_table *t, uint64_t hash)
{
	struct table_bucket *b = table_bucket(t, hash);
	uint32_t match = table_match(b, assoc_tag(hash));
	unsigned way = (unsigned)__builtin_ctz(match | 1u << TABLE_WAYS);
	struct flow *flow;

	if (!match)
		return (struct table_guess){ NULL, NULL };
	flow = &t->flows[b->flow[way]];
	prefetch(flow);
	prefetch((const char *)flow + 64);
	return (struct table_guess){ flow, &b->stamp[way] };
}

/* A use at `now` (seconds). Mostly it is the same second, and a line that is not written need not be
 * written back. */
static inline void table_stamp(uint16_t *stamp, uint32_t now)
{
	if ((*stamp ^ now) & 0x7fff)
		*stamp = (uint16_t)((*stamp & TABLE_SETTLED) | (now & 0x7fff));
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
	struct table_bucket *b = table_bucket(t, hash);

	for (uint32_t m = table_match(b, assoc_tag(hash)); m; m &= m - 1) {
		unsigned way = (unsigned)__builtin_ctz(m);
		struct flow *flow = &t->flows[b->flow[way]];

		if (!flow_key_equal(&flow->key, key))
			continue;
		table_stamp(&b->stamp[way], now);
		return flow;
	}
	return NULL;
}

/* A new flow, zero but for its key. Where there is no room, a flow goes to `sink` first. */
struct flow *flow_table_add(struct flow_table *t, const struct flow_key *key, uint64_t hash,
			    uint32_t now, flow_sink *sink, void *whom);

/* From now on the flow is given up only after all that are not settled: call it when the other
 * end has answered, so that a flood of one-packet flows cannot push out real conversations. */
void flow_table_settle(struct flow_table *t, const struct flow *flow, uint64_t hash);

/* The conversation is over: from now on it is the first to be given up, and not counted as lost. */
void flow_table_retire(struct flow_table *t, const struct flow *flow, uint64_t hash, uint32_t now);

void flow_table_remove(struct flow_table *t, struct flow *flow, uint64_t hash);

/* Removes the flows that have been idle for too long at `now`, or all of them; `sink` gets each.
 * `each` gets those that stay, when it is not NULL. */
typedef void flow_visit(void *whom, const struct flow *flow);
void flow_table_sweep(struct flow_table *t, usec_t now, bool all, flow_sink *sink, flow_visit *each,
		      void *whom);

/* Of the flows that flow_table_sweep() would remove, `each` gets those of which something is followed. */
void flow_table_due(const struct flow_table *t, usec_t now, bool all, flow_visit *each, void *whom);

#endif
