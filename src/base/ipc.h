/*
 * ipc.h - frames between the processes of the tower: a length, a type, bytes, and now and then a file.
 *
 * A channel is one end of a stream socketpair, non-blocking. A frame is its header (le32 length of the
 * body, le16 type) and its body; a descriptor may ride on a frame (SCM_RIGHTS). The other end may be
 * hostile, as a process that was broken into: lengths are checked before memory is taken, what is
 * queued is bounded, and a frame with a descriptor that nobody expects is an error and closes it.
 */
#ifndef BASE_IPC_H
#define BASE_IPC_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

#define IPC_BODY_MAX (4u << 20) /* bytes of a frame's body */

struct ipc;

struct ipc_frame {
	uint16_t type;
	struct span body; /* borrowed for the call */
	int fd;           /* -1: none; else the visitor owns it */
};

/* False: errno tells why. Both ends are non-blocking and close on exec. */
MUST_USE bool ipc_pair(int fds[2]);

/* A channel over `fd`, which it owns from now on, even on failure. `queue_max`: bytes that may wait to be
 * written (at least one whole frame always may). `fds`: whether descriptors may arrive. NULL: no memory. */
struct ipc *ipc_new(int fd, size_t queue_max, bool fds);
void ipc_free(struct ipc *ipc);
int ipc_fd(const struct ipc *ipc);

/* Queues a frame and writes what the socket takes. ERR_LIMIT: the queue is full, the frame is dropped
 * and counted. ERR_WRITE: the other end is gone. `fd` (-1: none) is duplicated, not taken. */
MUST_USE enum err ipc_send(struct ipc *ipc, uint16_t type, struct span body, int fd);

/* Writes what waits. OK also when some still waits: ipc_waiting(). */
MUST_USE enum err ipc_flush(struct ipc *ipc);
size_t ipc_waiting(const struct ipc *ipc);
uint64_t ipc_dropped(const struct ipc *ipc); /* frames that found no room */

/* Reads what is there and visits each whole frame. The visitor returns false to stop (as when it freed
 * the channel). OK: nothing more for now. ERR_EMPTY: the other end closed. ERR_FORMAT: not a frame.
 * ERR_READ: errno. At most 64 frames a call, so that nobody else starves: the socket stays readable. */
typedef bool ipc_visit(void *whom, const struct ipc_frame *frame);
MUST_USE enum err ipc_read(struct ipc *ipc, ipc_visit *visit, void *whom);

#endif
