/*
 * reading.h - a document of a watch, looked at before it is kept.
 *
 * It comes from a process that reads what strangers write, and may have been broken into: its depth, its size and the
 * types of all fields that are used are checked, and only then is it believed to be what it says.
 */
#ifndef WATCHED_READING_H
#define WATCHED_READING_H

#include "base/err.h"
#include "base/span.h"
#include "model/time.h"
#include "policy/watched.h"

#include <stdbool.h>
#include <stdint.h>

#define READING_NONE INT64_MIN

/* What the keeper itself uses of a document. Times 0, other numbers READING_NONE: it does not say. */
struct reading {
	char *text;   /* the document, on one line */
	char *brief;  /* of a site: what lists and events show; NULL: of other kinds */
	size_t text_size, brief_size;
	char *address; /* of a site, for who looks for it; else NULL */

	enum watched_state state;
	bool busy;      /* a repository with a job under way */
	bool changed;   /* a site with changes that wait for a person */
	int64_t alarm;  /* its number */
	usec_t newest, drilled; /* the newest snapshot, the last drill */
	usec_t until;           /* of a certificate */
	int64_t snapshots, whole, total; /* count; read of the data, and time of a look: thousandths of all, of a second */
};

/* Fills `reading`, which reading_free() empties. ERR_FORMAT: it is none; ERR_LIMIT: too long; ERR_MEMORY. */
MUST_USE enum err reading_take(enum watched_kind kind, const char *name, struct span json, struct reading *reading);
void reading_free(struct reading *reading);

#endif
