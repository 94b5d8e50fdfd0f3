/*
 * route.h - who is told what, and when: by level and severity, several things in one message, not too
 * many an hour, and again when it did not arrive.
 *
 * Pure decisions; whoever holds the queue (app/) asks, and remembers. One struct route a target.
 */
#ifndef RESPOND_ROUTE_H
#define RESPOND_ROUTE_H

#include "model/target.h"
#include "respond/message.h"

#define ROUTE_HOUR    (3600 * USEC_PER_SEC)
#define ROUTE_FIRST   (15 * USEC_PER_SEC)      /* until the second try ... */
#define ROUTE_LONGEST (3600 * USEC_PER_SEC)    /* ... and at most between two tries */
#define ROUTE_GIVE_UP (24 * 3600 * USEC_PER_SEC) /* from the first try on */

/* Whether the target is told of it at all. Tests always are. The level and the tower's own troubles are told
 * at every level, and where the level says what is told, whatever their severity. */
bool route_wants(const struct target *target, const struct message *message);

/* What is remembered of one target. All zeros: nothing was told yet. */
struct route {
	usec_t last;        /* when it was told something last that can be grouped */
	usec_t hour;        /* when this hour of its bound began */
	uint32_t told;      /* within it; critical ones are not counted here */
	uint32_t critical;  /* ... but here: a storm of notices must not swallow them */
	uint32_t held;      /* what was not told for the bound */
};

/* When the message may go: `now`, or later, so that what comes until then joins it. What is critical, a
 * test, of the level or of the tower never waits. */
usec_t route_when(const struct route *route, const struct message *message, usec_t now,
		  uint32_t group_seconds);

/* It is about to go: true, and it is counted; false: it is one too many in this hour, is counted as held,
 * and is dropped. Tests always go. */
bool route_admit(struct route *route, const struct target *target, const struct message *message,
		 usec_t now);

/* The hour is over and something was held: fills the message that says how many ("12 more, see the page"),
 * and begins anew. Call it now and then. `link`: of the page. */
bool route_more(struct route *route, usec_t now, const char *link, struct message *more);

/* Several messages that wait for one target as one: "3 incidents, ...". Of those about the same incident
 * only the last is told; when one is left, it is copied as it is. count > 0, oldest first. */
void route_group(struct message *group, const struct message *all, size_t count);

/* How long after the `failures`th try failed (from 1) it is tried again: doubling, capped, and up to a
 * quarter longer by `chance` (any bits), so that many do not come at once. */
usec_t route_retry(unsigned failures, uint32_t chance);

/* Whether it is given up, `first` being when it was tried first. */
bool route_gives_up(usec_t first, usec_t now);

#endif
