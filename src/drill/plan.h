/*
 * plan.h - what is to come back from a snapshot: a list of any length, kept in a file of the scratch folder.
 *
 * A critical folder may hold millions of files, and each is looked at: that does not fit into bounded memory.
 */
#ifndef DRILL_PLAN_H
#define DRILL_PLAN_H

#include "snapshot/tool.h"

#include <stdio.h>

enum plan_why { PLAN_CRITICAL, PLAN_RANDOM, PLAN_HEAVY };

struct plan_entry {
	enum plan_why why;
	enum file_kind kind;
	uint64_t size;
	usec_t changed;
	struct span path; /* of plan_next(): until the next call */
};

struct plan {
	FILE *file;
	uint64_t entries, files, bytes; /* files: plain ones, and their bytes */
	uint64_t room; /* that they take on a disk, by blocks; estimated */
	uint8_t path[FILE_PATH_MAX];
};

/* A sum of sizes that a repository told: it may lie, and a sum that runs over would be small. */
static inline uint64_t plan_sum(uint64_t a, uint64_t b)
{
	return b < UINT64_MAX - a ? a + b : UINT64_MAX;
}

/* In a folder; the file has no name. ERR_OPEN: errno. */
MUST_USE enum err plan_open(struct plan *plan, int folder);
void plan_close(struct plan *plan);
MUST_USE enum err plan_add(struct plan *plan, const struct plan_entry *entry); /* ERR_WRITE: errno */
/* To its begin, after all was added. ERR_WRITE: errno. */
MUST_USE enum err plan_rewind(struct plan *plan);
/* ERR_EMPTY: no more. ERR_READ. */
MUST_USE enum err plan_next(struct plan *plan, struct plan_entry *entry);

#endif
