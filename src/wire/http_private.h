/* http_private.h - what the files of the HTTP parser share: texts, the queue, names. */
#ifndef WIRE_HTTP_PRIVATE_H
#define WIRE_HTTP_PRIVATE_H

#include "wire/http.h"

/* The request whose head or body is under way, or NULL; and the one that waits longest. */
struct http_request *http_current(const struct http *h);
struct http_request *http_oldest(const struct http *h);

/* A request line was read: it goes into the queue, or is told at once when that is full. */
void http_push(struct http *h, struct span line[3], const struct http_sink *sink);

/* One field of a head: name and value, both trimmed. */
void http_field(struct http *h, unsigned side, struct span name, struct span value);

/* The oldest request is done: with the response that is under way (told), or without one. */
void http_pop(struct http *h, const struct http_sink *sink);

/* The response's head is complete: the login of its request is told. */
void http_judge_login(struct http *h, const struct http_sink *sink);

/* The last part of a URL's path, decoded; returns its length, 0: none. */
size_t http_name_url(uint8_t *into, size_t room, struct span url);

#endif
