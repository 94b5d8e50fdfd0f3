/*
 * store_backup.h - a copy of the whole store, made while it is written to.
 *
 * In steps, each short, so that whoever serves others in between stays awake. Every step commits
 * the batch first: a copy is not made of half of one.
 */
#ifndef STORE_STORE_BACKUP_H
#define STORE_STORE_BACKUP_H

#include "store/store.h"

struct store_backup;

/* To `path`, by way of `path`.part. Free it before the store is closed. */
MUST_USE enum err store_backup_new(struct store *store, const char *path,
				   struct store_backup **backup);
/* Also when it is not done: then nothing is left of it. NULL is allowed. */
void store_backup_free(struct store_backup *backup);

/* `done`: the copy is whole, was checked and lies at its path. An error of ERR_WRITE may pass, the
 * next step tries again; ERR_FORMAT: the copy was not sound. */
MUST_USE enum err store_backup_step(struct store_backup *backup, bool *done);

/* Pages that were copied, of all. */
void store_backup_progress(const struct store_backup *backup, uint32_t *copied, uint32_t *all);

#endif
