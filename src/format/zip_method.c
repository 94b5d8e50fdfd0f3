/*
 * zip_method.c - what newer programs pack files in a zip with: bzip2, LZMA, xz, Zstandard; by their libraries.
 *
 * Their windows are memory besides the arena, and bounded. All is unpacked at once, straight into the arena.
 */
#include "format/zip_private.h"

#include <bzlib.h>
#include <limits.h>
#include <lzma.h>
#include <zstd.h>

#define WINDOW_LOG  26 /* 64 MiB */
#define MEMORY_MAX  (((uint64_t)1 << WINDOW_LOG) + ((uint64_t)4 << 20))
#define LZMA_HEAD   4  /* version and size of the properties, APPNOTE 5.8.8 */
#define LZMA_PROPS  5
#define LZMA_MARKED 2  /* flag: an end mark follows, 4.4.4 */

static enum err result_of(bool ended, bool memory, const struct pour *pour)
{
	if (ended)
		return OK;
	if (memory)
		return ERR_MEMORY;
	return pour->used == pour->limit ? ERR_LIMIT : ERR_FORMAT;
}

static void pour_took(struct pour *pour, size_t bytes)
{
	size_t got;

	pour_room(pour, bytes, &got);
	pour->used += got;
}

static enum err unpack_bzip2(struct span packed, struct pour *pour)
{
	bz_stream s = { .next_in = (char *)(uintptr_t)packed.ptr, .avail_in = (unsigned)packed.len };
	int result;

	if (packed.len > UINT_MAX || BZ2_bzDecompressInit(&s, 0, 0) != BZ_OK)
		return ERR_MEMORY;
	s.next_out = (char *)pour->at;
	s.avail_out = pour->limit < UINT_MAX ? (unsigned)pour->limit : UINT_MAX;
	result = BZ2_bzDecompress(&s);
	pour_took(pour, (size_t)((uint8_t *)s.next_out - pour->at));
	BZ2_bzDecompressEnd(&s);
	return result_of(result == BZ_STREAM_END, result == BZ_MEM_ERROR, pour);
}

static lzma_ret feed(lzma_stream *s, struct span in, struct pour *pour, lzma_action action)
{
	s->next_in = in.ptr;
	s->avail_in = in.len;
	s->next_out = pour->at + pour->used;
	s->avail_out = pour->limit - pour->used;
	return lzma_code(s, action);
}

static enum err lzma_end_with(lzma_stream *s, lzma_ret result, struct pour *pour)
{
	pour_took(pour, (size_t)s->total_out);
	lzma_end(s);
	return result_of(result == LZMA_STREAM_END, result == LZMA_MEM_ERROR || result == LZMA_MEMLIMIT_ERROR, pour);
}

/* The head of a zip's file is written anew as that of an .lzma file, which has the size as well. */
static enum err unpack_lzma(const struct zip_entry *entry, struct span packed, struct pour *pour)
{
	uint8_t head[LZMA_PROPS + 8];
	uint64_t size = entry->flags & LZMA_MARKED || !entry->sized ? UINT64_MAX : entry->size;
	lzma_stream s = LZMA_STREAM_INIT;
	struct cur c = cur_init(packed);
	lzma_ret result;

	cur_take(&c, LZMA_HEAD);
	memcpy(head, cur_take(&c, LZMA_PROPS), LZMA_PROPS);
	memcpy(head + LZMA_PROPS, &size, sizeof(size));
	if (c.bad)
		return ERR_FORMAT;
	if (lzma_alone_decoder(&s, MEMORY_MAX) != LZMA_OK)
		return ERR_MEMORY;
	result = feed(&s, (struct span){ head, sizeof(head) }, pour, LZMA_RUN);
	if (result == LZMA_OK)
		result = feed(&s, cur_rest(&c), pour, LZMA_FINISH);
	return lzma_end_with(&s, result, pour);
}

static enum err unpack_xz(struct span packed, struct pour *pour)
{
	lzma_stream s = LZMA_STREAM_INIT;

	if (lzma_stream_decoder(&s, MEMORY_MAX, 0) != LZMA_OK)
		return ERR_MEMORY;
	return lzma_end_with(&s, feed(&s, packed, pour, LZMA_FINISH), pour);
}

static enum err unpack_zstd(struct span packed, struct pour *pour)
{
	ZSTD_DCtx *state = ZSTD_createDCtx();
	ZSTD_inBuffer in = { packed.ptr, packed.len, 0 };
	ZSTD_outBuffer out = { pour->at, pour->limit, 0 };
	size_t result = 1, before;

	if (!state)
		return ERR_MEMORY;
	ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, WINDOW_LOG);
	do { /* until nothing moves any more: several frames may follow each other */
		before = in.pos + out.pos;
		result = ZSTD_decompressStream(state, &out, &in);
	} while (!ZSTD_isError(result) && in.pos + out.pos != before && (in.pos < in.size || result));
	ZSTD_freeDCtx(state);
	pour_took(pour, out.pos);
	return result_of(result == 0 && in.pos == in.size, false, pour);
}

enum err zip_method(const struct zip_entry *entry, struct span packed, size_t limit, struct arena *arena,
		    struct span *out)
{
	struct pour pour = pour_begin(arena, limit);
	enum err err = ERR_UNSUPPORTED;

	if (entry->method == ZIP_BZIP2)
		err = unpack_bzip2(packed, &pour);
	else if (entry->method == ZIP_LZMA)
		err = unpack_lzma(entry, packed, &pour);
	else if (entry->method == ZIP_XZ)
		err = unpack_xz(packed, &pour);
	else if (entry->method == ZIP_ZSTD)
		err = unpack_zstd(packed, &pour);
	*out = pour_end(&pour);
	return err;
}
