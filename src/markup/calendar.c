/* calendar.c - invitations (RFC 5545) and cards (RFC 6350): the links in them, and files that are attached in base64.
 */
#include "base/pen.h"
#include "format/charset.h"
#include "intel/host.h"
#include "link/known_host.h"
#include "link/link.h"
#include "markup/markup.h"

/* Lines of an invitation, put together again where they were folded (RFC 5545, 3.1). */
struct calendar {
	struct exam *e;
	const struct part *part;
	struct span organiser; /* his domain */
	unsigned open;         /* components that have begun and not ended */
};

static struct span unfolded(struct span text, struct arena *arena)
{
	uint8_t *room = arena_take(arena, text.len);
	struct pen pen = pen_init(room, room ? text.len : 0);
	struct cur c = cur_init(text);

	while (c.left) {
		pen_span(&pen, cur_span(&c, line_find(cur_rest(&c), '\n')));
		if (!c.left)
			break;
		if (c.left > 1 && (c.p[1] == ' ' || c.p[1] == '\t')) {
			if (pen.used && room[pen.used - 1] == '\r')
				pen.used--;
			cur_span(&c, 2);
		} else {
			pen_byte(&pen, cur_u8(&c));
		}
	}
	return pen_since(&pen, 0);
}

/* "\\n", "\\," and "\\;" undone (3.3.11). */
static struct span unescaped(struct span value, struct arena *arena)
{
	uint8_t *room;
	size_t n = 0;

	if (line_find(value, '\\') == value.len || !(room = arena_take(arena, value.len)))
		return value;
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '\\' && i + 1 < value.len)
			room[n++] = (value.ptr[++i] | 0x20) == 'n' ? '\n' : value.ptr[i];
		else
			room[n++] = value.ptr[i];
	}
	return (struct span){ room, n };
}

/* Where the name and its parameters end: at the first colon outside of quotes. */
static size_t value_at(struct span line)
{
	bool quoted = false;
	size_t n = 0;

	for (; n < line.len && (quoted || line.ptr[n] != ':'); n++)
		quoted = quoted != (line.ptr[n] == '"');
	return n;
}

/* A link that is no meeting's and none of the organiser's own. */
static void judge_link(struct calendar *calendar, struct span url)
{
	struct link link;

	exam_url(calendar->e, calendar->part, url, (struct span){ 0 });
	if (!link_read(url, &link) || !link.web || host_kinds(link.host) & HOST_MEETING)
		return;
	if (span_equal(host_registrable(link.host), host_registrable(calendar->organiser)) ||
	    span_equal(host_registrable(link.host), host_registrable(calendar->e->sender.domain)))
		return;
	exam_find(calendar->e, calendar->part, FINDING_ICS_LINK, url);
}

/* All links of a text. */
static void judge_text(struct calendar *calendar, struct span text)
{
	struct span rest = text;

	exam_text(calendar->e, calendar->part, text);
	while (rest.len) {
		size_t n = line_find(rest, ':'), from = n, end = n;

		if (n + 3 > rest.len)
			return;
		while (from > 0 && ((rest.ptr[from - 1] | 0x20) >= 'a' && (rest.ptr[from - 1] | 0x20) <= 'z'))
			from--;
		while (end < rest.len && rest.ptr[end] > ' ' && rest.ptr[end] < 0x80 &&
		       !memchr("<>\"'\\)", rest.ptr[end], 6))
			end++;
		if (line_starts(line_from(rest, from), "http"))
			judge_link(calendar, line_cut(line_from(rest, from), end - from));
		rest = line_from(rest, end > n ? end : n + 1);
	}
}

/* "ATTACH;ENCODING=BASE64;X-FILENAME=a.pdf:JVBE..." */
static void take_file(struct calendar *calendar, struct span head, struct span value)
{
	static const char *const names[] = { "x-filename=", "filename=", "x-apple-filename=", "fmttype=", NULL };
	size_t mark = arena_mark(&calendar->e->arena);
	struct part child = { 0 };
	struct span parameter;

	while (head.len) {
		parameter = line_until(&head, ';');
		for (const char *const *name = names; *name; name++)
			if (line_starts(parameter, *name) && !child.name.len &&
			    !line_is(line_cut(parameter, 8), "fmttype="))
				child.name = line_from(parameter, strlen(*name));
	}
	if (child.name.len > 1 && *child.name.ptr == '"')
		child.name = line_cut(line_from(child.name, 1), child.name.len - 2);
	child.bytes = base64_undo(value, &calendar->e->arena, NULL);
	if (child.bytes.len)
		exam_part(calendar->e, calendar->part, &child);
	arena_back(&calendar->e->arena, mark);
}

static struct span mail_domain(struct span address)
{
	size_t at = line_find(address, '@');

	return line_from(address, at + 1);
}

static void take_line(struct calendar *calendar, struct span line)
{
	size_t colon = value_at(line);
	struct span head = line_cut(line, colon), value = line_from(line, colon + 1), rest = head,
		    name = line_until(&rest, ';');
	size_t mark = arena_mark(&calendar->e->arena);

	if (value.len && value.ptr[value.len - 1] == '\r')
		value.len--;
	if (line_is(name, "begin"))
		calendar->open++;
	else if (line_is(name, "end"))
		calendar->open -= calendar->open > 0;
	else if (line_is(name, "organizer"))
		calendar->organiser = mail_domain(value);
	else if ((line_is(name, "attach") || line_is(name, "photo") || line_is(name, "logo")) &&
		 line_contains(head, "base64"))
		take_file(calendar, rest, value);
	else if (line_is(name, "photo") || line_is(name, "logo") || line_is(name, "sound") || line_is(name, "key"))
		exam_url(calendar->e, calendar->part, value, (struct span){ 0 }); /* fetched to be shown */
	else if (line_is(name, "url") || line_is(name, "attach") || line_is(name, "source") ||
		 line_is(name, "conference"))
		judge_link(calendar, value);
	else if (line_is(name, "description") || line_is(name, "summary") || line_is(name, "location") ||
		 line_is(name, "comment") || line_is(name, "x-alt-desc") || line_is(name, "note"))
		judge_text(calendar, unescaped(value, &calendar->e->arena));
	if (line_contains(head, "altrep="))
		judge_text(calendar, head);
	arena_back(&calendar->e->arena, mark);
}

void markup_calendar(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct calendar calendar = { .e = e, .part = part };
	struct span text, line;

	if (!exam_work(e, part->bytes.len))
		return;
	text = unfolded(charset_text(part->bytes, (struct span){ 0 }, SIZE_MAX, &e->arena), &e->arena);
	while (!e->over && line_take(&text, &line))
		take_line(&calendar, line);
	if (calendar.open)
		exam_unseen(e, part, UNSEEN_BROKEN, "a calendar or card without its end");
	arena_back(&e->arena, mark);
}
