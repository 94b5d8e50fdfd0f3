/* line.h - lines and words of text that came from outside: cutting, comparing, keeping. */
#ifndef BASE_LINE_H
#define BASE_LINE_H

#include "base/cursor.h"

/* Cuts the next line off a text that comes in one piece: what is behind its last LF is a line too. Without its CRLF or
 * LF. False when nothing is left. */
bool line_take(struct span *rest, struct span *line);

/* Parts a field "Name: value" of a head (RFC 3261, 7.3; RFC 9110, 5.1); the value without spaces around
 * it. False for what is none. */
bool line_field(struct span line, struct span *name, struct span *value);

/* ASCII letters compared without case. */
bool line_is(struct span s, const char *with);
bool line_starts(struct span s, const char *with);
bool line_contains(struct span s, const char *with);
bool line_same(struct span a, struct span b);

/* Whether it begins with exactly this. */
bool line_begins(struct span s, const char *with);

/* Bytes `from` to the end; empty beyond it. And the first `max` bytes. */
static inline struct span line_from(struct span s, size_t from)
{
	struct cur c = cur_init(s);

	if (s.len) /* a span that is nothing may have no pointer to move */
		cur_span(&c, from < s.len ? from : s.len);
	return cur_rest(&c);
}

static inline struct span line_cut(struct span s, size_t max)
{
	return (struct span){ s.ptr, s.len < max ? s.len : max };
}

/* Without spaces and tabs at both ends. */
struct span line_trim(struct span s);

/* Where `byte` is first, or the length. */
size_t line_find(struct span s, uint8_t byte);

/* Cuts the next part off at `byte`, or all that is left; false when nothing is left. */
bool line_part(struct span *rest, uint8_t byte, struct span *part);

/* The bytes before the first `byte`, which is passed over in `rest`; all of them when there is none. */
struct span line_until(struct span *rest, uint8_t byte);

/* A word: spaces and tabs before it passed over, up to the next; empty at the end. */
struct span line_word(struct span *rest);

/* A decimal number that fills the span, at most `max`; false otherwise. */
bool line_number(struct span s, uint64_t max, uint64_t *number);

/* The value of a letter of base64 (RFC 4648, 4), or -1. */
int line_base64(uint8_t letter);

/* Copies at most `room` bytes, returns how many. `into` must not overlap. */
size_t line_keep(uint8_t *into, size_t room, struct span s);

#endif
