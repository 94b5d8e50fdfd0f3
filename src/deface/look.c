/* look.c - a page walked over tag by tag: what it looks like. */
#include "deface/look_private.h"

#include "base/field.h"
#include "base/hash.h"
#include "base/line.h"
#include "exam/exam.h"
#include "format/charset.h"
#include "link/link.h"
#include "markup/element.h"

#include <stdlib.h>

#define PAGE_BYTES    ((size_t)1 << 20)  /* of a page that are read */
#define ARENA_BYTES   ((size_t)64 << 20) /* address space only */
#define META_BYTES    1024               /* in which a page tells its charset (WHATWG HTML, 13.2.3.2) */
#define FEW_LETTERS   300                /* of a page that is a picture */
#define CLASS_LETTERS 16
#define HEADING_MAX   200 /* so deep nobody nests them; and the number fits */

typedef void tag_taker(struct looker *l, const struct tag *tag);

static struct span value_of(struct looker *l, const struct tag *tag, const char *name)
{
	return line_cut(value_trim(tag_text(tag_value(tag, TAG_HTML, name), TAG_HTML, &l->arena)), LINK_TEXT);
}

/* --- the charset --- */

static struct span charset_said(struct span type)
{
	struct span rest = type, name, text;

	field_value(&rest);
	while (field_parameter(&rest, &name, &text))
		if (line_is(name, "charset"))
			return text.len > 2 && *text.ptr == '"' ? line_cut(line_from(text, 1), text.len - 2) : text;
	return (struct span){ 0 };
}

static struct span charset_in_page(struct span body)
{
	struct tags tags = tags_begin(line_cut(body, META_BYTES), TAG_HTML);
	struct tag tag;

	while (tags_next(&tags, &tag)) {
		struct span found;

		if (tag.kind != TAG_OPEN || !tag_is(&tag, "meta"))
			continue;
		found = tag_value(&tag, TAG_HTML, "charset");
		if (!found.len && line_is(tag_value(&tag, TAG_HTML, "http-equiv"), "content-type"))
			found = charset_said(tag_value(&tag, TAG_HTML, "content"));
		if (found.len)
			return found;
	}
	return (struct span){ 0 };
}

/* --- the way of tags --- */

static void add_way(struct looker *l, uint64_t name)
{
	uint64_t way = HASH_K1;

	for (unsigned up = l->way_depth < 2 ? l->way_depth : 2; up; up--)
		way = hash_64(l->way[l->way_depth - up], way);
	way = hash_64(name, way);
	if (l->ways[way % WAY_BITS / 8] >> (way % 8) & 1)
		return; /* a longer list is no other page */
	l->ways[way % WAY_BITS / 8] |= (uint8_t)(1u << (way % 8));
	votes_add(&l->shape, way);
}

static uint64_t name_hash(struct span name)
{
	uint64_t hash = HASH_K0;

	for (size_t i = 0; i < name.len && i < 16; i++)
		hash = (hash ^ text_lower(name.ptr[i])) * 0x100000001b3ull;
	return hash;
}

uint64_t look_place(const struct looker *l)
{
	return l->way_depth ? l->place[l->way_depth - 1] : HASH_K2;
}

/* Of the first class of an element, which tells where in a page it stands; numbers in it are one. */
static uint64_t class_hash(const struct tag *tag)
{
	struct span value = tag->bytes.len > 6 ? tag_value(tag, TAG_HTML, "class") : (struct span){ 0 };
	uint64_t hash = 0;

	for (size_t i = 0; i < value.len && i < CLASS_LETTERS && value.ptr[i] > ' '; i++) {
		bool digit = value.ptr[i] >= '0' && value.ptr[i] <= '9';

		hash = (hash ^ (digit ? '0' : value.ptr[i])) * 0x100000001b3ull;
	}
	return hash;
}

/* These are closed by their next. */
static bool closes_itself(struct span name)
{
	return line_is(name, "p") || line_is(name, "li") || line_is(name, "td") || line_is(name, "tr") ||
	       line_is(name, "dt") || line_is(name, "dd") || line_is(name, "option");
}

static void way_open(struct looker *l, const struct tag *tag)
{
	uint64_t name = name_hash(tag->name);

	if (closes_itself(tag->name) && l->way_depth && l->way[l->way_depth - 1] == name)
		l->way_depth--;
	add_way(l, name);
	if (element_is_void(tag->name) || tag->closed || l->way_depth == WAY_DEPTH)
		return;
	l->place[l->way_depth] = hash_64(name ^ class_hash(tag), look_place(l));
	l->way[l->way_depth++] = name;
}

static void way_close(struct looker *l, const struct tag *tag)
{
	uint64_t name = name_hash(tag->name);

	for (unsigned n = l->way_depth; n; n--) {
		if (l->way[n - 1] != name)
			continue;
		l->way_depth = n - 1;
		return;
	}
}

/* --- elements --- */

static void take_html(struct looker *l, const struct tag *tag)
{
	exam_visible(l->look->lang, LOOK_LANG, value_of(l, tag, "lang"));
}

static void take_base(struct looker *l, const struct tag *tag)
{
	struct look_host host = { 0 };

	if (!l->base.len && look_host_is_other(l, value_of(l, tag, "href"), &host)) {
		char *kept = arena_take(&l->arena, sizeof(host.name));

		if (!kept)
			return;
		memcpy(kept, host.name, sizeof(host.name));
		l->base = text_span(kept);
	}
}

static void take_meta(struct looker *l, const struct tag *tag)
{
	struct span name = tag_value(tag, TAG_HTML, "name");
	uint64_t seconds;

	if (line_is(name, "description"))
		exam_visible(l->look->description, LOOK_TITLE, value_of(l, tag, "content"));
	if (line_is(tag_value(tag, TAG_HTML, "http-equiv"), "refresh"))
		look_host_add(l, refresh_read(value_of(l, tag, "content"), &seconds), USE_REFRESH);
}

static void take_link(struct looker *l, const struct tag *tag)
{
	if (line_contains(tag_value(tag, TAG_HTML, "rel"), "stylesheet"))
		look_host_add(l, value_of(l, tag, "href"), USE_STYLE);
}

/* What a system runs when it is opened. */
static bool is_program(struct span url)
{
	static const char *const ends[] = { ".exe", ".msi", ".scr", ".apk", ".dmg", ".pkg", ".iso",
					    ".hta", ".bat", ".cmd", ".ps1", ".vbs", ".jar", NULL };
	struct span path = line_cut(url, line_find(url, '?'));

	for (const char *const *end = ends; *end && path.len > 12; end++)
		if (line_is(line_from(path, path.len - 4), *end))
			return true;
	return false;
}

static void take_anchor(struct looker *l, const struct tag *tag)
{
	struct span url = value_of(l, tag, "href");
	struct look_host host;
	bool other = look_host_is_other(l, url, &host);
	bool own = url.len > 0 && *url.ptr != '#' && !other;

	l->linked = own && url.len > 1;
	l->look->links_own += own;
	l->look->links_other += other;
	if (other)
		look_host_add(l, url, l->hider_depth || l->noscript ? USE_HIDDEN_LINK : USE_LINK);
	if (other && is_program(url))
		look_host_add(l, url, USE_PROGRAM);
}

static void take_script(struct looker *l, const struct tag *tag)
{
	struct span url = value_trim(tag_text(tag_value(tag, TAG_HTML, "src"), TAG_HTML, &l->arena));

	if (line_starts(url, "data:"))
		look_script_data(l, url);
	else
		look_host_add(l, line_cut(url, LINK_TEXT), USE_SCRIPT);
}

/* Whether it fills the window. */
static bool is_whole(const struct tag *tag, struct span style, const char *name)
{
	return style_declares(style, name, "100") || line_is(tag_value(tag, TAG_HTML, name), "100%");
}

static void take_frame(struct looker *l, const struct tag *tag)
{
	struct span style = value_of(l, tag, "style"), url = value_of(l, tag, tag_is(tag, "object") ? "data" : "src");
	struct look_host host;

	l->look->frames++;
	look_host_add(l, url, USE_FRAME);
	l->script_shows = true;
	look_markup(l, tag_text(tag_value(tag, TAG_HTML, "srcdoc"), TAG_HTML, &l->arena));
	if (look_host_is_other(l, url, &host) && is_whole(tag, style, "width") && is_whole(tag, style, "height"))
		l->look->dress |= DRESS_OVERLAY;
}

static void take_form(struct looker *l, const struct tag *tag)
{
	l->look->forms++;
	look_host_add(l, value_of(l, tag, "action"), USE_FORM);
}

/* The first picture of a page is its face. */
static void take_lead(struct looker *l, struct span url)
{
	struct span path = line_cut(url, line_find(url, '?'));
	struct look_host host = { 0 };

	if (!path.len)
		return;
	l->look->lead = hash_text(path.ptr, path.len, HASH_K1);
	if (look_host_is_other(l, url, &host))
		memcpy(l->look->lead_host, host.name, sizeof(host.name));
}

static void take_picture(struct looker *l, const struct tag *tag)
{
	struct look_host host;
	struct span url = value_of(l, tag, "src");

	if (!l->look->pictures++)
		take_lead(l, url);
	l->links_big += look_host_is_other(l, url, &host);
	look_host_add(l, url, USE_IMAGE);
}

static void take_heading(struct looker *l, const struct tag *tag)
{
	l->first_heading = tag_is(tag, "h1");
	if (l->heading < HEADING_MAX)
		l->heading++;
}

static void take_marquee(struct looker *l, const struct tag *tag)
{
	l->look->dress |= DRESS_MARQUEE;
	take_heading(l, tag);
}

static void take_noscript(struct looker *l, const struct tag *tag)
{
	(void)tag;
	l->noscript = true;
}

static bool has_attribute(const struct tag *tag, const char *wanted)
{
	struct span rest = tag->bytes, name, value;

	while (tag_attribute(&rest, &name, &value))
		if (line_is(name, wanted))
			return true;
	return false;
}

static void take_sound(struct looker *l, const struct tag *tag)
{
	struct span url = value_of(l, tag, "src");

	if (has_attribute(tag, "autoplay") && !has_attribute(tag, "muted"))
		l->look->dress |= DRESS_SOUND;
	if (tag_is(tag, "bgsound") || line_contains(url, ".mp3") || line_contains(url, "autoplay=1"))
		l->look->dress |= DRESS_SOUND;
	if (tag_is(tag, "embed"))
		look_host_add(l, url, USE_FRAME);
}

static const struct {
	const char *name;
	tag_taker *take;
	bool breaks; /* text before and behind it is another block */
} takers[] = {
	{ "a", take_anchor, false },
	{ "article", NULL, true },
	{ "aside", NULL, true },
	{ "audio", take_sound, true },
	{ "base", take_base, false },
	{ "bgsound", take_sound, false },
	{ "blink", take_marquee, false },
	{ "blockquote", NULL, true },
	{ "body", look_style_body, true },
	{ "br", NULL, true },
	{ "button", NULL, true },
	{ "center", take_heading, true },
	{ "dd", NULL, true },
	{ "div", NULL, true },
	{ "dt", NULL, true },
	{ "embed", take_sound, true },
	{ "footer", NULL, true },
	{ "form", take_form, true },
	{ "frame", take_frame, true },
	{ "h1", take_heading, true },
	{ "h2", take_heading, true },
	{ "h3", take_heading, true },
	{ "h4", NULL, true },
	{ "header", NULL, true },
	{ "hr", NULL, true },
	{ "html", take_html, true },
	{ "iframe", take_frame, true },
	{ "img", take_picture, false },
	{ "li", NULL, true },
	{ "link", take_link, false },
	{ "main", NULL, true },
	{ "marquee", take_marquee, true },
	{ "meta", take_meta, false },
	{ "nav", NULL, true },
	{ "noscript", take_noscript, false },
	{ "object", take_frame, true },
	{ "option", NULL, true },
	{ "p", NULL, true },
	{ "pre", NULL, true },
	{ "script", take_script, false },
	{ "section", NULL, true },
	{ "table", NULL, true },
	{ "td", NULL, true },
	{ "th", NULL, true },
	{ "tr", NULL, true },
	{ "ul", NULL, true },
	{ "video", take_sound, true },
};
#define TAKERS (sizeof(takers) / sizeof(takers[0]))

static size_t taker_of(struct span name)
{
	char first = (char)text_lower(*name.ptr);
	size_t n = 0;

	while (n < TAKERS && (*takers[n].name != first || !line_is(name, takers[n].name)))
		n++;
	return n;
}

/* --- the walk --- */

static void open_tag(struct looker *l, const struct tag *tag)
{
	size_t mark = arena_mark(&l->arena), n = taker_of(tag->name);
	struct span base = l->base;

	l->look->tags++;
	way_open(l, tag);
	if (n < TAKERS && takers[n].breaks)
		look_block_end(l);
	look_style_open(l, tag);
	if (n < TAKERS && takers[n].take)
		takers[n].take(l, tag);
	if (base.ptr == l->base.ptr)
		arena_back(&l->arena, mark);
}

static void close_tag(struct looker *l, const struct tag *tag)
{
	size_t n = taker_of(tag->name);

	way_close(l, tag);
	if (n < TAKERS && takers[n].breaks)
		look_block_end(l);
	look_style_close(l, tag);
	if (n == TAKERS)
		return;
	if (takers[n].take == take_heading || takers[n].take == take_marquee) {
		if (l->heading)
			l->heading--;
		l->first_heading = false;
	}
	if (takers[n].take == take_anchor)
		l->linked = false;
	if (takers[n].take == take_noscript)
		l->noscript = false;
}

static void take_title(struct looker *l, struct span title)
{
	if (*l->look->title)
		return;
	exam_visible(l->look->title, LOOK_TITLE, line_trim(value_trim(title)));
	look_title(l, line_cut(title, LOOK_TITLE));
	look_phrases(l, line_cut(title, PHRASE_BLOCK), PLACE_TITLE);
}

static void take_raw(struct looker *l, const struct tag *tag, bool data)
{
	size_t mark = arena_mark(&l->arena);

	if (tag_is(tag, "script") && !data)
		look_script(l, tag->bytes);
	else if (tag_is(tag, "style"))
		look_style_sheet(l, tag->bytes);
	else if (tag_is(tag, "title"))
		take_title(l, tag_text(tag->bytes, TAG_HTML, &l->arena));
	arena_back(&l->arena, mark);
}

static void walk(struct looker *l, struct span html)
{
	struct tags tags = tags_begin(html, TAG_HTML);
	bool data = false; /* the script is none: JSON, a template */
	struct tag tag;

	while (tags_next(&tags, &tag)) {
		size_t mark = arena_mark(&l->arena);

		switch (tag.kind) {
		case TAG_OPEN:
			data = line_contains(tag_value(&tag, TAG_HTML, "type"), "json") ||
			       line_contains(tag_value(&tag, TAG_HTML, "type"), "template");
			open_tag(l, &tag);
			break;
		case TAG_CLOSE:
			close_tag(l, &tag);
			break;
		case TAG_TEXT:
			look_text(l, tag_text(tag.bytes, TAG_HTML, &l->arena));
			arena_back(&l->arena, mark);
			break;
		case TAG_RAW:
			take_raw(l, &tag, data);
			break;
		default:
			break;
		}
	}
}

static bool looker_open(struct looker *l, const struct page *page)
{
	l->look = calloc(1, sizeof(*l->look));
	l->finder = phrase_finder();
	l->own = page->own;
	l->block = pen_init(l->block_room, sizeof(l->block_room));
	if (!l->look || !arena_open(&l->arena, ARENA_BYTES))
		return false;
	look_host_begin(l, page->url);
	l->look->status = page->status;
	l->look->cut = page->cut;
	l->look->bytes = (uint32_t)(page->body.len < UINT32_MAX ? page->body.len : UINT32_MAX);
	l->look->pictured = page->picture != NULL;
	if (page->picture)
		memcpy(l->look->picture, page->picture, sizeof(l->look->picture));
	return true;
}

struct look *look_new(const struct page *page)
{
	struct looker *l = calloc(1, sizeof(*l));
	struct span body = line_cut(page->body, PAGE_BYTES), charset;
	struct look *look = NULL;

	if (l && looker_open(l, page)) {
		charset = charset_said(text_span(page->type ? page->type : ""));
		body = charset_text(body, charset.len ? charset : charset_in_page(body), 2 * PAGE_BYTES, &l->arena);
		walk(l, body);
		look_text_end(l);
		if (l->look->letters < FEW_LETTERS && l->links_big && l->look->pictures <= 3 && !l->look->links_own)
			l->look->dress |= DRESS_PICTURE;
		look = l->look;
		l->look = NULL;
	}
	if (l) {
		look_free(l->look);
		if (l->arena.memory)
			arena_close(&l->arena);
	}
	free(l);
	return look;
}

void look_free(struct look *look)
{
	free(look);
}
