/*
 * judge.h - what a macro comes to: the names that it uses and the strings that it makes, told as findings.
 *
 * The same for VBA and for the macro sheets of Excel 4. A name counts by what it does (words.def), a string by the
 * commands and addresses in it, also when it is hidden: reversed, in hexadecimal, in base64.
 */
#ifndef MACRO_JUDGE_H
#define MACRO_JUDGE_H

#include "exam/exam.h"

enum macro_language { MACRO_VBA, MACRO_SHEET };

#define MACRO_NAME 96 /* bytes of a name that is shown, NUL included */

struct macro {
	struct exam *e;
	const struct part *part;
	struct span below; /* the module, for the path of findings */
	enum macro_language language;
	bool runs, fetches, commands, touches; /* what was seen */
	char start[MACRO_NAME], event[MACRO_NAME], touch[MACRO_NAME]; /* the first of each; empty: none */
	uint64_t budget;    /* bytes of strings that may still be looked through */
	uint8_t first[256]; /* the number of the first needle that begins with that byte, from 1; 0: there is none */
};

void macro_begin(struct macro *m, struct exam *e, const struct part *part, enum macro_language language);
/* A procedure of that name: it may run by itself. */
void macro_procedure(struct macro *m, struct span name);
/* An identifier, where it is used. */
void macro_word(struct macro *m, struct span name);
/* A string, as it is where it is used. */
void macro_string(struct macro *m, struct span text);
/* Tells what is known only at the end: that it runs by itself, what it touches. */
void macro_end(struct macro *m);

/* Whether it does what harmless macros do not. */
static inline bool macro_acts(const struct macro *m)
{
	return m->runs || m->fetches || m->commands;
}

/* A needle that stands in compiled code, and not in its source; empty: none. */
struct span macro_word_only_in(const struct macro *m, struct span code, struct span source);

#endif
