/*
 * fields.h - fields of Word: instructions in the text, as document.xml, WordprocessingML and RTF carry them.
 *
 * The instruction of a field comes in pieces, and other fields stand in it, whose results are part of it: so their
 * results are worked out, as far as a text can be hidden in them (QUOTE, SET, REF). ECMA-376 part 1, 17.16.
 */
#ifndef ACTIVE_FIELDS_H
#define ACTIVE_FIELDS_H

#include "exam/exam.h"

struct fields;

/* In the arena; NULL: it does not fit. */
struct fields *fields_new(struct exam *e, const struct part *part);

void fields_open(struct fields *fields);                   /* a field begins, with its instruction */
void fields_code(struct fields *fields, struct span utf8); /* some of an instruction */
void fields_separate(struct fields *fields);               /* what follows is its result */
void fields_text(struct fields *fields, struct span utf8); /* text of the document */
void fields_close(struct fields *fields);                  /* the innermost field ends */
/* All fields that are still open end here; also instructions that stand outside of any. */
void fields_end(struct fields *fields);

/* One whole instruction; `shown`: its result, empty where it is not known. */
void fields_judge(struct exam *e, const struct part *part, struct span code, struct span shown);

#endif
