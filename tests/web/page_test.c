/*
 * page_test.c - a page of three files, for the tests of what serves them.
 */
#include "web/page_files.h"

/* "packed" by gzip -n. */
static const unsigned char packed[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
					0x2b, 0x48, 0x4c, 0xce, 0x4e, 0x4d, 0x01, 0x00, 0x10, 0xb4,
					0xf6, 0x21, 0x06, 0x00, 0x00, 0x00 };
static const unsigned char index_html[] = "<!doctype html><title>test</title>";

const struct page_file page_files[] = {
	{ "/index.html", "text/html; charset=utf-8", index_html, sizeof(index_html) - 1, "\"one\"",
	  false },
	{ "/packed.js", "text/javascript", packed, sizeof(packed), "\"two\"", true },
	{ "/empty.css", "text/css", packed, 0, "\"three\"", false },
};
const size_t page_file_count = sizeof(page_files) / sizeof(page_files[0]);
