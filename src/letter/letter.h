/*
 * letter.h - the readers of messages: a mail (RFC 5322, MIME as mail programs see it), and Outlook's TNEF.
 *
 * A message's own texts are read first, then what is attached: words in them may be the passwords of archives.
 */
#ifndef LETTER_LETTER_H
#define LETTER_LETTER_H

#include "exam/exam.h"

void letter_message(struct exam *e, const struct part *part); /* TYPE_MESSAGE, MHTML; the outermost fills e->sender */
void letter_tnef(struct exam *e, const struct part *part);    /* TYPE_TNEF: winmail.dat */
void letter_text(struct exam *e, const struct part *part);    /* TYPE_TEXT: charset, uuencode in it, then exam_text() */
void letter_sealed(struct exam *e, const struct part *part);  /* PGP, SMIME, RPMSG: what only its receiver can open */
/* exam_text() comes here (hook): words that may be passwords, extortion, lures, GTUBE. Links are markup's. */
void letter_words(struct exam *e, const struct part *part, struct span utf8);

#endif
