/*
 * import_input.h - where an importer's text comes from: a file (plain or gzip), or memory.
 *
 * Hostile: lines of any length, bombs, wrong encodings. A line longer than INPUT_LINE is counted
 * and skipped without memory for it.
 */
#ifndef FEED_IMPORT_INPUT_H
#define FEED_IMPORT_INPUT_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

#define INPUT_LINE 65536

struct input;

/* Opens a file ("-": standard input). `max` bounds what comes out of a compressed file, and
 * input_all(). On error *why is a constant sentence. */
MUST_USE enum err input_open(const char *path, uint64_t max, struct input **input,
			     const char **why);
/* Memory: the bytes are borrowed. */
MUST_USE enum err input_open_bytes(struct span bytes, uint64_t max, struct input **input,
				   const char **why);
void input_close(struct input *input);

/* The first bytes, at most INPUT_LINE, without moving. */
struct span input_head(const struct input *input);

/* The next line without its end (LF or CRLF); valid until the next call. False: at the end, or
 * stopped, see input_failed(). */
bool input_line(struct input *input, struct span *line);

/* The line that input_line() returned last, from 1; how many were too long. */
uint64_t input_line_number(const struct input *input);
uint64_t input_long_lines(const struct input *input);

/* How reading ended: OK, or ERR_READ, ERR_TRUNCATED, ERR_LIMIT, with a sentence. */
MUST_USE enum err input_failed(const struct input *input, const char **why);

/* Everything from the beginning, if no line was read yet. Lives as long as the input. */
MUST_USE enum err input_all(struct input *input, struct span *all, const char **why);

#endif
