/* element.c - what attributes of elements say: styles, refreshes, and which elements have no inside. */
#include "markup/element.h"

#include "base/line.h"

struct span value_trim(struct span value)
{
	while (value.len && *value.ptr <= ' ')
		value = line_from(value, 1);
	return value;
}

/* Takes the value of the next declaration of that name. */
static bool declaration_take(struct span *rest, const char *name, struct span *value)
{
	while (rest->len) {
		struct span one = value_trim(line_until(rest, ';'));

		if (!line_starts(one, name))
			continue;
		one = value_trim(line_from(one, strlen(name)));
		if (one.len && *one.ptr == ':') {
			*value = line_trim(value_trim(line_from(one, 1)));
			return true;
		}
	}
	return false;
}

struct span style_value(struct span style, const char *name)
{
	struct span value = { 0 };

	declaration_take(&style, name, &value);
	return value;
}

bool style_declares(struct span style, const char *name, const char *value)
{
	struct span one;

	while (declaration_take(&style, name, &one))
		if (line_starts(one, value))
			return true;
	return false;
}

/* "0", "0px", "0.0em". */
static bool is_zero(struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] >= '1' && value.ptr[i] <= '9')
			return false;
		if (value.ptr[i] != '0' && value.ptr[i] != '.')
			return i > 0;
	}
	return value.len > 0;
}

bool style_is_zero(struct span style, const char *name)
{
	struct span one;

	while (declaration_take(&style, name, &one))
		if (is_zero(one))
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
