/*
 * growth.h - what a conversation has carried since it was last looked at.
 *
 * A conversation that lasts is seen at every sweep with what it carried from its beginning, and
 * once more when it ends. The table is bounded; what makes room carried least, and when it comes
 * again, all of it counts as new: little.
 */
#ifndef DETECT_GROWTH_H
#define DETECT_GROWTH_H

#include "detect/slots.h"
#include "model/flow.h"

struct growth_entry {
	struct flow_key key;
	usec_t first; /* the same ends may talk again later */
	uint64_t bytes[2];
	uint32_t packets[2];
};

/* Bytes on the wire and packets, by end. */
struct gain {
	uint64_t bytes[2];
	uint64_t packets[2];
};

/* For at most so many conversations at a time, each of sizeof(struct growth_entry) + 4 bytes. */
bool growth_open(struct slots *table, uint32_t count);

/* The gain of a conversation that goes on, or has `ended`. */
struct gain growth_of(struct slots *table, const struct flow *flow, bool ended);

#endif
