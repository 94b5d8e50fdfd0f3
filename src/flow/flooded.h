/*
 * flooded.h - targets of SYN floods: their SYNs are only counted, and that the fast way.
 *
 * In a spoofed flood nearly every packet is a SYN from a new source to the same target. From FLOODED of
 * them in a window on, those to come are not remembered (halfopen.h): nobody answers most, and they
 * would crowd out the SYNs to everybody else. What the target answers then is known by its address.
 *
 * What is counted of such a SYN does not need a decoded packet. It gives exactly what track_tcp() gives
 * (the tests of the sensor hold the two against each other) and declines whatever is more.
 */
#ifndef FLOW_FLOODED_H
#define FLOW_FLOODED_H

#include "flow/meter.h"
#include "flow/prober.h"
#include "model/home.h"
#include "wire/usual.h"

#define FLOODED         4096 /* SYNs (or datagrams) to one target in one window: then it is flooded */
#define FLOODED_AGAIN   256  /* ... when it was a moment ago */
#define FLOODED_TARGETS 16   /* at a time; those to others are remembered */
#define FLOODED_ANSWER  (3 * USEC_PER_SEC) /* so long after its last SYN the target may answer */

struct flooded_target {
	struct ip ip;
	usec_t last;         /* when it was found flooded last; 0: unused */
	uint32_t generation; /* of the meter, when `tally` was found */
	bool home;           /* the target is ours */
	struct tally_entry *tally;
};

struct flooded {
	struct flooded_target targets[FLOODED_TARGETS];
	bool any; /* some target was found flooded in this window */
};

/* A SYN, and where it stands among the other packets. */
struct flooded_syn {
	struct usual_syn syn;
	uint64_t peer; /* hash_16() of its source under 0 */
	const struct flooded_target *target;
	const struct frame *frame;
	unsigned before; /* packets before it */
};

/* `word`: the last four bytes of the address. */
static inline unsigned flooded_place(uint32_t word)
{
	return (word ^ word >> 8 ^ word >> 16 ^ word >> 24) % FLOODED_TARGETS;
}

/* The target of this tally is flooded at `now`. False: there is no room to know it as such. */
bool flooded_mark(struct flooded *f, const struct meter *meter, struct tally_entry *tally, bool home,
		  usec_t now);

/* Whether SYNs to this address were not remembered of late, so that what it sends may answer one. */
static inline bool flooded_knows(const struct flooded *f, const struct ip *ip, usec_t now)
{
	const struct flooded_target *target = &f->targets[flooded_place(ld_le32(ip->b + 12))];

	return ip_equal(&target->ip, ip) && now - target->last < FLOODED_ANSWER;
}

/* Reads a frame. NULL: it is no SYN to a target that was found flooded in this window. */
static inline const struct flooded_target *flooded_read(const struct flooded *f,
							const struct frame *frame,
							struct usual_syn *syn)
{
	uint32_t to = usual_syn_target(frame);
	const struct flooded_target *target = &f->targets[flooded_place(to)];

	if (!to || ld_le32(target->ip.b + 12) != to || !target->tally || !ip_is_v4(&target->ip) ||
	    !usual_syn_read(frame, to, syn))
		return NULL;
	return target;
}

/* What SYNs are counted in. */
struct flooded_tables {
	const struct home *home;
	struct meter *meter;
	struct prober *prober;
};

/* Counts the first of `count` SYNs, as many as have one target and port, and returns how many. 0: the
 * first one is more than something to be counted, and goes the long way. */
unsigned flooded_count(const struct flooded_tables *tables, const struct flooded_syn *syns,
		       unsigned count);

/* The window ends, and with it all tallies. */
void flooded_forget(struct flooded *f);

#endif
