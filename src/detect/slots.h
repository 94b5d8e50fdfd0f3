/*
 * slots.h - a detector's memory of bounded size: entries by key, the least worthy out.
 *
 * The key is the beginning of the entry, compared as bytes: entries must be zeroed before they are
 * filled, and keys must have no padding. The worth (the index's stamp) is the caller's: entries
 * with less of it make room first.
 */
#ifndef DETECT_SLOTS_H
#define DETECT_SLOTS_H

#include "base/assoc.h"

struct slots {
	struct assoc index;
	uint8_t *entries; /* by number */
	uint32_t *slots;  /* the slot of each number */
	size_t size, key;  /* of an entry, and of the key at its beginning, in bytes */
	uint32_t used;
	uint64_t displaced; /* entries that made room */
};

bool slots_open(struct slots *s, uint32_t count, size_t size, size_t key);
void slots_close(struct slots *s);

/* The entry of a key, or NULL. */
void *slots_find(struct slots *s, const void *key);

/* The entry of a key; a new one, zero but for the key, when there is none. */
void *slots_at(struct slots *s, const void *key);

/* Sets what the entry is worth. */
void slots_worth(struct slots *s, const void *entry, uint32_t worth);

/* The next entry behind *cursor (0 to begin), or NULL at the end. */
void *slots_next(struct slots *s, uint32_t *cursor);

#endif
