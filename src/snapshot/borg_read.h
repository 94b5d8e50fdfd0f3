/*
 * borg_read.h - what borg prints, from 1.1 to 1.4: hostile, as names of files and archives are others' to choose.
 *
 * Pure. The forms are those of its manual, "Frontends" (JSON).
 */
#ifndef SNAPSHOT_BORG_READ_H
#define SNAPSHOT_BORG_READ_H

#include "snapshot/tool.h"

/* A line of stderr with --log-json. */
#define BORG_SAID 2048
struct borg_said {
	enum { BORG_LOG, BORG_PROGRESS, BORG_TEXT } kind; /* TEXT: no JSON */
	bool list;            /* from the list of what is pruned */
	char text[BORG_SAID]; /* "LockTimeout: Failed to ...": the message's name, if it has one, and its last line */
};
void borg_read_said(struct span line, struct borg_said *said, struct tool_progress *progress);

/* All that `create --json` prints. False: it is not that. */
bool borg_read_created(struct span text, struct tool_result *result);

/* An object of "archives" of `list --json`. ERR_FORMAT. */
MUST_USE enum err borg_read_archive(struct span object, struct snapshot *snapshot);

/* The id in a line of the list of `prune --list`, if the archive goes. False: it stays, or it is another line. */
bool borg_read_pruned(const char *text, char id[SNAPSHOT_ID]);

/*
 * File names are bytes, but borg prints them as text, with "?" for bytes that are no UTF-8. With
 * PYTHONIOENCODING=unicode_escape Python writes each of them as \udcNN (PEP 383), so nothing is lost. A borg that does
 * not heed it (one in a single file) prints UTF-8: the first byte tells.
 */
#define BORG_FORMAT "{TAB}{mode} {size} {isomtime} {bpath}{NUL}"
struct borg_text { /* zero-filled at first */
	enum { BORG_UNDECIDED, BORG_PLAIN, BORG_ESCAPED } form;
	bool escape;     /* a backslash came */
	unsigned digits; /* that are to come */
	uint32_t rune;
	uint64_t bad;    /* escapes that Python does not write */
};
#define BORG_TEXT_MORE 4 /* bytes that a piece may be longer than it was */
/* Writes the bytes that are meant into `into`, of at least bytes.len + BORG_TEXT_MORE; returns how many. */
size_t borg_text_undo(struct borg_text *text, struct span bytes, uint8_t *into);

/* A record of `list --format BORG_FORMAT`, without its NUL. */
struct borg_file {
	struct snapshot_file file; /* its path is in `path` */
	char path[FILE_PATH_MAX];
};
enum borg_record { BORG_FILE, BORG_LONG, BORG_UNKNOWN };
enum borg_record borg_read_file(struct span record, struct borg_file *file);

#endif
