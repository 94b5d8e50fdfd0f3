/* page_tag.c - the tags of a page that lead, ask, fetch, show or hide something. */
#include "markup/page.h"

#include "base/hash.h"
#include "base/line.h"
#include "markup/element.h"

#define DELAY_MAX 30 /* seconds until a page leads on by itself; what waits longer reloads itself */

typedef void tag_taker(struct page *page, const struct tag *tag);

static struct span value_of(struct page *page, const struct tag *tag, const char *name)
{
	return tag_text(tag_value(tag, page->language, name), page->language, &page->e->arena);
}

static bool is_web(struct span url)
{
	return line_starts(url, "http://") || line_starts(url, "https://") || line_starts(url, "//");
}

static bool is_data(struct span url)
{
	return line_starts(url, "data:");
}

/* A link that says no host is one of the base's. */
static struct span based(struct page *page, struct span url)
{
	size_t colon = line_find(line_cut(url, 16), ':');
	uint8_t *room;

	if (!page->base.len || !url.len || *url.ptr == '#' || colon < line_cut(url, 16).len || line_starts(url, "//"))
		return url;
	room = arena_take(&page->e->arena, page->base.len + 1 + url.len);
	if (!room)
		return url;
	memcpy(room, page->base.ptr, page->base.len);
	room[page->base.len] = '/';
	memcpy(room + page->base.len + 1, url.ptr, url.len);
	return (struct span){ room, page->base.len + 1 + url.len };
}

/* What a "data:" holds is a part of the page. */
static bool take_data(struct page *page, struct span url, struct span name)
{
	struct payload_hints hints = { .name = name };

	if (!is_data(url) || line_starts(url, "data:image/") || line_starts(url, "data:font/"))
		return false;
	payload_take(page->e, page->part, url, &hints, &page->scripts.told);
	return true;
}

/* --- links --- */

/* Whether links with different texts lead to different places. */
static void compare_links(struct page *page, struct span url, struct span shown)
{
	uint64_t hash = hash_text(shown.ptr, shown.len, HASH_K1);

	if (!is_web(url))
		return;
	if (!page->first_link.len)
		page->first_link = url;
	else if (!span_equal(url, page->first_link))
		page->links_differ = true;
	if (!shown.len)
		return;
	if (page->links++ == 0)
		page->first_shown = hash;
	else if (hash != page->first_shown)
		page->shown_differ = true;
}

void page_end_link(struct page *page)
{
	struct span url = page->link, shown = pen_since(&page->shown, 0);

	page->link = (struct span){ 0 };
	if (url.len) {
		compare_links(page, url, shown);
		exam_url(page->e, page->part, url, shown);
	}
	page->shown = pen_init(page->shown_room, 0);
}

static void take_link(struct page *page, const struct tag *tag)
{
	struct span url = value_trim(value_of(page, tag, "href"));
	struct span name = tag_value(tag, page->language, "download");

	page_end_link(page);
	if (!url.len && page->language == TAG_XML)
		url = value_trim(value_of(page, tag, ":href"));
	if (!url.len || *url.ptr == '#')
		return;
	if (take_data(page, url, name)) {
		page->scripts.saves = page->scripts.saves || name.len;
		exam_url(page->e, page->part, line_cut(url, PAGE_URL), (struct span){ 0 });
		return;
	}
	if (page->attached && line_starts(url, "javascript:")) {
		page_script(page->e, page->part, line_from(url, strlen("javascript:")), &page->scripts);
		return;
	}
	page->link = line_cut(based(page, url), PAGE_URL);
	page->shown = pen_init(page->shown_room, sizeof(page->shown_room));
}

/* Links without a text: areas of pictures, shapes of Outlook. */
static void take_area(struct page *page, const struct tag *tag)
{
	struct span url = value_trim(value_of(page, tag, "href"));

	if (url.len && *url.ptr != '#')
		exam_url(page->e, page->part, line_cut(based(page, url), PAGE_URL), (struct span){ 0 });
}

static void take_base(struct page *page, const struct tag *tag)
{
	struct span url = value_trim(value_of(page, tag, "href"));

	if (!page->base.len && is_web(url) && url.len < PAGE_URL)
		page->base = url;
}

/* --- forms --- */

void page_end_form(struct page *page)
{
	const char *to = page->scripts.to;

	if (!page->password)
		return;
	page->password = false;
	if (page->action.len)
		exam_find(page->e, page->part, FINDING_PAGE_PASSWORD, page->action);
	else if (page->scripts.count || *to)
		exam_find(page->e, page->part, FINDING_PAGE_PASSWORD,
			  text_span(*to ? to : "(no address: a script sends it)"));
}

static void take_form(struct page *page, const struct tag *tag)
{
	struct span action = value_trim(value_of(page, tag, "action"));

	page_end_form(page);
	page->in_form = true;
	page->action = action.len && *action.ptr != '#' ? line_cut(based(page, action), PAGE_URL) : (struct span){ 0 };
	if (!is_web(page->action))
		return;
	if (!page->first_action.len)
		page->first_action = page->action;
	exam_url(page->e, page->part, page->action, (struct span){ 0 });
}

/* Some ask for a password in a field of plain text. */
static void take_input(struct page *page, const struct tag *tag)
{
	static const char *const words[] = { "password", "passwort", "passwd",     "contrase", "mot de passe",
					     "senha",    "пароль",   "パスワード", "密码",     NULL };
	struct span type = value_of(page, tag, "type"), hint;

	if (line_is(type, "password"))
		page->password = true;
	if (page->password || !page->attached || line_is(type, "hidden") || line_is(type, "submit"))
		return;
	hint = value_of(page, tag, "placeholder");
	for (const char *const *word = words; *word; word++)
		page->password = page->password || line_contains(hint, *word);
}

/* --- what happens by itself --- */

static void take_meta(struct page *page, const struct tag *tag)
{
	struct span content;
	uint64_t seconds;

	if (!line_is(value_trim(value_of(page, tag, "http-equiv")), "refresh"))
		return;
	content = refresh_read(value_of(page, tag, "content"), &seconds);
	if (take_data(page, content, (struct span){ 0 }) || is_web(content) || line_starts(content, "file:") ||
	    line_starts(content, "\\\\")) {
		exam_url(page->e, page->part, line_cut(content, PAGE_URL), (struct span){ 0 });
		if (page->attached && seconds <= DELAY_MAX)
			exam_find(page->e, page->part, FINDING_PAGE_REDIRECT, content);
	}
}

/* iframe, frame, embed, object: another page in this one. */
static void take_frame(struct page *page, const struct tag *tag)
{
	struct span url = value_trim(value_of(page, tag, tag_is(tag, "object") ? "data" : "src"));
	struct span inside = value_of(page, tag, "srcdoc");

	if (inside.len) {
		struct part child = { .name = text_span("srcdoc.html"), .bytes = inside };

		exam_part(page->e, page->part, &child);
	}
	if (take_data(page, url, (struct span){ 0 }) || !is_web(based(page, url)))
		return;
	url = line_cut(based(page, url), PAGE_URL);
	exam_url(page->e, page->part, url, (struct span){ 0 });
	if (!page->attached)
		return;
	exam_find(page->e, page->part, FINDING_PAGE_FRAME, url);
	if (!page->first_frame.len)
		page->first_frame = url;
}

static void take_picture(struct page *page, const struct tag *tag)
{
	(void)tag;
	page->pictures++;
}

static void take_script(struct page *page, const struct tag *tag)
{
	struct span from = value_trim(value_of(page, tag, "src")), type = tag_value(tag, page->language, "type");

	page->holds_data = line_contains(type, "json") || line_contains(type, "template");
	if (!from.len && page->language == TAG_XML)
		from = value_trim(value_of(page, tag, "href"));
	if (!from.len && page->language == TAG_XML)
		from = value_trim(value_of(page, tag, ":href"));
	if (page->language == TAG_XML)
		page->in_script = !tag->closed;
	if (!page->attached || !from.len)
		return;
	page->scripts.count += is_data(from) || is_web(based(page, from));
	if (take_data(page, from, (struct span){ 0 }) || !is_web(based(page, from)))
		return;
	if (!*page->scripts.from)
		exam_visible(page->scripts.from, sizeof(page->scripts.from), from);
	exam_url(page->e, page->part, line_cut(based(page, from), PAGE_URL), (struct span){ 0 });
}

/* --- what is hidden --- */

static void note_hidden(struct page *page, const struct tag *tag)
{
	struct span style;

	if (page->hider_depth) {
		page->hider_depth += line_is(tag->name, page->hider) && !element_is_void(tag->name);
		return;
	}
	style = tag_value(tag, page->language, "style");
	if (style.len < 6 || element_is_void(tag->name) || tag->name.len >= sizeof(page->hider))
		return;
	page->zero_font = style_is_zero(style, "font-size");
	if (!page->zero_font && !style_declares(style, "display", "none") && !style_declares(style, "visibility", "hidden"))
		return;
	memset(page->hider, 0, sizeof(page->hider));
	memcpy(page->hider, tag->name.ptr, tag->name.len);
	page->hider_depth = 1;
}

/* --- all tags --- */

static const struct {
	const char *name;
	tag_taker *take;
	bool breaks; /* text before and behind it is no one word */
} takers[] = {
	{ "a", take_link, false },
	{ "area", take_area, false },
	{ "base", take_base, false },
	{ "form", take_form, true },
	{ "input", take_input, true },
	{ "meta", take_meta, false },
	{ "iframe", take_frame, true },
	{ "frame", take_frame, true },
	{ "embed", take_frame, true },
	{ "object", take_frame, true },
	{ "img", take_picture, false },
	{ "image", take_picture, false },
	{ "script", take_script, false },
	{ "v:roundrect", take_area, true },
	{ "v:rect", take_area, true },
	{ "v:shape", take_area, true },
	{ "p", NULL, true },
	{ "div", NULL, true },
	{ "br", NULL, true },
	{ "td", NULL, true },
	{ "tr", NULL, true },
	{ "li", NULL, true },
	{ "table", NULL, true },
	{ "th", NULL, true },
	{ "h1", NULL, true },
	{ "h2", NULL, true },
	{ "h3", NULL, true },
	{ "hr", NULL, true },
};

/* Who writes XML chooses its prefixes. */
static size_t taker_of(const struct page *page, const struct tag *tag)
{
	struct span name = tag->name;
	size_t n = page->language == TAG_XML ? line_find(name, ':') + 1 : 0;
	char first;

	name = line_from(name, n < name.len ? n : 0);
	first = (char)text_lower(*name.ptr);
	for (n = 0; n < sizeof(takers) / sizeof(takers[0]) && (*takers[n].name != first || !line_is(name, takers[n].name));)
		n++;
	return n;
}

/* Handlers of events are scripts. */
static void take_handlers(struct page *page, const struct tag *tag)
{
	struct span rest = tag->bytes, name, value;

	while (tag_attribute(&rest, &name, &value))
		if (name.len > 3 && (name.ptr[0] | 0x20) == 'o' && (name.ptr[1] | 0x20) == 'n' && value.len)
			page_script(page->e, page->part, tag_text(value, page->language, &page->e->arena),
				    &page->scripts);
}

void page_open_tag(struct page *page, const struct tag *tag)
{
	size_t n = taker_of(page, tag);

	if (page->attached)
		take_handlers(page, tag);
	if (tag->bytes.len && !(page->language == TAG_HTML && line_is(tag->name, "a")))
		page_tag_shares(page, tag);
	page->in_style = page->language == TAG_XML && tag_is(tag, "style") && !tag->closed;
	note_hidden(page, tag);
	if (n == sizeof(takers) / sizeof(takers[0]))
		return;
	page->letters_ended = page->letters_ended || takers[n].breaks;
	if (takers[n].take)
		takers[n].take(page, tag);
}

void page_close_tag(struct page *page, const struct tag *tag)
{
	size_t n = taker_of(page, tag);

	if (n < sizeof(takers) / sizeof(takers[0]))
		page->letters_ended = page->letters_ended || takers[n].breaks;
	page->in_style = false;
	if (page->hider_depth && line_is(tag->name, page->hider))
		page->hider_depth--;
	if (tag_is(tag, "a"))
		page_end_link(page);
	else if (tag_is(tag, "script"))
		page->in_script = false;
	else if (line_is(tag->name, "form") && page->action.len)
		page_end_form(page); /* where it goes by script is known at the end */
}
