/*
 * office.h - the readers of office documents: compound files with their macros, the parts of Office Open XML and
 * OpenDocument, RTF, OneNote.
 *
 * A zip's files come one by one from unpack/: the parts of a document are known by the archive they lie in.
 */
#ifndef OFFICE_OFFICE_H
#define OFFICE_OFFICE_H

#include "exam/exam.h"

void office_ole(struct exam *e, const struct part *part);     /* OLE, MSI: whatever lies in a compound file */
void office_biff(struct exam *e, const struct part *part);    /* XLS_OLD: sheets of Excel 2 to 4 */
void office_ooxml(struct exam *e, const struct part *part);   /* a file in an OOXML or ODF package: XML, .bin of xlsb */
void office_flat_xml(struct exam *e, const struct part *part); /* XML that is a document: Word 2003, flat OPC, ODF */
void office_rtf(struct exam *e, const struct part *part);     /* RTF */
void office_onenote(struct exam *e, const struct part *part); /* ONENOTE */
void office_sylk(struct exam *e, const struct part *part);    /* SYLK, CSV: formulas that run something; IQY */

#endif
