/*
 * assoc.h - a set-associative index: 16 slots to a bucket, one cache line of tags to a bucket.
 *
 * A key can only live in the 16 slots of its bucket, so a look-up costs one cache line, nothing is
 * ever moved, no chain can be made long by an attacker, and a full bucket gives up an entry.
 *
 * The table that owns the index keeps the entries. It keeps them close together in the order of their
 * coming, so that few entries take little memory and stay in the cache whatever the bound: a slot has a
 * number, given when it is first used.
 */
#ifndef BASE_ASSOC_H
#define BASE_ASSOC_H

#include "base/pages.h"
#include "base/prefetch.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define ASSOC_WAYS 16

struct assoc_bucket {
	uint16_t tag[ASSOC_WAYS];   /* 0: free */
	uint16_t stamp[ASSOC_WAYS]; /* the owner's: what the entry is worth */
} __attribute__((aligned(64)));

struct assoc {
	struct assoc_bucket *buckets;
	uint32_t *numbers; /* of the slots, plus 1; 0: none yet */
	uint32_t mask;     /* buckets - 1, a power of two less one */
	uint32_t numbered; /* numbers given */
};

static inline void assoc_close(struct assoc *a)
{
	pages_free(a->buckets, ((size_t)a->mask + 1) * sizeof(*a->buckets));
	pages_free(a->numbers, ((size_t)a->mask + 1) * ASSOC_WAYS * sizeof(*a->numbers));
}

/* Slots are rounded up to a power of two, at least 16. False: no memory. */
static inline bool assoc_open(struct assoc *a, uint32_t slots)
{
	uint32_t buckets = 1;

	while (buckets * ASSOC_WAYS < slots)
		buckets *= 2;
	a->mask = buckets - 1;
	a->numbered = 0;
	a->buckets = pages_new((size_t)buckets * sizeof(*a->buckets));
	a->numbers = pages_new((size_t)buckets * ASSOC_WAYS * sizeof(*a->numbers));
	if (a->buckets && a->numbers)
		return true;
	assoc_close(a);
	return false;
}

static inline uint32_t assoc_slots(const struct assoc *a)
{
	return (a->mask + 1) * ASSOC_WAYS;
}

static inline uint32_t assoc_bucket_of(const struct assoc *a, uint64_t hash)
{
	return (uint32_t)hash & a->mask;
}

static inline uint16_t assoc_tag(uint64_t hash)
{
	return (uint16_t)(hash >> 48 | 1);
}

static inline void assoc_prefetch(const struct assoc *a, uint64_t hash)
{
	prefetch(&a->buckets[assoc_bucket_of(a, hash)]);
}

/* A bit for each way of the bucket whose tag is `tag`. */
static inline uint32_t assoc_match(const struct assoc_bucket *b, uint16_t tag)
{
#ifdef __SSE2__
	const __m128i *tags = (const __m128i *)(const void *)b->tag;
	__m128i want = _mm_set1_epi16((short)tag);
	__m128i low = _mm_cmpeq_epi16(_mm_load_si128(tags), want);
	__m128i high = _mm_cmpeq_epi16(_mm_load_si128(tags + 1), want);

	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(low, high));
#else
	uint32_t match = 0;

	for (unsigned way = 0; way < ASSOC_WAYS; way++)
		match |= (uint32_t)(b->tag[way] == tag) << way;
	return match;
#endif
}

/* The way of the least stamp; the first of several. */
static inline unsigned assoc_least(const struct assoc_bucket *b)
{
#ifdef __SSE2__
	/* SSE2 compares signed ones only */
	const __m128i *stamps = (const __m128i *)(const void *)b->stamp;
	__m128i sign = _mm_set1_epi16((short)0x8000);
	__m128i low = _mm_xor_si128(_mm_load_si128(stamps), sign);
	__m128i high = _mm_xor_si128(_mm_load_si128(stamps + 1), sign);
	__m128i least = _mm_min_epi16(low, high);
	__m128i same;

	least = _mm_min_epi16(least, _mm_shuffle_epi32(least, 0x4e));
	least = _mm_min_epi16(least, _mm_shuffle_epi32(least, 0xb1));
	least = _mm_min_epi16(least, _mm_shufflehi_epi16(_mm_shufflelo_epi16(least, 0xb1), 0xb1));
	same = _mm_packs_epi16(_mm_cmpeq_epi16(low, least), _mm_cmpeq_epi16(high, least));
	return (unsigned)__builtin_ctz((unsigned)_mm_movemask_epi8(same));
#else
	unsigned way = 0;

	for (unsigned w = 1; w < ASSOC_WAYS; w++)
		if (b->stamp[w] < b->stamp[way])
			way = w;
	return way;
#endif
}

/* Walks over the slots that may hold the hash: for (m = assoc_match(...); m; m &= m - 1). */
static inline uint32_t assoc_slot(uint32_t bucket, uint32_t match)
{
	return bucket * ASSOC_WAYS + (uint32_t)__builtin_ctz(match);
}

/* The number of a slot that is in use, or was: below assoc_slots(). */
static inline uint32_t assoc_number(const struct assoc *a, uint32_t slot)
{
	return a->numbers[slot] - 1;
}

/* The same for a slot that comes into use. */
static inline uint32_t assoc_use(struct assoc *a, uint32_t slot)
{
	if (a->numbers[slot] == 0)
		a->numbers[slot] = ++a->numbered;
	return a->numbers[slot] - 1;
}

/* Frees all slots of a bucket. When all buckets are empty, assoc_restart(). */
static inline void assoc_clear(struct assoc *a, uint32_t bucket)
{
	memset(&a->buckets[bucket], 0, sizeof(*a->buckets));
	memset(&a->numbers[bucket * ASSOC_WAYS], 0, ASSOC_WAYS * sizeof(*a->numbers));
}

static inline void assoc_restart(struct assoc *a)
{
	a->numbered = 0;
}

#endif
