/* fuzz_lnk.c - hostile shortcuts of Windows before their reader. */
#include "document/document.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	reader_play_typed(document_lnk, TYPE_LNK, "a.lnk", (struct span){ bytes, len });
	return 0;
}
