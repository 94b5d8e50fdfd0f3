/* span.h - borrowed bytes: a pointer and a length, never NUL-terminated, never owned. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *ptr;
	size_t len;
};

/* All of it to a file, or a descriptor that waits. False: errno tells why, and a part of it may be written. */
bool span_write(int fd, struct span bytes);

#endif
