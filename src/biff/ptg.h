/*
 * ptg.h - formulas of BIFF as text: "EXEC("cmd.exe /c ...")". Their tokens are operands and operators in reverse
 * Polish order ([MS-XLS] 2.2.2; the older ones by OpenOffice.org's description of Excel's formats, 3).
 *
 * CHAR(99)&"md" is joined to "cmd": what is constant is worked out, as far as strings and small numbers go.
 */
#ifndef BIFF_PTG_H
#define BIFF_PTG_H

#include "exam/exam.h"

#define PTG_NAMES 256 /* defined names and external names that are kept */

/* What a formula's numbers refer to. */
struct ptg_names {
	struct span defined[PTG_NAMES]; /* UTF-8; [0] is number 1 */
	unsigned defined_count;
};

struct ptg_formula {
	struct span tokens;
	unsigned version; /* 2 to 5, 8 */
	const struct ptg_names *names;
	/* Given each constant string as it is after joining; NULL: nobody asks. */
	void (*string)(void *whom, struct span utf8);
	void *whom;
};

/* In the arena, at most a few thousand bytes; what is not known is written as "?". */
struct span ptg_text(struct exam *e, const struct ptg_formula *formula);

/* Characters of BIFF as UTF-8, into the arena: UTF-16 when `wide`, else its lower bytes. */
struct span ptg_characters(struct exam *e, struct span bytes, bool wide);

/* The name of a function ("EXEC"); NULL: none that matters. */
const char *ptg_function(unsigned number);

#endif
