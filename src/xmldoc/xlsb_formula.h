/* xlsb_formula.h - formulas of xlsb as tokens ([MS-XLSB] 2.5.97). */
#ifndef XMLDOC_XLSB_FORMULA_H
#define XMLDOC_XLSB_FORMULA_H

#include "exam/exam.h"

/* Tells what a formula calls, and with which texts. `macro`: of a sheet of Excel 4.0 macros. */
void xlsb_formula(struct exam *e, const struct part *part, struct span tokens, bool macro);

#endif
