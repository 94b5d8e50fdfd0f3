/* fuzz_biff.c - hostile workbooks: their records and formulas, also behind a password that is tried. */
#define EXAM_FUZZ_WORK 1024
#include "office/office.h"
#include "exam_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	exam_fuzz(office_biff, (struct span){ bytes, len }, "a.xls", TYPE_MESSAGE);
	return 0;
}
