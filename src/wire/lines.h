/*
 * lines.h - lines and "Name: value" fields of text protocols whose head comes in one piece
 * (SSDP, SIP over UDP), and comparisons of spans with words.
 */
#ifndef WIRE_LINES_H
#define WIRE_LINES_H

#include "base/span.h"

#include <stdbool.h>

/* Cuts the first line off, without its CR LF or LF; what is behind the last LF is a line too. False
 * when nothing is left. */
bool lines_next(struct span *rest, struct span *line);

/* Parts a field of a head (RFC 3261, 7.3; RFC 9110, 5.1); the value without spaces around it.
 * False for what is none. */
bool lines_field(struct span line, struct span *name, struct span *value);

/* The bytes before the first `stop`, which is skipped in `rest`; all of them when there is none. */
struct span lines_until(struct span *rest, char stop);

/* Whether the bytes are this word, whether in upper or lower case. */
bool lines_is(struct span s, const char *word);

/* Whether they begin with exactly this. */
bool lines_begins(struct span s, const char *with);

/* Whether all bytes are printable ASCII, spaces and tabs allowed. */
bool lines_printable(struct span s);

#endif
