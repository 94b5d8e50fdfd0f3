/* own.h - gives what root made in the folder of another user to that user. */
#ifndef PROCESS_OWN_H
#define PROCESS_OWN_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/* Gives the folder and what lies in it to the user, as far as it is root's: so that root's command line and a process
 * of that user go on with what the other left. Folders below that are somebody else's are not looked into. The user may
 * write there, and so may have laid traps: no link is followed, no file that has a second name is given, and no other
 * file system is entered. False: errno. Nothing where one is not root, or `uid` is 0. */
MUST_USE bool own_give(const char *path, uid_t uid, gid_t gid);

#endif
