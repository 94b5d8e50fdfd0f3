/* zip_type.c - what kind of zip it is, by the names in it. */
#include "unpack/unpack.h"

#include "format/zip.h"

#define NAMES_MAX 4096 /* that are looked at: what tells stands last in packages of Windows */

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
			if (span_equal(name, text_span(marks[i].name)))
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
