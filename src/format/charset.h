/*
 * charset.h - text of any charset as UTF-8, and base64, quoted-printable and percent signs undone.
 *
 * By iconv(3) where it is not ASCII or UTF-8. What cannot be read becomes U+FFFD; a charset that nobody knows is
 * read as Windows-1252, as browsers do (WHATWG Encoding). ISO-2022-JP as mail has it (also half-width katakana and
 * the rows of NEC: CP50221), Shift_JIS as Windows-31J.
 */
#ifndef FORMAT_CHARSET_H
#define FORMAT_CHARSET_H

#include "base/span.h"
#include "exam/arena.h"

#include <stdbool.h>

/* Poured into the arena, at most `limit` bytes; the bytes themselves where they are UTF-8 already. */
struct span charset_text(struct span bytes, struct span charset, size_t limit, struct arena *arena);
/* What a text without a charset is: by its mark of order, by zeros in it (UTF-16), by being valid UTF-8, by its
 * escapes (ISO-2022-JP), by what Shift_JIS or EUC-JP would read. */
struct span charset_guess(struct span bytes);

/* As mail programs do it: what is no letter of the alphabet is passed over; `strange` tells whether there was any
 * but line ends and blanks, or an end in the middle. */
struct span base64_undo(struct span text, struct arena *arena, bool *strange);
struct span quoted_undo(struct span text, struct arena *arena, bool *strange);
struct span percent_undo(struct span text, struct arena *arena);

#endif
