/* pen.c - numbers, bytes and runes as text. */
#include "base/pen.h"

void pen_decimal(struct pen *p, uint32_t number)
{
	uint8_t digits[10]; /* of 2^32 */
	size_t at = sizeof(digits);

	do {
		digits[--at] = (uint8_t)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	pen_span(p, (struct span){ digits + at, sizeof(digits) - at });
}

void pen_hex(struct pen *p, struct span bytes, char between, enum pen_case letters)
{
	const char *digits = letters == PEN_UPPER ? "0123456789ABCDEF" : "0123456789abcdef";

	for (size_t i = 0; i < bytes.len; i++) {
		if (i > 0 && between)
			pen_byte(p, (uint8_t)between);
		pen_byte(p, (uint8_t)digits[bytes.ptr[i] >> 4]);
		pen_byte(p, (uint8_t)digits[bytes.ptr[i] & 15]);
	}
}

/* RFC 3629, 3. */
void pen_rune(struct pen *p, uint32_t rune)
{
	if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
		rune = 0xfffd;
	if (rune < 0x80) {
		pen_byte(p, (uint8_t)rune);
		return;
	}
	if (rune < 0x800) {
		pen_byte(p, (uint8_t)(0xc0 | rune >> 6));
	} else {
		if (rune < 0x10000) {
			pen_byte(p, (uint8_t)(0xe0 | rune >> 12));
		} else {
			pen_byte(p, (uint8_t)(0xf0 | rune >> 18));
			pen_byte(p, (uint8_t)(0x80 | (rune >> 12 & 0x3f)));
		}
		pen_byte(p, (uint8_t)(0x80 | (rune >> 6 & 0x3f)));
	}
	pen_byte(p, (uint8_t)(0x80 | (rune & 0x3f)));
}
