/* look_style.c - what styles do with a page: take parts out of sight, make it black, write or lay something over it. */
#include "deface/look_private.h"

#include "base/line.h"
#include "base/text.h"
#include "markup/element.h"

#define FAR      3   /* digits of a distance that leads out of the window */
#define LEAST    6   /* bytes of a style that says something */
#define CONTENT  200 /* bytes of a text that stands in a style */
#define LETTERS  3   /* of one; fewer are signs and marks */
#define SELECTOR 80

/* --- out of sight --- */

/* At a place far outside of the window. */
static bool is_far(struct span style)
{
	static const char *const names[] = { "left", "top", "text-indent", "margin-left", "right", NULL };

	for (const char *const *name = names; *name; name++) {
		struct span value = style_value(style, *name);
		size_t digits = 1;

		if (!value.len || *value.ptr != '-')
			continue;
		while (digits < value.len && value.ptr[digits] >= '0' && value.ptr[digits] <= '9')
			digits++;
		if (digits > FAR)
			return true;
	}
	return false;
}

/* Written in the colour of its ground. */
static bool is_blended(struct span style)
{
	struct span color = style_value(style, "color"), ground = style_value(style, "background");

	if (!ground.len)
		ground = style_value(style, "background-color");
	return color.len && line_same(color, ground);
}

static bool is_hidden(struct span style)
{
	return style_is_zero(style, "font-size") || style_declares(style, "display", "none") || is_far(style) ||
	       style_declares(style, "visibility", "hidden") || is_blended(style) ||
	       ((style_is_zero(style, "height") || style_is_zero(style, "max-height")) &&
		style_declares(style, "overflow", "hidden"));
}

/* Over the whole window. */
static bool covers(struct span style)
{
	if (!style_declares(style, "position", "fixed"))
		return false;
	return style_is_zero(style, "inset") ||
	       (style_declares(style, "width", "100") && style_declares(style, "height", "100"));
}

void look_style_open(struct looker *l, const struct tag *tag)
{
	struct span style;

	if (l->hider_depth) {
		l->hider_depth += line_is(tag->name, l->hider) && !element_is_void(tag->name);
		return;
	}
	style = tag->bytes.len > LEAST ? tag_value(tag, TAG_HTML, "style") : (struct span){ 0 };
	if (style.len < LEAST || element_is_void(tag->name) || tag->name.len >= sizeof(l->hider))
		return;
	if (covers(style) && !tag_is(tag, "iframe"))
		l->look->dress |= DRESS_COVERED;
	if (!is_hidden(style))
		return;
	look_block_end(l);
	memset(l->hider, 0, sizeof(l->hider));
	memcpy(l->hider, tag->name.ptr, tag->name.len);
	l->hider_depth = 1;
}

void look_style_close(struct looker *l, const struct tag *tag)
{
	if (!l->hider_depth || !line_is(tag->name, l->hider))
		return;
	if (l->hider_depth == 1)
		look_block_end(l);
	l->hider_depth--;
}

/* --- dress --- */

static bool is_black(struct span color)
{
	static const char *const names[] = {
		"black", "#000", "#0a0a0a", "#010101", "#050505", "#111", "rgb(0,0,0", NULL
	};

	for (const char *const *name = names; *name; name++)
		if (line_starts(color, *name))
			return true;
	return false;
}

void look_style_body(struct looker *l, const struct tag *tag)
{
	size_t mark = arena_mark(&l->arena);
	struct span style = tag_text(tag_value(tag, TAG_HTML, "style"), TAG_HTML, &l->arena);

	if (is_black(value_trim(tag_value(tag, TAG_HTML, "bgcolor"))) || style_declares(style, "background", "black") ||
	    style_declares(style, "background", "#000") || style_declares(style, "background-color", "black") ||
	    style_declares(style, "background-color", "#000"))
		l->look->dress |= DRESS_BLACK;
	if (line_contains(tag_value(tag, TAG_HTML, "oncontextmenu"), "false"))
		l->look->dress |= DRESS_NO_MENU;
	arena_back(&l->arena, mark);
}

/* --- sheets --- */

static void take_black(struct looker *l, struct span rule)
{
	static const char *const words[] = { "background:", "background-color:", NULL };

	for (const char *const *word = words; *word; word++) {
		const uint8_t *at = rule.len ? memmem(rule.ptr, rule.len, *word, strlen(*word)) : NULL;

		if (at && is_black(value_trim(line_from(rule, (size_t)(at - rule.ptr) + strlen(*word)))))
			l->look->dress |= DRESS_BLACK;
	}
}

/* "body>*", however it is written. */
static bool is_everything(struct span selector)
{
	char text[SELECTOR];
	size_t used = 0;

	for (size_t i = 0; i < selector.len && used < sizeof(text) - 1; i++)
		if (selector.ptr[i] > ' ')
			text[used++] = (char)text_lower(selector.ptr[i]);
	text[used] = '\0';
	return !strcmp(text, "body>*") || !strcmp(text, "body*") || !strcmp(text, "html>body>*");
}

static unsigned count_letters(struct span text)
{
	unsigned count = 0;

	if (text.len && *text.ptr == '\\')
		return 0; /* the number of a sign in a font of signs */
	for (size_t i = 0; i < text.len; i++)
		count += text.ptr[i] >= 0x80 || (text_lower(text.ptr[i]) >= 'a' && text_lower(text.ptr[i]) <= 'z');
	return count;
}

/* A text that a style writes. */
static void take_content(struct looker *l, struct span rule)
{
	struct span text = style_value(rule, "content");

	if (text.len < 2 || (*text.ptr != '"' && *text.ptr != '\''))
		return;
	text = line_cut(line_from(text, 1), line_find(line_from(text, 1), *text.ptr));
	if (count_letters(text) < LETTERS)
		return;
	l->script_shows = true;
	look_phrases(l, line_cut(text, CONTENT), PLACE_SCRIPT);
	if (style_declares(rule, "position", "fixed"))
		l->look->dress |= DRESS_STYLED;
}

void look_style_sheet(struct looker *l, struct span style)
{
	struct span rest = style;

	while (rest.len) {
		struct span rule = line_until(&rest, '}'), selector = line_until(&rule, '{');

		if (line_contains(selector, "body"))
			take_black(l, rule);
		if (is_everything(selector) &&
		    (style_declares(rule, "display", "none") || style_declares(rule, "visibility", "hidden")))
			l->look->dress |= DRESS_STYLED;
		take_content(l, rule);
	}
}
