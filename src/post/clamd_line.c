/* clamd_line.c - questions that wait, those that clamd was asked, and what it answers, by their numbers. */
#include "post/clamd_line.h"

#include "base/text.h"
#include "tower/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND   INT64_C(1000000)
#define TURN     100000       /* microseconds between two looks at the clock */
#define PATIENCE (3 * SECOND) /* that a question waits for clamd to come back */
#define PING     (5 * SECOND) /* clamd ends a session that is silent for 30 s (CommandReadTimeout) */
#define ASKED    16           /* questions that clamd has at a time: more than it has threads (MaxThreads) */
#define WAITING  256          /* questions that wait besides */
#define ANSWER   1024         /* bytes of an answer */

static const char self[] = "mail";

struct question {
	struct question *next;
	int fd;        /* the message's */
	int64_t until; /* loop_steady() */
	clamd_told *told;
	void *whom;
};

/* An answer that clamd owes us. */
struct owed {
	uint32_t number;
	int64_t since;
	bool ping;
	struct question *question; /* NULL: nobody waits for it any more */
};

struct clamd_line {
	struct loop *loop;
	const char *path;
	int64_t patience; /* microseconds that a question has */
	int fd;           /* -1: there is no connection */
	bool up;          /* clamd has answered on it */
	bool missed;      /* that it does not answer was logged */
	int64_t lost;     /* loop_steady() when it was up for the last time, while it is not */
	int64_t heard;    /* ... when it answered a question for the last time, or the connection began */
	int64_t pinged;
	uint32_t number;  /* of the last question of this session */
	struct owed owed[ASKED + 1]; /* and a ping */
	unsigned owed_count;
	struct question *first, **last; /* those that wait */
	unsigned waiting;
	uint8_t answer[ANSWER];
	size_t used;
};

/* --- questions */

static void question_over(struct question *question, enum err err, const char *name)
{
	question->told(question->whom, err, name);
	close(question->fd);
	free(question);
}

static struct question *waiting_take(struct clamd_line *l, struct question **at)
{
	struct question *question = *at;

	*at = question->next;
	if (!*at)
		l->last = at;
	l->waiting--;
	return question;
}

/* Whether messages wait for clamd, or go without it. */
static bool is_awaited(const struct clamd_line *l, int64_t now)
{
	return l->up || now < l->lost + PATIENCE;
}

/* --- the connection */

/* Hung up, not only closed: the warden has it, too, and sees that it ended. */
static void line_end(struct clamd_line *l, enum err err)
{
	struct owed owed[ASKED + 1];
	unsigned count = l->owed_count;

	if (l->fd < 0)
		return;
	loop_forget(l->loop, l->fd);
	shutdown(l->fd, SHUT_RDWR);
	close(l->fd);
	l->fd = -1;
	if (l->up) {
		process_log(self, "ClamAV (%s): %s; mail is examined without it until it answers", l->path, clamd_why(err));
		l->lost = loop_steady();
		l->missed = true;
	}
	l->up = false;
	memcpy(owed, l->owed, sizeof(owed));
	l->owed_count = 0;
	for (unsigned i = 0; i < count; i++)
		if (owed[i].question)
			question_over(owed[i].question, err, NULL);
}

static void owe(struct clamd_line *l, bool ping, struct question *question)
{
	l->owed[l->owed_count++] = (struct owed){ ++l->number, loop_steady(), ping, question };
}

/* So few bytes go as a whole or not at all, with the descriptor (-1: none). False: not now, or never, which the
 * connection's end tells. */
static bool send_bytes(const struct clamd_line *l, const char *bytes, size_t size, int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec all = { (void *)(uintptr_t)bytes, size };
	struct msghdr message = { .msg_iov = &all, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *head;

		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(head), &fd, sizeof(int));
	}
	return sendmsg(l->fd, &message, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool send_ping(struct clamd_line *l)
{
	static const char first[] = "zIDSESSION\0zPING", further[] = "zPING";
	bool begins = l->number == 0;

	l->pinged = loop_steady();
	if (!send_bytes(l, begins ? first : further, begins ? sizeof(first) : sizeof(further), -1))
		return false;
	owe(l, true, NULL);
	return true;
}

static bool is_pinged(const struct clamd_line *l)
{
	for (unsigned i = 0; i < l->owed_count; i++)
		if (l->owed[i].ping)
			return true;
	return false;
}

/* The descriptor rides on the command and the one byte more that it needs. */
static bool send_question(const struct clamd_line *l, int fd)
{
	static const char command[] = "zFILDES\0";

	return send_bytes(l, command, sizeof(command), fd);
}

/* What clamd can take now; the rest with an answer, or the next turn. */
static void push(struct clamd_line *l)
{
	while (l->up && l->first && l->owed_count < ASKED && send_question(l, l->first->fd))
		owe(l, false, waiting_take(l, &l->first));
}

/* --- answers */

static void line_up(struct clamd_line *l)
{
	if (!l->up)
		process_log(self, "ClamAV (%s) answers: it is asked about mail", l->path);
	l->up = true;
	l->missed = false;
}

/* ERR_FORMAT: no answer that clamd owes. */
static enum err take_answer(struct clamd_line *l, struct span answer)
{
	char name[CLAMD_NAME] = "";
	uint32_t number;
	struct owed owed;
	unsigned i = 0;
	enum err err;

	if (clamd_number_read(&answer, &number) != OK)
		return ERR_FORMAT;
	while (i < l->owed_count && l->owed[i].number != number)
		i++;
	if (i == l->owed_count)
		return ERR_FORMAT;
	owed = l->owed[i];
	l->owed[i] = l->owed[--l->owed_count];
	if (owed.ping) {
		if (!span_equal(answer, text_span("PONG")))
			return ERR_FORMAT;
		line_up(l);
		return OK;
	}
	l->heard = loop_steady();
	err = clamd_answer_read(answer, name);
	if (owed.question)
		question_over(owed.question, err, name);
	return err == ERR_FORMAT ? ERR_FORMAT : OK;
}

static enum err take_answers(struct clamd_line *l)
{
	struct span rest = { l->answer, l->used };
	enum err err = OK;

	while (err == OK && rest.len) {
		const uint8_t *end = memchr(rest.ptr, '\0', rest.len);

		if (!end)
			break;
		err = take_answer(l, (struct span){ rest.ptr, (size_t)(end - rest.ptr) });
		rest = (struct span){ end + 1, rest.len - (size_t)(end - rest.ptr) - 1 };
	}
	memmove(l->answer, rest.ptr, rest.len);
	l->used = rest.len;
	return err == OK && l->used == sizeof(l->answer) ? ERR_FORMAT : err;
}

static void line_ready(void *whom, unsigned events)
{
	struct clamd_line *l = whom;
	ssize_t got = read(l->fd, l->answer + l->used, sizeof(l->answer) - l->used);
	enum err err;

	(void)events;
	if (got <= 0) {
		if (got == 0 || (errno != EAGAIN && errno != EINTR))
			line_end(l, ERR_READ);
		return;
	}
	l->used += (size_t)got;
	err = take_answers(l);
	if (err == OK)
		push(l);
	else
		line_end(l, err);
}

/* --- time */

/* Who waited long enough goes without an answer; clamd may still give it. */
static void give_up(struct clamd_line *l, int64_t now)
{
	bool awaited = is_awaited(l, now);
	struct question **at = &l->first;

	while (*at)
		if (!awaited || (*at)->until <= now)
			question_over(waiting_take(l, at), awaited ? ERR_EMPTY : ERR_OPEN, NULL);
		else
			at = &(*at)->next;
	for (unsigned i = 0; i < l->owed_count; i++)
		if (l->owed[i].question && l->owed[i].question->until <= now) {
			question_over(l->owed[i].question, ERR_EMPTY, NULL);
			l->owed[i].question = NULL;
		}
	if (!awaited && !l->missed)
		process_log(self, "ClamAV (%s): %s; mail is examined without it until it answers", l->path,
			    clamd_why(ERR_OPEN));
	l->missed |= !awaited;
}

/* Something is owed for too long, and no question was answered meanwhile: one that is hard does not end the others'
 * session, and answers to pings alone do not keep it. */
static bool is_silent(const struct clamd_line *l, int64_t now)
{
	bool late = false;

	for (unsigned i = 0; i < l->owed_count; i++)
		late |= l->owed[i].since + l->patience < now;
	return late && l->heard + l->patience < now;
}

static void turn(void *whom, int64_t when)
{
	struct clamd_line *l = whom;
	int64_t now = loop_steady();

	(void)when;
	give_up(l, now);
	if (l->fd < 0)
		return;
	if (is_silent(l, now))
		line_end(l, ERR_EMPTY);
	else if (l->pinged + PING < now && !is_pinged(l))
		send_ping(l);
	push(l);
}

/* --- the line */

struct clamd_line *clamd_line_new(struct loop *loop, const char *path, unsigned seconds)
{
	struct clamd_line *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->loop = loop;
	l->path = path;
	l->patience = seconds * SECOND;
	l->fd = -1;
	l->lost = loop_steady();
	l->last = &l->first;
	if (loop_every(loop, TURN, turn, l))
		return l;
	free(l);
	return NULL;
}

static void question_forget(struct question *question)
{
	if (question)
		close(question->fd);
	free(question);
}

void clamd_line_free(struct clamd_line *l)
{
	if (!l)
		return;
	while (l->first)
		question_forget(waiting_take(l, &l->first));
	for (unsigned i = 0; i < l->owed_count; i++)
		question_forget(l->owed[i].question);
	if (l->fd >= 0)
		close(l->fd);
	free(l);
}

void clamd_line_join(struct clamd_line *l, int fd)
{
	line_end(l, ERR_READ);
	l->fd = fd;
	l->number = 0;
	l->used = 0;
	l->heard = loop_steady();
	if (!loop_watch(l->loop, fd, LOOP_READ, line_ready, l) || !send_ping(l))
		line_end(l, ERR_WRITE);
}

enum clamd_standing clamd_line_standing(const struct clamd_line *l)
{
	if (l->up)
		return CLAMD_ANSWERS;
	return l->missed && !is_awaited(l, loop_steady()) ? CLAMD_AWAY : CLAMD_UNKNOWN;
}

/* Only what nobody can change any more, or cut while clamd reads it. */
static bool is_sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & F_SEAL_WRITE) && (seals & F_SEAL_SHRINK);
}

void clamd_line_ask(struct clamd_line *l, int fd, clamd_told *told, void *whom)
{
	int64_t now = loop_steady();
	struct question *question = NULL;
	enum err err = ERR_MEMORY;

	if (!is_awaited(l, now))
		err = ERR_OPEN;
	else if (!is_sealed(fd))
		err = ERR_UNSUPPORTED;
	else if (l->waiting < WAITING)
		question = malloc(sizeof(*question));
	if (question) {
		*question = (struct question){ NULL, fcntl(fd, F_DUPFD_CLOEXEC, 0), now + l->patience, told, whom };
		if (question->fd < 0) {
			free(question);
			question = NULL;
		}
	}
	if (!question) {
		told(whom, err, NULL);
		return;
	}
	*l->last = question;
	l->last = &question->next;
	l->waiting++;
	push(l);
}
