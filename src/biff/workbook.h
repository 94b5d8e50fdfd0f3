/*
 * workbook.h - workbooks of Excel 2 to 2003 ([MS-XLS]): a stream of records. Macro sheets, what runs by itself, links
 * to other programs, hidden sheets; the texts of cells are handed on.
 */
#ifndef BIFF_WORKBOOK_H
#define BIFF_WORKBOOK_H

#include "exam/exam.h"

/* The stream "Workbook" or "Book", or the whole file of Excel 2 to 4. Returns false where it is no such stream. */
bool workbook_read(struct exam *e, const struct part *part, struct span stream);

#endif
