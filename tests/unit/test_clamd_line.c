/* test_clamd_line.c - many questions over one connection, and what clamd may do instead of answering: its end is ours. */
#include "post/clamd_line.h"

#include "app/examiner.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define ASKED 20 /* more than clamd gets at a time */
#define FIRST "zIDSESSION\0zPING"
#define ASK   "zFILDES\0"

struct told {
	bool is;
	enum err err;
	char name[CLAMD_NAME];
};

struct place {
	struct loop *loop;
	struct clamd_line *line;
	int end; /* clamd's, of the connection */
	int message;
	struct told told[ASKED];
};

static void take(void *whom, enum err err, const char *name)
{
	struct told *told = whom;

	assert_false(told->is);
	*told = (struct told){ .is = true, .err = err };
	snprintf(told->name, sizeof(told->name), "%s", name ? name : "");
}

static void join(struct place *p)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
	if (p->end >= 0)
		close(p->end);
	p->end = fds[1];
	clamd_line_join(p->line, fds[0]);
}

static void stop(void *whom, int64_t now)
{
	(void)now;
	loop_stop(whom);
}

static int place_with(struct place *p, unsigned seconds)
{
	*p = (struct place){ .loop = loop_new(), .end = -1, .message = examiner_memory(text_span("a message")) };
	p->line = clamd_line_new(p->loop, "/clamd", seconds);
	if (!p->line || !loop_every(p->loop, 10000, stop, p->loop))
		return -1;
	join(p);
	return 0;
}

/* Questions have so long that no machine is too slow for what is told in time. */
static int place_open(void **state)
{
	static struct place place;

	*state = &place;
	return place_with(&place, 60);
}

static int place_open_short(void **state)
{
	static struct place place;

	*state = &place;
	return place_with(&place, 2);
}

static int place_close(void **state)
{
	struct place *p = *state;

	clamd_line_free(p->line);
	loop_free(p->loop);
	close(p->end);
	close(p->message);
	return 0;
}

/* What there is to do is done: the loop goes around a few times. */
static void go(struct place *p)
{
	for (int i = 0; i < 3; i++)
		assert_true(loop_run(p->loop));
}

static void ask(struct place *p, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		clamd_line_ask(p->line, p->message, take, &p->told[i]);
}

static void say(struct place *p, const char *bytes, size_t size)
{
	assert_int_equal(send(p->end, bytes, size, MSG_NOSIGNAL), size);
	go(p);
}

#define SAY(place, text) say(place, text, sizeof(text)) /* with its NUL */

/* Clamd hears exactly this. */
static void hears(struct place *p, const char *bytes, size_t size)
{
	char room[64] = "";

	assert_int_equal(recv(p->end, room, size, 0), size);
	assert_memory_equal(room, bytes, size);
}

/* Clamd is asked once: the descriptor that it gets is that of the message. */
static void hears_question(struct place *p)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char room[sizeof(ASK)], text[16] = "";
	struct iovec bytes = { room, sizeof(room) };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control.room,
				  .msg_controllen = sizeof(control.room) };
	int fd;

	assert_int_equal(recvmsg(p->end, &message, 0), sizeof(ASK));
	assert_memory_equal(room, ASK, sizeof(ASK));
	assert_non_null(CMSG_FIRSTHDR(&message));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	assert_int_equal(pread(fd, text, sizeof(text), 0), 9);
	assert_string_equal(text, "a message");
	close(fd);
}

static void hears_nothing(struct place *p)
{
	char byte;

	assert_int_equal(recv(p->end, &byte, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
}

static void is_hung_up(struct place *p)
{
	char room[1024];
	ssize_t got;

	while ((got = recv(p->end, room, sizeof(room), 0)) > 0)
		;
	assert_int_equal(got, 0);
}

static void told(const struct told *told, enum err err, const char *name)
{
	assert_true(told->is);
	assert_int_equal(told->err, err);
	assert_string_equal(told->name, name);
}

static void up(struct place *p)
{
	hears(p, FIRST, sizeof(FIRST));
	SAY(p, "1: PONG");
}

static void answers_find_their_questions(void **state)
{
	struct place *p = *state;

	ask(p, 0, 3); /* before clamd has answered at all: they wait */
	go(p);
	hears(p, FIRST, sizeof(FIRST));
	hears_nothing(p);
	SAY(p, "1: PONG");
	for (int i = 0; i < 3; i++)
		hears_question(p);
	say(p, "4: fd[12]: Own.Te", 17); /* in pieces, in another order */
	assert_false(p->told[2].is);
	say(p, "st FOUND\0" "2: fd[10]: OK\0" "3: fd[11]: Can't rea", 43);
	told(&p->told[2], OK, "Own.Test");
	told(&p->told[0], OK, "");
	assert_false(p->told[1].is);
	SAY(p, "d file ERROR");
	told(&p->told[1], ERR_UNSUPPORTED, "");
}

static void no_more_than_clamd_can_take(void **state)
{
	struct place *p = *state;

	up(p);
	ask(p, 0, ASKED);
	for (int i = 0; i < 16; i++)
		hears_question(p);
	hears_nothing(p);
	SAY(p, "9: fd[12]: OK");
	told(&p->told[7], OK, "");
	hears_question(p);
	hears_nothing(p);
}

static void nonsense_ends_the_connection(void **state)
{
#define NONSENSE(text) { text, sizeof(text) }
	static const struct {
		const char *bytes;
		size_t size;
	} nonsense[] = {
		NONSENSE("UNKNOWN COMMAND"), NONSENSE("3: fd[9]: OK"), NONSENSE("2: PONG"), NONSENSE("2: fd[9]: FOUND"),
		NONSENSE("2: fd[9]:  FOUND"), NONSENSE("0: fd[9]: OK"), NONSENSE("4294967298: fd[9]: OK"), NONSENSE(""),
	};
	struct place *p = *state;
	char much[1024];

	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		join(p);
		up(p);
		ask(p, 0, 1);
		say(p, nonsense[i].bytes, nonsense[i].size);
		told(&p->told[0], ERR_FORMAT, "");
		is_hung_up(p);
		p->told[0].is = false;
	}
	join(p);
	up(p);
	ask(p, 0, 1);
	memset(much, '2', sizeof(much));
	say(p, much, sizeof(much));
	told(&p->told[0], ERR_FORMAT, "");
	is_hung_up(p);
}

static void clamd_goes_and_comes(void **state)
{
	struct place *p = *state;

	up(p);
	ask(p, 0, 1);
	hears_question(p);
	close(p->end);
	p->end = -1;
	go(p);
	told(&p->told[0], ERR_READ, "");
	ask(p, 1, 2); /* waits */
	go(p);
	assert_false(p->told[1].is);
	join(p);
	up(p);
	hears_question(p);
	SAY(p, "2: fd[9]: Heuristics.Limits.Exceeded.MaxFileSize FOUND");
	told(&p->told[1], ERR_LIMIT, "");
}

/* A question has two seconds; then the connection is of no use, and when clamd does not come back, nothing waits for it. */
static void silence_ends_the_connection(void **state)
{
	struct place *p = *state;

	up(p);
	ask(p, 0, 1);
	while (!p->told[0].is)
		go(p);
	told(&p->told[0], ERR_EMPTY, "");
	for (bool waits = true; waits;) {
		p->told[1].is = false;
		ask(p, 1, 2);
		waits = !p->told[1].is;
		while (!p->told[1].is)
			go(p);
	}
	told(&p->told[1], ERR_OPEN, "");
	is_hung_up(p);
	join(p);
	up(p);
	ask(p, 2, 3);
	hears_question(p);
}

static void only_what_is_sealed(void **state)
{
	struct place *p = *state;
	int open = memfd_create("open", MFD_ALLOW_SEALING);

	up(p);
	clamd_line_ask(p->line, open, take, &p->told[0]);
	told(&p->told[0], ERR_UNSUPPORTED, "");
	hears_nothing(p);
	close(open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_find_their_questions, place_open, place_close),
		cmocka_unit_test_setup_teardown(no_more_than_clamd_can_take, place_open, place_close),
		cmocka_unit_test_setup_teardown(nonsense_ends_the_connection, place_open, place_close),
		cmocka_unit_test_setup_teardown(clamd_goes_and_comes, place_open, place_close),
		cmocka_unit_test_setup_teardown(silence_ends_the_connection, place_open_short, place_close),
		cmocka_unit_test_setup_teardown(only_what_is_sealed, place_open, place_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
