/* documents.c - sorted lists of documents, and their bounds. */
#include "watched/documents.h"

#include <stdlib.h>
#include <string.h>

/* How many there may be, and of how many bytes in all: 32 MiB together. */
static const struct {
	size_t count, bytes;
} most[WATCHED_KINDS] = {
	[WATCHED_BACKUP] = { DOCUMENTS_BACKUPS, 3u << 20 },
	[WATCHED_BACKUPS] = { 1, 1u << 20 },
	[WATCHED_CERTIFICATE] = { DOCUMENTS_BACKUPS, 7u << 20 },
	[WATCHED_SITE] = { DOCUMENTS_SITES, 20u << 20 },
	[WATCHED_SITES] = { 1, 1u << 20 },
};

size_t documents_after(const struct documents *documents, enum watched_kind kind, const char *name)
{
	size_t low = 0, high = documents->count[kind];

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(documents->all[kind][middle]->name, name) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct document *documents_find(const struct documents *documents, enum watched_kind kind, const char *name)
{
	size_t after = documents_after(documents, kind, name);
	struct document *found = after > 0 ? documents->all[kind][after - 1] : NULL;

	return found && strcmp(found->name, name) == 0 ? found : NULL;
}

static size_t size_of(const struct reading *reading)
{
	return reading->text_size + reading->brief_size;
}

static bool make_room(struct documents *documents, enum watched_kind kind)
{
	size_t room = documents->room[kind] ? 2 * documents->room[kind] : 16;
	struct document **all;

	if (documents->count[kind] < documents->room[kind])
		return true;
	all = realloc(documents->all[kind], room * sizeof(struct document *));
	if (!all)
		return false;
	documents->all[kind] = all;
	documents->room[kind] = room;
	return true;
}

/* A new one, still without a reading; NULL: no room. */
static struct document *document_add(struct documents *documents, enum watched_kind kind, const char *name)
{
	size_t at = documents_after(documents, kind, name);
	struct document *made, **place;

	if (documents->count[kind] == most[kind].count || !make_room(documents, kind))
		return NULL;
	made = calloc(1, sizeof(*made));
	if (!made)
		return NULL;
	made->name = strdup(name);
	if (!made->name) {
		free(made);
		return NULL;
	}
	place = documents->all[kind] + at;
	memmove(place + 1, place, (documents->count[kind]++ - at) * sizeof(struct document *));
	*place = made;
	return made;
}

struct document *documents_put(struct documents *documents, enum watched_kind kind, const char *name,
			       struct reading *reading)
{
	struct document *document = documents_find(documents, kind, name);
	size_t others = documents->bytes[kind] - (document ? size_of(&document->reading) : 0);

	if (others + size_of(reading) > most[kind].bytes)
		return NULL;
	if (!document)
		document = document_add(documents, kind, name);
	if (!document)
		return NULL;
	documents->bytes[kind] = others + size_of(reading);
	reading_free(&document->reading);
	document->reading = *reading;
	document->old = false;
	return document;
}

static void document_free(struct document *document)
{
	reading_free(&document->reading);
	free(document->name);
	free(document);
}

void documents_remove(struct documents *documents, enum watched_kind kind, size_t at)
{
	struct document **place = documents->all[kind] + at;

	documents->bytes[kind] -= size_of(&(*place)->reading);
	document_free(*place);
	memmove(place, place + 1, (--documents->count[kind] - at) * sizeof(struct document *));
}

void documents_free(struct documents *documents)
{
	for (unsigned kind = 0; kind < WATCHED_KINDS; kind++) {
		while (documents->count[kind] > 0)
			documents_remove(documents, (enum watched_kind)kind, documents->count[kind] - 1);
		free(documents->all[kind]);
		documents->all[kind] = NULL;
	}
}
