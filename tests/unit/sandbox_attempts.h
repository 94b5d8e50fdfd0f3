/* sandbox_attempts.h - what a process that was broken into would try, and what must become of it.
 */
#ifndef SANDBOX_ATTEMPTS_H
#define SANDBOX_ATTEMPTS_H

#include "sandbox_test.h"

#include <netinet/in.h>
#include <stddef.h>

/* What the process was given before it entered. */
struct given {
	int stream;    /* a TCP socket that is not connected */
	int listening; /* where `address` says */
	int pair[2];   /* a socketpair */
	struct sockaddr_in address;
	pid_t parent;
};

extern struct given given;

/* Expected for sensor, keeper, web, teller, mail, parent, milter, backup, and the teller that may exec. k: killed, r:
 * refused, d: done; s: any of them, but it comes to nothing there. */
struct attempt {
	const char *name;
	sandbox_act *act;
	const char *expected;
};

extern const struct attempt attempts[];
extern const size_t attempt_count;

#endif
