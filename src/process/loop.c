/* loop.c - a table of watches by descriptor; timers and signals are descriptors like all others. */
#include "process/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define WATCHES_FIRST 32 /* descriptors that the table has room for at first */
#define SECOND        1000000

struct watch {
	loop_ready *ready; /* NULL: not watched */
	void *whom;
};

struct timer {
	struct timer *next;
	int fd;
	loop_due *due;
	void *whom;
};

struct loop {
	int epoll;
	bool stop;
	struct watch *watches; /* by descriptor */
	size_t size;
	struct timer *timers;

	int signals; /* -1: none */
	loop_signal *arrived;
	void *arrived_whom;
};

struct loop *loop_new(void)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return NULL;
	loop->signals = -1;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		free(loop);
		return NULL;
	}
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	while (loop->timers) {
		struct timer *timer = loop->timers;

		loop->timers = timer->next;
		close(timer->fd);
		free(timer);
	}
	if (loop->signals >= 0)
		close(loop->signals);
	close(loop->epoll);
	free(loop->watches);
	free(loop);
}

static bool loop_watches(const struct loop *loop, int fd)
{
	return fd >= 0 && (size_t)fd < loop->size && loop->watches[fd].ready;
}

/* Room for the descriptor in the table. */
static bool loop_make_room(struct loop *loop, int fd)
{
	size_t size = loop->size ? loop->size : WATCHES_FIRST;
	struct watch *larger;

	if ((size_t)fd < loop->size)
		return true;
	while (size <= (size_t)fd)
		size *= 2;
	larger = reallocarray(loop->watches, size, sizeof(*larger));
	if (!larger)
		return false;
	memset(larger + loop->size, 0, (size - loop->size) * sizeof(*larger));
	loop->watches = larger;
	loop->size = size;
	return true;
}

static bool loop_control(struct loop *loop, int operation, int fd, unsigned events)
{
	struct epoll_event event = { .data.fd = fd };

	if (events & LOOP_READ)
		event.events |= EPOLLIN;
	if (events & LOOP_WRITE)
		event.events |= EPOLLOUT;
	return epoll_ctl(loop->epoll, operation, fd, &event) == 0;
}

bool loop_watch(struct loop *loop, int fd, unsigned events, loop_ready *ready, void *whom)
{
	if (fd < 0) {
		errno = EBADF;
		return false;
	}
	if (!loop_make_room(loop, fd) || !loop_control(loop, EPOLL_CTL_ADD, fd, events))
		return false;
	loop->watches[fd] = (struct watch){ ready, whom };
	return true;
}

bool loop_change(struct loop *loop, int fd, unsigned events)
{
	return loop_control(loop, EPOLL_CTL_MOD, fd, events);
}

void loop_forget(struct loop *loop, int fd)
{
	if (!loop_watches(loop, fd))
		return;
	loop_control(loop, EPOLL_CTL_DEL, fd, 0);
	loop->watches[fd] = (struct watch){ .ready = NULL };
}

static void timer_ready(void *whom, unsigned events)
{
	struct timer *timer = whom;
	uint64_t times;

	(void)events;
	if (read(timer->fd, &times, sizeof(times)) == sizeof(times))
		timer->due(timer->whom, loop_time());
}

/* A descriptor that becomes readable every `usec`; -1: errno. */
static int timer_open(int64_t usec)
{
	struct timespec step = { usec / SECOND, usec % SECOND * 1000 };
	struct itimerspec every = { .it_interval = step, .it_value = step };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	if (fd >= 0 && timerfd_settime(fd, 0, &every, NULL) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

bool loop_every(struct loop *loop, int64_t usec, loop_due *due, void *whom)
{
	struct timer *timer = calloc(1, sizeof(*timer));

	if (!timer)
		return false;
	*timer = (struct timer){ loop->timers, timer_open(usec), due, whom };
	if (timer->fd < 0 || !loop_watch(loop, timer->fd, LOOP_READ, timer_ready, timer)) {
		if (timer->fd >= 0)
			close(timer->fd);
		free(timer);
		return false;
	}
	loop->timers = timer;
	return true;
}

static void signal_ready(void *whom, unsigned events)
{
	struct loop *loop = whom;
	struct signalfd_siginfo info;

	(void)events;
	if (read(loop->signals, &info, sizeof(info)) == sizeof(info))
		loop->arrived(loop->arrived_whom, &info);
}

bool loop_signals(struct loop *loop, const sigset_t *set, loop_signal *arrived, void *whom)
{
	if (loop->signals >= 0) {
		errno = EEXIST;
		return false;
	}
	if (sigprocmask(SIG_BLOCK, set, NULL) != 0)
		return false;
	loop->signals = signalfd(-1, set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (loop->signals < 0)
		return false;
	loop->arrived = arrived;
	loop->arrived_whom = whom;
	return loop_watch(loop, loop->signals, LOOP_READ, signal_ready, loop);
}

static void loop_serve(const struct loop *loop, const struct epoll_event *event)
{
	struct watch watch = loop->watches[event->data.fd];
	unsigned events = 0;

	if (event->events & EPOLLIN)
		events |= LOOP_READ;
	if (event->events & EPOLLOUT)
		events |= LOOP_WRITE;
	if (event->events & (EPOLLHUP | EPOLLERR))
		events |= LOOP_GONE;
	if (watch.ready)
		watch.ready(watch.whom, events);
}

/* One event a wait: so none is in hand for a descriptor that another call back forgets. The kernel
 * takes those that are ready in turn. */
bool loop_run(struct loop *loop)
{
	while (!loop->stop) {
		struct epoll_event event;
		int n = epoll_wait(loop->epoll, &event, 1, -1);

		if (n == 1)
			loop_serve(loop, &event);
		else if (n < 0 && errno != EINTR)
			return false;
	}
	loop->stop = false;
	return true;
}

void loop_stop(struct loop *loop)
{
	loop->stop = true;
}

static int64_t microseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

int64_t loop_time(void)
{
	return microseconds(CLOCK_REALTIME);
}

int64_t loop_boot(void)
{
	return microseconds(CLOCK_BOOTTIME);
}

/* The kernel's, a UUID in text: folded, as only equality counts. */
uint64_t loop_boot_id(void)
{
	static uint64_t id;
	char text[40] = "";
	int fd = id ? -1 : open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text));

	for (ssize_t i = 0; i < got; i++)
		id = (id ^ (uint8_t)text[i]) * 0x100000001b3u; /* FNV-1a */
	if (fd >= 0)
		close(fd);
	return id;
}

int64_t loop_steady(void)
{
	return microseconds(CLOCK_MONOTONIC);
}
