/* text.c - runes, visible text and numbers for people. */
#include "base/text.h"

#include <stdarg.h>

#define ABOUT_FROM 30 /* smaller estimates of a sketch are close to exact */

/* clang-format off */
const int8_t text_nibbles[256] = {
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1, -1, -1, -1,
	-1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};
/* clang-format on */

/* The length of a sequence by its first byte, and the bounds of its second byte, which exclude
 * overlong forms, surrogates and what is beyond U+10FFFF; 0 when nothing starts like this. */
static unsigned lead_length(uint8_t lead, uint8_t *low, uint8_t *high)
{
	*low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	*high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

uint32_t text_rune(struct span *rest)
{
	uint8_t lead = rest->ptr[0], low, high;
	unsigned length = lead_length(lead, &low, &high), used = 1;
	uint32_t rune = length == 1 ? lead : lead & (0x7fu >> length);

	for (; used < length; used++) {
		uint8_t next;

		if (used == rest->len)
			break;
		next = rest->ptr[used];
		if (next < low || next > high)
			break;
		rune = rune << 6 | (next & 0x3f);
		low = 0x80;
		high = 0xbf;
	}
	rest->ptr += used;
	rest->len -= used;
	return used == length ? rune : RUNE_INVALID;
}

struct rune_range {
	uint32_t first, last;
};

static bool rune_in(uint32_t rune, const struct rune_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rune >= ranges[i].first && rune <= ranges[i].last)
			return true;
	return false;
}

bool rune_is_hidden(uint32_t rune)
{
	static const struct rune_range hidden[] = {
		{0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},       {0x061c, 0x061c},
		{0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
		{0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xe0000, 0xe0fff},
	};

	return rune_in(rune, hidden, sizeof(hidden) / sizeof(hidden[0]));
}

unsigned rune_columns(uint32_t rune)
{
	/* Unicode's EastAsianWidth.txt, blocks that are wide as a whole. */
	static const struct rune_range wide[] = {
		{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
		{0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
		{0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
	};
	static const struct rune_range combining[] = {
		{0x0300, 0x036f},
		{0x20d0, 0x20ff},
		{0xfe00, 0xfe0f},
		{0xfe20, 0xfe2f},
	};

	if (rune_in(rune, combining, sizeof(combining) / sizeof(combining[0])))
		return 0;
	return rune_in(rune, wide, sizeof(wide) / sizeof(wide[0])) ? 2 : 1;
}

char *rune_text(uint32_t rune, char text[RUNE_TEXT])
{
	char *at = text;

	if (rune_is_hidden(rune)) {
		snprintf(text, RUNE_TEXT, rune < 0x100 ? "\\x%02x" : "\\u%04x", rune);
		return text;
	}
	if (rune < 0x80) {
		*at++ = (char)rune;
	} else {
		unsigned more = rune < 0x800 ? 1 : rune < 0x10000 ? 2 : 3;

		*at++ = (char)((0xffu << (7 - more) & 0xff) | rune >> 6 * more);
		while (more-- > 0)
			*at++ = (char)(0x80 | (rune >> 6 * more & 0x3f));
	}
	*at = '\0';
	return text;
}

unsigned text_columns(struct span text)
{
	unsigned columns = 0;
	char escape[RUNE_TEXT];

	while (text.len > 0) {
		uint32_t rune = text_rune(&text);

		columns += rune_is_hidden(rune) ? (unsigned)strlen(rune_text(rune, escape))
						: rune_columns(rune);
	}
	return columns;
}

void text_visible(FILE *out, struct span text)
{
	char visible[RUNE_TEXT];

	while (text.len > 0)
		fputs(rune_text(text_rune(&text), visible), out);
}

void text_html(FILE *out, struct span text)
{
	char visible[RUNE_TEXT];

	while (text.len > 0) {
		uint32_t rune = text_rune(&text);

		switch (rune) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputs(rune_text(rune, visible), out);
		}
	}
}

bool text_piece(struct span *rest, char mark, struct span *piece)
{
	size_t length = 0;

	while (rest->len > 0 && rest->ptr[0] == mark)
		*rest = (struct span){rest->ptr + 1, rest->len - 1};
	if (rest->len == 0) { /* may be no text at all, whose pointer is NULL */
		*piece = *rest;
		return false;
	}
	while (length < rest->len && rest->ptr[length] != mark)
		length++;
	*piece = (struct span){rest->ptr, length};
	*rest = (struct span){rest->ptr + length, rest->len - length};
	return true;
}

bool text_line(struct span *rest, struct span *line)
{
	return text_piece(rest, '\n', line);
}

bool text_word(struct span *rest, struct span *word)
{
	return text_piece(rest, ' ', word);
}

size_t text_fit(const char *text, size_t len, size_t size)
{
	if (len < size)
		return len;
	for (len = size - 1; len > 0 && ((uint8_t)text[len] & 0xc0) == 0x80;)
		len--; /* the later bytes of a letter */
	return len;
}

void text_append(char *buffer, size_t size, const char *format, ...)
{
	size_t used = strlen(buffer);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(buffer + used, size - used, format, arguments);
	va_end(arguments);
}

char *text_count(uint64_t number, char text[TEXT_NUMBER])
{
	char digits[TEXT_NUMBER], *at = text;
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return text;
}

/* The number in the largest unit that leaves at least 1 of it, with one decimal below 100. */
static char *text_scaled(uint64_t number, const char *const units[7], char text[TEXT_NUMBER])
{
	uint64_t unit = 1, tenths;
	int step = 0;

	if (number < 1000) {
		snprintf(text, TEXT_NUMBER, "%u %s", (unsigned)number, units[0]);
		return text;
	}
	do {
		unit *= 1000;
		step++;
		tenths = number / (unit / 10) + (number % (unit / 10) >= unit / 20);
	} while (tenths >= 10000 && step < 6);
	if (tenths < 1000)
		snprintf(text, TEXT_NUMBER, "%u.%u %s", (unsigned)(tenths / 10),
			 (unsigned)(tenths % 10), units[step]);
	else
		snprintf(text, TEXT_NUMBER, "%u %s", (unsigned)((tenths + 5) / 10), units[step]);
	return text;
}

char *text_bytes(uint64_t bytes, char text[TEXT_NUMBER])
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

	return text_scaled(bytes, units, text);
}

char *text_bits(uint64_t bps, char text[TEXT_NUMBER])
{
	static const char *const units[] = {"bit/s",  "kbit/s", "Mbit/s", "Gbit/s",
					    "Tbit/s", "Pbit/s", "Ebit/s"};

	return text_scaled(bps, units, text);
}

char *text_about(uint64_t number, char text[TEXT_NUMBER])
{
	uint64_t unit = 1;
	char count[TEXT_NUMBER];

	while (number / unit >= 100)
		unit *= 10;
	if (number < ABOUT_FROM)
		return text_count(number, text);
	number = (number / unit + (unit > 1 && number % unit >= unit / 2)) * unit;
	snprintf(text, TEXT_NUMBER, "about %.32s", text_count(number, count));
	return text;
}

char *text_plural(uint64_t number, const char *noun, char text[TEXT_NUMBER + 32])
{
	char count[TEXT_NUMBER];

	snprintf(text, TEXT_NUMBER + 32, "%s %s%s", text_count(number, count), noun,
		 number == 1 ? "" : "s");
	return text;
}
