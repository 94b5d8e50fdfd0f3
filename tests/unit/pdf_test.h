/* pdf_test.h - writes small PDFs: objects as they are given, around a catalog. */
#ifndef PDF_TEST_H
#define PDF_TEST_H

#include "base/span.h"

#define PDF_TEST_ROOM (64u << 10)

struct pdf_test {
	uint8_t bytes[PDF_TEST_ROOM];
	size_t len;
};

/* Begins a file: its header, and object 1, a catalog with these entries. */
void pdf_test_begin(struct pdf_test *pdf, const char *catalog);
/* Text as it is: "5 0 obj <<...>> endobj". */
void pdf_test_add(struct pdf_test *pdf, const char *text);
/* A stream whose bytes are deflated: `entries` of its dictionary, without /Length and /Filter. */
void pdf_test_deflate(struct pdf_test *pdf, unsigned number, const char *entries, struct span bytes);
void pdf_test_raw(struct pdf_test *pdf, struct span bytes);
struct span pdf_test_end(struct pdf_test *pdf);

#endif
