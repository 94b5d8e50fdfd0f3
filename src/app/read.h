/*
 * read.h - `hinomi read`: captures in, a report out.
 */
#ifndef APP_READ_H
#define APP_READ_H

#include "app/pipeline.h"

#include <stdio.h>

#define INPUTS_MAX 1024

struct read_settings {
	struct pipeline_settings pipeline; /* its home is inferred when it is empty */
	const char *const *paths;
	size_t path_count;
	bool json;        /* standard output: JSON lines instead of text */
	bool colour;      /* text: ANSI colours */
	bool progress;    /* a line on standard error while it works */
	bool mail;        /* mail in the clear is examined, too */
	const char *eve, *html; /* paths, or NULL */
};

enum read_outcome {
	READ_NOTHING = 0, /* read everything, found nothing */
	READ_FOUND = 1,   /* found incidents */
	READ_FAILED = 2,  /* an input was not read to its end, or an output not written */
};

/* Reads all inputs as one stream, reports, and says how it went. */
enum read_outcome read_captures(const struct read_settings *settings);

/* The whole pipeline over a capture in memory, without a report, and with small tables: for
 * robustness tests. */
MUST_USE enum err read_memory(struct span bytes);

#endif
