/* milter_lines.c - questions in a list, and the thread that sends them and takes the answers. */
#include "post/milter_lines.h"

#include "base/cursor.h"
#include "milter/held_frame.h"
#include "policy/tower.h"
#include "process/loop.h"
#include "tower/alert_frame.h"
#include "tower/process.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define QUEUE    (16u << 20)
#define TURN     50000 /* microseconds between two tries to send what waits */
#define UNASKED  5     /* seconds that a question waits for somebody to be asked */
#define UNHEARD  120   /* seconds that it waits for the answer: the mail server waits 300 */
#define ALERTS   256   /* that wait for the keeper */

static const char self[] = "milter";

enum line { LINE_MAIL, LINE_KEEPER, LINES };

struct question {
	struct question *next;
	enum line line;
	uint16_t type;
	uint64_t number;
	struct span body; /* behind the number */
	int fd;           /* -1: none */
	pthread_cond_t answered; /* wakes the one who asked, not all who wait */
	bool sent, over;
	bool well;        /* it was answered, and so that it is well */
	struct mail_result *result; /* NULL: none is wanted */
};

struct lines {
	struct loop *loop;
	struct ipc *warden;
	struct talk {
		struct lines *all;
		struct ipc *ipc; /* NULL: not there; only the thread's */
	} talks[LINES];
	int wake; /* an eventfd: there is something to send */
	_Atomic uint8_t level;
	pthread_mutex_t lock;
	pthread_condattr_t clock; /* of those who wait */
	struct question *first; /* all that are not over */
	uint64_t numbers;
	struct alert_bytes {
		struct alert_bytes *next;
		size_t size;
		uint8_t bytes[];
	} *alerts, **last_alert;
	unsigned alert_count;
};

/* --- those who ask */

static struct timespec from_now(time_t seconds)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += seconds;
	return at;
}

static void wake(const struct lines *l)
{
	uint64_t one = 1;

	if (write(l->wake, &one, sizeof(one)) < 0)
		return; /* it is awake already */
}

static void forget(struct lines *l, const struct question *question)
{
	for (struct question **at = &l->first; *at; at = &(*at)->next)
		if (*at == question) {
			*at = question->next;
			return;
		}
}

/* Waits for the end of a question; whether it was answered well. */
static bool ask(struct lines *l, struct question *question)
{
	struct timespec unasked = from_now(UNASKED), unheard = from_now(UNHEARD);
	int late = 0;

	pthread_cond_init(&question->answered, &l->clock);
	pthread_mutex_lock(&l->lock);
	question->number = ++l->numbers;
	question->next = l->first;
	l->first = question;
	wake(l);
	while (!question->over && !(late && (!question->sent || late > 1))) {
		const struct timespec *until = question->sent || late ? &unheard : &unasked;

		if (pthread_cond_timedwait(&question->answered, &l->lock, until) == ETIMEDOUT)
			late = until == &unheard ? 2 : 1;
	}
	if (!question->over)
		forget(l, question);
	pthread_mutex_unlock(&l->lock);
	pthread_cond_destroy(&question->answered);
	return question->over && question->well;
}

bool lines_examine(void *lines, int fd, struct mail_result *result)
{
	struct question question = { .line = LINE_MAIL, .type = FRAME_EXAMINE, .fd = fd, .result = result };

	return ask(lines, &question);
}

bool lines_hold(void *lines, const struct held *held, const struct mail_result *result)
{
	struct question question = { .line = LINE_KEEPER, .type = FRAME_HOLD, .fd = -1 };
	uint8_t *room = malloc(HELD_FRAME_MAX);
	struct pen pen = pen_init(room, room ? HELD_FRAME_MAX : 0);
	bool held_well;

	if (!room)
		return false;
	held_frame_write(&pen, held, result);
	question.body = (struct span){ room, pen.used };
	held_well = ask(lines, &question);
	free(room);
	return held_well;
}

void lines_alert(void *lines, const struct alert *alert)
{
	struct lines *l = lines;
	struct alert_bytes *bytes = malloc(sizeof(*bytes) + ALERT_FRAME_MAX);
	struct pen pen = pen_init(bytes ? bytes->bytes : NULL, bytes ? ALERT_FRAME_MAX : 0);

	if (!bytes)
		return;
	alert_frame_write(&pen, alert);
	bytes->size = pen.used;
	bytes->next = NULL;
	pthread_mutex_lock(&l->lock);
	if (l->alert_count == ALERTS || pen.cut) {
		free(bytes); /* the case has others */
	} else {
		*l->last_alert = bytes;
		l->last_alert = &bytes->next;
		l->alert_count++;
	}
	wake(l);
	pthread_mutex_unlock(&l->lock);
}

enum level lines_level(void *lines)
{
	return (enum level)atomic_load(&((struct lines *)lines)->level);
}

/* --- the thread that talks; below, the lock is held where questions are touched */

static void question_over(struct lines *l, struct question *question, bool well)
{
	forget(l, question);
	question->well = well;
	question->over = true;
	pthread_cond_signal(&question->answered);
}

/* Nobody will answer what this one was asked. */
static void talk_leave(struct talk *talk)
{
	struct lines *l = talk->all;
	struct question *next;

	if (!talk->ipc)
		return;
	loop_forget(l->loop, ipc_fd(talk->ipc));
	ipc_free(talk->ipc);
	talk->ipc = NULL;
	pthread_mutex_lock(&l->lock);
	for (struct question *q = l->first; q; q = next) {
		next = q->next;
		if (q->sent && talk == &l->talks[q->line])
			question_over(l, q, false);
	}
	pthread_mutex_unlock(&l->lock);
}

/* False: there is no room now, or nobody there. */
static bool send_question(struct lines *l, const struct question *question)
{
	struct ipc *ipc = l->talks[question->line].ipc;
	size_t size = 8 + question->body.len;
	uint8_t *room = ipc ? malloc(size) : NULL;
	struct pen pen = pen_init(room, room ? size : 0);
	bool sent;

	if (!room)
		return false;
	pen_le(&pen, question->number, 8);
	pen_span(&pen, question->body);
	sent = ipc_send(ipc, question->type, (struct span){ room, pen.used }, question->fd) == OK;
	free(room);
	return sent;
}

static void send_alerts(struct lines *l)
{
	while (l->alerts && l->talks[LINE_KEEPER].ipc) {
		struct alert_bytes *alert = l->alerts;

		if (ipc_send(l->talks[LINE_KEEPER].ipc, FRAME_ALERT, (struct span){ alert->bytes, alert->size }, -1) !=
		    OK)
			return;
		l->alerts = alert->next;
		if (!l->alerts)
			l->last_alert = &l->alerts;
		l->alert_count--;
		free(alert);
	}
}

static void send_all(struct lines *l)
{
	pthread_mutex_lock(&l->lock);
	for (struct question *q = l->first; q; q = q->next)
		q->sent = q->sent || send_question(l, q);
	send_alerts(l);
	pthread_mutex_unlock(&l->lock);
}

static void take_answer(struct talk *talk, const struct ipc_frame *frame)
{
	struct lines *l = talk->all;
	struct cur c = cur_init(frame->body);
	uint64_t number = cur_le64(&c);
	uint8_t well = cur_u8(&c);

	pthread_mutex_lock(&l->lock);
	for (struct question *q = l->first; q && !c.bad; q = q->next) {
		if (q->number != number || talk != &l->talks[q->line])
			continue;
		if (q->result && result_frame_read(cur_rest(&c), q->result) != OK)
			well = 0;
		question_over(l, q, well == 1);
		break;
	}
	pthread_mutex_unlock(&l->lock);
}

static bool talk_frame(void *whom, const struct ipc_frame *frame)
{
	struct talk *talk = whom;
	struct lines *l = talk->all;
	bool keeper = talk == &l->talks[LINE_KEEPER];

	if (frame->type == (keeper ? FRAME_HELD : FRAME_EXAMINED))
		take_answer(talk, frame);
	else if (keeper && frame->type == FRAME_LEVEL && frame->body.len == 1 && frame->body.ptr[0] < LEVELS)
		atomic_store(&l->level, frame->body.ptr[0]);
	return true;
}

static void talk_ready(void *whom, unsigned events)
{
	struct talk *talk = whom;

	(void)events;
	if (talk->ipc && ipc_read(talk->ipc, talk_frame, talk) != OK)
		talk_leave(talk);
}

static void talk_join(struct talk *talk, int fd)
{
	struct ipc *ipc = ipc_new(fd, QUEUE, false);

	talk_leave(talk);
	talk->ipc = ipc;
	if (ipc && !loop_watch(talk->all->loop, ipc_fd(ipc), LOOP_READ, talk_ready, talk)) {
		ipc_free(ipc);
		talk->ipc = NULL;
	}
	send_all(talk->all);
}

static bool warden_frame(void *whom, const struct ipc_frame *frame)
{
	struct lines *l = whom;

	if (frame->fd < 0)
		return true;
	if (frame->type == TOWER_KEEPER)
		talk_join(&l->talks[LINE_KEEPER], frame->fd);
	else if (frame->type == FRAME_PEER && frame->body.len == 1 && frame->body.ptr[0] == PROCESS_MAIL)
		talk_join(&l->talks[LINE_MAIL], frame->fd);
	else
		close(frame->fd);
	return true;
}

static void warden_ready(void *whom, unsigned events)
{
	struct lines *l = whom;

	(void)events;
	if (ipc_read(l->warden, warden_frame, l) != OK)
		_exit(0); /* without the warden there is no tower */
}

static void woken(void *whom, unsigned events)
{
	struct lines *l = whom;
	uint64_t times;

	(void)events;
	if (read(l->wake, &times, sizeof(times)) == sizeof(times))
		send_all(l);
}

static void turn(void *whom, int64_t now)
{
	struct lines *l = whom;

	(void)now;
	for (enum line line = 0; line < LINES; line++)
		if (l->talks[line].ipc && ipc_flush(l->talks[line].ipc) != OK)
			talk_leave(&l->talks[line]);
	send_all(l);
}

static void *talk_on(void *whom)
{
	struct lines *l = whom;

	if (!loop_run(l->loop))
		process_log(self, "waiting failed: %s", strerror(errno));
	_exit(1);
}

struct lines *lines_new(int warden_fd)
{
	struct lines *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->last_alert = &l->alerts;
	for (enum line line = 0; line < LINES; line++)
		l->talks[line].all = l;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&l->clock);
	pthread_condattr_setclock(&l->clock, CLOCK_MONOTONIC);
	l->warden = ipc_new(warden_fd, QUEUE, true);
	l->loop = loop_new();
	l->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (l->warden && l->loop && loop_watch(l->loop, ipc_fd(l->warden), LOOP_READ, warden_ready, l) &&
	    loop_watch(l->loop, l->wake, LOOP_READ, woken, l) && loop_every(l->loop, TURN, turn, l))
		return l;
	return NULL; /* the process ends */
}

bool lines_begin(struct lines *l)
{
	sigset_t all, before;
	pthread_t thread;
	bool begun;

	sigfillset(&all); /* signals are libmilter's */
	pthread_sigmask(SIG_BLOCK, &all, &before);
	begun = pthread_create(&thread, NULL, talk_on, l) == 0 && pthread_detach(thread) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return begun;
}
