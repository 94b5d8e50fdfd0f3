/*
 * line.h - lines and words of text protocols over TCP: cutting, comparing, keeping, replies.
 *
 * What is cut does not depend on how the bytes were split into segments: a line is whole when its
 * newline is there, and too long when its first `max` bytes hold none, whatever came with them.
 */
#ifndef WIRE_LINE_H
#define WIRE_LINE_H

#include "base/cursor.h"

/*
 * Cuts the next line off, without its CRLF or bare LF. False when no whole line is left. Of a line
 * without a newline within `max` bytes the first `max` are given, and the rest is passed over:
 * *tail remembers that between calls.
 */
bool line_next(struct cur *c, size_t max, bool *tail, struct span *line);

/* The same for a text that comes in one piece: what is behind its last LF is a line too. False when
 * nothing is left. */
bool line_take(struct span *rest, struct span *line);

/* Parts a field "Name: value" of a head (RFC 3261, 7.3; RFC 9110, 5.1); the value without spaces around
 * it. False for what is none. */
bool line_field(struct span line, struct span *name, struct span *value);

/* ASCII letters compared without case. */
bool line_is(struct span s, const char *with);
bool line_starts(struct span s, const char *with);
bool line_contains(struct span s, const char *with);

/* Whether it begins with exactly this. */
bool line_begins(struct span s, const char *with);

/* Whether all bytes are printable ASCII, spaces and tabs allowed. */
bool line_printable(struct span s);

/* Bytes `from` to the end; empty beyond it. And the first `max` bytes. */
struct span line_from(struct span s, size_t from);
struct span line_cut(struct span s, size_t max);

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

/* The value of a hexadecimal digit, or -1. */
int line_hex(uint8_t digit);

/* The value of a letter of base64 (RFC 4648, 4), or -1. */
int line_base64(uint8_t letter);

/* Copies at most `room` bytes, returns how many. `into` must not overlap. */
size_t line_keep(uint8_t *into, size_t room, struct span s);

/* The same with %XX decoded (RFC 3986, 2.1). */
size_t line_keep_unescaped(uint8_t *into, size_t room, struct span s);

/*
 * Replies of three digits that may take several lines (RFC 959, 4.2; RFC 5321, 4.2.1). *open is 0
 * at first, and the code while a reply of several lines goes on. True at a reply's last line.
 */
bool line_reply(struct span line, uint16_t *open, uint16_t *code);

/* Whether a server's first payload is a reply 220; its first line, which must be whole. FTP and
 * SMTP greet so, and say further behind which of both they are. */
bool line_greeting(struct span first, size_t max, struct span *line);

/*
 * Which commands still wait for a reply, in their order. Equal neighbours are counted, so that a
 * hundred recipients in one pipeline take one place. Beyond the places, the newest are not
 * remembered and their replies seem to answer nothing.
 */
#define LINE_WAITING 12

struct line_waiting {
	uint8_t kind[LINE_WAITING];
	uint8_t used;
	uint16_t count[LINE_WAITING];
};

void line_wait(struct line_waiting *w, uint8_t kind); /* kind > 0 */
uint8_t line_answered(struct line_waiting *w);        /* the oldest's kind; 0: none waits */

#endif
