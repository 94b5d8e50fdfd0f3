/* hex_test.h - payloads written as hexadecimal digits or as text, for tests of parsers. */
#ifndef UNIT_HEX_TEST_H
#define UNIT_HEX_TEST_H

#include "base/span.h"

#include <stdbool.h>

/* The bytes of hexadecimal digits; spaces are skipped, and what stands in quotes ('SSH-') is text.
 * They stay in one of four buffers, used in turn. */
struct span hex(const char *digits);

/* Whether the bytes are this text. */
bool span_is(struct span s, const char *text);

#endif
