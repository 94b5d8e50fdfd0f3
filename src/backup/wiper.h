/*
 * wiper.h - looks into the new snapshots of a repository for what ransomware and wipers leave: with
 * the snapshot that was good last as its base.
 */
#ifndef BACKUP_WIPER_H
#define BACKUP_WIPER_H

#include "proof/seen.h"
#include "backup/work.h"

/* What the snapshots of a set are compared with. While an alarm of the set is open it stays as it
 * is. */
struct backup_base {
	char snapshot[SNAPSHOT_ID];
	char attack[SNAPSHOT_ID]; /* a later one, of which a person said that it was one; "": none */
	usec_t at;
	char *learned; /* of wipe/, JSON; the caller frees what base_load() gave */
};
/* ERR_EMPTY: there is none yet. */
MUST_USE enum err base_load(struct ledger *ledger, const char *repository, uint64_t set,
			    struct backup_base *base);
MUST_USE enum err base_save(struct ledger *ledger, const char *repository, uint64_t set,
			    const struct backup_base *base);
/* Whether the snapshot is a base: then it is not forgotten. */
bool base_is(struct ledger *ledger, const char *repository, const char *snapshot);

/* The listing of a set's base (".list"), and of the snapshot that an alarm is about (".new"). */
void base_path(const struct backup_watch *watch, const struct repository *repository, uint64_t set,
	       const char *ending, char path[PATH_MAX]);

/* The newest snapshot of each set that has a new one. False: it was told to stop, or a tool failed
 * (the outcome). */
bool wiper_look(struct backup_work *work);

#endif
