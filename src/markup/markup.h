/* markup.h - the readers of pages, scripts and calendars, and the judge of links. */
#ifndef MARKUP_MARKUP_H
#define MARKUP_MARKUP_H

#include "exam/exam.h"

void markup_page(struct exam *e, const struct part *part);     /* HTML, SVG, HTA, MHTML's pages: as body or attached */
void markup_script(struct exam *e, const struct part *part);   /* all of KIND_SCRIPT that are text */
void markup_calendar(struct exam *e, const struct part *part); /* ICS, VCARD */
/* exam_text() comes here (hook): addresses in plain text become exam_url(). */
void markup_links(struct exam *e, const struct part *part, struct span utf8);
/* exam_url() comes here (hook): judges one link. */
void markup_judge_link(struct exam *e, const struct part *part, struct span url, struct span shown);
/* Whether a host imitates one of the brands or own domains: the one that it imitates, else an empty span. exam_imitated()
 * comes here (hook). */
struct span markup_imitated(const struct exam *e, struct span host);

#endif
