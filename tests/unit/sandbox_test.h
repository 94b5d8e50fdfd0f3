/* sandbox_test.h - processes that enter the sandbox, and what becomes of them. */
#ifndef SANDBOX_TEST_H
#define SANDBOX_TEST_H

#include "process/sandbox.h"

#include <stdbool.h>

enum outcome {
	DID,         /* the act returned true */
	REFUSED,     /* it returned false */
	KILLED,      /* by SIGSYS */
	NOT_ENTERED, /* sandbox_enter() failed */
	OTHER,
};

typedef bool sandbox_act(void *whom);

/* A process that enters the sandbox as `wish` says and then acts. */
enum outcome sandbox_try(const struct sandbox_wish *wish, sandbox_act *act, void *whom);

/* The same in the background; sandbox_end() waits for it. */
pid_t sandbox_start(const struct sandbox_wish *wish, sandbox_act *act, void *whom);
enum outcome sandbox_end(pid_t pid);

/* Somebody to become: nobody, when the test is run as root; else 0. */
uid_t sandbox_user(void);

/* A folder that this somebody may write, of mode 0700, and one beside it. Once for each test. */
const char *sandbox_folder(void);
const char *sandbox_outside(void);
void sandbox_folders_remove(void);

/* A listening socket on 127.0.0.1, and its port. */
int sandbox_listen(unsigned short *port);

/* The version of landlock that this kernel has; 0: none. */
int sandbox_landlock(void);

#endif
