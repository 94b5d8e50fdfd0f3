/*
 * eve_log.h - appends EVE lines to a file that was opened by somebody else.
 *
 * Lines are gathered in memory and appended as whole lines in one write, as two processes write to the
 * same file. Without a file everything is thrown away.
 */
#ifndef TOWER_EVE_LOG_H
#define TOWER_EVE_LOG_H

#include <stdbool.h>
#include <stdio.h>

struct eve_log {
	FILE *out; /* what eve_flow() and so on write to */
	char *text;
	size_t size;
	int fd; /* -1: nobody wants it; then nothing is to be written to `out` */
};

bool eve_log_open(struct eve_log *log); /* false: no memory */

/* Goes on in another file, which it owns. */
void eve_log_turn(struct eve_log *log, int fd);

/* Appends what was gathered. Now and then, so that little is lost with the process. */
void eve_log_flush(struct eve_log *log);

#endif
