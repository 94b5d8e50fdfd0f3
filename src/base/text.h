/*
 * text.h - text for people: runes of UTF-8, their width, hostile characters made visible, numbers.
 *
 * Nothing here depends on the locale. A rune is one Unicode code point. Text from outside may hold
 * anything: terminal escapes, marks that reverse the reading order, bytes that are no UTF-8. What
 * a reader could be fooled with is written as \x1b or \u202e; what is no UTF-8 becomes U+FFFD, one
 * per maximal ill-formed part as the Unicode Standard recommends (chapter 3.9, table 3-7).
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/span.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define RUNE_INVALID 0xfffdu

static inline struct span text_span(const char *text)
{
	return (struct span){(const uint8_t *)text, strlen(text)};
}

/* A letter of ASCII in lower case, any other byte as it is; never by the locale. */
static inline uint8_t text_lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

/* The value of a hexadecimal digit, or -1. From a table: a digest's digits are as good as random, and
 * a branch that asks "digit or letter?" is wrong every second time. */
extern const int8_t text_nibbles[256];

static inline int text_nibble(uint8_t byte)
{
	return text_nibbles[byte];
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Moves over the first rune of a span that is not empty and returns it. */
uint32_t text_rune(struct span *rest);

/* True for runes that are never shown as they are: controls, and marks that hide or reorder. */
bool rune_is_hidden(uint32_t rune);

/* Columns that a terminal gives a rune: 0, 1, or 2 for East Asian wide ones. */
unsigned rune_columns(uint32_t rune);

/* Room for one rune made visible. */
#define RUNE_TEXT 12

/* The rune as UTF-8, or as an escape when it is hidden. */
char *rune_text(uint32_t rune, char text[RUNE_TEXT]);

/* Columns that text_visible() takes. */
unsigned text_columns(struct span text);

/* Writes the text with every rune made visible. */
void text_visible(FILE *out, struct span text);

/* The same for HTML, between tags or in a quoted attribute. */
void text_html(FILE *out, struct span text);

/* Cuts the first line off a text of lines; false at its end. Blank lines are skipped. */
bool text_line(struct span *rest, struct span *line);

/* Cuts the first piece off, up to a `mark`; empty pieces are skipped. False at the end. */
bool text_piece(struct span *rest, char mark, struct span *piece);

/* Cuts the first word off, where words are what spaces part; false at the end. */
bool text_word(struct span *rest, struct span *word);

/* How many of `len` bytes go into a room of `size` with a NUL behind them: all, or as many as end between two letters,
 * as half of one is no UTF-8 (RFC 3629). */
size_t text_fit(const char *text, size_t len, size_t size);

/* Appends to what `buffer` of `size` bytes holds; what does not fit is left out. */
void text_append(char *buffer, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Room for any number that the calls below write. */
#define TEXT_NUMBER 40

char *text_count(uint64_t number, char text[TEXT_NUMBER]); /* "12,345" */
char *text_bytes(uint64_t bytes, char text[TEXT_NUMBER]);  /* "2.3 GB", of 1000 */
char *text_bits(uint64_t bps, char text[TEXT_NUMBER]);     /* "48.2 Mbit/s" */

/* An estimate with no more digits than it deserves: "about 4,200"; small ones as they are. */
char *text_about(uint64_t number, char text[TEXT_NUMBER]);

/* "1 packet", "12,345 packets": the count and its noun with an s unless it is one. */
char *text_plural(uint64_t number, const char *noun, char text[TEXT_NUMBER + 32]);

#endif
