/*
 * store_action.h - what was done against attacks, or suggested: found again after a restart, and later.
 *
 * Verbs, hands, states and the filter are kept as texts, so that another version may order its enums anew.
 * Whoever reads one asks the guard before it is done: the file may have been restored, or written by others.
 */
#ifndef STORE_STORE_ACTION_H
#define STORE_STORE_ACTION_H

#include "action/action.h"
#include "store/store.h"

enum store_stage {
	STORE_PAST,      /* ended, refused, failed, rehearsed */
	STORE_SUGGESTED, /* waits for a person */
	STORE_LIVE,      /* in force, or about to be */
	STORE_STAGES,
};
enum store_stage store_action_stage(enum action_state state);

struct store_action {
	struct action action;           /* its id from 1 on, never used twice; its filter is sound */
	const char *boot;               /* the boot in which `boot_until` counts */
	usec_t boot_until, remains;     /* microseconds since that boot; left when it was put */
	uint64_t packets, bytes, known; /* that it hit */
	const char *end;                /* why it ended; "": it did not */
	usec_t changed;
	const char *trouble_en, *trouble_ja;
};

/* Inserts it (id 0: it gets one), or writes it anew. Batched. The id stays its own also when the batch is
 * undone: put it again with the id. */
MUST_USE enum err store_action_put(struct store *store, struct store_action *action);

typedef bool store_action_see(void *whom, const struct store_action *action);

struct store_actions_query {
	enum store_stage stage; /* STORE_STAGES: all */
	uint64_t incident;      /* 0: all */
	uint64_t before;        /* the last id of the page before; 0: the first page */
	uint32_t limit;
};

/* The newest first; a damaged one is left out. */
MUST_USE enum err store_action_list(struct store *store, const struct store_actions_query *query,
				    store_action_see *see, void *whom);

#endif
