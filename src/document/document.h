/* document.h - the readers of shortcuts, programs and what else is opened by a click and is no office file. */
#ifndef DOCUMENT_DOCUMENT_H
#define DOCUMENT_DOCUMENT_H

#include "exam/exam.h"

void document_lnk(struct exam *e, const struct part *part);     /* LNK ([MS-SHLLINK]) */
void document_shortcut(struct exam *e, const struct part *part); /* URLFILE, SETTINGS, RDP, MOBILECONFIG */
void document_onenote(struct exam *e, const struct part *part); /* ONENOTE ([MS-ONESTORE]) */
void document_program(struct exam *e, const struct part *part); /* PE, ELF, MACHO, JAVA: facts, and what is behind their end */
void document_picture(struct exam *e, const struct part *part); /* PNG, JPEG, GIF, ...: what hides behind their end */
/* Any part: whether it is a test of scanners. */
void document_test(struct exam *e, const struct part *part);

#endif
