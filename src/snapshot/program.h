/*
 * program.h - a program at work: what it prints is heard as it comes, until it has ended, takes too long, or the caller
 * has had enough.
 *
 * Nothing that it prints is kept here. It ends with us (process/spawn.h), and with what it began.
 */
#ifndef SNAPSHOT_PROGRAM_H
#define SNAPSHOT_PROGRAM_H

#include "base/span.h"
#include "snapshot/tool.h"

/* Bytes as they came, cut anywhere. False: enough, the program is ended; that is no trouble. */
typedef bool program_hear(void *whom, struct span bytes);

struct program_order {
	const char *const *words;       /* the first is its path; NULL ends them */
	const char *const *environment; /* NULL-ended */
	const char *folder;             /* NULL: ours */
	program_hear *out, *err;        /* of its two outputs */
	void *whom;                     /* of both */
	const struct tool_job *job;     /* its time, and who is told of progress */
	struct tool_progress *progress; /* filled by who hears; the time is added here */
	int polite;                     /* the signal on which it ends by itself, and takes its lock away */
};

enum program_how {
	PROGRAM_ENDED,   /* by itself: `code` */
	PROGRAM_ENOUGH,  /* a hearer had enough */
	PROGRAM_STOPPED, /* the job's step said so */
	PROGRAM_LATE,    /* it took too long */
	PROGRAM_KILLED,  /* by a signal that was not ours: `code` is its number */
	PROGRAM_FAILED,  /* it did not begin: `code` is an errno */
};

struct program_end {
	enum program_how how;
	int code;
	double seconds;
};

struct program;

/* NULL: it did not begin, *error is an errno. The order is borrowed until program_close(). */
struct program *program_open(const struct program_order *order, int *error);
/* Waits for at most a quarter of a second, and hears what came. False: it has ended, or was told to and does not. */
bool program_turn(struct program *program);
/* Ends what still runs, and frees it. */
struct program_end program_close(struct program *program);

/* Where programs of that name are looked for, in this order; our own PATH, which anybody may have set, is not asked.
 * False: it is not installed. */
#define PROGRAM_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
bool program_find(const char *name, char path[64]);

#endif
