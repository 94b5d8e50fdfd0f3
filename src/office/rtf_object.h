/*
 * rtf_object.h - objects in RTF: hexadecimal that is to be put together, and what it then is ([MS-OLEDS] 2.2).
 */
#ifndef OFFICE_RTF_OBJECT_H
#define OFFICE_RTF_OBJECT_H

#include "exam/exam.h"
#include "format/rtf.h"

/* Reads \objdata from behind the word to the end of its group, and hands on what is in it. `class`: what \objclass said. */
void rtf_object(struct exam *e, const struct part *part, struct rtf *rtf, struct span class);

#endif
