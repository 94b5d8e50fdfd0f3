/* vba_lex.c - tokens of VBA. */
#include "macro/vba_lex.h"

#include "base/line.h"
#include "base/text.h"

#include <string.h>

#define NUMBER_MAX ((int64_t)1 << 40) /* larger ones mean nothing here */

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static void step(struct span *rest, size_t n)
{
	rest->ptr += n;
	rest->len -= n;
}

static size_t line_length(struct span rest)
{
	size_t n = 0;

	while (n < rest.len && rest.ptr[n] != '\n' && rest.ptr[n] != '\r')
		n++;
	return n;
}

/* Blanks, and the ends of lines that go on: " _" and nothing but blanks behind it. */
static void skip_blanks(struct span *rest)
{
	while (rest->len) {
		uint8_t c = *rest->ptr;
		size_t n = 1;

		if (c == '_') {
			while (n < rest->len && (rest->ptr[n] == ' ' || rest->ptr[n] == '\t'))
				n++;
			if (n == rest->len || (rest->ptr[n] != '\n' && rest->ptr[n] != '\r'))
				return;
			n += n + 1 < rest->len && rest->ptr[n] == '\r' && rest->ptr[n + 1] == '\n' ? 2 : 1;
		} else if (c != ' ' && c != '\t' && c != 0 && c != 0xa0) {
			return;
		}
		step(rest, n);
	}
}

static void take_text(struct vba_lex *lex)
{
	struct span *rest = &lex->rest;
	size_t line = line_length(*rest), n = 1;

	for (; n < line; n++) {
		if (rest->ptr[n] != '"')
			continue;
		if (n + 1 == line || rest->ptr[n + 1] != '"')
			break;
		lex->now.doubled = true;
		n++;
	}
	lex->now.kind = VBA_TEXT;
	lex->now.text = (struct span){ rest->ptr + 1, n - 1 };
	step(rest, n < line ? n + 1 : n);
}

static void take_word(struct vba_lex *lex)
{
	struct span *rest = &lex->rest;
	size_t n = 1;

	while (n < rest->len && (is_letter(rest->ptr[n]) || is_digit(rest->ptr[n])))
		n++;
	lex->now.kind = VBA_WORD;
	lex->now.text = (struct span){ rest->ptr, n };
	step(rest, n);
	if (rest->len && memchr("$%!@", *rest->ptr, 4))
		step(rest, 1);
}

static void take_digits(struct vba_lex *lex, unsigned base)
{
	struct span *rest = &lex->rest;
	int64_t value = 0;

	while (rest->len) {
		int digit = text_nibble(*rest->ptr);

		if (digit < 0 || digit >= (int)base)
			break;
		if (value < NUMBER_MAX)
			value = value * (int64_t)base + digit;
		step(rest, 1);
	}
	lex->now.kind = VBA_NUMBER;
	lex->now.number = value;
}

/* 12, 12.5E3 (of which 12 counts), &H1F, &O17; with the sign of a type behind. */
static void take_number(struct vba_lex *lex)
{
	struct span *rest = &lex->rest;
	unsigned base = 10;

	if (*rest->ptr == '&') {
		base = text_lower(rest->ptr[1]) == 'h' ? 16 : 8;
		step(rest, 2);
	}
	take_digits(lex, base);
	if (base == 10 && rest->len > 1 && *rest->ptr == '.' && is_digit(rest->ptr[1])) {
		step(rest, 1);
		while (rest->len && is_digit(*rest->ptr))
			step(rest, 1);
	}
	if (rest->len && (memchr("%!#@", *rest->ptr, 4) || (base != 10 && *rest->ptr == '&')))
		step(rest, 1);
}

static bool is_based_number(struct span rest)
{
	return rest.len > 2 && *rest.ptr == '&' &&
	       ((text_lower(rest.ptr[1]) == 'h' && text_nibble(rest.ptr[2]) >= 0) ||
		(text_lower(rest.ptr[1]) == 'o' && is_digit(rest.ptr[2])));
}

static bool is_rem(const struct vba_lex *lex)
{
	return lex->begins && vba_is_word(lex, "rem");
}

void vba_lex_next(struct vba_lex *lex)
{
	struct span *rest = &lex->rest;
	uint8_t c;

	lex->begins = lex->now.kind == VBA_BREAK;
	lex->now.doubled = false;
	skip_blanks(rest);
	if (rest->len && *rest->ptr == '\'')
		step(rest, line_length(*rest));
	if (!rest->len) {
		lex->now.kind = VBA_END;
		return;
	}
	c = *rest->ptr;
	if (c == '\n' || c == '\r' || (c == ':' && !(rest->len > 1 && rest->ptr[1] == '='))) {
		lex->now.kind = VBA_BREAK;
		step(rest, 1);
	} else if (c == '"') {
		take_text(lex);
	} else if (is_letter(c)) {
		take_word(lex);
		if (is_rem(lex))
			vba_lex_skip_line(lex);
	} else if (is_digit(c) || is_based_number(*rest)) {
		take_number(lex);
	} else {
		lex->now.kind = VBA_SIGN;
		lex->now.sign = c;
		step(rest, 1);
	}
}

void vba_lex_skip_line(struct vba_lex *lex)
{
	if (lex->now.kind != VBA_BREAK)
		step(&lex->rest, line_length(lex->rest));
	lex->now.kind = lex->rest.len ? VBA_BREAK : VBA_END;
}

struct vba_lex vba_lex_begin(struct span source)
{
	struct vba_lex lex = { .rest = source, .now.kind = VBA_BREAK };

	vba_lex_next(&lex);
	return lex;
}

bool vba_is_word(const struct vba_lex *lex, const char *word)
{
	return lex->now.kind == VBA_WORD && line_is(lex->now.text, word);
}

uint8_t vba_lex_peek(const struct vba_lex *lex)
{
	struct span rest = lex->rest;

	skip_blanks(&rest);
	return rest.len ? *rest.ptr : 0;
}
