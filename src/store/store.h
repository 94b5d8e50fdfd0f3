/*
 * store.h - what the tower remembers: one SQLite file, `hinomi.db`, written by one process.
 *
 * What the tower itself sees is gathered in a batch, which begins with the first change and ends
 * with store_commit(), once a second: a commit waits for the disk. What a person did (an `act`, see
 * store_log.h) is on the disk before the call returns, and the batch with it.
 *
 * ERR_LIMIT (a text is too long) and ERR_EMPTY (there is none of that id) refuse one call and
 * change nothing. After any other error the batch is undone: whatever was put since the last OK of
 * store_commit() is to be put again. store_trouble() has the words. No error is final: the next
 * call tries anew.
 *
 * Texts are UTF-8 and NUL-terminated. Given ones are borrowed for the call; visited ones belong to
 * the store and live until the visitor returns. A visitor returns false to stop, and does not call
 * the store.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "model/time.h"

#include <stdbool.h>
#include <stdint.h>

/* The longest texts in bytes; longer ones are refused, not cut. */
#define STORE_NAME 256         /* rules, parties, users, keys */
#define STORE_TEXT 4096        /* what people write, and what is said of one moment */
#define STORE_BODY (64u << 10) /* a JSON text, which the store does not look into */

struct store;

#define STORE_WORDS 512
struct store_words {
	char en[STORE_WORDS], ja[STORE_WORDS];
};

struct store_settings {
	const char *folder;      /* is there, and is ours */
	uint32_t messages_max;   /* that wait to be told (store_message.h); 0: 10,000 */
	uint32_t candidates_max; /* cases for the preview (store_candidate.h); 0: 50,000 */
};

/* Opens the file, or begins one (mode 0600), checks it and brings it to this version. `told` is
 * empty, or has what a person must hear: on an error why, and with OK that the file was damaged,
 * lies aside as hinomi.db.damaged-DATE, and a new one was begun.
 * ERR_UNSUPPORTED: a newer Hinomi wrote it. ERR_FORMAT: it belongs to another program. */
MUST_USE enum err store_open(const struct store_settings *settings, usec_t now,
			     struct store **store, struct store_words *told);

/* Commits before it closes, and says how that went. NULL is allowed. */
enum err store_close(struct store *store);

/* The absolute path of a file of this name in the store's folder. */
void store_beside(const struct store *store, const char *name, char *path, size_t size);

/* Puts the batch on the disk. OK also when there is none. */
MUST_USE enum err store_commit(struct store *store);

/* Why the last call failed: the disk is full, read only, another program holds the file, ... */
const struct store_words *store_trouble(const struct store *store);

struct store_keeping {
	uint32_t days;      /* what is older goes; 0: never */
	uint64_t max_bytes; /* of the file; 0: no bound */
};

/* Forgets what is too old or too much, a little at a call, and gives the room back to the disk.
 * Open incidents and actions that are in force stay. Closed incidents of high severity that nobody
 * acknowledged stay twice the days, and when there is no room they go after all others. `more`: there
 * is more to do. Commits. */
MUST_USE enum err store_keep(struct store *store, usec_t now, const struct store_keeping *keeping,
			     bool *more);

struct store_stats {
	uint64_t bytes;           /* of the file and its log of writes */
	usec_t oldest;            /* when the oldest incident opened; 0: there is none */
	uint64_t incidents, open; /* all; those that are open */
	uint64_t candidates;
	uint64_t waiting;           /* messages */
	uint64_t messages_dropped;  /* since the store was opened, for want of room */
	uint64_t incidents_dropped; /* the same: deleted for want of room, not for their age */
};

MUST_USE enum err store_stats(struct store *store, struct store_stats *stats);

/* Small things by name: what the keeper needs to go on after a restart. Batched. */
MUST_USE enum err store_meta_put(struct store *store, const char *name, const char *value);
/* ERR_EMPTY: there is none. ERR_LIMIT: it does not fit. */
MUST_USE enum err store_meta_get(struct store *store, const char *name, char *value, size_t size);

#endif
