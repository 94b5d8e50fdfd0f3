/*
 * unpack.h - decodes gzip (RFC 1952, several members) and zstd (RFC 8878, several frames) in steps.
 *
 * Memory is bounded whatever the stream says: 32 KiB of window for gzip, at most
 * 2^UNPACK_WINDOW_LOG bytes for zstd; a frame that asks for more is refused.
 */
#ifndef CAPTURE_UNPACK_H
#define CAPTURE_UNPACK_H

#include "base/cursor.h"
#include "base/err.h"

/* 128 MiB: what the zstd tool itself accepts without --long. */
#define UNPACK_WINDOW_LOG 27

/* Bytes of the start of an input by which unpack_detect() knows it. */
#define UNPACK_MAGIC 4

enum packing {
	PACKING_NONE,
	PACKING_GZIP,
	PACKING_ZSTD,
};

struct unpack;

enum packing unpack_detect(struct span start);

/* "gzip" or "zstd". */
const char *packing_name(enum packing packing);

/* A decoder at the start of a stream; NULL when there is no memory. */
struct unpack *unpack_new(enum packing packing);

/*
 * Decodes from *in, which is moved on, into at most `room` bytes at `out`; *made is how many came
 * out. OK with *made 0 means that it wants more input. ERR_FORMAT: the stream is corrupt;
 * ERR_LIMIT: its window is above the bound; ERR_MEMORY. Bytes made before an error are good.
 */
MUST_USE enum err unpack_step(struct unpack *unpack, struct cur *in, uint8_t *out, size_t room,
			      size_t *made);

/* Whether it stands between two members or frames, where alone the input may end. */
bool unpack_between(const struct unpack *unpack);

void unpack_free(struct unpack *unpack);

#endif
