/*
 * office.h - the readers of office documents that are no XML: compound files with their macros, and RTF.
 */
#ifndef OFFICE_OFFICE_H
#define OFFICE_OFFICE_H

#include "exam/exam.h"

void office_ole(struct exam *e, const struct part *part);     /* OLE, MSI: whatever lies in a compound file */
enum type office_ole_type(struct span bytes);                 /* what kind of compound file it is: OLE or MSI; cheap */
void office_mso(struct exam *e, const struct part *part);     /* MSO: a compound file in a web page of Office's */
void office_biff(struct exam *e, const struct part *part);    /* XLS_OLD: sheets of Excel 2 to 4 */
void office_rtf(struct exam *e, const struct part *part);     /* RTF */
void office_page(struct exam *e, const struct part *part);    /* HTML that an office program opens, besides markup/ */

#endif
