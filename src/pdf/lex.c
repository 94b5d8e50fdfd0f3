/* lex.c - cuts PDF into words, and undoes how its names and strings are written. */
#include "pdf/lex.h"

#include "base/pen.h"
#include "base/text.h"

#define DIGITS 18 /* of a number that is kept whole */

/* What a byte is (ISO 32000-2, tables 1 and 2); 0: a letter, or what else words are made of. */
enum byte_class { BLANK = 1, DELIMITER = 2, NUMERIC = 4, CODED = 8 };
#define ENDS (BLANK | DELIMITER) /* a word */

static const uint8_t classes[256] = {
	[0] = BLANK,	   ['\t'] = BLANK,    ['\n'] = BLANK,    ['\f'] = BLANK,    ['\r'] = BLANK,    [' '] = BLANK,
	['('] = DELIMITER, [')'] = DELIMITER, ['<'] = DELIMITER, ['>'] = DELIMITER, ['['] = DELIMITER, [']'] = DELIMITER,
	['{'] = DELIMITER, ['}'] = DELIMITER, ['/'] = DELIMITER, ['%'] = DELIMITER, ['#'] = CODED,     ['+'] = NUMERIC,
	['-'] = NUMERIC,   ['.'] = NUMERIC,   ['0'] = NUMERIC,	 ['1'] = NUMERIC,   ['2'] = NUMERIC,   ['3'] = NUMERIC,
	['4'] = NUMERIC,   ['5'] = NUMERIC,   ['6'] = NUMERIC,	 ['7'] = NUMERIC,   ['8'] = NUMERIC,   ['9'] = NUMERIC,
};

static void skip_blank(struct cur *at)
{
	struct span rest = cur_rest(at);
	size_t n = 0;

	while (n < rest.len) {
		if (classes[rest.ptr[n]] & BLANK) {
			n++;
		} else if (rest.ptr[n] == '%') {
			while (n < rest.len && rest.ptr[n] != '\n' && rest.ptr[n] != '\r')
				n++;
		} else {
			break;
		}
	}
	cur_span(at, n);
}

/* Up to the parenthesis that closes the one before the cursor; to the end when none does. */
static struct span take_string(struct cur *at)
{
	struct span rest = cur_rest(at), inside;
	size_t n = 0;

	for (unsigned depth = 1; n < rest.len; n++) {
		uint8_t byte = rest.ptr[n];

		if (byte == '\\')
			n++;
		else if (byte == '(')
			depth++;
		else if (byte == ')' && --depth == 0)
			break;
	}
	if (n > rest.len)
		n = rest.len;
	inside = cur_span(at, n);
	if (at->left)
		cur_take(at, 1);
	return inside;
}

static struct span take_hex(struct cur *at)
{
	struct span rest = cur_rest(at), inside;
	const uint8_t *end = rest.len ? memchr(rest.ptr, '>', rest.len) : NULL;

	inside = cur_span(at, end ? (size_t)(end - rest.ptr) : rest.len);
	if (at->left)
		cur_take(at, 1);
	return inside;
}

/* A word or a number; the same behind a slash is a name. */
static struct pdf_token take_regular(struct cur *at)
{
	struct span rest = cur_rest(at);
	uint8_t all = NUMERIC, any = 0, class;
	size_t n = 0;

	for (; n < rest.len && !((class = classes[rest.ptr[n]]) & ENDS); n++) {
		all &= class;
		any |= class;
	}
	return (struct pdf_token){ all ? PDF_NUMBER : PDF_WORD, cur_span(at, n), any & CODED };
}

static struct pdf_token take_bracket(struct cur *at)
{
	const uint8_t *first = cur_take(at, 1);
	bool twice = at->left && *at->p == *first;
	struct pdf_token token = { PDF_WORD, { first, 1 }, false };

	switch (*first) {
	case '(':
		return (struct pdf_token){ PDF_STRING, take_string(at), false };
	case '/':
		token = take_regular(at);
		token.kind = PDF_NAME;
		return token;
	case '<':
		if (!twice)
			return (struct pdf_token){ PDF_HEX, take_hex(at), false };
		cur_take(at, 1);
		token.kind = PDF_DICT_OPEN;
		break;
	case '>':
		if (!twice)
			break;
		cur_take(at, 1);
		token.kind = PDF_DICT_CLOSE;
		break;
	case '[':
		token.kind = PDF_ARRAY_OPEN;
		break;
	case ']':
		token.kind = PDF_ARRAY_CLOSE;
		break;
	}
	return token;
}

struct pdf_token pdf_next(struct cur *at)
{
	skip_blank(at);
	if (!at->left)
		return (struct pdf_token){ PDF_END, { at->p, 0 }, false };
	return classes[*at->p] & DELIMITER ? take_bracket(at) : take_regular(at);
}

struct span pdf_name(struct span coded, uint8_t room[PDF_NAME_MAX])
{
	struct pen pen = pen_init(room, PDF_NAME_MAX);

	if (coded.len == 0 || !memchr(coded.ptr, '#', coded.len))
		return coded;
	for (size_t i = 0; i < coded.len; i++) {
		int high = i + 2 < coded.len && coded.ptr[i] == '#' ? text_nibble(coded.ptr[i + 1]) : -1;
		int low = high >= 0 ? text_nibble(coded.ptr[i + 2]) : -1;

		pen_byte(&pen, low >= 0 ? (uint8_t)(high << 4 | low) : coded.ptr[i]);
		i += low >= 0 ? 2 : 0;
	}
	return pen_since(&pen, 0);
}

/* One escape (7.3.4.2); the cursor stands behind its backslash. */
static void undo_escape(struct cur *at, struct pour *pour)
{
	static const char letters[] = "nrtbf", bytes[] = "\n\r\t\b\f";
	uint8_t byte = cur_u8(at);
	const char *letter = byte ? strchr(letters, byte) : NULL;
	unsigned code = 0;

	if (letter) {
		pour_byte(pour, (uint8_t)bytes[letter - letters]);
	} else if (byte >= '0' && byte <= '7') {
		code = byte - '0';
		for (int i = 0; i < 2 && at->left && *at->p >= '0' && *at->p <= '7'; i++)
			code = code << 3 | (unsigned)(cur_u8(at) - '0');
		pour_byte(pour, (uint8_t)code);
	} else if (byte == '\r') { /* the line goes on */
		if (at->left && *at->p == '\n')
			cur_take(at, 1);
	} else if (byte != '\n' && !at->bad) {
		pour_byte(pour, byte);
	}
}

static struct span undo_literal(struct span text, struct arena *arena)
{
	struct cur at = cur_init(text);
	struct pour pour;

	if (text.len == 0 || !memchr(text.ptr, '\\', text.len))
		return text;
	pour = pour_begin(arena, text.len);
	while (at.left) {
		struct span rest = cur_rest(&at);
		const uint8_t *escape = memchr(rest.ptr, '\\', rest.len);

		pour_span(&pour, cur_span(&at, escape ? (size_t)(escape - rest.ptr) : rest.len));
		if (escape) {
			cur_take(&at, 1);
			undo_escape(&at, &pour);
		}
	}
	return pour_end(&pour);
}

static struct span undo_hex(struct span text, struct arena *arena)
{
	struct pour pour = pour_begin(arena, text.len / 2 + 1);
	int high = -1;

	for (size_t i = 0; i < text.len; i++) {
		int nibble = text_nibble(text.ptr[i]);

		if (nibble < 0)
			continue;
		if (high < 0) {
			high = nibble;
			continue;
		}
		pour_byte(&pour, (uint8_t)(high << 4 | nibble));
		high = -1;
	}
	if (high >= 0) /* an odd digit: its fellow is 0 (7.3.4.3) */
		pour_byte(&pour, (uint8_t)(high << 4));
	return pour_end(&pour);
}

struct span pdf_string(struct pdf_token token, struct arena *arena)
{
	if (token.kind == PDF_HEX)
		return undo_hex(token.text, arena);
	return token.kind == PDF_STRING ? undo_literal(token.text, arena) : (struct span){ token.text.ptr, 0 };
}

static void pour_rune(struct pour *pour, uint32_t rune)
{
	uint8_t room[4];
	struct pen pen = pen_init(room, sizeof(room));

	pen_rune(&pen, rune);
	pour_span(pour, pen_since(&pen, 0));
}

static struct span undo_utf16(struct span bytes, bool little, struct arena *arena)
{
	struct pour pour = pour_begin(arena, bytes.len * 3 / 2 + 4);
	struct cur at = cur_init(bytes);
	uint32_t high = 0;

	while (at.left >= 2) {
		uint32_t unit = little ? cur_le16(&at) : cur_be16(&at);

		if (high && (unit & 0xfc00) == 0xdc00)
			pour_rune(&pour, 0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
		else if ((unit & 0xfc00) != 0xd800)
			pour_rune(&pour, unit);
		high = (unit & 0xfc00) == 0xd800 ? unit : 0;
	}
	return pour_end(&pour);
}

struct span pdf_text(struct span bytes, struct arena *arena)
{
	struct pour pour;
	size_t ascii = 0;

	if (bytes.len >= 2 && bytes.ptr[0] + bytes.ptr[1] == 0xfe + 0xff && bytes.ptr[0] >= 0xfe)
		return undo_utf16((struct span){ bytes.ptr + 2, bytes.len - 2 }, bytes.ptr[0] == 0xff, arena);
	if (bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0)
		return (struct span){ bytes.ptr + 3, bytes.len - 3 };
	while (ascii < bytes.len && bytes.ptr[ascii] < 0x80)
		ascii++;
	if (ascii == bytes.len)
		return bytes;
	pour = pour_begin(arena, bytes.len * 2); /* as Latin-1, which PDFDocEncoding mostly is */
	for (size_t i = 0; i < bytes.len; i++)
		pour_rune(&pour, bytes.ptr[i]);
	return pour_end(&pour);
}

int64_t pdf_integer(struct span text, int64_t otherwise)
{
	bool minus = text.len && text.ptr[0] == '-';
	size_t i = text.len && (minus || text.ptr[0] == '+'), from = i;
	int64_t value = 0;

	for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++) {
		if (i - from == DIGITS)
			return otherwise;
		value = value * 10 + (text.ptr[i] - '0');
	}
	if (i == from)
		return otherwise;
	return minus ? -value : value;
}

double pdf_real(struct span text)
{
	double value = 0, scale = 1;
	bool minus = false, fraction = false;

	for (size_t i = 0; i < text.len && i < 2 * DIGITS; i++) {
		uint8_t byte = text.ptr[i];

		if (byte == '-') {
			minus = true;
		} else if (byte == '.') {
			fraction = true;
		} else if (byte >= '0' && byte <= '9') {
			value = value * 10 + (byte - '0');
			scale *= fraction ? 10 : 1;
		}
	}
	return (minus ? -value : value) / scale;
}
