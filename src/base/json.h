/*
 * json.h - a writer of JSON (RFC 8259) that keeps next to nothing: a whole value is in the stream.
 *
 * Until then what was written may be in the writer's small room, so nobody else writes to the stream inside a
 * value. The stream belongs to one thread: it is not locked.
 *
 * The caller opens, names, fills and closes; a value where a key is due, a key in an array, a
 * close that does not match or a line ended too early are our own mistakes and fail an assertion.
 * Strings may hold any bytes: controls are escaped, what is no UTF-8 becomes U+FFFD, and U+2028,
 * U+2029 and DEL are escaped too, for readers that stumble over them. A NULL string is null.
 * Errors of the stream stay in the stream (ferror).
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/span.h"

#include <stdbool.h>
#include <stdio.h>

#define JSON_DEPTH 16
#define JSON_ROOM  1024 /* bytes: most lines of events are shorter */

struct json {
	FILE *out;
	unsigned depth;
	bool named;            /* a key was written, its value is due */
	bool complete;         /* a whole value was written, its line is to be ended */
	char open[JSON_DEPTH]; /* '{' or '[' */
	bool filled[JSON_DEPTH];
	size_t used;
	uint8_t room[JSON_ROOM]; /* not in the stream yet */
};

struct json json_init(FILE *out);

void json_open_object(struct json *json);
void json_close_object(struct json *json);
void json_open_array(struct json *json);
void json_close_array(struct json *json);

/* Ends a complete value with a newline; the next value may begin. */
void json_end_line(struct json *json);

/* The name of the next value of an object. */
void json_key(struct json *json, const char *key);

void json_write_string(struct json *json, const char *value);
void json_span(struct json *json, struct span value);
void json_uint(struct json *json, uint64_t value);
void json_int(struct json *json, int64_t value);
void json_bool(struct json *json, bool value);
void json_write_null(struct json *json);
void json_ready(struct json *json, struct span value); /* a value that is JSON already, as it is */
void json_thousandths(struct json *json, int64_t value); /* 1500: 1.5 */

/* A key and its value in one call. */
void json_put_string(struct json *json, const char *key, const char *value);
void json_put_uint(struct json *json, const char *key, uint64_t value);
void json_put_bool(struct json *json, const char *key, bool value);
void json_put_object(struct json *json, const char *key); /* opens it */
void json_put_array(struct json *json, const char *key);  /* opens it */

#endif
