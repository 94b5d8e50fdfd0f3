/* sylk.h - texts that are sheets. */
#ifndef BIFF_SYLK_H
#define BIFF_SYLK_H

#include "exam/exam.h"

void sylk_document(struct exam *e, const struct part *part); /* SYLK, CSV: formulas that run something; IQY */

#endif
