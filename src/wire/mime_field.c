/* mime_field.c - parameters (RFC 2045, 2231) and encoded words (RFC 2047). */
#include "wire/mime_field.h"

#include "base/pen.h"
#include "base/text.h"
#include "wire/line.h"

#define PIECES 32 /* numbered parts of a parameter that are put together */

/* Cuts a parameter off at the next semicolon outside of quotes. */
static bool parameter_next(struct span *rest, struct span *parameter)
{
	bool quoted = false;
	size_t n = 0;

	if (!rest->len)
		return false;
	for (; n < rest->len && (quoted || rest->ptr[n] != ';'); n++) {
		if (rest->ptr[n] == '"')
			quoted = !quoted;
		else if (quoted && rest->ptr[n] == '\\' && n + 1 < rest->len)
			n++;
	}
	*parameter = line_trim(line_cut(*rest, n));
	*rest = line_from(*rest, n + 1);
	return true;
}

struct span mime_value(struct span value)
{
	return line_trim(line_cut(value, line_find(value, ';')));
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

/* A token, or a quoted string with its backslashes undone. */
static void plain_write(struct pen *pen, struct span text)
{
	if (!text.len || text.ptr[0] != '"') {
		pen_span(pen, text);
		return;
	}
	for (size_t i = 1; i < text.len && text.ptr[i] != '"'; i++) {
		if (text.ptr[i] == '\\' && i + 1 < text.len)
			i++;
		pen_byte(pen, text.ptr[i]);
	}
}

/* One form of a parameter's name: NAME, NAME*, NAME*0, NAME*0*. */
struct form {
	bool extended; /* percent signs; and a charset in the first */
	int number;    /* -1: none */
};

static bool form_read(struct span told, const char *name, struct form *form)
{
	size_t n = strlen(name);
	uint64_t number;

	*form = (struct form){ .number = -1 };
	if (!line_starts(told, name))
		return false;
	told = line_from(told, n);
	if (!told.len)
		return true;
	if (told.ptr[0] != '*')
		return false;
	told = line_from(told, 1);
	form->extended = !told.len || told.ptr[told.len - 1] == '*';
	if (!told.len)
		return true;
	if (!line_number(line_cut(told, told.len - form->extended), PIECES, &number))
		return false;
	form->number = (int)number;
	return true;
}

/* The parameter of this name and number: the extended one if it is there in both forms (RFC 6266, 4.3).
 * False: neither. */
static bool form_find(struct span value, const char *name, int number, struct span *text,
		      bool *extended)
{
	struct span parameter;
	struct form form;
	bool found = false;

	*extended = false;
	for (parameter_next(&value, &parameter); parameter_next(&value, &parameter);) {
		size_t equals = line_find(parameter, '=');

		if (!form_read(line_trim(line_cut(parameter, equals)), name, &form) ||
		    form.number != number || (found && !form.extended))
			continue;
		*text = line_trim(line_from(parameter, equals + 1));
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
	size_t first = line_find(*text, '\'');
	struct span charset = line_cut(*text, first), rest = line_from(*text, first + 1);
	size_t second = line_find(rest, '\'');

	if (second == rest.len)
		return false;
	*text = line_from(rest, second + 1);
	return charset_is_latin(charset);
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
			plain_write(pen, text);
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
		plain_write(&pen, text);
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

/* An encoded word at the beginning of the text: =?charset?B?text?= ; its length, 0: none. */
static size_t word_write(struct pen *pen, struct span text)
{
	struct span rest = line_from(text, 2), charset, how, word;
	size_t used;

	if (!line_starts(text, "=?") || !line_part(&rest, '?', &charset) ||
	    !line_part(&rest, '?', &how) || how.len != 1 || !line_part(&rest, '?', &word) ||
	    !rest.len || rest.ptr[0] != '=')
		return 0;
	used = text.len - rest.len + 1;
	charset = line_cut(charset, line_find(charset, '*')); /* a language: RFC 2231, 5 */
	if (line_is(how, "b"))
		base64_write(pen, word, charset_is_latin(charset));
	else if (line_is(how, "q"))
		q_write(pen, word, charset_is_latin(charset));
	else
		return 0;
	return used;
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
