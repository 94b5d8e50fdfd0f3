/* fuzz_biff.c - hostile workbooks: their records and formulas, also behind a password that is tried. */
#define READER_WORK 1024
#include "office/office.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	reader_play_in(office_biff, TYPE_MESSAGE, "a.xls", (struct span){ bytes, len });
	return 0;
}
