/*
 * ledger.h - what a watch remembers: documents by kind and key, and a history of what happened, in one SQLite file.
 *
 * For watches that work without the tower too: the command line and the tower's process may have the file open at
 * the same time (WAL), each change is on the disk when the call returns, and kill -9 loses nothing that was said to be
 * kept. Bodies are JSON texts, which the ledger does not look into. Opened by root in a folder of another user, the
 * file is that user's. Not for several threads, nor across a fork: a child opens its own.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/err.h"
#include "base/span.h"
#include "model/time.h"

#include <stdbool.h>
#include <stdint.h>

#define LEDGER_NAME 600        /* bytes of a kind or key at most */
#define LEDGER_BODY (4u << 20) /* bytes of a body at most */
#define LEDGER_TROUBLE 300

struct ledger;

/* Opens the file or begins it (mode 0600). On an error `trouble` has "PATH: what is wrong: the mend". A damaged file is
 * put aside as PATH.damaged-DATE, a new one begun, and `trouble` says so with OK; else it is "". */
MUST_USE enum err ledger_open(const char *path, struct ledger **ledger, char trouble[LEDGER_TROUBLE]);
void ledger_close(struct ledger *ledger); /* NULL is allowed */

/* All until ledger_end() as one change, or none of it when `keep` is false. Not nested. */
MUST_USE enum err ledger_begin(struct ledger *ledger);
MUST_USE enum err ledger_end(struct ledger *ledger, bool keep);

/* Documents. ERR_EMPTY: there is none. ERR_LIMIT: too long. ERR_WRITE, ERR_READ, ERR_MEMORY: ledger_trouble(). */
MUST_USE enum err ledger_put(struct ledger *ledger, const char *kind, const char *key, struct span body);
MUST_USE enum err ledger_get(struct ledger *ledger, const char *kind, const char *key, char **body); /* the caller frees */
MUST_USE enum err ledger_remove(struct ledger *ledger, const char *kind, const char *key);

/* One document or entry of the history; borrowed for the call. */
struct ledger_row {
	uint64_t id; /* of the history; 0 for documents */
	const char *kind, *key;
	usec_t at;   /* when it was put or happened */
	const char *body;
};
/* False: enough. The visitor may call the ledger. */
typedef bool ledger_see(void *whom, const struct ledger_row *row);
/* In the order of their keys. OK also when there is none. */
MUST_USE enum err ledger_each(struct ledger *ledger, const char *kind, ledger_see *see, void *whom);

/* History. `id` may be NULL. */
MUST_USE enum err ledger_add(struct ledger *ledger, const char *kind, const char *key, usec_t at, struct span body,
			     uint64_t *id);
/* Newest first; `key` NULL: of all; `before` 0: from the newest, else older ids only; at most `limit`. */
struct ledger_ask {
	const char *kind, *key;
	uint64_t before;
	uint32_t limit;
};
MUST_USE enum err ledger_history(struct ledger *ledger, const struct ledger_ask *ask, ledger_see *see, void *whom);
/* Forgets entries older than `before`, but never the newest `keep` of each key. */
MUST_USE enum err ledger_trim(struct ledger *ledger, const char *kind, usec_t before, uint32_t keep);

const char *ledger_trouble(const struct ledger *ledger); /* why the last call failed */

#endif
