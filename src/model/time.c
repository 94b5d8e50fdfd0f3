/* time.c - instants and lengths of time as text, in UTC, without locale. */
#include "model/time.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SPAN_MAX ((usec_t)3653 * 86400) /* seconds: ten years */

#define YEAR_TEXT 16 /* of any int, and a hyphen */

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

/* So many digits and what follows them; the end of both. */
static char *put_digits(char *at, int number, unsigned digits, char mark)
{
	for (unsigned i = digits; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	at[digits] = mark;
	return at + digits + 1;
}

/* The date and the time of day, with `between` them and `mark` behind them. By hand: each event has several,
 * and printf() would take longer than all else about them. */
static char *put_civil(char *at, const struct civil *c, char between, char mark)
{
	if (c->year >= 0 && c->year <= 9999)
		at = put_digits(at, c->year, 4, '-');
	else
		at += snprintf(at, YEAR_TEXT, "%04d-", c->year);
	at = put_digits(at, c->month, 2, '-');
	at = put_digits(at, c->day, 2, between);
	at = put_digits(at, c->hour, 2, ':');
	at = put_digits(at, c->minute, 2, ':');
	return put_digits(at, c->second, 2, mark);
}

char *time_rfc3339(usec_t t, char text[TIME_TEXT])
{
	struct civil c = time_civil(t);

	*put_digits(put_civil(text, &c, 'T', '.'), c.micro, 6, 'Z') = '\0';
	return text;
}

char *time_eve(usec_t t, char text[TIME_TEXT])
{
	struct civil c = time_civil(t);

	memcpy(put_digits(put_civil(text, &c, 'T', '.'), c.micro, 6, '+'), "0000", 5);
	return text;
}

char *time_human(usec_t t, char text[TIME_TEXT])
{
	struct civil c = time_civil(t);

	memcpy(put_civil(text, &c, ' ', ' '), "UTC", 4);
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

char *time_span_japanese(usec_t length, char text[TIME_TEXT])
{
	long long ms = length / USEC_PER_MS, s = length / USEC_PER_SEC;

	if (ms < 10000)
		snprintf(text, TIME_TEXT, "%lld.%lld 秒", s, ms / 100 % 10);
	else if (s < 60)
		snprintf(text, TIME_TEXT, "%lld 秒", s);
	else if (s < 3600)
		snprintf(text, TIME_TEXT, "%lld 分 %lld 秒", s / 60, s % 60);
	else if (s < 86400)
		snprintf(text, TIME_TEXT, "%lld 時間 %lld 分", s / 3600, s / 60 % 60);
	else
		snprintf(text, TIME_TEXT, "%lld 日 %lld 時間", s / 86400, s / 3600 % 24);
	return text;
}

/* By the same algorithms. The year begins in March here, so that the odd day is its last. */
int64_t time_days(unsigned year, unsigned month, unsigned day)
{
	int64_t y = (int64_t)year - (month <= 2), era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Moves over exactly so many digits, and over one of `marks` after them unless that is empty. */
static bool take_digits(const char **at, unsigned digits, const char *marks, unsigned *number)
{
	*number = 0;
	for (; digits > 0; digits--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*number = *number * 10 + (unsigned)(**at - '0');
	}
	if (!*marks)
		return true;
	if (!**at || !strchr(marks, **at))
		return false;
	(*at)++;
	return true;
}

static unsigned month_days(unsigned year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

/* The date as days, and the T after it. */
static bool take_date(const char **at, int64_t *days)
{
	unsigned year, month, day;

	if (!take_digits(at, 4, "-", &year) || !take_digits(at, 2, "-", &month) ||
	    !take_digits(at, 2, "Tt ", &day) || year < 1970 || month < 1 || month > 12 || day < 1 ||
	    day > month_days(year, month))
		return false;
	*days = time_days(year, month, day);
	return true;
}

/* The time of day in microseconds. A leap second is the first of the next minute. */
static bool take_clock(const char **at, usec_t *t)
{
	unsigned hour, minute, second = 0, digit;
	usec_t micro = 0, unit = USEC_PER_SEC / 10;

	if (!take_digits(at, 2, ":", &hour) || !take_digits(at, 2, "", &minute) || hour > 23 ||
	    minute > 59)
		return false;
	if (**at == ':') {
		(*at)++;
		if (!take_digits(at, 2, "", &second) || second > 60)
			return false;
		if (**at == '.')
			for ((*at)++; take_digits(at, 1, "", &digit); unit /= 10)
				micro += unit * digit;
	}
	*t = ((usec_t)hour * 3600 + (usec_t)minute * 60 + second) * USEC_PER_SEC + micro;
	return true;
}

/* "Z", "+09:00": how far the clock is ahead of UTC. */
static bool take_zone(const char **at, usec_t *ahead)
{
	bool behind = **at == '-';
	unsigned hour, minute;

	*ahead = 0;
	if (**at == 'Z' || **at == 'z') {
		(*at)++;
		return true;
	}
	if (**at != '+' && !behind)
		return false;
	(*at)++;
	if (!take_digits(at, 2, ":", &hour) || !take_digits(at, 2, "", &minute) || hour > 23 ||
	    minute > 59)
		return false;
	*ahead = (behind ? -1 : 1) * ((usec_t)hour * 3600 + (usec_t)minute * 60) * USEC_PER_SEC;
	return true;
}

enum err time_parse(usec_t *t, const char *text)
{
	int64_t days;
	usec_t clock, ahead;

	if (!take_date(&text, &days) || !take_clock(&text, &clock) || !take_zone(&text, &ahead) || *text)
		return ERR_FORMAT;
	*t = days * 86400 * USEC_PER_SEC + clock - ahead;
	return OK;
}

enum err time_parse_span(usec_t *length, const char *text)
{
	static const char units[] = "smhdw";
	static const usec_t seconds[] = { 1, 60, 3600, 86400, 7 * 86400 };
	const char *unit;
	usec_t number = 0;
	bool digits = *text >= '0' && *text <= '9';

	for (; *text >= '0' && *text <= '9'; text++)
		number = number > SPAN_MAX ? number : number * 10 + (*text - '0');
	unit = *text ? strchr(units, *text) : NULL;
	if (!digits || !unit || text[1])
		return ERR_FORMAT;
	if (number > SPAN_MAX / seconds[unit - units])
		return ERR_LIMIT;
	*length = number * seconds[unit - units] * USEC_PER_SEC;
	return OK;
}
