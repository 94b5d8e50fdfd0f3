/*
 * xmldoc.h - the readers of documents that are made of XML: Office Open XML (ECMA-376), OpenDocument 1.3, and the flat
 * forms of both; and of the binary parts of xlsb ([MS-XLSB]).
 */
#ifndef XMLDOC_XMLDOC_H
#define XMLDOC_XMLDOC_H

#include "exam/exam.h"

void xmldoc_part(struct exam *e, const struct part *part); /* a file in a package: OOXML, ODF */
void xmldoc_flat(struct exam *e, const struct part *part); /* XML: Word 2003, Excel 2003, flat OPC and ODF; others */

#endif
