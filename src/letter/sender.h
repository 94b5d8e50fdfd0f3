/*
 * sender.h - who a message says that it is from, and what speaks against it.
 */
#ifndef LETTER_SENDER_H
#define LETTER_SENDER_H

#include "exam/exam.h"
#include "mime/head.h"

/* Fills e->sender and tells what is strange in it. */
void sender_judge(struct exam *e, const struct part *part, const struct head *head);

/* Whether e->sender is of one of the own domains, or below one. */
bool sender_is_own(const struct exam *e);

#endif
