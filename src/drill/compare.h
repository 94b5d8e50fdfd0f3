/*
 * compare.h - what came back, against what the snapshot says and, where that is still there, against the source.
 *
 * What was restored is hostile: it is reached name by name, no link is followed, and only a plain file is opened. So
 * is what the snapshot says: a source is opened only when it is a plain file of just that size and time.
 */
#ifndef DRILL_COMPARE_H
#define DRILL_COMPARE_H

#include "base/digest.h"
#include "drill/plan.h"
#include "drill/progress.h"

struct compare {
	int root;        /* the folder that was restored into */
	bool times_kept; /* by the file system of `root` */
	bool sources;    /* the snapshot is of this machine */
	struct drill_report *report; /* counts and problems are written into it */
	struct progress *progress;
	uint64_t bytes_all; /* of the plan, for the progress */

	struct digest_kit *kit; /* by compare_open() */
	struct digest *digest;
	uint8_t *room;
	uint64_t bytes; /* that were passed */
};

/* The first fields are the caller's. ERR_MEMORY. */
MUST_USE enum err compare_open(struct compare *compare);
void compare_close(struct compare *compare);
/* Compares one; false: stop. */
bool compare_entry(struct compare *compare, const struct plan_entry *entry);

#endif
