/*
 * field_text.h - the values of a message's header fields as UTF-8: encoded words (RFC 2047) and parameters (RFC 2045, 2231)
 * undone as mail programs do it, also where senders break the rules.
 */
#ifndef MIME_FIELD_TEXT_H
#define MIME_FIELD_TEXT_H

#include "base/span.h"
#include "exam/arena.h"

#include <stdbool.h>

/* What parts words of a field, also where it is folded. */
static inline bool field_is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A text for people: unfolded, encoded words undone, bytes beyond ASCII by what they look like. Borrowed where there is
 * nothing to undo, else in the arena. */
struct span field_text(struct span raw, struct arena *arena);

/* The parameters of a value, in their order; texts as they stand. */
#define PARAMETERS 128
struct parameters {
	struct {
		struct span name, text;
	} of[PARAMETERS];
	unsigned count;
	bool more; /* there are more, which nobody looks at */
};
/* `value`: behind its first word; unfolded. Comments may stand anywhere in it (RFC 822, 3.4.3), and few programs know it:
 * where there are some, the parameters follow once more without them. */
void parameters_read(struct span value, struct arena *arena, struct parameters *parameters);
/* The bytes of a comment that begins here, with those inside it, or 0; one that never ends is none. */
size_t field_comment(struct span at);

/* One parameter may stand in several forms at once, and programs take different ones. */
enum parameter_form {
	PARAMETER_PIECES,   /* NAME*0=, NAME*1*=, ... (RFC 2231, 3) */
	PARAMETER_EXTENDED, /* NAME*=charset'language'text (RFC 2231, 4) */
	PARAMETER_PLAIN,    /* NAME=, the first */
	PARAMETER_LAST,     /* NAME=, the last, where it is not the first */
	PARAMETER_FORMS,
};
/* Empty: it is not there in this form. */
struct span parameter_text(const struct parameters *parameters, const char *name, enum parameter_form form,
			   struct arena *arena);

/* Without line ends; borrowed where there are none. */
struct span field_unfold(struct span raw, struct arena *arena);

#endif
