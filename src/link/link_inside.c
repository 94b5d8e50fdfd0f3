/* link_inside.c - the links that stand in queries and paths of others, percent-encoded, in base64, or as gateways write
 * them. */
#include "link/link_inside.h"

#include "format/charset.h"
#include "intel/host.h"
#include "link/known_host.h"

#define HEAD 16 /* bytes that tell whether a link begins: "https%3A%2F%2F" */

static bool is_web(struct span text)
{
	return line_starts(text, "http://") || line_starts(text, "https://");
}

/* Proofpoint's second form: "-" for "%", "_" for "/". */
static struct span undo_second(struct span value, struct arena *arena)
{
	uint8_t *room = arena_take(arena, value.len);

	if (!room)
		return value;
	for (size_t i = 0; i < value.len; i++)
		room[i] = value.ptr[i] == '-' ? '%' : value.ptr[i] == '_' ? '/' : value.ptr[i];
	return percent_undo((struct span){ room, value.len }, arena);
}

/* "//host/..." is a link, and Bing writes "a1" before one in base64. */
static struct span disguised_link(struct span value, struct arena *arena)
{
	if (line_begins(value, "a1aHR0c"))
		return base64_undo(line_from(value, 2), arena, NULL);
	return line_starts(value, "//") && line_find(line_from(value, 2), '.') < value.len - 2 ? value : (struct span){ 0 };
}

/* What a value of a query holds, if that is a link: as it is, percent-encoded once or twice, or in base64. */
static struct span value_link(struct span value, struct arena *arena)
{
	struct span undone = percent_undo(value, arena);

	if (line_starts(undone, "http%3a") || line_starts(undone, "https%3a"))
		undone = percent_undo(undone, arena);
	if (line_begins(undone, "aHR0c")) /* "http" */
		undone = base64_undo(undone, arena, NULL);
	return is_web(undone) ? undone : disguised_link(undone, arena);
}

/* Proofpoint's third form: /v3/__https://host/path__;... */
static struct span third_form(struct span path)
{
	size_t end;

	path = line_from(path, strlen("/v3/__"));
	for (end = 0; end + 2 < path.len && memcmp(path.ptr + end, "__;", 3) != 0; end++)
		;
	path = line_cut(path, end);
	if (line_starts(path, "http:/") || line_starts(path, "https:/"))
		return path;
	return (struct span){ 0 };
}

/* A whole link inside a path: "/L0/https:%2F%2Fhost%2F", "/amp/s/host/path". */
static struct span path_link(struct span path, struct arena *arena)
{
	struct span link;
	uint8_t *room;

	for (size_t i = 1; i + 10 < path.len; i++) {
		link = line_from(path, i);
		if ((path.ptr[i - 1] == '/' || path.ptr[i - 1] == '=') && line_starts(link, "http") &&
		    is_web(percent_undo(line_cut(link, HEAD), arena)))
			return percent_undo(link, arena);
	}
	if (!line_starts(path, "/amp/"))
		return (struct span){ 0 };
	link = line_from(path, strlen(line_starts(path, "/amp/s/") ? "/amp/s/" : "/amp/"));
	if (line_find(line_cut(link, line_find(link, '/')), '.') >= line_find(link, '/'))
		return (struct span){ 0 };
	room = arena_take(arena, link.len + 2);
	if (!room)
		return (struct span){ 0 };
	memcpy(room, "//", 2);
	memcpy(room + 2, link.ptr, link.len);
	return (struct span){ room, link.len + 2 };
}

/* Google leads on to "host/path" as well. */
static struct span bare_link(struct span value, struct arena *arena)
{
	struct pour pour = pour_begin(arena, LINK_TEXT);

	if (!host_has_suffix(line_cut(value, line_find(value, '/'))))
		return (struct span){ 0 };
	pour_span(&pour, text_span("//"));
	pour_span(&pour, percent_undo(value, arena));
	return pour_end(&pour);
}

static bool leads_elsewhere(const struct link *link, struct span inside)
{
	struct link read;

	return link_read(inside, &read) && read.web &&
	       !span_equal(host_registrable(read.host), host_registrable(link->host));
}

struct span link_inside(const struct link *link, unsigned kinds, struct arena *arena)
{
	struct span rest = link->query, name, value, inside;

	if (kinds & HOST_WRAPPER && line_starts(link->path, "/v3/__"))
		return third_form(link->path);
	while (link_parameter(&rest, &name, &value)) {
		inside = value_link(value, arena);
		if (!inside.len && kinds & HOST_REDIRECTOR && line_is(link->path, "/url") && (line_is(name, "q") || line_is(name, "url")))
			inside = bare_link(value, arena);
		if (!inside.len && kinds & HOST_WRAPPER && line_starts(link->path, "/v2/") && line_is(name, "u"))
			inside = undo_second(value, arena);
		if (inside.len && leads_elsewhere(link, inside))
			return inside;
	}
	inside = path_link(link->path, arena);
	if (inside.len && leads_elsewhere(link, inside))
		return inside;
	return (struct span){ 0 };
}
