/* progress.h - how far a drill is, told at most four times a second, and whether it was stopped. */
#ifndef DRILL_PROGRESS_H
#define DRILL_PROGRESS_H

#include "drill/drill.h"

struct progress {
	drill_step *step;
	void *whom;
	int64_t begun, told; /* loop_steady() */
	enum drill_phase phase;
	bool stopped;        /* sticky */
};

void progress_begin(struct progress *progress, const struct drill_settings *settings);
double progress_seconds(const struct progress *progress);
/* A new phase is told at once. */
void progress_phase(struct progress *progress, enum drill_phase phase);
/* False: stop. `done` below 0: not known. */
bool progress_tell(struct progress *progress, double done, uint64_t files, uint64_t bytes);

#endif
