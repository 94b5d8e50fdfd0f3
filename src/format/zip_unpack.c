/* zip_unpack.c - the bytes of a file in a zip. */
#include "format/zip_private.h"

#include "format/inflate.h"

#include <zlib.h>

static enum err unpack_stored(struct span packed, size_t limit, struct span *out)
{
	*out = packed;
	if (packed.len <= limit)
		return OK;
	out->len = limit;
	return ERR_LIMIT;
}

static enum err unpack(const struct zip_entry *entry, struct span packed, size_t limit, struct arena *arena,
		       struct span *out)
{
	switch (entry->method) {
	case ZIP_STORED:
		return unpack_stored(packed, limit, out);
	case ZIP_DEFLATE:
		return inflate_all(packed, INFLATE_DEFLATE, limit, arena, out);
	case ZIP_DEFLATE64:
		return inflate_all(packed, INFLATE_DEFLATE64, limit, arena, out);
	default:
		return zip_method(entry, packed, limit, arena, out);
	}
}

/* Of the size and the CRC that were said. */
static bool is_as_said(const struct zip_entry *entry, struct span bytes)
{
	if (entry->sized && bytes.len != entry->size)
		return false;
	return !entry->checked || crc32_z(0, bytes.ptr, bytes.len) == entry->crc;
}

enum err zip_unpack(const struct zip_entry *entry, struct span password, size_t limit, struct arena *arena,
		    struct span *out)
{
	size_t mark = arena_mark(arena);
	struct span packed = entry->packed;
	enum err err;

	*out = (struct span){ 0 };
	if (entry->encrypted) {
		err = zip_decrypt(entry, password, arena, &packed);
		if (err)
			return err;
	}
	err = unpack(entry, packed, limit, arena, out);
	if (err == ERR_TRUNCATED)
		err = ERR_FORMAT;
	if (err == OK && !is_as_said(entry, *out))
		err = ERR_FORMAT;
	if (err == ERR_FORMAT && entry->encrypted) {
		arena_back(arena, mark);
		*out = (struct span){ 0 };
	}
	return err;
}
