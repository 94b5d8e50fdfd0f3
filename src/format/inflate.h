/*
 * inflate.h - deflate (RFC 1951) and deflate64 undone, all at once and straight into the arena.
 *
 * Most of what a mail costs is spent here, so it is made for whole buffers: bits are taken eight bytes at a time, what
 * was written is the window, and tables tell up to eleven bits in one look.
 */
#ifndef FORMAT_INFLATE_H
#define FORMAT_INFLATE_H

#include "base/err.h"
#include "exam/arena.h"

enum inflate_kind { INFLATE_DEFLATE, INFLATE_DEFLATE64 };

/* At most `limit` bytes are poured; *out is what could be read, also on errors: ERR_LIMIT (there is more), ERR_FORMAT
 * (broken), ERR_TRUNCATED. */
MUST_USE enum err inflate_all(struct span packed, enum inflate_kind kind, size_t limit, struct arena *arena,
			      struct span *out);

#endif
