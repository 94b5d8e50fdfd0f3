/*
 * run.h - runs one program and waits for it, but never longer than two seconds.
 *
 * For programs that hands use (nft, gobgp): a fixed list of words that no shell reads, an empty
 * environment, what it is to read on standard input. What it writes is bounded, and it is killed
 * with its children when it writes more, or takes longer: the warden, which waits meanwhile, goes
 * on in any case.
 */
#ifndef HAND_RUN_H
#define HAND_RUN_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

#define RUN_USEC 2000000 /* the longest that a program may take */
#define RUN_SAID 160

struct run {
	const char *const *words; /* the first is its path; NULL ends them */
	struct span input;        /* of standard input */
	size_t most;              /* bytes of standard output that are taken */
};

struct run_result {
	char *output; /* of standard output, NUL-terminated; the caller frees it. NULL on errors */
	size_t size;
	int code;            /* that it ended with; -1: it did not end by itself */
	char said[RUN_SAID]; /* why it failed, for people: "nft: Operation not permitted" */
};

/* ERR_OPEN: it cannot be run; ERR_LIMIT: it took too long, or wrote too much; ERR_READ: it ended,
 * but with another code than 0. `result` is filled in any case. */
MUST_USE enum err run_program(const struct run *run, struct run_result *result);

/*
 * The same for those who do not wait: it is begun, and heard now and then. Where somebody else takes ended children
 * away meanwhile (the warden does), its code is not known, and counts as 0.
 */
struct running;
/* NULL: it cannot be run, `said` says why. Caller owns it: it is to be heard or dropped. */
struct running *run_begin(const struct run *run, char said[RUN_SAID]);
/* False: it has not ended yet. Else `err` and `result` are as of run_program(), and it is gone. */
MUST_USE bool run_heard(struct running *running, struct run_result *result, enum err *err);
/* Ends it. NULL does nothing. */
void run_drop(struct running *running);

#endif
