/* http_name.c - how the file in a body is called. */
#include "wire/http_private.h"

#include "wire/line.h"

/* Cuts a parameter off at the next semicolon outside of quotes (RFC 9110, 5.6.6). */
static bool parameter_next(struct span *rest, struct span *parameter)
{
	bool quoted = false;
	size_t n = 0;

	if (!rest->len)
		return false;
	for (; n < rest->len && (quoted || rest->ptr[n] != ';'); n++) {
		if (rest->ptr[n] == '"')
			quoted = !quoted;
		else if (quoted && rest->ptr[n] == '\\' && n + 1 < rest->len)
			n++;
	}
	*parameter = line_trim(line_cut(*rest, n));
	*rest = line_from(*rest, n + 1);
	return true;
}

/* A token, or a quoted string with its backslashes undone. */
static size_t keep_value(uint8_t *into, size_t room, struct span value)
{
	size_t n = 0;

	if (!value.len || value.ptr[0] != '"')
		return line_keep(into, room, value);
	for (size_t i = 1; i < value.len && n < room && value.ptr[i] != '"'; i++) {
		if (value.ptr[i] == '\\' && i + 1 < value.len)
			i++;
		into[n++] = value.ptr[i];
	}
	return n;
}

size_t http_name_disposition(uint8_t *into, size_t room, struct span value)
{
	struct span parameter, charset;
	size_t plain = 0;

	while (parameter_next(&value, &parameter)) {
		struct span told = line_trim(line_from(parameter, line_find(parameter, '=') + 1));
		struct span name = line_trim(line_cut(parameter, line_find(parameter, '=')));

		if (line_is(name, "filename*")) { /* charset'language'text: it goes first */
			line_part(&told, '\'', &charset);
			line_part(&told, '\'', &charset);
			if (told.len)
				return line_keep_unescaped(into, room, told);
		} else if (line_is(name, "filename")) {
			plain = keep_value(into, room, told);
		}
	}
	return plain;
}

size_t http_name_url(uint8_t *into, size_t room, struct span url)
{
	struct span path = line_cut(url, line_find(line_cut(url, line_find(url, '?')), '#'));
	size_t scheme = line_starts(path, "http://") ? 7 : line_starts(path, "https://") ? 8 : 0;
	struct span part, last = { path.ptr, 0 };

	path = line_from(path, scheme);
	path = line_from(path, line_find(path, '/')); /* without an authority */
	while (line_part(&path, '/', &part))
		last = part;
	return line_keep_unescaped(into, room, last);
}
