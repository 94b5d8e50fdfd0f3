/* fuzz_ole.c - hostile compound files: every stream is read, from bytes that lie in the file or in the arena. */
#include "format/ole.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool inside(const uint8_t *room, size_t size, struct span s)
{
	return s.ptr >= room && s.len <= size && s.ptr + s.len <= room + size;
}

static void check_entry(struct ole *ole, const struct ole_entry *entry, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct span s = ole_stream(ole, entry, SIZE_MAX, arena);
	unsigned depth = 0;

	check(s.len <= entry->size);
	check(!s.len || inside(ole->bytes.ptr, ole->bytes.len, s) || inside(arena->memory, arena->used, s));
	check(inside((const uint8_t *)entry->path, OLE_PATH, entry->name));
	for (int32_t at = entry->parent; at > 0; at = ole->entries[at].parent)
		check(depth++ < ole->count);
	arena_back(arena, mark);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct arena arena;
	struct ole ole;

	if (!arena.memory)
		check(arena_open(&arena, (size_t)64 << 20));
	arena_clear(&arena);
	if (ole_read((struct span){ bytes, len }, 500, &arena, &ole) != OK)
		return 0;
	check(ole.count <= 500);
	for (uint32_t i = 0; i < ole.count; i++)
		check_entry(&ole, &ole.entries[i], &arena);
	check(!arena.pouring);
	(void)ole_find(&ole, "Macros/VBA/dir");
	return 0;
}
