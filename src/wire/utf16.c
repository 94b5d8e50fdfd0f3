/* utf16.c - UTF-16, little-endian, to UTF-8 (RFC 2781, RFC 3629). */
#include "wire/utf16.h"

#include "base/cursor.h"

static uint32_t rune_next(struct cur *c)
{
	uint32_t high = ld_le16(cur_take(c, 2)), low;

	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high > 0xdbff || c->left < 2)
		return 0xfffd;
	low = ld_le16(c->p);
	if (low < 0xdc00 || low > 0xdfff)
		return 0xfffd;
	cur_take(c, 2);
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static size_t rune_put(uint32_t rune, char out[4])
{
	if (rune < 0x80) {
		out[0] = (char)rune;
		return 1;
	}
	if (rune < 0x800) {
		out[0] = (char)(0xc0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 0x3f));
		return 2;
	}
	if (rune < 0x10000) {
		out[0] = (char)(0xe0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 0x3f));
		out[2] = (char)(0x80 | (rune & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | rune >> 18);
	out[1] = (char)(0x80 | (rune >> 12 & 0x3f));
	out[2] = (char)(0x80 | (rune >> 6 & 0x3f));
	out[3] = (char)(0x80 | (rune & 0x3f));
	return 4;
}

size_t utf16_text(struct span utf16, char *text, size_t size)
{
	struct cur c = cur_init(utf16);
	size_t used = 0;

	while (c.left >= 2) {
		uint32_t rune = rune_next(&c);
		char bytes[4];
		size_t n = rune_put(rune, bytes);

		if (!rune || n > size - used)
			break;
		memcpy(text + used, bytes, n);
		used += n;
	}
	return used;
}
