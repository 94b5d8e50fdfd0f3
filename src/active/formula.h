/*
 * formula.h - what formulas, of sheets and of macros, have other programs do; and DDE, wherever it is asked for.
 *
 * One place for all formats that carry them: xlsx, xlsb, ODF, SpreadsheetML, SYLK, CSV, fields of Word and RTF.
 */
#ifndef ACTIVE_FORMULA_H
#define ACTIVE_FORMULA_H

#include "exam/exam.h"

/* Dynamic Data Exchange: a conversation about `topic` with `service`, which Windows starts when it does not run. */
void formula_dde(struct exam *e, const struct part *part, struct span service, struct span topic);

/* The formula of a cell as text, with or without its '='. */
void formula_judge(struct exam *e, const struct part *part, struct span formula);

/* The formula of a cell in a sheet of Excel 4.0 macros. */
void formula_macro(struct exam *e, const struct part *part, struct span formula);

/* A name that has a macro run by itself (Auto_Open), in any spelling that Excel takes. */
bool formula_is_auto(struct span name);

#endif
