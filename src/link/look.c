/* look.c - confusable letters (UTS 39, confusables.txt: those that look like Latin ones in common fonts). */
#include "link/look.h"

#include "base/pen.h"
#include "base/text.h"

#include <idn2.h>
#include <stdlib.h>

struct letters {
	uint16_t first;
	const char *latin; /* for this rune and those behind it; '?' where there is none */
};

/* clang-format off */
static const struct letters alphabets[] = {
	{ 0xe0, "aaaaaa?ceeeeiiii?nooooo?ouuuuy?y" },                                        /* Latin 1 */
	{ 0x100, "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkkklllllllllln" }, /* Latin Extended A */
	{ 0x144, "nnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs" },
	{ 0x1ce, "aiioouu" },
	{ 0x251, "a??cc????e??g?gy????l?l?" },                                              /* IPA */
	{ 0x3ac, "aen??a??y????k?v??o?pots" },                                              /* Greek: to sigma */
	{ 0x3c4, "tuo?xpw" },
	{ 0x430, "a?br?ex??n?k?m?hopct?y?x" },                                              /* Cyrillic; soft look-alikes of capitals */
	{ 0x44c, "b" },
	{ 0x450, "e?e?resijj??" },
	{ 0x45c, "k??" },
	{ 0x4bb, "h" }, { 0x4cf, "l" }, { 0x4d1, "a" }, { 0x4d7, "e" },
	{ 0x501, "d" }, { 0x51b, "q" }, { 0x51d, "w" },
	{ 0x561, "w??" }, { 0x566, "q" }, { 0x570, "h" }, { 0x578, "n" }, { 0x57d, "u" }, { 0x581, "g" }, { 0x585, "o" }, /* Armenian */
	{ 0x1ea1, "a?a?a?a?a?a?a?a?a?a?a?a?e?e?e?e?e?e?e?e?i?i?o?o?o?o?o?o?o?o?o?o?o?o?u?u?u?u?u?u?u?y?y?y?y" }, /* Vietnamese */
	{ 0xff10, "ol23456789" }, { 0xff41, "abcdefghijklmnopqrstuvwxyz" },                  /* full width */
};
/* clang-format on */

static char latin_of(uint32_t rune)
{
	for (size_t i = 0; i < sizeof(alphabets) / sizeof(alphabets[0]); i++)
		if (rune >= alphabets[i].first && rune - alphabets[i].first < strlen(alphabets[i].latin))
			return alphabets[i].latin[rune - alphabets[i].first];
	return '?';
}

/* Characters that many fonts show alike, one for all of them. */
static char plain_of(uint8_t byte)
{
	switch (byte) {
	case '0':
		return 'o';
	case '1':
	case 'i':
	case '|':
		return 'l';
	case '5':
		return 's';
	case '3':
		return 'e';
	case '4':
		return 'a';
	default:
		return (char)byte;
	}
}

/* "rn" and "vv". */
static void join_pairs(struct pen *pen)
{
	uint8_t *end = pen->room + pen->used;

	if (pen->used < 2)
		return;
	if ((end[-2] == 'r' && end[-1] == 'n') || (end[-2] == 'v' && end[-1] == 'v')) {
		end[-2] = end[-1] == 'n' ? 'm' : 'w';
		pen->used--;
	}
}

/* The runes of a label whose form for the wire is "xn--..."; NULL: it has no other. */
static char *runes_of(struct span label)
{
	char text[LOOK_TEXT], *runes = NULL;

	if (label.len < 5 || label.len >= sizeof(text) || memcmp(label.ptr, "xn--", 4) != 0)
		return NULL;
	memcpy(text, label.ptr, label.len);
	text[label.len] = '\0';
	return idn2_to_unicode_8z8z(text, &runes, 0) == IDN2_OK ? runes : NULL;
}

struct span look_of(struct span label, char room[LOOK_TEXT])
{
	struct pen pen = pen_init(room, LOOK_TEXT);
	char *runes = runes_of(label);
	struct span rest = runes ? text_span(runes) : label;

	while (rest.len) {
		uint32_t rune = text_rune(&rest);

		if (rune < 0x80)
			pen_byte(&pen, (uint8_t)plain_of(text_lower((uint8_t)rune)));
		else if (rune >= 0x300 && rune < 0x370) /* accents that stand by themselves */
			continue;
		else
			pen_byte(&pen, (uint8_t)plain_of((uint8_t)latin_of(rune)));
		join_pairs(&pen);
	}
	idn2_free(runes);
	return pen_since(&pen, 0);
}

bool look_is_near(struct span a, struct span b)
{
	struct span longer = a.len >= b.len ? a : b, shorter = a.len >= b.len ? b : a;
	size_t i = 0, tail;

	if (longer.len - shorter.len > 1)
		return false;
	while (i < shorter.len && longer.ptr[i] == shorter.ptr[i])
		i++;
	tail = shorter.len - i;
	if (longer.len > shorter.len)
		return memcmp(longer.ptr + i + 1, shorter.ptr + i, tail) == 0;
	if (tail == 0)
		return false;
	if (memcmp(longer.ptr + i + 1, shorter.ptr + i + 1, tail - 1) == 0)
		return true;
	return tail >= 2 && longer.ptr[i] == shorter.ptr[i + 1] && longer.ptr[i + 1] == shorter.ptr[i] &&
	       memcmp(longer.ptr + i + 2, shorter.ptr + i + 2, tail - 2) == 0;
}

bool look_is_mixed(struct span label)
{
	char *runes = runes_of(label);
	struct span rest = runes ? text_span(runes) : label;
	bool latin = false, other = false;

	while (rest.len) {
		uint32_t rune = text_rune(&rest);

		latin = latin || (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
		other = other || (rune >= 0x370 && rune < 0x530);
	}
	idn2_free(runes);
	return latin && other;
}
