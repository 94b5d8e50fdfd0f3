/*
 * feed_store.h - the folder with all feeds, and the index that is built from them.
 *
 * One process changes it at a time (a lock on `.lock`); readers of the index need no lock. A feed
 * that failed, or that is suddenly much smaller, never replaces a good one.
 */
#ifndef FEED_FEED_STORE_H
#define FEED_FEED_STORE_H

#include "feed/feed_file.h"

#include <limits.h>

#define FEED_SHRINK 50 /* per cent of before that a feed must still have */

struct feed_store {
	char folder[PATH_MAX - 300];
	char index[PATH_MAX];
	int lock;        /* -1: none */
	char error[256]; /* a sentence, when a call failed */
};

/* $HINOMI_INTEL, else /var/lib/hinomi/intel for root, else $XDG_DATA_HOME/hinomi/intel, else
 * ~/.local/share/hinomi/intel. `folder` goes before all, if not NULL. */
MUST_USE enum err feed_store_find(struct feed_store *store, const char *folder);

/* Makes the folder where it is missing, and locks it; waits for another one's change. */
MUST_USE enum err feed_store_lock(struct feed_store *store);
void feed_store_unlock(struct feed_store *store);

/* Calls for each feed in the order of names; false stops. */
typedef bool feed_see(void *whom, const char *path, const struct feed_info *info);
MUST_USE enum err feed_store_each(struct feed_store *store, feed_see *see, void *whom);

MUST_USE enum err feed_store_info(struct feed_store *store, const char *name,
				  struct feed_info *info);

/* Puts what was written in the place of the feed of that name, unless that had more than
 * 100 / percent as much (ERR_LIMIT; 0: no matter how much). */
MUST_USE enum err feed_store_put(struct feed_store *store, struct feed_writer *writer,
				 struct feed_info *info, unsigned percent);
MUST_USE enum err feed_store_remove(struct feed_store *store, const char *name);

/* Rewrites the feeds without what expired; *dropped says how many. */
MUST_USE enum err feed_store_expire(struct feed_store *store, usec_t now, uint64_t *dropped);

/* Builds the index from all feeds, beside the old one, and puts it in its place. */
MUST_USE enum err feed_store_build(struct feed_store *store, usec_t now);

/* Finds a group by id, name or alias (without regard to case, spaces and hyphens) in all feeds.
 * True: `id` (may be empty), `name` and `aliases` ("a, b, c") are filled. */
struct feed_group {
	char id[32], name[128], aliases[1024];
};
bool feed_store_group(struct feed_store *store, struct span wanted, struct feed_group *group);

#endif
