/*
 * exceptions.h - what people want to hear nothing of, for a reason and for a time.
 *
 * An incident that matches is kept and counted like any other, but is no part of the answer, and nobody is
 * told of it.
 */
#ifndef KEEPER_EXCEPTIONS_H
#define KEEPER_EXCEPTIONS_H

#include "keeper/keeper.h"

#define EXCEPTIONS_MAX 500 /* in force at one time */

struct exception {
	uint64_t id;
	char rule[32];
	char who[ENTITY_TEXT], whom[ENTITY_TEXT]; /* "": any */
	usec_t until;
};

struct exceptions {
	struct exception list[EXCEPTIONS_MAX];
	size_t count;
};

/* Those that were in force at `since`. */
MUST_USE enum err exceptions_load(struct keeper *keeper, usec_t since);

/* The number of one that silences what happened between these; 0: none. */
struct parties {
	const char *rule, *who, *whom;
};
uint64_t exceptions_match(const struct exceptions *exceptions, const struct parties *parties,
			  usec_t now);

/* One more incident is silenced by it. */
void exceptions_matched(struct keeper *keeper, uint64_t id);

/* Those that end are logged, and what they silenced is told. */
void exceptions_due(struct keeper *keeper);

#endif
