/* program.c - two pipes and a process descriptor, waited for together. */
#include "snapshot/program.h"

#include "base/line.h"
#include "base/text.h"
#include "process/loop.h"
#include "process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEP_USEC   250000   /* between two tellings of progress */
#define GRACE_USEC  10000000 /* for it to end by itself after it was asked: restic and borg take their locks away */
#define LAST_MOMENT 2000     /* milliseconds for the kernel to end what was killed */
#define CHUNK       65536    /* a pipe's usual room, pipe(7) */
#define DAY_SECONDS 86400u

enum { OUTPUT, ERRORS, END, WAITED };

struct program {
	const struct program_order *order;
	pid_t pid;
	struct pollfd waits[WAITED]; /* fd -1: not any more */
	int64_t began, deadline, stepped;
	enum program_how how; /* why it is being ended, if `ending` */
	bool ending, gone;
	int status;
};

static void close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* 0, or an errno: then nothing runs and nothing is open. */
static int begin(struct program *p)
{
	const struct program_order *order = p->order;
	struct spawn_tied spawn = { order->words, order->environment, order->folder, { -1, -1, -1 } };
	int fds[] = { -1, -1, -1, -1, -1 }; /* input; the two ends of output, and of errors */
	int error = 0;

	fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fds[0] < 0 || pipe2(fds + 1, O_CLOEXEC) != 0 || pipe2(fds + 3, O_CLOEXEC) != 0 ||
	    fcntl(fds[1], F_SETFL, O_NONBLOCK) != 0 || fcntl(fds[3], F_SETFL, O_NONBLOCK) != 0)
		error = errno;
	spawn.fds[0] = fds[0];
	spawn.fds[1] = fds[2];
	spawn.fds[2] = fds[4];
	if (!error)
		error = spawn_tied(&spawn, &p->pid);
	close_all((int[]){ fds[0], fds[2], fds[4] }, 3);
	if (!error) {
		p->waits[END] = (struct pollfd){ .fd = pidfd_open(p->pid, 0), .events = POLLIN };
		error = p->waits[END].fd < 0 ? errno : 0;
		if (error) {
			kill(-p->pid, SIGKILL);
			waitpid(p->pid, NULL, 0);
		}
	}
	if (error) {
		close_all((int[]){ fds[1], fds[3] }, 2);
		return error;
	}
	p->waits[OUTPUT] = (struct pollfd){ .fd = fds[1], .events = POLLIN };
	p->waits[ERRORS] = (struct pollfd){ .fd = fds[3], .events = POLLIN };
	return 0;
}

struct program *program_open(const struct program_order *order, int *error)
{
	struct program *p = calloc(1, sizeof(*p));
	uint32_t seconds = order->job->seconds_max ? order->job->seconds_max : DAY_SECONDS;

	if (!p) {
		*error = ENOMEM;
		return NULL;
	}
	p->order = order;
	p->began = p->stepped = loop_steady();
	p->deadline = p->began + (int64_t)seconds * 1000000;
	*error = begin(p);
	if (*error) {
		free(p);
		return NULL;
	}
	return p;
}

/* Asks it to end; it gets a while for that. */
static void ask(struct program *p, enum program_how how)
{
	if (p->ending)
		return;
	p->ending = true;
	p->how = how;
	p->deadline = loop_steady() + GRACE_USEC;
	/* Not its group: the ssh that it talks through has to carry the removal of its lock. */
	kill(p->pid, p->order->polite);
}

/* Takes what is there: at most as much as the largest pipe holds (1 MiB, pipe(7)), as others may go on writing. */
static void hear(struct program *p, int which)
{
	program_hear *told = which == OUTPUT ? p->order->out : p->order->err;
	struct pollfd *wait = &p->waits[which];
	uint8_t bytes[CHUNK];

	for (int turns = 0; turns < 16; turns++) {
		ssize_t got = wait->fd >= 0 ? read(wait->fd, bytes, sizeof(bytes)) : -1;

		if (got == 0) {
			close(wait->fd);
			wait->fd = -1;
		}
		if (got <= 0)
			return;
		/* What comes after "enough" is taken, so that it can end, and dropped. */
		if (!p->ending && !told(p->order->whom, (struct span){ bytes, (size_t)got }))
			ask(p, PROGRAM_ENOUGH);
	}
}

static void step(struct program *p, int64_t now)
{
	const struct tool_job *job = p->order->job;

	if (now - p->stepped < STEP_USEC)
		return;
	p->stepped = now;
	p->order->progress->seconds = (double)(now - p->began) / 1e6;
	if (!p->ending && job->step && !job->step(job->whom, p->order->progress))
		ask(p, PROGRAM_STOPPED);
}

bool program_turn(struct program *p)
{
	int64_t now = loop_steady();

	if (p->gone)
		return false;
	if (now > p->deadline && p->ending)
		return false; /* program_close() kills it */
	if (now > p->deadline)
		ask(p, PROGRAM_LATE);
	poll(p->waits, WAITED, STEP_USEC / 1000);
	hear(p, OUTPUT);
	hear(p, ERRORS);
	step(p, loop_steady());
	if (!(p->waits[END].revents & POLLIN))
		return true;
	/* What it began may hold the pipes open (an ssh that serves others): only what is there now is taken. */
	hear(p, OUTPUT);
	hear(p, ERRORS);
	p->gone = true;
	return false;
}

/* How it ended, once it has. */
static struct program_end judge(const struct program *p, bool waited)
{
	struct program_end end = { PROGRAM_ENDED, -1, (double)(loop_steady() - p->began) / 1e6 };

	if (waited && WIFEXITED(p->status))
		end.code = WEXITSTATUS(p->status);
	if (p->ending) {
		end.how = p->how;
	} else if (!waited || WIFSIGNALED(p->status)) {
		end.how = PROGRAM_KILLED;
		end.code = waited ? WTERMSIG(p->status) : -1;
	}
	return end;
}

struct program_end program_close(struct program *p)
{
	struct program_end end;

	if (!p->gone && !p->ending)
		ask(p, PROGRAM_ENOUGH);
	while (program_turn(p))
		;
	kill(-p->pid, SIGKILL);
	poll(&p->waits[END], 1, LAST_MOMENT);
	end = judge(p, waitpid(p->pid, &p->status, WNOHANG) == p->pid);
	for (int i = 0; i < WAITED; i++)
		if (p->waits[i].fd >= 0)
			close(p->waits[i].fd);
	free(p);
	return end;
}

bool program_find(const char *name, char path[64])
{
	struct span rest = text_span(PROGRAM_PATH), folder;

	while (line_part(&rest, ':', &folder)) {
		char tried[64];

		snprintf(tried, sizeof(tried), "%.*s/%s", (int)folder.len, (const char *)folder.ptr, name);
		if (access(tried, X_OK) == 0) {
			snprintf(path, 64, "%s", tried);
			return true;
		}
	}
	return false;
}
