/* mime_field.h - the values of MIME's header fields: parameters, and texts that are encoded in them. */
#ifndef WIRE_MIME_FIELD_H
#define WIRE_MIME_FIELD_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* A parameter of a field's value (RFC 2045, 5.1), whatever of the forms it has: plain or quoted, in
 * numbered parts, with charset and percent signs (RFC 2231). Returns the bytes that were written, at
 * most `room`; 0: there is none. Latin-1 becomes UTF-8; other charsets stay in their bytes. */
size_t mime_parameter(uint8_t *into, size_t room, struct span value, const char *name);

/* The same, and encoded words (RFC 2047) in it are undone too, as senders write names of files. */
size_t mime_parameter_text(uint8_t *into, size_t room, struct span value, const char *name);

/* The value before its first parameter. */
struct span mime_value(struct span value);

/* Encoded words of RFC 2047 undone, the rest as it is. Returns the bytes that were written. */
size_t mime_words(uint8_t *into, size_t room, struct span text);

#endif
