/* watched_private.h - what the documents' keeper, its operations and its figures share. */
#ifndef WATCHED_WATCHED_PRIVATE_H
#define WATCHED_WATCHED_PRIVATE_H

#include "keeper/keeper_private.h"
#include "watched/documents.h"
#include "watched/watched.h"

#define WATCHED_PUSHES 4 /* events of each watch in a second */

struct watched {
	struct keeper *keeper;
	struct watched_out out;
	struct documents documents;
	struct {
		bool runs;
		usec_t began;    /* the process; 0: all that it knows was told */
		unsigned pushed; /* in this second */
		bool to_tell;    /* that there is more that is new than is told one by one */
		usec_t told;     /* when that was told last */
	} watches[WATCHERS];
};

/* The kind of the things that a watch watches: repositories, sites. */
static inline enum watched_kind watched_things(enum watcher watch)
{
	return watch == WATCHER_SITES ? WATCHED_SITE : WATCHED_BACKUP;
}

/* A document of JSON as a value; null when there is none. */
void document_json(struct json *json, const struct document *document);

#endif
