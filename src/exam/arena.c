/* arena.c - reserved address space that is used from below. */
#include "exam/arena.h"

#include <string.h>
#include <sys/mman.h>

#define KEPT  ((size_t)4 << 20) /* bytes that stay resident from one message to the next */
#define ALIGN ((size_t)16)

bool arena_open(struct arena *arena, size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	*arena = (struct arena){ .memory = memory, .size = size };
	return true;
}

void arena_close(struct arena *arena)
{
	if (arena->memory)
		munmap(arena->memory, arena->size);
	*arena = (struct arena){ 0 };
}

void arena_clear(struct arena *arena)
{
	if (arena->peak > KEPT)
		madvise(arena->memory + KEPT, arena->size - KEPT, MADV_DONTNEED);
	arena->used = arena->peak = 0;
	arena->full = arena->pouring = false;
}

static void note_peak(struct arena *arena, size_t used)
{
	if (used > arena->peak)
		arena->peak = used;
}

void *arena_take(struct arena *arena, size_t size)
{
	size_t at = (arena->used + ALIGN - 1) / ALIGN * ALIGN;

	if (arena->pouring || at > arena->size || size > arena->size - at) {
		arena->full = true;
		return NULL;
	}
	arena->used = at + size;
	note_peak(arena, arena->used);
	return arena->memory + at;
}

struct pour pour_begin(struct arena *arena, size_t limit)
{
	size_t left = arena->size - arena->used;
	struct pour pour = { .arena = arena, .at = arena->memory + arena->used, .limit = limit < left ? limit : left };

	arena->pouring = true;
	return pour;
}

uint8_t *pour_room(struct pour *pour, size_t want, size_t *got)
{
	size_t left = pour->limit - pour->used;

	if (want > left) {
		pour->cut = true;
		if (pour->limit == pour->arena->size - pour->arena->used)
			pour->arena->full = true;
		want = left;
	}
	*got = want;
	note_peak(pour->arena, pour->arena->used + pour->used + want);
	return pour->at + pour->used;
}

void pour_span(struct pour *pour, struct span bytes)
{
	size_t got;
	uint8_t *room = pour_room(pour, bytes.len, &got);

	if (got)
		memcpy(room, bytes.ptr, got);
	pour->used += got;
}

struct span pour_end(struct pour *pour)
{
	struct span poured = { pour->at, pour->used };

	pour->arena->used += pour->used;
	pour->arena->pouring = false;
	return poured;
}
