/* openers.c - which type of part is opened by whom, and what is looked at in every part. */
#include "mail/mail_private.h"

#include "base/line.h"
#include "biff/sylk.h"
#include "document/document.h"
#include "letter/letter.h"
#include "link/judge.h"
#include "mail/rules.h"
#include "markup/markup.h"
#include "office/office.h"
#include "pdf/pdf.h"
#include "unpack/unpack.h"
#include "xmldoc/xmldoc.h"

/* A browser opens it, or an office program, whatever it is called. */
static void page_open(struct exam *e, const struct part *part)
{
	markup_page(e, part);
	office_page(e, part);
}

typedef void opener(struct exam *e, const struct part *part);

/* NULL: there is nothing in it that could be opened (pictures, sound), or nobody reads it yet. */
static opener *const openers[TYPES] = {
	[TYPE_UNKNOWN] = NULL,
	[TYPE_MESSAGE] = letter_message,
	[TYPE_MHTML] = letter_message,
	[TYPE_TNEF] = letter_tnef,
	[TYPE_TEXT] = letter_text,
	[TYPE_PGP] = letter_sealed,
	[TYPE_SMIME] = letter_sealed,
	[TYPE_RPMSG] = letter_sealed,
	[TYPE_ZIP] = unpack_zip,
	[TYPE_JAR] = unpack_zip,
	[TYPE_APK] = unpack_zip,
	[TYPE_APPX] = unpack_zip,
	[TYPE_OOXML] = unpack_zip,
	[TYPE_ODF] = unpack_zip,
	[TYPE_SEVENZIP] = unpack_archive,
	[TYPE_RAR] = unpack_archive,
	[TYPE_CAB] = unpack_archive,
	[TYPE_GZIP] = unpack_archive,
	[TYPE_BZIP2] = unpack_archive,
	[TYPE_XZ] = unpack_archive,
	[TYPE_ZSTD] = unpack_archive,
	[TYPE_LZIP] = unpack_archive,
	[TYPE_COMPRESS] = unpack_archive,
	[TYPE_TAR] = unpack_archive,
	[TYPE_CPIO] = unpack_archive,
	[TYPE_AR] = unpack_archive,
	[TYPE_LHA] = unpack_archive,
	[TYPE_ARJ] = unpack_archive,
	[TYPE_ACE] = unpack_archive,
	[TYPE_XAR] = unpack_archive,
	[TYPE_XML] = xmldoc_flat,
	[TYPE_HTML] = page_open,
	[TYPE_SVG] = markup_page,
	[TYPE_HTA] = markup_page,
	[TYPE_JSCRIPT] = markup_script,
	[TYPE_VBSCRIPT] = markup_script,
	[TYPE_WSF] = markup_script,
	[TYPE_POWERSHELL] = markup_script,
	[TYPE_BATCH] = markup_script,
	[TYPE_SHELL] = markup_script,
	[TYPE_SCRIPT] = markup_script,
	[TYPE_REGISTRY] = markup_script,
	[TYPE_ICS] = markup_calendar,
	[TYPE_VCARD] = markup_calendar,
	[TYPE_PDF] = pdf_document,
	[TYPE_WIM] = unpack_image,
	[TYPE_ISO] = unpack_image,
	[TYPE_UDF] = unpack_image,
	[TYPE_DISK] = unpack_image,
	[TYPE_VHD] = unpack_image,
	[TYPE_VHDX] = unpack_image,
	[TYPE_DMG] = unpack_image,
	[TYPE_OLE] = office_ole,
	[TYPE_MSI] = office_ole,
	[TYPE_MSO] = office_mso,
	[TYPE_XLS_OLD] = office_biff,
	[TYPE_RTF] = office_rtf,
	[TYPE_SYLK] = sylk_document,
	[TYPE_CSV] = sylk_document,
	[TYPE_IQY] = sylk_document,
	[TYPE_LNK] = document_lnk,
	[TYPE_PE] = document_program,
	[TYPE_ELF] = document_program,
	[TYPE_MACHO] = document_program,
	[TYPE_JAVA] = document_program,
	[TYPE_PNG] = document_picture,
	[TYPE_JPEG] = document_picture,
	[TYPE_GIF] = document_picture,
	[TYPE_PICTURE] = document_picture,
	[TYPE_ONENOTE] = document_onenote,
	[TYPE_URLFILE] = document_shortcut,
	[TYPE_SETTINGS] = document_shortcut,
	[TYPE_RDP] = document_shortcut,
	[TYPE_MOBILECONFIG] = document_shortcut,
};

/* A file of an office package is read as such, whatever it looks like, unless it is a file of its own: XML by its name,
 * as it may begin like a page or a picture, or be of a charset in which it looks like text. */
static bool is_package_part(const struct part *part)
{
	struct span extension = type_extension(part->name);

	if (!part->in || (part->in->type != TYPE_OOXML && part->in->type != TYPE_ODF))
		return false;
	return part->type == TYPE_XML || part->type == TYPE_UNKNOWN || part->type == TYPE_TEXT ||
	       line_is(extension, "xml") || line_is(extension, "rels") || line_is(extension, "vml");
}

static opener *opener_of(const struct part *part)
{
	return is_package_part(part) ? xmldoc_part : openers[part->type];
}

/* A relationship may call any file what it likes: a project of macros may be "theme.xml". */
static opener *opener_besides(const struct part *part)
{
	enum type_kind kind = type_kind(part->type);

	return is_package_part(part) && kind != KIND_PLAIN && kind != KIND_MARKUP ? openers[part->type] : NULL;
}

/* What may act when it is opened, and nobody reads here: it is never called clean. */
static void unread_tell(struct exam *e, const struct part *part)
{
	enum type_kind kind = type_kind(part->type);

	if (kind == KIND_DOCUMENT || kind == KIND_PROGRAM || kind == KIND_SCRIPT || kind == KIND_ARCHIVE)
		exam_unseen(e, part, UNSEEN_UNSUPPORTED, type_name(part->type));
}

void mail_open(struct exam *e, struct part *part)
{
	struct part again;
	opener *open;

	part->type = mail_type_said(part);
	part->type = unpack_type(part);
	if (part->type == TYPE_OLE)
		part->type = office_ole_type(part->bytes);
	mail_known(e, part);
	document_test(e, part);
	if (type_kind(part->type) != KIND_MESSAGE)
		mail_rules_look(e, part);
	unpack_judge_name(e, part);
	open = opener_of(part);
	if (open)
		open(e, part);
	else
		unread_tell(e, part);
	open = opener_besides(part);
	if (open)
		open(e, part);
	again = *part;
	again.type = mail_type_also(part);
	open = again.type == TYPE_UNKNOWN ? NULL : opener_of(&again);
	if (open && !e->over)
		open(e, &again);
}

void mail_text(struct exam *e, const struct part *part, struct span utf8)
{
	letter_words(e, part, utf8);
	links_find(e, part, utf8);
	markup_disguise(e, part, utf8);
}

void mail_url(struct exam *e, const struct part *part, struct span url, struct span shown)
{
	link_judge(e, part, url, shown);
}

struct span mail_imitated(const struct exam *e, struct span host)
{
	return link_imitated(e, host);
}
