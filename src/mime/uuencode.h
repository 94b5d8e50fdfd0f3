/* uuencode.h - files that are written into texts: uuencode (POSIX.1-2017, uuencode; both its forms). */
#ifndef MIME_UUENCODE_H
#define MIME_UUENCODE_H

#include "base/span.h"
#include "exam/arena.h"

#include <stdbool.h>

struct uu {
	struct span name; /* borrowed */
	struct span bytes; /* in the arena */
	bool ended;        /* its end is there */
};

/* Finds the next file in a text and takes off what is up to its end. False: there is none. */
bool uu_next(struct span *rest, struct arena *arena, struct uu *uu);

#endif
