/* watched.c - documents taken from the watches, and browsers told of them. */
#include "watched/watched_private.h"

#include "base/cursor.h"

#include <stdlib.h>
#include <string.h>

#define TOLD_EVERY (5 * USEC_PER_SEC)   /* between two events that say no more than "ask anew" */
#define OLD_FOR    (900 * USEC_PER_SEC) /* a new process that looks at all anew has told them by then */

static const char *const events[WATCHERS][2] = {
	[WATCHER_BACKUPS] = { "backup", "backups" },
	[WATCHER_SITES] = { "site", "sites" },
};

struct watched *watched_new(struct keeper *keeper, const struct watched_out *out)
{
	struct watched *watched = calloc(1, sizeof(*watched));

	if (!watched)
		return NULL;
	watched->keeper = keeper;
	watched->out = *out;
	keeper->watched = watched;
	return watched;
}

void watched_free(struct watched *watched)
{
	if (!watched)
		return;
	watched->keeper->watched = NULL;
	documents_free(&watched->documents);
	free(watched);
}

/* Which watch tells of it. */
static enum watcher owner(enum watched_kind kind)
{
	return kind == WATCHED_SITE || kind == WATCHED_SITES ? WATCHER_SITES : WATCHER_BACKUPS;
}

/* What STATUS and the tiles say: one of these was so, and is so now. WATCHED_STATES: it was not, or is not, there. */
static void count(struct watched *watched, enum watched_kind kind, enum watched_state was, enum watched_state is)
{
	struct status_sum *sum = &watched->keeper->status.sums[owner(kind)];

	if (kind != watched_things(owner(kind)))
		return;
	sum->things += (is != WATCHED_STATES) - (was != WATCHED_STATES);
	if (was != WATCHED_STATES)
		sum->count[was]--;
	if (is != WATCHED_STATES)
		sum->count[is]++;
}

/* --- events */

void document_json(struct json *json, const struct document *document)
{
	if (document)
		json_ready(json, (struct span){ (const uint8_t *)document->reading.text, document->reading.text_size });
	else
		json_write_null(json);
}

/* False: there were enough in this second. */
static bool push(struct watched *watched, enum watcher watch, struct document *document)
{
	const struct reading *reading = &document->reading;
	const char *text = reading->brief ? reading->brief : reading->text;
	struct buffer buffer;

	if (watched->watches[watch].pushed == WATCHED_PUSHES)
		return false;
	watched->watches[watch].pushed++;
	document->to_push = false;
	if (!buffer_open(&buffer))
		return true;
	json_ready(&buffer.json, (struct span){ (const uint8_t *)text, strlen(text) });
	news_push(watched->keeper, events[watch][0], &buffer);
	return true;
}

/* Whoever looks at them asks anew. */
static void tell_all(struct watched *watched, enum watcher watch, usec_t now)
{
	struct buffer buffer;

	watched->watches[watch].to_tell = false;
	watched->watches[watch].told = now;
	if (!buffer_open(&buffer))
		return;
	json_open_object(&buffer.json);
	json_put_bool(&buffer.json, "running", watched->watches[watch].runs);
	json_close_object(&buffer.json);
	news_push(watched->keeper, events[watch][1], &buffer);
}

/* What waited: one by one where that is enough, else all at once. */
static void push_waiting(struct watched *watched, enum watcher watch)
{
	enum watched_kind kind = watched_things(watch);
	struct document **all = watched->documents.all[kind];

	for (size_t i = 0; i < watched->documents.count[kind]; i++) {
		if (!all[i]->to_push)
			continue;
		watched->watches[watch].to_tell |= !push(watched, watch, all[i]);
		all[i]->to_push = false;
	}
}

/* --- frames */

static void take(struct watched *watched, enum watched_kind kind, const char *name, struct span json)
{
	enum watcher watch = owner(kind);
	struct document *document = documents_find(&watched->documents, kind, name);
	enum watched_state before = document ? document->reading.state : WATCHED_STATES;
	struct status_sum *sum = &watched->keeper->status.sums[watch];
	struct reading reading;
	bool same;

	if (reading_take(kind, name, json, &reading) != OK) {
		sum->refused++;
		return;
	}
	same = document && strcmp(document->reading.text, reading.text) == 0;
	document = documents_put(&watched->documents, kind, name, &reading);
	if (!document) {
		sum->full++;
		reading_free(&reading);
		return;
	}
	count(watched, kind, before, document->reading.state);
	if (same)
		return;
	if (kind != watched_things(watch))
		watched->watches[watch].to_tell |= kind == WATCHED_BACKUPS; /* the sum of sites changes with each look */
	else if (before == reading.state || !push(watched, watch, document))
		document->to_push = true; /* another state is told at once, the rest with the next second */
}

static void remove_at(struct watched *watched, enum watched_kind kind, size_t at)
{
	count(watched, kind, watched->documents.all[kind][at]->reading.state, WATCHED_STATES);
	documents_remove(&watched->documents, kind, at);
	watched->watches[owner(kind)].to_tell = true;
}

static void gone(struct watched *watched, enum watched_kind kind, const char *name)
{
	size_t after = documents_after(&watched->documents, kind, name);

	if (!documents_find(&watched->documents, kind, name))
		return;
	remove_at(watched, kind, after - 1);
}

static void all_gone(struct watched *watched, enum watched_kind kind)
{
	while (watched->documents.count[kind] > 0)
		remove_at(watched, kind, watched->documents.count[kind] - 1);
}

void watched_take(struct watched *watched, enum watcher watch, struct span frame, usec_t now)
{
	struct cur c = cur_init(frame);
	unsigned kind = cur_u8(&c), news = cur_u8(&c);
	struct span text = cur_span(&c, cur_u8(&c));
	char name[UINT8_MAX + 1] = "";

	watched->keeper->now = now;
	if (c.bad || kind >= WATCHED_KINDS || owner((enum watched_kind)kind) != watch ||
	    (text.len && memchr(text.ptr, '\0', text.len))) {
		watched->keeper->status.sums[watch].refused++;
		return;
	}
	if (text.len)
		memcpy(name, text.ptr, text.len);
	if (news == WATCHED_IS)
		take(watched, (enum watched_kind)kind, name, cur_rest(&c));
	else if (news == WATCHED_GONE)
		gone(watched, (enum watched_kind)kind, name);
	else if (news == WATCHED_ALL_GONE)
		all_gone(watched, (enum watched_kind)kind);
	else
		watched->keeper->status.sums[watch].refused++;
}

/* --- processes that end and begin */

static void mark_old(struct watched *watched, enum watcher watch)
{
	for (unsigned kind = 0; kind < WATCHED_KINDS; kind++)
		for (size_t i = 0; i < watched->documents.count[kind]; i++)
			if (owner((enum watched_kind)kind) == watch)
				watched->documents.all[kind][i]->old = true;
}

static void remove_old(struct watched *watched, enum watcher watch)
{
	const struct documents *documents = &watched->documents;

	for (unsigned kind = 0; kind < WATCHED_KINDS; kind++) {
		if (owner((enum watched_kind)kind) != watch)
			continue;
		for (size_t i = documents->count[kind]; i > 0; i--)
			if (documents->all[kind][i - 1]->old)
				remove_at(watched, (enum watched_kind)kind, i - 1);
	}
}

void watched_runs(struct watched *watched, enum watcher watch, bool runs, usec_t now)
{
	if (runs) {
		mark_old(watched, watch);
		watched->watches[watch].began = now;
	}
	watched->watches[watch].runs = runs;
	watched->watches[watch].to_tell = true;
	watched->keeper->status.sums[watch].runs = runs;
}

void watched_due(struct watched *watched, usec_t now)
{
	for (unsigned i = 0; i < WATCHERS; i++) {
		enum watcher watch = (enum watcher)i;
		usec_t began = watched->watches[i].began;

		watched->watches[i].pushed = 0;
		push_waiting(watched, watch);
		if (watched->watches[i].runs && began && time_is_due(now, began, OLD_FOR)) {
			watched->watches[i].began = 0;
			remove_old(watched, watch);
		}
		if (watched->watches[i].to_tell && time_is_due(now, watched->watches[i].told, TOLD_EVERY))
			tell_all(watched, watch, now);
	}
}
