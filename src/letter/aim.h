/* aim.h - where a message leads, against who it says that it is from. */
#ifndef LETTER_AIM_H
#define LETTER_AIM_H

#include "exam/exam.h"

/* Looks at e->sites, when all of the message was looked into. */
void aim_judge(struct exam *e, const struct part *part);

#endif
