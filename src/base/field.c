/* field.c - the grammar of MIME's header fields. */
#include "base/field.h"

#include "base/line.h"

#define WORD 2048 /* bytes of an encoded word; RFC 2047, 2 allows 75, which not all senders know */
#define ESC  0x1b

/* The length of a run of two-byte characters, escape and all, that goes on until the next escape; 0: none begins. */
static size_t jis_length(struct span at)
{
	size_t end;

	if (at.len < 3 || at.ptr[0] != ESC || at.ptr[1] != '$')
		return 0;
	end = line_find(line_from(at, 1), ESC);
	return end + 1 < at.len ? end + 1 : 0;
}

/* Where the first `mark` is outside of quotes, or the length. */
static size_t find_unquoted(struct span s, uint8_t mark)
{
	bool quoted = false;
	size_t n = 0;

	while (n < s.len && (quoted || s.ptr[n] != mark)) {
		size_t run = jis_length(line_from(s, n));

		if (run) {
			n += run;
			continue;
		}
		if (s.ptr[n] == '"')
			quoted = !quoted;
		else if (quoted && s.ptr[n] == '\\' && n + 1 < s.len)
			n++;
		n++;
	}
	return n < s.len ? n : s.len;
}

struct span field_value(struct span *rest)
{
	size_t n = find_unquoted(*rest, ';');
	struct span value = line_trim(line_cut(*rest, n));

	*rest = line_from(*rest, n + 1);
	return value;
}

bool field_parameter(struct span *rest, struct span *name, struct span *text)
{
	struct span parameter;
	size_t equals;

	if (!rest->len)
		return false;
	parameter = field_value(rest);
	equals = line_find(parameter, '=');
	*name = line_trim(line_cut(parameter, equals));
	*text = line_trim(line_from(parameter, equals + 1));
	return true;
}

bool field_form(struct span told, const char *name, struct field_form *form)
{
	uint64_t number;

	*form = (struct field_form){ .number = -1 };
	if (!line_starts(told, name))
		return false;
	told = line_from(told, strlen(name));
	if (!told.len)
		return true;
	if (told.ptr[0] != '*')
		return false;
	told = line_from(told, 1);
	form->extended = !told.len || told.ptr[told.len - 1] == '*';
	if (!told.len)
		return true;
	if (!line_number(line_cut(told, told.len - form->extended), FIELD_PIECES - 1, &number))
		return false;
	form->number = (int)number;
	return true;
}

bool field_charset(struct span *text, struct span *charset)
{
	size_t first = line_find(*text, '\'');
	struct span before = line_cut(*text, first), rest = line_from(*text, first + 1);
	size_t second = line_find(rest, '\'');

	*charset = line_cut(*text, 0);
	if (second == rest.len)
		return false;
	*text = line_from(rest, second + 1);
	*charset = before;
	return true;
}

void field_unquote(struct pen *pen, struct span text)
{
	size_t i = 1;

	if (!text.len || text.ptr[0] != '"') {
		pen_span(pen, text);
		return;
	}
	while (i < text.len && text.ptr[i] != '"') {
		size_t run = jis_length(line_from(text, i));
		bool escape = !run && text.ptr[i] == '\\' && i + 1 < text.len &&
			      (text.ptr[i + 1] == '"' || text.ptr[i + 1] == '\\');

		i += escape;
		run = run ? run : 1;
		pen_span(pen, line_cut(line_from(text, i), run));
		i += run;
	}
}

bool field_word(struct span text, struct field_word *word)
{
	struct span rest = line_cut(line_from(text, 2), WORD), how;
	const uint8_t *end;

	if (!line_begins(text, "=?") || !line_part(&rest, '?', &word->charset) || !line_part(&rest, '?', &how) ||
	    !rest.len)
		return false;
	word->base64 = line_is(how, "b");
	end = memmem(rest.ptr, rest.len, "?=", 2);
	if (!end || (!word->base64 && !line_is(how, "q")))
		return false;
	word->text = line_cut(rest, (size_t)(end - rest.ptr));
	word->len = (size_t)(end - text.ptr) + 2;
	word->charset = line_cut(word->charset, line_find(word->charset, '*')); /* a language: RFC 2231, 5 */
	return true;
}
