/* process.c - the web process: browsers on one side, the keeper on the other, and the warden behind it. */
#include "web/web.h"

#include "process/ipc.h"
#include "process/loop.h"
#include "base/load.h"
#include "policy/tower.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define QUESTIONS_MAX ((size_t)4 << 20) /* bytes that wait for the keeper */
#define WARDEN_MAX    4096

struct process {
	struct loop *loop;
	struct web *web;
	struct ipc *keeper; /* NULL: it is gone */
	struct ipc *warden; /* NULL: there is none */
	int again;          /* an eventfd, readable as long as the web has more to do */
};

static void keeper_forget(struct process *p)
{
	if (!p->keeper)
		return;
	loop_forget(p->loop, ipc_fd(p->keeper));
	ipc_free(p->keeper);
	p->keeper = NULL;
	web_keeper_lost(p->web, loop_steady());
}

static bool keeper_frame(void *whom, const struct ipc_frame *frame)
{
	struct process *p = whom;
	struct span body = frame->body;

	if (frame->type == TOWER_ANSWER && body.len >= TOWER_NUMBER)
		web_answer(p->web, ld_le64(body.ptr),
			   (struct span){ body.ptr + TOWER_NUMBER, body.len - TOWER_NUMBER },
			   loop_steady());
	else if (frame->type == TOWER_PUSH)
		web_push(p->web, body, loop_steady());
	return true;
}

/* Waits for room as long as something waits to be written. */
static void keeper_wait(struct process *p)
{
	loop_change(p->loop, ipc_fd(p->keeper),
		    LOOP_READ | (ipc_waiting(p->keeper) > 0 ? LOOP_WRITE : 0));
}

static void browsers_serve(struct process *p)
{
	uint64_t one = 1, read_back;

	if (web_run(p->web, loop_steady()))
		(void)!write(p->again, &one, sizeof(one));
	else
		(void)!read(p->again, &read_back, sizeof(read_back));
}

static void keeper_ready(void *whom, unsigned events)
{
	struct process *p = whom;

	if (ipc_read(p->keeper, keeper_frame, p) != OK ||
	    ((events & LOOP_WRITE) && ipc_flush(p->keeper) != OK))
		keeper_forget(p);
	else
		keeper_wait(p);
	browsers_serve(p);
}

/* Takes the descriptor. */
static void keeper_adopt(struct process *p, int fd)
{
	keeper_forget(p);
	p->keeper = ipc_new(fd, QUESTIONS_MAX, false);
	if (p->keeper && !loop_watch(p->loop, fd, LOOP_READ, keeper_ready, p))
		keeper_forget(p);
}

static bool keeper_send(void *whom, uint64_t number, struct span request)
{
	struct process *p = whom;
	uint8_t *body = p->keeper ? malloc(TOWER_NUMBER + request.len) : NULL;
	enum err err;

	if (!body)
		return false;
	memcpy(body, &number, TOWER_NUMBER); /* little-endian as we are: base/load.h */
	memcpy(body + TOWER_NUMBER, request.ptr, request.len);
	err = ipc_send(p->keeper, TOWER_REQUEST,
		       (struct span){ body, TOWER_NUMBER + request.len }, -1);
	free(body);
	if (err == OK) /* one that is gone is seen when it is read from */
		keeper_wait(p);
	return err == OK;
}

static bool warden_frame(void *whom, const struct ipc_frame *frame)
{
	struct process *p = whom;

	if (frame->type == TOWER_KEEPER && frame->fd >= 0)
		keeper_adopt(p, frame->fd);
	else if (frame->fd >= 0)
		close(frame->fd);
	return true;
}

static void warden_ready(void *whom, unsigned events)
{
	struct process *p = whom;

	(void)events;
	if (ipc_read(p->warden, warden_frame, p) != OK) /* without it, nobody begins us again */
		loop_stop(p->loop);
}

static void browsers_ready(void *whom, unsigned events)
{
	(void)events;
	browsers_serve(whom);
}

static void second_passed(void *whom, int64_t now)
{
	(void)now;
	browsers_serve(whom);
}

static void told_to_end(void *whom, const struct signalfd_siginfo *info)
{
	struct process *p = whom;

	(void)info;
	loop_stop(p->loop);
}

static bool process_watch(struct process *p)
{
	sigset_t end;

	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigaddset(&end, SIGINT);
	return loop_signals(p->loop, &end, told_to_end, p) &&
	       loop_watch(p->loop, web_fd(p->web), LOOP_READ, browsers_ready, p) &&
	       loop_watch(p->loop, p->again, LOOP_READ, browsers_ready, p) &&
	       loop_every(p->loop, USEC_PER_SEC, second_passed, p) &&
	       (!p->warden ||
		loop_watch(p->loop, ipc_fd(p->warden), LOOP_READ, warden_ready, p));
}

/* What is open is closed by process_close(). */
static bool process_open(struct process *p, const struct web_settings *settings, int keeper_fd,
			 int warden_fd)
{
	char trouble[WEB_TROUBLE];

	p->again = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	p->loop = loop_new();
	if (p->again < 0 || !p->loop) {
		perror("web");
		return false;
	}
	p->web = web_new(settings, keeper_send, p, trouble);
	if (!p->web) {
		fprintf(stderr, "web: %s\n", trouble);
		return false;
	}
	if (warden_fd >= 0)
		p->warden = ipc_new(warden_fd, WARDEN_MAX, true);
	if ((warden_fd >= 0 && !p->warden) || !process_watch(p)) {
		perror("web");
		return false;
	}
	if (keeper_fd >= 0)
		keeper_adopt(p, keeper_fd);
	return true;
}

static void process_close(struct process *p)
{
	if (p->web && p->keeper)
		keeper_forget(p);
	web_free(p->web);
	ipc_free(p->warden);
	loop_free(p->loop);
	if (p->again >= 0)
		close(p->again);
}

int web_process(const struct web_settings *settings, int keeper_fd, int warden_fd,
		web_confine *confine, void *whom)
{
	struct process p = { .again = -1 };
	bool ok;

	signal(SIGPIPE, SIG_IGN);
	ok = process_open(&p, settings, keeper_fd, warden_fd) && confine(whom) && loop_run(p.loop);
	process_close(&p);
	return ok ? 0 : 1;
}
