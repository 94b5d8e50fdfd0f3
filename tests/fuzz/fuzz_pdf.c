/* fuzz_pdf.c - hostile PDFs before their reader. */
#include "pdf/pdf.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	reader_play(pdf_document, TYPE_PDF, "a.pdf", (struct span){ bytes, len });
	return 0;
}
