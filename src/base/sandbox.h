/*
 * sandbox.h - what a process gives up for good, on one visible line: sandbox_enter().
 *
 * In this order: landlock (files; where the kernel has it), all capabilities but those of the role,
 * another user when it is root, no_new_privs, seccomp (an allow list of system calls for each role; what
 * is not on it kills the process, but for a few harmless ones that get EPERM).
 * Sources: landlock(7), seccomp(2), capabilities(7).
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

enum sandbox_role {
	SANDBOX_SENSOR, /* mapped ring, descriptors it was given; no files, no sockets */
	SANDBOX_KEEPER, /* the files of one folder; no sockets but those it was given, which it may accept on */
	SANDBOX_WEB,    /* accepts on one given socket; no files, no connect */
	SANDBOX_TELLER, /* connects to the network, resolves names, runs one configured program; reads CA files */
	SANDBOX_ROLES,
};

struct sandbox_wish {
	enum sandbox_role role;
	uid_t uid; /* to become, when root; 0: stays who it is */
	gid_t gid;
	const char *write;        /* the folder that may be written, NULL: none */
	const char *const *read;  /* paths that may be read, NULL-ended; NULL: none */
	bool may_exec;            /* teller with a program to run */
};

struct sandbox_report {
	bool landlock, capabilities, seccomp, user; /* what holds now */
	char missing[160]; /* what this kernel or user cannot do, for a notice; "" when all holds */
};

/* Cannot be undone. OK also when landlock is missing: *report says so. Anything else that fails is an
 * error, errno tells why, and the caller must end. */
MUST_USE enum err sandbox_enter(const struct sandbox_wish *wish, struct sandbox_report *report);

const char *sandbox_role_name(enum sandbox_role role); /* "sensor" */

#endif
