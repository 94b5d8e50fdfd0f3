/*
 * page_share.c - what a page fetches from a file server: whoever opens it shows that server the hash of a password (T1187).
 *
 * Any element may do it, by an attribute of any name or by a style, so all attributes are looked at.
 */
#include "markup/page.h"

#include "base/line.h"
#include "markup/element.h"

#define CSS_MAX ((size_t)256 << 10) /* bytes of one style whose escapes are undone */

static bool is_share(struct span url)
{
	return line_starts(url, "file:") || line_starts(url, "\\\\");
}

static void tell(struct page *page, struct span url)
{
	exam_url(page->e, page->part, line_cut(url, PAGE_URL), (struct span){ 0 });
}

/* Whether an address may begin here: behind a quote, a bracket, a blank, a comma. */
static bool begins_address(struct span text, size_t at)
{
	return at == 0 || text.ptr[at - 1] <= ' ' || strchr("(\"',=", text.ptr[at - 1]);
}

static void find_all(struct page *page, struct span text)
{
	for (size_t i = 0; i + 2 < text.len && !page->e->over; i++) {
		struct span url = line_from(text, i);
		size_t n = 0;

		if ((url.ptr[0] != '\\' && (url.ptr[0] | 0x20) != 'f') || !begins_address(text, i) || !is_share(url))
			continue;
		while (n < url.len && url.ptr[n] > ' ' && !strchr("\"'),;", url.ptr[n]))
			n++;
		tell(page, line_cut(url, n));
		i += n;
	}
}

/* Escapes of CSS (CSS Syntax 3, 4.3.7): up to six hexadecimal digits and one blank, or the character itself. */
static void css_escape(struct pour *pour, struct span *rest)
{
	uint8_t room[4];
	struct pen pen = pen_init(room, sizeof(room));
	uint32_t rune = 0;
	size_t n = 0;

	while (n < 6 && n < rest->len && text_nibble(rest->ptr[n]) >= 0)
		rune = rune << 4 | (uint32_t)text_nibble(rest->ptr[n++]);
	if (n == 0 && rest->len) {
		pour_byte(pour, rest->ptr[0]);
		n = 1;
	} else if (n) {
		pen_rune(&pen, rune);
		pour_span(pour, pen_since(&pen, 0));
		n += n < rest->len && rest->ptr[n] <= ' ';
	}
	*rest = line_from(*rest, n);
}

static struct span css_plain(struct page *page, struct span style)
{
	struct pour pour = pour_begin(&page->e->arena, CSS_MAX);
	struct span rest = style;

	while (rest.len) {
		pour_span(&pour, line_until(&rest, '\\'));
		if (rest.len)
			css_escape(&pour, &rest);
	}
	return pour_end(&pour);
}

/* As it stands, for Outlook, which is no browser, and as browsers read it. */
void page_style_shares(struct page *page, struct span style)
{
	size_t mark = arena_mark(&page->e->arena);

	if (!line_contains(style, "url(") && !line_contains(style, "@import") && !line_contains(style, "\\"))
		return;
	find_all(page, style);
	if (line_find(style, '\\') < style.len)
		find_all(page, css_plain(page, line_cut(style, CSS_MAX)));
	arena_back(&page->e->arena, mark);
}

void page_tag_shares(struct page *page, const struct tag *tag)
{
	struct span rest = tag->bytes, name, value;

	while (tag_attribute(&rest, &name, &value)) {
		value = value_trim(value);
		if (value.len < 6)
			continue;
		if (line_is(name, "style"))
			page_style_shares(page, tag_text(value, page->language, &page->e->arena));
		else if (line_is(name, "srcset"))
			find_all(page, tag_text(value, page->language, &page->e->arena));
		else if (memchr("fF\\&", *value.ptr, 4)) {
			value = value_trim(tag_text(value, page->language, &page->e->arena));
			if (is_share(value))
				tell(page, value);
		}
	}
}
