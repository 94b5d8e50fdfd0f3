/*
 * time.h - points in time as they come from the input.
 *
 * usec_t is microseconds since 1970-01-01 UTC. It is always taken from the packets, never from a
 * clock, so that the same capture gives the same alerts.
 */
#ifndef MODEL_TIME_H
#define MODEL_TIME_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t usec_t;

#define USEC_PER_SEC ((usec_t)1000000)
#define USEC_PER_MS  ((usec_t)1000)

/* Room for any text that the calls below write. */
#define TIME_TEXT 64

/* Whether so long has passed since `last`: also when the clock was set back behind it. */
static inline bool time_passed(usec_t now, usec_t last, usec_t length)
{
	return now >= last + length || now < last;
}

/* RFC 3339 in UTC with microseconds: 2024-05-01T12:00:00.123456Z. Returns `text`. */
char *time_rfc3339(usec_t t, char text[TIME_TEXT]);

/* The same instant as Suricata writes it in EVE: 2024-05-01T12:00:00.123456+0000. */
char *time_eve(usec_t t, char text[TIME_TEXT]);

/* Reads an instant as RFC 3339 has it: with seconds or without, in UTC or with its offset from it, in the
 * years 1970 to 9999. What is finer than a microsecond is cut. ERR_FORMAT. */
MUST_USE enum err time_parse(usec_t *t, const char *text);

/* Reads a length of time: a whole number and its unit, as in "90s", "30m", "72h", "7d", "2w".
 * ERR_FORMAT: it is none. ERR_LIMIT: more than ten years. */
MUST_USE enum err time_parse_span(usec_t *length, const char *text);

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
int64_t time_days(unsigned year, unsigned month, unsigned day);

/* For people: 2024-05-01 12:00:00 UTC. */
char *time_human(usec_t t, char text[TIME_TEXT]);

/* For people: a length of time such as "450 ms", "12 s", "3 min 20 s", "2 h 5 min", "3 days". */
char *time_span(usec_t length, char text[TIME_TEXT]);
/* The same in Japanese. */
char *time_span_japanese(usec_t length, char text[TIME_TEXT]);

#endif
