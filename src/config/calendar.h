/*
 * calendar.h - times at which the vigilance level is raised by itself, such as long holidays.
 *
 * Local time of the host, as people mean it. An entry with a year comes once, one without every year.
 */
#ifndef CONFIG_CALENDAR_H
#define CONFIG_CALENDAR_H

#include "base/err.h"
#include "model/time.h"
#include "policy/level.h"

#define CALENDAR_MAX  32
#define CALENDAR_NAME 64
#define CALENDAR_TEXT 24

struct calendar_day {
	uint16_t year; /* 0: every year */
	uint8_t month, day, hour, minute; /* from 1, from 1, from 0, from 0 */
};

struct calendar_entry {
	char name[CALENDAR_NAME]; /* why: "New Year holidays" */
	struct calendar_day from, until; /* `until` is over when its minute begins */
	enum level to;
};

struct calendar {
	struct calendar_entry entries[CALENDAR_MAX];
	size_t count;
};

/* "12-28", "2026-12-28", either with " 18:00". ERR_FORMAT: it is not, or there is no such day. */
MUST_USE enum err calendar_parse(struct calendar_day *day, const char *text);
char *calendar_text(const struct calendar_day *day, char text[CALENDAR_TEXT]);

/* When the entry holds: the time it holds at `now`, or the next one. False: it is over for good. */
bool calendar_next(const struct calendar_entry *entry, usec_t now, usec_t *from, usec_t *until);

#endif
