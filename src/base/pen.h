/*
 * pen.h - writes text into room of a fixed size; what does not fit is cut, and known to be.
 *
 * For texts that are made of hostile bytes in bulk (names, fingerprints): no terminator, no format.
 */
#ifndef BASE_PEN_H
#define BASE_PEN_H

#include "base/span.h"

#include <stdbool.h>
#include <string.h>

struct pen {
	uint8_t *room;
	size_t size, used;
	bool cut; /* sticky: something did not fit */
};

static inline struct pen pen_init(void *room, size_t size)
{
	return (struct pen){ .room = room, .size = size };
}

static inline void pen_byte(struct pen *p, uint8_t byte)
{
	if (p->used == p->size) {
		p->cut = true;
		return;
	}
	p->room[p->used++] = byte;
}

static inline void pen_span(struct pen *p, struct span bytes)
{
	size_t n = bytes.len;

	if (n > p->size - p->used) {
		n = p->size - p->used;
		p->cut = true;
	}
	if (n > 0)
		memcpy(p->room + p->used, bytes.ptr, n);
	p->used += n;
}

static inline void pen_text(struct pen *p, const char *text)
{
	pen_span(p, (struct span){ (const uint8_t *)text, strlen(text) });
}

/* What was written since `used` was `from`. */
static inline struct span pen_since(const struct pen *p, size_t from)
{
	return (struct span){ p->room + from, p->used - from };
}

/* The lowest `bytes` bytes of a number, the lowest first. */
static inline void pen_le(struct pen *p, uint64_t number, unsigned bytes)
{
	for (; bytes; bytes--, number >>= 8)
		pen_byte(p, (uint8_t)number);
}

void pen_decimal(struct pen *p, uint32_t number);

/* Two digits a byte; `between` (0: nothing) parts the bytes: "aa:bb". */
enum pen_case { PEN_LOWER, PEN_UPPER };
void pen_hex(struct pen *p, struct span bytes, char between, enum pen_case letters);

/* A code point as UTF-8; those that UTF-8 has no form for become U+FFFD. */
void pen_rune(struct pen *p, uint32_t rune);

#endif
