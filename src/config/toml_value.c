/* toml_value.c - texts, numbers, truths and arrays. */
#include "config/toml_private.h"

#include "base/pen.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define WORD_MAX 40 /* the longest number */

const char *toml_type_name(enum toml_type type)
{
	static const char *const names[] = { "a text", "an integer", "a number with a point",
					     "true or false", "a list" };

	return names[type];
}

static void put_byte(struct toml *t, char byte)
{
	t->strings[t->strings_used++] = byte;
}

/* The code point of \u (4 digits) or \U (8). */
static bool read_code_point(struct toml *t, unsigned digits)
{
	struct pen pen = pen_init(t->strings + t->strings_used, 4);
	uint32_t rune = 0;

	for (unsigned i = 0; i < digits; i++) {
		int value = toml_peek(t) == TOML_END ? -1 : text_nibble((uint8_t)toml_peek(t));

		if (value < 0)
			return toml_fail(t->trouble, t->line, "\\%c wants %u hexadecimal digits",
					 digits == 4 ? 'u' : 'U', digits);
		rune = rune << 4 | (uint32_t)value;
		toml_skip(t);
	}
	if (rune == 0 || rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
		return toml_fail(t->trouble, t->line, "there is no character of the number %#x", rune);
	pen_rune(&pen, rune);
	t->strings_used += pen.used;
	return true;
}

static bool read_escape(struct toml *t)
{
	static const char names[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";
	int byte = toml_peek(t);
	const char *found = byte > 0 ? strchr(names, byte) : NULL;

	if (found) {
		put_byte(t, bytes[found - names]);
		toml_skip(t);
		return true;
	}
	if (toml_take(t, 'u'))
		return read_code_point(t, 4);
	if (toml_take(t, 'U'))
		return read_code_point(t, 8);
	return toml_fail(t->trouble, t->line,
			 "there is no such escape: write '\\\\' for a backslash, or the text in ' '");
}

/* In " " with escapes, or in ' ' as it is. */
static bool read_text(struct toml *t, struct toml_value *value, char quote)
{
	value->type = TOML_TEXT;
	value->text = t->strings + t->strings_used;
	toml_skip(t);
	while (!toml_take(t, quote)) {
		int byte = toml_peek(t);

		if (byte == TOML_END || byte == '\n' || byte == '\r')
			return toml_fail(t->trouble, value->line, "the text does not end: %c is missing",
					 quote);
		toml_skip(t);
		if (byte == '\\' && quote == '"') {
			if (!read_escape(t))
				return false;
		} else {
			put_byte(t, (char)byte);
		}
	}
	put_byte(t, '\0');
	if (toml_peek(t) == quote)
		return toml_fail(t->trouble, value->line,
				 "texts in three quotes are not read here: write it on one line");
	return true;
}

/* Takes the underscores out that TOML allows between digits; false: where it does not. */
static bool plain_digits(const char *word, char plain[WORD_MAX])
{
	size_t used = 0;

	for (size_t i = 0; word[i]; i++) {
		if (word[i] != '_')
			plain[used++] = word[i];
		else if (i == 0 || text_nibble((uint8_t)word[i - 1]) < 0 ||
			 text_nibble((uint8_t)word[i + 1]) < 0)
			return false;
	}
	plain[used] = '\0';
	return true;
}

static bool only(const char *word, const char *bytes)
{
	return *word && word[strspn(word, bytes)] == '\0';
}

/* A decimal integer: no zero in front. */
static bool is_decimal(const char *word)
{
	word += *word == '+' || *word == '-';
	return only(word, "0123456789") && (word[0] != '0' || word[1] == '\0');
}

/* A float as TOML writes it: digits on both sides of the point, an exponent. */
static bool is_float(const char *word)
{
	size_t whole, part;

	word += *word == '+' || *word == '-';
	whole = strspn(word, "0123456789");
	if (whole == 0 || (whole > 1 && word[0] == '0'))
		return false;
	word += whole;
	if (*word == '.') {
		part = strspn(word + 1, "0123456789");
		if (part == 0)
			return false;
		word += 1 + part;
	}
	if (*word == '\0')
		return true;
	if (*word != 'e' && *word != 'E')
		return false;
	word += word[1] == '+' || word[1] == '-' ? 2 : 1;
	return only(word, "0123456789");
}

/* The base of 0x, 0o and 0b, whose digits follow; 0: none of these. */
static int base_of(const char *word)
{
	if (word[0] != '0')
		return 0;
	if (word[1] == 'x' && only(word + 2, "0123456789abcdefABCDEF"))
		return 16;
	if (word[1] == 'o' && only(word + 2, "01234567"))
		return 8;
	return word[1] == 'b' && only(word + 2, "01") ? 2 : 0;
}

static bool read_number(struct toml *t, const char *word, struct toml_value *value)
{
	char plain[WORD_MAX];
	int base;

	if (!plain_digits(word, plain))
		return toml_fail(t->trouble, value->line, "'%s': '_' stands between digits only", word);
	base = base_of(plain);
	errno = 0;
	if (base || is_decimal(plain)) {
		value->type = TOML_INTEGER;
		value->integer = strtoll(base ? plain + 2 : plain, NULL, base ? base : 10);
		value->number = (double)value->integer;
	} else if (is_float(plain)) {
		value->type = TOML_FLOAT;
		value->number = strtod(plain, NULL);
		if (isfinite(value->number)) /* one that is too small is as good as 0 */
			errno = 0;
	} else {
		return toml_fail(t->trouble, value->line,
				 "'%s' is no number and not true or false: texts and dates stand in \" \"",
				 word);
	}
	return errno == 0 || toml_fail(t->trouble, value->line, "'%s' is too large", word);
}

/* What stands there without quotes. */
static bool read_word(struct toml *t, struct toml_value *value)
{
	char word[WORD_MAX];
	struct pen pen = pen_init(word, sizeof(word) - 1);

	while (toml_peek(t) > ' ' && !strchr(",]#=[{}\"'", toml_peek(t))) {
		pen_byte(&pen, (uint8_t)toml_peek(t));
		toml_skip(t);
	}
	word[pen.used] = '\0';
	if (pen.used == 0)
		return toml_fail(t->trouble, value->line, "a value is missing here");
	if (pen.cut)
		return toml_fail(t->trouble, value->line, "'%s...': texts stand in \" \"", word);
	value->truth = strcmp(word, "true") == 0;
	if (!value->truth && strcmp(word, "false") != 0)
		return read_number(t, word, value);
	value->type = TOML_BOOL;
	return true;
}

static bool read_single(struct toml *t, struct toml_value *value)
{
	int byte = toml_peek(t);

	*value = (struct toml_value){ .line = t->line };
	if (byte == '"' || byte == '\'')
		return read_text(t, value, (char)byte);
	if (byte == '{')
		return toml_fail(t->trouble, t->line,
				 "tables in braces are not read here: write a [section]");
	return read_word(t, value);
}

/* Values with commas between, on any number of lines; a comma may follow the last. */
static bool read_array(struct toml *t, struct toml_value *value)
{
	*value = (struct toml_value){ .type = TOML_ARRAY, .line = t->line, .items = t->items };
	toml_skip(t);
	for (toml_space(t); !toml_take(t, ']'); toml_space(t)) {
		if (toml_peek(t) == TOML_END)
			return toml_fail(t->trouble, value->line, "the list does not end: ']' is missing");
		if (toml_peek(t) == '[')
			return toml_fail(t->trouble, t->line, "lists in lists are not read here");
		if (value->count == TOML_ITEMS)
			return toml_fail(t->trouble, t->line, "the list is too long (%d at most)",
					 TOML_ITEMS);
		if (!read_single(t, &t->items[value->count]))
			return false;
		value->count++;
		toml_space(t);
		if (toml_peek(t) != ']' && toml_peek(t) != TOML_END && !toml_take(t, ','))
			return toml_fail(t->trouble, t->line,
					 "',' or ']' is missing in the list of line %u", value->line);
	}
	return true;
}

bool toml_read_value(struct toml *t, struct toml_value *value)
{
	return toml_peek(t) == '[' ? read_array(t, value) : read_single(t, value);
}
