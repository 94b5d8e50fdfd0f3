/* tree.c - removes a tree of folders. */
#include "process/tree.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>

#define OPEN_FILES 16 /* of nftw() */

static int remove_one(const char *path, const struct stat *is, int what, struct FTW *where)
{
	(void)is;
	(void)what;
	(void)where;
	return remove(path) != 0 && errno != ENOENT ? 1 : 0;
}

void tree_remove(const char *path)
{
	nftw(path, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
