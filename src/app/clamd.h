/*
 * clamd.h - the opinion of ClamAV's daemon on a message, over its local socket.
 *
 * An opinion besides our own: that it cannot be had is told, and never makes a message clean or lost.
 * Protocol: clamd(8), INSTREAM.
 */
#ifndef APP_CLAMD_H
#define APP_CLAMD_H

#include "base/err.h"

#include <stdint.h>

#define CLAMD_NAME 128

/* Sends `size` bytes of the descriptor from `offset` on. OK: *name is what it calls it, "" when it finds nothing.
 * ERR_OPEN: nobody listens there; ERR_READ, ERR_WRITE: it went away or took more than `seconds`; ERR_LIMIT: longer than it
 * takes; ERR_FORMAT: it answered something else. */
MUST_USE enum err clamd_ask(const char *socket, int fd, uint64_t offset, uint64_t size, char name[CLAMD_NAME]);

#endif
