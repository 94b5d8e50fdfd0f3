/* fuzz_xmldoc.c - hostile files of packages, and flat documents: the first byte says which. */
#include "xmldoc/xmldoc.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span rest;

	if (!len)
		return 0;
	rest = (struct span){ bytes + 1, len - 1 };
	switch (*bytes % 4) {
	case 0:
		reader_play_in(xmldoc_part, TYPE_OOXML, "word/document.xml", rest);
		break;
	case 1:
		reader_play_in(xmldoc_part, TYPE_ODF, "content.xml", rest);
		break;
	case 2:
		reader_play_in(xmldoc_part, TYPE_OOXML, "xl/macrosheets/sheet1.bin", rest);
		break;
	case 3:
		reader_play_in(xmldoc_flat, TYPE_MESSAGE, "a.xml", rest);
		break;
	}
	return 0;
}
