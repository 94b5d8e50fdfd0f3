/*
 * borg_forget.c - which archives go, and that they go.
 *
 * `borg prune` is asked for its plan only. What is deleted is what was told to the caller, by name: between a rehearsal
 * and the deed others may have made archives, and the plan would be another one.
 */
#include "snapshot/borg.h"
#include "snapshot/borg_read.h"

#include "base/text.h"

#include <stdlib.h>

#define GOING_MAX 65536 /* archives that one call forgets; more stay for the next */

struct going {
	char (*ids)[SNAPSHOT_ID];
	size_t count, room;
	char **names; /* of those that were found */
	size_t named;
	bool broken; /* no memory */
	snapshot_see *see;
	void *whom;
	bool enough; /* the caller saw enough; all go all the same */
};

static void add(struct going *going, const char *id)
{
	size_t room = going->room ? going->room * 2 : 64;
	void *ids;

	if (going->count == GOING_MAX)
		return;
	if (going->count == going->room) {
		ids = realloc(going->ids, room * sizeof(*going->ids));
		if (!ids) {
			going->broken = true;
			return;
		}
		going->ids = ids;
		going->room = room;
	}
	snprintf(going->ids[going->count++], SNAPSHOT_ID, "%s", id);
}

static bool see_plan(struct work *w, const char *key, struct span line)
{
	struct borg_said said;
	char id[SNAPSHOT_ID];

	(void)key;
	borg_read_said(line, &said, &w->progress);
	if (said.list && borg_read_pruned(said.text, id))
		add(w->whom, id);
	else if (!said.list && said.kind != BORG_PROGRESS)
		verdict_line(&w->verdict, said.kind == BORG_LOG ? text_span(said.text) : line);
	return true;
}

static void plan(const struct tool_job *job, struct going *going, struct tool_result *result)
{
	const struct repository *r = job->repository;
	struct work w;

	if (borg_begin(&w, "prune", job, result)) {
		work_words(&w, (const char *const[]){ "--dry-run", "--list", "--glob-archives=" BORG_OURS "*", NULL });
		if (r->keep_last)
			work_word(&w, "--keep-last=%u", r->keep_last);
		if (r->keep_daily)
			work_word(&w, "--keep-daily=%u", r->keep_daily);
		if (r->keep_weekly)
			work_word(&w, "--keep-weekly=%u", r->keep_weekly);
		if (r->keep_monthly)
			work_word(&w, "--keep-monthly=%u", r->keep_monthly);
		work_word(&w, "::");
		w.errors = see_plan;
		w.whom = going;
		work_run(&w);
	}
	work_close(&w);
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool see_going(void *whom, const struct snapshot *snapshot)
{
	struct going *going = whom;

	if (!bsearch(snapshot->id, going->ids, going->count, SNAPSHOT_ID, compare) || going->named == going->count)
		return true;
	going->names[going->named] = strdup(snapshot->name);
	if (!going->names[going->named]) {
		going->broken = true;
		return false;
	}
	going->named++;
	if (!going->enough)
		going->enough = !going->see(going->whom, snapshot);
	return true;
}

static void delete(const struct tool_job *job, const struct going *going, struct tool_result *result)
{
	struct work w;
	size_t words, next = 0;

	if (borg_begin(&w, "delete", job, result)) {
		work_words(&w, (const char *const[]){ "--", "::", NULL });
		words = w.count;
		while (next < going->named && result->trouble == TOOL_FINE) {
			do
				work_word(&w, "%s", going->names[next++]);
			while (next < going->named && work_room(&w, strlen(going->names[next])));
			work_run(&w);
			work_cut(&w, words);
		}
	}
	work_close(&w);
}

/* Since 1.2 room is given back only when asked for. */
static void compact(const struct tool_job *job, struct tool_result *result)
{
	struct work w;

	if (borg_begin(&w, "compact", job, result)) {
		work_words(&w, (const char *const[]){ "--progress", "::", NULL });
		work_run(&w);
	}
	work_close(&w);
}

/* From the plan, or as they are named. */
static void choose(const struct tool_job *job, const struct tool_forget *what, struct going *going,
		   struct tool_result *result)
{
	if (what->snapshots)
		for (size_t i = 0; what->snapshots[i]; i++)
			add(going, what->snapshots[i]);
	else
		plan(job, going, result);
	if (result->trouble != TOOL_FINE || going->count == 0)
		return;
	qsort(going->ids, going->count, SNAPSHOT_ID, compare);
	going->names = calloc(going->count, sizeof(*going->names));
	going->broken |= !going->names;
	if (!going->broken)
		borg_snapshots(job, see_going, going, result);
	if (result->trouble == TOOL_FINE && going->broken) {
		result->trouble = TOOL_OTHER;
		said_show(result->said, text_span("no memory"));
	} else if (result->trouble == TOOL_FINE && what->snapshots && going->named < going->count) {
		result->trouble = TOOL_NO_SNAPSHOT;
	}
}

void borg_forget(const struct tool_job *job, const struct tool_forget *what, snapshot_see *see, void *whom,
		 struct tool_result *result)
{
	const struct repository *r = job->repository;
	struct going going = { .see = see, .whom = whom };

	*result = (struct tool_result){ .code = -1 };
	if (!what->snapshots && !r->keep_last && !r->keep_daily && !r->keep_weekly && !r->keep_monthly)
		return; /* nothing is ever forgotten */
	choose(job, what, &going, result);
	if (!what->rehearse && going.named > 0 && result->trouble == TOOL_FINE)
		delete(job, &going, result);
	if (!what->rehearse && what->prune && result->trouble == TOOL_FINE)
		compact(job, result);
	for (size_t i = 0; i < going.named; i++)
		free(going.names[i]);
	free(going.names);
	free(going.ids);
}
