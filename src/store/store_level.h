/*
 * store_level.h - how the vigilance level went, and what is planned.
 */
#ifndef STORE_STORE_LEVEL_H
#define STORE_STORE_LEVEL_H

#include "policy/level.h"
#include "store/store_log.h"

struct store_level {
	usec_t at;
	enum level from, to;
	usec_t until; /* 0: it does not expire, which only LEVEL_NORMAL may */
	const char *by, *reason;
};

MUST_USE enum err store_level_set(struct store *store, const struct store_level *level,
				  const struct store_act *act);

typedef bool store_level_see(void *whom, const struct store_level *level);

/* The newest first: the first is what holds. */
MUST_USE enum err store_level_list(struct store *store, uint32_t limit, store_level_see *see,
				   void *whom);

/* A level for a time to come, such as long holidays. */
struct store_plan {
	uint64_t id;
	enum level to;
	usec_t from, until;
	const char *by, *reason;
};

/* Fills the id. ERR_LIMIT: there are STORE_PLANS already. */
#define STORE_PLANS 200
MUST_USE enum err store_plan_add(struct store *store, struct store_plan *plan,
				 const struct store_act *act);
MUST_USE enum err store_plan_remove(struct store *store, uint64_t id, const struct store_act *act);

typedef bool store_plan_see(void *whom, const struct store_plan *plan);

/* Those that are not over at `now`, in the order of their beginning. */
MUST_USE enum err store_plan_list(struct store *store, usec_t now, store_plan_see *see, void *whom);

#endif
