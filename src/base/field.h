/*
 * field.h - the grammar of MIME's header fields: parameters (RFC 2045, 5.1; RFC 2231) and encoded words (RFC 2047), also
 * as careless senders write them. What the texts mean in their charsets is for the caller.
 */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include "base/pen.h"

/* The value before its first parameter; `rest`, which is the whole value at first, then begins with the parameters. */
struct span field_value(struct span *rest);

/* Cuts a parameter off: its name as it stands ("filename*0*"), and its text, quotes and all. Semicolons in quotes do not
 * part, nor do quotes that are halves of characters of ISO-2022-JP. False at the end. */
bool field_parameter(struct span *rest, struct span *name, struct span *text);

/* The forms that a parameter's name may have: NAME, NAME*, NAME*0, NAME*0*. */
#define FIELD_PIECES 100 /* numbered ones that are put together */
struct field_form {
	bool extended; /* percent signs; and a charset in the first */
	int number;    /* -1: none */
};
bool field_form(struct span told, const char *name, struct field_form *form);

/* Takes charset'language' off the text of an extended one. False, and `charset` is empty: there is none. */
bool field_charset(struct span *text, struct span *charset);

/* A token, or a quoted string without its quotes and the backslashes before quotes and backslashes; others stand in
 * paths of Windows, and in characters of Shift_JIS. */
void field_unquote(struct pen *pen, struct span text);

/* An encoded word =?charset?B?text?= at the beginning of a text. Blanks and question marks in it are borne. */
struct field_word {
	struct span charset, text;
	bool base64;
	size_t len; /* of the whole */
};
bool field_word(struct span text, struct field_word *word);

#endif
