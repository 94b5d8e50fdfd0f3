/*
 * flooded.h - the fast way for SYNs to targets that are known to be flooded in this window.
 *
 * In a spoofed flood nearly every packet is a SYN from a new source to the same target. What is counted
 * of it does not need a decoded packet. It gives exactly what track_tcp() gives (the tests of the
 * sensor hold the two against each other) and declines whatever is more.
 */
#ifndef FLOW_FLOODED_H
#define FLOW_FLOODED_H

#include "flow/halfopen.h"
#include "flow/meter.h"
#include "flow/prober.h"
#include "model/home.h"
#include "wire/usual.h"

#define FLOODED_TARGETS 16 /* at a time; others go the long way */

/* With what was counted since flooded_settle(): few enough that bytes can count it. */
#define FLOODED_RUN UINT8_MAX

struct flooded_target {
	uint32_t ip;         /* IPv4 as in memory; 0: none */
	uint32_t generation; /* of the meter, when `tally` was found */
	struct tally *tally;
	bool home;           /* the target is ours */
	uint16_t port;       /* of all SYNs of the run */
	uint32_t run;        /* SYNs */
	uint64_t bytes;
	usec_t first, last;
	uint64_t ones[2];    /* a byte for each of 16 bits: how often it was set in the sources' hashes */
};

struct flooded {
	struct flooded_target targets[FLOODED_TARGETS];
	bool pending; /* some target has a run */
};

static inline struct flooded_target *flooded_slot(struct flooded *f, uint32_t ip)
{
	return &f->targets[(ip ^ ip >> 8 ^ ip >> 16 ^ ip >> 24) % FLOODED_TARGETS];
}

/* The target of this tally is flooded. Only IPv4 ones are kept. */
void flooded_mark(struct flooded *f, const struct meter *meter, struct tally *tally, bool home);

/* What a SYN is read with and counted in. */
struct flooded_tables {
	const struct decoder *decoder;
	const struct home *home;
	struct meter *meter;
	struct halfopen *halfopen;
	struct prober *prober;
};

/* Reads a frame, and fetches where its SYN will be remembered. NULL: it is no SYN to a flooded target. */
struct flooded_target *flooded_read(struct flooded *f, const struct flooded_tables *tables,
				    const struct frame *frame, struct usual_syn *syn);

/* Moves the runs into the tallies: before anybody else touches these. */
void flooded_settle(struct flooded *f);

/* Counts it. False, and nothing has changed: more than counting is to be done, the long way. */
bool flooded_count(struct flooded *f, const struct flooded_tables *tables,
		   struct flooded_target *target, const struct usual_syn *syn);

#endif
