/* warden.c - fork, join, watch, begin again. */
#include "tower/warden.h"

#include "policy/tower.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK        50000   /* microseconds between two looks at who is to be begun */
#define SECOND      1000000
#define AGAIN_FIRST 20000   /* after this a process is begun again; twice as long each time it ends soon, */
#define AGAIN_MOST  800000  /* at most: a watch that is down sees nothing */
#define SOON        (10 * SECOND)
#define LOUD        5   /* ends that are logged, when one follows soon on the other, ... */
#define QUIET       100 /* ... then one of so many */
#define GOODBYE     (3 * SECOND) /* that processes get to end by themselves, twice: the keeper is last */
#define QUEUE       (1u << 20)

struct child {
	const struct warden_process *process;
	struct warden *warden;
	pid_t pid; /* 0: not there */
	struct ipc *channel;
	int64_t begun; /* loop_time() */
	int64_t again; /* loop_steady() when it is due; 0: never */
	int64_t delay;
	uint32_t restarts;
	uint32_t soon; /* ended soon, without a longer life between */
};

struct warden {
	struct warden_settings settings;
	struct loop *loop;
	struct child children[PROCESSES];
	int64_t next_second;
	int64_t stopping; /* loop_steady() when it began; 0: not */
};

static const char self[] = "warden";

static struct child *child_of(struct warden *w, enum process which)
{
	for (size_t i = 0; i < w->settings.count; i++)
		if (w->children[i].process->which == which)
			return &w->children[i];
	return NULL;
}

/* All descriptors but the standard ones and the kept. */
static void close_others(const int *kept, size_t count)
{
	unsigned from = 3;

	for (;;) {
		unsigned next = ~0u;

		for (size_t i = 0; i < count; i++)
			if (kept[i] >= 0 && (unsigned)kept[i] >= from && (unsigned)kept[i] < next)
				next = (unsigned)kept[i];
		if (next == ~0u)
			break;
		if (next > from)
			close_range(from, next - 1, 0);
		from = next + 1;
	}
	close_range(from, ~0u, 0);
}

/* In the new process. Ctrl-C reaches all processes of a terminal: the warden alone obeys it. */
static void child_main(const struct child *child, int fd)
{
	const struct warden_process *process = child->process;
	int kept[WARDEN_FDS + 1];
	size_t count = 0;
	char name[16];
	sigset_t none;

	for (; count < process->fd_count && count < WARDEN_FDS; count++)
		kept[count] = process->fds[count];
	kept[count++] = fd;
	close_others(kept, count);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(name, sizeof(name), "hinomi-%s", process_name(process->which));
	prctl(PR_SET_NAME, name);
	_exit(process->run(child->warden->settings.whom, fd));
}

/* Who talks to whom; the first hears more than one. */
static const struct {
	enum process first, second;
} pairs[] = {
	{ PROCESS_KEEPER, PROCESS_SENSOR }, { PROCESS_KEEPER, PROCESS_WEB }, { PROCESS_KEEPER, PROCESS_TELLER },
	{ PROCESS_KEEPER, PROCESS_MILTER }, { PROCESS_MAIL, PROCESS_MILTER }, { PROCESS_MAIL, PROCESS_SENSOR },
	{ PROCESS_KEEPER, PROCESS_BACKUP }, { PROCESS_KEEPER, PROCESS_SITE }, { PROCESS_KEEPER, PROCESS_MAIL },
};

static bool hand_peer(const struct child *to, const struct child *peer, int fd)
{
	uint8_t who = (uint8_t)peer->process->which;

	if (peer->process->which == PROCESS_KEEPER)
		return ipc_send(to->channel, TOWER_KEEPER, (struct span){ &who, 0 }, fd) == OK;
	return ipc_send(to->channel, FRAME_PEER, (struct span){ &who, 1 }, fd) == OK;
}

/* A new channel between two. */
static void join(struct child *first, struct child *second)
{
	int fds[2];

	if (!first || !second || !first->pid || !second->pid)
		return;
	if (!ipc_pair(fds)) {
		process_log(self, "no channel between processes: %s", strerror(errno));
		return;
	}
	if (!hand_peer(first, second, fds[0]) || !hand_peer(second, first, fds[1]))
		process_log(self, "the channel of %s did not reach its ends",
			    process_name(second->process->which));
	close(fds[0]);
	close(fds[1]);
}

/* New channels between one that was begun and all that it talks to. */
static void join_all(struct warden *w, enum process which)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].first == which || pairs[i].second == which)
			join(child_of(w, pairs[i].first), child_of(w, pairs[i].second));
}

static void child_leave(struct child *child)
{
	if (child->channel)
		loop_forget(child->warden->loop, ipc_fd(child->channel));
	ipc_free(child->channel);
	child->channel = NULL;
}

static bool keeper_frame(void *whom, const struct ipc_frame *frame)
{
	struct warden *w = whom;

	w->settings.frame(w->settings.whom, frame);
	return true;
}

static void keeper_ready(void *whom, unsigned events)
{
	struct child *keeper = whom;
	struct warden *w = keeper->warden;
	bool there = ipc_read(keeper->channel, keeper_frame, w) == OK;

	(void)events;
	w->settings.frames_end(w->settings.whom);
	if (there)
		return;
	loop_forget(w->loop, ipc_fd(keeper->channel)); /* it is ending, or has sent what is no frame: */
	kill(keeper->pid, SIGKILL);                    /* then it has been broken into */
}

/* Hears the keeper, whom it must have for that. */
static bool child_hear(struct child *child)
{
	struct warden *w = child->warden;

	return !w->settings.frame || child->process->which != PROCESS_KEEPER ||
	       loop_watch(w->loop, ipc_fd(child->channel), LOOP_READ, keeper_ready, child);
}

static bool child_begin(struct child *child)
{
	struct warden *w = child->warden;
	int fds[2];
	pid_t pid;

	if (!ipc_pair(fds))
		return false;
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		child_main(child, fds[1]);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return false;
	}
	child->channel = ipc_new(fds[0], QUEUE, false);
	child->pid = pid;
	child->begun = loop_time();
	child->again = 0;
	if (!child->channel || !child_hear(child)) {
		kill(pid, SIGKILL);
		return true; /* it is begun again when its end is seen */
	}
	join_all(w, child->process->which);
	if (w->settings.begun)
		w->settings.begun(w->settings.whom, child->process->which);
	return true;
}

static void child_ended(struct child *child, int status)
{
	struct warden *w = child->warden;
	const char *name = process_name(child->process->which);
	bool soon = loop_time() - child->begun < SOON;

	child->pid = 0;
	child_leave(child);
	if (w->stopping)
		return;
	child->delay = !soon || !child->delay ? AGAIN_FIRST : 2 * child->delay;
	if (child->delay > AGAIN_MOST)
		child->delay = AGAIN_MOST;
	child->again = loop_steady() + child->delay;
	child->restarts++;
	child->soon = soon ? child->soon + 1 : 1;
	if (child->soon > LOUD && child->soon % QUIET != 0)
		return;
	if (WIFSIGNALED(status))
		process_log(self, "%s was ended by signal %d (%s); begun again", name, WTERMSIG(status),
			  strsignal(WTERMSIG(status)));
	else
		process_log(self, "%s ended with %d; begun again", name, WEXITSTATUS(status));
}

static void reap(struct warden *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < w->settings.count; i++)
			if (w->children[i].pid == pid)
				child_ended(&w->children[i], status);
}

static void stop_children(struct warden *w, bool keeper, int number)
{
	for (size_t i = 0; i < w->settings.count; i++)
		if (w->children[i].pid && (w->children[i].process->which == PROCESS_KEEPER) == keeper)
			kill(w->children[i].pid, number);
}

static unsigned running(const struct warden *w, bool all)
{
	unsigned count = 0;

	for (size_t i = 0; i < w->settings.count; i++)
		count += w->children[i].pid && (all || w->children[i].process->which != PROCESS_KEEPER);
	return count;
}

/* Those that fill the keeper end first; then it writes down what it has, and ends. */
static void stop_on(struct warden *w)
{
	int64_t since = loop_steady() - w->stopping;

	if (since > GOODBYE)
		stop_children(w, false, SIGKILL);
	if (since > 2 * GOODBYE)
		stop_children(w, true, SIGKILL);
	else if (!running(w, false))
		stop_children(w, true, SIGTERM);
	if (!running(w, true))
		loop_stop(w->loop);
}

/* The second number of /proc/PID/statm: resident pages. */
static uint64_t resident(pid_t pid)
{
	unsigned long size = 0, pages = 0;
	char path[32];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%lu %lu", &size, &pages) != 2)
		pages = 0;
	fclose(file);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Tells the keeper how each process is. */
static void tell_processes(struct warden *w)
{
	for (size_t i = 0; i < w->settings.count; i++) {
		const struct child *child = &w->children[i];
		struct process_facts p;

		if (child->process->wanted && !child->begun)
			continue;
		memset(&p, 0, sizeof(p)); /* the padding too: it leaves the process */
		p.process = (uint8_t)child->process->which;
		p.running = child->pid != 0;
		p.restarts = child->restarts;
		p.since = child->begun;
		p.resident = child->pid ? resident(child->pid) : 0;
		warden_send(w, PROCESS_KEEPER, FRAME_FACTS, (struct span){ (uint8_t *)&p, sizeof(p) }, -1);
	}
}

/* One that has run is begun again whatever has become of the reason for it. */
static bool is_wanted(const struct child *child)
{
	return child->begun || !child->process->wanted || child->process->wanted(child->warden->settings.whom);
}

static void warden_tick(void *whom, int64_t now)
{
	struct warden *w = whom;
	int64_t steady = loop_steady();

	reap(w);
	if (w->stopping) {
		stop_on(w);
		return;
	}
	for (size_t i = 0; i < w->settings.count; i++) {
		struct child *child = &w->children[i];

		if (child->channel && ipc_flush(child->channel) != OK)
			continue; /* it is ending: the signal comes */
		if (!child->again || child->again > steady)
			continue;
		if (!is_wanted(child)) {
			child->again = steady + SECOND;
			continue;
		}
		if (!child_begin(child))
			process_log(self, "cannot begin %s: %s", process_name(child->process->which),
				  strerror(errno));
	}
	if (steady < w->next_second)
		return;
	w->next_second = steady + SECOND;
	tell_processes(w);
	if (w->settings.second)
		w->settings.second(w->settings.whom, now);
}

static void warden_signal(void *whom, const struct signalfd_siginfo *info)
{
	struct warden *w = whom;

	switch (info->ssi_signo) {
	case SIGCHLD:
		reap(w);
		break;
	case SIGHUP:
		if (w->settings.reload)
			w->settings.reload(w->settings.whom);
		break;
	default:
		if (!w->stopping) {
			w->stopping = loop_steady();
			stop_children(w, false, SIGTERM);
		}
	}
}

struct warden *warden_new(const struct warden_settings *settings)
{
	struct warden *w = calloc(1, sizeof(*w));
	sigset_t set;

	if (!w)
		return NULL;
	signal(SIGPIPE, SIG_IGN); /* who reads what hands and the log write may be gone */
	w->settings = *settings;
	for (size_t i = 0; i < settings->count; i++) {
		w->children[i].process = &settings->processes[i];
		w->children[i].warden = w;
		w->children[i].again = 1;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	w->loop = loop_new();
	if (w->loop && loop_signals(w->loop, &set, warden_signal, w) &&
	    loop_every(w->loop, TICK, warden_tick, w))
		return w;
	warden_free(w);
	return NULL;
}

int warden_run(struct warden *w)
{
	prctl(PR_SET_NAME, "hinomi-warden");
	warden_tick(w, loop_time()); /* begins all processes now */
	return loop_run(w->loop) ? 0 : 1;
}

void warden_free(struct warden *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->settings.count; i++)
		ipc_free(w->children[i].channel);
	loop_free(w->loop);
	free(w);
}

bool warden_send(struct warden *w, enum process which, uint16_t type, struct span body, int fd)
{
	struct child *child = child_of(w, which);

	return child && child->channel && ipc_send(child->channel, type, body, fd) == OK;
}

void warden_renew(struct warden *w, enum process which)
{
	struct child *child = child_of(w, which);

	if (child && child->pid)
		kill(child->pid, SIGTERM);
}
