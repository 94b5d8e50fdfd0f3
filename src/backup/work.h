/*
 * work.h - what all jobs have in common: the lock of the repository, its state, progress, the
 * history; and the alarms that are open.
 */
#ifndef BACKUP_WORK_H
#define BACKUP_WORK_H

#include "backup/watch.h"

#include <jansson.h>
#include <limits.h>

struct backup_work {
	struct backup_watch *watch;
	const struct repository *repository;
	const struct tool *tool;
	enum backup_job what;
	struct backup_state *state;
	struct tool_job job; /* for the tool */
	struct backup_outcome *outcome;
	struct backup_moment begun;
	int lock;
	char cache[PATH_MAX], scratch[PATH_MAX];
	usec_t told;   /* when progress was written last */
	bool unlocked; /* in this job */
	bool cut_off;  /* the job before died: its lock at the repository may be left */
};

/* False: the outcome says why. Else work_end() is due. */
bool work_begin(struct backup_work *work, struct backup_watch *watch,
		const struct repository *repository, enum backup_job what,
		struct backup_outcome *outcome);
/* Writes state and history; `say` is the outcome's. */
void work_end(struct backup_work *work);

/* The outcome of a call of the tool. True: it went well, or partly. */
bool work_took(struct backup_work *work, const struct tool_result *result);
/* A lock of a dead process was in the way: it is removed, and the call is to be done again; once a
 * job. */
bool work_again(struct backup_work *work, struct tool_result *result);
/* Progress by any unit; false: stop. */
bool work_step(struct backup_work *work, const struct backup_progress *progress);
void work_fail(struct backup_work *work, enum tool_trouble trouble, const char *said);

/* An entry of the history; returns its id, 0: it could not be written. */
struct work_entry {
	const char *what; /* "run", "alarm", ... */
	bool ok;
	double seconds;
	const struct words *say;
};
uint64_t work_note(struct backup_watch *watch, const char *repository, usec_t at,
		   const struct work_entry *entry);

/* --- alarms: documents of the ledger, each with an id. */

/* Opens one; `alarm` (taken over) gets its id. One of the same `kind` and `set` that is open
 * already is put in its place, with its id and the time when it was opened. False: it could not be kept
 * (NULL: no memory), the outcome says so, and the look has to find it again. */
bool alarm_open(struct backup_work *work, json_t *alarm, const struct words *say);
/* All that are open of a repository, an array; the caller's. NULL: no memory, or the ledger failed.
 */
json_t *alarms_of(struct ledger *ledger, const char *repository);
/* That of a set; the caller's. NULL: there is none. */
json_t *alarm_of_set(struct ledger *ledger, const char *repository, const char *kind, uint64_t set);

/* What is being done with it, {"what", "since", "done", "say"}; null: nothing. The caller's. */
json_t *work_busy(const struct backup_watch *watch, const struct repository *repository);

#endif
