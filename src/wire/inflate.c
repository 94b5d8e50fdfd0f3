/* inflate.c - zlib with its memory in a room of fixed size. */
#include "wire/inflate.h"

#include <limits.h>
#include <string.h>
#define ZLIB_CONST /* makes next_in a pointer to const */
#include <zlib.h>

#define PIECE 8192 /* bytes that the sink gets at a time */

/* inflateInit2: the largest window; plus 16 for gzip's wrapper; negative for none (zlib.h). */
#define WINDOW_BITS 15
#define WITH_GZIP   16

_Static_assert(sizeof(z_stream) < 256, "the room is reckoned with it");

static void *room_take(void *whom, unsigned items, unsigned size)
{
	struct inflate *f = whom;
	size_t bytes = ((size_t)items * size + 15) & ~(size_t)15;
	void *at = f->room + f->used;

	if (bytes > INFLATE_ROOM - f->used)
		return NULL;
	f->used += bytes;
	return at;
}

static void room_give(void *whom, void *at)
{
	(void)whom; /* all is given back when the struct is used anew */
	(void)at;
}

void inflate_begin(struct inflate *f, enum inflate_coding coding)
{
	f->coding = (uint8_t)coding;
	f->result = INFLATE_MORE;
	f->head_len = 0;
	f->begun = f->between = false;
	f->used = 0;
	f->zlib = NULL;
}

/* RFC 1950, 2.2: method 8, a window that exists, and a check of both bytes. */
static bool head_is_zlib(const uint8_t head[INFLATE_HEAD])
{
	return (head[0] & 0x0f) == 8 && head[0] >> 4 <= 7 && (head[0] << 8 | head[1]) % 31 == 0;
}

/* RFC 1951, 3.2.3: no block is of type 3. */
static bool head_is_deflate(const uint8_t head[INFLATE_HEAD])
{
	return (head[0] >> 1 & 3) != 3;
}

static bool zlib_begin(struct inflate *f)
{
	z_stream *z = room_take(f, 1, sizeof(*z));
	int bits = WINDOW_BITS + WITH_GZIP;

	if (f->coding == INFLATE_DEFLATE)
		bits = head_is_zlib(f->head) ? WINDOW_BITS : -WINDOW_BITS;
	memset(z, 0, sizeof(*z));
	z->zalloc = room_take;
	z->zfree = room_give;
	z->opaque = f;
	f->zlib = z;
	f->begun = true;
	return inflateInit2(z, bits) == Z_OK;
}

/* All of `in`, as far as it goes. */
static enum inflate_result zlib_add(struct inflate *f, struct span in,
				    const struct inflate_sink *sink)
{
	z_stream *z = f->zlib;
	uint8_t piece[PIECE];
	int rc;

	z->next_in = in.ptr;
	z->avail_in = in.len < UINT_MAX ? (unsigned)in.len : UINT_MAX;
	do {
		/* RFC 1952, 2.2: members one behind the other are one file */
		if (f->between && (*z->next_in != 0x1f || inflateReset(z) != Z_OK))
			return INFLATE_END;
		f->between = false;
		z->next_out = piece;
		z->avail_out = sizeof(piece);
		rc = inflate(z, Z_NO_FLUSH);
		if (z->avail_out < sizeof(piece) &&
		    !sink->take(sink->whom, (struct span){ piece, sizeof(piece) - z->avail_out }))
			return INFLATE_STOP;
		if (rc == Z_STREAM_END && f->coding != INFLATE_GZIP)
			return INFLATE_END;
		f->between = rc == Z_STREAM_END;
		if (rc != Z_OK && rc != Z_STREAM_END && (rc != Z_BUF_ERROR || z->avail_in))
			return INFLATE_WRONG;
	} while (z->avail_in || (z->avail_out == 0 && !f->between));
	return INFLATE_MORE;
}

/* The first two bytes are there: what the rest is. */
static enum inflate_result head_end(struct inflate *f, const struct inflate_sink *sink)
{
	bool coded = f->coding == INFLATE_GZIP ? f->head[0] == 0x1f && f->head[1] == 0x8b
					       : head_is_zlib(f->head) || head_is_deflate(f->head);

	if (!coded)
		return INFLATE_PLAIN;
	if (!zlib_begin(f))
		return INFLATE_WRONG;
	return zlib_add(f, (struct span){ f->head, INFLATE_HEAD }, sink);
}

enum inflate_result inflate_add(struct inflate *f, struct span in, const struct inflate_sink *sink)
{
	size_t n = 0;

	if (f->result != INFLATE_MORE)
		return (enum inflate_result)f->result;
	if (!f->begun) {
		uint8_t before = f->head_len;

		while (n < in.len && f->head_len < INFLATE_HEAD)
			f->head[f->head_len++] = in.ptr[n++];
		if (f->head_len < INFLATE_HEAD)
			return INFLATE_MORE;
		f->result = (uint8_t)head_end(f, sink);
		if (f->result == INFLATE_PLAIN) /* `head` is what came before these bytes */
			f->head_len = before;
	}
	if (f->result == INFLATE_MORE && n < in.len)
		f->result = (uint8_t)zlib_add(f, (struct span){ in.ptr + n, in.len - n }, sink);
	return (enum inflate_result)f->result;
}
