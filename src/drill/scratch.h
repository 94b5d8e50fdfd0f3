/*
 * scratch.h - the folder of one drill: made, filled by others with things that are hostile, and removed with all that
 * is in it; those that a dead drill left, too.
 *
 * It is `hinomi-drill-RANDOM` (0700) and has a file that marks it as ours, which a living drill holds locked
 * (flock). Only a folder of our own user with that mark is ever removed; no link is followed, and no other file
 * system entered.
 */
#ifndef DRILL_SCRATCH_H
#define DRILL_SCRATCH_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define SCRATCH_NAME 40 /* of the folder, with the NUL */

struct scratch {
	int place;  /* the folder that it is in */
	int folder; /* itself */
	int mark;   /* locked */
	char name[SCRATCH_NAME];
	bool times_kept; /* the file system keeps times to the microsecond */
};

/* `place` is made (0700) if only it itself is missing. ERR_OPEN: errno. */
MUST_USE enum err scratch_open(struct scratch *scratch, const char *place);
/* Removes it. False: something of it is still there. */
bool scratch_close(struct scratch *scratch);

/* Removes what dead drills left in `place`; how many folders. */
unsigned scratch_sweep(int place);

struct scratch_room {
	uint64_t bytes, files; /* that are free; files: UINT64_MAX where the file system has no bound */
};
struct scratch_room scratch_room(const struct scratch *scratch);

#endif
