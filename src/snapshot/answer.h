/* answer.h - what is read of JSON that a backup program wrote: hostile, so what is not as it should be is nothing. */
#ifndef SNAPSHOT_ANSWER_H
#define SNAPSHOT_ANSWER_H

#include "base/span.h"
#include "snapshot/tool.h"

#include <jansson.h>

/* NULL: it is no object. The caller releases it with json_decref(). */
json_t *answer_read(struct span text);
/* "" where there is none; as long as the object lives. */
const char *answer_text(const json_t *object, const char *key);
/* A copy; what is too long is cut between two letters, as half of one is no text that could be kept. */
void answer_copy(const char *text, char *room, size_t size);
/* A number that is not below 0, rounded down; 0 where there is none. */
uint64_t answer_number(const json_t *object, const char *key);
/* An id of a snapshot, copied. False, and `id` is as it was: there is none, of at most 64 hexadecimal digits. */
bool answer_id(const json_t *object, const char *key, char id[SNAPSHOT_ID]);

#endif
