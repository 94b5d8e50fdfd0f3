/* field_text.c - encoded words and parameters of header fields, as UTF-8. */
#include "mime/field_text.h"

#include "base/field.h"
#include "base/line.h"
#include "base/text.h"
#include "format/charset.h"

#define ESC    0x1b
#define GROWTH 3    /* bytes of UTF-8 that one byte of a charset may become */
#define WORDS  2048 /* bytes from the beginning of an encoded word to its end, at most */

struct writing {
	struct pen pen;
	struct arena *arena;
	struct span charset; /* of bytes beyond ASCII that stand there bare */
};

static struct span trim(struct span s)
{
	while (s.len && field_is_blank(s.ptr[s.len - 1]))
		s.len--;
	while (s.len && field_is_blank(s.ptr[0]))
		s = line_from(s, 1);
	return s;
}

/* Whether it is what it looks like. */
static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < ' ' || s.ptr[i] > '~' || (s.ptr[i] == '=' && i + 1 < s.len && s.ptr[i + 1] == '?'))
			return false;
	return true;
}

static void unfolded_write(struct pen *pen, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '\r' && s.ptr[i] != '\n')
			pen_byte(pen, s.ptr[i]);
}

/* What is no encoded word. */
static void bare_write(struct writing *w, struct span s)
{
	size_t mark = arena_mark(w->arena);

	unfolded_write(&w->pen, charset_text(s, w->charset, SIZE_MAX, w->arena));
	arena_back(w->arena, mark);
}

/* The Q encoding (RFC 2047, 4.2). */
static void q_undo(struct span text, struct arena *arena)
{
	struct pour pour = pour_begin(arena, SIZE_MAX);

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.ptr[i];
		int high = c == '=' && text.len - i > 2 ? text_nibble(text.ptr[i + 1]) : -1;
		int low = high < 0 ? -1 : text_nibble(text.ptr[i + 2]);

		pour_byte(&pour, low >= 0 ? (uint8_t)(high << 4 | low) : c == '_' ? ' ' : c);
		i += low < 0 ? 0 : 2;
	}
	pour_end(&pour);
}

/* Encoded words of one charset that follow each other: their bytes together are the text, as a character may be cut
 * between two. Returns how much they take; 0: none is there. */
static size_t words_write(struct writing *w, struct span text)
{
	size_t mark = arena_mark(w->arena), used = 0, gap = 0;
	struct field_word word, next;

	if (!field_word(text, &word))
		return 0;
	for (next = word; span_equal(next.charset, word.charset);) {
		if (next.base64)
			base64_undo(next.text, w->arena, NULL);
		else
			q_undo(next.text, w->arena);
		used += gap + next.len;
		for (gap = 0; used + gap < text.len && field_is_blank(text.ptr[used + gap]);)
			gap++;
		if (!field_word(line_from(text, used + gap), &next))
			break;
	}
	/* what was poured lies in a row */
	pen_span(&w->pen, charset_text((struct span){ w->arena->memory + mark, arena_mark(w->arena) - mark },
				       word.charset, SIZE_MAX, w->arena));
	arena_back(w->arena, mark);
	return used;
}

/* Blanks between two encoded words are none (RFC 2047, 6.2). */
static size_t blanks_before_word(struct span text)
{
	size_t n = 0;
	struct field_word word;

	while (n < text.len && field_is_blank(text.ptr[n]))
		n++;
	return field_word(line_from(text, n), &word) ? n : 0;
}

static void text_write(struct writing *w, struct span text)
{
	const uint8_t *end = text.ptr; /* of the next word: where none ends, none is looked for */

	while (text.len) {
		const uint8_t *start = memmem(text.ptr, text.len, "=?", 2);
		struct span from = line_from(text, start ? (size_t)(start - text.ptr) : text.len);
		size_t used = 0;

		if (from.len > 2 && end && end < from.ptr + 2)
			end = memmem(from.ptr + 2, from.len - 2, "?=", 2);
		if (from.len <= 2 || !end) {
			bare_write(w, text);
			return;
		}
		bare_write(w, line_cut(text, text.len - from.len));
		if ((size_t)(end - from.ptr) < WORDS)
			used = words_write(w, from);
		if (!used)
			bare_write(w, line_cut(from, used = 2));
		text = line_from(from, used);
		if (used > 2)
			text = line_from(text, blanks_before_word(text));
	}
}

struct span field_text(struct span raw, struct arena *arena)
{
	struct writing w = { .arena = arena };
	size_t room = raw.len * GROWTH;
	uint8_t *into;

	raw = trim(raw);
	if (is_plain(raw))
		return raw;
	into = arena_take(arena, room);
	if (!into)
		return line_cut(raw, 0);
	w.pen = pen_init(into, room);
	w.charset = charset_guess(raw);
	text_write(&w, raw);
	arena_back(arena, (size_t)(into - arena->memory) + w.pen.used);
	return trim(pen_since(&w.pen, 0));
}

struct span field_unfold(struct span raw, struct arena *arena)
{
	struct pen pen;
	uint8_t *into;

	if (line_find(raw, '\n') == raw.len && line_find(raw, '\r') == raw.len)
		return trim(raw);
	into = arena_take(arena, raw.len);
	pen = pen_init(into, into ? raw.len : 0);
	unfolded_write(&pen, raw);
	return trim(pen_since(&pen, 0));
}

/* --- parameters --- */

size_t field_comment(struct span at)
{
	size_t depth = 0;

	for (size_t n = 0; n < at.len; n++) {
		depth += at.ptr[n] == '(';
		if (!depth)
			return 0;
		if (at.ptr[n] == ')' && --depth == 0)
			return n + 1;
		n += at.ptr[n] == '\\';
	}
	return 0;
}

/* Without its comments, which nothing quoted has. After one that never ends none is looked for. */
static void bare_pour(struct pen *pen, struct span text)
{
	bool quoted = false, comments = true;

	for (size_t n = 0; n < text.len; n++) {
		uint8_t c = text.ptr[n];
		size_t comment = c == '(' && comments && !quoted ? field_comment(line_from(text, n)) : 0;

		if (comment) {
			n += comment - 1;
			continue;
		}
		comments &= c != '(' || quoted;
		quoted ^= c == '"';
		pen_byte(pen, c);
		if (c == '\\' && quoted && n + 1 < text.len)
			pen_byte(pen, text.ptr[++n]);
	}
}

/* As it is where there are no comments; letters of ISO-2022-JP, which stand there bare, may look like some. */
static struct span without_comments(struct span text, struct arena *arena)
{
	bool some = line_find(text, '(') < text.len && line_find(text, ESC) == text.len;
	uint8_t *into = some ? arena_take(arena, text.len) : NULL;
	struct pen pen = pen_init(into, into ? text.len : 0);

	if (!into)
		return text;
	bare_pour(&pen, text);
	return pen.used < text.len ? pen_since(&pen, 0) : text;
}

static void parameters_add(struct span value, struct parameters *parameters)
{
	struct span name, text;

	while (!parameters->more && field_parameter(&value, &name, &text)) {
		if (!name.len)
			continue;
		parameters->more = parameters->count == PARAMETERS;
		if (parameters->more)
			return;
		parameters->of[parameters->count].name = name;
		parameters->of[parameters->count++].text = text;
	}
}

void parameters_read(struct span value, struct arena *arena, struct parameters *parameters)
{
	struct span bare = without_comments(value, arena);

	parameters->count = 0;
	parameters->more = false;
	parameters_add(value, parameters);
	if (bare.len < value.len)
		parameters_add(bare, parameters);
}

static struct span unquote(struct span text, struct arena *arena)
{
	struct pen pen;
	uint8_t *into;

	if (!text.len || text.ptr[0] != '"')
		return text;
	into = arena_take(arena, text.len);
	pen = pen_init(into, into ? text.len : 0);
	field_unquote(&pen, text);
	return pen_since(&pen, 0);
}

static struct span extended_text(struct span text, struct arena *arena)
{
	struct span charset;

	text = unquote(text, arena);
	field_charset(&text, &charset);
	return charset_text(percent_undo(text, arena), charset, SIZE_MAX, arena);
}

static struct span plain_text(const struct parameters *parameters, const char *name, bool last, struct arena *arena)
{
	struct span text = { 0 };
	unsigned count = 0;

	for (unsigned i = 0; i < parameters->count; i++)
		if (line_is(parameters->of[i].name, name) && (count++ == 0 || last))
			text = parameters->of[i].text;
	if (count < 1u + last)
		return (struct span){ 0 };
	return field_text(unquote(text, arena), arena);
}

/* The piece of that number, the extended one where there are both. False: neither. */
static bool piece_find(const struct parameters *parameters, const char *name, int number, struct span *text,
		       bool *extended)
{
	bool found = false;

	*extended = false;
	for (unsigned i = 0; i < parameters->count && !*extended; i++) {
		struct field_form form;

		if (!field_form(parameters->of[i].name, name, &form) || form.number != number ||
		    (found && !form.extended))
			continue;
		*text = parameters->of[i].text;
		*extended = form.extended;
		found = true;
	}
	return found;
}

/* Percent signs undone where they stand; returns how many bytes are left. */
static size_t percent_undo_here(uint8_t *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int high = bytes[i] == '%' && len - i > 2 ? text_nibble(bytes[i + 1]) : -1;
		int low = high < 0 ? -1 : text_nibble(bytes[i + 2]);

		bytes[n++] = low < 0 ? bytes[i] : (uint8_t)(high << 4 | low);
		i += low < 0 ? 0 : 2;
	}
	return n;
}

static void piece_pour(struct span text, bool extended, struct arena *arena)
{
	struct pour pour = pour_begin(arena, SIZE_MAX);
	size_t got;
	uint8_t *into = pour_room(&pour, text.len, &got);
	struct pen pen = pen_init(into, got);

	field_unquote(&pen, text);
	pour.used = extended ? percent_undo_here(into, pen.used) : pen.used;
	pour_end(&pour);
}

/* All pieces together. Counting begins at 0; where it does not, some programs begin with 1. */
static struct span pieces_text(const struct parameters *parameters, const char *name, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct span text, charset;
	bool extended, marked = false;
	int first = piece_find(parameters, name, 0, &text, &extended) ? 0 : 1;

	for (int n = first; n < FIELD_PIECES && piece_find(parameters, name, n, &text, &extended); n++) {
		piece_pour(text, extended, arena); /* in a row */
		marked |= extended && n == first;
	}
	text = (struct span){ arena->memory + mark, arena_mark(arena) - mark };
	if (!marked || !field_charset(&text, &charset))
		return field_text(text, arena);
	return charset_text(text, charset, SIZE_MAX, arena);
}

struct span parameter_text(const struct parameters *parameters, const char *name, enum parameter_form form,
			   struct arena *arena)
{
	struct field_form told;

	switch (form) {
	case PARAMETER_PIECES:
		return pieces_text(parameters, name, arena);
	case PARAMETER_EXTENDED:
		for (unsigned i = 0; i < parameters->count; i++)
			if (field_form(parameters->of[i].name, name, &told) && told.extended && told.number < 0)
				return extended_text(parameters->of[i].text, arena);
		return (struct span){ 0 };
	default:
		return plain_text(parameters, name, form == PARAMETER_LAST, arena);
	}
}
