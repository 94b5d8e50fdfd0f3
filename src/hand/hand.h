/*
 * hand.h - who does what was decided: XDP, nftables, BGP, all behind one small interface.
 *
 * Hands live in the warden, which alone has the privileges. A hand does what it is told exactly, or says
 * that it cannot; it never does less or half of it. What is in force outlives the process: it is found
 * again at the next start, and ends by itself when its time is over, even while no process is there.
 */
#ifndef HAND_HAND_H
#define HAND_HAND_H

#include "action/action.h"

#include <stddef.h>

#define HAND_TROUBLE 240

/* One action as a hand gets it. Times are CLOCK_BOOTTIME in microseconds: setting the clock changes none. */
struct hand_order {
	uint64_t id; /* of the action; never 0 */
	enum action_verb verb;
	struct filter filter;
	uint32_t limit; /* packets per second, of ACTION_LIMIT */
	int64_t until;
};

struct hand_count {
	uint64_t id;
	uint64_t packets, bytes; /* that it hit, since it is in force; of a limit: that were too many */
	uint64_t known;          /* of these: from sources that were known as good (hand_know) */
};

struct hand_settings {
	const char *const *interfaces; /* that packets come in by; borrowed for the call */
	size_t interface_count;
	const char *runtime;   /* a folder for what must be found again: "/run/hinomi" */
	/* BGP: what the configuration says; empty texts: not used */
	const char *gobgp;     /* path of the gobgp program */
	const char *gobgp_at;  /* host:port of its API */
	const char *exabgp;    /* the FIFO that ExaBGP reads commands from */
	const char *next_hop4, *next_hop6; /* of blackhole routes */
	const char *community; /* besides BLACKHOLE (65535:666): "64500:666"; may be empty */
};

struct hand_state; /* each hand's own */

struct hand {
	const char *name;      /* "xdp" */
	enum action_hand hand;
	uint32_t can;          /* bits 1 << enum action_verb */

	/* NULL: it cannot work here; `trouble` says why, and the mend. Nothing is left half done. Else
	 * `trouble` is a note for the log, such as that a slower way is used, or empty. */
	struct hand_state *(*open)(const struct hand_settings *settings, char trouble[HAND_TROUBLE]);
	/* Lets go; what is in force stays so. */
	void (*close)(struct hand_state *state);

	/* Whether it can do this exactly; `trouble` says what it cannot. Changes nothing. */
	bool (*takes)(const struct hand_state *state, const struct hand_order *order,
		      char trouble[HAND_TROUBLE]);
	/* Puts orders in force, all or none; one whose id is in force already is replaced without a gap. */
	enum err (*apply)(struct hand_state *state, const struct hand_order *orders, size_t count,
			  char trouble[HAND_TROUBLE]);
	/* Takes them back. Ids that are not in force are no error. */
	enum err (*withdraw)(struct hand_state *state, const uint64_t *ids, size_t count,
			     char trouble[HAND_TROUBLE]);

	/* From now on these pass before anything is looked at. NULL: the hand has no such thing. */
	enum err (*allow)(struct hand_state *state, const struct prefix *prefixes, size_t count,
			  char trouble[HAND_TROUBLE]);
	/* These sources were good before the attack: hits on them are counted apart. May be NULL. */
	enum err (*know)(struct hand_state *state, const struct ip *sources, size_t count,
			 char trouble[HAND_TROUBLE]);

	/* What is in force and what it hit; returns how many. Also tells what is found at the start. */
	size_t (*counts)(struct hand_state *state, struct hand_count *counts, size_t max);
	/* Once a second: what expires, what must be said again. May be NULL. */
	void (*second)(struct hand_state *state, int64_t boot_now);
	/* Removes every trace: maps, programs, tables, routes. Also without open() before (state NULL). */
	enum err (*clear)(struct hand_state *state, const struct hand_settings *settings,
			  char trouble[HAND_TROUBLE]);
};

extern const struct hand hand_xdp, hand_nft, hand_bgp;

/* In the order in which HAND_AUTO tries them. NULL ends the list. */
extern const struct hand *const hands_all[];

#endif
