/*
 * lex.h - the words that a PDF is written in: numbers, names, strings, brackets, keywords (ISO 32000-2, 7.2 and
 * 7.3), as lenient as viewers are.
 */
#ifndef PDF_LEX_H
#define PDF_LEX_H

#include "base/cursor.h"
#include "exam/arena.h"

enum pdf_kind {
	PDF_END,
	PDF_NUMBER,
	PDF_NAME,   /* without its slash; #xx not undone */
	PDF_STRING, /* between its parentheses; escapes not undone */
	PDF_HEX,    /* between < and > */
	PDF_DICT_OPEN,
	PDF_DICT_CLOSE,
	PDF_ARRAY_OPEN,
	PDF_ARRAY_CLOSE,
	PDF_WORD, /* obj, R, true, stream, operators of pages; a stray bracket */
};

struct pdf_token {
	enum pdf_kind kind;
	struct span text;
	bool coded; /* of a NAME: it has a # */
};

/* Moves over the next word, and the blanks and comments before it. */
struct pdf_token pdf_next(struct cur *at);

static inline bool pdf_blank(uint8_t byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r' && byte != '\v') || byte == 0;
}

/* Whether the text is `word`. */
static inline bool pdf_is(struct span text, const char *word)
{
	size_t len = strlen(word);

	return text.len == len && memcmp(text.ptr, word, len) == 0;
}

#define PDF_NAME_MAX 127 /* bytes of a name; ISO 32000-1, annex C */

/* A name with its #xx undone: in `room` where there are any. */
struct span pdf_name(struct span coded, uint8_t room[PDF_NAME_MAX]);

/* The bytes of a STRING or HEX; in the arena where something had to be undone. */
struct span pdf_string(struct pdf_token token, struct arena *arena);

/* A text string (7.9.2.2) as UTF-8: UTF-16 and UTF-8 by their marks, PDFDocEncoding else. */
struct span pdf_text(struct span bytes, struct arena *arena);

/* A NUMBER, without its fraction; what does not fit becomes `otherwise`. */
int64_t pdf_integer(struct span text, int64_t otherwise);
double pdf_real(struct span text);

#endif
