/* script.h - scripts for the interpreters of systems: what they call, and what they hide. */
#ifndef MARKUP_SCRIPT_H
#define MARKUP_SCRIPT_H

#include "exam/exam.h"

/* One script in the language of a type; TYPE_HTA and TYPE_WSF: JScript or VBScript, whatever it looks like. */
void script_examine(struct exam *e, const struct part *part, struct span script, enum type type);

#endif
