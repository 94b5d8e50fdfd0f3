/* fuzz_rtf.c - hostile RTF. */
#include "office/office.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	reader_play_in(office_rtf, TYPE_MESSAGE, "a.rtf", (struct span){ bytes, len });
	return 0;
}
