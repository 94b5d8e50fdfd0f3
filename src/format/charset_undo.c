/* charset_undo.c - base64 (RFC 4648, 4), quoted-printable (RFC 2045, 6.7) and percent signs (RFC 3986, 2.1) undone. */
#include "format/charset.h"

#include "base/text.h"

#include <string.h>

/* Values of base64's letters, and what else may stand between them. Anything above LETTERS has a bit that no letter
 * has: four are looked at with one test. */
enum { LETTERS = 64, PADDING = 0x40, BLANK = 0x41, OTHER = 0x80 };

/* clang-format off */
#define O OTHER
static const uint8_t letters[256] = {
	O, O, O, O, O, O, O, O, O, BLANK, BLANK, O, O, BLANK, O, O,  O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	BLANK, O, O, O, O, O, O, O, O, O, O, 62, O, O, O, 63,  52, 53, 54, 55, 56, 57, 58, 59, 60, 61, O, O, O, PADDING, O, O,
	O, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,  15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, O, O, O, O, O,
	O, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,  41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,  O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,  O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,  O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,  O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
};
#undef O
/* clang-format on */

struct base64 {
	uint8_t *out;
	size_t used;
	uint32_t bits;
	unsigned held;         /* letters that wait in `bits` for the rest of their group of four */
	bool padded, strange;
};

/* Four letters at a time while there is nothing but letters; returns how many were read. */
static size_t base64_groups(struct base64 *b, struct span text)
{
	size_t i = 0;

	for (; i + 4 <= text.len; i += 4) {
		const uint8_t *p = text.ptr + i;
		uint32_t first = letters[p[0]], second = letters[p[1]], third = letters[p[2]], fourth = letters[p[3]];
		uint32_t group = first << 18 | second << 12 | third << 6 | fourth;

		if ((first | second | third | fourth) >= LETTERS)
			break;
		b->out[b->used] = (uint8_t)(group >> 16);
		b->out[b->used + 1] = (uint8_t)(group >> 8);
		b->out[b->used + 2] = (uint8_t)group;
		b->used += 3;
	}
	return i;
}

/* The bytes of a group that ends early: two letters are one, three are two. */
static void base64_flush(struct base64 *b)
{
	if (b->held == 1)
		b->strange = true;
	for (unsigned shift = 6 * b->held; shift >= 8; shift -= 8)
		b->out[b->used++] = (uint8_t)(b->bits >> (shift - 8));
	b->held = 0;
	b->bits = 0;
}

static void base64_byte(struct base64 *b, uint8_t byte)
{
	uint8_t value = letters[byte];

	if (value < LETTERS) {
		b->strange |= b->padded;
		b->bits = b->bits << 6 | value;
		if (++b->held == 4)
			base64_flush(b);
	} else if (value == PADDING) {
		b->strange |= b->held < 2 && !b->padded;
		base64_flush(b);
		b->padded = true;
	} else if (value == OTHER) {
		b->strange = true;
	}
}

struct span base64_undo(struct span text, struct arena *arena, bool *strange)
{
	struct pour pour = pour_begin(arena, SIZE_MAX);
	struct base64 b = { 0 };
	size_t room, i = 0;

	b.out = pour_room(&pour, text.len / 4 * 3 + 3, &room);
	if (text.len / 4 * 3 + 3 > room)
		text.len = room / 3 * 4 > 4 ? room / 3 * 4 - 4 : 0;
	while (i < text.len) {
		if (!b.held && !b.padded)
			i += base64_groups(&b, (struct span){ text.ptr + i, text.len - i });
		if (i < text.len)
			base64_byte(&b, text.ptr[i++]);
	}
	base64_flush(&b);
	pour.used = b.used;
	if (strange)
		*strange = b.strange;
	return pour_end(&pour);
}

/* The length of a line end behind an "=", blanks before it passed over (RFC 2045, 6.7, (3)); 0: there is none. */
static size_t soft_end(struct span at)
{
	size_t i = 0;

	while (i < at.len && (at.ptr[i] == ' ' || at.ptr[i] == '\t'))
		i++;
	if (i == at.len)
		return at.len ? i : 0;
	if (at.ptr[i] == '\n')
		return i + 1;
	if (at.ptr[i] != '\r')
		return 0;
	return i + 1 < at.len && at.ptr[i + 1] == '\n' ? i + 2 : i + 1;
}

/* What stands behind an "=" of quoted-printable; returns how many bytes it takes. */
static size_t quoted_byte(struct pour *pour, struct span at, bool *strange)
{
	int high = at.len > 1 ? text_nibble(at.ptr[0]) : -1, low = high < 0 ? -1 : text_nibble(at.ptr[1]);
	size_t end;

	if (low >= 0) {
		pour_byte(pour, (uint8_t)(high << 4 | low));
		return 2;
	}
	end = soft_end(at);
	if (!end && at.len) {
		pour_byte(pour, '=');
		*strange = true;
	}
	return end;
}

/* Blanks at a line's end, which the standard takes off, stay: mail programs show what is there. */
struct span quoted_undo(struct span text, struct arena *arena, bool *strange)
{
	struct pour pour = pour_begin(arena, SIZE_MAX);
	bool odd = false;

	while (text.len && !pour.cut) {
		const uint8_t *mark = memchr(text.ptr, '=', text.len);
		size_t before = mark ? (size_t)(mark - text.ptr) : text.len;

		pour_span(&pour, (struct span){ text.ptr, before });
		text = (struct span){ text.ptr + before, text.len - before };
		if (mark) {
			text = (struct span){ text.ptr + 1, text.len - 1 };
			before = quoted_byte(&pour, text, &odd);
			text = (struct span){ text.ptr + before, text.len - before };
		}
	}
	if (strange)
		*strange = odd;
	return pour_end(&pour);
}

struct span percent_undo(struct span text, struct arena *arena)
{
	struct pour pour;

	if (!text.len || !memchr(text.ptr, '%', text.len))
		return text;
	pour = pour_begin(arena, SIZE_MAX);
	for (size_t i = 0; i < text.len; i++) {
		int high = text.ptr[i] == '%' && text.len - i > 2 ? text_nibble(text.ptr[i + 1]) : -1;
		int low = high < 0 ? -1 : text_nibble(text.ptr[i + 2]);

		pour_byte(&pour, low < 0 ? text.ptr[i] : (uint8_t)(high << 4 | low));
		i += low < 0 ? 0 : 2;
	}
	return pour_end(&pour);
}
