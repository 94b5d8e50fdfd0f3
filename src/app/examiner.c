/* examiner.c - the pool: who is free gets the next message, who fails is replaced. */
#include "app/examiner.h"

#include "app/examiner_private.h"
#include "mail/result_frame.h"
#include "base/pen.h"
#include "process/ipc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAITING  1024
#define LOOK     (250 * 1000) /* microseconds between two looks at the clock */
#define NOBODY   65534
#define QUEUE    (64u << 10)
/* The clock may go so much faster than the processor's time of a child, on a machine that is busy. */
#define PATIENCE 4
#define SECOND   1000000
#define STOPPED  "the reader stopped: "

struct job {
	struct job *next;
	int fd; /* -1: it went to its child */
	uint64_t offset, size;
	size_t name_length;
	uint8_t name[EXAMINER_NAME];
	examiner_done *done;
	void *whom;
};

struct child {
	struct examiner *all;
	pid_t pid; /* 0: not there */
	struct ipc *channel;
	struct job *job;   /* NULL: it is free */
	int64_t deadline;  /* loop_steady() */
	unsigned examined;
	unsigned settings; /* which renewal it was begun with */
	bool late;         /* it was ended because of the deadline */
};

struct examiner {
	struct examiner_settings settings;
	struct loop *loop;
	bool own; /* the loop is ours */
	int null, memory; /* /dev/null; our own /proc/self/statm, or -1 */
	struct child children[EXAMINER_CHILDREN];
	struct job *first, **last; /* those that wait */
	unsigned waiting, busy;
	unsigned renewals;
	uint64_t lost;
	struct mail_result result;
};

/* --- jobs */

static void job_free(struct job *job)
{
	if (job->fd >= 0)
		close(job->fd);
	free(job);
}

/* NULL: no memory or descriptor. */
static struct job *job_new(const struct examiner_message *message, examiner_done *done, void *whom)
{
	struct job *job = malloc(sizeof(*job));

	if (!job)
		return NULL;
	*job = (struct job){ .fd = fcntl(message->fd, F_DUPFD_CLOEXEC, 0),
			     .offset = message->offset,
			     .size = message->size,
			     .done = done,
			     .whom = whom };
	job->name_length = message->name.len < EXAMINER_NAME ? message->name.len : EXAMINER_NAME;
	if (job->name_length)
		memcpy(job->name, message->name.ptr, job->name_length);
	if (job->fd >= 0)
		return job;
	free(job);
	return NULL;
}

/* The examiner's result is that of this job. */
static void job_over(struct examiner *e, struct job *job)
{
	e->busy--;
	job->done(job->whom, &e->result);
	job_free(job);
	if (e->own)
		loop_stop(e->loop);
}

static void job_failed(struct examiner *e, struct job *job, enum finding_id id, const char *why)
{
	struct mail_result *r = &e->result;

	memset(r, 0, sizeof(*r));
	r->verdict = VERDICT_NOT_INSPECTED;
	r->found_count = 1;
	r->found[0].id = id;
	snprintf(r->found[0].path, sizeof(r->found[0].path), "mail");
	snprintf(r->found[0].evidence, sizeof(r->found[0].evidence), STOPPED "%s", why);
	e->lost++;
	job_over(e, job);
}

/* --- children */

/* Bytes of our own address space, which a child begins with. */
static uint64_t address_space(const struct examiner *e)
{
	char text[64];
	ssize_t n = e->memory >= 0 ? pread(e->memory, text, sizeof(text) - 1, 0) : -1;

	if (n <= 0)
		return (uint64_t)1 << 30;
	text[n] = '\0';
	return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Ends it; how it ended, as waitpid() has it. */
static int child_end(struct child *child)
{
	int status = 0;

	loop_forget(child->all->loop, ipc_fd(child->channel));
	ipc_free(child->channel);
	child->channel = NULL;
	kill(child->pid, SIGKILL); /* if it has not ended */
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	child->pid = 0;
	return status;
}

static void serve(struct examiner *e);

/* Its channel has closed, its time is over, or it said what makes no sense. */
static void child_fail(struct child *child, const char *nonsense)
{
	struct examiner *e = child->all;
	struct job *job = child->job;
	int status = child_end(child), number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	child->job = NULL;
	if (job && child->late)
		job_failed(e, job, FINDING_NOT_LIMIT, "it took too long");
	else if (job && nonsense)
		job_failed(e, job, FINDING_NOT_BROKEN, nonsense);
	else if (job && number == SIGXCPU)
		job_failed(e, job, FINDING_NOT_LIMIT, "it took too much of the processor");
	else if (job)
		job_failed(e, job, FINDING_NOT_BROKEN, number ? strsignal(number) : "it ended");
	serve(e);
}

static bool child_frame(void *whom, const struct ipc_frame *frame)
{
	struct child *child = whom;
	struct examiner *e = child->all;
	struct job *job = child->job;

	if (!job || frame->type != EXAMINER_RESULT || result_frame_read(frame->body, &e->result) != OK) {
		child_fail(child, "its answer made no sense");
		return false;
	}
	child->job = NULL;
	if (++child->examined >= EXAMINER_REPLACE || child->settings != e->renewals)
		child_end(child);
	job_over(e, job);
	serve(e);
	return false; /* the channel may be another one by now */
}

static void child_ready(void *whom, unsigned events)
{
	struct child *child = whom;

	(void)events;
	if (ipc_read(child->channel, child_frame, child) != OK)
		child_fail(child, NULL);
}

static bool child_begin(struct child *child)
{
	struct examiner *e = child->all;
	struct examiner_child begin = { .exam = e->settings.exam, .null = e->null, .parent = getpid(),
					.uid = e->settings.uid, .gid = e->settings.gid,
					.memory = address_space(e) };
	int fds[2];

	if (!ipc_pair(fds))
		return false;
	begin.channel = fds[1];
	child->pid = fork();
	if (child->pid == 0)
		examiner_child(&begin);
	close(fds[1]);
	child->channel = child->pid > 0 ? ipc_new(fds[0], QUEUE, false) : NULL;
	if (child->pid < 0)
		close(fds[0]);
	child->examined = 0;
	child->settings = e->renewals;
	if (child->channel && loop_watch(e->loop, fds[0], LOOP_READ, child_ready, child))
		return true;
	if (child->channel)
		child_end(child);
	else if (child->pid > 0)
		kill(child->pid, SIGKILL);
	child->pid = 0;
	return false;
}

static bool child_send(struct child *child, const struct job *job)
{
	uint8_t room[16 + EXAMINER_NAME];
	struct pen pen = pen_init(room, sizeof(room));

	pen_le(&pen, job->offset, 8);
	pen_le(&pen, job->size, 8);
	pen_span(&pen, (struct span){ job->name, job->name_length });
	return ipc_send(child->channel, EXAMINER_MESSAGE, (struct span){ room, pen.used }, job->fd) == OK;
}

/* One that is free; else one that is begun now. NULL: all are busy, or none could be begun. */
static struct child *child_free(struct examiner *e)
{
	struct child *none = NULL;

	for (unsigned i = 0; i < e->settings.children; i++) {
		if (e->children[i].pid && !e->children[i].job)
			return &e->children[i];
		if (!e->children[i].pid && !none)
			none = &e->children[i];
	}
	return none && child_begin(none) ? none : NULL;
}

static void child_take(struct child *child, struct job *job)
{
	child->job = job;
	child->late = false;
	child->deadline = loop_steady() + (int64_t)child->all->settings.exam->limits.seconds * PATIENCE * SECOND;
	if (!child_send(child, job))
		kill(child->pid, SIGKILL); /* its channel tells of it */
	close(job->fd);
	job->fd = -1;
}

/* Hands out what waits. */
static void serve(struct examiner *e)
{
	while (e->first) {
		struct child *child = child_free(e);
		struct job *job = e->first;

		if (!child)
			return;
		e->first = job->next;
		if (!e->first)
			e->last = &e->first;
		e->waiting--;
		child_take(child, job);
	}
}

static void look(void *whom, int64_t now)
{
	struct examiner *e = whom;
	int64_t steady = loop_steady();

	(void)now;
	for (unsigned i = 0; i < EXAMINER_CHILDREN; i++) {
		struct child *child = &e->children[i];

		if (child->pid && child->job && child->deadline < steady) {
			child->late = true;
			child_fail(child, NULL);
		}
	}
	serve(e); /* where no child could be begun before */
}

/* --- the examiner */

static bool examiner_open(struct examiner *e)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct examiner_settings *s = &e->settings;

	if (!s->children)
		s->children = processors > 0 ? (unsigned)processors : 1;
	if (s->children > EXAMINER_CHILDREN)
		s->children = EXAMINER_CHILDREN;
	if (!s->waiting)
		s->waiting = WAITING;
	if (!s->uid)
		s->uid = s->gid = NOBODY;
	for (unsigned i = 0; i < EXAMINER_CHILDREN; i++)
		e->children[i].all = e;
	e->last = &e->first;
	e->memory = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	e->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	e->own = !s->loop;
	e->loop = s->loop ? s->loop : loop_new();
	digest_kit_free(digest_kit_new()); /* libcrypto gets ready once, not in each child */
	return e->null >= 0 && e->loop && loop_every(e->loop, LOOK, look, e);
}

struct examiner *examiner_new(const struct examiner_settings *settings)
{
	struct examiner *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->settings = *settings;
	if (examiner_open(e))
		return e;
	examiner_free(e);
	return NULL;
}

void examiner_free(struct examiner *e)
{
	if (!e)
		return;
	for (unsigned i = 0; i < EXAMINER_CHILDREN; i++) {
		if (e->children[i].job)
			job_free(e->children[i].job);
		if (e->children[i].pid)
			child_end(&e->children[i]);
	}
	while (e->first) {
		struct job *job = e->first;

		e->first = job->next;
		job_free(job);
	}
	if (e->own)
		loop_free(e->loop);
	if (e->memory >= 0)
		close(e->memory);
	if (e->null >= 0)
		close(e->null);
	free(e);
}

bool examiner_begin(struct examiner *e, const struct examiner_message *message, examiner_done *done, void *whom)
{
	struct job *job = e->waiting < e->settings.waiting ? job_new(message, done, whom) : NULL;

	if (!job)
		return false;
	*e->last = job;
	e->last = &job->next;
	e->waiting++;
	e->busy++;
	serve(e);
	return true;
}

unsigned examiner_busy(const struct examiner *e)
{
	return e->busy;
}

bool examiner_idle(const struct examiner *e)
{
	return e->busy < e->settings.children;
}

bool examiner_wait(struct examiner *e)
{
	return e->busy > 0 && loop_run(e->loop);
}

struct one {
	struct mail_result *result;
	bool done;
};

static void take_one(void *whom, const struct mail_result *result)
{
	struct one *one = whom;

	*one->result = *result;
	one->done = true;
}

void examiner_examine(struct examiner *e, const struct examiner_message *message, struct mail_result *result)
{
	struct one one = { .result = result };
	struct job none = { .done = take_one, .whom = &one, .fd = -1 }, *job;

	if (examiner_begin(e, message, take_one, &one)) {
		while (!one.done && examiner_wait(e))
			;
		return;
	}
	job = malloc(sizeof(*job));
	if (!job)
		return;
	*job = none;
	e->busy++;
	job_failed(e, job, FINDING_NOT_LIMIT, "no memory, or no descriptor, for its message");
}

void examiner_renew(struct examiner *e, const struct exam_settings *exam)
{
	e->settings.exam = exam;
	e->renewals++;
	for (unsigned i = 0; i < EXAMINER_CHILDREN; i++)
		if (e->children[i].pid && !e->children[i].job)
			child_end(&e->children[i]);
}

bool examiner_failed(const struct mail_result *result)
{
	return result->verdict == VERDICT_NOT_INSPECTED && result->found_count == 1 &&
	       strncmp(result->found[0].evidence, STOPPED, sizeof(STOPPED) - 1) == 0;
}

uint64_t examiner_lost(const struct examiner *e)
{
	return e->lost;
}

int examiner_memory(struct span bytes)
{
	int fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || (span_write(fd, bytes) &&
		       fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0))
		return fd;
	close(fd);
	return -1;
}
