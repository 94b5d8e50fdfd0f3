/* fuzz_zip.c - hostile zip archives: their two views, the look at their names, all of their files. */
#include "examination.h"
#include "format/zip.h"
#include "unpack/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What an entry points to lies in the archive. */
static void check_entries(struct span bytes)
{
	static struct arena arena;
	struct zip zip;

	if (!arena.memory)
		check(arena_open(&arena, FUZZ_ARENA));
	arena_clear(&arena);
	if (zip_read(bytes, 200, &arena, &zip) != OK)
		return;
	check(zip.count <= 200 && zip.before <= bytes.len && zip.behind <= bytes.len);
	for (uint32_t i = 0; i < zip.count; i++) {
		struct span packed = zip.entries[i].packed;

		check(!packed.len || (packed.ptr >= bytes.ptr && packed.ptr + packed.len <= bytes.ptr + bytes.len));
		check(i == 0 || zip.entries[i - 1].at <= zip.entries[i].at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct part part = { .name = text_span("a.zip"), .bytes = { bytes, len }, .type = TYPE_ZIP };

	check_entries(part.bytes);
	part.type = unpack_zip_type(part.bytes);
	fuzz_examine(unpack_zip, part);
	return 0;
}
