/* look.h - how a name looks to a hasty reader. */
#ifndef LINK_LOOK_H
#define LINK_LOOK_H

#include "base/span.h"

#include <stdbool.h>

#define LOOK_TEXT 128

/* The name as it looks: letters of other alphabets and accents as the Latin ones that they resemble (a small part of
 * UTS 39's confusables), "rn" as m, "vv" as w, 0 as o, 1 and i as l. Names that look alike give the same. A-labels are
 * read. */
struct span look_of(struct span label, char room[LOOK_TEXT]);

/* Whether one letter more, less, other, or swapped with its neighbour makes the one to the other. */
bool look_is_near(struct span a, struct span b);

/* Whether a label mixes Latin letters with those of Cyrillic or Greek. */
bool look_is_mixed(struct span label);

#endif
