/*
 * sheet.c - formulas, names and links of workbooks: SpreadsheetML (ECMA-376 part 1, 18), and what Excel 2003 wrote
 * (Office 2003 XML Reference Schemas).
 */
#include "xmldoc/elements.h"

#include "active/formula.h"
#include "active/target.h"
#include "base/line.h"
#include "format/charset.h"

static void formula_see(struct walk *w, struct span formula)
{
	formula_judge(w->e, w->part, formula);
	if (w->macro_sheet)
		formula_macro(w->e, w->part, formula);
}

void sheet_formula(struct walk *w, const struct tag *tag)
{
	formula_see(w, walk_content(w, tag));
}

static void name_see(struct walk *w, struct span name, struct span meaning)
{
	if (formula_is_auto(name))
		exam_findf(w->e, w->part, FINDING_MACRO_AUTORUN, "%.*s = %.*s", (int)line_cut(name, 64).len,
			   (const char *)name.ptr, (int)line_cut(meaning, 256).len, (const char *)meaning.ptr);
	formula_see(w, meaning);
}

void sheet_name(struct walk *w, const struct tag *tag)
{
	struct span name = walk_value(w, tag, "name");

	name_see(w, name, walk_content(w, tag));
}

void sheet_of_book(struct walk *w, const struct tag *tag)
{
	if (line_is(walk_value(w, tag, "state"), "veryhidden"))
		exam_find(w->e, w->part, FINDING_SHEET_HIDDEN, walk_value(w, tag, "name"));
}

void sheet_of_macros(struct walk *w, const struct tag *tag)
{
	(void)tag;
	w->macro_sheet = true;
	exam_find(w->e, w->part, FINDING_XLM, w->part->name);
}

void sheet_dde_link(struct walk *w, const struct tag *tag)
{
	struct span service = walk_value(w, tag, "ddeService");

	formula_dde(w->e, w->part, service, walk_value(w, tag, "ddeTopic"));
}

/* --- connections: 18.13 --- */

static bool is_true(struct span value)
{
	return line_is(value, "1") || line_is(value, "true");
}

/* What is not fetched at opening waits for the reader to ask for it. */
static void query_see(struct walk *w, struct span address)
{
	target_judge(w->e, w->part, w->refreshes ? TARGET_FILE : TARGET_BOOK, address, (struct span){ 0 });
}

void sheet_connection(struct walk *w, const struct tag *tag)
{
	w->refreshes = is_true(walk_value(w, tag, "refreshOnLoad"));
	query_see(w, walk_value(w, tag, "sourceFile"));
	query_see(w, walk_value(w, tag, "odcFile"));
}

void sheet_web_query(struct walk *w, const struct tag *tag)
{
	query_see(w, walk_value(w, tag, "url"));
}

void sheet_text_query(struct walk *w, const struct tag *tag)
{
	query_see(w, walk_value(w, tag, "sourceFile"));
}

/* "Provider=...;Data Source=\\host\share\x.accdb;..." */
void sheet_database(struct walk *w, const struct tag *tag)
{
	struct span rest = walk_value(w, tag, "connection"), pair, name;

	while (line_part(&rest, ';', &pair)) {
		name = line_until(&pair, '=');
		if (name.len)
			query_see(w, line_trim(pair));
	}
}

#define MASHUP_HEAD 8 /* bytes in front of the package: a version, its length ([MS-QDEFF] 2.2) */

/* What Power Query does lies in a package of its own. */
void sheet_mashup(struct walk *w, const struct tag *tag)
{
	struct span text = walk_content(w, tag);
	struct part child = { .name = text_span("DataMashup.zip") };

	if (!text.len || !exam_work(w->e, text.len) || !exam_entry(w->e, w->part))
		return;
	child.bytes = line_from(base64_undo(text, &w->e->arena, NULL), MASHUP_HEAD);
	if (child.bytes.len)
		exam_part(w->e, w->part, &child);
}

/* --- Excel 2003 --- */

void sheet_old_cell(struct walk *w, const struct tag *tag)
{
	formula_see(w, walk_value(w, tag, "Formula"));
	target_judge(w->e, w->part, TARGET_LINK, walk_value(w, tag, "HRef"), (struct span){ 0 });
}

void sheet_old_name(struct walk *w, const struct tag *tag)
{
	struct span name = walk_value(w, tag, "Name");

	name_see(w, name, walk_value(w, tag, "RefersTo"));
}

void sheet_old_visible(struct walk *w, const struct tag *tag)
{
	if (line_is(walk_content(w, tag), "sheetveryhidden"))
		exam_find(w->e, w->part, FINDING_SHEET_HIDDEN, w->part->name);
}

/* Another book, or service|topic. */
void sheet_old_book(struct walk *w, const struct tag *tag)
{
	struct span path = walk_content(w, tag), topic = path;
	struct span service = line_until(&topic, '|');

	if (service.len < path.len)
		formula_dde(w->e, w->part, service, topic);
	else
		target_judge(w->e, w->part, TARGET_BOOK, path, (struct span){ 0 });
}

void sheet_old_query(struct walk *w, const struct tag *tag)
{
	struct span address = walk_value(w, tag, "HRef");

	target_judge(w->e, w->part, TARGET_FILE, address.len ? address : walk_content(w, tag), (struct span){ 0 });
}
