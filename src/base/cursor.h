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

#include "base/load.h"
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

/* Moves over n bytes and copies them; `bad`, and `into` is as it was, if fewer. */
static inline void cur_copy(struct cur *c, void *into, size_t n)
{
	struct span s = cur_span(c, n);

	if (s.len == n && n > 0)
		memcpy(into, s.ptr, n);
}

/* What is left, without moving. */
static inline struct span cur_rest(const struct cur *c)
{
	return (struct span){ c->p, c->left };
}

/* The next n bytes as a cursor of their own, for a length inside a length; `bad` in both if fewer. */
static inline struct cur cur_sub(struct cur *c, size_t n)
{
	struct cur inner = cur_init(cur_span(c, n));

	inner.bad = c->bad;
	return inner;
}

/* One number, in network byte order; 0, and `bad`, at the end. */
static inline uint8_t cur_u8(struct cur *c)
{
	return *cur_take(c, 1);
}

static inline uint16_t cur_be16(struct cur *c)
{
	return ld_be16(cur_take(c, 2));
}

static inline uint32_t cur_be24(struct cur *c)
{
	const uint8_t *p = cur_take(c, 3);

	return (uint32_t)p[0] << 16 | ld_be16(p + 1);
}

static inline uint32_t cur_be32(struct cur *c)
{
	return ld_be32(cur_take(c, 4));
}

static inline uint16_t cur_le16(struct cur *c)
{
	return ld_le16(cur_take(c, 2));
}

static inline uint32_t cur_le32(struct cur *c)
{
	return ld_le32(cur_take(c, 4));
}

static inline uint64_t cur_le64(struct cur *c)
{
	return ld_le64(cur_take(c, 8));
}

/* A number in groups of seven bits, the lowest first (LEB128); `bad` beyond 64 bits. */
static inline uint64_t cur_leb(struct cur *c)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = cur_u8(c);

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	c->bad = true;
	return 0;
}

#endif
