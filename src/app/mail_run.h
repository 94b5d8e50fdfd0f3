/*
 * mail_run.h - `hinomi mail`: messages out of files, examined in sandboxed children, told one after the other.
 *
 * Told in the order of the files, however many children there are.
 */
#ifndef APP_MAIL_RUN_H
#define APP_MAIL_RUN_H

#include "exam/exam.h"

struct mail_run_settings {
	struct exam_settings exam;
	const char *const *paths;
	size_t path_count;
	const char *clamd;       /* its local socket; NULL: it is not asked */
	unsigned children;       /* at a time; 0: as many as there are processors */
	enum language language;
	bool json;     /* JSON lines instead of text */
	bool all;      /* text: also of clean messages */
	bool progress; /* a line on standard error while it works */
};

enum mail_outcome {
	MAIL_CLEAN = 0,
	MAIL_FOUND = 1,  /* something that is not clean */
	MAIL_FAILED = 2, /* a path could not be read, or nothing could be written */
};

enum mail_outcome mail_run(const struct mail_run_settings *settings);

#endif
