/* zip_type.c - what kind of zip it is, by the names in it. */
#include "unpack/unpack.h"

#include "base/line.h"
#include "format/zip.h"

#define NAMES_MAX 4096          /* that are looked at: what tells stands last in packages of Windows */
#define END_AT    (65535 + 22)  /* bytes from the file's end in which programs look for that of the archive */

/* The first file of a document of ODF is called "mimetype", is stored, and says so (ODF 1.2, part 3, 3.3). */
static bool says_odf(struct span bytes)
{
	static const char *const types[] = { "mimetypeapplication/vnd.oasis.opendocument", "mimetypeapplication/vnd.sun.xml" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (bytes.len > 30 + strlen(types[i]) && memcmp(bytes.ptr + 30, types[i], strlen(types[i])) == 0)
			return true;
	return false;
}

enum type unpack_zip_type(struct span bytes)
{
	static const struct {
		const char *name;
		unsigned mark;
	} marks[] = { { "[Content_Types].xml", 1 }, { "AppxManifest.xml", 2 }, { "AppxMetadata/AppxBundleManifest.xml", 2 },
		      { "AndroidManifest.xml", 4 }, { "META-INF/MANIFEST.MF", 8 }, { "META-INF/manifest.xml", 16 },
		      { "content.xml", 32 } };
	struct zip_look look;
	struct span name;
	unsigned seen = 0;

	if (says_odf(bytes))
		return TYPE_ODF;
	look = zip_look(bytes);
	for (unsigned n = 0; n < NAMES_MAX && zip_look_next(&look, &name); n++)
		for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
			if (line_is(name, marks[i].name)) /* case does not count in packages */
				seen |= marks[i].mark;
	if (seen & 2)
		return TYPE_APPX;
	if (seen & 1)
		return TYPE_OOXML;
	if ((seen & 16) && (seen & 32))
		return TYPE_ODF;
	if (seen & 4)
		return TYPE_APK;
	return seen & 8 ? TYPE_JAR : TYPE_ZIP;
}

/* Programs open a zip by its end: anything may stand in front. */
static bool ends_as_zip(struct span bytes)
{
	size_t n = bytes.len < END_AT ? bytes.len : END_AT;
	struct zip_look look;
	struct span name;

	if (n < 22 || !memmem(bytes.ptr + bytes.len - n, n, "PK\5\6", 4))
		return false;
	look = zip_look(bytes);
	return !look.local && zip_look_next(&look, &name);
}

static bool is_zip(enum type type)
{
	return type == TYPE_ZIP || type == TYPE_JAR || type == TYPE_APK || type == TYPE_APPX || type == TYPE_OOXML ||
	       type == TYPE_ODF;
}

enum type unpack_type(const struct part *part)
{
	if (part->type == TYPE_ZIP)
		return unpack_zip_type(part->bytes);
	if (part->type != TYPE_UNKNOWN && !is_zip(type_promised(part->name)))
		return part->type;
	return ends_as_zip(part->bytes) ? unpack_zip_type(part->bytes) : part->type;
}
