/* utf16.h - texts of Windows protocols (UTF-16, little-endian) as UTF-8. */
#ifndef WIRE_UTF16_H
#define WIRE_UTF16_H

#include "base/span.h"

/* Writes at most `size` bytes of UTF-8, not terminated, and returns how many. It stops at a NUL, at
 * the room's end (never within a character) and at an odd last byte; a lone surrogate becomes
 * U+FFFD (RFC 2781, 2.2). */
size_t utf16_text(struct span utf16, char *text, size_t size);

#endif
