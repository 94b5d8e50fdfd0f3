/* slots.c - the set-associative index over entries of any size. */
#include "detect/slots.h"

#include "base/hash.h"

bool slots_open(struct slots *s, uint32_t count, size_t size, size_t key)
{
	*s = (struct slots){ .size = size, .key = key };
	if (!assoc_open(&s->index, count))
		return false;
	s->entries = pages_new(assoc_slots(&s->index) * size);
	s->slots = pages_new(assoc_slots(&s->index) * sizeof(*s->slots));
	if (s->entries && s->slots)
		return true;
	slots_close(s);
	return false;
}

void slots_close(struct slots *s)
{
	if (!s->index.buckets)
		return;
	pages_free(s->entries, assoc_slots(&s->index) * s->size);
	pages_free(s->slots, assoc_slots(&s->index) * sizeof(*s->slots));
	assoc_close(&s->index);
	*s = (struct slots){ 0 };
}

static uint64_t slots_hash(const struct slots *s, const void *key)
{
	const uint8_t *bytes = key;
	uint64_t h = HASH_K0, word;

	for (size_t at = 0; at < s->key; at += sizeof(word)) {
		size_t left = s->key - at;

		word = 0;
		memcpy(&word, bytes + at, left < sizeof(word) ? left : sizeof(word));
		h = hash_mix(h ^ word, HASH_K1 + at);
	}
	return hash_mix(h, HASH_K2);
}

/* The entry in a slot that is in use. */
static uint8_t *slots_entry(const struct slots *s, uint32_t slot)
{
	return s->entries + assoc_number(&s->index, slot) * s->size;
}

static void *slots_seek(struct slots *s, const void *key, uint64_t hash)
{
	uint32_t bucket = assoc_bucket_of(&s->index, hash);
	uint32_t match = assoc_match(&s->index.buckets[bucket], assoc_tag(hash));

	for (; match; match &= match - 1) {
		uint8_t *entry = slots_entry(s, assoc_slot(bucket, match));

		if (memcmp(entry, key, s->key) == 0)
			return entry;
	}
	return NULL;
}

void *slots_find(struct slots *s, const void *key)
{
	return slots_seek(s, key, slots_hash(s, key));
}

void *slots_at(struct slots *s, const void *key)
{
	uint64_t hash = slots_hash(s, key);
	uint32_t bucket = assoc_bucket_of(&s->index, hash);
	struct assoc_bucket *b = &s->index.buckets[bucket];
	uint32_t free = assoc_match(b, 0), slot, number;
	uint8_t *entry = slots_seek(s, key, hash);
	unsigned way = 0;

	if (entry)
		return entry;
	if (free) {
		way = (unsigned)__builtin_ctz(free);
	} else {
		for (unsigned w = 1; w < ASSOC_WAYS; w++)
			if (b->stamp[w] < b->stamp[way])
				way = w;
		s->displaced++;
		s->used--;
	}
	s->used++;
	b->tag[way] = assoc_tag(hash);
	b->stamp[way] = 0;
	slot = bucket * ASSOC_WAYS + way;
	number = assoc_use(&s->index, slot);
	s->slots[number] = slot;
	entry = s->entries + number * s->size;
	memset(entry, 0, s->size);
	memcpy(entry, key, s->key);
	return entry;
}

void slots_worth(struct slots *s, const void *entry, uint32_t worth)
{
	uint32_t slot = s->slots[(size_t)((const uint8_t *)entry - s->entries) / s->size];

	s->index.buckets[slot / ASSOC_WAYS].stamp[slot % ASSOC_WAYS] =
		(uint16_t)(worth < UINT16_MAX ? worth : UINT16_MAX);
}

void *slots_next(struct slots *s, uint32_t *cursor)
{
	if (s->used == 0)
		return NULL;
	for (; *cursor < assoc_slots(&s->index); ++*cursor) {
		uint32_t bucket = *cursor / ASSOC_WAYS, way = *cursor % ASSOC_WAYS;
		uint32_t taken = ~assoc_match(&s->index.buckets[bucket], 0) & 0xffff;

		taken &= ~0u << way;
		if (taken) {
			*cursor = assoc_slot(bucket, taken) + 1;
			return slots_entry(s, *cursor - 1);
		}
		*cursor = bucket * ASSOC_WAYS + ASSOC_WAYS - 1;
	}
	return NULL;
}
