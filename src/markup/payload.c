/* payload.c - texts that are files: recognised by their alphabet, decoded, and again, until they are something known.
 */
#include "markup/payload.h"

#include "base/line.h"
#include "base/pen.h"
#include "format/charset.h"
#include "format/tag.h"

#include <stdio.h>

#define TEXT_MIN    24 /* letters from which on a text may be an encoded link */
#define NUMBERS_MIN 16 /* numbers in a list that may be bytes */
#define LAYERS      5  /* of one encoding in another */
#define FILE_MIN    64 /* bytes of a file that is worth a part */
#define HEAD        64

enum { BASE64 = 1, HEX = 2, NUMBERS = 4, BLANK = 8 };

static const uint8_t alphabets[256] = {
	['A' ... 'F'] = BASE64 | HEX | NUMBERS,
	['G' ... 'Z'] = BASE64,
	['a' ... 'f'] = BASE64 | HEX | NUMBERS,
	['g' ... 'w'] = BASE64,
	['x'] = BASE64 | NUMBERS,
	['y' ... 'z'] = BASE64,
	['0' ... '9'] = BASE64 | HEX | NUMBERS,
	['+'] = BASE64,
	['/'] = BASE64,
	['='] = BASE64,
	['-'] = BASE64 | NUMBERS,
	['_'] = BASE64,
	[','] = NUMBERS,
	['\n'] = BLANK,
	['\r'] = BLANK,
	['\t'] = BLANK,
	[' '] = BLANK,
};

/* What all bytes of a text have in common. */
static unsigned alphabet_of(struct span text)
{
	unsigned common = BASE64 | HEX | NUMBERS;

	for (size_t i = 0; i < text.len && common; i++)
		if (alphabets[text.ptr[i]] != BLANK)
			common &= alphabets[text.ptr[i]];
	return common;
}

/* --- decoders: into the arena, empty when it is not so written --- */

static struct span undo_hex(struct span text, struct arena *arena)
{
	uint8_t *room = arena_take(arena, text.len / 2 + 1);
	size_t n = 0;
	int high = -1;

	for (size_t i = 0; room && i < text.len; i++) {
		int digit = text_nibble(text.ptr[i]);

		if (digit < 0)
			continue;
		if (high >= 0)
			room[n++] = (uint8_t)(high << 4 | digit);
		high = high >= 0 ? -1 : digit;
	}
	return (struct span){ room, n };
}

/* "77,90,-112" or "0x4d,0x5a". */
static struct span undo_numbers(struct span text, struct arena *arena)
{
	uint8_t *room = arena_take(arena, text.len + 4);
	struct pen pen = pen_init(room, room ? text.len + 4 : 0);
	struct span rest = text;

	while (rest.len) {
		struct span one = line_until(&rest, ',');
		int32_t number = 0;
		bool minus = false, hex = false;

		for (size_t i = 0; i < one.len && i < 16; i++) {
			int digit = text_nibble(one.ptr[i]);

			minus = minus || one.ptr[i] == '-';
			hex = hex || one.ptr[i] == 'x';
			if (digit >= 0 && number < 0x110000)
				number = number * (hex ? 16 : 10) + digit;
		}
		if (number < 256)
			pen_byte(&pen, (uint8_t)(minus ? -number : number));
		else
			pen_rune(&pen, (uint32_t)number);
	}
	return pen_since(&pen, 0);
}

/* escape()'s "%u0041" besides "%41" (ECMA-262, B.2.1). */
static struct span undo_escape(struct span text, struct arena *arena)
{
	uint8_t *room = arena_take(arena, text.len);
	struct pen pen = pen_init(room, room ? text.len : 0);

	for (size_t i = 0; i < text.len; i++) {
		size_t digits = text.ptr[i] != '%' || text.len - i < 3 ? 0
				: text.ptr[i + 1] == 'u'               ? 4
								       : 2,
		       from = i + (digits == 4 ? 2 : 1);
		uint32_t number = 0;
		size_t n = 0;

		while (n < digits && from + n < text.len && text_nibble(text.ptr[from + n]) >= 0)
			number = number << 4 | (uint32_t)text_nibble(text.ptr[from + n++]);
		if (!digits || n < digits) {
			pen_byte(&pen, text.ptr[i]);
			continue;
		}
		if (digits == 4)
			pen_rune(&pen, number);
		else
			pen_byte(&pen, (uint8_t)number);
		i = from + digits - 1;
	}
	return pen_since(&pen, 0);
}

static struct span turned_around(struct span text, struct arena *arena)
{
	uint8_t *room = arena_take(arena, text.len);

	for (size_t i = 0; room && i < text.len; i++)
		room[i] = text.ptr[text.len - 1 - i];
	return (struct span){ room, room ? text.len : 0 };
}

/* Files that one byte of XOR hides, by what they must begin with. */
static struct span undo_xor(struct span bytes, struct arena *arena)
{
	static const struct {
		const char *bytes;
		size_t len;
	} heads[] = { { "PK\3\4", 4 },  { "MZ\x90\0", 4 },   { "%PDF", 4 },
		      { "Rar!", 4 },    { "7z\xbc\xaf", 4 }, { "\xd0\xcf\x11\xe0", 4 },
		      { "L\0\0\0", 4 }, { "<html", 5 },      { "<!DOCTYPE", 9 } };
	uint8_t *room;

	for (size_t h = 0; h < sizeof(heads) / sizeof(heads[0]) && bytes.len >= HEAD; h++) {
		uint8_t key = bytes.ptr[0] ^ (uint8_t)heads[h].bytes[0];
		size_t n = 0;

		while (n < heads[h].len && (bytes.ptr[n] ^ key) == (uint8_t)heads[h].bytes[n])
			n++;
		if (key == 0 || n < heads[h].len)
			continue;
		room = arena_take(arena, bytes.len);
		for (size_t i = 0; room && i < bytes.len; i++)
			room[i] = bytes.ptr[i] ^ key;
		return (struct span){ room, room ? bytes.len : 0 };
	}
	return (struct span){ 0 };
}

/* --- what it is --- */

static bool has_tag(struct span text, const char *const *words)
{
	struct span look = line_cut(text, 4096);

	for (; look.len && (look = line_from(look, line_find(look, '<'))).len; look = line_from(look, 1))
		for (const char *const *word = words; *word; word++)
			if (line_starts(look, *word))
				return true;
	return false;
}

static bool is_page(struct span text)
{
	static const char *const tags[] = { "<html",     "<script", "<form", "<body", "<iframe", "<meta",
					    "<!doctype", "<input",  "<div",  "<svg",  NULL };

	return has_tag(text, tags);
}

/* What a script may write into its page and is worth a look even though everybody can read it. */
static bool is_bait(struct span text)
{
	static const char *const tags[] = { "<form", "<iframe", "<meta", "<html", NULL };

	return has_tag(text, tags);
}

static bool is_link(struct span text)
{
	return (line_starts(text, "http://") || line_starts(text, "https://")) && text.len < 2048;
}

/* Files that do something: no picture, no font, no plain text that nothing names otherwise. */
static bool is_file(struct span bytes, struct span name)
{
	enum type type = type_of(bytes, name);

	return bytes.len >= FILE_MIN && (type_kind(type) != KIND_PLAIN ||
					 (type == TYPE_UNKNOWN && type_kind(type_promised(name)) != KIND_PLAIN));
}

static void take_file(struct exam *e, const struct part *part, struct span bytes, const struct payload_hints *hints,
		      struct payload_told *told)
{
	struct part child = { .name = hints->name.len ? hints->name : text_span("smuggled"), .bytes = bytes };
	char name[48];

	if (!told->file) {
		exam_visible(name, sizeof(name), child.name);
		snprintf(told->what, sizeof(told->what), "%s (%s, %zu bytes)", name,
			 type_name(type_of(bytes, hints->name)), bytes.len);
	}
	told->file = true;
	exam_part(e, part, &child);
}

static void take_page(struct exam *e, const struct part *part, struct span text)
{
	struct part child = { .name = text_span("written.html"), .bytes = text };

	exam_part(e, part, &child);
}

static void take_link(struct exam *e, const struct part *part, struct span url, struct payload_told *told)
{
	if (!told->link)
		exam_visible(told->url, sizeof(told->url), url);
	told->link = true;
	exam_url(e, part, url, (struct span){ 0 });
}

/* Whether it is something known; then it is examined. */
static bool take_known(struct exam *e, const struct part *part, struct span bytes, const struct payload_hints *hints,
		       struct payload_told *told)
{
	if (is_link(bytes))
		take_link(e, part, bytes, told);
	else if (is_page(bytes))
		take_page(e, part, bytes);
	else if (is_file(bytes, hints->name))
		take_file(e, part, bytes, hints, told);
	else
		return false;
	told->page = told->page || (!is_link(bytes) && is_page(bytes));
	return true;
}

/* One layer less; empty: it is not encoded in a known way. */
static struct span undo(struct span text, struct arena *arena)
{
	unsigned alphabet;
	size_t comma;

	if (line_starts(text, "data:")) {
		comma = line_find(line_cut(text, 256), ',');
		if (line_contains(line_cut(text, comma), "base64"))
			return base64_undo(line_from(text, comma + 1), arena, NULL);
		return percent_undo(line_from(text, comma + 1), arena);
	}
	alphabet = alphabet_of(text);
	if (alphabet & NUMBERS && line_find(text, ',') < text.len)
		return undo_numbers(text, arena);
	if (alphabet & HEX && text.len % 2 == 0)
		return undo_hex(text, arena);
	if (alphabet & BASE64)
		return base64_undo(text, arena, NULL);
	if (line_find(text, '%') < text.len)
		return undo_escape(text, arena);
	return (struct span){ 0 };
}

static bool is_known(struct span bytes)
{
	return is_link(bytes) || is_page(bytes) || is_file(bytes, (struct span){ 0 });
}

/* What one layer of encoding hides; turned around or mixed with a byte besides, where the script does that. */
static struct span peel(struct span text, const struct payload_hints *hints, struct arena *arena)
{
	struct span undone = undo(text, arena), other;

	if (hints->reverses && !is_known(undone)) {
		struct span turned = turned_around(text, arena);

		other = undo(turned, arena);
		if (is_known(other) || is_known(turned))
			return is_known(other) ? other : turned;
	}
	if (hints->mixes && type_of(undone, (struct span){ 0 }) == TYPE_UNKNOWN) {
		other = undo_xor(undone, arena);
		if (other.len)
			return other;
	}
	return undone;
}

/* Whether the text became something known; pictures and fonts are known, and nothing else is to be done with them. */
static bool decode(struct exam *e, const struct part *part, struct span text, const struct payload_hints *hints,
		   struct payload_told *told)
{
	for (unsigned layer = 0; layer < LAYERS && text.len >= TEXT_MIN && exam_work(e, text.len); layer++) {
		struct span undone = peel(text, hints, &e->arena);
		enum type type = type_of(undone, (struct span){ 0 });

		if (!undone.len || span_equal(undone, text) || is_link(text))
			return false;
		if (take_known(e, part, undone, hints, told))
			return true;
		if (type != TYPE_TEXT)
			return type != TYPE_UNKNOWN;
		text = undone;
	}
	return false;
}

void payload_take(struct exam *e, const struct part *part, struct span text, const struct payload_hints *hints,
		  struct payload_told *told)
{
	size_t mark = arena_mark(&e->arena);

	if (!decode(e, part, text, hints, told) && text.len > told->largest)
		told->largest = text.len;
	arena_back(&e->arena, mark);
}

/* A list of numbers that begins at `at`; its length, 0: it is none. */
static size_t list_length(struct span text, size_t at)
{
	size_t n = at, commas = 0;

	while (n < text.len && alphabets[text.ptr[n]] & (NUMBERS | BLANK))
		commas += text.ptr[n++] == ',';
	return commas >= NUMBERS_MIN ? n - at : 0;
}

void payload_search(struct exam *e, const struct part *part, struct span folded, const struct payload_hints *hints,
		    struct payload_told *told)
{
	size_t n = 0;

	while (n < folded.len && !e->over) {
		uint8_t byte = folded.ptr[n++];
		struct span inside = { 0 };

		if (byte == '"') {
			inside = line_cut(line_from(folded, n), line_find(line_from(folded, n), '"'));
			n += inside.len + 1;
		} else if (byte == '[' || byte == '(') {
			inside = line_cut(line_from(folded, n), list_length(folded, n));
			n += inside.len;
		}
		if (hints->writes && is_bait(inside))
			take_page(e, part, inside);
		else if (inside.len >= TEXT_MIN)
			payload_take(e, part, inside, hints, told);
	}
}
