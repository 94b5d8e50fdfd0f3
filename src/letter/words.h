/* words.h - words out of names and subjects, which may be passwords. */
#ifndef LETTER_WORDS_H
#define LETTER_WORDS_H

#include "exam/exam.h"

/* Numbers in a file's name or a subject, and the name without its extension: tried last. */
void words_of_name(struct exam *e, struct span name);

#endif
