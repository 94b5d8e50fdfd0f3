/* examiner_private.h - what an examiner and its children say to each other. */
#ifndef APP_EXAMINER_PRIVATE_H
#define APP_EXAMINER_PRIVATE_H

#include "exam/exam.h"

#include <sys/types.h>

enum examiner_frame {
	EXAMINER_MESSAGE = 1, /* to the child, with the descriptor: le64 offset, le64 size, then the name */
	EXAMINER_RESULT,      /* from the child: mail/result_frame.h */
};

#define EXAMINER_NAME 255 /* bytes of a name */

struct examiner_child {
	const struct exam_settings *exam;
	int channel;     /* to the examiner */
	int null;        /* /dev/null: instead of what the examiner reads and writes */
	pid_t parent;
	uid_t uid;
	gid_t gid;
	uint64_t memory; /* bytes of address space that the examiner had */
};

/* In the new process. */
_Noreturn void examiner_child(const struct examiner_child *child);

#endif
