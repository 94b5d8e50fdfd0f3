/* inflated.h - what documents hold in zlib's form (RFC 1950): objects of PowerPoint, macros in .mso files. */
#ifndef OFFICE_INFLATED_H
#define OFFICE_INFLATED_H

#include "exam/exam.h"

/* Unpacked into the arena, as far as it goes; what is broken or too much is told. */
struct span inflated(struct exam *e, const struct part *part, struct span packed);

#endif
