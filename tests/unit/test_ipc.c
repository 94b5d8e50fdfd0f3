/*
 * test_ipc.c - frames as they go, and what a hostile other end may do: cut, lie, flood, smuggle.
 *
 * Every test counts the process's descriptors before and after.
 */
#include "process/ipc.h"
#include "descriptors_test.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define HEADER    6
#define QUEUE     4096
#define SEEN_MAX  256
#define BODY_KEPT 64

/* What a visitor saw. */
struct seen {
	unsigned frames;
	uint16_t type[SEEN_MAX];
	size_t len[SEEN_MAX];
	char body[SEEN_MAX][BODY_KEPT]; /* as much as fits, as a string */
	int fd[SEEN_MAX];               /* kept open until seen_close() */
	unsigned stop_after;            /* 0: never */
	struct ipc *free_at_stop;
	uint32_t sum; /* of all bytes */
};

static int descriptors_before;

static int remember(void **state)
{
	(void)state;
	descriptors_before = descriptors_open();
	return 0;
}

static int compare(void **state)
{
	(void)state;
	return descriptors_open() == descriptors_before ? 0 : -1;
}

static bool see(void *whom, const struct ipc_frame *frame)
{
	struct seen *seen = whom;
	unsigned i = seen->frames++;
	size_t kept = frame->body.len < BODY_KEPT - 1 ? frame->body.len : BODY_KEPT - 1;

	assert_true(i < SEEN_MAX);
	seen->type[i] = frame->type;
	seen->len[i] = frame->body.len;
	seen->fd[i] = frame->fd;
	if (seen->stop_after && seen->frames == seen->stop_after) {
		ipc_free(seen->free_at_stop);
		seen->free_at_stop = NULL;
	}
	memcpy(seen->body[i], frame->body.ptr, kept);
	for (size_t at = 0; at < frame->body.len; at++)
		seen->sum = seen->sum * 31 + frame->body.ptr[at];
	return seen->frames != seen->stop_after;
}

static void seen_close(struct seen *seen)
{
	for (unsigned i = 0; i < seen->frames; i++)
		if (seen->fd[i] >= 0)
			close(seen->fd[i]);
}

static struct span text(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

/* A channel, and the raw other end. */
static struct ipc *channel(int *other, size_t queue_max, bool fds)
{
	struct ipc *ipc;
	int ends[2];

	assert_true(ipc_pair(ends));
	*other = ends[1];
	ipc = ipc_new(ends[0], queue_max, fds);
	assert_non_null(ipc);
	return ipc;
}

static void channels(struct ipc **a, struct ipc **b, bool fds)
{
	int other;

	*a = channel(&other, QUEUE, false);
	*b = ipc_new(other, QUEUE, fds);
	assert_non_null(*b);
}

static void put(int fd, const void *bytes, size_t n)
{
	assert_int_equal(write(fd, bytes, n), n);
}

/* Bytes with descriptors beside them, as a hostile process sends them. */
static void put_with(int fd, const void *bytes, size_t n, const int *files, unsigned count)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(8 * sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec data = { (void *)bytes, n };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = CMSG_SPACE(count * sizeof(int)) };

	control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(count * sizeof(int)),
					   .cmsg_level = SOL_SOCKET,
					   .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), files, count * sizeof(int));
	assert_int_equal(sendmsg(fd, &message, 0), n);
}

static void test_frames(void **state)
{
	struct seen seen = { .frames = 0 };
	struct ipc *a, *b;

	(void)state;
	channels(&a, &b, false);
	assert_int_equal(ipc_send(a, 7, text("first"), -1), OK);
	assert_int_equal(ipc_send(a, 65535, text(""), -1), OK);
	assert_int_equal(ipc_send(a, 0, (struct span){ (const uint8_t *)"\0x", 2 }, -1), OK);
	assert_int_equal(ipc_waiting(a), 0);
	assert_int_equal(ipc_read(b, see, &seen), OK);
	assert_int_equal(seen.frames, 3);
	assert_int_equal(seen.type[0], 7);
	assert_string_equal(seen.body[0], "first");
	assert_int_equal(seen.type[1], 65535);
	assert_int_equal(seen.len[1], 0);
	assert_int_equal(seen.type[2], 0);
	assert_memory_equal(seen.body[2], "\0x", 2);
	assert_int_equal(seen.fd[0], -1);
	assert_int_equal(ipc_read(b, see, &seen), OK);
	assert_int_equal(seen.frames, 3);
	ipc_free(a);
	assert_int_equal(ipc_read(b, see, &seen), ERR_EMPTY);
	assert_int_equal(ipc_read(b, see, &seen), ERR_EMPTY);
	ipc_free(b);
	ipc_free(NULL);
}

/* The bytes on the wire are what the header says; each may come alone. */
static void test_byte_by_byte(void **state)
{
	static const uint8_t wire[] = "\3\0\0\0\1\2abc\0\0\0\0\5\0";
	struct seen seen = { .frames = 0 };
	int other;
	struct ipc *ipc = channel(&other, QUEUE, true);

	(void)state;
	for (size_t i = 0; i < sizeof(wire) - 1; i++) {
		assert_int_equal(seen.frames, i >= HEADER + 3);
		put(other, wire + i, 1);
		assert_int_equal(ipc_read(ipc, see, &seen), OK);
	}
	assert_int_equal(seen.frames, 2);
	assert_int_equal(seen.type[0], 0x201);
	assert_string_equal(seen.body[0], "abc");
	assert_int_equal(seen.type[1], 5);
	assert_int_equal(seen.len[1], 0);
	close(other);
	ipc_free(ipc);
}

static void test_writes_the_wire(void **state)
{
	uint8_t wire[16];
	int other;
	struct ipc *ipc = channel(&other, QUEUE, false);

	(void)state;
	assert_int_equal(ipc_send(ipc, 0x201, text("abc"), -1), OK);
	assert_int_equal(read(other, wire, sizeof(wire)), 9);
	assert_memory_equal(wire, "\3\0\0\0\1\2abc", 9);
	close(other);
	ipc_free(ipc);
}

/* A frame larger than the socket holds goes in pieces, also the largest; nothing is kept of it. */
static void test_large(void **state)
{
	uint8_t *bytes = malloc(IPC_BODY_MAX + 1);
	struct seen seen = { .frames = 0 };
	struct ipc *a, *b;
	uint32_t sum = 0;

	(void)state;
	channels(&a, &b, false);
	for (size_t i = 0; i < IPC_BODY_MAX; i++) {
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
		sum = sum * 31 + bytes[i];
	}
	bytes[IPC_BODY_MAX] = 0;
	assert_int_equal(ipc_send(a, 1, (struct span){ bytes, IPC_BODY_MAX + 1 }, -1), ERR_LIMIT);
	assert_int_equal(ipc_send(a, 1, (struct span){ bytes, IPC_BODY_MAX }, -1), OK);
	assert_true(ipc_waiting(a) > QUEUE);
	for (unsigned i = 0; seen.frames == 0 && i < 10000; i++) {
		assert_int_equal(ipc_read(b, see, &seen), OK);
		assert_int_equal(ipc_flush(a), OK);
	}
	assert_int_equal(seen.frames, 1);
	assert_int_equal(seen.len[0], IPC_BODY_MAX);
	assert_int_equal(seen.sum, sum);
	assert_int_equal(ipc_waiting(a), 0);
	free(bytes);
	ipc_free(a);
	ipc_free(b);
}

/* Sends until the queue is full. Returns how many frames were taken. */
static unsigned fill(struct ipc *ipc, struct span body)
{
	unsigned taken = 0;
	enum err err;

	while ((err = ipc_send(ipc, 1, body, -1)) == OK)
		taken++;
	assert_int_equal(err, ERR_LIMIT);
	return taken;
}

/* Whoever is not read keeps a bounded queue, counts what it dropped, and loses nothing else. */
static void test_queue(void **state)
{
	uint8_t body[512] = { 1 };
	struct span span = { body, sizeof(body) };
	struct seen seen = { .frames = 0 };
	unsigned taken, got = 0;
	struct ipc *a, *b;

	(void)state;
	channels(&a, &b, false);
	taken = fill(a, span);
	assert_true(taken > QUEUE / sizeof(body) - 2);
	assert_true(ipc_waiting(a) > 0 && ipc_waiting(a) <= QUEUE);
	assert_int_equal(ipc_send(a, 1, span, -1), ERR_LIMIT);
	for (unsigned i = 0; i < 1000 && (ipc_waiting(a) || seen.frames); i++) {
		seen.frames = 0;
		assert_int_equal(ipc_read(b, see, &seen), OK);
		got += seen.frames;
		assert_true(seen.frames <= IPC_VISITS_MAX);
		assert_int_equal(ipc_flush(a), OK);
	}
	assert_int_equal(got, taken);
	assert_int_equal(ipc_send(a, 1, span, -1), OK);
	ipc_free(a);
	ipc_free(b);
}

/* Empty frames cost what it takes to keep them, and room that became free is used at once. */
static void test_queue_of_empty_frames(void **state)
{
	struct seen seen = { .frames = 0 };
	struct ipc *a, *b;
	size_t waiting;

	(void)state;
	channels(&a, &b, false);
	fill(a, text(""));
	waiting = ipc_waiting(a);
	assert_true(waiting <= QUEUE);
	assert_true(waiting + 64 > QUEUE);
	assert_int_equal(ipc_read(b, see, &seen), OK);
	assert_int_equal(seen.frames, IPC_VISITS_MAX);
	assert_int_equal(ipc_send(a, 1, text(""), -1), OK);
	ipc_free(a); /* with a queue */
	ipc_free(b);
}

static void test_one_always_fits(void **state)
{
	uint8_t *body = calloc(1, 1 << 20);
	int other;
	struct ipc *ipc = channel(&other, 1, false);

	(void)state;
	assert_int_equal(ipc_send(ipc, 1, (struct span){ body, 1 << 20 }, -1), OK);
	assert_true(ipc_waiting(ipc) > 1 << 20);
	assert_int_equal(ipc_send(ipc, 1, text("x"), -1), ERR_LIMIT);
	free(body);
	close(other);
	ipc_free(ipc);
}

/* A length beyond the bound is refused before memory is taken, and for good. */
static void test_too_long(void **state)
{
	static const uint8_t wire[] = { 1, 0, 0x40, 0, 1, 0 };
	struct seen seen = { .frames = 0 };
	int other;
	struct ipc *ipc = channel(&other, QUEUE, false);

	(void)state;
	put(other, wire, sizeof(wire));
	assert_int_equal(ipc_read(ipc, see, &seen), ERR_FORMAT);
	put(other, "\0\0\0\0\1\0", HEADER);
	assert_int_equal(ipc_read(ipc, see, &seen), ERR_FORMAT);
	assert_int_equal(seen.frames, 0);
	close(other);
	ipc_free(ipc);
}

static void test_cut(void **state)
{
	static const char wire[] = "\3\0\0\0\1\0ab";

	(void)state;
	for (size_t n = 1; n < sizeof(wire); n++) {
		struct seen seen = { .frames = 0 };
		int other;
		struct ipc *ipc = channel(&other, QUEUE, false);

		put(other, wire, n);
		close(other);
		assert_int_equal(ipc_read(ipc, see, &seen), ERR_TRUNCATED);
		assert_int_equal(ipc_read(ipc, see, &seen), ERR_TRUNCATED);
		assert_int_equal(seen.frames, 0);
		ipc_free(ipc);
	}
}

/* The other end is gone: an error, no signal; what it sent before is still read, also when it left
 * something of ours unread. */
static void test_gone(void **state)
{
	struct seen seen = { .frames = 0 };
	struct ipc *a, *b;

	(void)state;
	channels(&a, &b, false);
	assert_int_equal(ipc_send(a, 1, text("last"), -1), OK);
	assert_int_equal(ipc_send(b, 1, text("never read"), -1), OK);
	ipc_free(a);
	assert_int_equal(ipc_send(b, 1, text("x"), -1), ERR_WRITE);
	assert_int_equal(ipc_send(b, 1, text("x"), -1), ERR_WRITE);
	assert_int_equal(ipc_flush(b), ERR_WRITE);
	assert_int_equal(ipc_read(b, see, &seen), ERR_EMPTY);
	assert_int_equal(seen.frames, 1);
	assert_string_equal(seen.body[0], "last");
	ipc_free(b);
}

static void test_stop_and_free(void **state)
{
	struct seen seen = { .stop_after = 2 };
	struct ipc *a, *b;

	(void)state;
	channels(&a, &b, false);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(ipc_send(a, (uint16_t)i, text("body"), -1), OK);
	assert_int_equal(ipc_read(b, see, &seen), OK);
	assert_int_equal(seen.frames, 2);
	seen.stop_after = 3;
	seen.free_at_stop = b;
	assert_int_equal(ipc_read(b, see, &seen), OK);
	assert_int_equal(seen.frames, 3);
	assert_int_equal(seen.type[2], 2);
	assert_string_equal(seen.body[2], "body"); /* copied after the channel was freed */
	ipc_free(a);
}

/* A flood of frames is taken 64 at a time, a flood of single bytes leaves off as well. */
static void test_others_do_not_starve(void **state)
{
	struct seen seen = { .frames = 0 };
	int other;
	struct ipc *ipc = channel(&other, QUEUE, false);

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		put(other, "\0\0\0\0\1\0", HEADER);
	assert_int_equal(ipc_read(ipc, see, &seen), OK);
	assert_int_equal(seen.frames, 64);
	assert_int_equal(ipc_read(ipc, see, &seen), OK);
	assert_int_equal(seen.frames, 100);
	close(other);
	ipc_free(ipc);
}

/* Which file a descriptor is. */
static ino_t file_of(int fd)
{
	char path[64], name[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, name, sizeof(name) - 1);
	assert_true(n > 0);
	name[n] = '\0';
	return (ino_t)strtoul(strchr(name, '[') + 1, NULL, 10);
}

static void test_descriptor(void **state)
{
	struct seen seen = { .frames = 0 };
	int pipes[2][2];
	struct ipc *a, *b;

	(void)state;
	assert_int_equal(pipe(pipes[0]), 0);
	assert_int_equal(pipe(pipes[1]), 0);
	channels(&a, &b, true);
	assert_int_equal(ipc_send(a, 1, text("none"), -1), OK);
	assert_int_equal(ipc_send(a, 2, text("with"), pipes[0][0]), OK);
	assert_int_equal(ipc_send(a, 3, text(""), pipes[1][0]), OK);
	assert_int_equal(ipc_send(a, 4, text("none"), -1), OK);
	assert_int_equal(ipc_read(b, see, &seen), OK);
	assert_int_equal(seen.frames, 4);
	assert_int_equal(seen.fd[0], -1);
	assert_int_equal(file_of(seen.fd[1]), file_of(pipes[0][0]));
	assert_int_equal(file_of(seen.fd[2]), file_of(pipes[1][0]));
	assert_int_equal(seen.fd[3], -1);
	assert_int_equal(fcntl(seen.fd[1], F_GETFD), FD_CLOEXEC);
	seen_close(&seen);
	for (unsigned i = 0; i < 4; i++)
		close(pipes[i / 2][i % 2]);
	ipc_free(a);
	ipc_free(b);
}

/* One that is given is gone here, whether it went or found no room. */
static void test_descriptor_given(void **state)
{
	struct seen seen = { .frames = 0 };
	int before = descriptors_open(), pipes[2];
	struct ipc *a, *b;

	(void)state;
	channels(&a, &b, true);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(ipc_give(a, 1, text("with"), pipes[0]), OK);
	assert_int_equal(ipc_read(b, see, &seen), OK);
	assert_int_equal(seen.frames, 1);
	assert_true(seen.fd[0] >= 0);
	seen_close(&seen);
	ipc_free(b);
	assert_int_equal(ipc_give(a, 2, text("lost"), pipes[1]), ERR_WRITE);
	ipc_free(a);
	assert_int_equal(descriptors_open(), before);
}

/* A descriptor that waits in the queue goes with its own frame, however that is cut, and is
 * bounded. */
static void test_descriptor_waits(void **state)
{
	uint8_t body[300000] = { 2 };
	struct seen seen = { .frames = 0 };
	struct ipc *a, *b;
	int other, ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	a = channel(&other, 4 << 20, false);
	b = ipc_new(other, 0, true);
	assert_int_equal(ipc_send(a, 1, (struct span){ body, sizeof(body) }, -1), OK);
	assert_int_equal(ipc_send(a, 2, (struct span){ body, sizeof(body) }, ends[0]), OK);
	for (unsigned i = 1; i < IPC_FILES_MAX; i++)
		assert_int_equal(ipc_send(a, 3, text("x"), ends[0]), OK);
	assert_int_equal(ipc_send(a, 3, text("x"), ends[0]), ERR_LIMIT);
	assert_int_equal(ipc_send(a, 3, text("x"), -1), OK);
	for (unsigned i = 0; i < 1000 && (ipc_waiting(a) || seen.frames < 18); i++) {
		assert_int_equal(ipc_read(b, see, &seen), OK);
		assert_int_equal(ipc_flush(a), OK);
	}
	assert_int_equal(seen.frames, 2 + IPC_FILES_MAX);
	assert_int_equal(seen.fd[0], -1);
	for (unsigned i = 1; i <= IPC_FILES_MAX; i++)
		assert_int_equal(file_of(seen.fd[i]), file_of(ends[0]));
	assert_int_equal(seen.fd[1 + IPC_FILES_MAX], -1);
	seen_close(&seen);
	assert_int_equal(ipc_send(a, 3, text("x"), ends[0]), OK); /* there is room again */
	close(ends[0]);
	close(ends[1]);
	ipc_free(a);
	ipc_free(b);
}

/* Freed with descriptors in the queue, and with one that arrived for a frame that never ends. */
static void test_descriptors_left(void **state)
{
	struct seen seen = { .frames = 0 };
	uint8_t body[300000] = { 2 };
	int other, file = 0;
	struct ipc *ipc = channel(&other, 1 << 20, true);

	(void)state;
	assert_int_equal(ipc_send(ipc, 1, (struct span){ body, sizeof(body) }, -1), OK);
	assert_int_equal(ipc_send(ipc, 1, text("x"), 0), OK);
	assert_true(ipc_waiting(ipc) > 0);
	put_with(other, "\3\0\0\0\1\0ab", 8, &file, 1);
	assert_int_equal(ipc_read(ipc, see, &seen), OK);
	assert_int_equal(descriptors_open(), descriptors_before + 2 + 2);
	ipc_free(ipc);
	assert_int_equal(descriptors_open(), descriptors_before + 1);
	close(other);
}

/* Descriptors that nobody expects never come in: on a channel without, twice, or amid a frame. */
static void test_smuggled(void **state)
{
	static const int files[] = { 0, 1, 2, 0, 1, 2 };
	static const struct {
		const char *before, *with;
		size_t before_size, with_size;
		unsigned count;
		bool fds;
	} cases[] = {
		{ "", "\1\0\0\0\1\0a", 0, 7, 1, false }, { "", "\1\0\0\0\1\0a", 0, 7, 6, false },
		{ "", "\1\0\0\0\1\0a", 0, 7, 2, true },  { "", "\1\0\0\0\1\0a", 0, 7, 6, true },
		{ "\1\0\0\0\1\0", "a", 6, 1, 1, true },  { "\1\0\0\0\1\0", "a", 6, 1, 6, true },
		{ "\2\0\0\0\1\0a", "a", 7, 1, 1, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen seen = { .frames = 0 };
		int other;
		struct ipc *ipc = channel(&other, QUEUE, cases[i].fds);

		put(other, cases[i].before, cases[i].before_size);
		put_with(other, cases[i].with, cases[i].with_size, files, cases[i].count);
		assert_int_equal(ipc_read(ipc, see, &seen), ERR_FORMAT);
		assert_int_equal(ipc_read(ipc, see, &seen), ERR_FORMAT);
		assert_int_equal(seen.frames, 0);
		ipc_free(ipc);
		close(other);
		assert_int_equal(descriptors_open(), descriptors_before);
	}
}

/* No free descriptor: an error on both sides, and nothing leaks. */
static void test_no_descriptor_free(void **state)
{
	struct seen seen = { .frames = 0 };
	struct rlimit limit, none;
	struct ipc *a, *b;

	(void)state;
	channels(&a, &b, true);
	assert_int_equal(ipc_send(a, 1, text("x"), 0), OK);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){ 3, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(ipc_send(a, 1, text("x"), 0), ERR_OPEN);
	assert_int_equal(errno, EMFILE);
	assert_int_equal(ipc_read(b, see, &seen), ERR_FORMAT);
	assert_int_equal(seen.frames, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ipc_free(a);
	ipc_free(b);
}

static void test_pair(void **state)
{
	int ends[2];

	(void)state;
	assert_true(ipc_pair(ends));
	for (unsigned i = 0; i < 2; i++) {
		assert_true(fcntl(ends[i], F_GETFL) & O_NONBLOCK);
		assert_int_equal(fcntl(ends[i], F_GETFD), FD_CLOEXEC);
		close(ends[i]);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, remember, compare)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_frames),
		TEST(test_byte_by_byte),
		TEST(test_writes_the_wire),
		TEST(test_large),
		TEST(test_queue),
		TEST(test_queue_of_empty_frames),
		TEST(test_one_always_fits),
		TEST(test_too_long),
		TEST(test_cut),
		TEST(test_gone),
		TEST(test_stop_and_free),
		TEST(test_others_do_not_starve),
		TEST(test_descriptor),
		TEST(test_descriptor_given),
		TEST(test_descriptor_waits),
		TEST(test_descriptors_left),
		TEST(test_smuggled),
		TEST(test_no_descriptor_free),
		TEST(test_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
