/*
 * photographer.h - a process of its own that takes pictures of pages, for the site watch: a browser can do nothing in its
 * sandbox, and should not have to.
 *
 * It is forked before the sandbox, becomes the tower's user for good, holds one socket and nothing else, and takes one
 * picture at a time. What it opens is hostile: it answers with eight bytes or none. It ends when its socket closes, within
 * the time that a picture may take.
 */
#ifndef LOOKOUT_PHOTOGRAPHER_H
#define LOOKOUT_PHOTOGRAPHER_H

#include "base/err.h"
#include "site/watch.h"
#include "tower/watch.h"

/* The socket to it, which does not wait; -1: there is none, as it is not wanted, there is no browser, or it could not
 * begin (logged). `folder`: for the browser's files. */
int photographer_new(const struct watch *watch, const char *folder);

/* Asks for one. ERR_WRITE: it is gone. */
MUST_USE enum err photographer_ask(int fd, uint64_t number, const struct site_picture_page *page);
/* An answer. ERR_EMPTY: none yet. ERR_READ: it is gone. `taken` false: it could not be taken. */
MUST_USE enum err photographer_hear(int fd, uint64_t *number, uint8_t hash[8], bool *taken);

#endif
