/* table.c - adding, settling and sweeping of flows. */
#include "flow/table.h"

/* How long a conversation may be silent. Closed ones stay a little for the last acknowledgements;
 * the others follow what NAT gateways do (RFC 4787, RFC 5382) and what analysers use. */
#define IDLE_TCP_CLOSED   (5 * USEC_PER_SEC)
#define IDLE_TCP_ANSWERED (300 * USEC_PER_SEC)
#define IDLE_UDP_ANSWERED (120 * USEC_PER_SEC)
#define IDLE_UDP_SHORT    (10 * USEC_PER_SEC) /* one question, one answer */
#define IDLE_UNANSWERED   (30 * USEC_PER_SEC)

#define STAMP_OLDEST 0x7000 /* seconds: older than any flow that the sweep leaves */

#define SWEEP_AHEAD 16 /* flows: whose buckets are fetched while others are looked at */

#define FREED INT64_MIN /* `last` of a flow that is not in use */

static size_t table_bytes(const struct flow_table *t)
{
	return ((size_t)t->mask + 1) * sizeof(*t->buckets);
}

bool flow_table_open(struct flow_table *table, uint32_t limit)
{
	struct flow_table t = { .limit = limit };
	uint32_t buckets = 1;

	while (buckets * (TABLE_WAYS / 2) < limit)
		buckets *= 2;
	t.mask = buckets - 1;
	t.buckets = pages_new(table_bytes(&t));
	t.flows = pages_new((size_t)limit * sizeof(*t.flows));
	*table = t;
	if (t.buckets && t.flows)
		return true;
	flow_table_close(table);
	return false;
}

void flow_table_close(struct flow_table *table)
{
	pages_free(table->flows, (size_t)table->limit * sizeof(*table->flows));
	pages_free(table->buckets, table_bytes(table));
	table->flows = NULL;
	table->buckets = NULL;
}

/* The way of a flow in its bucket. */
static unsigned table_way(const struct flow_table *t, const struct table_bucket *b,
			  const struct flow *flow)
{
	uint32_t number = (uint32_t)(flow - t->flows);
	unsigned way = 0;

	while (b->tag[way] == 0 || b->flow[way] != number)
		way++;
	return way;
}

static void table_free(struct flow_table *t, struct table_bucket *b, unsigned way)
{
	uint32_t number = b->flow[way];

	b->tag[way] = 0;
	t->flows[number].last = FREED;
	t->flows[number].next_seq[0] = t->spare;
	t->spare = number + 1;
	t->used--;
}

/* Gives up the oldest flow of the bucket; where the table is full and the bucket empty, of the bucket
 * of some other flow, going round. */
static void table_evict(struct flow_table *t, struct table_bucket *b, uint32_t now,
			flow_sink *sink, void *whom)
{
	uint32_t oldest = 0;
	unsigned victim = 0;

	if (table_match(b, 0) == (1u << TABLE_WAYS) - 1) {
		t->hand = (t->hand + 1) % t->limit; /* in a full table, every flow is in use */
		b = &t->buckets[t->flows[t->hand].bucket];
	}
	for (unsigned way = 0; way < TABLE_WAYS; way++) {
		uint32_t age = (now - b->stamp[way]) & 0x7fff;

		if (b->tag[way] == 0)
			continue;
		if (!(b->stamp[way] & TABLE_SETTLED))
			age |= 0x10000;
		if (age >= oldest) {
			oldest = age;
			victim = way;
		}
	}
	t->evicted += !(t->flows[b->flow[victim]].state & FLOW_CLOSED);
	sink(whom, &t->flows[b->flow[victim]], FLOW_END_FORCED);
	table_free(t, b, victim);
}

struct flow *flow_table_add(struct flow_table *t, const struct flow_key *key, uint64_t hash,
			    uint32_t now, flow_sink *sink, void *whom)
{
	struct table_bucket *b = table_bucket(t, hash);
	struct flow *flow;
	unsigned way;

	if (!table_match(b, 0) || t->used == t->limit)
		table_evict(t, b, now, sink, whom);
	if (!table_match(b, 0)) /* another bucket made room in the table, but not here */
		table_evict(t, b, now, sink, whom);
	way = (unsigned)__builtin_ctz(table_match(b, 0));
	b->tag[way] = assoc_tag(hash);
	b->stamp[way] = (uint16_t)(now & 0x7fff);
	b->flow[way] = t->spare ? t->spare - 1 : t->fresh++;
	flow = &t->flows[b->flow[way]];
	if (t->spare)
		t->spare = flow->next_seq[0];
	memset(flow, 0, sizeof(*flow));
	flow->key = *key;
	flow->bucket = (uint32_t)(b - t->buckets);
	t->created++;
	if (++t->used > t->peak)
		t->peak = t->used;
	return flow;
}

void flow_table_settle(struct flow_table *t, const struct flow *flow, uint64_t hash)
{
	struct table_bucket *b = table_bucket(t, hash);

	b->stamp[table_way(t, b, flow)] |= TABLE_SETTLED;
}

void flow_table_retire(struct flow_table *t, const struct flow *flow, uint64_t hash, uint32_t now)
{
	struct table_bucket *b = table_bucket(t, hash);

	b->stamp[table_way(t, b, flow)] = (uint16_t)((now - STAMP_OLDEST) & 0x7fff);
}

void flow_table_remove(struct flow_table *t, struct flow *flow, uint64_t hash)
{
	struct table_bucket *b = table_bucket(t, hash);

	table_free(t, b, table_way(t, b, flow));
}

static usec_t flow_idle_limit(const struct flow *f)
{
	if (f->state & FLOW_CLOSED)
		return IDLE_TCP_CLOSED;
	if (!(f->state & (FLOW_ANSWERED | FLOW_HANDSHAKE)))
		return IDLE_UNANSWERED;
	if (f->key.proto == PROTO_UDP && f->packets[0] == 1 && f->packets[1] == 1)
		return IDLE_UDP_SHORT;
	return f->key.proto == PROTO_TCP ? IDLE_TCP_ANSWERED : IDLE_UDP_ANSWERED;
}

static bool flow_is_due(const struct flow *f, usec_t now, bool all)
{
	return all || now - f->last > flow_idle_limit(f);
}

void flow_table_due(const struct flow_table *t, usec_t now, bool all, flow_visit *each, void *whom)
{
	for (uint32_t number = 0; number < t->fresh; number++) {
		const struct flow *flow = &t->flows[number];

		if (flow->talk && flow_is_due(flow, now, all))
			each(whom, flow);
	}
}

void flow_table_sweep(struct flow_table *t, usec_t now, bool all, flow_sink *sink, flow_visit *each,
		      void *whom)
{
	if (t->used == 0)
		return;
	for (uint32_t number = 0; number < t->fresh; number++) {
		struct flow *flow = &t->flows[number];

		if (number + SWEEP_AHEAD < t->fresh)
			prefetch(&t->buckets[flow[SWEEP_AHEAD].bucket]);
		if (flow->last == FREED)
			continue;
		if (flow_is_due(flow, now, all)) {
			struct table_bucket *b = &t->buckets[flow->bucket];

			sink(whom, flow, all ? FLOW_END_FORCED : FLOW_END_TIMEOUT);
			table_free(t, b, table_way(t, b, flow));
		} else if (each) {
			each(whom, flow);
		}
	}
}
