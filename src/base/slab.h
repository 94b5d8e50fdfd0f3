/*
 * slab.h - a bounded number of things of one size, taken and given back in any order.
 *
 * Memory is reserved at once and touched only as far as it was ever used; what was given back last is
 * taken first, so that few things stay in the cache. Nothing is zeroed.
 */
#ifndef BASE_SLAB_H
#define BASE_SLAB_H

#include "base/pages.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct slab {
	uint8_t *things;
	size_t size;     /* of one, in bytes */
	uint32_t limit;  /* things there can be */
	uint32_t fresh;  /* things that were ever taken */
	uint32_t spare;  /* the first of the chain of those given back, plus 1; 0: none */
	uint32_t used;
	uint64_t refused; /* calls of slab_take() that found none */
};

/* `size` at least 4. False: no memory. */
static inline bool slab_open(struct slab *s, uint32_t limit, size_t size)
{
	*s = (struct slab){ .size = size, .limit = limit };
	s->things = pages_new(limit * size);
	return s->things != NULL;
}

/* The same, for a limit that is hardly ever reached. */
static inline bool slab_open_sparse(struct slab *s, uint32_t limit, size_t size)
{
	*s = (struct slab){ .size = size, .limit = limit };
	s->things = pages_new_sparse(limit * size);
	return s->things != NULL;
}

static inline void slab_close(struct slab *s)
{
	pages_free(s->things, s->limit * s->size);
	s->things = NULL;
}

static inline void *slab_at(const struct slab *s, uint32_t number)
{
	return s->things + number * s->size;
}

static inline uint32_t slab_number(const struct slab *s, const void *thing)
{
	return (uint32_t)((size_t)((const uint8_t *)thing - s->things) / s->size);
}

/* NULL: all are taken. */
static inline void *slab_take(struct slab *s)
{
	uint8_t *thing;

	if (s->spare) {
		thing = slab_at(s, s->spare - 1);
		memcpy(&s->spare, thing, sizeof(s->spare));
	} else if (s->fresh < s->limit) {
		thing = slab_at(s, s->fresh++);
	} else {
		s->refused++;
		return NULL;
	}
	s->used++;
	return thing;
}

static inline void slab_give(struct slab *s, void *thing)
{
	memcpy(thing, &s->spare, sizeof(s->spare));
	s->spare = slab_number(s, thing) + 1;
	s->used--;
}

#endif
