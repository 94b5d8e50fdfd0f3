/* growth.c - the differences of a conversation's sums. */
#include "detect/growth.h"

#define WORTH_BYTES 4096 /* the unit of worth: up to 268 MB are told apart */

bool growth_open(struct slots *table, uint32_t count)
{
	return slots_open(table, count, sizeof(struct growth_entry), sizeof(struct flow_key));
}

struct gain growth_of(struct slots *table, const struct flow *flow, bool ended)
{
	struct growth_entry *e = ended ? slots_find(table, &flow->key)
				       : slots_at(table, &flow->key);
	struct gain gain = { { flow->bytes[0], flow->bytes[1] },
			     { flow->packets[0], flow->packets[1] } };
	uint64_t worth = (flow->bytes[0] + flow->bytes[1]) / WORTH_BYTES;

	if (!e)
		return gain;
	for (unsigned end = 0; end < 2 && e->first == flow->first; end++) {
		if (e->bytes[end] > flow->bytes[end])
			continue; /* not the conversation that was seen before */
		gain.bytes[end] -= e->bytes[end];
		gain.packets[end] -= e->packets[end];
	}
	e->first = ended ? 0 : flow->first;
	for (unsigned end = 0; end < 2; end++) {
		e->bytes[end] = ended ? 0 : flow->bytes[end];
		e->packets[end] = ended ? 0 : flow->packets[end];
	}
	slots_worth(table, e, ended ? 0 : (uint32_t)(worth < UINT16_MAX ? worth : UINT16_MAX));
	return gain;
}
