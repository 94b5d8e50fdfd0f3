/*
 * loop.h - waits for descriptors, timers and signals (epoll, timerfd, signalfd), in one thread.
 *
 * The one place besides app/ that reads clocks. Watching, changing and forgetting are allowed from
 * within a call back, also of the descriptor that is just being served: what was forgotten is never
 * called again, even if its number is in use for something else by then.
 */
#ifndef PROCESS_LOOP_H
#define PROCESS_LOOP_H

#include "base/err.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/signalfd.h>

struct loop;

enum loop_events {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	LOOP_GONE = 4 /* hung up or broken; always told */
};

typedef void loop_ready(void *whom, unsigned events);
typedef void loop_due(void *whom, int64_t now); /* now: loop_time() */
typedef void loop_signal(void *whom, const struct signalfd_siginfo *info);

/* NULL: errno tells why. Caller owns it. */
struct loop *loop_new(void);
/* Closes its own descriptors only. Not from within a call back. */
void loop_free(struct loop *loop);

/* False: errno; EEXIST when it is watched already, ENOENT (change) when it is not. The descriptor
 * stays the caller's, who forgets it before closing it. Told again as long as it is so
 * (level-triggered): whoever is told LOOP_GONE forgets it. Forgetting what is not watched does
 * nothing. */
MUST_USE bool loop_watch(struct loop *loop, int fd, unsigned events, loop_ready *ready, void *whom);
bool loop_change(struct loop *loop, int fd, unsigned events);
void loop_forget(struct loop *loop, int fd);

/* Calls every `usec` (above 0) from now on, until the loop is freed; missed ones are not made up
 * for. False: errno. */
MUST_USE bool loop_every(struct loop *loop, int64_t usec, loop_due *due, void *whom);

/* Blocks the signals of the set for the calling thread, and those that it begins later, for good,
 * and calls for each that arrives: before other threads begin. Once a loop. False: errno. */
MUST_USE bool loop_signals(struct loop *loop, const sigset_t *set, loop_signal *arrived,
			   void *whom);

/* Until loop_stop(), also one that came before. False: epoll itself failed, errno. */
MUST_USE bool loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

int64_t loop_time(void);   /* microseconds of UTC since 1970: that of usec_t */
int64_t loop_boot(void);   /* microseconds since the machine began, asleep or not: CLOCK_BOOTTIME */
uint64_t loop_boot_id(void); /* another one each time that the machine begins; 0: not known. Read once, and remembered */
int64_t loop_steady(void); /* microseconds of a clock that is never set */

#endif
