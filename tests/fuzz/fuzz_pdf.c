/* fuzz_pdf.c - hostile PDFs before their reader. */
#define READER_WORK 4096 /* passwords are tried */
#include "pdf/pdf.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	reader_play_typed(pdf_document, TYPE_PDF, "a.pdf", (struct span){ bytes, len });
	return 0;
}
