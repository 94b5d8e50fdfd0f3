/*
 * package.c - what holds a package together (ECMA-376 part 2): relationships, content types; and controls, ribbons.
 *
 * A relationship's type says what its target is for. TargetMode="External" is not asked for: a target that leads
 * away does so whatever else is written there, and no part of a package is called like one.
 */
#include "xmldoc/elements.h"

#include "active/target.h"
#include "base/line.h"

/* By the last word of the type, which is the same in both namespaces (transitional, strict) and in those of Microsoft. */
static enum target_role role_of(struct span type)
{
	static const struct {
		const char *word;
		enum target_role role;
	} roles[] = {
		{ "hyperlink", TARGET_LINK },
		{ "image", TARGET_IMAGE },
		{ "picture", TARGET_IMAGE },
		{ "hdphoto", TARGET_IMAGE },
		{ "svg", TARGET_IMAGE },
		{ "attachedtemplate", TARGET_TEMPLATE },
		{ "extensibility", TARGET_TEMPLATE },
		{ "stylesheet", TARGET_TEMPLATE },
		{ "oleobject", TARGET_OBJECT },
		{ "package", TARGET_OBJECT },
		{ "control", TARGET_OBJECT },
		{ "activexcontrolbinary", TARGET_OBJECT },
		{ "vbaproject", TARGET_OBJECT },
		{ "externallinkpath", TARGET_BOOK },
		{ "externallinklongpath", TARGET_BOOK },
		{ "xlexternallinkpath", TARGET_BOOK },
		{ "xlpathmissing", TARGET_BOOK },
		{ "xlstartup", TARGET_BOOK },
		{ "xlalternatestartup", TARGET_BOOK },
		{ "xllibrary", TARGET_BOOK },
		{ "mailmergesource", TARGET_BOOK },
		{ "mailmergeheadersource", TARGET_BOOK },
		{ "recipientdata", TARGET_BOOK },
		{ "slideupdateurl", TARGET_BOOK },
		{ "slideupdateinfo", TARGET_BOOK },
		{ "audio", TARGET_MEDIA },
		{ "video", TARGET_MEDIA },
		{ "media", TARGET_MEDIA },
		{ "wordattachment", TARGET_MEDIA },
	};
	struct span part;

	type = line_trim(type);
	while (line_find(type, '/') < type.len)
		line_part(&type, '/', &part);
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (line_is(type, roles[i].word))
			return roles[i].role;
	return TARGET_FILE;
}

void package_relationship(struct walk *w, const struct tag *tag)
{
	struct span target = walk_value(w, tag, "Target");

	target_judge(w->e, w->part, role_of(walk_value(w, tag, "Type")), target, (struct span){ 0 });
}

/* Names of files without macros, whose content is said to have some. */
void package_type(struct walk *w, const struct tag *tag)
{
	static const char *const plain[] = { "docx", "dotx", "xlsx", "xltx", "pptx", "potx", "ppsx" };
	const struct part *package = w->part->in;
	struct span extension;

	if (!package || !line_contains(walk_value(w, tag, "ContentType"), "macroenabled"))
		return;
	extension = type_extension(package->name);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (line_is(extension, plain[i]))
			exam_findf(w->e, w->part, FINDING_TYPE_DIFFERS, "macro-enabled content in a .%s", plain[i]);
}

/* An ActiveX control: its class is all that is told here, its state lies in a file of its own. */
void package_control(struct walk *w, const struct tag *tag)
{
	struct span class = walk_value(w, tag, "classid");

	if (class.len)
		exam_find(w->e, w->part, FINDING_ACTIVEX, class);
}

/* A ribbon calls a macro when it is loaded, which is when the document is opened. */
void package_ribbon(struct walk *w, const struct tag *tag)
{
	struct span macro = walk_value(w, tag, "onLoad");

	if (macro.len)
		exam_findf(w->e, w->part, FINDING_MACRO_AUTORUN, "customUI onLoad=%.*s", (int)line_cut(macro, 256).len,
			   (const char *)macro.ptr);
}
