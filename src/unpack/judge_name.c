/*
 * judge_name.c - what a file is called against what it is: names that hide their ending, and files that run.
 *
 * Of one file one finding tells what a click on it does; what its name pretends is told besides.
 */
#include "unpack/unpack_private.h"

#include "base/line.h"

#define LOWER         24 /* bytes of an extension that we know, NUL included */
#define BLANKS_MANY   8  /* blanks in a row that are no slip of a hand */

/* --- endings --- */

struct extension {
	char name[LOWER];
	enum unpack_click click;
};

static const struct extension extensions[] = {
#define EXTENSION(name, kind) { name, CLICK_##kind },
#include "unpack/extension.def"
#undef EXTENSION
};

static bool lower(struct span text, char into[LOWER])
{
	if (text.len == 0 || text.len >= LOWER)
		return false;
	for (size_t i = 0; i < text.len; i++)
		into[i] = (char)text_lower(text.ptr[i]);
	into[text.len] = '\0';
	return true;
}

enum unpack_click unpack_click(struct span name)
{
	char text[LOWER];

	if (!lower(type_extension(name), text))
		return CLICK_NOTHING;
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (extensions[i].name[0] == text[0] && strcmp(extensions[i].name, text) == 0)
			return extensions[i].click;
	return CLICK_NOTHING;
}

static bool is_one_of(struct span word, const char *words)
{
	char text[LOWER + 2] = " ";

	if (!lower(word, text + 1))
		return false;
	text[word.len + 1] = ' ';
	text[word.len + 2] = '\0';
	return strstr(words, text) != NULL;
}

bool unpack_ends_in(struct span name, const char *endings)
{
	return is_one_of(type_extension(name), endings);
}

/* The last part of a path. */
static struct span last_step(struct span name)
{
	for (size_t i = name.len; i > 0; i--)
		if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\')
			return (struct span){ name.ptr + i, name.len - i };
	return name;
}

/* --- names that pretend --- */

static bool is_blank(uint32_t rune)
{
	return rune == ' ' || rune == '\t' || rune == 0xa0 || (rune >= 0x2000 && rune <= 0x200b) || rune == 0x202f ||
	       rune == 0x205f || rune == 0x2800 || rune == 0x3000 || rune == 0x3164;
}

/* "invoice.pdf.exe", and as "invoice_pdf.exe" where something runs: what stands before the ending is the ending of a
 * document. */
static bool is_double(struct span name, enum unpack_click click, bool attached)
{
	static const char harmless[] = " pdf doc docx xls xlsx ppt pptx rtf txt csv odt jpg jpeg png gif bmp tif tiff mp3 mp4 "
				       "avi mov wav zip rar eml msg jtd xdw ";
	static const char pretended[] = " pdf doc docx xls xlsx jpg jpeg png txt ";
	static const char pages[] = " htm html shtml xhtml xht svg mht mhtml ";
	struct span ending = type_extension(name), word;
	size_t end = (size_t)(ending.ptr - name.ptr) - (ending.len > 0), from;

	if (ending.len == 0 || (click == CLICK_NOTHING && !(attached && is_one_of(ending, pages))))
		return false;
	while (end && name.ptr[end - 1] == ' ')
		end--;
	for (from = end; from && text_lower(name.ptr[from - 1]) >= '0' && text_lower(name.ptr[from - 1]) <= 'z' &&
			 name.ptr[from - 1] != '_';)
		from--;
	if (from < 2)
		return false;
	word = (struct span){ name.ptr + from, end - from };
	if (name.ptr[from - 1] == '.')
		return is_one_of(word, click == CLICK_NOTHING ? pretended : harmless);
	return click == CLICK_PROGRAM && strchr("_ -([", name.ptr[from - 1]) && is_one_of(word, pretended);
}

static bool has_many_blanks(struct span name)
{
	unsigned run = 0;

	while (name.len && run < BLANKS_MANY)
		run = is_blank(text_rune(&name)) ? run + 1 : 0;
	return run >= BLANKS_MANY;
}

/* U+202E turns Latin letters around. The other marks of direction stand in Arabic and Hebrew names, and in what is
 * copied from Windows and macOS, by right: they count where something runs. */
static bool is_reversed(struct span name, enum unpack_click click)
{
	if (!memmem(name.ptr, name.len, "\xe2\x80", 2) && !memmem(name.ptr, name.len, "\xe2\x81", 2))
		return false;
	while (name.len) {
		uint32_t rune = text_rune(&name);

		if (rune == 0x202e)
			return true;
		if (click != CLICK_NOTHING && ((rune >= 0x202a && rune <= 0x202d) || (rune >= 0x2066 && rune <= 0x2069)))
			return true;
	}
	return false;
}

static void judge_text(struct exam *e, const struct part *part, enum unpack_click click, bool attached)
{
	struct span name = last_step(part->name);

	if (name.len == 0)
		return;
	if (is_double(name, click, attached))
		exam_find(e, part, FINDING_DOUBLE_EXTENSION, name);
	if (is_reversed(name, click))
		exam_find(e, part, FINDING_NAME_REVERSED, name);
	if (click != CLICK_NOTHING && has_many_blanks(name))
		exam_find(e, part, FINDING_NAME_SPACES, name);
}

/* --- what it is --- */

/* What runs by itself, whatever its name is. */
static bool is_program(enum type type)
{
	switch (type) {
	case TYPE_PE:
	case TYPE_ELF:
	case TYPE_MACHO:
	case TYPE_MSI:
	case TYPE_APK:
	case TYPE_APPX:
		return true;
	default:
		return false;
	}
}

/* An ending that promises a program, and bytes that may be one: "www.example.com" as the name of a text is none. */
static bool is_called_program(const struct part *part)
{
	switch (part->type) {
	case TYPE_UNKNOWN:
	case TYPE_DOS:
	case TYPE_OLE:
	case TYPE_JAR:
	case TYPE_ZIP:
		return true;
	default:
		return is_program(part->type);
	}
}

static struct span shown_name(const struct part *part)
{
	return part->name.len ? part->name : text_span(type_name(part->type));
}

static bool is_shortcut(const struct part *part)
{
	return part->type == TYPE_LNK || part->type == TYPE_SETTINGS || part->type == TYPE_RDP;
}

/* A profile's own reader tells it; other property lists open things, and are no profiles. */
static bool is_profile(const struct part *part)
{
	return part->type == TYPE_MOBILECONFIG && type_promised(part->name) == TYPE_MOBILECONFIG;
}

/* What a click on it does. Scripts in archives are judged by the archive, which knows how many files lie beside. */
static void judge_click(struct exam *e, const struct part *part, enum unpack_click click, bool attached)
{
	if (is_program(part->type) || (click == CLICK_PROGRAM && is_called_program(part)))
		exam_find(e, part, attached ? FINDING_PROGRAM_ATTACHED : FINDING_PROGRAM_INSIDE, shown_name(part));
	else if (is_shortcut(part))
		exam_find(e, part, FINDING_SHORTCUT_ATTACHED, shown_name(part));
	else if (click == CLICK_SCRIPT && attached)
		exam_find(e, part, FINDING_SCRIPT_ATTACHED, shown_name(part));
	else if (click == CLICK_PROGRAM && !unpack_ends_in(part->name, " com app ") && part->bytes.len)
		exam_find(e, part, FINDING_EXTENSION_DANGEROUS, shown_name(part));
	else if (click == CLICK_LURE || ((click == CLICK_OTHER || click == CLICK_SHORTCUT) && attached && !is_profile(part)))
		exam_find(e, part, FINDING_EXTENSION_DANGEROUS, shown_name(part));
	else if (click == CLICK_IMAGE && type_kind(part->type) != KIND_IMAGE && attached && part->bytes.len)
		exam_find(e, part, FINDING_EXTENSION_DANGEROUS, shown_name(part));
}

/* --- what it is against what it is called --- */

/* Types that only run, told by bytes that nothing else has. */
static bool is_plainly_active(enum type type)
{
	return is_program(type) || type == TYPE_LNK || type == TYPE_HTA || type == TYPE_CHM;
}

/* Kinds that mean the same to those who name files, or that bytes cannot tell from each other. */
static unsigned family(enum type type)
{
	switch (type) {
	case TYPE_TEXT:
	case TYPE_CSV:
	case TYPE_XML:
	case TYPE_ICS:
	case TYPE_VCARD:
	case TYPE_MESSAGE:
	case TYPE_MHTML:
	case TYPE_SVG:
	case TYPE_SYLK:
		return 1;
	case TYPE_ZIP:
	case TYPE_JAR:
	case TYPE_APK:
	case TYPE_APPX:
	case TYPE_OOXML:
	case TYPE_ODF:
		return 2;
	case TYPE_OLE:
	case TYPE_MSI:
		return 3;
	case TYPE_PICTURE:
	case TYPE_METAFILE:
	case TYPE_MEDIA:
	case TYPE_FONT:
		return 4;
	case TYPE_ISO:
	case TYPE_UDF:
	case TYPE_DISK:
	case TYPE_VHD:
	case TYPE_VHDX:
	case TYPE_DMG:
		return 5;
	case TYPE_PGP:
	case TYPE_SMIME:
		return 6;
	case TYPE_PE:
	case TYPE_DOS:
		return 7;
	default:
		return 100u + type;
	}
}

static bool differs(enum type promised, enum type type)
{
	if (promised == TYPE_UNKNOWN || type == TYPE_UNKNOWN || family(promised) == family(type))
		return false;
	if (promised == TYPE_OOXML && type == TYPE_OLE) /* as encrypted documents are */
		return false;
	/* sealed texts are texts or binaries as one likes; scripts are texts; "example.com" is called so, too */
	if (type_kind(promised) == KIND_SEALED || type_kind(promised) == KIND_SCRIPT ||
	    type_kind(promised) == KIND_PROGRAM)
		return false;
	return !(promised == TYPE_GZIP || promised == TYPE_TAR || promised == TYPE_COMPRESS);
}

static void judge_type(struct exam *e, const struct part *part)
{
	enum type promised = type_promised(part->name);
	enum type_kind kind = type_kind(promised);

	if (part->bytes.len == 0 || promised == TYPE_UNKNOWN)
		return;
	if (part->type == TYPE_UNKNOWN && (kind == KIND_ARCHIVE || kind == KIND_IMAGE))
		exam_unseen(e, part, UNSEEN_BROKEN, "it is called an archive, and is none that Hinomi knows");
	if (is_plainly_active(part->type) && kind != KIND_PROGRAM && kind != KIND_SCRIPT && kind != KIND_SHORTCUT)
		exam_findf(e, part, FINDING_TYPE_DISGUISED, "%.*s: %s", (int)part->name.len,
			   (const char *)part->name.ptr, type_name(part->type));
	else if (differs(promised, part->type))
		exam_findf(e, part, FINDING_TYPE_DIFFERS, "%.*s: %s", (int)part->name.len,
			   (const char *)part->name.ptr, type_name(part->type));
}

/* Whether it is attached to a message, an invitation, or a message that Outlook saved: of what lies in compound files,
 * only that says its type. */
static bool is_attached(const struct part *part)
{
	const struct part *in = part->in;

	return !in || type_kind(in->type) == KIND_MESSAGE || in->type == TYPE_ICS ||
	       (in->type == TYPE_OLE && part->said.len);
}

void unpack_judge_name(struct exam *e, const struct part *part)
{
	const struct part *in = part->in;
	bool attached = is_attached(part);
	enum unpack_click click;

	if ((!in && part->type == TYPE_MESSAGE) || (part->inline_body && !is_program(part->type)))
		return;
	if (in && type_kind(in->type) == KIND_PROGRAM) /* parts of a program */
		return;
	click = unpack_click(part->name);
	if (in && in->type == TYPE_ODF && line_starts(part->name, "Scripts/")) /* of other languages than Basic */
		exam_find(e, part, FINDING_MACRO, part->name);
	if (in && type_kind(in->type) == KIND_DOCUMENT && click == CLICK_NOTHING && !is_plainly_active(part->type))
		return; /* the names in a package are the program's */
	judge_text(e, part, click, attached);
	judge_click(e, part, click, attached);
	judge_type(e, part);
}
