/* run.c - begins a program, hears it until it ends or its time is over, and leaves nothing of it
 * behind. */
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
	const struct run *run;
	struct run_result *result;
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

	r->result->said[0] = '\0';
	text_append(r->result->said, RUN_SAID, "%s: ", name_of(r->run->words[0]));
	if (!text_line(&text, &line))
		line = text_span("it does not say why");
	while (line.len > 0)
		text_append(r->result->said, RUN_SAID, "%s", rune_text(text_rune(&line), rune));
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

/* 0, or an errno: then nothing runs and nothing is open. */
static int begin(struct running *r)
{
	int fds[] = { -1, -1, -1, -1, -1 }; /* input; the two ends of output, and of errors */
	int error = 0;

	fds[0] = input_file(r->run->input);
	if (fds[0] < 0 || pipe2(fds + 1, O_CLOEXEC) != 0 || pipe2(fds + 3, O_CLOEXEC) != 0 ||
	    fcntl(fds[1], F_SETFL, O_NONBLOCK) != 0 || fcntl(fds[3], F_SETFL, O_NONBLOCK) != 0) {
		error = errno;
		close_all(fds, 5);
		return error;
	}
	error = spawn_program(r->run->words, (int[]){ fds[0], fds[2], fds[4] }, &r->pid);
	close_all((int[]){ fds[0], fds[2], fds[4] }, 3);
	r->waits[OUTPUT] = (struct pollfd){ .fd = fds[1], .events = POLLIN };
	r->waits[ERRORS] = (struct pollfd){ .fd = fds[3], .events = POLLIN };
	r->waits[END] = (struct pollfd){ .fd = error ? -1 : pidfd_open(r->pid, 0),
					 .events = POLLIN };
	return error;
}

/* Room for more output, and a NUL behind it. False: there is none, or it would be too much. */
static bool grow(struct running *r)
{
	size_t room = r->room ? r->room * 2 : FIRST_ROOM;
	char *output;

	if (r->used + 1 < r->room)
		return true;
	if (r->used > r->run->most)
		return false;
	if (room > r->run->most + 2) /* a byte too many, to know that there is more, and a NUL */
		room = r->run->most + 2;
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

/* Until it has ended by itself. */
static enum err hear(struct running *r)
{
	for (;;) {
		int64_t left = r->deadline - loop_steady();

		if (left <= 0) {
			say(r, "it took longer than 2 s and was ended");
			return ERR_LIMIT;
		}
		if (poll(r->waits, WAITED, (int)(left / 1000) + 1) <= 0)
			continue;
		hear_errors(r);
		if (!hear_output(r)) {
			say(r, "it wrote more than it may and was ended");
			return ERR_LIMIT;
		}
		if (r->waits[END].revents)
			return OK;
	}
}

/*
 * Ends it and what it began. One that the kernel itself holds cannot be killed: it is not waited
 * for long, and whoever asks for ended children (the warden does) takes it away some day. The code
 * that it ended with, or -1.
 */
static int end(struct running *r)
{
	int status;

	kill(-r->pid, SIGKILL);
	poll(&r->waits[END], 1, LAST_MOMENT);
	if (waitpid(r->pid, &status, WNOHANG) != r->pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static enum err judge(struct running *r, enum err err)
{
	struct run_result *result = r->result;

	result->code = end(r);
	if (r->output)
		r->output[r->used] = '\0';
	if (err != OK)
		result->code = -1;
	else if (result->code != 0)
		say(r, r->errors_used || !r->output ? r->errors : r->output);
	return err == OK && result->code != 0 ? ERR_READ : err;
}

enum err run_program(const struct run *run, struct run_result *result)
{
	struct running r = { .run = run, .result = result, .deadline = loop_steady() + RUN_USEC };
	enum err err = OK;
	int error;

	*result = (struct run_result){ .code = -1 };
	for (int i = 0; i < WAITED; i++)
		r.waits[i].fd = -1;
	error = begin(&r);
	if (error) {
		say(&r, strerror(error));
		err = ERR_OPEN;
	} else {
		err = judge(&r, hear(&r));
	}
	for (int i = 0; i < WAITED; i++)
		if (r.waits[i].fd >= 0)
			close(r.waits[i].fd);
	if (err != OK || !r.output) {
		free(r.output);
		return err;
	}
	result->output = r.output;
	result->size = r.used;
	return OK;
}
