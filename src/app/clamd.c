/* clamd.c - one question to clamd: the message in chunks, then one line back; and what the line means. */
#include "app/clamd.h"

#include "app/examiner.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define CHUNK   ((size_t)64 << 10)
#define SECONDS 20
#define ANSWER  512

static int reach(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = SECONDS };
	int line;

	if (strlen(path) >= sizeof(at.sun_path))
		return -1;
	memcpy(at.sun_path, path, strlen(path));
	line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (line < 0)
		return -1;
	setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(line, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(line, (const struct sockaddr *)&at, sizeof(at)) != 0) {
		close(line);
		return -1;
	}
	return line;
}

static bool say(int line, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	while (size) {
		ssize_t n = send(line, at, size, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

static void put_length(uint8_t *into, size_t length)
{
	uint32_t number = htonl((uint32_t)length);

	memcpy(into, &number, sizeof(number));
}

/* A chunk is its length (be32) and its bytes; one of no bytes ends the message. */
static enum err say_message(int line, int fd, uint64_t offset, uint64_t size)
{
	uint8_t room[4 + CHUNK];

	if (!say(line, "zINSTREAM", sizeof("zINSTREAM")))
		return ERR_WRITE;
	while (size) {
		ssize_t n = pread(fd, room + 4, size < CHUNK ? size : CHUNK, (off_t)offset);

		if (n <= 0)
			return ERR_READ;
		put_length(room, (size_t)n);
		if (!say(line, room, 4 + (size_t)n))
			return ERR_WRITE;
		offset += (uint64_t)n;
		size -= (uint64_t)n;
	}
	put_length(room, 0);
	return say(line, room, 4) ? OK : ERR_WRITE;
}

static enum err hear(int line, char name[CLAMD_NAME])
{
	char answer[ANSWER];
	size_t used = 0;
	ssize_t got = 0;

	while (used < sizeof(answer) && (got = recv(line, answer + used, sizeof(answer) - used, 0)) > 0) {
		used += (size_t)got;
		if (answer[used - 1] == '\0')
			return clamd_answer_read((struct span){ (const uint8_t *)answer, used - 1 }, name);
	}
	if (got < 0 && errno == EAGAIN)
		return ERR_EMPTY;
	return used ? ERR_FORMAT : ERR_READ;
}

enum err clamd_ask(const char *socket, int fd, uint64_t offset, uint64_t size, char name[CLAMD_NAME])
{
	int line = reach(socket);
	enum err err;

	if (line < 0)
		return ERR_OPEN;
	err = say_message(line, fd, offset, size);
	/* It may have answered, and hung up, before it had all. */
	if (err == OK || err == ERR_WRITE)
		err = hear(line, name);
	close(line);
	return err;
}

int clamd_connect(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int place = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC), line = -1;
	struct stat is;

	if (place >= 0 && fstat(place, &is) == 0 && S_ISSOCK(is.st_mode))
		line = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	else if (place >= 0)
		errno = ENOTSOCK;
	/* By the descriptor, as the name may lead elsewhere by now; and names may be longer than sun_path. */
	snprintf(at.sun_path, sizeof(at.sun_path), "/proc/self/fd/%d", place);
	if (line >= 0 && connect(line, (const struct sockaddr *)&at, sizeof(at)) != 0) {
		int why = errno;

		close(line);
		line = -1;
		errno = why;
	}
	if (place >= 0)
		close(place);
	return line;
}

/* --- what it answers */

static bool take_start(struct span *text, const char *start)
{
	size_t len = strlen(start);

	if (text->len < len || memcmp(text->ptr, start, len) != 0)
		return false;
	*text = (struct span){ text->ptr + len, text->len - len };
	return true;
}

static bool take_end(struct span *text, const char *end)
{
	size_t len = strlen(end);

	if (text->len < len || memcmp(text->ptr + text->len - len, end, len) != 0)
		return false;
	text->len -= len;
	return true;
}

/* Behind "stream: " or "fd[10]: ". */
static bool take_what(struct span *answer)
{
	if (take_start(answer, "stream: "))
		return true;
	if (!take_start(answer, "fd["))
		return false;
	while (answer->len && *answer->ptr >= '0' && *answer->ptr <= '9')
		*answer = (struct span){ answer->ptr + 1, answer->len - 1 };
	return take_start(answer, "]: ");
}

enum err clamd_answer_read(struct span answer, char name[CLAMD_NAME])
{
	if (take_end(&answer, " ERROR"))
		return memmem(answer.ptr, answer.len, "limit", 5) ? ERR_LIMIT : ERR_UNSUPPORTED;
	if (!take_what(&answer))
		return ERR_FORMAT;
	if (span_equal(answer, text_span("OK")))
		return name[0] = '\0', OK;
	if (!take_end(&answer, " FOUND") || answer.len == 0 || memchr(answer.ptr, '\0', answer.len))
		return ERR_FORMAT;
	if (take_start(&answer, "Heuristics.Limits.Exceeded"))
		return ERR_LIMIT;
	snprintf(name, CLAMD_NAME, "%.*s", (int)answer.len, (const char *)answer.ptr);
	return OK;
}

enum err clamd_number_read(struct span *answer, uint32_t *number)
{
	struct span rest = *answer;
	uint64_t value = 0;

	while (rest.len && *rest.ptr >= '0' && *rest.ptr <= '9' && value <= UINT32_MAX) {
		value = 10 * value + (*rest.ptr - '0');
		rest = (struct span){ rest.ptr + 1, rest.len - 1 };
	}
	if (value == 0 || value > UINT32_MAX || !take_start(&rest, ": "))
		return ERR_FORMAT;
	*number = (uint32_t)value;
	*answer = rest;
	return OK;
}

/* --- what becomes of a message */

const char *clamd_why(enum err err)
{
	switch (err) {
	case ERR_OPEN:
		return "nobody answers at its socket";
	case ERR_EMPTY:
		return "it did not answer in time";
	case ERR_LIMIT:
		return "the message is beyond its limits";
	case ERR_UNSUPPORTED:
		return "it could not look into the message";
	case ERR_FORMAT:
		return "its answer made no sense";
	case ERR_MEMORY:
		return "too many messages wait for it";
	default:
		return "it went away";
	}
}

void clamd_opinion(struct mail_result *result, enum err err, const char *name)
{
	if (err == OK && *name)
		mail_result_add(result, FINDING_CLAMD_MATCH, text_span(name));
	else if (err != OK && !examiner_failed(result))
		mail_result_add(result, FINDING_NOT_CLAMD, text_span(clamd_why(err)));
}
