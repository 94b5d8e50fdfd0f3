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
	uint32_t generation; /* changes when a tally leaves: pointers to tallies end with it */
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

/* Fetches the tally that meter_at() will find, if there is one. */
void meter_prefetch(const struct meter *m, const struct meter_key *key);

/* The tally of a key in this window; a new one when there is none. Never NULL. */
struct tally *meter_at(struct meter *m, const struct meter_key *key, usec_t now);

/* One packet more. `other` is its other end, `port` what to count as its port. */
void tally_add(struct tally *t, const struct packet *p, const struct ip *other, uint32_t port);

/* The same, of what is known already. */
struct tally_packet {
	usec_t ts;
	uint32_t wire_len;
	const struct ip *other;
	uint64_t peer; /* hash_16() of the other end under 0 */
	uint32_t port;
	uint64_t port_hash; /* hash_64() of the port under 0 */
};

/* Counts its other end, by the hash. */
static inline void tally_add_peer(struct tally *t, uint64_t peer)
{
	if (t->counted) {
		hll_add(&t->peers, peer);
	} else if (t->first_peer != peer) {
		memset(&t->peers, 0, sizeof(t->peers));
		hll_add(&t->peers, t->first_peer);
		hll_add(&t->peers, peer);
		t->counted = 1;
	}
}

static inline void tally_add_hashed(struct tally *t, const struct tally_packet *p)
{
	if (t->packets == 0) {
		t->first = t->last = p->ts;
		t->first_peer = p->peer;
	}
	t->first = p->ts < t->first ? p->ts : t->first;
	t->last = p->ts > t->last ? p->ts : t->last;
	t->packets++;
	t->bytes += p->wire_len;
	top_ip_add(&t->peer, p->other, p->peer);
	top_add_hashed(&t->port, p->port, p->port_hash);
	t->port_bits |= 1ull << (p->port_hash >> 58);
	tally_add_peer(t, p->peer);
}

/* Adds all of `from` to `into`, which is about the same or about a prefix that covers it. */
void tally_merge(struct tally *into, const struct tally *from);

/* Adds the tallies of another worker's window to these. */
void meter_merge(struct meter *into, const struct meter *from);

/* Calls for each tally of the window, then forgets them all. */
typedef void meter_visit(void *whom, const struct tally *tally);
void meter_flush(struct meter *m, meter_visit *visit, void *whom);

#endif
