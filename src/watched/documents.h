/*
 * documents.h - the documents of the watches, by kind and name, in bounded room.
 */
#ifndef WATCHED_DOCUMENTS_H
#define WATCHED_DOCUMENTS_H

#include "watched/reading.h"

#include <stddef.h>

struct document {
	char *name;
	struct reading reading;
	bool to_push; /* people did not hear of the last change */
	bool old;     /* told by a process that is gone; the new one did not tell it yet */
};

struct documents {
	struct document **all[WATCHED_KINDS]; /* by rising name */
	size_t count[WATCHED_KINDS], room[WATCHED_KINDS], bytes[WATCHED_KINDS];
};

#define DOCUMENTS_BACKUPS 64 /* repositories */
#define DOCUMENTS_SITES   5000

/* Puts a document in the place of the one of its name, and its reading is the documents' then. NULL: no room, and the
 * reading is still the caller's. */
struct document *documents_put(struct documents *documents, enum watched_kind kind, const char *name,
			       struct reading *reading);
struct document *documents_find(const struct documents *documents, enum watched_kind kind, const char *name);
/* The place of the first whose name comes after this one. */
size_t documents_after(const struct documents *documents, enum watched_kind kind, const char *name);
void documents_remove(struct documents *documents, enum watched_kind kind, size_t at);
void documents_free(struct documents *documents);

#endif
