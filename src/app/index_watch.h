/*
 * index_watch.h - the index of indicators in use, and who looks after its file.
 *
 * When followed, a thread of its own looks at the path twice a second. What was renamed there is
 * opened and checked as a whole by that thread, and only then offered; the reader takes it between
 * two windows with one exchange of pointers and gives the old one back, which the thread unmaps. So
 * packets wait for nothing. A file that is missing, damaged or cut changes nothing.
 */
#ifndef APP_INDEX_WATCH_H
#define APP_INDEX_WATCH_H

#include "base/err.h"
#include "intel/index.h"
#include "model/run.h"

#include <sys/stat.h>

/* Which file it is: another one when it was replaced, or written to. */
struct file_identity {
	dev_t device;
	ino_t inode; /* 0: none */
	off_t size;
	struct timespec changed;
};
struct file_identity file_identity(const struct stat *stat);
bool file_identity_equal(const struct file_identity *a, const struct file_identity *b);
/* Whether others than its owner can write the file. */
bool file_is_shared(const struct stat *stat);

struct index_watch;

struct index_watch_settings {
	const char *path; /* borrowed; it need not be there yet. NULL: what index_watch_hand() gives */
	bool strict;      /* nobody but us and root may be able to write it: nobody named it */
};

/* Opens what is there now. NULL: no memory. That there is none, or none that can be used, is told by
 * index_watch_report(). Caller owns it. */
struct index_watch *index_watch_new(const struct index_watch_settings *settings);

/* Begins to follow the path. False: no thread. */
bool index_watch_follow(struct index_watch *watch);

/* For a reader that may open no files: takes over the open file, which is looked into like one that was
 * renamed at the path. Any thread; of two that come fast the last one counts. */
void index_watch_hand(struct index_watch *watch, int fd);

/* The newest sound index, or NULL while there was none. The one before is no longer to be used. */
const struct index *index_watch_take(struct index_watch *watch);

/* What was used, for the report; texts are borrowed. Only when it is no longer followed, or by the
 * reader. */
void index_watch_report(struct index_watch *watch, struct run_index *run);

void index_watch_free(struct index_watch *watch);

#endif
