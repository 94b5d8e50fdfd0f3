/* words.h - words that may be passwords: out of texts, names and subjects. */
#ifndef LETTER_WORDS_H
#define LETTER_WORDS_H

#include "exam/exam.h"
#include "letter/phrase.h"

/* A word for a password stands in a text: what it may be. False: nothing, as no mark follows a word that needs one. */
bool words_by_phrase(struct exam *e, struct span utf8, const struct phrase_hit *hit);

/* What may be one though no word for passwords is near: alone in its line, or drawn by lot. Asked for last. */
void words_alone(struct exam *e, struct span utf8);

/* Numbers in a file's name or a subject, and the name without its extension: tried last. */
void words_of_name(struct exam *e, struct span name);

#endif
