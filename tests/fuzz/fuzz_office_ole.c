/* fuzz_office_ole.c - hostile documents in compound files: Word, Excel, PowerPoint, Outlook, macros, objects. */
#define READER_WORK (1 << 20) /* macros are unpacked, passwords are tried */
#include "office/office.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span file = { bytes, len };

	reader_play_in(office_ole, TYPE_MESSAGE, "a.doc", file);
	(void)office_ole_type(file);
	return 0;
}
