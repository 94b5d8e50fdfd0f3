/* unpack_walk.h - archives by libarchive, and what is read of them by ourselves. */
#ifndef UNPACK_UNPACK_WALK_H
#define UNPACK_UNPACK_WALK_H

#include "unpack/unpack_private.h"

/* Hands on all files of an archive or image that libarchive reads. `single`: the name of the only file where the archive
 * has no names. True: some of it is encrypted. */
bool unpack_walk(struct exam *e, const struct part *part, struct span single);

/* --- unpack_unseal.c --- */

/* A 7z or RAR that is encrypted, which libarchive does not open. True: *open is the same, without what could be opened of
 * its encryption; its bytes are in the arena. */
bool unpack_unseal(struct exam *e, const struct part *part, struct unpack_lock *lock, struct part *open);

/* What libarchive does not tell. */
struct unpack_facts {
	bool encrypted; /* some files */
	bool sealed;    /* their names as well: there is nothing to be seen */
};
struct unpack_facts unpack_rar_facts(struct exam *e, const struct part *part);
/* ACE and ARJ, of which nothing but the names is read. */
struct unpack_facts unpack_old_facts(struct exam *e, const struct part *part);

#endif
