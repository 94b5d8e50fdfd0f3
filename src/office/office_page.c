/*
 * office_page.c - pages that office programs open: a table called .xls, a page called .doc, what Word and Excel save as a
 * page, alone or in MHTML. A browser shows them; Excel works out their formulas, Word loads their template and their
 * fields ("Microsoft Office HTML and XML Reference", 2000).
 */
#include "office/office.h"

#include "active/fields.h"
#include "active/formula.h"
#include "active/target.h"
#include "base/line.h"
#include "base/pen.h"
#include "format/charset.h"
#include "format/tag.h"

#define HEAD 8192 /* bytes in which a page says that it is one of an office program */
#define CELL 2048 /* bytes of one that are read: formula_judge() looks at so many */

struct office_page {
	struct exam *e;
	const struct part *part;
	struct fields *fields;
	bool in_cell;
	struct pen cell;
	uint8_t cell_room[CELL];
};

static struct span value_of(struct office_page *page, const struct tag *tag, const char *name)
{
	return line_trim(tag_text(tag_value(tag, TAG_HTML, name), TAG_HTML, &page->e->arena));
}

/* --- formulas in cells --- */

static void cell_end(struct office_page *page)
{
	struct span text = line_trim(pen_since(&page->cell, 0));

	if (page->in_cell && text.len && memchr("=+-@", text.ptr[0], 4))
		formula_judge(page->e, page->part, text);
	page->in_cell = false;
	page->cell.used = 0;
}

/* Excel keeps a cell's formula besides its value. */
static void cell_begin(struct office_page *page, const struct tag *tag)
{
	struct span formula = value_of(page, tag, "x:fmla");

	cell_end(page);
	page->in_cell = true;
	if (formula.len)
		formula_judge(page->e, page->part, formula);
}

/* --- what is loaded --- */

/* Lists of files and macros lie beside a page that was saved; those of another computer were put there. */
static void link_judge_files(struct office_page *page, const struct tag *tag)
{
	static const struct {
		const char *rel;
		enum target_role role;
	} rels[] = { { "edit-time-data", TARGET_TEMPLATE }, { "ole-object-data", TARGET_OBJECT }, { "file-list", TARGET_FILE },
		     { "themedata", TARGET_FILE },	    { "colorschememapping", TARGET_FILE } };
	struct span rel = value_of(page, tag, "rel");

	for (size_t i = 0; i < sizeof(rels) / sizeof(rels[0]); i++)
		if (line_is(rel, rels[i].rel))
			target_judge(page->e, page->part, rels[i].role, value_of(page, tag, "href"), (struct span){ 0 });
}

static void object_judge(struct office_page *page, const struct tag *tag)
{
	struct span from = value_of(page, tag, "data");
	enum reach reach = from.len ? target_reach(from) : REACH_HERE;

	if (reach == REACH_EXPLOIT || reach == REACH_HANDLER || (reach != REACH_HERE && line_starts(from, "mhtml:")))
		target_judge(page->e, page->part, TARGET_OBJECT, from, (struct span){ 0 });
}

/* Fields are marked by spans whose style says what they are. */
static void span_judge(struct office_page *page, const struct tag *tag)
{
	struct span style = tag_value(tag, TAG_HTML, "style");

	if (!line_contains(style, "mso-element:"))
		return;
	if (line_contains(style, "field-begin"))
		fields_open(page->fields);
	else if (line_contains(style, "field-separator"))
		fields_separate(page->fields);
	else if (line_contains(style, "field-end"))
		fields_close(page->fields);
}

/* --- the walk --- */

static void walk(struct office_page *page, struct span text, unsigned depth);

static void tag_judge(struct office_page *page, const struct tag *tag)
{
	if (line_is(tag->name, "td") || line_is(tag->name, "th"))
		cell_begin(page, tag);
	else if (line_is(tag->name, "span"))
		span_judge(page, tag);
	else if (line_is(tag->name, "link"))
		link_judge_files(page, tag);
	else if (line_is(tag->name, "object"))
		object_judge(page, tag);
	else if (tag_is(tag, "attachedtemplate"))
		target_judge(page->e, page->part, TARGET_TEMPLATE, value_of(page, tag, "href"), (struct span){ 0 });
}

static void text_judge(struct office_page *page, struct span text)
{
	text = tag_text(text, TAG_HTML, &page->e->arena);
	if (page->in_cell)
		pen_span(&page->cell, line_cut(text, page->cell.size - page->cell.used));
	fields_text(page->fields, text);
}

/* "<!--[if gte mso 9]>": what only office programs read. */
static void comment_judge(struct office_page *page, struct span comment, unsigned depth)
{
	if (depth == 0 && line_starts(comment, "[if"))
		walk(page, line_from(comment, line_find(comment, '>') + 1), depth + 1);
}

static void walk(struct office_page *page, struct span text, unsigned depth)
{
	struct tags tags = tags_begin(text, TAG_HTML);
	struct tag tag;

	while (!page->e->over && tags_next(&tags, &tag)) {
		size_t mark = arena_mark(&page->e->arena);

		if (tag.kind == TAG_OPEN)
			tag_judge(page, &tag);
		else if (tag.kind == TAG_CLOSE && (line_is(tag.name, "td") || line_is(tag.name, "th") || line_is(tag.name, "tr")))
			cell_end(page);
		else if (tag.kind == TAG_TEXT)
			text_judge(page, tag.bytes);
		else if (tag.kind == TAG_COMMENT)
			comment_judge(page, tag.bytes, depth);
		arena_back(&page->e->arena, mark);
	}
}

/* Called like a document, or with a vocabulary that only office programs have. */
static bool is_office(const struct part *part, struct span text)
{
	enum type promised = type_promised(part->name);

	return promised == TYPE_OLE || promised == TYPE_OOXML || promised == TYPE_RTF ||
	       line_contains(line_cut(text, HEAD), "schemas-microsoft-com:office");
}

void office_page(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct office_page page = { .e = e, .part = part };
	struct span text;

	if (part->inline_body || !part->bytes.len)
		return;
	text = charset_text(part->bytes, (struct span){ 0 }, SIZE_MAX, &e->arena);
	page.cell = pen_init(page.cell_room, sizeof(page.cell_room));
	page.fields = fields_new(e, part);
	if (page.fields && is_office(part, text) && exam_work(e, text.len)) {
		walk(&page, text, 0);
		cell_end(&page);
		fields_end(page.fields);
	}
	arena_back(&e->arena, mark);
}
