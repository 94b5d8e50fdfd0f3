/* tag_text.c - character references of HTML (WHATWG HTML, 13.2.5.72 to 84) and XML undone. */
#include "format/tag.h"

#include "base/pen.h"
#include "base/text.h"

#include <stdlib.h>

#define RUNE_MAX       0x10ffffu
#define NAME_MAX_BYTES 16

struct named {
	const char *name;
	uint16_t rune;
	bool bare; /* browsers read it without ";" too */
};

/* Sorted by name. Of HTML's 2231: Latin 1, what mails and scripts are written with, and what links are hidden with. */
static const struct named names[] = {
	{ "AMP", '&', true },
	{ "Aacute", 0xc1, true },
	{ "Agrave", 0xc0, true },
	{ "Auml", 0xc4, true },
	{ "Ccedil", 0xc7, true },
	{ "Eacute", 0xc9, true },
	{ "Egrave", 0xc8, true },
	{ "GT", '>', true },
	{ "Hat", '^', false },
	{ "LT", '<', true },
	{ "NewLine", '\n', false },
	{ "NoBreak", 0x2060, false },
	{ "Ntilde", 0xd1, true },
	{ "Ouml", 0xd6, true },
	{ "QUOT", '"', true },
	{ "Tab", '\t', false },
	{ "Uuml", 0xdc, true },
	{ "VerticalLine", '|', false },
	{ "ZeroWidthSpace", 0x200b, false },
	{ "aacute", 0xe1, true },
	{ "acirc", 0xe2, true },
	{ "aelig", 0xe6, true },
	{ "agrave", 0xe0, true },
	{ "amp", '&', true },
	{ "apos", '\'', false },
	{ "aring", 0xe5, true },
	{ "ast", '*', false },
	{ "atilde", 0xe3, true },
	{ "auml", 0xe4, true },
	{ "bsol", '\\', false },
	{ "bull", 0x2022, false },
	{ "ccedil", 0xe7, true },
	{ "cent", 0xa2, true },
	{ "colon", ':', false },
	{ "comma", ',', false },
	{ "commat", '@', false },
	{ "copy", 0xa9, true },
	{ "dash", 0x2010, false },
	{ "deg", 0xb0, true },
	{ "dollar", '$', false },
	{ "eacute", 0xe9, true },
	{ "ecirc", 0xea, true },
	{ "egrave", 0xe8, true },
	{ "emsp", 0x2003, false },
	{ "ensp", 0x2002, false },
	{ "equals", '=', false },
	{ "euml", 0xeb, true },
	{ "euro", 0x20ac, false },
	{ "excl", '!', false },
	{ "frac12", 0xbd, true },
	{ "grave", '`', false },
	{ "gt", '>', true },
	{ "hellip", 0x2026, false },
	{ "hyphen", 0x2010, false },
	{ "iacute", 0xed, true },
	{ "icirc", 0xee, true },
	{ "iexcl", 0xa1, true },
	{ "iquest", 0xbf, true },
	{ "iuml", 0xef, true },
	{ "laquo", 0xab, true },
	{ "lbrace", '{', false },
	{ "lbrack", '[', false },
	{ "lcub", '{', false },
	{ "ldquo", 0x201c, false },
	{ "lowbar", '_', false },
	{ "lpar", '(', false },
	{ "lrm", 0x200e, false },
	{ "lsaquo", 0x2039, false },
	{ "lsqb", '[', false },
	{ "lsquo", 0x2018, false },
	{ "lt", '<', true },
	{ "mdash", 0x2014, false },
	{ "middot", 0xb7, true },
	{ "nbsp", 0xa0, true },
	{ "ndash", 0x2013, false },
	{ "ntilde", 0xf1, true },
	{ "num", '#', false },
	{ "oacute", 0xf3, true },
	{ "ocirc", 0xf4, true },
	{ "ograve", 0xf2, true },
	{ "ordm", 0xba, true },
	{ "oslash", 0xf8, true },
	{ "otilde", 0xf5, true },
	{ "ouml", 0xf6, true },
	{ "para", 0xb6, true },
	{ "percnt", '%', false },
	{ "period", '.', false },
	{ "plus", '+', false },
	{ "pound", 0xa3, true },
	{ "quest", '?', false },
	{ "quot", '"', true },
	{ "raquo", 0xbb, true },
	{ "rarr", 0x2192, false },
	{ "rbrace", '}', false },
	{ "rbrack", ']', false },
	{ "rcub", '}', false },
	{ "rdquo", 0x201d, false },
	{ "reg", 0xae, true },
	{ "rlm", 0x200f, false },
	{ "rpar", ')', false },
	{ "rsaquo", 0x203a, false },
	{ "rsqb", ']', false },
	{ "rsquo", 0x2019, false },
	{ "sbquo", 0x201a, false },
	{ "sect", 0xa7, true },
	{ "semi", ';', false },
	{ "shy", 0xad, true },
	{ "sol", '/', false },
	{ "szlig", 0xdf, true },
	{ "thinsp", 0x2009, false },
	{ "times", 0xd7, true },
	{ "trade", 0x2122, false },
	{ "uacute", 0xfa, true },
	{ "ucirc", 0xfb, true },
	{ "ugrave", 0xf9, true },
	{ "uuml", 0xfc, true },
	{ "vert", '|', false },
	{ "yen", 0xa5, true },
	{ "zwj", 0x200d, false },
	{ "zwnj", 0x200c, false },
};

static bool is_alphanumeric(uint8_t byte)
{
	uint8_t lower = text_lower(byte);

	return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9');
}

static int name_compare(const void *key, const void *at)
{
	return strcmp(key, ((const struct named *)at)->name);
}

/* A name behind "&". Without ";" it counts where neither a letter, a digit nor "=" follows: in addresses
 * "&copy=1" is no sign of copyright (13.2.5.73). */
static bool take_named(struct cur *c, enum tag_language language, struct pen *out)
{
	char name[NAME_MAX_BYTES];
	const struct named *found;
	size_t n = 0;
	uint8_t next;

	while (n < c->left && n < sizeof(name) - 1 && is_alphanumeric(c->p[n])) {
		name[n] = (char)c->p[n];
		n++;
	}
	name[n] = '\0';
	found = bsearch(name, names, sizeof(names) / sizeof(names[0]), sizeof(names[0]), name_compare);
	next = n < c->left ? c->p[n] : 0;
	if (!found || (next != ';' && (language == TAG_XML || !found->bare || is_alphanumeric(next) || next == '=')))
		return false;
	cur_span(c, n + (next == ';'));
	pen_rune(out, found->rune);
	return true;
}

/* The rune that a number means: those of Windows-1252 where Unicode has controls (13.2.5.84). */
static uint32_t rune_meant(uint32_t number)
{
	static const uint16_t windows[32] = {
		0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
		0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
		0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
	};

	if (number == 0 || number > RUNE_MAX)
		return RUNE_INVALID;
	return number >= 0x80 && number < 0xa0 ? windows[number - 0x80] : number;
}

/* "#65;" or "#x41;" behind "&"; the ";" may be missing. */
static bool take_number(struct cur *c, struct pen *out)
{
	bool hex = c->left > 1 && text_lower(c->p[1]) == 'x';
	size_t n = hex ? 2 : 1, digits = n;
	uint32_t number = 0;

	for (; n < c->left; n++) {
		int digit = text_nibble(c->p[n]);

		if (digit < 0 || (!hex && digit > 9))
			break;
		if (number <= RUNE_MAX)
			number = number * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (n == digits)
		return false;
	cur_span(c, n + (n < c->left && c->p[n] == ';'));
	pen_rune(out, rune_meant(number));
	return true;
}

struct span tag_text(struct span text, enum tag_language language, struct arena *arena)
{
	struct cur c = cur_init(text);
	struct pen out;
	uint8_t *room;

	if (text.len == 0 || !memchr(text.ptr, '&', text.len))
		return text;
	room = arena_take(arena, text.len); /* no reference is shorter than what it means */
	if (!room)
		return text;
	out = pen_init(room, text.len);
	while (c.left) {
		const uint8_t *at = memchr(c.p, '&', c.left);

		pen_span(&out, cur_span(&c, at ? (size_t)(at - c.p) : c.left));
		if (!c.left)
			break;
		cur_span(&c, 1);
		if (c.left && *c.p == '#' ? take_number(&c, &out) : take_named(&c, language, &out))
			continue;
		pen_byte(&out, '&');
	}
	arena_back(arena, (size_t)(room - arena->memory) + out.used);
	return (struct span){ room, out.used };
}
