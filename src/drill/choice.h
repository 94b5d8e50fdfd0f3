/*
 * choice.h - a snapshot's listing streams by once: it is counted, critical paths go into the plan, and of the other
 * files the samples are drawn.
 */
#ifndef DRILL_CHOICE_H
#define DRILL_CHOICE_H

#include "drill/plan.h"
#include "drill/progress.h"
#include "drill/draw.h"

struct choice {
	const struct repository *repository;
	struct progress *progress;
	struct plan *plan;
	struct drill_report *report; /* counts and problems are written into it */
	struct draw random, heavy;
	uint64_t number, size_max; /* entries; a larger file is not drawn at random */
	char critical[REPOSITORY_PATHS][REPOSITORY_PATH]; /* paths, without slashes at their ends: "/" is "" */
	size_t critical_count;
	bool found[REPOSITORY_PATHS], filled[REPOSITORY_PATHS]; /* filled: a plain file is it, or below it */
	double started; /* progress_seconds() at the first entry: what the tool takes to begin; 0: there was none */
	enum err trouble; /* of plan and samples */
};

/* ERR_MEMORY. Progress, plan and report are the caller's to set. */
MUST_USE enum err choice_open(struct choice *choice, const struct drill_settings *settings);
void choice_close(struct choice *choice);
/* A snapshot_file_see with a choice. */
bool choice_see(void *choice, const struct snapshot_file *file);
/* Takes the samples into the plan, as many as the bytes allow, and tells which critical paths were not there. */
MUST_USE enum err choice_end(struct choice *choice);

#endif
