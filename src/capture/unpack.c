/* unpack.c - zlib and zstd behind one stepwise call. */
#include "capture/unpack.h"

#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST /* makes next_in a pointer to const */
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* inflateInit2: the largest window, plus 16 for "a gzip wrapper and nothing else" (zlib.h). */
#define GZIP_WINDOW_BITS (15 + 16)

/* What zstd wants to see of a frame at first: its magic number and a byte (zstd.h). */
#define ZSTD_FIRST 5

struct unpack {
	enum packing packing;
	bool between; /* before the first member, or after the end of one */
	bool begun;   /* the first member has begun */
	z_stream zlib;
	ZSTD_DStream *zstd;
	size_t zstd_hint; /* how much it wants next */
	bool zstd_full;   /* it filled the room given, and may hold more */
};

enum packing unpack_detect(struct span start)
{
	if (start.len < UNPACK_MAGIC)
		return PACKING_NONE;
	if (start.ptr[0] == 0x1f && start.ptr[1] == 0x8b)
		return PACKING_GZIP;
	if (ld_le32(start.ptr) == ZSTD_MAGICNUMBER)
		return PACKING_ZSTD;
	if ((ld_le32(start.ptr) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START)
		return PACKING_ZSTD; /* pzstd begins with a skippable frame */
	return PACKING_NONE;
}

const char *packing_name(enum packing packing)
{
	return packing == PACKING_GZIP ? "gzip" : "zstd";
}

static bool unpack_init(struct unpack *unpack)
{
	if (unpack->packing == PACKING_GZIP)
		return inflateInit2(&unpack->zlib, GZIP_WINDOW_BITS) == Z_OK;
	unpack->zstd = ZSTD_createDStream();
	if (!unpack->zstd)
		return false;
	if (!ZSTD_isError(
		    ZSTD_DCtx_setParameter(unpack->zstd, ZSTD_d_windowLogMax, UNPACK_WINDOW_LOG)))
		return true;
	ZSTD_freeDStream(unpack->zstd);
	return false;
}

struct unpack *unpack_new(enum packing packing)
{
	struct unpack *unpack = calloc(1, sizeof(*unpack));

	if (!unpack)
		return NULL;
	unpack->packing = packing;
	unpack->between = true;
	if (unpack_init(unpack))
		return unpack;
	free(unpack);
	return NULL;
}

static enum err gzip_step(struct unpack *unpack, struct cur *in, uint8_t *out, size_t room,
			  size_t *made)
{
	z_stream *z = &unpack->zlib;
	uInt in_room, out_room = room > UINT_MAX ? UINT_MAX : (uInt)room;
	int rc;

	if (unpack->between && unpack->begun) {
		while (in->left && *in->p == 0) /* padding to a tape block, as gzip(1) skips it */
			(void)cur_take(in, 1);
		if (!in->left)
			return OK;
		if (inflateReset(z) != Z_OK)
			return ERR_FORMAT;
	}
	unpack->begun = true;
	unpack->between = false;
	in_room = in->left > UINT_MAX ? UINT_MAX : (uInt)in->left;
	z->next_in = in->p;
	z->avail_in = in_room;
	z->next_out = out;
	z->avail_out = out_room;
	rc = inflate(z, Z_NO_FLUSH);
	(void)cur_span(in, in_room - z->avail_in);
	*made = out_room - z->avail_out;
	unpack->between = rc == Z_STREAM_END;
	if (rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR)
		return OK;
	return rc == Z_MEM_ERROR ? ERR_MEMORY : ERR_FORMAT;
}

/*
 * zstd is given only what it asks for, one block at a time, and nothing while it holds output.
 * Given more, it keeps back what it made in the same call before an error, and given a whole frame
 * it makes nothing of a damaged one.
 */
static enum err zstd_step(struct unpack *unpack, struct cur *in, uint8_t *out, size_t room,
			  size_t *made)
{
	size_t want = unpack->between ? ZSTD_FIRST : unpack->zstd_hint;
	ZSTD_inBuffer from = {in->p, 0, 0};
	ZSTD_outBuffer to = {out, room, 0};
	size_t rc = 0;

	if (unpack->zstd_full)
		rc = ZSTD_decompressStream(unpack->zstd, &to, &from);
	if (to.pos == 0 && !ZSTD_isError(rc)) {
		from.size = want < in->left ? want : in->left;
		rc = ZSTD_decompressStream(unpack->zstd, &to, &from);
	}
	unpack->zstd_full = to.pos == room;
	(void)cur_span(in, from.pos);
	*made = to.pos;
	if (!ZSTD_isError(rc)) {
		unpack->between = rc == 0;
		unpack->zstd_hint = rc;
		return OK;
	}
	unpack->between = false;
	switch (ZSTD_getErrorCode(rc)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		return ERR_LIMIT;
	case ZSTD_error_memory_allocation:
		return ERR_MEMORY;
	default:
		return ERR_FORMAT;
	}
}

enum err unpack_step(struct unpack *unpack, struct cur *in, uint8_t *out, size_t room, size_t *made)
{
	size_t left = in->left;
	enum err err;

	*made = 0;
	if (unpack->between && !left) /* asking zstd here would begin a frame that never comes */
		return OK;
	if (unpack->packing == PACKING_GZIP)
		err = gzip_step(unpack, in, out, room, made);
	else
		err = zstd_step(unpack, in, out, room, made);
	if (err == OK && room && left && in->left == left && *made == 0)
		return ERR_FORMAT; /* neither taken nor made: never turn in a circle */
	return err;
}

bool unpack_between(const struct unpack *unpack)
{
	return unpack->between;
}

void unpack_free(struct unpack *unpack)
{
	if (!unpack)
		return;
	if (unpack->packing == PACKING_GZIP)
		inflateEnd(&unpack->zlib);
	else
		ZSTD_freeDStream(unpack->zstd);
	free(unpack);
}
