/* fuzz_onenote.c - hostile notes before their reader. */
#include "document/document.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	reader_play_typed(document_onenote, TYPE_ONENOTE, "a.one", (struct span){ bytes, len });
	return 0;
}
