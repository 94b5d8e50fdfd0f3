/* restic.h - what the two halves of the driver of restic share. */
#ifndef SNAPSHOT_RESTIC_H
#define SNAPSHOT_RESTIC_H

#include "snapshot/work.h"

/* A run of `command`. False: the result says why not. In both cases work_close() follows. */
bool restic_begin(struct work *work, const char *command, const struct tool_job *job, struct tool_result *result);

/* What may be given to restic as a snapshot: no option, no name like "latest". */
bool restic_is_id(const char *id);

/* A call of struct tool. */
void restic_files(const struct tool_job *job, const char *snapshot, snapshot_file_see *see, void *whom,
		  struct tool_result *result);

#endif
