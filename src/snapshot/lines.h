/*
 * lines.h - cuts what a program prints into lines, and into the objects of a JSON text, however it comes in pieces.
 *
 * A line or object longer than LINES_MAX is counted and skipped; memory grows only to the longest that is kept.
 */
#ifndef SNAPSHOT_LINES_H
#define SNAPSHOT_LINES_H

#include "base/span.h"

#define LINES_MAX (1u << 20) /* bytes */

/* Without its end; valid for the call. False: enough. */
typedef bool line_see(void *whom, struct span line);

/* Zero-filled at first. */
struct lines {
	uint8_t *held; /* what has come of a line */
	size_t used, room;
	bool skipping;
	uint64_t skipped; /* too long, or no memory for them */
};

/* False: `see` said so, and the rest of the bytes was not looked at. `end` is the byte that ends a line. */
bool lines_feed(struct lines *lines, struct span bytes, uint8_t end, line_see *see, void *whom);
/* The last line, if it has no end. */
bool lines_finish(struct lines *lines, line_see *see, void *whom);
void lines_free(struct lines *lines);

/*
 * The objects of a JSON text that are the elements of arrays `depth` arrays and objects deep: 1 for [{...}, {...}],
 * 2 for {"archives": [{...}]}, 3 for [{"remove": [{...}]}]. So that a list of any length needs the memory of one
 * element. `key` is the name of the array in its object, "" where it has none; cut to what fits.
 */
typedef bool object_see(void *whom, const char *key, struct span object);

#define OBJECTS_DEPTH 64 /* deeper nesting is no list of snapshots: the rest is not looked at */
struct objects {
	unsigned depth;           /* that is wanted */
	unsigned now;             /* where the reader is */
	bool in_string, escaped, inside, lost;
	bool array[OBJECTS_DEPTH + 1];
	char string[32], key[32]; /* the last string, and the one before the array */
	size_t string_used;
	struct lines object;      /* held as a line is */
};
bool objects_feed(struct objects *objects, struct span bytes, object_see *see, void *whom);
/* Whether the text ended where it should. */
bool objects_whole(const struct objects *objects);
void objects_free(struct objects *objects);

#endif
