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

bool flow_table_open(struct flow_table *table, uint32_t slots)
{
	struct flow_table t = { 0 };

	if (!assoc_open(&t.index, slots))
		return false;
	t.flows = pages_new((size_t)assoc_slots(&t.index) * sizeof(*t.flows));
	if (!t.flows) {
		assoc_close(&t.index);
		return false;
	}
	*table = t;
	return true;
}

void flow_table_close(struct flow_table *table)
{
	pages_free(table->flows, (size_t)assoc_slots(&table->index) * sizeof(*table->flows));
	assoc_close(&table->index);
}

struct flow *flow_table_add(struct flow_table *t, const struct flow_key *key, uint64_t hash,
			    uint32_t now, flow_sink *sink, void *whom)
{
	uint32_t bucket = assoc_bucket_of(&t->index, hash);
	struct assoc_bucket *b = &t->index.buckets[bucket];
	uint32_t free = assoc_match(b, 0);
	unsigned way = free ? (unsigned)__builtin_ctz(free) : assoc_victim(b, (uint16_t)now);
	struct flow *flow = &t->flows[bucket * ASSOC_WAYS + way];

	if (!free) {
		sink(whom, flow, FLOW_END_FORCED);
		t->evicted += !(flow->state & FLOW_CLOSED);
		t->used--;
	}
	b->tag[way] = assoc_tag(hash);
	b->stamp[way] = (uint16_t)(now & 0x7fff);
	memset(flow, 0, sizeof(*flow));
	flow->key = *key;
	t->created++;
	if (++t->used > t->peak)
		t->peak = t->used;
	return flow;
}

void flow_table_settle(struct flow_table *t, const struct flow *flow)
{
	size_t slot = (size_t)(flow - t->flows);

	t->index.buckets[slot / ASSOC_WAYS].stamp[slot % ASSOC_WAYS] |= ASSOC_SETTLED;
}

void flow_table_retire(struct flow_table *t, const struct flow *flow, uint32_t now)
{
	size_t slot = (size_t)(flow - t->flows);

	t->index.buckets[slot / ASSOC_WAYS].stamp[slot % ASSOC_WAYS] =
		(uint16_t)((now - STAMP_OLDEST) & 0x7fff);
}

void flow_table_remove(struct flow_table *t, const struct flow *flow)
{
	size_t slot = (size_t)(flow - t->flows);

	t->index.buckets[slot / ASSOC_WAYS].tag[slot % ASSOC_WAYS] = 0;
	t->used--;
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

void flow_table_sweep(struct flow_table *t, usec_t now, bool all, flow_sink *sink, flow_visit *each,
		      void *whom)
{
	if (t->used == 0)
		return;
	for (uint32_t bucket = 0; bucket <= t->index.mask; bucket++) {
		struct assoc_bucket *b = &t->index.buckets[bucket];
		uint32_t taken = ~assoc_match(b, 0) & 0xffff;

		for (; taken; taken &= taken - 1) {
			struct flow *flow = &t->flows[assoc_slot(bucket, taken)];

			if (all || now - flow->last > flow_idle_limit(flow)) {
				sink(whom, flow, all ? FLOW_END_FORCED : FLOW_END_TIMEOUT);
				b->tag[__builtin_ctz(taken)] = 0;
				t->used--;
			} else if (each) {
				each(whom, flow);
			}
		}
	}
}
