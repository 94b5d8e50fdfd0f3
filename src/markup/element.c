/* element.c - what attributes of elements say: styles, refreshes, and which elements have no inside. */
#include "markup/element.h"

#include "base/line.h"

struct span value_trim(struct span value)
{
	while (value.len && *value.ptr <= ' ')
		value = line_from(value, 1);
	return value;
}

bool style_declares(struct span style, const char *name, const char *value)
{
	struct span rest = style, one;

	while (rest.len) {
		one = value_trim(line_until(&rest, ';'));
		if (!line_starts(one, name))
			continue;
		one = value_trim(line_from(one, strlen(name)));
		if (one.len && *one.ptr == ':' && line_starts(value_trim(line_from(one, 1)), value))
			return true;
	}
	return false;
}

bool style_is_zero(struct span style, const char *name)
{
	static const char *const nothings[] = { "0;", "0px", "0pt", "0em", "0 ", "0%", "0!", "0.0", NULL };

	for (const char *const *nothing = nothings; *nothing; nothing++)
		if (style_declares(style, name, *nothing))
			return true;
	return false;
}

bool element_is_void(struct span name)
{
	static const char *const names[] = { "br",   "img", "hr",    "input",  "meta", "link", "area",
					     "base", "col", "embed", "source", "wbr",  NULL };

	for (const char *const *one = names; *one; one++)
		if (line_is(name, *one))
			return true;
	return false;
}

struct span refresh_read(struct span content, uint64_t *seconds)
{
	struct span url = value_trim(content), delay = line_until(&url, ';');

	*seconds = 0;
	line_number(line_trim(delay), UINT32_MAX, seconds);
	url = value_trim(url);
	if (!line_starts(url, "url"))
		return (struct span){ 0 };
	url = value_trim(line_from(url, line_find(url, '=') + 1));
	if (url.len && (*url.ptr == '\'' || *url.ptr == '"'))
		url = line_cut(line_from(url, 1), line_find(line_from(url, 1), *url.ptr));
	return url;
}
