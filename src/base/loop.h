/*
 * loop.h - waits for descriptors, timers and signals (epoll, timerfd, signalfd), in one thread.
 *
 * The one place besides app/ that reads clocks. Watching and forgetting are allowed from within a call
 * back, also of the descriptor that is just being served.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/signalfd.h>

struct loop;

enum loop_events { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_GONE = 4 /* hung up or broken; always told */ };

typedef void loop_ready(void *whom, unsigned events);
typedef void loop_due(void *whom, int64_t now); /* now: loop_time() */
typedef void loop_signal(void *whom, const struct signalfd_siginfo *info);

/* NULL: errno tells why. Caller owns it. */
struct loop *loop_new(void);
void loop_free(struct loop *loop); /* closes its own descriptors only */

/* False: errno. The descriptor stays the caller's, who forgets it before closing it. */
bool loop_watch(struct loop *loop, int fd, unsigned events, loop_ready *ready, void *whom);
bool loop_change(struct loop *loop, int fd, unsigned events);
void loop_forget(struct loop *loop, int fd);

/* Calls every `usec` from now on, until the loop ends; missed ones are not made up for. */
bool loop_every(struct loop *loop, int64_t usec, loop_due *due, void *whom);

/* Blocks the signals of the set for the process and calls when one arrives. Once a loop. */
bool loop_signals(struct loop *loop, const sigset_t *set, loop_signal *arrived, void *whom);

/* Until loop_stop(). False: epoll itself failed, errno. */
bool loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

int64_t loop_time(void);  /* microseconds of UTC since 1970: struct usec_t's clock */
int64_t loop_steady(void); /* microseconds of a clock that is never set */

#endif
