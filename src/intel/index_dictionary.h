/*
 * index_dictionary.h - texts that many tellings share, each kept once and called by a number.
 */
#ifndef INTEL_INDEX_DICTIONARY_H
#define INTEL_INDEX_DICTIONARY_H

#include "base/err.h"
#include "base/span.h"

struct dictionary {
	uint8_t *text; /* all texts, one behind the other */
	uint32_t *at;  /* where each begins; at[count] is the end */
	uint32_t *table;
	size_t text_room, at_room, table_room;
	uint32_t count;
	uint64_t key; /* of the hash; set once, before the first text */
};

/* The number of a text, which is added when it is new; the first gets 0. ERR_LIMIT: more than
 * `most` bytes of text. */
MUST_USE enum err dictionary_id(struct dictionary *dictionary, struct span text, uint32_t most,
				uint32_t *id);
void dictionary_free(struct dictionary *dictionary);

#endif
