/* walk.c - the pass over the XML of an office document: tags to their elements, text to who reads it. */
#include "xmldoc/walk.h"

#include "base/line.h"
#include "format/charset.h"
#include "xmldoc/elements.h"

#define TEXT      16384 /* bytes of text that are handed on at once */
#define TEXT_FULL (TEXT - 4096)
#define CONTENT   65536 /* bytes of a leaf that comes in pieces */

/* --- what handlers ask for --- */

static struct span local_name(struct span name)
{
	const uint8_t *colon = name.len ? memchr(name.ptr, ':', name.len) : NULL;

	if (!colon)
		return name;
	return (struct span){ colon + 1, name.len - (size_t)(colon + 1 - name.ptr) };
}

struct span walk_value(struct walk *w, const struct tag *tag, const char *name)
{
	struct span rest = tag->bytes, wanted = text_span(name), key, value;

	while (tag_attribute(&rest, &key, &value))
		if (span_equal(local_name(key), wanted))
			return tag_text(value, TAG_XML, &w->e->arena);
	return (struct span){ cur_zeros, 0 };
}

/* One piece is lent as it is; comments and CDATA sections in the middle make several of it. */
struct span walk_content(struct walk *w, const struct tag *tag)
{
	struct span first = { cur_zeros, 0 };
	struct pen joined = { 0 };
	struct tag next;

	if (tag->closed)
		return first;
	while (tags_next(&w->tags, &next) && next.kind != TAG_CLOSE) {
		if (next.kind != TAG_TEXT && next.kind != TAG_RAW)
			continue;
		if (!first.len) {
			first = next.bytes;
			continue;
		}
		if (!joined.room) {
			joined = pen_init(arena_take(&w->e->arena, CONTENT), CONTENT);
			if (!joined.room)
				break;
			pen_span(&joined, first);
		}
		pen_span(&joined, next.bytes);
	}
	return tag_text(joined.room ? pen_since(&joined, 0) : first, TAG_XML, &w->e->arena);
}

static void text_flush(struct walk *w)
{
	exam_text(w->e, w->part, pen_since(&w->text, 0));
	w->text.used = 0;
}

void walk_text(struct walk *w, struct span utf8)
{
	while (utf8.len) {
		size_t n = TEXT - w->text.used < utf8.len ? TEXT - w->text.used : utf8.len;

		pen_span(&w->text, (struct span){ utf8.ptr, n });
		utf8 = line_from(utf8, n);
		if (w->text.used == TEXT)
			text_flush(w);
	}
}

/* --- the pass --- */

static const struct element *element_find(struct span name)
{
	const struct element *row = elements_of(name.len);

	for (; row && row->name; row++)
		if (row->name[0] == *name.ptr && memcmp(row->name, name.ptr, name.len) == 0)
			return row;
	return NULL;
}

static bool ends_name(uint8_t c)
{
	return c <= ' ' || c == '/' || c == '>' || c == '<';
}

/* Moves to the next tag that means something, or that is none ("<!", "<?"), and leaves all others uncut: what makes big
 * sheets long. No '<' stands within a tag of XML. */
static void skip_dull(struct cur *c)
{
	for (size_t n = 0;; n++) {
		const uint8_t *p = c->left > n ? memchr(c->p + n, '<', c->left - n) : NULL, *end = c->p + c->left, *name;

		if (!p) {
			cur_span(c, c->left);
			return;
		}
		n = (size_t)(p - c->p);
		name = p = p + 1 + (p + 1 < end && p[1] == '/');
		for (; p < end && !ends_name(*p); p++)
			if (*p == ':')
				name = p + 1;
		if (name == p || *name == '!' || *name == '?' ||
		    element_find((struct span){ name, (size_t)(p - name) })) {
			cur_span(c, n);
			return;
		}
	}
}

static void on_tag(struct walk *w, const struct tag *tag)
{
	const struct element *row = element_find(local_name(tag->name));
	bool opens = tag->kind == TAG_OPEN;

	if (!row || (!w->office && !row->anywhere))
		return;
	if (opens && row->open) {
		size_t mark = arena_mark(&w->e->arena);

		row->open(w, tag);
		arena_back(&w->e->arena, mark);
	}
	if (row->close && (!opens || tag->closed))
		row->close(w);
	if (w->text.used > TEXT_FULL)
		text_flush(w);
}

static void on_text(struct walk *w, struct span text)
{
	size_t mark = arena_mark(&w->e->arena);

	walk_text(w, tag_text(text, TAG_XML, &w->e->arena));
	arena_back(&w->e->arena, mark);
}

static void walk_all(struct walk *w)
{
	struct tag tag;

	while (!w->e->over) {
		if (!w->all_is_text)
			skip_dull(&w->tags.at);
		if (!tags_next(&w->tags, &tag))
			break;
		if (tag.kind == TAG_OPEN || tag.kind == TAG_CLOSE)
			on_tag(w, &tag);
		else if (w->all_is_text && tag.kind == TAG_TEXT)
			on_text(w, tag.bytes);
		else if (tag.kind == TAG_INSTRUCTION)
			flat_instruction(w, tag.bytes);
	}
	fields_end(w->fields);
	text_flush(w);
}

/* --- charsets --- */

/* encoding="..." of the declaration, and EBCDIC, whose declaration nobody can read (XML 1.0, F.1). */
static struct span declared(struct span bytes)
{
	static const uint8_t ebcdic[] = { 0x4c, 0x6f, 0xa7, 0x94 };
	const uint8_t *end = bytes.len ? memchr(bytes.ptr, '>', bytes.len < 256 ? bytes.len : 256) : NULL;
	const uint8_t *at;
	struct tag declaration = { 0 };

	if (bytes.len > sizeof(ebcdic) && memcmp(bytes.ptr, ebcdic, sizeof(ebcdic)) == 0)
		return text_span("IBM037");
	if (!end)
		return (struct span){ 0 };
	at = memmem(bytes.ptr, (size_t)(end - bytes.ptr), "encoding", 8);
	if (!at)
		return (struct span){ 0 };
	declaration.bytes = (struct span){ at, (size_t)(end - at) };
	return tag_value(&declaration, TAG_XML, "encoding");
}

static struct span without_mark(struct span bytes)
{
	if (bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0)
		bytes = line_from(bytes, 3);
	while (bytes.len && *bytes.ptr <= ' ' && *bytes.ptr)
		bytes = line_from(bytes, 1);
	return bytes;
}

/* XML as UTF-8, which nearly all of it is; empty: no XML. */
static struct span as_utf8(struct exam *e, struct span bytes)
{
	struct span charset = declared(bytes), text = without_mark(bytes);
	bool wide = text.len >= 2 && (text.ptr[0] == 0 || text.ptr[1] == 0 || text.ptr[0] >= 0xfe);

	if (wide)
		charset = charset_guess(bytes);
	if (wide || (charset.len && !line_is(charset, "utf-8") && !line_is(charset, "us-ascii")))
		text = without_mark(charset_text(bytes, charset, exam_inflate_room(e, bytes.len), &e->arena));
	return text.len && *text.ptr == '<' ? text : (struct span){ 0 };
}

bool walk_xml(struct exam *e, const struct part *part, bool office)
{
	size_t mark = arena_mark(&e->arena);
	struct span text = as_utf8(e, part->bytes);
	struct walk w = { .e = e, .part = part, .tags = tags_begin(text, TAG_XML), .office = office };
	uint8_t *room = arena_take(&e->arena, TEXT);

	w.text = pen_init(room, TEXT);
	w.fields = fields_new(e, part);
	if (text.len && room && w.fields && exam_work(e, text.len))
		walk_all(&w);
	arena_back(&e->arena, mark);
	return text.len > 0;
}
