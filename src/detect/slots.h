/*
 * slots.h - a detector's memory of bounded size: entries by key, the least worthy out.
 *
 * The key is the beginning of the entry, compared by words of 4 bytes: entries must be zeroed before
 * they are filled, and keys must have no padding. The worth (the index's stamp) is the caller's: entries
 * with less of it make room first.
 */
#ifndef DETECT_SLOTS_H
#define DETECT_SLOTS_H

#include "base/assoc.h"
#include "base/hash.h"

/* An entry leaves: gives back what it holds elsewhere. */
typedef void slots_leave(void *whom, void *entry);

struct slots {
	struct assoc index;
	uint8_t *entries; /* by number */
	uint32_t *slots;  /* the slot of each number */
	size_t size, key;  /* of an entry, and of the key at its beginning, in bytes */
	uint32_t used;
	uint32_t slot;     /* of the entry that was asked for last ... */
	const void *entry; /* ... and that entry */
	uint64_t displaced; /* entries that made room */
	slots_leave *leave; /* told of entries that make room; NULL: they hold nothing elsewhere */
	void *whom;
};

/* The hash of a key of `size` bytes: a constant makes it short. */
static inline uint64_t slots_hash(const void *key, size_t size)
{
	const uint8_t *bytes = key;
	uint64_t h = HASH_K0, word;
	uint32_t half;
	size_t at = 0;

	for (; at + sizeof(word) <= size; at += sizeof(word)) {
		memcpy(&word, bytes + at, sizeof(word));
		h = hash_mix(h ^ word, HASH_K1 + at);
	}
	if (at < size) {
		memcpy(&half, bytes + at, sizeof(half));
		h = hash_mix(h ^ half, HASH_K1 + at);
	}
	return hash_mix(h, HASH_K2);
}

bool slots_open(struct slots *s, uint32_t count, size_t size, size_t key);
void slots_close(struct slots *s);

/* The entry of a key, or NULL. */
void *slots_find(struct slots *s, const void *key);

/* The entry of a key; a new one, zero but for the key, when there is none. */
void *slots_at(struct slots *s, const void *key);

/*
 * The same in three steps, with the hash of the key. Between two steps with one key lie those with
 * others, so that memory is there when it is needed: where a key is looked up, and what is there.
 */
static inline uint64_t slots_ask(const struct slots *s, const void *key, size_t size)
{
	uint64_t hash = slots_hash(key, size);

	assoc_prefetch(&s->index, hash);
	prefetch(&s->index.numbers[assoc_bucket_of(&s->index, hash) * ASSOC_WAYS]);
	return hash;
}

void slots_fetch(const struct slots *s, uint64_t hash);
void *slots_find_by(struct slots *s, const void *key, uint64_t hash);
void *slots_at_by(struct slots *s, const void *key, uint64_t hash);

/* Sets what the entry is worth. */
void slots_worth(struct slots *s, const void *entry, uint32_t worth);

/* The next entry behind *cursor (0 to begin), or NULL at the end. */
void *slots_next(struct slots *s, uint32_t *cursor);

#endif
