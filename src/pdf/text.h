/*
 * text.h - the text that a page shows, as far as its fonts tell what their codes mean (ISO 32000-2, 9.10): for links
 * and passwords that stand in it. No layout; bounded, as most of a document's text says nothing to us.
 */
#ifndef PDF_TEXT_H
#define PDF_TEXT_H

#include "pdf/file.h"

/* UTF-8, in the arena. */
struct span pdf_page_text(struct pdf *pdf, const struct pdf_dict *page);

#endif
