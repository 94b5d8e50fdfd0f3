/*
 * cases.h - the incidents that are open: those of the grouping, and those from before a restart.
 *
 * The grouping tells of a flood many times a second; here it is one record, which is written and pushed
 * once in a while. Candidates, which count only at a tighter level than holds, are followed too: one
 * becomes an incident when the level rises. Bounded: when there is no room, a candidate goes first, then
 * the least severe that has been silent for longest; what went is counted.
 */
#ifndef KEEPER_CASES_H
#define KEEPER_CASES_H

#include "incident/incident_read.h"
#include "keeper/keeper.h"
#include "store/store_incident.h"

#define CASES_MAX  2000
#define CASE_USER  80
#define CASES_WAIT (24 * 3600 * USEC_PER_SEC) /* a severe one that is over waits so long to be seen */
#define CASES_LOST (15 * 60 * USEC_PER_SEC) /* after a restart: not seen again for so long, it is over */

struct kept {
	struct incident incident; /* as people see it: `id` is the store's; 0: it has none yet */
	struct incident_texts texts;
	uint64_t live; /* the grouping's id; 0: from before the restart, or over */
	struct incident before; /* the share from before the restart: numbers only */
	bool shown;    /* it counts, and has a place in the store */
	bool open;
	bool held;      /* the grouping sees it no more, but actions against it still hit */
	bool dismissed; /* a person closed it, while the grouping still follows it */
	usec_t changed; /* when something was heard of it, or a person did something */
	usec_t seen;    /* when the grouping told of it; 0: not since the restart */
	uint64_t exception; /* that silences it; 0: none */
	char acknowledged_by[CASE_USER]; /* "": nobody did */
	usec_t acknowledged;
	bool evidence;

	bool dirty;      /* the store has an older one */
	bool put;        /* it is in the batch */
	bool to_push;
	usec_t pushed;
	bool was_told;   /* people were told of it, */
	enum severity told; /* as this severe */
	uint64_t counted; /* candidates: alerts that the store has counted */
};

struct cases {
	struct kept *kept[CASES_MAX];
	uint64_t live[CASES_MAX]; /* of each, to find it without touching it */
	size_t count;
	uint64_t evicted; /* open incidents that had to go */
};

/* Those that were open, and those that are over and wait to be seen. */
MUST_USE enum err cases_load(struct keeper *keeper);
void cases_free(struct cases *cases);

/* The incident with the store's id, if it is open or was a moment ago; NULL. */
struct kept *cases_find(struct cases *cases, uint64_t id);

/* Every second: what is due to be pushed, counted or given up. */
void cases_due(struct keeper *keeper);

/* Puts what is new into the batch; and what happened to the batch. */
void cases_flush(struct keeper *keeper);
void cases_committed(struct keeper *keeper);
void cases_undone(struct cases *cases);

/* The level or the exceptions are others: what counts now, or is silenced no more, is shown. */
void cases_judge(struct keeper *keeper);

/* A person closed it. */
void cases_dismiss(struct keeper *keeper, struct kept *kept);

/* One that the store has, open or not. False: its body is damaged. */
bool kept_read(struct kept *kept, const struct store_incident *stored);

/* The form for the store, whose texts are in `room` and borrowed from `kept`. */
struct case_room {
	char key[20], who[ENTITY_TEXT], whom[ENTITY_TEXT];
	char body[STORE_BODY];
};
struct store_incident kept_stored(const struct kept *kept, struct case_room *room);

/* What the tower says in the story of an incident. Only for shown ones. */
void kept_story(struct keeper *keeper, const struct kept *kept, struct words what);

#endif
