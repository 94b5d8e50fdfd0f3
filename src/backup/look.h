/* look.h - the look at a repository within another job: its snapshots, what is new in them. */
#ifndef BACKUP_LOOK_H
#define BACKUP_LOOK_H

#include "proof/seen.h"
#include "backup/work.h"

/* False: a tool failed; the outcome says why. `made`: the snapshot that a run of ours just made, or
 * "". */
bool look_inside(struct backup_work *work, const char *made);

/* Removes what the rules say, unless something speaks against it. `said` gets what was done, or why
 * nothing was. False: it was refused, or failed. */
bool forget_inside(struct backup_work *work, struct words *said);

#endif
