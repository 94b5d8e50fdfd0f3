/* folder.h - a folder of the tower's own: made, given to its user, held against a second tower. */
#ifndef PROCESS_FOLDER_H
#define PROCESS_FOLDER_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

#define FOLDER_TROUBLE 512

struct folder_wish {
	const char *path;
	mode_t mode; /* of one that is made */
	uid_t uid;   /* who is to use it; 0: who calls */
	gid_t gid;
};

/*
 * Makes the folder where its parent is there, gives one of root's to the user, and sees that the user can write into it.
 * One that belongs to somebody else is refused, and one of the system's ("/run", one that everybody may write into, one
 * that has files of others in it): a typing error must not give it away. On error *trouble has why and the mend.
 */
MUST_USE enum err folder_own(const struct folder_wish *wish, char trouble[FOLDER_TROUBLE]);

/* Holds the folder until *held is closed, which no child may keep open. ERR_LIMIT: another process holds it. Where the
 * file system cannot do it all is well, and *held is -1. */
MUST_USE enum err folder_hold(const char *path, int *held);

#endif
