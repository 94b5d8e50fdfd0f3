/*
 * feed_file.h - one feed as Hinomi keeps it: a text file in a form of our own, version 1.
 *
 * The first FEED_HEAD bytes are lines "#key<tab>value" (name, url, imported, confidence, notice,
 * counts, ...) padded with spaces, so that they can be told without reading the rest. Then one
 * line for each indicator: kind, value, confidence, flags, seen, expires, malware, group, origin,
 * reference, with tabs between; tab, newline, carriage return and backslash are written \t \n \r
 * \\. Lines "group" hold an id, a name and aliases. It is written aside and renamed, so that a
 * failed import leaves the old one.
 */
#ifndef FEED_FEED_FILE_H
#define FEED_FEED_FILE_H

#include "feed/import.h"

#define FEED_HEAD 4096
#define FEED_NAME 64
#define FEED_URL  1024
#define FEED_MARK 64

struct feed_info {
	char name[FEED_NAME];
	char format[16];
	char url[FEED_URL]; /* where it came from: a URL or a file */
	usec_t imported;
	uint8_t confidence; /* where the feed gave none */
	uint64_t taken[INDICATOR_KINDS];
	uint64_t groups, guards, contexts;
	uint64_t named; /* lines that were not taken */
	char notice[IMPORT_NOTICE];
	char added_after[FEED_MARK]; /* TAXII: what was fetched last */
};

uint64_t feed_total(const struct feed_info *info);

/* Letters, digits, '-', '_', '.', not first a dot: names become file names. */
bool feed_name_good(const char *name);

struct feed_writer;

/* Begins to write `folder`/NAME.tsv aside. */
MUST_USE enum err feed_writer_new(const char *folder, const char *name,
				  struct feed_writer **writer);
/* Takes what an import gives. */
struct import_sink feed_writer_sink(struct feed_writer *writer);
/* Completes it and puts it in the old one's place; counts come from what was written. */
MUST_USE enum err feed_writer_finish(struct feed_writer *writer, struct feed_info *info);
/* Throws away what was not finished. NULL is fine. */
void feed_writer_free(struct feed_writer *writer);

/* How many indicators and groups were written so far. */
uint64_t feed_writer_count(const struct feed_writer *writer);

/* ERR_OPEN: there is no such feed; ERR_FORMAT: it is none of ours, or damaged. */
MUST_USE enum err feed_file_info(const char *path, struct feed_info *info);

/* Hands on all of a feed; its texts live for the call. Damaged lines are counted in *damaged. */
MUST_USE enum err feed_file_read(const char *path, const struct import_sink *sink,
				 uint64_t *damaged);

#endif
