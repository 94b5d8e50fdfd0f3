/*
 * store_exception.h - what people want to hear nothing of, why, and until when.
 */
#ifndef STORE_STORE_EXCEPTION_H
#define STORE_STORE_EXCEPTION_H

#include "store/store_log.h"

struct store_exception {
	uint64_t id;
	const char *rule;
	const char *who, *whom; /* "": any */
	const char *reason, *by;
	usec_t from, until;
	usec_t ended;     /* by a person, before its time; 0: not */
	uint64_t matched; /* how many incidents it silenced */
};

/* Fills the id. */
MUST_USE enum err store_exception_add(struct store *store, struct store_exception *exception,
				      const struct store_act *act);

/* At act->at. ERR_EMPTY: there is none, or it ended before. */
MUST_USE enum err store_exception_end(struct store *store, uint64_t id,
				      const struct store_act *act);

/* One more incident is silenced by it. Batched. */
MUST_USE enum err store_exception_matched(struct store *store, uint64_t id);

typedef bool store_exception_see(void *whom, const struct store_exception *exception);

/* Those in force at `now` first, then the others, the newest first in both. */
MUST_USE enum err store_exception_list(struct store *store, usec_t now, uint32_t limit,
				       store_exception_see *see, void *whom);

#endif
