/*
 * deliver_program.c - a program of the administrator's, run once for each message.
 *
 * The words are those of the configuration; nothing of a message is ever in them, and no shell reads
 * them. The message comes as JSON on standard input. See process/spawn.h.
 */
#include "process/spawn.h"
#include "respond/delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM_MAX (10 * USEC_PER_SEC)

static void close_end(struct delivery *d, int *fd)
{
	if (*fd < 0)
		return;
	loop_forget(d->courier->loop, *fd);
	close(*fd);
	*fd = -1;
}

static void input_ready(void *whom, unsigned events)
{
	struct delivery *d = whom;
	ssize_t sent = write(d->program.in, d->body + d->program.sent, d->size - d->program.sent);

	(void)events;
	if (sent > 0)
		d->program.sent += (size_t)sent;
	if (d->program.sent == d->size || (sent < 0 && errno != EAGAIN && errno != EINTR))
		close_end(d, &d->program.in); /* it need not read all of it */
}

static void output_ready(void *whom, unsigned events)
{
	struct delivery *d = whom;
	char bytes[512];
	ssize_t got = read(d->program.out, bytes, sizeof(bytes));

	(void)events;
	if (got > 0)
		delivery_hear(d->program.said, &d->program.heard,
			      (struct span){ (const uint8_t *)bytes, (size_t)got });
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		close_end(d, &d->program.out);
}

/* 0, or an errno. */
static int spawn(struct delivery *d, int in, int out)
{
	const char *words[TARGET_WORDS + 1] = { NULL };
	int error;

	for (unsigned i = 0; i < TARGET_WORDS && d->target->program[i][0]; i++)
		words[i] = d->target->program[i];
	error = spawn_program(words, (int[]){ in, out, out }, &d->program.pid);
	if (error)
		d->program.pid = 0;
	return error;
}

/* Two pipes, whose ends on our side never wait. False: errno. */
static bool open_pipes(int in[2], int out[2])
{
	if (pipe2(in, O_CLOEXEC) != 0)
		return false;
	if (pipe2(out, O_CLOEXEC) == 0) {
		if (fcntl(in[1], F_SETFL, O_NONBLOCK) == 0 && fcntl(out[0], F_SETFL, O_NONBLOCK) == 0)
			return true;
		close(out[0]);
		close(out[1]);
	}
	close(in[0]);
	close(in[1]);
	return false;
}

static void program_begin(struct delivery *d)
{
	int in[2], out[2], error;

	d->program.in = d->program.out = -1;
	d->deadline = loop_steady() + PROGRAM_MAX;
	if (!open_pipes(in, out)) {
		delivery_over(d, DELIVERY_LATER, "no pipes: %s", strerror(errno));
		return;
	}
	error = spawn(d, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	d->program.in = in[1];
	d->program.out = out[0];
	if (error)
		delivery_over(d, error == EAGAIN || error == ENOMEM ? DELIVERY_LATER : DELIVERY_REFUSED,
			      "%s cannot be run: %s", d->target->program[0], strerror(error));
	else if (!loop_watch(d->courier->loop, in[1], LOOP_WRITE, input_ready, d) ||
		 !loop_watch(d->courier->loop, out[0], LOOP_READ, output_ready, d))
		delivery_over(d, DELIVERY_LATER, "it cannot be waited for: %s", strerror(errno));
}

void program_ended(struct delivery *d)
{
	const char *said = d->program.said;
	int status;

	if (d->program.pid == 0 || waitpid(d->program.pid, &status, WNOHANG) != d->program.pid)
		return;
	kill(-d->program.pid, SIGKILL); /* what it left behind */
	d->program.pid = 0;
	if (d->program.out >= 0)
		output_ready(d, 0); /* its last words */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		delivery_over(d, DELIVERY_DONE, "%s", "");
	else if (WIFEXITED(status))
		delivery_over(d, DELIVERY_LATER, "it ended with %d: %s", WEXITSTATUS(status),
			      said[0] ? said : "no words");
	else
		delivery_over(d, DELIVERY_LATER, "it was ended by signal %d", WTERMSIG(status));
}

static void program_stop(struct delivery *d)
{
	close_end(d, &d->program.in);
	close_end(d, &d->program.out);
	if (d->program.pid == 0)
		return;
	kill(-d->program.pid, SIGKILL);
	waitpid(d->program.pid, NULL, 0);
	d->program.pid = 0;
}

const struct way way_program = { program_begin, NULL, program_stop };
