/* page_files.c - finds an embedded file: there are a few dozen of them. */
#include "web/page_files.h"

#include <string.h>

const struct page_file *page_file_find(const char *path)
{
	if (strcmp(path, "/") == 0)
		path = "/index.html";
	for (size_t i = 0; i < page_file_count; i++)
		if (strcmp(path, page_files[i].path) == 0)
			return &page_files[i];
	return NULL;
}
