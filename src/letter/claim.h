/* claim.h - what a message's name and subject claim, against the address that it comes from. */
#ifndef LETTER_CLAIM_H
#define LETTER_CLAIM_H

#include "exam/exam.h"

/* Looks at e->sender, which is filled, and tells what is strange in it; fills `claims`. */
void claim_judge(struct exam *e, const struct part *part);

#endif
