/*
 * sorter.h - files in any order in, in path_order() out, in bounded memory.
 *
 * restic lists in that order already; borg lists as it archived, which is by inode number (borg 1.2, scandir_inorder() in
 * src/borg/helpers). What does not fit into memory lies in listings beside the one that is made ("runs").
 */
#ifndef WIPE_SORTER_H
#define WIPE_SORTER_H

#include "wipe/listing.h"

struct sorter;
/* `beside`: runs are files of this name with .run and a number behind it. */
struct sorter *sorter_new(const char *beside, size_t room); /* room: bytes of memory; NULL: no memory */
MUST_USE enum err sorter_put(struct sorter *sorter, const struct listing_entry *entry);
/* No more is put. The path is borrowed until the next call; of equal paths the first is told. ERR_EMPTY: that was all. */
MUST_USE enum err sorter_next(struct sorter *sorter, struct listing_entry *entry);
void sorter_free(struct sorter *sorter); /* runs are removed; NULL is allowed */

#endif
