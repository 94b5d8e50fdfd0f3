/* span.h - borrowed bytes: a pointer and a length, never NUL-terminated, never owned. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *ptr;
	size_t len;
};

#endif
