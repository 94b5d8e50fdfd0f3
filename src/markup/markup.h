/* markup.h - the readers of pages, scripts and calendars. */
#ifndef MARKUP_MARKUP_H
#define MARKUP_MARKUP_H

#include "exam/exam.h"

void markup_page(struct exam *e, const struct part *part);     /* HTML, SVG, HTA, MHTML's pages: as body or attached */
void markup_script(struct exam *e, const struct part *part);   /* all of KIND_SCRIPT that are text */
void markup_calendar(struct exam *e, const struct part *part); /* ICS, VCARD */
/* Words that are written so that filters miss them, in the text of a mail (hook of exam_text()). */
void markup_disguise(struct exam *e, const struct part *part, struct span utf8);

#endif
