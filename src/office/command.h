/*
 * command.h - what a document has other programs do by its text alone: DDE, and formulas of sheets and of macros.
 *
 * One place for all formats that carry them: xlsx, xlsb, ODF, SpreadsheetML, SYLK, CSV, fields of Word and RTF.
 */
#ifndef OFFICE_COMMAND_H
#define OFFICE_COMMAND_H

#include "exam/exam.h"

/* Whether a text names a program that runs commands, or any program file: "c:\windows\system32\cmd.exe /k ...". */
bool command_runs(struct span text);

/* Dynamic Data Exchange: a conversation about `topic` with `service`, which Windows starts when it does not run. */
void command_dde(struct exam *e, const struct part *part, struct span service, struct span topic);

/* The formula of a cell as text, with or without its '='. */
void command_formula(struct exam *e, const struct part *part, struct span formula);

/* The formula of a cell in a sheet of Excel 4.0 macros. */
void command_macro(struct exam *e, const struct part *part, struct span formula);

/* A name that has a macro run by itself (Auto_Open), in any spelling that Excel takes. */
bool command_is_auto(struct span name);

#endif
