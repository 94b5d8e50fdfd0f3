/* check.h - what a fuzz target expects to hold: it stops, and says where, when something does not. */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define check(holds) check_line(holds, #holds, __LINE__)

static inline void check_line(bool holds, const char *what, int line)
{
	if (holds)
		return;
	fprintf(stderr, "line %d: not so: %s\n", line, what);
	abort();
}

#endif
