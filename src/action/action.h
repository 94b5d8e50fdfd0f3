/*
 * action.h - what is done against an attack: dropped, limited, answered by cookies, blackholed.
 *
 * The keeper decides, or a person; the warden looks at it once more (guard.h) and has it done by a hand
 * (hand/). Every action has a reason, an owner, an end, and can be undone. docs/response.md.
 */
#ifndef ACTION_ACTION_H
#define ACTION_ACTION_H

#include "filter/filter.h"
#include "model/time.h"

#include <stdbool.h>
#include <stdint.h>

enum action_verb {
	ACTION_DROP,       /* packets that match the filter */
	ACTION_LIMIT,      /* lets `limit` of them through in a second */
	ACTION_SYNCOOKIE,  /* SYNs that match are answered by a cookie; only who returns it comes through */
	ACTION_BLACKHOLE,  /* all traffic to the filter's destination, at the upstream (RFC 7999) */
	ACTION_VERBS,
};

enum action_hand {
	HAND_AUTO, /* the best one that can do it here: xdp, nft, then bgp */
	HAND_XDP,
	HAND_NFT,
	HAND_BGP,
	HANDS,
};

enum action_state {
	ACTION_SUGGESTED, /* a person decides */
	ACTION_REHEARSED, /* a person asked what it would do: nothing is done */
	ACTION_ORDERED,   /* on its way to the hand */
	ACTION_ACTIVE,
	ACTION_WAITING,   /* lifted for a moment, to see whether the attack goes on (probing) */
	ACTION_ENDED,     /* expired, undone, withdrawn, or the attack is over */
	ACTION_REFUSED,   /* by the guard */
	ACTION_FAILED,    /* no hand could do it */
	ACTION_STATES,
};

/* What a filter does to the samples it was derived from. Shares are of these. */
struct effect {
	uint32_t attack, attack_hit; /* packets of the attack that were looked at, and that it matches */
	uint32_t normal, normal_hit; /* the same of the target's normal traffic */
};

#define ACTION_REASON 400 /* bytes */
#define ACTION_OWNER  64

struct action {
	uint64_t id;       /* the keeper's number: 1, 2, ...; 0: not kept */
	enum action_verb verb;
	enum action_hand hand; /* as asked for; that which does it, once it is active */
	enum action_state state;
	struct filter filter;
	uint32_t limit;    /* ACTION_LIMIT: packets per second */
	usec_t from, until; /* UTC */
	uint64_t incident; /* 0: none */
	bool automatic;    /* the tower did it, not a person */
	bool rehearse;     /* only what it would do */
	struct effect effect; /* all zero: not known */
	char reason[ACTION_REASON];
	char owner[ACTION_OWNER]; /* who wanted it: a user's name, "hinomi" */
};

const char *action_verb_name(enum action_verb verb);    /* "drop" "limit" "syncookie" "blackhole" */
const char *action_hand_name(enum action_hand hand);    /* "auto" "xdp" "nft" "bgp" */
const char *action_state_name(enum action_state state); /* "suggested" ... "failed" */
bool action_verb_from_name(const char *name, enum action_verb *verb);
bool action_hand_from_name(const char *name, enum action_hand *hand);
bool action_state_from_name(const char *name, enum action_state *state);

/* In force, or about to be. */
static inline bool action_is_live(enum action_state state)
{
	return state == ACTION_ORDERED || state == ACTION_ACTIVE || state == ACTION_WAITING;
}

#endif
