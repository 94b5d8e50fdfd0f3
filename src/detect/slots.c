/* slots.c - the set-associative index over entries of any size. */
#include "detect/slots.h"

#include <assert.h>

#define FETCH_MOST 512 /* bytes of an entry that are fetched ahead */

bool slots_open(struct slots *s, uint32_t count, size_t size, size_t key)
{
	assert(key % sizeof(uint32_t) == 0);
	*s = (struct slots){ .size = size, .key = key };
	if (!assoc_open(&s->index, count))
		return false;
	s->entries = pages_new_sparse(assoc_slots(&s->index) * size);
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

static bool slots_same(const uint8_t *a, const uint8_t *b, size_t key)
{
	uint64_t x, y, differ = 0;
	uint32_t u, v;
	size_t at = 0;

	for (; at + sizeof(x) <= key; at += sizeof(x)) {
		memcpy(&x, a + at, sizeof(x));
		memcpy(&y, b + at, sizeof(y));
		differ |= x ^ y;
	}
	if (at < key) {
		memcpy(&u, a + at, sizeof(u));
		memcpy(&v, b + at, sizeof(v));
		differ |= u ^ v;
	}
	return differ == 0;
}

/* The entry in a slot that is in use. */
static uint8_t *slots_entry(const struct slots *s, uint32_t slot)
{
	return s->entries + assoc_number(&s->index, slot) * s->size;
}

static inline void *slots_seek(struct slots *s, const void *key, uint64_t hash)
{
	uint32_t bucket = assoc_bucket_of(&s->index, hash);
	uint32_t match = assoc_match(&s->index.buckets[bucket], assoc_tag(hash));

	for (; match; match &= match - 1) {
		uint32_t slot = assoc_slot(bucket, match);
		uint8_t *entry = slots_entry(s, slot);

		if (!slots_same(entry, key, s->key))
			continue;
		s->slot = slot;
		s->entry = entry;
		return entry;
	}
	return NULL;
}

void slots_fetch(const struct slots *s, uint64_t hash)
{
	uint32_t bucket = assoc_bucket_of(&s->index, hash);
	const struct assoc_bucket *b = &s->index.buckets[bucket];
	uint32_t match = assoc_match(b, assoc_tag(hash));
	size_t most = s->size < FETCH_MOST ? s->size : FETCH_MOST;
	const uint8_t *entry;

	if (!match && assoc_match(b, 0))
		return; /* what comes is new, and has a place */
	entry = slots_entry(s, match ? assoc_slot(bucket, match)
				     : bucket * ASSOC_WAYS + assoc_least(b));
	for (size_t at = 0; at < most; at += 64)
		prefetch(entry + at);
}

void *slots_find_by(struct slots *s, const void *key, uint64_t hash)
{
	return s->used ? slots_seek(s, key, hash) : NULL;
}

void *slots_find(struct slots *s, const void *key)
{
	return s->used ? slots_seek(s, key, slots_hash(key, s->key)) : NULL;
}

/* The entry of least worth in a full bucket makes room. */
static unsigned slots_displace(struct slots *s, uint32_t bucket)
{
	unsigned way = assoc_least(&s->index.buckets[bucket]);

	if (s->leave)
		s->leave(s->whom, slots_entry(s, bucket * ASSOC_WAYS + way));
	s->displaced++;
	s->used--;
	return way;
}

void *slots_at_by(struct slots *s, const void *key, uint64_t hash)
{
	uint32_t bucket = assoc_bucket_of(&s->index, hash), free, number;
	struct assoc_bucket *b = &s->index.buckets[bucket];
	uint8_t *entry = slots_seek(s, key, hash);
	unsigned way;

	if (entry)
		return entry;
	free = assoc_match(b, 0);
	way = free ? (unsigned)__builtin_ctz(free) : slots_displace(s, bucket);
	s->used++;
	b->tag[way] = assoc_tag(hash);
	b->stamp[way] = 0;
	s->slot = bucket * ASSOC_WAYS + way;
	number = assoc_use(&s->index, s->slot);
	s->slots[number] = s->slot;
	entry = s->entries + number * s->size;
	memset(entry, 0, s->size);
	memcpy(entry, key, s->key);
	s->entry = entry;
	return entry;
}

void *slots_at(struct slots *s, const void *key)
{
	return slots_at_by(s, key, slots_hash(key, s->key));
}

void slots_worth(struct slots *s, const void *entry, uint32_t worth)
{
	uint32_t slot = s->slot;

	if (entry != s->entry)
		slot = s->slots[(size_t)((const uint8_t *)entry - s->entries) / s->size];
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
