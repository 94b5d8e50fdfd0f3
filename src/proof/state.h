/*
 * state.h - what is remembered of one repository between two jobs: plain, and as JSON in the
 * ledger.
 *
 * A job that ends by kill -9 leaves the state of before: each change is one document, put at once.
 */
#ifndef PROOF_STATE_H
#define PROOF_STATE_H

#include "base/err.h"
#include "ledger/ledger.h"
#include "model/time.h"
#include "policy/repository.h"
#include "snapshot/tool.h"

#define BACKUP_SETS  32  /* hosts with their folders, in one repository */
#define BACKUP_PARTS 365 /* of the data, each read in its turn */

enum backup_job { BACKUP_LOOK, BACKUP_RUN, BACKUP_VERIFY, BACKUP_DRILL, BACKUP_JOBS };
const char *backup_job_name(enum backup_job job);     /* "look" */
const char *backup_job_japanese(enum backup_job job); /* "確認" */

/* A point in time by two clocks: the one that people set, and the one that only runs while the
 * machine does. With both a clock that jumps is no reason to do a thing twice, or never. */
struct backup_moment {
	usec_t now;       /* UTC */
	usec_t boot;      /* since the machine began */
	uint64_t boot_id; /* of this beginning; 0: not known */
};

/* How the last try of a job went. */
struct backup_tried {
	struct backup_moment at; /* its end; now 0: never */
	usec_t good;             /* the last good one */
	uint32_t failed;         /* tries since then */
	enum tool_trouble trouble;
	usec_t since; /* of the trouble */
	char said[TOOL_SAID];
};

/* Snapshots of the same host and folders. */
struct backup_set {
	char host[REPOSITORY_NAME * 4];
	char paths[SNAPSHOT_PATHS]
		  [REPOSITORY_PATH]; /* "" ends them, if it is not full; borg: not known, empty */
	usec_t newest;               /* that is not dated into the future */
	char newest_id[SNAPSHOT_ID];
	uint32_t count;
};

/* The last drill. */
struct backup_drilled {
	usec_t at, good_at;
	uint32_t count; /* of all, for the next one's turn */
	bool good, certificate;
	uint64_t files, bytes, files_all, wrong, missing;
	double seconds, rate, full_seconds;
	char problem[400]; /* the first */
};

struct backup_state {
	struct backup_tried jobs[BACKUP_JOBS];
	struct backup_set sets[BACKUP_SETS];
	uint32_t set_count, sets_lost; /* lost: snapshots of further ones, for which there was no room */
	uint32_t snapshots;
	uint32_t part_count;
	usec_t parts[BACKUP_PARTS]; /* when each part was read and was whole; 0: not yet */
	usec_t reading_since;       /* when the first part of these was read */
	uint32_t damaged_part; /* from 1; 0: none. The structure alone is part BACKUP_PARTS + 1 */
	usec_t damaged_since;
	usec_t watched_since; /* the first look */
	struct backup_drilled drill;
	bool clock_back; /* the clock stands before what was remembered */
};

/* The set of a snapshot; NULL: there is none. */
struct backup_set *state_set(struct backup_state *state, const struct snapshot *snapshot);
/* The same, made where it is not there; NULL: there is no room. */
struct backup_set *state_set_make(struct backup_state *state, const struct snapshot *snapshot);

/* Nothing is remembered: all zero. ERR_READ, ERR_MEMORY: the ledger. */
MUST_USE enum err state_load(struct ledger *ledger, const char *name, struct backup_state *state);
MUST_USE enum err state_save(struct ledger *ledger, const char *name,
			     const struct backup_state *state);

#endif
