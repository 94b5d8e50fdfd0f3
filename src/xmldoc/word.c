/* word.c - texts and fields (ECMA-376 part 1, 17.16), and what slides do at a click (19.3, 21.1.2.3.5). */
#include "xmldoc/elements.h"

#include "active/target.h"
#include "base/line.h"

void word_text(struct walk *w, const struct tag *tag)
{
	struct span text = walk_content(w, tag);

	walk_text(w, text);
	fields_text(w->fields, text);
}

void word_blank(struct walk *w, const struct tag *tag)
{
	(void)tag;
	walk_text(w, text_span(" "));
}

void word_paragraph_end(struct walk *w)
{
	walk_text(w, text_span("\n"));
}

void word_instruction(struct walk *w, const struct tag *tag)
{
	fields_code(w->fields, walk_content(w, tag));
}

void word_field(struct walk *w, const struct tag *tag)
{
	struct span kind = walk_value(w, tag, "fldCharType");

	if (line_is(kind, "begin"))
		fields_open(w->fields);
	else if (line_is(kind, "separate"))
		fields_separate(w->fields);
	else if (line_is(kind, "end"))
		fields_close(w->fields);
}

void word_field_simple(struct walk *w, const struct tag *tag)
{
	fields_judge(w->e, w->part, walk_value(w, tag, "instr"), (struct span){ 0 });
}

/* Word 2003 names it here, later ones by a relationship. */
void word_template(struct walk *w, const struct tag *tag)
{
	target_judge(w->e, w->part, TARGET_TEMPLATE, walk_value(w, tag, "val"), (struct span){ 0 });
}

void word_link(struct walk *w, const struct tag *tag)
{
	target_judge(w->e, w->part, TARGET_LINK, walk_value(w, tag, "dest"), (struct span){ 0 });
}

/* Pictures of VML name their file by a relationship, or right here. */
void word_image(struct walk *w, const struct tag *tag)
{
	target_judge(w->e, w->part, TARGET_IMAGE, walk_value(w, tag, "src"), (struct span){ 0 });
	target_judge(w->e, w->part, TARGET_IMAGE, walk_value(w, tag, "href"), (struct span){ 0 });
}

/* The page in a frame of Word 2003. */
void word_frame(struct walk *w, const struct tag *tag)
{
	target_judge(w->e, w->part, TARGET_FILE, walk_value(w, tag, "val"), (struct span){ 0 });
}

/* What links without a host begin with. */
void word_base(struct walk *w, const struct tag *tag)
{
	target_judge(w->e, w->part, TARGET_LINK, walk_content(w, tag), (struct span){ 0 });
}

/* A video of the web is a page, which a click runs in a browser of its own. Those of the two sites that Word itself
 * offers are no news. */
void word_video(struct walk *w, const struct tag *tag)
{
	struct part child = { .name = text_span("video.html"), .bytes = walk_value(w, tag, "embeddedHtml") };

	if (child.bytes.len && !line_contains(child.bytes, "//www.youtube.com/embed/") &&
	    !line_contains(child.bytes, "//player.vimeo.com/video/"))
		exam_part(w->e, w->part, &child);
}

void slide_click(struct walk *w, const struct tag *tag)
{
	struct span action = line_trim(walk_value(w, tag, "action"));

	if (line_starts(action, "ppaction://program"))
		exam_find(w->e, w->part, FINDING_LINK_PROGRAM, action);
	else if (line_starts(action, "ppaction://macro"))
		exam_find(w->e, w->part, FINDING_MACRO_BUTTON, action);
}

/* An animation that does with an object what a double click does: the way of CVE-2014-4114. */
void slide_command(struct walk *w, const struct tag *tag)
{
	struct span verb = walk_value(w, tag, "cmd");

	if (line_is(walk_value(w, tag, "type"), "verb"))
		exam_findf(w->e, w->part, FINDING_OBJECT_UPDATE, "verb %.*s by an animation", (int)line_cut(verb, 64).len,
			   (const char *)verb.ptr);
}
