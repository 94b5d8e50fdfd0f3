/* xlsb.h - the binary parts of workbooks in xlsb ([MS-XLSB]): what they have in place of SpreadsheetML. */
#ifndef XMLDOC_XLSB_H
#define XMLDOC_XLSB_H

#include "exam/exam.h"

/* A file of a package; what is no such part (settings of printers, ...) is left alone. */
void xlsb_read(struct exam *e, const struct part *part);

#endif
