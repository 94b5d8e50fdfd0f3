/* problem.h - what was wrong in a drill, in a line that may be shown. */
#ifndef DRILL_PROBLEM_H
#define DRILL_PROBLEM_H

#include "drill/drill.h"

/* Counts it; the first ones are kept as "PATH: what". */
void problem_add(struct drill_report *report, struct span path, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Text with all that is hidden made visible. Of one that does not fit, the end stays, behind "...": of a path, that is
 * its file's name. Always ends with a NUL. */
void problem_visible(char *into, size_t size, struct span text);

#endif
