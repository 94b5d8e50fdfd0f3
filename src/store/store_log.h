/*
 * store_log.h - what people changed, or the tower in their place: who, when, what and why.
 *
 * Every call of the store that takes an act changes something, writes the act to the log and
 * commits, all or nothing.
 */
#ifndef STORE_STORE_LOG_H
#define STORE_STORE_LOG_H

#include "store/store.h"

struct store_act {
	usec_t at;
	const char *user;   /* "": the tower itself, as when something expires */
	const char *what;   /* for people; a JSON text of {en, ja}, at most STORE_TEXT */
	const char *reason; /* "": none was given */
};

/* An act that changes nothing in the store, as a login. Batched: an attacker may cause many. */
MUST_USE enum err store_log_add(struct store *store, const struct store_act *act);

typedef bool store_log_see(void *whom, uint64_t id, const struct store_act *act);

/* The newest first. `before`: only those with a lower id; 0: from the newest on. */
MUST_USE enum err store_log_list(struct store *store, uint64_t before, uint32_t limit,
				 store_log_see *see, void *whom);

#endif
