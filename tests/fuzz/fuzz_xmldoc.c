/* fuzz_xmldoc.c - hostile files of packages, and flat documents: the first byte says which. */
#include "xmldoc/xmldoc.h"
#include "exam_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span rest;

	if (!len)
		return 0;
	rest = (struct span){ bytes + 1, len - 1 };
	switch (*bytes % 4) {
	case 0:
		exam_fuzz(xmldoc_part, rest, "word/document.xml", TYPE_OOXML);
		break;
	case 1:
		exam_fuzz(xmldoc_part, rest, "content.xml", TYPE_ODF);
		break;
	case 2:
		exam_fuzz(xmldoc_part, rest, "xl/macrosheets/sheet1.bin", TYPE_OOXML);
		break;
	case 3:
		exam_fuzz(xmldoc_flat, rest, "a.xml", TYPE_MESSAGE);
		break;
	}
	return 0;
}
