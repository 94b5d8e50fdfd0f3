/* element.h - what attributes of elements say: styles, refreshes, and which elements have no inside. */
#ifndef MARKUP_ELEMENT_H
#define MARKUP_ELEMENT_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* Without blanks in front, as browsers take values. */
struct span value_trim(struct span value);

/* Whether a declaration "name: value" stands in a style, blanks aside; the value may go on. */
bool style_declares(struct span style, const char *name, const char *value);
/* The value of the first declaration of that name, without blanks about it; empty: there is none. */
struct span style_value(struct span style, const char *name);
/* Whether a length of that name is nothing, in any of its declarations. */
bool style_is_zero(struct span style, const char *name);

/* Elements that are never closed (WHATWG HTML, 13.1.2: void). */
bool element_is_void(struct span name);

/* Where <meta http-equiv=refresh content="3; url=..."> leads; empty: the page loads itself again. */
struct span refresh_read(struct span content, uint64_t *seconds);

#endif
