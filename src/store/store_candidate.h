/*
 * store_candidate.h - cases that would have counted at a tighter level, for the question "how many
 * more alarms would last week have given?". Kept for eight days.
 */
#ifndef STORE_STORE_CANDIDATE_H
#define STORE_STORE_CANDIDATE_H

#include "policy/level.h"
#include "store/store.h"

struct store_candidate {
	const char *key; /* what makes it one case */
	const char *rule, *vector, *who, *whom;
	usec_t first, last;
	enum level level; /* the lowest at which it counts */
	uint64_t alerts;
	double peak; /* the highest share of its threshold */
};

/* Adds to what is known of the same key: the alerts are summed. Batched. */
MUST_USE enum err store_candidate_add(struct store *store, const struct store_candidate *candidate);

typedef bool store_candidate_see(void *whom, const struct store_candidate *candidate);

/* Those seen at `since` or later, the newest first. */
MUST_USE enum err store_candidate_list(struct store *store, usec_t since, store_candidate_see *see,
				       void *whom);

/* From when on none was left out: the begin of the file, or the last that had to go for room. */
MUST_USE enum err store_candidate_complete(struct store *store, usec_t *from);

#endif
