/*
 * vba_lex.h - the source of a VBA module cut into tokens ([MS-VBAL] 3.3): comments are left out, lines that go on
 * with " _" are one.
 */
#ifndef MACRO_VBA_LEX_H
#define MACRO_VBA_LEX_H

#include "base/span.h"

#include <stdbool.h>

enum vba_token_kind {
	VBA_END,    /* of the source */
	VBA_BREAK,  /* end of a statement: a line's end, or ':' */
	VBA_WORD,   /* without the sign of its type ("Chr$") */
	VBA_TEXT,   /* between quotes; doubled quotes are still double */
	VBA_NUMBER,
	VBA_SIGN,   /* one character */
};

struct vba_token {
	enum vba_token_kind kind;
	struct span text;
	int64_t number;
	uint8_t sign;
	bool doubled; /* the text has doubled quotes */
};

struct vba_lex {
	struct span rest;
	struct vba_token now; /* the token that one stands at */
	bool begins;          /* it is the first of its statement */
};

struct vba_lex vba_lex_begin(struct span source);
/* To the next token. At the end it stays there. */
void vba_lex_next(struct vba_lex *lex);
/* To the end of the line. */
void vba_lex_skip_line(struct vba_lex *lex);

static inline bool vba_is_sign(const struct vba_lex *lex, char sign)
{
	return lex->now.kind == VBA_SIGN && lex->now.sign == (uint8_t)sign;
}

/* Whether it is this word, given in lower case. */
bool vba_is_word(const struct vba_lex *lex, const char *word);
/* What follows the token, blanks passed over; 0 at the end. */
uint8_t vba_lex_peek(const struct vba_lex *lex);

#endif
