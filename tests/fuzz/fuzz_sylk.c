/* fuzz_sylk.c - hostile texts that are sheets: the first byte says which kind. */
#include "biff/sylk.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const names[] = { "a.slk", "a.csv", "a.iqy" };

	if (len)
		reader_play_in(sylk_document, TYPE_MESSAGE, names[*bytes % 3], (struct span){ bytes + 1, len - 1 });
	return 0;
}
