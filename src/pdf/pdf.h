/* pdf.h - the reader of PDF. */
#ifndef PDF_PDF_H
#define PDF_PDF_H

#include "exam/exam.h"

void pdf_document(struct exam *e, const struct part *part);

#endif
