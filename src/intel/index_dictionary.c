/* index_dictionary.c - an open hash table of numbers over texts that lie one behind the other. */
#include "intel/index_dictionary.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define DICTIONARY_FIRST 1024

static struct span text_at(const struct dictionary *d, uint32_t id)
{
	return (struct span){ d->text + d->at[id], d->at[id + 1] - d->at[id] };
}

/* The place of a text, or the free one where it belongs. The table is never more than half full. */
static size_t place_of(const struct dictionary *d, struct span text)
{
	size_t mask = d->table_room - 1, at = hash_text(text.ptr, text.len, d->key) & mask;

	for (; d->table[at] != 0; at = (at + 1) & mask) {
		struct span there = text_at(d, d->table[at] - 1);

		if (there.len == text.len && memcmp(there.ptr, text.ptr, text.len) == 0)
			break;
	}
	return at;
}

static enum err table_grow(struct dictionary *d)
{
	uint32_t *old = d->table;
	size_t room = d->table_room ? d->table_room * 2 : DICTIONARY_FIRST;

	if (d->table_room > 2 * ((size_t)d->count + 1))
		return OK;
	d->table = calloc(room, sizeof(*d->table));
	if (!d->table) {
		d->table = old;
		return ERR_MEMORY;
	}
	d->table_room = room;
	for (uint32_t id = 0; id < d->count; id++)
		d->table[place_of(d, text_at(d, id))] = id + 1;
	free(old);
	return OK;
}

/* Room for one more. */
static enum err dictionary_grow(struct dictionary *d, size_t length)
{
	size_t used = d->at ? d->at[d->count] : 0;

	if (!d->at || (size_t)d->count + 2 > d->at_room) {
		size_t room = d->at ? d->at_room * 2 : DICTIONARY_FIRST;
		uint32_t *at = realloc(d->at, room * sizeof(*at));

		if (!at)
			return ERR_MEMORY;
		if (!d->at)
			at[0] = 0;
		d->at = at;
		d->at_room = room;
	}
	if (!d->text || used + length > d->text_room) {
		size_t room = 2 * (used + length) + DICTIONARY_FIRST;
		uint8_t *text = realloc(d->text, room);

		if (!text)
			return ERR_MEMORY;
		d->text = text;
		d->text_room = room;
	}
	return table_grow(d);
}

enum err dictionary_id(struct dictionary *d, struct span text, uint32_t most, uint32_t *id)
{
	enum err err = dictionary_grow(d, text.len);
	size_t place;

	if (err != OK)
		return err;
	if (text.len == 0)
		text.ptr = d->text; /* never NULL */
	place = place_of(d, text);
	if (d->table[place] == 0) {
		if (text.len > most || d->at[d->count] > most - text.len)
			return ERR_LIMIT;
		memcpy(d->text + d->at[d->count], text.ptr, text.len);
		d->at[d->count + 1] = d->at[d->count] + (uint32_t)text.len;
		d->table[place] = ++d->count;
	}
	*id = d->table[place] - 1;
	return OK;
}

void dictionary_free(struct dictionary *d)
{
	free(d->text);
	free(d->at);
	free(d->table);
	memset(d, 0, sizeof(*d));
}
