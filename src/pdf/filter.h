/*
 * filter.h - the filters of streams undone (ISO 32000-2, 7.4): Flate, LZW, ASCIIHex, ASCII85, RunLength, and the
 * predictors. Filters that only pictures have are not.
 */
#ifndef PDF_FILTER_H
#define PDF_FILTER_H

#include "base/span.h"
#include "exam/arena.h"

#include <zlib.h>

enum pdf_filter {
	PDF_FLATE,
	PDF_LZW,
	PDF_ASCII_HEX,
	PDF_ASCII_85,
	PDF_RUN_LENGTH,
	PDF_CRYPT,   /* nothing to be undone: who decrypts knows it */
	PDF_PICTURE, /* DCT, JPX, JBIG2, CCITT, and what nobody knows */
};

enum pdf_filter pdf_filter_named(struct span name);

struct pdf_parms {
	int64_t predictor, colors, bits, columns; /* as said; 0: not said */
	bool late; /* LZW: /EarlyChange 0 */
};

/* zlib's state, used for all streams of a file. `memory` is its user's; the rest is 0 at first. */
#define PDF_INFLATER_MEMORY ((size_t)48 << 10) /* zconf.h: 44 KB at most */
struct pdf_inflater {
	z_stream zlib;
	uint8_t *memory;
	size_t used;
	bool begun;
};

/* Poured into the arena. What is broken is undone as far as it goes, and `broken` set. */
struct pdf_undoing {
	struct pdf_inflater *inflater;
	struct arena *arena;
	size_t limit;
	bool broken, cut;
};
struct span pdf_undo(struct pdf_undoing *undoing, enum pdf_filter filter, const struct pdf_parms *parms,
		     struct span bytes);

#endif
