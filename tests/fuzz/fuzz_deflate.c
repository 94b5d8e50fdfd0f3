/* fuzz_deflate.c - deflate undone by format/inflate beside zlib: the same bytes, the same end. Deflate64 must only end. */
#include "check.h"
#include "format/inflate.h"

#include <string.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define ROOM ((size_t)1 << 20)

/* The first byte says how little room there is. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct arena arena;
	static uint8_t expected[ROOM];
	struct span packed, out;
	z_stream z = { 0 };
	size_t limit;
	enum err err;
	int result;

	if (len < 1)
		return 0;
	if (!arena.memory)
		check(arena_open(&arena, 2 * ROOM));
	arena_clear(&arena);
	packed = (struct span){ bytes + 1, len - 1 };
	limit = bytes[0] & 0x80 ? ROOM : (size_t)bytes[0] * 16;
	err = inflate_all(packed, INFLATE_DEFLATE64, limit, &arena, &out);
	check(out.len <= limit && (err != OK || packed.len > 0));
	arena_clear(&arena);
	err = inflate_all(packed, INFLATE_DEFLATE, limit, &arena, &out);
	check(inflateInit2(&z, -15) == Z_OK);
	z.next_in = (uint8_t *)(uintptr_t)packed.ptr;
	z.avail_in = (unsigned)packed.len;
	z.next_out = expected;
	z.avail_out = (unsigned)limit;
	result = inflate(&z, Z_SYNC_FLUSH);
	check((err == OK) == (result == Z_STREAM_END));
	check(err == OK ? out.len == z.total_out : true);
	if (out.len < z.total_out)
		z.total_out = out.len;
	check(memcmp(out.ptr, expected, z.total_out) == 0);
	inflateEnd(&z);
	return 0;
}
