/*
 * shape.h - what the documents of the watches look like (docs/tower.md): which fields, of which types.
 */
#ifndef WATCHED_SHAPE_H
#define WATCHED_SHAPE_H

#include "policy/watched.h"

#include <jansson.h>
#include <stdbool.h>

/* Whether a document has all that it must have, and all fields that are used have their types, or are null. Further
 * fields may be there, but nothing is deeper than the writer of answers can go. */
bool shape_fits(enum watched_kind kind, const json_t *document);

#endif
