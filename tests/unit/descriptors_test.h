/* descriptors_test.h - how many descriptors the process has open, to see that none is lost. */
#ifndef DESCRIPTORS_TEST_H
#define DESCRIPTORS_TEST_H

#include <dirent.h>

/* -1: /proc cannot be read. */
static inline int descriptors_open(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int n = 0;

	if (!folder)
		return -1;
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

#endif
