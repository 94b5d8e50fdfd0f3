/*
 * drill.h - restores for proof: a random sample and all critical paths come back from a snapshot, and what came is
 * compared; and the certificate that says so.
 *
 * What was restored is compared with what the snapshot says (sizes, times; the tool verifies the bytes by its own
 * hashes), and, where a file still is at its source with the same size and time, byte for byte (SHA-256) with that.
 * Memory is bounded for any number of files: the sample is drawn as a reservoir while the listing streams by, and what
 * the critical paths hold is noted in the scratch place. Three quarters of the sample are drawn so that each file has
 * the same chance, so that it says something of all of them; the rest by bytes, as large files hold most of the data.
 */
#ifndef DRILL_DRILL_H
#define DRILL_DRILL_H

#include "snapshot/tool.h"

#define DRILL_PROBLEMS 16
#define DRILL_PROBLEM  400

enum drill_phase { DRILL_LISTING, DRILL_RESTORING, DRILL_COMPARING, DRILL_DONE };
struct drill_progress {
	enum drill_phase phase;
	double done; /* 0 to 1 of the phase; below 0: not known */
	uint64_t files, bytes;
	double seconds;
};
typedef bool drill_step(void *whom, const struct drill_progress *progress); /* false: stop */

struct drill_settings {
	const struct repository *repository;
	const struct tool *tool;
	struct snapshot snapshot; /* the one to restore from */
	const char *cache, *scratch; /* folders; what a drill puts into scratch it removes, also what a dead one left */
	uint64_t seed;  /* of the sample: another one each time */
	drill_step *step; /* NULL: not wanted */
	void *whom;
};

/* What a drill found; plain. Files are plain files; folders and links are counted nowhere, but looked at too. */
struct drill_report {
	bool good;
	enum tool_trouble trouble;
	char said[TOOL_SAID];
	uint64_t files_all, bytes_all;   /* in the snapshot */
	uint64_t files, bytes;           /* restored */
	uint64_t critical, critical_missing; /* paths: named; of these not in the snapshot, or without a file */
	uint64_t critical_files;         /* at or below these paths, of `files` */
	uint64_t random_files, random_wrong; /* drawn so that each had the same chance; of these missing or not right */
	uint64_t random_of, random_size; /* files they were drawn from: all but critical ones and larger ones than this */
	uint64_t heavy_files;            /* drawn by their bytes besides, of `files` */
	uint64_t compared, compared_same; /* files with the source: that could be, and were the same */
	uint64_t changed_since;          /* sources that were changed since, are gone or cannot be read: not compared */
	bool source_here;                /* the snapshot is of this machine: else nothing can be compared */
	uint64_t wrong;                  /* missing, or of another size, time or content than the snapshot says */
	double seconds, seconds_restoring, rate; /* bytes a second while restoring */
	double full_seconds;             /* the whole snapshot at that rate and number of files; 0: not known */
	uint32_t problem_count;          /* of all; the first DRILL_PROBLEMS are told */
	char problems[DRILL_PROBLEMS][DRILL_PROBLEM]; /* "PATH: what is wrong", printable */
};

/* ERR_MEMORY. ERR_LIMIT: the scratch place has too little room (`said`). Else OK: the report says how it went. */
MUST_USE enum err drill_run(const struct drill_settings *settings, struct drill_report *report);

#endif
