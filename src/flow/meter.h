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

/* A struct tally as it is kept: two cache lines, and a sketch only when its packets are not all alike.
 * Most tallies are of one packet. */
struct tally_entry {
	struct ip ip;
	uint8_t bits, role, vector, counted;
	uint32_t packets, answered, inside, refused;
	uint64_t bytes;
	usec_t first, last;
	uint64_t first_peer; /* hash_16() of the first other end under 0 */
	struct ip peer;      /* the winner of the vote on other ends */
	uint32_t peer_votes;
	uint32_t port, port_votes; /* of that on ports */
	uint32_t sketch;     /* its number plus 1; 0: all packets have one other end and one port */
	uint64_t port_bits;
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct tally_entry) == 128, "two cache lines");

struct tally_sketch {
	struct agree peer, port;
	struct hll peers;
};

struct meter {
	struct assoc index;
	struct tally_entry *entries;
	struct tally_sketch *sketches;
	uint32_t sketched;   /* sketches that were ever used in this window */
	uint32_t *spare;     /* numbers of those that are free again */
	uint32_t spares;
	struct tally_entry *last; /* the one that was asked for last: in a flood it is asked for again */
	uint32_t generation; /* changes when a tally leaves: pointers to entries end with it */
	unsigned folding; /* folds within folds */
	uint64_t folded; /* tallies that made room */
};

bool meter_open(struct meter *m, uint32_t slots);
void meter_close(struct meter *m);
uint64_t meter_memory(uint32_t slots); /* bytes that it may come to use */

/* What a tally is about. */
struct meter_key {
	struct ip ip;
	uint8_t bits, role, vector;
};

/* Fetches the tally that meter_at() will find, if there is one. */
void meter_prefetch(const struct meter *m, const struct meter_key *key);

/* The tally of a key in this window; a new one when there is none. Never NULL. */
struct tally_entry *meter_at(struct meter *m, const struct meter_key *key, usec_t now);

/* The sketch of a tally; a new one, of what was counted already, when there is none. */
struct tally_sketch *meter_sketch(struct meter *m, struct tally_entry *t);

/* One packet more. `other` is its other end, `port` what to count as its port. */
void meter_count(struct meter *m, struct tally_entry *t, const struct packet *p,
		 const struct ip *other, uint32_t port);

/* Adds the tallies of another worker's window to these. */
void meter_merge(struct meter *into, const struct meter *from);

/* Calls for each tally of the window, then forgets them all. */
typedef void meter_visit(void *whom, const struct tally *tally);
void meter_flush(struct meter *m, meter_visit *visit, void *whom);

#endif
