/* json_part.h - what looks and what is usual have in common as JSON: many hashes in one string, texts of bounded
 * length. */
#ifndef DEFACE_JSON_PART_H
#define DEFACE_JSON_PART_H

#include "base/json.h"

#include <jansson.h>

/* As one string of 16 hexadecimal digits each: a fifth of what numbers in lists take. */
void json_put_hashes(struct json *json, const char *key, const uint64_t *hashes, unsigned count);
/* At most `most`; what is no such string gives none. Returns how many. */
unsigned json_hashes(const json_t *object, const char *key, uint64_t *hashes, unsigned most);

/* Copies a text, cut to fit between letters; "" where there is none. */
void json_text_keep(const json_t *object, const char *key, char *into, size_t size);
/* A whole number between 0 and `most`; what is not gives 0. */
uint32_t json_number(const json_t *object, const char *key, uint32_t most);

/* What `put` writes of `what`, as a text without a line's end; the caller frees. NULL: no memory. */
char *json_written(void (*put)(struct json *json, const void *what), const void *what);

#endif
