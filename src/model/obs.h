/*
 * obs.h - observations: what the flow layer hands to the detectors. Facts, no opinions.
 *
 * Tallies and probes cover one window of packet time; both merge by addition and by sketches, so
 * that the workers' parts give the same whole whatever the number of workers. An observation
 * lives for one call.
 */
#ifndef MODEL_OBS_H
#define MODEL_OBS_H

#include "estimate/sketch.h"
#include "model/event.h"
#include "model/flow.h"
#include "model/vector.h"

/* One window of packet time. Short, so that a flood is told within a second of its beginning. */
#define WINDOW_USEC (250 * USEC_PER_MS)
#define WINDOWS_PER_SEC (USEC_PER_SEC / WINDOW_USEC)

struct window {
	usec_t start, end;
	bool last; /* the input ends with it: what is pending must be judged now */
	bool one_way; /* of nearly all conversations until now, one direction is in the input */
};

/* The commonest address of a stream, if one makes up more than half of it: see struct top. */
struct top_ip {
	struct ip ip;
	uint32_t votes;
	struct agree agree;
};

/* The majority vote alone, where its sketch is elsewhere. */
static inline void vote_ip(struct ip *winner, uint32_t *votes, const struct ip *ip)
{
	if (*votes == 0) {
		*winner = *ip;
		*votes = 1;
	} else if (ip_equal(winner, ip)) {
		++*votes;
	} else {
		--*votes;
	}
}

static inline void votes_ip_merge(struct ip *winner, uint32_t *votes, const struct ip *other,
				  uint32_t others)
{
	if (ip_equal(winner, other)) {
		*votes += others;
	} else if (others > *votes) {
		*winner = *other;
		*votes = others - *votes;
	} else {
		*votes -= others;
	}
}

static inline void top_ip_add(struct top_ip *t, const struct ip *ip, uint64_t hash)
{
	agree_add(&t->agree, agree_bits(hash));
	vote_ip(&t->ip, &t->votes, ip);
}

static inline void top_ip_merge(struct top_ip *into, const struct top_ip *from)
{
	agree_merge(&into->agree, &from->agree);
	votes_ip_merge(&into->ip, &into->votes, &from->ip, from->votes);
}

enum tally_role {
	ROLE_TARGET, /* ip receives */
	ROLE_SOURCE, /* ip, one of ours, sends */
};

/*
 * Packets of one vector to (or from) one address in one window: only those that nothing asked
 * for, as far as the flow layer can tell. Ordinary traffic of established conversations is not
 * in here.
 */
struct tally {
	struct ip ip;
	uint8_t bits; /* 128, or the prefix length for what did not fit by address */
	uint8_t role; /* enum tally_role */
	uint8_t vector; /* enum vector */
	uint8_t counted; /* whether `peers` is in use: not before the second packet */
	uint32_t packets;
	uint32_t answered; /* of these, begun conversations that the other end then answered */
	uint32_t inside;   /* packets whose other end is ours, too */
	uint32_t refused;  /* SYNs of this or earlier windows that the other end refused with RST */
	uint64_t bytes;
	usec_t first, last;
	struct top_ip peer; /* the commonest other end */
	struct top port; /* the commonest destination port; HTTP: hash of the request's path; answers of
			  * DNS: hash of the name that was asked for */
	uint64_t port_bits; /* bitmap of hashed destination ports (or names); HTTP: of parameter names */
	uint64_t first_peer; /* hash of the first other end, until `peers` is in use */
	struct hll peers; /* distinct other ends */
};

enum probe_kind {
	PROBE_TCP,
	PROBE_UDP,
	PROBE_ICMP,
	PROBE_ARP,
	PROBE_KINDS
};

/*
 * Conversations that one address tried to begin in one window. The first attempt is kept as it is,
 * in one cache line: in a spoofed flood every packet is the first of its source. The sketches are
 * in use from the second on.
 */
struct probe {
	struct ip ip;
	uint8_t kind; /* enum probe_kind */
	uint8_t counted; /* whether the sketches are in use: there was more than one attempt */
	uint16_t first_port;
	uint32_t attempts; /* first packets */
	uint32_t answered; /* attempts of this or earlier windows that the other end accepted */
	uint32_t refused; /* ... or refused with RST */
	struct ip first_host;
	usec_t first;
	uint64_t bytes; /* of all first packets, repeated ones too */
	uint32_t packets;
	uint16_t mirai; /* SYNs whose sequence number is their destination address */
	uint16_t zero;
	uint32_t to_home; /* attempts towards our own addresses */
	usec_t last;
	struct top_ip target; /* the commonest destination */
	struct top port; /* the commonest destination port */
	struct hll hosts; /* distinct destinations */
	struct hll pairs; /* distinct destinations and ports */
};

enum obs_kind {
	OBS_TALLY = 1,
	OBS_PROBE = 2,
	OBS_FLOW = 4,    /* a conversation has ended */
	OBS_STALLED = 8, /* a conversation that is open and waits; repeated every sweep */
	OBS_ONGOING = 16, /* a conversation that has lasted for a minute or more; every sweep */
	OBS_EVENT = 32,   /* what a conversation said */
};

struct obs {
	enum obs_kind kind;
	usec_t ts;
	union {
		const struct tally *tally;
		const struct probe *probe;
		const struct flow *flow;
		const struct event *event;
	};
};

#endif
