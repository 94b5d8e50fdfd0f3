/* person.c - names of people, compared as people read them. */
#include "letter/person.h"

#include "base/line.h"
#include "base/pen.h"
#include "base/text.h"

#define WORDS 8 /* of a name that are compared */
#define EXTRA 2 /* words that a display may have besides */

struct name {
	struct span word[WORDS];
	unsigned count;
	bool more; /* words */
};

/* Cyrillic and Greek letters that look like Latin ones (Unicode's confusables.txt, the exact ones). */
static uint32_t looks_like(uint32_t rune)
{
	static const struct {
		uint32_t rune;
		char latin;
	} letters[] = {
		{ 0x430, 'a' }, { 0x410, 'a' }, { 0x435, 'e' }, { 0x415, 'e' }, { 0x43e, 'o' }, { 0x41e, 'o' }, { 0x440, 'p' },
		{ 0x420, 'p' }, { 0x441, 'c' }, { 0x421, 'c' }, { 0x443, 'y' }, { 0x445, 'x' }, { 0x425, 'x' }, { 0x456, 'i' },
		{ 0x406, 'i' }, { 0x458, 'j' }, { 0x455, 's' }, { 0x405, 's' }, { 0x412, 'b' }, { 0x41d, 'h' }, { 0x41c, 'm' },
		{ 0x422, 't' }, { 0x41a, 'k' }, { 0x3bf, 'o' }, { 0x39f, 'o' }, { 0x391, 'a' }, { 0x395, 'e' }, { 0x399, 'i' },
	};

	for (size_t i = 0; rune >= 0x370 && rune < 0x500 && i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].rune == rune)
			return (uint8_t)letters[i].latin;
	return rune;
}

/* Half the width, lower case, look-alikes resolved; 0: nobody sees it; ' ': it parts words. */
static uint32_t rune_fold(uint32_t rune)
{
	if (rune >= 0xff01 && rune <= 0xff5e)
		rune -= 0xfee0;
	if (rune == 0x3000 || rune == 0xa0 || rune == 0x30fb || rune == 0xff65 || rune == '\t')
		return ' ';
	if (rune < 0x80)
		return strchr(".,-_'\"`|/&:;", (int)rune) && rune ? ' ' : text_lower((uint8_t)rune);
	return rune_is_hidden(rune) ? 0 : looks_like(rune);
}

/* The display without what is in brackets, and the polite ending of Japanese names. */
static void name_read(struct span text, struct arena *arena, struct name *name)
{
	uint8_t *into = arena_take(arena, 3 * text.len + 4);
	struct pen pen = pen_init(into, into ? 3 * text.len + 4 : 0);
	struct span rest;
	unsigned depth = 0;

	while (text.len) {
		uint32_t rune = rune_fold(text_rune(&text));

		if (rune == '(' || rune == '[' || rune == '<' || rune == 0x3010 || rune == 0x300c)
			depth++;
		else if (rune == ')' || rune == ']' || rune == '>' || rune == 0x3011 || rune == 0x300d)
			depth -= depth > 0;
		else if (rune && depth == 0)
			pen_rune(&pen, rune);
	}
	rest = pen_since(&pen, 0);
	*name = (struct name){ 0 };
	while (name->count < WORDS && text_word(&rest, &name->word[name->count]))
		name->count++;
	name->more = rest.len > 0;
}

static bool has_word(const struct name *name, struct span word)
{
	for (unsigned i = 0; i < name->count; i++)
		if (span_equal(name->word[i], word))
			return true;
	return false;
}

/* Whether the words in a row, beginning with `first` and going around, are the letters of `whole` in a row. */
static bool joined_is(const struct name *name, unsigned first, const struct name *whole)
{
	struct span left = name->word[first];
	unsigned at = 0;

	for (unsigned i = 0; i < whole->count; i++)
		for (size_t n = 0; n < whole->word[i].len; n++) {
			if (!left.len && ++at < name->count)
				left = name->word[(first + at) % name->count];
			if (!left.len || left.ptr[0] != whole->word[i].ptr[n])
				return false;
			left = line_from(left, 1);
		}
	return !left.len && at + 1 >= name->count;
}

/* Names that are written without blanks: one order or the other. */
static bool same_letters(const struct name *display, const struct name *name)
{
	for (unsigned first = 0; first < name->count; first++)
		if (joined_is(name, first, display))
			return true;
	return false;
}

static void honorific_drop(struct name *name)
{
	static const char *const honorifics[] = { "様", "さん", "氏", "殿" };
	struct span *last = name->count ? &name->word[name->count - 1] : NULL;

	for (size_t i = 0; last && i < sizeof(honorifics) / sizeof(honorifics[0]); i++) {
		size_t n = strlen(honorifics[i]);

		if (last->len >= n && memcmp(last->ptr + last->len - n, honorifics[i], n) == 0) {
			last->len -= n;
			name->count -= last->len == 0;
			return;
		}
	}
}

bool person_is(struct span display, struct span name, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct name shown, known;
	bool same, ascii = true;
	unsigned hits = 0;

	name_read(display, arena, &shown);
	name_read(name, arena, &known);
	honorific_drop(&shown);
	for (unsigned i = 0; i < known.count; i++) {
		hits += has_word(&shown, known.word[i]);
		ascii &= known.word[i].len > 1 && known.word[i].ptr[0] < 0x80;
	}
	same = known.count > 0 && same_letters(&shown, &known);
	if (known.count > 1 && hits == known.count && !shown.more)
		same |= shown.count == known.count || (ascii && shown.count <= known.count + EXTRA);
	arena_back(arena, mark);
	return same;
}

bool person_names(struct span display, struct span brand, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct name shown, known;
	bool all;

	name_read(display, arena, &shown);
	name_read(brand, arena, &known);
	all = known.count > 0;
	for (unsigned i = 0; i < known.count; i++)
		all = all && has_word(&shown, known.word[i]);
	arena_back(arena, mark);
	return all;
}
