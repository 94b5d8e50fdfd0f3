/*
 * charset.h - text of any charset as UTF-8, and base64, quoted-printable and percent signs undone.
 *
 * By iconv(3) where it is not ASCII, UTF-8 or UTF-16. What cannot be read becomes U+FFFD; labels mean what browsers
 * take them for (WHATWG Encoding, 4.2); a charset that nobody knows, or ASCII that is none, is guessed. ISO-2022-JP as mail has
 * it (also half-width katakana and the rows of NEC: CP50221), Shift_JIS as Windows-31J.
 *
 * iconv loads a file for each charset the first time that it is asked for: a process that is to be shut in calls
 * charset_open() before. Converters belong to their thread.
 */
#ifndef FORMAT_CHARSET_H
#define FORMAT_CHARSET_H

#include "base/span.h"
#include "exam/arena.h"

#include <stdbool.h>

/* Loads all charsets, some milliseconds once. What is missing in the system is read as UTF-8. */
void charset_open(void);

/* Poured into the arena, at most `limit` bytes; the bytes themselves where they are UTF-8 already. Without a charset:
 * the one that charset_guess() tells. */
struct span charset_text(struct span bytes, struct span charset, size_t limit, struct arena *arena);
/* What a text without a charset is: by its mark of order, by zeros in it (UTF-16), by being valid UTF-8, by its
 * escapes (ISO-2022-JP), by what Shift_JIS or EUC-JP would read; else Windows-1252. */
struct span charset_guess(struct span bytes);
/* UTF-16 in little-endian order without a mark, as Windows writes it into its files. */
struct span charset_utf16(struct span bytes, size_t limit, struct arena *arena);

/* As mail programs do it: what is no letter of the alphabet is passed over; `strange` (may be NULL) tells whether there
 * was any but line ends and blanks, something behind the padding, or a letter too few. Padding may be missing. */
struct span base64_undo(struct span text, struct arena *arena, bool *strange);
/* `strange`: an "=" without its two digits. */
struct span quoted_undo(struct span text, struct arena *arena, bool *strange);
/* The text itself where there is nothing to undo. */
struct span percent_undo(struct span text, struct arena *arena);

#endif
