/* lnk_test.h - writes small shortcuts of Windows. */
#ifndef LNK_TEST_H
#define LNK_TEST_H

#include "base/pen.h"

/* What a shortcut says; NULL: nothing. ASCII. */
struct lnk_test {
	const char *items[4]; /* folders below C:\, and the file */
	const char *path, *arguments, *icon;
	const char *environment;
	struct span burden; /* bytes behind its end */
};

struct span lnk_test_write(const struct lnk_test *what, void *room, size_t size);

#endif
