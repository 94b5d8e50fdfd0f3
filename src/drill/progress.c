/* progress.c - tells how far a drill is. */
#include "drill/progress.h"

#include "process/loop.h"

#define APART 250000 /* microseconds between two times that it is told */

void progress_begin(struct progress *progress, const struct drill_settings *settings)
{
	*progress = (struct progress){ .step = settings->step, .whom = settings->whom, .begun = loop_steady() };
}

double progress_seconds(const struct progress *progress)
{
	return (double)(loop_steady() - progress->begun) / USEC_PER_SEC;
}

void progress_phase(struct progress *progress, enum drill_phase phase)
{
	progress->phase = phase;
	progress->told = 0;
	progress_tell(progress, phase == DRILL_DONE ? 1 : 0, 0, 0);
}

bool progress_tell(struct progress *progress, double done, uint64_t files, uint64_t bytes)
{
	int64_t now = loop_steady();
	struct drill_progress is = { progress->phase, done, files, bytes, 0 };

	if (!progress->step || progress->stopped || now - progress->told < APART)
		return !progress->stopped;
	progress->told = now;
	is.seconds = progress_seconds(progress);
	progress->stopped = !progress->step(progress->whom, &is);
	return !progress->stopped;
}
