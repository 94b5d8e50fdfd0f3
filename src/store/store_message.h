/*
 * store_message.h - what is to be told to people, until it was: a queue for each target.
 *
 * A message is claimed for some time and then either sent, put off or given up. When whoever
 * claimed it dies, it is due again after that time: better told twice than not at all. All is
 * batched.
 */
#ifndef STORE_STORE_MESSAGE_H
#define STORE_STORE_MESSAGE_H

#include "policy/severity.h"
#include "store/store.h"

struct store_message {
	uint64_t id;
	const char *target; /* its name in the configuration */
	enum severity severity;
	usec_t queued, due;
	uint32_t attempts; /* with the one that it is claimed for; not written by put */
	const char *body;  /* at most STORE_BODY */
};

/* Fills the id. When too many wait, the oldest of the least severe goes and is counted. */
MUST_USE enum err store_message_put(struct store *store, struct store_message *message);

typedef bool store_message_see(void *whom, const struct store_message *message);

/* Visits those due at `now`, the most severe first, then the oldest, and makes them due again at
 * `until`, which is later. One whose visitor returned false is claimed too. */
MUST_USE enum err store_message_claim(struct store *store, usec_t now, usec_t until, uint32_t limit,
				      store_message_see *see, void *whom);

/* How it went. ERR_EMPTY: there is none, as when it made room for others. */
MUST_USE enum err store_message_sent(struct store *store, uint64_t id, usec_t at);
MUST_USE enum err store_message_put_off(struct store *store, uint64_t id, usec_t due,
					const char *error);
MUST_USE enum err store_message_give_up(struct store *store, uint64_t id, const char *error);

struct store_target {
	const char *name;
	uint64_t waiting, sent, failed;
	usec_t last_sent;       /* 0: never */
	const char *last_error; /* "": none since the last that was sent */
};

typedef bool store_target_see(void *whom, const struct store_target *target);

/* All that a message was ever for, in the order of names. */
MUST_USE enum err store_target_list(struct store *store, store_target_see *see, void *whom);

#endif
