/* fuzz_office_ole.c - hostile documents in compound files: Word, Excel, PowerPoint, Outlook, macros, objects. */
#define EXAM_FUZZ_WORK (1 << 20) /* macros are unpacked, passwords are tried */
#include "office/office.h"
#include "exam_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span file = { bytes, len };

	exam_fuzz(office_ole, file, "a.doc", TYPE_MESSAGE);
	(void)office_ole_type(file);
	return 0;
}
