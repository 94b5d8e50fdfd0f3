/* judge.h - links: found in plain text, and judged one by one. */
#ifndef LINK_JUDGE_H
#define LINK_JUDGE_H

#include "exam/exam.h"

/* Addresses in plain text become exam_url(). */
void links_find(struct exam *e, const struct part *part, struct span utf8);
/* Judges one link, once for a message (hook of exam_url()). `shown`: the text it stands under, or empty. */
void link_judge(struct exam *e, const struct part *part, struct span url, struct span shown);
/* The brand or own domain that a host imitates, else empty (hook of exam_imitated()). */
struct span link_imitated(const struct exam *e, struct span host);

#endif
