/* sorter.c - the sorter: runs of what fits into memory, merged. */
#include "wipe/sorter.h"

#include "snapshot/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS_MAX  16 /* then they are merged into one */
#define RUN_NAME 24 /* of what is put behind the name of a run */

/* One that waits; its path lies in `text`. */
struct waiting {
	const uint8_t *path;
	uint32_t length, number; /* number: in which it came, so that of equal ones the first is told */
	uint64_t size;
	usec_t changed;
};

struct run {
	struct listing_reader *reader;
	struct listing_entry entry; /* the next of it */
	bool over;
};

struct sorter {
	char *beside;
	uint8_t *text;
	struct waiting *waiting;
	size_t text_room, text_used, places, count, at;
	unsigned runs, named; /* named: how many names of runs were used */
	struct run run[RUNS_MAX];
	unsigned name[RUNS_MAX];
	bool reading, sorted;
	uint8_t last[FILE_PATH_MAX]; /* the path that was told last */
	size_t last_len;
};

struct sorter *sorter_new(const char *beside, size_t room)
{
	struct sorter *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->beside = strdup(beside);
	s->text_room = room / 2 + FILE_PATH_MAX;
	s->places = room / 2 / sizeof(struct waiting) + 1;
	s->text = malloc(s->text_room);
	s->waiting = malloc(s->places * sizeof(*s->waiting));
	if (!s->beside || !s->text || !s->waiting) {
		sorter_free(s);
		return NULL;
	}
	s->sorted = true;
	return s;
}

static char *run_path(const struct sorter *s, unsigned number)
{
	size_t room = strlen(s->beside) + RUN_NAME;
	char *path = malloc(room);

	if (path)
		snprintf(path, room, "%s.run%u", s->beside, number);
	return path;
}

static void remove_run(const struct sorter *s, unsigned number)
{
	char *path = run_path(s, number);

	if (path)
		unlink(path);
	free(path);
}

static struct span waiting_path(const struct waiting *w)
{
	return (struct span){ w->path, w->length };
}

static int compare_waiting(const void *left, const void *right)
{
	const struct waiting *a = left, *b = right;
	int order = path_order(waiting_path(a), waiting_path(b));

	return order ? order : (a->number > b->number) - (a->number < b->number);
}

static void sort_waiting(struct sorter *s)
{
	if (!s->sorted)
		qsort(s->waiting, s->count, sizeof(*s->waiting), compare_waiting);
	s->sorted = true;
}

static struct listing_entry waiting_entry(const struct waiting *w)
{
	return (struct listing_entry){ waiting_path(w), w->size, w->changed };
}

/* The next of what is in memory, equal ones once. */
static enum err memory_next(struct sorter *s, struct listing_entry *entry)
{
	if (s->at >= s->count)
		return ERR_EMPTY;
	*entry = waiting_entry(&s->waiting[s->at++]);
	while (s->at < s->count && path_order(waiting_path(&s->waiting[s->at]), entry->path) == 0)
		s->at++;
	return OK;
}

/* The next of all runs, the first of equal ones: runs are in the order in which they were made. */
static enum err runs_next(struct sorter *s, struct listing_entry *entry)
{
	struct run *least = NULL;

	for (unsigned i = 0; i < s->runs; i++) {
		struct run *run = &s->run[i];
		enum err e = OK;

		/* What was told last is passed over here, so that its path stays readable until then. */
		while (!run->over && s->last_len && run->entry.path.len &&
		       path_order(run->entry.path, (struct span){ s->last, s->last_len }) == 0 && e == OK) {
			e = listing_next(run->reader, &run->entry);
			run->over = e == ERR_EMPTY;
		}
		if (e != OK && e != ERR_EMPTY)
			return e;
		if (!run->over && (!least || path_order(run->entry.path, least->entry.path) < 0))
			least = run;
	}
	if (!least)
		return ERR_EMPTY;
	*entry = least->entry;
	memcpy(s->last, entry->path.ptr, entry->path.len);
	s->last_len = entry->path.len;
	return OK;
}

/* Writes what `next` tells to a new run. */
static enum err write_run(struct sorter *s, enum err (*next)(struct sorter *, struct listing_entry *), unsigned *name)
{
	char *path = run_path(s, s->named);
	struct listing_writer *writer = path ? listing_writer_new(path) : NULL;
	struct listing_entry entry;
	enum err e = writer ? OK : ERR_WRITE;

	while (e == OK) {
		e = next(s, &entry);
		if (e == OK)
			e = listing_put(writer, &entry);
	}
	if (e == ERR_EMPTY)
		e = listing_finish(writer, false);
	listing_writer_free(writer);
	free(path);
	if (e == OK)
		*name = s->named++;
	return e;
}

static void close_runs(struct sorter *s)
{
	for (unsigned i = 0; i < s->runs; i++) {
		listing_close(s->run[i].reader);
		s->run[i] = (struct run){ 0 };
	}
}

static enum err open_runs(struct sorter *s)
{
	s->last_len = 0;
	for (unsigned i = 0; i < s->runs; i++) {
		char *path = run_path(s, s->name[i]);
		enum err e = path ? listing_open(path, &s->run[i].reader) : ERR_MEMORY;

		free(path);
		if (e == OK)
			e = listing_next(s->run[i].reader, &s->run[i].entry);
		s->run[i].over = e == ERR_EMPTY;
		if (e != OK && e != ERR_EMPTY)
			return e;
	}
	return OK;
}

static enum err merge_runs(struct sorter *s)
{
	unsigned name = 0;
	enum err e = open_runs(s);

	if (e == OK)
		e = write_run(s, runs_next, &name);
	close_runs(s);
	if (e != OK)
		return e;
	for (unsigned i = 0; i < s->runs; i++)
		remove_run(s, s->name[i]);
	s->name[0] = name;
	s->runs = 1;
	return OK;
}

static enum err spill(struct sorter *s)
{
	enum err e = s->runs == RUNS_MAX ? merge_runs(s) : OK;

	if (e != OK)
		return e;
	sort_waiting(s);
	s->at = 0;
	e = write_run(s, memory_next, &s->name[s->runs]);
	if (e != OK)
		return e;
	s->runs++;
	s->count = 0;
	s->at = 0;
	s->text_used = 0;
	return OK;
}

enum err sorter_put(struct sorter *s, const struct listing_entry *entry)
{
	struct waiting *w;
	enum err e;

	if (entry->path.len == 0 || entry->path.len > FILE_PATH_MAX)
		return ERR_LIMIT;
	if (s->count == s->places || s->text_used + entry->path.len > s->text_room) {
		e = spill(s);
		if (e != OK)
			return e;
	}
	w = &s->waiting[s->count];
	*w = (struct waiting){ s->text + s->text_used, (uint32_t)entry->path.len, (uint32_t)s->count, entry->size,
			       entry->changed };
	memcpy(s->text + s->text_used, entry->path.ptr, entry->path.len);
	s->text_used += entry->path.len;
	if (s->count && compare_waiting(w - 1, w) > 0)
		s->sorted = false;
	s->count++;
	return OK;
}

enum err sorter_next(struct sorter *s, struct listing_entry *entry)
{
	enum err e = OK;

	if (!s->reading) {
		s->reading = true;
		sort_waiting(s);
		if (s->runs && s->count)
			e = spill(s);
		if (e == OK && s->runs)
			e = open_runs(s);
		if (e != OK)
			return e;
	}
	return s->runs ? runs_next(s, entry) : memory_next(s, entry);
}

void sorter_free(struct sorter *s)
{
	if (!s)
		return;
	close_runs(s);
	for (unsigned i = 0; i < s->runs; i++)
		remove_run(s, s->name[i]);
	free(s->beside);
	free(s->text);
	free(s->waiting);
	free(s);
}
