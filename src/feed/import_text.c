/* import_text.c - spans as text, for the importers: trimming, comparing, cutting, numbers, times.
 */
#include "feed/import_private.h"

#include "base/cursor.h"

#include <strings.h>

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span span_drop(struct span s, size_t n)
{
	struct cur c = cur_init(s);

	cur_span(&c, n < s.len ? n : s.len);
	return cur_rest(&c);
}

struct span span_trim(struct span s)
{
	while (s.len > 0 && is_space(s.ptr[0]))
		s = span_drop(s, 1);
	while (s.len > 0 && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool span_begins(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && strncasecmp((const char *)s.ptr, text, len) == 0;
}

bool span_is(struct span s, const char *text)
{
	return s.len == strlen(text) && span_begins(s, text);
}

struct span span_cut(struct span *rest, char at)
{
	const uint8_t *found = rest->len ? memchr(rest->ptr, at, rest->len) : NULL;
	struct cur c = cur_init(*rest);
	struct span part = cur_span(&c, found ? (size_t)(found - rest->ptr) : rest->len);

	cur_span(&c, found != NULL);
	*rest = cur_rest(&c);
	return part;
}

bool span_number(struct span s, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;

	if (s.len == 0 || s.len > 18)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		value = value * 10 + (s.ptr[i] - '0');
	}
	if (value > most)
		return false;
	*number = value;
	return true;
}

/* Takes `digits` digits and the mark after them off the front. */
static bool take_part(struct span *rest, size_t digits, const char *marks, unsigned *part)
{
	uint64_t number;

	if (rest->len < digits || !span_number((struct span){ rest->ptr, digits }, 9999, &number))
		return false;
	*rest = span_drop(*rest, digits);
	*part = (unsigned)number;
	if (*marks && rest->len > 0 && strchr(marks, rest->ptr[0]))
		*rest = span_drop(*rest, 1);
	else if (*marks && rest->len > 0)
		return false;
	return true;
}

usec_t import_time(struct span s)
{
	unsigned year, month, day, hour = 0, minute = 0, second = 0;
	uint64_t seconds;
	int64_t t;

	s = span_trim(s);
	if (s.len >= 9 && span_number(s, (uint64_t)1 << 34, &seconds))
		return (usec_t)seconds * USEC_PER_SEC;
	if (!take_part(&s, 4, "-/", &year) || !take_part(&s, 2, "-/", &month) ||
	    !take_part(&s, 2, "T t", &day))
		return 0;
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
		return 0;
	if (s.len > 0 && (!take_part(&s, 2, ":", &hour) || !take_part(&s, 2, ":.Zz+- ", &minute) ||
			  (s.len >= 2 && !take_part(&s, 2, ".Zz+- ", &second))))
		return 0;
	t = time_days(year, month, day) * 86400 + (int64_t)hour * 3600 + (int64_t)minute * 60 +
	    second;
	return (usec_t)t * USEC_PER_SEC;
}
