/* route.h - how a message was made and sent, as its header tells. */
#ifndef LETTER_ROUTE_H
#define LETTER_ROUTE_H

#include "exam/exam.h"
#include "mime/head.h"

/* Tells what ordinary mail programs do not do. e->sender is filled. */
void route_judge(struct exam *e, const struct part *part, const struct head *head);

#endif
