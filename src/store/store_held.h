/*
 * store_held.h - mail in quarantine: what is known of each message. The messages lie elsewhere, encrypted; here is
 * the sealed key of each.
 */
#ifndef STORE_STORE_HELD_H
#define STORE_STORE_HELD_H

#include "base/span.h"
#include "store/store_log.h"

/* Numbers in the file: new ones come last. */
enum store_held_state {
	STORE_HELD,      /* it lies in quarantine */
	STORE_RELEASING, /* it was given to the mail server, which has not answered yet */
	STORE_RELEASED,
	STORE_DELETED, /* by a person */
	STORE_EXPIRED, /* by age, or for want of room */
	STORE_HELD_STATES,
};

struct store_held {
	uint64_t id; /* filled when it is put */
	usec_t at;
	enum store_held_state state;
	unsigned why, verdict, score; /* numbers of their enums */
	uint64_t bytes;
	const char *client, *from, *to; /* of the envelope; `to`: one a line */
	const char *subject, *author;   /* of the header */
	const char *findings;           /* a JSON text */
	const char *file;
	struct span key; /* sealed; empty when the message is gone */
	usec_t changed;  /* the state */
	const char *by, *reason, *trouble; /* who changed it, and why; why a release failed */
};

#define STORE_HELD_KEY 128 /* bytes of a key, at most */

/* A new one, in the state STORE_HELD. Batched. */
MUST_USE enum err store_held_put(struct store *store, struct store_held *held);

typedef bool store_held_see(void *whom, const struct store_held *held);

/* ERR_EMPTY: there is none. */
MUST_USE enum err store_held_get(struct store *store, uint64_t id, store_held_see *see, void *whom);

struct store_held_query {
	enum store_held_state state; /* STORE_HELD_STATES: all */
	const char *text;            /* part of a subject or of an address; NULL: all */
	uint64_t before;             /* the last id of the page before; 0: the first page */
	uint32_t limit;
};
/* The newest first. */
MUST_USE enum err store_held_list(struct store *store, const struct store_held_query *query, store_held_see *see,
				  void *whom);

/* Another state; the key is forgotten when the message is gone. */
struct store_held_change {
	uint64_t id;
	enum store_held_state state;
	usec_t at;
	const char *by, *reason, *trouble;
};
/* Batched. ERR_EMPTY: there is none. */
MUST_USE enum err store_held_change(struct store *store, const struct store_held_change *change);
/* The same as an act of a person: it is on the disk afterwards. */
MUST_USE enum err store_held_decide(struct store *store, const struct store_held_change *change,
				    const struct store_act *act);

/* The oldest that lies in quarantine or is being released. ERR_EMPTY: there is none. */
MUST_USE enum err store_held_oldest(struct store *store, store_held_see *see, void *whom);

/* How much lies there. */
struct store_held_sum {
	uint64_t count, bytes;
};
MUST_USE enum err store_held_sum(struct store *store, struct store_held_sum *sum);

/* Whether a file is that of a message that lies there. */
MUST_USE enum err store_held_has(struct store *store, const char *file, bool *has);

#endif
