/* fuzz_shortcut.c - hostile shortcuts that are text before their reader; the first byte chooses their kind. */
#include "document/document.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const enum type types[] = { TYPE_URLFILE, TYPE_SETTINGS, TYPE_RDP, TYPE_MOBILECONFIG };

	if (len)
		reader_play_typed(document_shortcut, types[bytes[0] & 3], "a", (struct span){ bytes + 1, len - 1 });
	return 0;
}
