/*
 * odf.c - OpenDocument 1.3: links and objects (xlink:href), DDE, scripts and who calls them, encryption.
 *
 * Scripts of documents are named by vnd.sun.star.script: addresses; what calls them is an event of the document, or of
 * something in it.
 */
#include "xmldoc/elements.h"

#include "active/formula.h"
#include "active/target.h"
#include "base/line.h"
#include "macro/vba_source.h"

/* In a flat document, and in content.xml, text stands in any element. WordprocessingML, too, has a "document". */
void odf_document(struct walk *w, const struct tag *tag)
{
	bool flat = line_starts(walk_value(w, tag, "mimetype"), "application/vnd.oasis.opendocument");

	w->office |= flat;
	w->all_is_text = flat || tag_is(tag, "document-content");
}

static bool is_script(struct span address)
{
	return line_starts(address, "vnd.sun.star.script:") || line_starts(address, "macro:") ||
	       line_starts(address, "service:") || line_starts(address, "slot:");
}

static void href_see(struct walk *w, const struct tag *tag, enum target_role role)
{
	struct span address = line_trim(walk_value(w, tag, "href"));

	if (is_script(address))
		exam_find(w->e, w->part, FINDING_MACRO, address);
	else
		target_judge(w->e, w->part, role, address, (struct span){ 0 });
}

void odf_link(struct walk *w, const struct tag *tag)
{
	href_see(w, tag, TARGET_LINK);
}

void odf_object(struct walk *w, const struct tag *tag)
{
	href_see(w, tag, TARGET_OBJECT);
}

void odf_image(struct walk *w, const struct tag *tag)
{
	href_see(w, tag, TARGET_IMAGE);
}

void odf_source(struct walk *w, const struct tag *tag)
{
	href_see(w, tag, TARGET_FILE);
}

/* Where it was made from: not fetched. */
void odf_template(struct walk *w, const struct tag *tag)
{
	href_see(w, tag, TARGET_BOOK);
}

/* Events that happen without the reader's doing, or at the smallest of it. */
static bool is_automatic(struct span event)
{
	static const char *const events[] = { "load", "view-created", "start-app", "new",    "create", "focus",
					      "activate", "mouseover", "mouse-over", "close", "unload", "layout-finished" };

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (line_contains(event, events[i]))
			return true;
	return false;
}

void odf_listener(struct walk *w, const struct tag *tag)
{
	struct span event = walk_value(w, tag, "event-name"), action = walk_value(w, tag, "action");
	struct span script = line_trim(walk_value(w, tag, "href"));

	if (!script.len)
		script = walk_value(w, tag, "macro-name");
	if (is_script(script) || walk_value(w, tag, "macro-name").len) {
		exam_find(w->e, w->part, FINDING_MACRO, script);
		if (is_automatic(event))
			exam_findf(w->e, w->part, FINDING_MACRO_AUTORUN, "%.*s: %.*s", (int)line_cut(event, 64).len,
				   (const char *)event.ptr, (int)line_cut(script, 256).len, (const char *)script.ptr);
	} else if (line_is(action, "execute")) {
		exam_find(w->e, w->part, FINDING_LINK_PROGRAM, script);
	} else {
		target_judge(w->e, w->part, TARGET_LINK, script, (struct span){ 0 });
	}
}

void odf_dde(struct walk *w, const struct tag *tag)
{
	struct span service = walk_value(w, tag, "dde-application");

	formula_dde(w->e, w->part, service, walk_value(w, tag, "dde-topic"));
}

#define BASIC_LINES 2 /* of code that an empty procedure has */

/* Basic, which is read like VBA. An editor leaves an empty Main behind, which is nothing. */
void odf_module(struct walk *w, const struct tag *tag)
{
	struct span name = walk_value(w, tag, "name");
	struct vba_source read = { 0 };
	struct vba_fold *fold;
	struct macro macro;

	macro_begin(&macro, w->e, w->part, MACRO_VBA);
	macro.below = name;
	fold = vba_fold_new(&macro);
	if (!fold || !vba_source_read(fold, walk_content(w, tag), &read) || read.lines <= BASIC_LINES * read.procedures)
		return;
	exam_findf(w->e, w->part, FINDING_MACRO, "%.*s (%u lines)", (int)line_cut(name, 96).len, (const char *)name.ptr,
		   read.lines);
	macro_end(&macro);
}

void odf_cell(struct walk *w, const struct tag *tag)
{
	formula_judge(w->e, w->part, walk_value(w, tag, "formula"));
}

/* Each file has its own; the document is told of once. */
void odf_encryption(struct walk *w, const struct tag *tag)
{
	(void)tag;
	if (w->encrypted)
		return;
	w->encrypted = true;
	exam_find(w->e, w->part, FINDING_DOCUMENT_ENCRYPTED, text_span("OpenDocument"));
	exam_unseen(w->e, w->part, UNSEEN_ENCRYPTED, "password-protected OpenDocument");
}
