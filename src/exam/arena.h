/*
 * arena.h - the memory of one examination: taken upwards, given back as a whole or down to a mark.
 *
 * Its address space is reserved at once, its pages are touched as they are used, so the reservation is
 * the bound (what does not fit is refused, and known to be) and a small mail costs little. What lies on
 * top may grow in place: decoders, whose result nobody knows the length of, write without copying.
 */
#ifndef EXAM_ARENA_H
#define EXAM_ARENA_H

#include "base/span.h"

#include <stdbool.h>

struct arena {
	uint8_t *memory;
	size_t size, used;
	size_t peak; /* most that was used since arena_open() */
	bool full;   /* sticky until arena_clear(): something did not fit */
	bool pouring;
};

bool arena_open(struct arena *arena, size_t size); /* false: no address space */
void arena_close(struct arena *arena);

/* All is given back; pages beyond the first few megabytes to the system. */
void arena_clear(struct arena *arena);

/* Aligned to 16 bytes, not zeroed. NULL, and `full`, when it does not fit. */
void *arena_take(struct arena *arena, size_t size);

/* What was taken since the mark is given back. */
static inline size_t arena_mark(const struct arena *arena)
{
	return arena->used;
}

static inline void arena_back(struct arena *arena, size_t mark)
{
	arena->used = mark;
}

/*
 * Bytes that are written to the top. While one pours, nobody takes. What does not fit below `limit` or
 * into the arena is left out, and `cut` is set.
 */
struct pour {
	struct arena *arena;
	uint8_t *at;        /* the first byte */
	size_t used, limit;
	bool cut;
};

struct pour pour_begin(struct arena *arena, size_t limit);
/* Room for `want` more bytes, to be written by the caller, who adds to `used` what he wrote. Fewer: *got. */
uint8_t *pour_room(struct pour *pour, size_t want, size_t *got);
void pour_span(struct pour *pour, struct span bytes);

static inline void pour_byte(struct pour *pour, uint8_t byte)
{
	size_t got;
	uint8_t *room = pour_room(pour, 1, &got);

	if (got) {
		*room = byte;
		pour->used++;
	}
}

/* Keeps what was written, until the arena is cleared or goes back to a mark from before it. */
struct span pour_end(struct pour *pour);

#endif
