/* toml.c - tables, keys, and the way from item to item. Values: toml_value.c. */
#include "config/toml_private.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool toml_fail(struct toml_trouble *trouble, unsigned line, const char *format, ...)
{
	va_list arguments;

	trouble->line = line;
	va_start(arguments, format);
	vsnprintf(trouble->what, sizeof(trouble->what), format, arguments);
	va_end(arguments);
	return false;
}

int toml_peek(const struct toml *t)
{
	return t->rest.left ? *t->rest.p : TOML_END;
}

void toml_skip(struct toml *t)
{
	if (cur_u8(&t->rest) == '\n')
		t->line++;
}

bool toml_take(struct toml *t, char byte)
{
	if (toml_peek(t) != byte)
		return false;
	toml_skip(t);
	return true;
}

void toml_blanks(struct toml *t)
{
	while (toml_peek(t) == ' ' || toml_peek(t) == '\t')
		toml_skip(t);
}

void toml_space(struct toml *t)
{
	for (;;) {
		toml_blanks(t);
		if (toml_peek(t) == '#')
			while (toml_peek(t) != '\n' && toml_peek(t) != TOML_END)
				toml_skip(t);
		else if (toml_peek(t) == '\n' || toml_peek(t) == '\r')
			toml_skip(t);
		else
			return;
	}
}

/* The line is to end here, but for blanks and a comment. */
static bool read_line_end(struct toml *t, const char *after)
{
	unsigned line = t->line;

	toml_blanks(t);
	if (toml_peek(t) == '#' || toml_peek(t) == '\n' || toml_peek(t) == '\r' ||
	    toml_peek(t) == TOML_END) {
		toml_space(t);
		return true;
	}
	return toml_fail(t->trouble, line, "nothing but a comment may follow %s: begin a new line", after);
}

static bool is_bare(int byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == '-';
}

/* Appends a bare key to the name of `used` bytes. */
static bool read_bare(struct toml *t, char name[TOML_NAME], size_t *used)
{
	size_t from = *used;

	while (is_bare(toml_peek(t))) {
		if (*used + 1 == TOML_NAME)
			return toml_fail(t->trouble, t->line, "this name is too long (%d bytes at most)",
					 TOML_NAME - 1);
		name[(*used)++] = (char)toml_peek(t);
		toml_skip(t);
	}
	name[*used] = '\0';
	if (*used > from)
		return true;
	if (toml_peek(t) == '"' || toml_peek(t) == '\'')
		return toml_fail(t->trouble, t->line, "names are written without quotes here");
	return toml_fail(t->trouble, t->line,
			 "a name is missing here; names are of letters, digits, '-' and '_'");
}

/* [name] or [[name]]; a name may have dots. */
static bool read_header(struct toml *t, struct toml_item *item, char name[TOML_NAME])
{
	size_t used = 0;

	toml_skip(t);
	item->kind = toml_take(t, '[') ? TOML_ELEMENT : TOML_TABLE;
	for (;;) {
		toml_blanks(t);
		if (!read_bare(t, name, &used))
			return false;
		toml_blanks(t);
		if (!toml_take(t, '.'))
			break;
		if (used + 1 == TOML_NAME)
			return toml_fail(t->trouble, t->line, "this name is too long (%d bytes at most)",
					 TOML_NAME - 1);
		name[used++] = '.';
	}
	if (!toml_take(t, ']') || (item->kind == TOML_ELEMENT && !toml_take(t, ']')))
		return toml_fail(t->trouble, item->line, "'%s' is missing at the end of the section's name",
				 item->kind == TOML_ELEMENT ? "]]" : "]");
	return read_line_end(t, "the section's name");
}

/* name = value */
static bool read_key(struct toml *t, struct toml_item *item, char name[TOML_NAME])
{
	size_t used = 0;

	item->kind = TOML_KEY;
	if (!read_bare(t, name, &used))
		return false;
	toml_blanks(t);
	if (toml_peek(t) == '.')
		return toml_fail(t->trouble, item->line,
				 "names with dots are not read here: write [%s] above, and the rest below",
				 name);
	if (!toml_take(t, '='))
		return toml_fail(t->trouble, item->line, "'=' and a value are missing after '%s'", name);
	toml_blanks(t);
	return toml_read_value(t, &item->value) && read_line_end(t, "the value");
}

/* What TOML allows in no place: bytes that are no UTF-8, controls, a carriage return alone. */
static bool check_text(struct span text, struct toml_trouble *trouble)
{
	static const uint8_t replacement[] = { 0xef, 0xbf, 0xbd };
	unsigned line = 1;

	while (text.len > 0) {
		struct span at = text;
		uint32_t rune = text_rune(&text);
		bool crlf = rune == '\r' && text.len > 0 && text.ptr[0] == '\n';

		if (rune == RUNE_INVALID &&
		    !span_equal((struct span){ at.ptr, at.len - text.len },
				(struct span){ replacement, sizeof(replacement) }))
			return toml_fail(trouble, line, "this is no UTF-8: save the file as UTF-8");
		if ((rune < 0x20 && rune != '\t' && rune != '\n' && !crlf) || rune == 0x7f)
			return toml_fail(trouble, line, "there is a control character (0x%02x): take it out",
					 (unsigned)rune);
		line += rune == '\n';
	}
	return true;
}

static enum err read_items(struct toml *t, toml_see *see, void *whom)
{
	char name[TOML_NAME];

	for (toml_space(t); toml_peek(t) != TOML_END; toml_space(t)) {
		struct toml_item item = { .line = t->line, .name = name };

		t->strings_used = 0;
		if (!(toml_peek(t) == '[' ? read_header(t, &item, name) : read_key(t, &item, name)) ||
		    !see(whom, &item, t->trouble))
			return ERR_FORMAT;
	}
	return OK;
}

enum err toml_read(struct span text, toml_see *see, void *whom, struct toml_trouble *trouble)
{
	static const uint8_t mark[] = { 0xef, 0xbb, 0xbf }; /* that some editors put before UTF-8 */
	struct toml t = { .line = 1, .trouble = trouble };
	enum err err;

	if (text.len > TOML_MAX)
		return toml_fail(trouble, 0, "it is larger than 1 MiB: this is no configuration"), ERR_LIMIT;
	if (text.len >= sizeof(mark) && memcmp(text.ptr, mark, sizeof(mark)) == 0)
		text = (struct span){ text.ptr + sizeof(mark), text.len - sizeof(mark) };
	if (!check_text(text, trouble))
		return ERR_FORMAT;
	t.rest = cur_init(text);
	t.strings = malloc(text.len + 1);
	if (!t.strings)
		return toml_fail(trouble, 0, "no memory"), ERR_MEMORY;
	err = read_items(&t, see, whom);
	free(t.strings);
	return err;
}
