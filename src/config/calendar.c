/* calendar.c - days of the year in local time. */
#include "config/calendar.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* The number in `len` digits at *at, which moves; -1: they are none. */
static int take_digits(const char **at, unsigned len)
{
	int number = 0;

	for (unsigned i = 0; i < len; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return -1;
		number = number * 10 + (**at - '0');
	}
	return number;
}

static bool take_mark(const char **at, char mark)
{
	if (**at != mark)
		return false;
	(*at)++;
	return true;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of(int year, int month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && (year == 0 || is_leap(year)));
}

enum err calendar_parse(struct calendar_day *day, const char *text)
{
	const char *at = text;
	int year = 0, month, date, hour = 0, minute = 0;

	if (strlen(text) > 5 && text[4] == '-') {
		year = take_digits(&at, 4);
		if (year < 1970 || !take_mark(&at, '-'))
			return ERR_FORMAT;
	}
	month = take_digits(&at, 2);
	if (month < 1 || month > 12 || !take_mark(&at, '-'))
		return ERR_FORMAT;
	date = take_digits(&at, 2);
	if (date < 1 || date > days_of(year, month))
		return ERR_FORMAT;
	if (*at) {
		if (!take_mark(&at, ' '))
			return ERR_FORMAT;
		hour = take_digits(&at, 2);
		if (hour < 0 || hour > 23 || !take_mark(&at, ':'))
			return ERR_FORMAT;
		minute = take_digits(&at, 2);
		if (minute < 0 || minute > 59 || *at)
			return ERR_FORMAT;
	}
	*day = (struct calendar_day){ (uint16_t)year, (uint8_t)month, (uint8_t)date, (uint8_t)hour,
				      (uint8_t)minute };
	return OK;
}

char *calendar_text(const struct calendar_day *day, char text[CALENDAR_TEXT])
{
	int used = day->year ? snprintf(text, CALENDAR_TEXT, "%04u-", day->year) : 0;

	used += snprintf(text + used, (size_t)(CALENDAR_TEXT - used), "%02u-%02u", day->month, day->day);
	if (day->hour || day->minute)
		snprintf(text + used, (size_t)(CALENDAR_TEXT - used), " %02u:%02u", day->hour, day->minute);
	return text;
}

/* The instant of a day in a year; in a year without 29 February that is 1 March. */
static usec_t instant_of(const struct calendar_day *day, int year)
{
	struct tm tm = {
		.tm_year = year - 1900,
		.tm_mon = day->month - 1,
		.tm_mday = day->day,
		.tm_hour = day->hour,
		.tm_min = day->minute,
		.tm_isdst = -1,
	};

	return (usec_t)mktime(&tm) * USEC_PER_SEC;
}

bool calendar_next(const struct calendar_entry *entry, usec_t now, usec_t *from, usec_t *until)
{
	time_t seconds = (time_t)(now / USEC_PER_SEC);
	struct tm tm;
	int year, last;

	localtime_r(&seconds, &tm);
	/* One that began last year may hold still. */
	year = entry->from.year ? entry->from.year : tm.tm_year + 1899;
	last = entry->from.year ? entry->from.year : tm.tm_year + 1901;
	for (; year <= last; year++) {
		usec_t begin = instant_of(&entry->from, year);
		usec_t end = instant_of(&entry->until, entry->until.year ? entry->until.year : year);

		if (!entry->until.year && end <= begin) /* over the end of the year */
			end = instant_of(&entry->until, year + 1);
		if (end > now && end > begin) {
			*from = begin;
			*until = end;
			return true;
		}
	}
	return false;
}
