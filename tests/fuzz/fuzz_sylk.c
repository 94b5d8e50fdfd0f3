/* fuzz_sylk.c - hostile texts that are sheets: the first byte says which kind. */
#include "biff/sylk.h"
#include "exam_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const names[] = { "a.slk", "a.csv", "a.iqy" };

	if (len)
		exam_fuzz(sylk_document, (struct span){ bytes + 1, len - 1 }, names[*bytes % 3], TYPE_MESSAGE);
	return 0;
}
