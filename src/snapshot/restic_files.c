/*
 * restic_files.c - the files of a snapshot, with their exact names.
 *
 * restic lists as JSON, in which bytes that are no UTF-8 become U+FFFD (Go, encoding/json): names in Shift_JIS could not
 * be told apart. As text it lists them exactly, but names with line breaks cannot be told apart there. So when a name is
 * blurred, the list is begun anew as both at a time, and each record of the text is read by its fellow of the JSON.
 */
#include "snapshot/restic.h"
#include "snapshot/restic_read.h"

#include "base/line.h"
#include "base/text.h"

#include <stdlib.h>

#define TEXT_MAX (8u << 20) /* bytes of text that wait for the JSON: a turn brings one MiB at most */

/* The list as text. */
struct twin {
	struct work work;
	struct tool_job job;
	struct tool_result result;
	uint8_t *text;
	size_t used, at, room;
	bool lost; /* sticky: the two do not go together */
};

struct listing {
	snapshot_file_see *see;
	void *whom;
	uint64_t count, told; /* files in the list so far, and those that were told in the first run */
	bool known;           /* the snapshot is there */
	bool blurred;         /* a name was, and there is no twin */
	struct twin *twin;    /* NULL: the first run */
};

static bool hear_text(struct work *w, const char *key, struct span bytes)
{
	struct twin *twin = w->whom;
	size_t room = twin->room ? twin->room : 1u << 20;
	uint8_t *text;

	(void)key;
	if (twin->at > 0) {
		memmove(twin->text, twin->text + twin->at, twin->used - twin->at);
		twin->used -= twin->at;
		twin->at = 0;
	}
	while (room < twin->used + bytes.len)
		room *= 2;
	text = room > TEXT_MAX ? NULL : room == twin->room ? twin->text : realloc(twin->text, room);
	if (!text) {
		twin->lost = true;
		return false;
	}
	memcpy(text + twin->used, bytes.ptr, bytes.len);
	twin->text = text;
	twin->room = room;
	twin->used += bytes.len;
	return true;
}

static void twin_open(struct twin *twin, const struct tool_job *job, const char *snapshot)
{
	*twin = (struct twin){ .job = *job };
	twin->job.step = NULL; /* its fellow tells of progress */
	twin->lost = !restic_begin(&twin->work, "ls", &twin->job, &twin->result);
	if (twin->lost)
		return;
	work_words(&twin->work, (const char *const[]){ "--quiet", "--no-lock", "--", snapshot, NULL });
	twin->work.raw = hear_text;
	twin->work.whom = twin;
	work_start(&twin->work);
}

static void twin_close(struct twin *twin)
{
	work_finish(&twin->work);
	work_close(&twin->work);
	free(twin->text);
}

/* Puts the exact path in the place of the blurred one. False: it is lost. */
static bool twin_next(struct twin *twin, struct restic_file *file)
{
	char path[FILE_PATH_MAX];
	size_t taken;

	while (!twin->lost) {
		struct span text = line_from((struct span){ twin->text, twin->used }, twin->at);

		switch (restic_read_name(text, file->path, path, &taken)) {
		case RESTIC_NAME:
			twin->at += taken;
			memcpy(file->path, path, sizeof(path));
			file->file.path.len = strlen(path);
			return true;
		case RESTIC_NAME_MORE:
			/* Once more when it has ended: it may have written with its last breath. */
			twin->lost = !work_turn(&twin->work) && twin->used - twin->at == text.len;
			break;
		case RESTIC_NAME_OTHER:
			twin->lost = true;
			break;
		}
	}
	return false;
}

static bool tell(struct work *w, struct restic_file *file)
{
	struct listing *l = w->whom;

	if (!l->twin && file->blurred) {
		l->blurred = true;
		return false;
	}
	if (l->twin && !twin_next(l->twin, file)) {
		w->not_understood++;
		return false;
	}
	if (++l->count <= l->told)
		return true;
	w->result->files++;
	return l->see(l->whom, &file->file);
}

static bool see_file(struct work *w, const char *key, struct span line)
{
	struct listing *l = w->whom;
	struct restic_file file;

	(void)key;
	switch (restic_read_file(line, &file)) {
	case RESTIC_FILE:
		return tell(w, &file);
	case RESTIC_SNAPSHOT:
		l->known = true;
		return true;
	case RESTIC_LONG:
		w->not_understood++;
		if (l->twin)
			l->twin->lost = true; /* its fellow cannot be passed over: the list ends here */
		return !l->twin;
	case RESTIC_UNKNOWN:
		w->not_understood += line_begins(line, "{");
		verdict_line(&w->verdict, line);
		return true;
	}
	return true;
}

static void list(struct listing *l, const struct tool_job *job, const char *snapshot, struct tool_result *result)
{
	struct work w;

	l->count = 0;
	if (restic_begin(&w, "ls", job, result)) {
		work_words(&w, (const char *const[]){ "--json", "--no-lock", "--", snapshot, NULL });
		w.see = see_file;
		w.whom = l;
		work_run(&w);
		/* 0.14 ends well when there is none. */
		if (result->trouble == TOOL_FINE && result->code == 0 && !l->known)
			work_refuse(&w, TOOL_NO_SNAPSHOT, snapshot);
	}
	work_close(&w);
}

void restic_files(const struct tool_job *job, const char *snapshot, snapshot_file_see *see, void *whom,
		  struct tool_result *result)
{
	struct listing l = { .see = see, .whom = whom };
	struct twin twin;
	double seconds;

	*result = (struct tool_result){ .code = -1 };
	if (!restic_is_id(snapshot)) {
		result->trouble = TOOL_NO_SNAPSHOT;
		said_show(result->said, text_span(snapshot));
		return;
	}
	list(&l, job, snapshot, result);
	if (!l.blurred)
		return;
	l.told = l.count;
	seconds = result->seconds;
	twin_open(&twin, job, snapshot);
	l.twin = &twin;
	list(&l, job, snapshot, result);
	twin_close(&twin);
	result->files += l.told;
	result->seconds += seconds;
	if (result->trouble == TOOL_FINE && twin.lost) {
		result->trouble = TOOL_NOT_UNDERSTOOD;
		said_show(result->said, text_span("names that are no UTF-8 do not come the same twice"));
	}
}
