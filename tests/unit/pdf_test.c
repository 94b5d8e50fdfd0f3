/* pdf_test.c - writes small PDFs. */
#include "pdf_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

void pdf_test_raw(struct pdf_test *pdf, struct span bytes)
{
	assert_true(bytes.len <= sizeof(pdf->bytes) - pdf->len);
	memcpy(pdf->bytes + pdf->len, bytes.ptr, bytes.len);
	pdf->len += bytes.len;
}

void pdf_test_add(struct pdf_test *pdf, const char *text)
{
	pdf_test_raw(pdf, (struct span){ (const uint8_t *)text, strlen(text) });
}

void pdf_test_begin(struct pdf_test *pdf, const char *catalog)
{
	pdf->len = 0;
	pdf_test_add(pdf, "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R");
	pdf_test_add(pdf, catalog);
	pdf_test_add(pdf, ">>\nendobj\n");
}

void pdf_test_deflate(struct pdf_test *pdf, unsigned number, const char *entries, struct span bytes)
{
	uint8_t packed[PDF_TEST_ROOM / 2];
	uLongf len = sizeof(packed);
	char head[512];

	assert_int_equal(compress(packed, &len, bytes.ptr, bytes.len), Z_OK);
	snprintf(head, sizeof(head), "%u 0 obj\n<</Length %lu/Filter/FlateDecode%s>>\nstream\n", number, len, entries);
	pdf_test_add(pdf, head);
	pdf_test_raw(pdf, (struct span){ packed, len });
	pdf_test_add(pdf, "\nendstream\nendobj\n");
}

struct span pdf_test_end(struct pdf_test *pdf)
{
	pdf_test_add(pdf, "trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n");
	return (struct span){ pdf->bytes, pdf->len };
}
