/* person.h - names of people, compared as people read them. */
#ifndef LETTER_PERSON_H
#define LETTER_PERSON_H

#include "exam/arena.h"

#include <stdbool.h>

/* Whether a display is the name: in any case, width, order of its parts, with or without blanks; a title, a department or
 * an initial may be there besides. Letters of other alphabets that look like Latin ones are taken for those. */
bool person_is(struct span display, struct span name, struct arena *arena);

/* The same where the name is a brand's: it stands in the display as words. */
bool person_names(struct span display, struct span brand, struct arena *arena);

#endif
