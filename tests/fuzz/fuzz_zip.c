/* fuzz_zip.c - hostile zip archives: their two views, the look at their names, all of their files. */
#define READER_WORK (1 << 20) /* passwords are tried */
#include "reader.h"
#include "format/zip.h"
#include "unpack/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What an entry points to lies in the archive. True: trying passwords would take long (AES), and was done here once. */
static bool check_entries(struct span bytes)
{
	static struct arena arena;
	struct span out;
	struct zip zip;
	bool slow = false;

	if (!arena.memory)
		check(arena_open(&arena, (size_t)64 << 20));
	arena_clear(&arena);
	if (zip_read(bytes, 200, &arena, &zip) != OK)
		return false;
	check(zip.count <= 200 && zip.before <= bytes.len && zip.behind <= bytes.len);
	for (uint32_t i = 0; i < zip.count; i++) {
		struct span packed = zip.entries[i].packed;

		check(!packed.len || (packed.ptr >= bytes.ptr && packed.ptr + packed.len <= bytes.ptr + bytes.len));
		check(i == 0 || zip.entries[i - 1].at <= zip.entries[i].at);
		if (zip.entries[i].aes && !slow)
			(void)!zip_unpack(&zip.entries[i], text_span("secret"), 1000, &arena, &out);
		slow |= zip.entries[i].aes != 0;
	}
	return slow;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct part part = { .name = text_span("a.zip"), .bytes = { bytes, len }, .type = TYPE_ZIP };

	part.type = unpack_zip_type(part.bytes);
	if (!check_entries(part.bytes))
		reader_play(unpack_zip, part);
	return 0;
}
