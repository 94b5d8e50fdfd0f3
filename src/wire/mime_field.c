/* mime_field.c - parameters (RFC 2045, 2231) and encoded words (RFC 2047). */
#include "wire/mime_field.h"

#include "base/field.h"
#include "base/text.h"
#include "wire/line.h"

#define PIECES 32 /* numbered parts of a parameter that are put together */

struct span mime_value(struct span value)
{
	return field_value(&value);
}

/* Whether it is in Latin-1, or in the charset that is told for it where that is meant (WHATWG). */
static bool charset_is_latin(struct span charset)
{
	return line_is(charset, "iso-8859-1") || line_is(charset, "windows-1252");
}

/* A byte of a text in its charset. */
static void charset_byte(struct pen *pen, bool latin, uint8_t byte)
{
	if (latin)
		pen_rune(pen, byte);
	else
		pen_byte(pen, byte);
}

static int hex_pair(struct span s, size_t at)
{
	int high = s.len - at > 1 ? text_nibble(s.ptr[at]) : -1;
	int low = high >= 0 ? text_nibble(s.ptr[at + 1]) : -1;

	return low < 0 ? -1 : high << 4 | low;
}

/* Percent signs undone (RFC 2231, 4). */
static void percent_write(struct pen *pen, struct span text, bool latin)
{
	for (size_t i = 0; i < text.len; i++) {
		int byte = text.ptr[i] == '%' ? hex_pair(text, i + 1) : -1;

		charset_byte(pen, latin, byte < 0 ? text.ptr[i] : (uint8_t)byte);
		i += byte < 0 ? 0 : 2;
	}
}

/* The parameter of this name and number: the extended one if it is there in both forms (RFC 6266, 4.3).
 * False: neither. */
static bool form_find(struct span value, const char *name, int number, struct span *text,
		      bool *extended)
{
	struct field_form form;
	struct span told, said;
	bool found = false;

	*extended = false;
	for (field_value(&value); field_parameter(&value, &told, &said);) {
		if (!field_form(told, name, &form) || form.number != number ||
		    (found && !form.extended))
			continue;
		*text = said;
		*extended = form.extended;
		found = true;
		if (form.extended)
			break;
	}
	return found;
}

/* Takes charset'language' off, if they are there; whether the charset is Latin-1. */
static bool charset_take(struct span *text)
{
	struct span charset;

	return field_charset(text, &charset) && charset_is_latin(charset);
}

static void numbered_write(struct pen *pen, struct span value, const char *name)
{
	struct span text;
	bool extended, latin = false;

	for (int n = 0; n < PIECES && form_find(value, name, n, &text, &extended); n++) {
		if (extended && n == 0)
			latin = charset_take(&text);
		if (extended)
			percent_write(pen, text, latin);
		else
			field_unquote(pen, text);
	}
}

size_t mime_parameter(uint8_t *into, size_t room, struct span value, const char *name)
{
	struct pen pen = pen_init(into, room);
	struct span text;
	bool extended;

	numbered_write(&pen, value, name);
	if (pen.used || !form_find(value, name, -1, &text, &extended))
		return pen.used;
	if (extended) {
		bool latin = charset_take(&text);

		percent_write(&pen, text, latin);
	} else {
		field_unquote(&pen, text);
	}
	return pen.used;
}

size_t mime_parameter_text(uint8_t *into, size_t room, struct span value, const char *name)
{
	uint8_t told[1024];
	size_t len = mime_parameter(told, sizeof(told), value, name);

	return mime_words(into, room, (struct span){ told, len });
}

static void base64_write(struct pen *pen, struct span text, bool latin)
{
	uint32_t bits = 0;
	unsigned used = 0;

	for (size_t i = 0; i < text.len; i++) {
		int value = line_base64(text.ptr[i]);

		if (value < 0)
			continue;
		bits = bits << 6 | (uint32_t)value;
		used += 6;
		if (used >= 8) {
			used -= 8;
			charset_byte(pen, latin, (uint8_t)(bits >> used));
		}
	}
}

/* The Q encoding (RFC 2047, 4.2). */
static void q_write(struct pen *pen, struct span text, bool latin)
{
	for (size_t i = 0; i < text.len; i++) {
		int byte = text.ptr[i] == '=' ? hex_pair(text, i + 1) : -1;

		if (byte >= 0) {
			charset_byte(pen, latin, (uint8_t)byte);
			i += 2;
		} else {
			charset_byte(pen, latin, text.ptr[i] == '_' ? ' ' : text.ptr[i]);
		}
	}
}

/* An encoded word at the beginning of the text; its length, 0: none. */
static size_t word_write(struct pen *pen, struct span text)
{
	struct field_word word;

	if (!field_word(text, &word))
		return 0;
	if (word.base64)
		base64_write(pen, word.text, charset_is_latin(word.charset));
	else
		q_write(pen, word.text, charset_is_latin(word.charset));
	return word.len;
}

size_t mime_words(uint8_t *into, size_t room, struct span text)
{
	struct pen pen = pen_init(into, room);
	bool behind_word = false;

	while (text.len) {
		struct span next = text;
		size_t used;

		while (behind_word && next.len && (next.ptr[0] == ' ' || next.ptr[0] == '\t'))
			next = line_from(next, 1); /* between two words: RFC 2047, 6.2 */
		used = word_write(&pen, next);
		if (used) {
			text = line_from(next, used);
		} else {
			pen_byte(&pen, text.ptr[0]);
			text = line_from(text, 1);
		}
		behind_word = used > 0;
	}
	return pen.used;
}
