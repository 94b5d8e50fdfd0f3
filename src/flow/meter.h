/*
 * meter.h - the tallies of one window: packets by target (or our own source) and vector.
 *
 * Fixed size. When a bucket is full, its smallest tally is added to the tally of its /24 or /64
 * and makes room: spread attacks (carpet bombing) are then still seen as such, and nothing that
 * an attacker sends costs memory.
 */
#ifndef FLOW_METER_H
#define FLOW_METER_H

#include "base/hash.h"
#include "base/assoc.h"
#include "model/obs.h"

struct meter {
	struct assoc index;
	struct tally *tallies;
	struct tally *last; /* the one that was asked for last: in a flood it is asked for again */
	unsigned folding; /* folds within folds */
	uint64_t folded; /* tallies that made room */
};

bool meter_open(struct meter *m, uint32_t slots);
void meter_close(struct meter *m);

/* What a tally is about. */
struct meter_key {
	struct ip ip;
	uint8_t bits, role, vector;
};

/* The tally of a key in this window; a new one when there is none. Never NULL. */
struct tally *meter_at(struct meter *m, const struct meter_key *key, usec_t now);

/* One packet more. `other` is its other end, `port` what to count as its port. */
void tally_add(struct tally *t, const struct packet *p, const struct ip *other, uint32_t port);

/* Adds all of `from` to `into`, which is about the same or about a prefix that covers it. */
void tally_merge(struct tally *into, const struct tally *from);

/* Adds the tallies of another worker's window to these. */
void meter_merge(struct meter *into, const struct meter *from);

/* Calls for each tally of the window, then forgets them all. */
typedef void meter_visit(void *whom, const struct tally *tally);
void meter_flush(struct meter *m, meter_visit *visit, void *whom);

#endif
