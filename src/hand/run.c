/* run.c - begins a program, hears it until it ends or its time is over, and leaves nothing of it behind. */
#include "hand/run.h"

#include "base/text.h"
#include "process/loop.h"
#include "process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_ROOM  16384 /* bytes for output at first */
#define ERRORS_MAX  512   /* bytes of standard error that are kept; the rest is only read */
#define LAST_MOMENT 200   /* milliseconds for the kernel to end what was killed */

/* What is waited for, all at once. */
enum { OUTPUT, ERRORS, END, WAITED };

struct running {
	struct run_result result;
	char name[64];
	size_t most;    /* of output */
	bool unwaited;  /* its end may be taken away by others */
	pid_t pid;
	int64_t deadline;
	struct pollfd waits[WAITED]; /* fd -1: not, or not any more */
	char *output;
	size_t used, room;
	char errors[ERRORS_MAX];
	size_t errors_used;
};

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Says why it failed; `what` may be the program's own words: their first line is taken, made
 * visible. */
static void say(struct running *r, const char *what)
{
	struct span text = text_span(what), line = { NULL, 0 };
	char rune[RUNE_TEXT];

	r->result.said[0] = '\0';
	text_append(r->result.said, RUN_SAID, "%s: ", r->name);
	if (!text_line(&text, &line))
		line = text_span("it does not say why");
	while (line.len > 0)
		text_append(r->result.said, RUN_SAID, "%s", rune_text(text_rune(&line), rune));
}

/* A file without a name holds the input, so that no pipe has to be filled while another is emptied.
 */
static int input_file(struct span input)
{
	int fd = memfd_create("hinomi-input", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	if (!span_write(fd, input)) {
		close(fd);
		return -1;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void close_all(int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Without this nobody would be told of its end. 0, or an errno: then it is ended. */
static int end_await(struct running *r)
{
	int error = 0;

	r->waits[END] = (struct pollfd){ .fd = pidfd_open(r->pid, 0), .events = POLLIN };
	if (r->waits[END].fd >= 0)
		return 0;
	error = errno;
	kill(-r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
	return error;
}

/* 0, or an errno: then nothing runs. */
static int begin(struct running *r, const struct run *run)
{
	int fds[] = { -1, -1, -1, -1, -1 }; /* input; the two ends of output, and of errors */
	int error = 0;

	fds[0] = input_file(run->input);
	if (fds[0] < 0 || pipe2(fds + 1, O_CLOEXEC) != 0 || pipe2(fds + 3, O_CLOEXEC) != 0 ||
	    fcntl(fds[1], F_SETFL, O_NONBLOCK) != 0 || fcntl(fds[3], F_SETFL, O_NONBLOCK) != 0) {
		error = errno;
		close_all(fds, 5);
		return error;
	}
	error = spawn_program(run->words, (int[]){ fds[0], fds[2], fds[4] }, &r->pid);
	close_all((int[]){ fds[0], fds[2], fds[4] }, 3);
	r->waits[OUTPUT] = (struct pollfd){ .fd = fds[1], .events = POLLIN };
	r->waits[ERRORS] = (struct pollfd){ .fd = fds[3], .events = POLLIN };
	return error ? error : end_await(r);
}

/* Room for more output, and a NUL behind it. False: there is none, or it would be too much. */
static bool grow(struct running *r)
{
	size_t room = r->room ? r->room * 2 : FIRST_ROOM;
	char *output;

	if (r->used + 1 < r->room)
		return true;
	if (r->used > r->most)
		return false;
	if (room > r->most + 2) /* a byte too many, to know that there is more, and a NUL */
		room = r->most + 2;
	output = realloc(r->output, room);
	if (!output)
		return false;
	r->output = output;
	r->room = room;
	return true;
}

static void forget(struct pollfd *wait)
{
	close(wait->fd);
	wait->fd = -1;
}

/* Takes all that is there. False: too much. */
static bool hear_output(struct running *r)
{
	struct pollfd *wait = &r->waits[OUTPUT];

	while (wait->fd >= 0) {
		ssize_t got;

		if (!grow(r))
			return false;
		got = read(wait->fd, r->output + r->used, r->room - r->used - 1);
		if (got < 0)
			return true;
		r->used += (size_t)got;
		if (got == 0)
			forget(wait);
	}
	return true;
}

static void hear_errors(struct running *r)
{
	struct pollfd *wait = &r->waits[ERRORS];
	char bytes[512];
	ssize_t got = wait->fd >= 0 ? read(wait->fd, bytes, sizeof(bytes)) : -1;
	size_t kept = sizeof(r->errors) - 1 - r->errors_used;

	if (got == 0)
		forget(wait);
	if (got <= 0)
		return;
	kept = (size_t)got < kept ? (size_t)got : kept;
	memcpy(r->errors + r->errors_used, bytes, kept);
	r->errors_used += kept;
}

/* What there is by now, or comes in that many milliseconds. False: it has not ended. */
static bool hear(struct running *r, int wait, enum err *err)
{
	int64_t left = r->deadline - loop_steady();

	*err = ERR_LIMIT;
	if (left <= 0) {
		say(r, "it took longer than 2 s and was ended");
		return true;
	}
	if (wait > left / 1000)
		wait = (int)(left / 1000) + 1;
	if (poll(r->waits, WAITED, wait) <= 0)
		return false;
	hear_errors(r);
	if (!hear_output(r)) {
		say(r, "it wrote more than it may and was ended");
		return true;
	}
	*err = OK;
	return r->waits[END].revents;
}

/*
 * Ends it and what it began. One that the kernel itself holds cannot be killed: it is not waited for long, and
 * whoever asks for ended children (the warden does) takes it away some day. As long as it was not taken away, its
 * group is its own. The code that it ended with, or -1.
 */
static int end(struct running *r)
{
	siginfo_t info = { .si_pid = 0 };
	id_t fd = (id_t)r->waits[END].fd;

	if (waitid(P_PIDFD, fd, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
		return r->unwaited ? 0 : -1;
	kill(-r->pid, SIGKILL);
	poll(&r->waits[END], 1, LAST_MOMENT);
	info.si_pid = 0;
	if (waitid(P_PIDFD, fd, &info, WEXITED | WNOHANG) != 0 || info.si_pid != r->pid || info.si_code != CLD_EXITED)
		return -1;
	return info.si_status;
}

static enum err judge(struct running *r, enum err err)
{
	r->result.code = end(r);
	if (r->output)
		r->output[r->used] = '\0';
	if (err != OK)
		r->result.code = -1;
	else if (r->result.code != 0)
		say(r, r->errors_used || !r->output ? r->errors : r->output);
	return err == OK && r->result.code != 0 ? ERR_READ : err;
}

static int running_init(struct running *r, const struct run *run)
{
	int error;

	*r = (struct running){ .most = run->most, .deadline = loop_steady() + RUN_USEC };
	r->result.code = -1;
	snprintf(r->name, sizeof(r->name), "%s", name_of(run->words[0]));
	for (int i = 0; i < WAITED; i++)
		r->waits[i].fd = -1;
	error = begin(r, run);
	if (error)
		say(r, strerror(error));
	return error;
}

/* Closes all, and hands the result over. */
static enum err running_end(struct running *r, enum err err, struct run_result *result)
{
	for (int i = 0; i < WAITED; i++)
		if (r->waits[i].fd >= 0)
			close(r->waits[i].fd);
	if (err == OK && r->output) {
		r->result.output = r->output;
		r->result.size = r->used;
	} else {
		free(r->output);
	}
	*result = r->result;
	return err;
}

enum err run_program(const struct run *run, struct run_result *result)
{
	struct running r;
	enum err err = ERR_OPEN;

	if (running_init(&r, run) == 0) {
		while (!hear(&r, RUN_USEC / 1000, &err))
			;
		err = judge(&r, err);
	}
	return running_end(&r, err, result);
}

struct running *run_begin(const struct run *run, char said[RUN_SAID])
{
	struct running *r = calloc(1, sizeof(*r));
	struct run_result result;

	if (r && running_init(r, run) == 0) {
		r->unwaited = true;
		return r;
	}
	snprintf(said, RUN_SAID, "%s", r ? r->result.said : "no memory");
	if (r)
		(void)!running_end(r, ERR_OPEN, &result);
	free(r);
	return NULL;
}

bool run_heard(struct running *running, struct run_result *result, enum err *err)
{
	if (!hear(running, 0, err))
		return false;
	*err = running_end(running, judge(running, *err), result);
	free(running);
	return true;
}

void run_drop(struct running *running)
{
	struct run_result result;

	if (!running)
		return;
	(void)!running_end(running, judge(running, ERR_LIMIT), &result);
	free(running);
}
