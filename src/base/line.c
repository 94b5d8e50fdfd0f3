/* line.c - lines and words of text that came from outside. */
#include "base/line.h"

#include "base/text.h"

bool line_starts(struct span s, const char *with)
{
	size_t n = strlen(with);

	if (s.len < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (text_lower(s.ptr[i]) != text_lower((uint8_t)with[i]))
			return false;
	return true;
}

bool line_is(struct span s, const char *with)
{
	return s.len == strlen(with) && line_starts(s, with);
}

bool line_contains(struct span s, const char *with)
{
	for (size_t i = 0; i < s.len; i++)
		if (line_starts(line_from(s, i), with))
			return true;
	return false;
}

bool line_same(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (text_lower(a.ptr[i]) != text_lower(b.ptr[i]))
			return false;
	return true;
}

bool line_begins(struct span s, const char *with)
{
	size_t n = strlen(with);

	return s.len >= n && memcmp(s.ptr, with, n) == 0;
}

static bool is_blank(uint8_t b)
{
	return b == ' ' || b == '\t';
}

struct span line_trim(struct span s)
{
	size_t n = 0;

	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	while (n < s.len && is_blank(s.ptr[n]))
		n++;
	return line_from(s, n);
}

size_t line_find(struct span s, uint8_t byte)
{
	const uint8_t *at = s.len ? memchr(s.ptr, byte, s.len) : NULL;

	return at ? (size_t)(at - s.ptr) : s.len;
}

struct span line_until(struct span *rest, uint8_t byte)
{
	size_t n = line_find(*rest, byte);
	struct span part = line_cut(*rest, n);

	*rest = line_from(*rest, n + 1);
	return part;
}

bool line_part(struct span *rest, uint8_t byte, struct span *part)
{
	if (!rest->len)
		return false;
	*part = line_until(rest, byte);
	return true;
}

bool line_take(struct span *rest, struct span *line)
{
	if (!line_part(rest, '\n', line))
		return false;
	if (line->len && line->ptr[line->len - 1] == '\r')
		line->len--;
	return true;
}

bool line_field(struct span line, struct span *name, struct span *value)
{
	struct span rest = line, before = line_until(&rest, ':');

	if (before.len == line.len || !before.len || is_blank(before.ptr[0]))
		return false;
	*name = line_trim(before);
	*value = line_trim(rest);
	return true;
}

struct span line_word(struct span *rest)
{
	struct span word = line_trim(*rest);
	size_t n = 0;

	while (n < word.len && !is_blank(word.ptr[n]))
		n++;
	*rest = line_from(word, n);
	return line_cut(word, n);
}

bool line_number(struct span s, uint64_t max, uint64_t *number)
{
	uint64_t n = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint64_t digit = (uint64_t)s.ptr[i] - '0';

		if (s.ptr[i] < '0' || digit > 9 || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*number = n;
	return n <= max;
}

int line_base64(uint8_t letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

size_t line_keep(uint8_t *into, size_t room, struct span s)
{
	size_t n = s.len < room ? s.len : room;

	if (n)
		memcpy(into, s.ptr, n);
	return n;
}
