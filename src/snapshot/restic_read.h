/*
 * restic_read.h - what restic prints, from 0.14 on: hostile, as names of files and snapshots are others' to choose.
 *
 * Pure. The forms are those of its manual, "Scripting" (JSON messages), and of its source for the lines of `check`.
 */
#ifndef SNAPSHOT_RESTIC_READ_H
#define SNAPSHOT_RESTIC_READ_H

#include "snapshot/tool.h"

/* A line of `backup` or `restore`: status into `progress`, summary into `result`. False: it is neither, nor another
 * message. */
bool restic_read_message(struct span line, struct tool_progress *progress, struct tool_result *result);

/* "[0:43] 100.00%  3 / 3 packs". False: it is another line. */
bool restic_read_percent(struct span line, struct tool_progress *progress);

/* What stderr says as JSON, since 0.17: the message into `text`, NUL-terminated. False: it is no JSON with one. */
bool restic_read_error(struct span line, char *text, size_t size);

/* An object of `snapshots` or `forget`. ERR_FORMAT. */
MUST_USE enum err restic_read_snapshot(struct span object, struct snapshot *snapshot);

/* A line of `ls`. */
struct restic_file {
	struct snapshot_file file; /* its path is in `path` */
	char path[3 * FILE_PATH_MAX];
	bool blurred; /* bytes that are no UTF-8 stand as U+FFFD, three bytes for each */
};
enum restic_line { RESTIC_FILE, RESTIC_SNAPSHOT, RESTIC_LONG, RESTIC_UNKNOWN }; /* LONG: of its path */
enum restic_line restic_read_file(struct span line, struct restic_file *file);

/*
 * The same path where `ls` prints text: exact, but a path may have line breaks in it, so only the blurred one tells where
 * it ends. Newer versions may quote what cannot be shown, as Go does ("\xff"). `taken` is how far the record reaches.
 */
enum restic_name { RESTIC_NAME, RESTIC_NAME_MORE, RESTIC_NAME_OTHER }; /* MORE: the text ends before it does */
enum restic_name restic_read_name(struct span text, const char *blurred, char path[FILE_PATH_MAX], size_t *taken);

/* A pattern for --include that matches this path and what is below it, and nothing else: what has a meaning in patterns
 * (Go, path/filepath.Match) is escaped. ERR_LIMIT: no room. */
MUST_USE enum err restic_pattern(const char *path, char *pattern, size_t size);

#endif
