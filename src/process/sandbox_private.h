/* sandbox_private.h - the two large parts of sandbox.c: landlock and seccomp. False: errno tells
 * why. */
#ifndef PROCESS_SANDBOX_PRIVATE_H
#define PROCESS_SANDBOX_PRIVATE_H

#include "process/sandbox.h"

/* Landlock. *version: the kernel's ABI, 0 when it has none and nothing was done. Needs
 * no_new_privs. */
MUST_USE bool sandbox_confine_files(const struct sandbox_wish *wish, int *version);

#define SANDBOX_PORTS_SINCE  4 /* versions of landlock that know of ports, and of signals */
#define SANDBOX_SCOPES_SINCE 6

/* Seccomp: the last step, as it takes the calls of the others away. Needs no_new_privs. */
MUST_USE bool sandbox_confine_calls(const struct sandbox_wish *wish);

#endif
