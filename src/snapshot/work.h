/*
 * work.h - one run of a backup program: its words, its environment, its output cut into lines or objects, and the
 * verdict. What restic and borg have in common.
 */
#ifndef SNAPSHOT_WORK_H
#define SNAPSHOT_WORK_H

#include "snapshot/environment.h"
#include "snapshot/lines.h"
#include "snapshot/place.h"
#include "snapshot/verdict.h"

#define WORK_WORDS 2048   /* words of one run ... */
#define WORK_BYTES 131072 /* ... and their bytes: far below ARG_MAX (execve(2)), which environment counts against, too */

struct work;
/* A line or object that the program printed; `key` is the name of the array it was in. False: enough. */
typedef bool work_see(struct work *work, const char *key, struct span bytes);

struct work {
	const struct tool_job *job;
	struct tool_result *result;
	struct environment environment;
	char *words[WORK_WORDS + 1]; /* owned */
	size_t count, bytes;
	bool broken; /* sticky: no room or memory for a word */

	int polite, partly;    /* of the program: its signal, its code for "some files could not be read" */
	const char *folder;    /* to run it in; NULL: ours */
	work_see *see, *errors; /* NULL: verdict_line() hears it */
	work_see *raw;          /* hears the bytes before they are cut, and gives them to work_feed() */
	uint8_t line_end;
	unsigned depth;        /* above 0: objects at this depth, see lines.h, not lines */
	void *whom;            /* for `see` */

	struct ssh_place server;        /* that the program talks to by ssh ... */
	const char *const *server_runs; /* ... and what that runs there, NULL-ended; NULL: it talks to none */

	struct program_order order;
	struct program *program; /* while it runs */
	struct verdict verdict;
	struct lines out, err;
	struct objects objects;
	struct tool_progress progress;
	uint64_t not_understood; /* lines */
};

/* Finds the program and makes the environment, but for what the tool adds. False: `result` says why. */
bool work_open(struct work *work, const char *program, const struct tool_job *job, struct tool_result *result);
void work_close(struct work *work);

void work_word(struct work *work, const char *format, ...) __attribute__((format(printf, 2, 3)));
void work_words(struct work *work, const char *const *words); /* NULL-ended */
/* Whether so many more bytes and words still fit. */
bool work_room(const struct work *work, size_t bytes);
/* Takes the words off again but for the first `count`. */
void work_cut(struct work *work, size_t count);

/* What is to be cut into lines. */
bool work_feed(struct work *work, struct span bytes);

/* Runs it, into `result`, in which numbers of several runs are summed. The words stay. */
void work_run(struct work *work);

/* The same in steps, for who hears two programs at a time: begins it; hears it for a moment (false: it has ended);
 * ends it, and judges. work_finish() also where it did not begin. */
void work_start(struct work *work);
bool work_turn(struct work *work);
void work_finish(struct work *work);

/* Ends without a run. */
void work_refuse(struct work *work, enum tool_trouble trouble, const char *said);

/* Of a backup: with a snapshot and the code for "some files could not be read" it worked, whatever these files are called;
 * with that code and no snapshot it did not. */
void work_partly(const struct work *work);

/* The program's version as it prints it, "NAME 1.2.3 ...". */
enum tool_trouble work_version(const char *program, const char *option, char version[32]);

/* Makes the file with the password of a new repository, where it is to be in one and there is none. False: the result
 * says why not. */
bool work_secret(const struct tool_job *job, struct tool_result *result);

#endif
