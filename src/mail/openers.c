/* openers.c - which type of part is opened by whom, and what is looked at in every part. */
#include "mail/mail_private.h"

#include "document/document.h"
#include "letter/letter.h"
#include "markup/markup.h"
#include "office/office.h"
#include "unpack/unpack.h"

typedef void opener(struct exam *e, const struct part *part);

/* NULL: there is nothing in it that could be opened (pictures, sound), or nobody reads it yet. */
static opener *const openers[TYPES] = {
	[TYPE_UNKNOWN] = NULL,
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
	[TYPE_WIM] = unpack_image,
	[TYPE_ISO] = unpack_image,
	[TYPE_UDF] = unpack_image,
	[TYPE_DISK] = unpack_image,
	[TYPE_VHD] = unpack_image,
	[TYPE_VHDX] = unpack_image,
	[TYPE_DMG] = unpack_image,
};

/* A file of an office package is read as such, whatever it looks like, unless it is a file of its own. */
static bool is_package_part(const struct part *part)
{
	return part->in && (part->in->type == TYPE_OOXML || part->in->type == TYPE_ODF) &&
	       (part->type == TYPE_XML || part->type == TYPE_UNKNOWN);
}

static opener *opener_of(const struct part *part)
{
	(void)is_package_part;
	return openers[part->type];
}

void mail_open(struct exam *e, struct part *part)
{
	opener *open;

	if (part->type == TYPE_ZIP)
		part->type = unpack_zip_type(part->bytes);
	mail_known(e, part);
	unpack_judge_name(e, part);
	open = opener_of(part);
	if (open)
		open(e, part);
}

void mail_text(struct exam *e, const struct part *part, struct span utf8)
{
	(void)e, (void)part, (void)utf8;
}

void mail_url(struct exam *e, const struct part *part, struct span url, struct span shown)
{
	(void)e, (void)part, (void)url, (void)shown;
}

struct span mail_imitated(const struct exam *e, struct span host)
{
	(void)e, (void)host;
	return (struct span){ 0 };
}
