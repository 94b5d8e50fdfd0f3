/* page.c - HTML as a mail's body and as a file, and SVG: what is read by people, and what is done without them. */
#include "markup/page.h"

#include "base/line.h"
#include "format/charset.h"
#include "markup/element.h"
#include "markup/markup.h"
#include "markup/script.h"

#define TEXT_MAX     ((size_t)4 << 20) /* bytes of text that are read */
#define PICTURE_ONLY 40                /* letters that a mail with pictures has at most to be nothing but a picture */
#define HIDDEN_MANY  1500              /* letters: more than a preheader of a newsletter has */
#define HIDDEN_TIMES 4                 /* as much as is seen: pages for two widths of screens hide about as much */
#define SCRIPT_ONLY  ((size_t)64 << 10) /* bytes of scripts; those that draw charts and the like are longer */
#define STORED       64                /* bytes of a text that may be a file */
#define CLICK_BYTES  400               /* of scripts that do little */
#define SAME_LINKS   4                 /* with different texts, so that one of them should lead elsewhere */
#define RICH         3000              /* letters of a page that is there to be read */
#define PIECES_MANY  8                 /* times that text is interrupted by letters of no size */

/* --- text --- */

static bool is_blank(uint8_t byte)
{
	return byte <= ' ';
}

/* Blanks are one; what is hidden is counted, not read. */
static void add_text(struct page *page, struct span text)
{
	size_t mark = arena_mark(&page->e->arena);
	uint32_t letters = 0;

	text = tag_text(text, page->language, &page->e->arena);
	for (size_t i = 0; i < text.len; i++) {
		if (is_blank(text.ptr[i])) {
			page->letters_ended = true;
			continue;
		}
		letters += text.ptr[i] < 0x80 || text.ptr[i] >= 0xc0;
		if (page->hider_depth)
			continue;
		if (page->letters_ended && page->text.used)
			pen_byte(&page->text, ' ');
		if (page->letters_ended && page->shown.used)
			pen_byte(&page->shown, ' ');
		page->letters_ended = false;
		pen_byte(&page->text, text.ptr[i]);
		pen_byte(&page->shown, text.ptr[i]);
	}
	if (!page->hider_depth) {
		page->letters += letters;
	} else {
		page->hidden_letters += letters;
		page->zero_pieces += page->zero_font && letters > 0;
	}
	arena_back(&page->e->arena, mark);
}

/* --- scripts --- */

static void add_script(struct page *page, struct span script)
{
	size_t mark = arena_mark(&page->e->arena);

	if (!page->attached || page->holds_data)
		return;
	page_script(page->e, page->part, script, &page->scripts);
	/* what only Windows' own hosts have */
	if (page->part->type == TYPE_HTA || line_contains(line_cut(script, 4096), "activexobject") ||
	    line_contains(line_cut(script, 4096), "createobject"))
		script_examine(page->e, page->part, script, TYPE_HTA);
	arena_back(&page->e->arena, mark);
}

static void add_raw(struct page *page, const struct tags *tags, const struct tag *tag)
{
	size_t mark = arena_mark(&page->e->arena);

	if (tag_is(tag, "script"))
		add_script(page, tags->foreign ? tag_text(tag->bytes, TAG_HTML, &page->e->arena) : tag->bytes);
	else if (page->in_script)
		add_script(page, tag->bytes);
	else if (page->in_style || tag_is(tag, "style"))
		page_style_shares(page, tag->bytes);
	else if (tag_is(tag, "title") || tag_is(tag, "textarea") || !tag->name.len)
		add_text(page, tag->bytes);
	arena_back(&page->e->arena, mark);
}

/* --- tags --- */

static void walk(struct page *page, struct span bytes, unsigned depth);

/* "<!--[if mso]>": Outlook reads what is inside (and browsers do not). */
static void add_comment(struct page *page, struct span comment, unsigned depth)
{
	size_t end;

	if (depth || !line_starts(comment, "[if"))
		return;
	end = line_find(line_cut(comment, 128), '>');
	if (!line_contains(line_cut(comment, end), "!mso"))
		walk(page, line_from(comment, end + 1), depth + 1);
}

/* Names in a DOCTYPE that stand for tags: browsers put them in where XML names them. */
static void add_entities(struct page *page, struct span subset, unsigned depth)
{
	while (subset.len) {
		const uint8_t *at = memmem(subset.ptr, subset.len, "<!ENTITY", 8);
		struct span value;
		size_t n = 0;

		if (!at || depth)
			return;
		subset = line_from(subset, (size_t)(at - subset.ptr) + 8);
		while (n < subset.len && subset.ptr[n] != '"' && subset.ptr[n] != '\'' && subset.ptr[n] != '>')
			n++;
		subset = line_from(subset, n); /* each byte is passed once, however many begin and never end */
		if (!subset.len || subset.ptr[0] == '>')
			continue;
		value = line_from(subset, 1);
		value = line_cut(value, line_find(value, subset.ptr[0]));
		subset = line_from(subset, 1 + value.len + 1);
		value = tag_text(value, TAG_XML, &page->e->arena);
		if (line_find(value, '<') < value.len)
			walk(page, value, depth + 1);
	}
}

static void walk(struct page *page, struct span bytes, unsigned depth)
{
	struct tags tags = tags_begin(bytes, page->language);
	struct tag tag;

	while (tags_next(&tags, &tag) && !page->e->over) {
		switch (tag.kind) {
		case TAG_OPEN:
			page_open_tag(page, &tag);
			break;
		case TAG_CLOSE:
			page_close_tag(page, &tag);
			break;
		case TAG_TEXT:
			if (page->in_script)
				add_script(page, tag_text(tag.bytes, page->language, &page->e->arena));
			else if (page->in_style)
				page_style_shares(page, tag_text(tag.bytes, page->language, &page->e->arena));
			else
				add_text(page, tag.bytes);
			break;
		case TAG_RAW:
			add_raw(page, &tags, &tag);
			break;
		case TAG_COMMENT:
			add_comment(page, tag.bytes, depth);
			break;
		case TAG_DOCTYPE:
			if (page->language == TAG_XML)
				add_entities(page, tag.bytes, depth);
			break;
		default:
			break;
		}
	}
}

/* --- the whole --- */

/* A page whose script does nothing but click its link, or send its form. */
static void tell_clicks(struct page *page)
{
	const struct page_scripts *scripts = &page->scripts;

	if (scripts->bytes > CLICK_BYTES || *scripts->from || scripts->saves)
		return;
	if (scripts->submits && page->first_action.len)
		exam_find(page->e, page->part, FINDING_PAGE_REDIRECT, page->first_action);
	else if (scripts->clicks && page->first_link.len)
		exam_find(page->e, page->part, FINDING_PAGE_REDIRECT, page->first_link);
}

/* A page that has nothing to read, and shows what another site has. */
static void tell_elsewhere(struct page *page)
{
	if (page->letters > PICTURE_ONLY)
		return;
	if (page->first_frame.len)
		exam_find(page->e, page->part, FINDING_PAGE_REDIRECT, page->first_frame);
	else if (*page->scripts.from)
		exam_find(page->e, page->part, FINDING_PAGE_REDIRECT, text_span(page->scripts.from));
	else if (page->scripts.count && page->scripts.bytes <= SCRIPT_ONLY && page->language == TAG_HTML)
		exam_find(page->e, page->part, FINDING_SCRIPT_HIDDEN, text_span("a page that is nothing but a script"));
}

/* --- files outside of the scripts that save them --- */

/* Texts in quotes, as styles have them. */
static void take_quoted(struct page *page, struct span text, const struct payload_hints *hints)
{
	size_t n = 0;

	while (n < text.len) {
		uint8_t quote = text.ptr[n++];
		struct span inside;

		if (quote != '"' && quote != '\'')
			continue;
		inside = line_cut(line_from(text, n), line_find(line_from(text, n), quote));
		n += inside.len + 1;
		if (inside.len >= STORED)
			payload_take(page->e, page->part, inside, hints, &page->scripts.told);
	}
}

/* A script that saves a file by itself, and has none in it, takes it from the page: from attributes, texts, styles. */
static void take_stored(struct page *page, struct span bytes)
{
	struct payload_hints hints = { .name = text_span(page->scripts.name) };
	struct tags tags = tags_begin(bytes, page->language);
	struct tag tag;

	if (!page->scripts.saves || !page->scripts.clicks || page->scripts.told.file || !exam_work(page->e, bytes.len))
		return;
	while (!page->scripts.told.file && !page->e->over && tags_next(&tags, &tag)) {
		struct span name, value;

		if (tag.kind == TAG_TEXT && tag.bytes.len >= STORED)
			payload_take(page->e, page->part, value_trim(tag.bytes), &hints, &page->scripts.told);
		else if (tag.kind == TAG_RAW && !tag_is(&tag, "script"))
			take_quoted(page, tag.bytes, &hints);
		while (tag.kind == TAG_OPEN && tag_attribute(&tag.bytes, &name, &value))
			if (value.len >= STORED)
				payload_take(page->e, page->part, value, &hints, &page->scripts.told);
	}
}

static void tell_attached(struct page *page)
{
	const struct page_scripts *scripts = &page->scripts;
	enum finding_id id;

	page_scripts_tell(page->e, page->part, scripts, page->letters >= RICH);
	tell_clicks(page);
	tell_elsewhere(page);
	if (!scripts->count)
		return;
	id = page->part->type == TYPE_SVG ? FINDING_SVG_SCRIPT : FINDING_PAGE_SCRIPT;
	if (*scripts->from)
		exam_findf(page->e, page->part, id, "from %s", scripts->from);
	else
		exam_findf(page->e, page->part, id, "%zu bytes", scripts->bytes);
}

static void tell_body(struct page *page)
{
	if (page->hidden_letters >= HIDDEN_MANY)
		exam_findf(page->e, page->part, FINDING_TEXT_HIDDEN, "%u letters", page->hidden_letters);
	else if (page->zero_pieces >= PIECES_MANY)
		exam_findf(page->e, page->part, FINDING_TEXT_HIDDEN, "%u pieces between letters that are seen",
			   page->zero_pieces);
	if (page->hidden_letters >= HIDDEN_MANY && page->hidden_letters / HIDDEN_TIMES > page->letters)
		exam_findf(page->e, page->part, FINDING_TEXT_HIDDEN_MOST, "%u letters hidden, %u shown", page->hidden_letters,
			   page->letters);
	if (page->links >= SAME_LINKS && page->shown_differ && !page->links_differ)
		exam_find(page->e, page->part, FINDING_LINKS_SAME, page->first_link);
	if (page->pictures && page->letters <= PICTURE_ONLY)
		exam_findf(page->e, page->part, FINDING_QR_ONLY, "%u pictures, %u letters", page->pictures,
			   page->letters);
}

void markup_page(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena), size;
	struct page page = { .e = e, .part = part, .attached = !part->inline_body };
	struct span text;
	uint8_t *room;

	if (!exam_work(e, part->bytes.len))
		return;
	page.language = part->type == TYPE_SVG ? TAG_XML : TAG_HTML;
	text = charset_text(part->bytes, (struct span){ 0 }, SIZE_MAX, &e->arena);
	size = text.len < TEXT_MAX ? text.len : TEXT_MAX;
	room = arena_take(&e->arena, size);
	page.text = pen_init(room, room ? size : 0);
	page.shown = pen_init(page.shown_room, 0);
	walk(&page, text, 0);
	page_end_link(&page);
	page_end_form(&page);
	if (page.attached)
		take_stored(&page, text);
	if (page.attached)
		tell_attached(&page);
	else
		tell_body(&page);
	if (text.len > TEXT_MAX && page.text.cut)
		exam_unseen(e, part, UNSEEN_LIMIT, "the page is too long");
	exam_text(e, part, pen_since(&page.text, 0));
	arena_back(&e->arena, mark);
}
