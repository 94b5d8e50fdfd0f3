/*
 * ipc.h - frames between the processes of the tower: a length, a type, bytes, and now and then a
 * file.
 *
 * A channel is one end of a stream socketpair; nothing here waits. A frame is its header (le32
 * length of the body, le16 type) and its body; a descriptor may ride on the first byte of a frame
 * (SCM_RIGHTS). The other end may be hostile, as a process that was broken into: lengths are
 * checked before memory is taken, what is queued is bounded, and a descriptor that nobody expects
 * is an error and never comes in. Source: unix(7).
 */
#ifndef PROCESS_IPC_H
#define PROCESS_IPC_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

#define IPC_BODY_MAX   (4u << 20) /* bytes of a frame's body */
#define IPC_FILES_MAX  16         /* descriptors that may wait to be sent */
#define IPC_VISITS_MAX 64         /* frames that one ipc_read() visits */

struct ipc;

struct ipc_frame {
	uint16_t type;
	struct span body; /* borrowed for the call, also when the channel is freed in it */
	int fd;           /* -1: none; else the visitor owns it */
};

/* False: errno tells why. Both ends are non-blocking and close on exec. */
MUST_USE bool ipc_pair(int fds[2]);

/* A channel over `fd`, which it owns from now on, even on failure. `queue_max`: bytes that may wait
 * to be written, with what it takes to keep them (at least one whole frame always may). `fds`:
 * whether descriptors may arrive. NULL: no memory. */
struct ipc *ipc_new(int fd, size_t queue_max, bool fds);
void ipc_free(struct ipc *ipc);
int ipc_fd(const struct ipc *ipc);

/* Queues a frame and writes what the socket takes. `fd` (-1: none) is duplicated, not taken.
 * The frame is dropped with ERR_LIMIT: the queue is full, or the body is too long;
 * ERR_MEMORY; ERR_OPEN: there is no further descriptor, errno. ERR_WRITE: the other end is gone. */
MUST_USE enum err ipc_send(struct ipc *ipc, uint16_t type, struct span body, int fd);

/* The same, but `fd` is taken over, also on an error: for who may have no descriptor under another number. */
MUST_USE enum err ipc_give(struct ipc *ipc, uint16_t type, struct span body, int fd);

/* Writes what waits. OK also when some still waits: ipc_waiting(). ERR_WRITE: the other end is
 * gone. */
MUST_USE enum err ipc_flush(struct ipc *ipc);
size_t ipc_waiting(const struct ipc *ipc); /* bytes, counted as for queue_max */

/* Reads what is there and visits each whole frame. The visitor returns false to stop, and must when
 * it freed the channel. OK: nothing more for now, or enough for one call, so that nobody else
 * starves: at most IPC_VISITS_MAX frames, and the socket stays readable. Anything else is for good:
 * ERR_EMPTY: the other end closed. ERR_TRUNCATED: it closed within a frame. ERR_READ: errno.
 * ERR_MEMORY. ERR_FORMAT: not a frame, a descriptor that was not expected, or none was free to take
 * it. */
typedef bool ipc_visit(void *whom, const struct ipc_frame *frame);
MUST_USE enum err ipc_read(struct ipc *ipc, ipc_visit *visit, void *whom);

#endif
