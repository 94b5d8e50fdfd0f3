/*
 * page_files.h - the page's files, as the build embeds them in the program; and which one a path names.
 */
#ifndef WEB_PAGE_FILES_H
#define WEB_PAGE_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct page_file {
	const char *path; /* "/index.html"; that one is "/" too */
	const char *type; /* for Content-Type */
	const unsigned char *bytes;
	size_t size;
	const char *etag; /* with its quotes: "\"5d41...\"" */
	bool gzip;        /* the bytes are packed, and are sent so: every browser unpacks them */
};

/* Generated from page/. */
extern const struct page_file page_files[];
extern const size_t page_file_count;

/* NULL: there is none. */
const struct page_file *page_file_find(const char *path);

#endif
