/*
 * flat.c - documents that are one XML file: flat packages (pkg:package), Word 2003, Excel 2003, flat OpenDocument; and
 * any other XML, of which only scripts and style sheets from elsewhere are looked at.
 */
#include "xmldoc/elements.h"
#include "xmldoc/xmldoc.h"

#include "active/target.h"
#include "base/line.h"
#include "format/charset.h"

/* Findings are told of the part of the package that they stand in. Other vocabularies, too, have parts: without names. */
void flat_part(struct walk *w, const struct tag *tag)
{
	struct span name = walk_value(w, tag, "name");

	if (!name.len || name.len > sizeof(w->inner_name) || w->part == &w->inner)
		return;
	w->whole = w->part;
	memcpy(w->inner_name, name.ptr, name.len);
	w->inner = (struct part){ .in = w->part, .name = { w->inner_name, name.len }, .type = TYPE_XML };
	w->part = &w->inner;
}

void flat_part_end(struct walk *w)
{
	if (w->part == &w->inner)
		w->part = w->whole;
}

void flat_binary(struct walk *w, const struct tag *tag)
{
	struct part child = { .name = walk_value(w, tag, "name") };
	struct span text = walk_content(w, tag);

	if (!text.len || !exam_work(w->e, text.len))
		return;
	if (!child.name.len && w->part == &w->inner)
		child.name = w->inner.name;
	child.bytes = base64_undo(text, &w->e->arena, NULL);
	if (child.bytes.len && exam_entry(w->e, w->part))
		exam_part(w->e, w->part == &w->inner ? w->whole : w->part, &child);
}

/* Roots. Their namespaces are theirs alone, whatever their prefixes. */
void flat_word(struct walk *w, const struct tag *tag)
{
	w->office |= line_contains(tag->bytes, "schemas.microsoft.com/office/word");
	if (w->office && line_is(walk_value(w, tag, "macrosPresent"), "yes"))
		exam_find(w->e, w->part, FINDING_MACRO, text_span("macrosPresent=\"yes\""));
}

void flat_book(struct walk *w, const struct tag *tag)
{
	w->office |= line_contains(tag->bytes, "urn:schemas-microsoft-com:office:spreadsheet");
}

void flat_package(struct walk *w, const struct tag *tag)
{
	w->office |= line_contains(tag->bytes, "schemas.microsoft.com/office/2006/xmlpackage");
}

/* <?mso-application progid="Word.Document"?> has a double click open Office. */
void flat_instruction(struct walk *w, struct span text)
{
	struct tag instruction = { .bytes = text };

	w->office |= line_starts(text, "mso-application");
	if (line_starts(text, "xml-stylesheet"))
		target_judge(w->e, w->part, TARGET_FILE, walk_value(w, &instruction, "href"), (struct span){ 0 });
}

/* msxsl:script of a style sheet, which msxml runs. */
void flat_script(struct walk *w, const struct tag *tag)
{
	struct span language = walk_value(w, tag, "language");
	struct part child = { .name = text_span(line_starts(language, "vb") ? "script.vbs" : "script.js") };

	if (!language.len || !walk_value(w, tag, "implements-prefix").len)
		return;
	child.bytes = walk_content(w, tag);
	if (child.bytes.len)
		exam_part(w->e, w->part, &child);
}

void xmldoc_flat(struct exam *e, const struct part *part)
{
	(void)walk_xml(e, part, false);
}
