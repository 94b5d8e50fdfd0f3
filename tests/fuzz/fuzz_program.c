/* fuzz_program.c - hostile programs and pictures before their readers; the bytes tell which. */
#include "document/document.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span all = { bytes, len };
	enum type type = type_of(all, (struct span){ bytes, 0 });

	reader_play_typed(document_program, type, "a.exe", all);
	reader_play_typed(document_picture, type, "a.png", all);
	reader_play_typed(document_test, type, "a.txt", all);
	return 0;
}
