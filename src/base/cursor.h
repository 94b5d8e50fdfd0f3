/*
 * cursor.h - the only pointer arithmetic over hostile bytes.
 *
 * A cursor walks over borrowed bytes. One mover, cur_take(), checks the bound; everything else
 * stands on it. A read beyond the end sets `bad`, which sticks, and yields zeros: read a whole
 * header, then test `bad` once. A failed read must not steer a loop.
 *
 * Fixed headers are taken in one go with cur_take() and then read with the ld_*() loads at
 * constant offsets below the length taken, which the compiler turns into plain moves.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include "base/span.h"

#include <stdbool.h>
#include <string.h>

/* The longest block that one cur_take() may ask for; a failed take yields this many zeros. */
#define CUR_TAKE_MAX 64

struct cur {
	const uint8_t *p;
	size_t left; /* bytes from p to the end */
	size_t off;  /* bytes from the start to p, for messages that name an offset */
	bool bad;    /* sticky: some read went beyond the end */
};

extern const uint8_t cur_zeros[CUR_TAKE_MAX];

static inline struct cur cur_init(struct span bytes)
{
	return (struct cur){ .p = bytes.ptr, .left = bytes.len };
}

/* Moves over n bytes (n <= CUR_TAKE_MAX) and returns them; zeros, and `bad`, when there are fewer. */
static inline const uint8_t *cur_take(struct cur *c, size_t n)
{
	const uint8_t *at = c->p;

	if (__builtin_expect(n > c->left, 0)) {
		c->bad = true;
		c->left = 0;
		return cur_zeros;
	}
	c->p += n;
	c->left -= n;
	c->off += n;
	return at;
}

/* Moves over n bytes of any number and returns them as a span; an empty one, and `bad`, if fewer. */
static inline struct span cur_span(struct cur *c, size_t n)
{
	struct span s = { c->p, n };

	if (n > c->left) {
		c->bad = true;
		c->left = 0;
		return (struct span){ cur_zeros, 0 };
	}
	c->p += n;
	c->left -= n;
	c->off += n;
	return s;
}

/* What is left, without moving. */
static inline struct span cur_rest(const struct cur *c)
{
	return (struct span){ c->p, c->left };
}

/* Loads from a block that cur_take() returned. Byte order named, alignment never assumed. */
static inline uint16_t ld_be16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap16(v);
}

static inline uint32_t ld_be32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap32(v);
}

static inline uint16_t ld_le16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t ld_le32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t ld_le64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the loads above assume little-endian");

#endif
