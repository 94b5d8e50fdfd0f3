/*
 * mail_files.h - messages in files: one a file, many in an mbox, folders of files, Maildirs, standard input.
 *
 * What is no message is examined as a bare document, by its bytes.
 */
#ifndef APP_MAIL_FILES_H
#define APP_MAIL_FILES_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

struct mail_file {
	const char *shown; /* its path; of an mbox with the number behind it: "inbox#3" */
	struct span name;  /* the last part of its path */
	int fd;            /* borrowed for the call, like all of it */
	uint64_t offset, size;
};

struct mail_files {
	void *whom;
	bool (*see)(void *whom, const struct mail_file *file); /* false: no more */
	/* A path that cannot be read, and why; the others go on. */
	void (*trouble)(void *whom, const char *path, const char *why);
	uint64_t longest; /* bytes of standard input that are taken: a message's limit */
};

/* A file, a folder with all below it, or "-". False: `see` wanted no more. */
bool mail_files_each(const struct mail_files *files, const char *path);

#endif
