/* drill.c - one restore drill from its begin to its end: room, listing, restore, comparison, judgement. */
#include "drill/drill.h"

#include "base/text.h"
#include "drill/compare.h"
#include "drill/choice.h"
#include "drill/problem.h"
#include "drill/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE         "tree"        /* the folder in scratch that is restored into */
#define MARGIN       (16u << 20)   /* bytes that stay free in the scratch place */
/* That a restore takes for each file besides its bytes: restic 0.14 needs 0.47 ms of the processor for a tiny one. */
#define FILE_SECONDS 0.0005

struct run {
	const struct drill_settings *settings;
	struct drill_report *report;
	struct progress progress;
	struct scratch scratch;
	struct scratch_room room; /* before the restore */
	uint64_t gone; /* bytes of it that were gone; never less than before, others use the place, too */
	struct plan plan;
	struct choice choice;
	char into[PATH_MAX];
};

static void trouble_note(struct drill_report *report, enum tool_trouble trouble, const char *said)
{
	report->trouble = trouble;
	snprintf(report->said, sizeof(report->said), "%s", said);
}

static struct tool_job job_of(struct run *run, tool_step *step)
{
	const struct drill_settings *s = run->settings;

	return (struct tool_job){ .repository = s->repository, .cache = s->cache, .step = step, .whom = run };
}

/* --- listing */

static bool listing_step(void *whom, const struct tool_progress *is)
{
	struct run *run = whom;

	(void)is;
	return progress_tell(&run->progress, -1, run->report->files_all, run->report->bytes_all);
}

/* The disk is full, or will be: the one thing that its owner mends before another try. */
static enum err no_room(struct run *run, uint64_t needed)
{
	char free_text[TEXT_NUMBER], need[TEXT_NUMBER];

	run->report->trouble = TOOL_DISK_FULL;
	snprintf(run->report->said, sizeof(run->report->said),
		 "the scratch place %.200s: %s free, but this drill needs %s; make room there, or name a larger place "
		 "as scratch",
		 run->settings->scratch, text_bytes(scratch_room(&run->scratch).bytes, free_text),
		 text_bytes(needed, need));
	return ERR_LIMIT;
}

static enum err room_look(struct run *run)
{
	uint64_t needed = plan_sum(run->plan.room, MARGIN);

	run->room = scratch_room(&run->scratch);
	if (run->room.bytes < needed)
		return no_room(run, needed);
	if (run->room.files >= run->plan.entries + SNAPSHOT_PATHS)
		return OK;
	run->report->trouble = TOOL_DISK_FULL;
	snprintf(run->report->said, sizeof(run->report->said),
		 "the scratch place %.200s has no room for %llu more files: name another place as scratch",
		 run->settings->scratch, (unsigned long long)run->plan.entries);
	return ERR_LIMIT;
}

/* What is to come back; OK with a trouble in the report: nothing can. */
static enum err plan_make(struct run *run)
{
	struct tool_job job = job_of(run, listing_step);
	struct tool_result result = { 0 };
	enum err err;

	progress_phase(&run->progress, DRILL_LISTING);
	run->settings->tool->files(&job, run->settings->snapshot.id, choice_see, &run->choice, &result);
	err = run->choice.trouble;
	if (err == OK && run->progress.stopped)
		trouble_note(run->report, TOOL_STOPPED, "");
	else if (err == OK && result.trouble != TOOL_FINE)
		trouble_note(run->report, result.trouble, result.said);
	if (err == OK && run->report->trouble == TOOL_FINE)
		err = choice_end(&run->choice);
	if (err == OK)
		err = plan_rewind(&run->plan);
	if (err == ERR_WRITE)
		return no_room(run, plan_sum(run->plan.room, MARGIN));
	return err == OK && run->report->trouble == TOOL_FINE ? room_look(run) : err;
}

/* --- restoring */

/* A tool that does not know how far it is (restic does not tell before 0.16) is measured by the room that is gone. */
static bool restoring_step(void *whom, const struct tool_progress *is)
{
	struct run *run = whom;
	uint64_t room = scratch_room(&run->scratch).bytes, gone = run->room.bytes > room ? run->room.bytes - room : 0;
	double all = (double)run->plan.bytes;

	if (is->done >= 0)
		return progress_tell(&run->progress, is->done, is->files, is->bytes);
	if (gone > run->plan.bytes)
		gone = run->plan.bytes;
	if (gone > run->gone)
		run->gone = gone;
	return progress_tell(&run->progress, all > 0 ? 0.99 * (double)run->gone / all : -1, is->files, run->gone);
}

static size_t taken_add(const char **paths, const struct draw *draw)
{
	size_t count = 0;

	for (size_t i = 0; i < draw->count; i++)
		if (draw->files[i].taken)
			paths[count++] = draw->files[i].path;
	return count;
}

/* Critical paths that are there, then the samples; NULL: no memory. They are the listing's and the repository's. */
static const char **paths_make(const struct choice *l, size_t *count)
{
	const char **paths = calloc(REPOSITORY_PATHS + l->random.count + l->heavy.count + 1, sizeof(*paths));

	*count = 0;
	if (!paths)
		return NULL;
	for (size_t i = 0; i < REPOSITORY_PATHS; i++)
		if (l->found[i])
			paths[(*count)++] = l->critical[i][0] ? l->critical[i] : "/";
	*count += taken_add(paths + *count, &l->random);
	*count += taken_add(paths + *count, &l->heavy);
	return paths;
}

static enum err restore(struct run *run)
{
	struct tool_job job = job_of(run, restoring_step);
	struct tool_restore what = { .snapshot = run->settings->snapshot.id, .into = run->into };
	struct tool_result result = { 0 };
	size_t count;
	const char **paths = paths_make(&run->choice, &count);

	if (!paths)
		return ERR_MEMORY;
	what.paths = paths;
	progress_phase(&run->progress, DRILL_RESTORING);
	if (count > 0)
		run->settings->tool->restore(&job, &what, &result);
	free(paths);
	run->report->seconds_restoring = result.seconds;
	if (run->progress.stopped)
		trouble_note(run->report, TOOL_STOPPED, "");
	else if (result.trouble != TOOL_FINE)
		trouble_note(run->report, result.trouble, result.said);
	return OK;
}

/* --- comparing */

/* The sources are here, if it is this machine that was backed up. */
static bool is_here(const struct snapshot *snapshot)
{
	char name[sizeof(snapshot->host)];

	return gethostname(name, sizeof(name) - 1) == 0 && strncmp(name, snapshot->host, sizeof(name) - 1) == 0;
}

static enum err compare(struct run *run)
{
	struct compare c = { .times_kept = run->scratch.times_kept, .sources = is_here(&run->settings->snapshot),
			     .report = run->report, .progress = &run->progress, .bytes_all = run->plan.bytes };
	struct plan_entry entry;
	enum err err;

	progress_phase(&run->progress, DRILL_COMPARING);
	run->report->source_here = c.sources;
	c.root = openat(run->scratch.folder, TREE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (c.root < 0) {
		trouble_note(run->report, TOOL_DENIED, strerror(errno));
		return OK;
	}
	err = compare_open(&c);
	if (err == OK) {
		while ((err = plan_next(&run->plan, &entry)) == OK && compare_entry(&c, &entry))
			;
		compare_close(&c);
	}
	close(c.root);
	if (err == OK)
		trouble_note(run->report, TOOL_STOPPED, "");
	else if (err == ERR_READ)
		trouble_note(run->report, TOOL_OTHER, "the plan of the drill could not be read back");
	return err == ERR_MEMORY ? err : OK;
}

/* --- the whole */

/*
 * How long all would take: each file costs something and each byte does. From one restore only their sum is known, so
 * what a file costs is assumed, and the bytes get the rest. What the program takes to begin (keys, index) counts once:
 * until it told the first entry of the listing it did the same.
 */
static void recovery_estimate(struct run *run)
{
	struct drill_report *r = run->report;
	double starting = run->choice.started, files, restoring = r->seconds_restoring;

	if (r->bytes == 0 || restoring <= 0)
		return;
	r->rate = (double)r->bytes / restoring;
	if (starting > restoring / 2)
		starting = restoring / 2;
	restoring -= starting;
	files = FILE_SECONDS * (double)r->files;
	if (files > restoring / 2)
		files = restoring / 2;
	r->full_seconds = starting + files * (double)r->files_all / (double)r->files +
			  (restoring - files) * (double)r->bytes_all / (double)r->bytes;
}

static enum err run_in_scratch(struct run *run)
{
	struct drill_report *report = run->report;
	enum err err = plan_make(run);

	if (err != OK || report->trouble != TOOL_FINE)
		return err;
	err = restore(run);
	if (err != OK || report->trouble == TOOL_STOPPED)
		return err;
	err = compare(run); /* also after trouble: it shows which files are concerned */
	if (err != OK)
		return err;
	recovery_estimate(run);
	if (report->files == 0 && report->problem_count == 0)
		problem_add(report, text_span(run->settings->snapshot.name), "no file was restored, so nothing is proven");
	report->good = report->trouble == TOOL_FINE && report->problem_count == 0;
	return OK;
}

static enum err run_planned(struct run *run)
{
	enum err err = choice_open(&run->choice, run->settings);

	if (err != OK)
		return err;
	run->choice.progress = &run->progress;
	run->choice.plan = &run->plan;
	run->choice.report = run->report;
	err = run_in_scratch(run);
	choice_close(&run->choice);
	return err;
}

static enum err run_all(struct run *run)
{
	const char *place = run->settings->scratch;
	size_t longest = sizeof(run->into) - SCRATCH_NAME - sizeof(TREE);
	enum err err = ERR_OPEN;

	errno = ENAMETOOLONG; /* cut, it would be another place */
	if (strlen(place) < longest)
		err = scratch_open(&run->scratch, place);
	if (err == OK && mkdirat(run->scratch.folder, TREE, 0700) == 0 &&
	    (err = plan_open(&run->plan, run->scratch.folder)) == OK) {
		snprintf(run->into, sizeof(run->into), "%s/%s/" TREE, place, run->scratch.name);
		err = run_planned(run);
		plan_close(&run->plan);
		if (!scratch_close(&run->scratch))
			problem_add(run->report, text_span(run->into), "could not be removed");
		return err;
	}
	run->report->trouble = errno == ENOSPC ? TOOL_DISK_FULL : TOOL_DENIED;
	snprintf(run->report->said, sizeof(run->report->said), "the scratch place %.200s cannot be used: %s; is it there, and may the tower's user write into it?", place,
		 strerror(errno));
	if (run->scratch.name[0])
		scratch_close(&run->scratch);
	return OK;
}

enum err drill_run(const struct drill_settings *settings, struct drill_report *report)
{
	struct run *run = calloc(1, sizeof(*run)); /* more than a stack should hold: two paths of 4 KiB and so on */
	struct drill_report *found = calloc(1, sizeof(*found));
	enum err err = ERR_MEMORY;

	if (run && found) {
		run->settings = settings;
		run->report = found;
		progress_begin(&run->progress, settings);
		err = run_all(run);
		found->seconds = progress_seconds(&run->progress);
		progress_phase(&run->progress, DRILL_DONE);
	}
	if (err == OK || err == ERR_LIMIT)
		*report = *found;
	free(run);
	free(found);
	return err;
}
