/* lines.c - lines and fields of text protocols whose head comes in one piece. */
#include "wire/lines.h"

#include "base/cursor.h"

#include <strings.h>

struct span lines_until(struct span *rest, char stop)
{
	const uint8_t *at = rest->len ? memchr(rest->ptr, stop, rest->len) : NULL;
	struct cur c = cur_init(*rest);
	struct span before = cur_span(&c, at ? (size_t)(at - rest->ptr) : rest->len);

	if (at)
		cur_take(&c, 1);
	*rest = cur_rest(&c);
	return before;
}

bool lines_next(struct span *rest, struct span *line)
{
	if (!rest->len)
		return false;
	*line = lines_until(rest, '\n');
	if (line->len && line->ptr[line->len - 1] == '\r')
		line->len--;
	return true;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static struct span trimmed(struct span s)
{
	struct cur c = cur_init(s);
	struct span rest;

	while (c.left && is_blank(*c.p))
		cur_take(&c, 1);
	rest = cur_rest(&c);
	while (rest.len && is_blank(rest.ptr[rest.len - 1]))
		rest.len--;
	return rest;
}

bool lines_field(struct span line, struct span *name, struct span *value)
{
	struct span rest = line, before = lines_until(&rest, ':');

	if (before.len == line.len || !before.len || is_blank(before.ptr[0]))
		return false;
	*name = trimmed(before);
	*value = trimmed(rest);
	return true;
}

bool lines_is(struct span s, const char *word)
{
	return s.len == strlen(word) && strncasecmp((const char *)s.ptr, word, s.len) == 0;
}

bool lines_begins(struct span s, const char *with)
{
	size_t n = strlen(with);

	return s.len >= n && memcmp(s.ptr, with, n) == 0;
}

bool lines_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.ptr[i] < ' ' && s.ptr[i] != '\t') || s.ptr[i] > '~')
			return false;
	return true;
}
