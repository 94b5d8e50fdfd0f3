/*
 * status.h - the answer: are we all right, and what do I do next?
 */
#ifndef KEEPER_STATUS_H
#define KEEPER_STATUS_H

#include "keeper/keeper.h"
#include "policy/watched.h"

/* What a watch without packets tells of what it watches (watched/). */
struct status_sum {
	bool runs;     /* its process */
	size_t things; /* in all */
	size_t count[WATCHED_STATES];
	uint64_t refused, full; /* documents that were none, or found no room */
};

struct status {
	uint64_t pushed; /* hash of what was pushed last */
	bool blind, full; /* people were told that the tower is blind, that it cannot store */
	usec_t blind_since; /* 0: it sees */
	enum keeper_clamd clamd;
	usec_t clamd_since; /* that it is so */
	bool alone;         /* people were told that ClamAV's daemon is away */
	struct status_sum sums[WATCHERS];
};

/* Every second: pushed when it is another; people are told when the tower itself is in trouble. */
void status_due(struct keeper *keeper);

#endif
