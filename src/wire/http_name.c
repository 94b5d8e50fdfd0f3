/* http_name.c - how the file in a body is called. */
#include "wire/http_private.h"

#include "wire/line.h"

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
