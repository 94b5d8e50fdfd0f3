/*
 * warden.h - begins the processes, joins them by channels, and begins again those that end.
 *
 * The warden holds the privileges and reads no byte that came from outside; it is small enough to read in
 * one sitting. It hears the keeper alone, whose frames it hands to `frame` (tower/hands.h) as they came. A process is a fork of it that gives up what it must not have (process/sandbox.h). When a
 * process ends, whatever the reason, it is begun again within a second and its peers get the other end of
 * a new channel to it; nothing else stops.
 */
#ifndef TOWER_WARDEN_H
#define TOWER_WARDEN_H

#include "tower/process.h"
#include "process/loop.h"

#include <stdbool.h>
#include <stddef.h>

#define WARDEN_FDS 136 /* descriptors that a process may inherit: rings, listening sockets */

struct warden_process {
	enum process which;
	int (*run)(void *whom, int warden_fd); /* in the new process; returns its exit code */
	const int *fds; /* the descriptors that it keeps; borrowed */
	size_t fd_count;
	/* Asked once a second until it is begun for the first time, which nobody is told of before; NULL: at once. */
	bool (*wanted)(void *whom);
};

struct warden_settings {
	const struct warden_process *processes; /* borrowed; the keeper first */
	size_t count;
	void *whom;                   /* of all callbacks below, and of run */
	void (*begun)(void *whom, enum process which); /* a process is there to be sent to; may be NULL */
	void (*frame)(void *whom, const struct ipc_frame *frame); /* of the keeper; may be NULL */
	void (*frames_end)(void *whom); /* those that were there have been heard; not NULL with `frame` */
	void (*second)(void *whom, int64_t now);         /* every second; may be NULL */
	void (*reload)(void *whom);                      /* SIGHUP; may be NULL */
};

struct warden;

/* NULL: errno tells why. Caller owns it. */
struct warden *warden_new(const struct warden_settings *settings);

/* Until SIGTERM or SIGINT, and until all processes have ended; the keeper is told last. Exit code. */
int warden_run(struct warden *warden);
void warden_free(struct warden *warden);

/* Asks a process to end, so that it is begun again with what has changed since. */
void warden_renew(struct warden *warden, enum process which);

/* Sends a frame to a process, if it runs. False: it does not, or its channel is full. */
bool warden_send(struct warden *warden, enum process which, uint16_t type, struct span body, int fd);

#endif
