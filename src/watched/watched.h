/*
 * watched.h - what the watches of backups and of web sites tell, as the keeper has it: kept while the keeper runs, shown
 * to people, and what people ask of the watches on its way to them.
 *
 * Its operations (docs/tower.md) are in the keeper's table: backups, backup_certificate, backup_do, backup_settle, sites,
 * site, site_check, site_approve. A watch that ends leaves its documents here; a new keeper gets them all again.
 */
#ifndef WATCHED_WATCHED_H
#define WATCHED_WATCHED_H

#include "base/span.h"
#include "keeper/keeper.h"
#include "policy/watched.h"

struct watched;

struct watched_out {
	void *whom;
	/* A person's request for a watch, JSON. False: it is not there, or takes no more now. */
	bool (*request)(void *whom, enum watcher watch, struct span json);
};

/* Joins the keeper's operations. NULL: no memory. */
struct watched *watched_new(struct keeper *keeper, const struct watched_out *out);
void watched_free(struct watched *watched);

/* The body of a frame FRAME_WATCHED (tower/process.h) of this watch. It is hostile: what is no document of this watch,
 * or finds no room, is counted and left out. */
void watched_take(struct watched *watched, enum watcher watch, struct span frame, usec_t now);

/* The process of this watch is there, or is not there any more. */
void watched_runs(struct watched *watched, enum watcher watch, bool runs, usec_t now);

/* Once a second: events that had to wait; what a new process does not know of any more. */
void watched_due(struct watched *watched, usec_t now);

#endif
