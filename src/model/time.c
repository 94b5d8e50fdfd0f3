/* time.c - instants and lengths of time as text, in UTC, without locale. */
#include "model/time.h"

#include <stdio.h>

struct civil {
	int year, month, day, hour, minute, second, micro;
};

/* The calendar date of an instant, by Howard Hinnant's "days to civil" (public domain): gmtime_r()
 * refuses years that a hostile capture can ask for. */
static struct civil time_civil(usec_t t)
{
	int64_t seconds = t / USEC_PER_SEC, micro = t % USEC_PER_SEC, days, rest, era;
	struct civil c;
	unsigned doe, yoe, doy, mp;

	if (micro < 0) {
		micro += USEC_PER_SEC;
		seconds--;
	}
	days = seconds / 86400;
	rest = seconds % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = (unsigned)(days - era * 146097);
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	c.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c.year = (int)((int64_t)yoe + era * 400 + (c.month <= 2));
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	c.micro = (int)micro;
	return c;
}

char *time_rfc3339(usec_t t, char text[TIME_TEXT])
{
	struct civil c = time_civil(t);

	snprintf(text, TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", c.year, c.month, c.day,
		 c.hour, c.minute, c.second, c.micro);
	return text;
}

char *time_eve(usec_t t, char text[TIME_TEXT])
{
	struct civil c = time_civil(t);

	snprintf(text, TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%06d+0000", c.year, c.month, c.day,
		 c.hour, c.minute, c.second, c.micro);
	return text;
}

char *time_human(usec_t t, char text[TIME_TEXT])
{
	struct civil c = time_civil(t);

	snprintf(text, TIME_TEXT, "%04d-%02d-%02d %02d:%02d:%02d UTC", c.year, c.month, c.day,
		 c.hour, c.minute, c.second);
	return text;
}

char *time_span(usec_t length, char text[TIME_TEXT])
{
	long long ms = length / USEC_PER_MS, s = length / USEC_PER_SEC;

	if (ms < 1)
		snprintf(text, TIME_TEXT, "under 1 ms");
	else if (ms < 1000)
		snprintf(text, TIME_TEXT, "%lld ms", ms);
	else if (ms < 10000)
		snprintf(text, TIME_TEXT, "%lld.%lld s", s, ms / 100 % 10);
	else if (s < 60)
		snprintf(text, TIME_TEXT, "%lld s", s);
	else if (s < 3600)
		snprintf(text, TIME_TEXT, "%lld min %lld s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(text, TIME_TEXT, "%lld h %lld min", s / 3600, s / 60 % 60);
	else
		snprintf(text, TIME_TEXT, "%lld days %lld h", s / 86400, s / 3600 % 24);
	return text;
}
