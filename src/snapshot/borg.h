/* borg.h - what the two halves of the driver of borg share. */
#ifndef SNAPSHOT_BORG_H
#define SNAPSHOT_BORG_H

#include "snapshot/work.h"

/* How our archives are named, in borg's words: those of other hosts in the same repository are theirs to forget. */
#define BORG_OURS "{hostname}-"

/* A run of `command`. False: the result says why not. In both cases work_close() follows. */
bool borg_begin(struct work *work, const char *command, const struct tool_job *job, struct tool_result *result);

/* Two calls of struct tool. */
void borg_snapshots(const struct tool_job *job, snapshot_see *see, void *whom, struct tool_result *result);
void borg_forget(const struct tool_job *job, const struct tool_forget *what, snapshot_see *see, void *whom,
		 struct tool_result *result);

#endif
