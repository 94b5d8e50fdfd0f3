/* fuzz_rtf.c - hostile RTF. */
#include "office/office.h"
#include "exam_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	exam_fuzz(office_rtf, (struct span){ bytes, len }, "a.rtf", TYPE_MESSAGE);
	return 0;
}
