/* vba_project.h - the macros of a document ([MS-OVBA]): its modules found, unpacked, read and judged. */
#ifndef MACRO_VBA_PROJECT_H
#define MACRO_VBA_PROJECT_H

#include "exam/exam.h"
#include "format/ole.h"

/* All projects in a compound file; `part` is the file. Returns whether there was one. */
bool vba_projects(struct exam *e, const struct part *part, struct ole *ole);

#endif
