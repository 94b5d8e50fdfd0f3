/*
 * say.h - texts from outside made fit to be kept and shown, and what is read back out of JSON.
 */
#ifndef FARE_SAY_H
#define FARE_SAY_H

#include "incident/words.h"

#include <jansson.h>
#include <stddef.h>

/* Valid UTF-8 without hidden characters, cut at a whole one: whatever a server said. Returns `into`. */
char *say_clean(char *into, size_t size, const char *from);

/* "" and 0 when they are not there. Borrowed from `object`. */
const char *say_text(const json_t *object, const char *key);
json_int_t say_number(const json_t *object, const char *key);
/* A time or a span that was kept; 0 when it is beyond all that can be counted with. */
usec_t say_when(json_int_t kept);

/* {"en", "ja"}, cleaned. NULL: no memory. */
json_t *say_json(struct words words);
/* RFC 3339; null for 0. */
json_t *say_time(usec_t at);

#endif
