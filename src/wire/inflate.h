/*
 * inflate.h - the codings gzip and deflate (RFC 1952, 1950, 1951) undone piece by piece, over zlib, in
 * memory that the caller has.
 *
 * "deflate" is told by its first two bytes: with zlib's wrapper, as RFC 9110, 8.4.1.2 has it, or
 * without one, as some servers send it. What says that it is coded and is not is told as that.
 */
#ifndef WIRE_INFLATE_H
#define WIRE_INFLATE_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum inflate_coding { INFLATE_GZIP, INFLATE_DEFLATE };

enum inflate_result {
	INFLATE_MORE,  /* all was taken; more may come */
	INFLATE_END,   /* the coding has ended; what comes behind it is passed over */
	INFLATE_PLAIN, /* it is not coded at all: `head` and what was just given are the content */
	INFLATE_WRONG, /* malformed, and over */
	INFLATE_STOP,  /* the sink wants no more, and over */
};

/* What is unpacked, in pieces. False: no more. */
struct inflate_sink {
	bool (*take)(void *whom, struct span piece);
	void *whom;
};

#define INFLATE_HEAD 2 /* bytes that tell what the rest is */

/* zlib asks for 7 KiB for its state and for 32 KiB for the window (zconf.h). */
#define INFLATE_ROOM ((size_t)44 << 10)

struct inflate {
	uint32_t zero; /* a slab's, while it is free */
	uint8_t coding, result, head_len;
	uint8_t head[INFLATE_HEAD];
	bool begun;   /* zlib is at work */
	bool between; /* behind a member of gzip: another may follow */
	size_t used; /* of the room */
	void *zlib;  /* its z_stream, in the room */
	_Alignas(16) uint8_t room[INFLATE_ROOM];
};

/* Whatever was in it. Nothing has to be given back at the end: all lies in the struct. */
void inflate_begin(struct inflate *f, enum inflate_coding coding);

/* The next bytes as carried. After anything but INFLATE_MORE it answers the same for ever. */
enum inflate_result inflate_add(struct inflate *f, struct span in, const struct inflate_sink *sink);

/* Whether what came until now is a whole coded text. */
static inline bool inflate_whole(const struct inflate *f)
{
	return f->result == INFLATE_END || (f->result == INFLATE_MORE && f->between);
}

#endif
