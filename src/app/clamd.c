/* clamd.c - one question to clamd: the message in chunks, then one line back. */
#include "app/clamd.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
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

/* "stream: OK", "stream: Eicar-Signature FOUND", "INSTREAM size limit exceeded. ERROR". */
static enum err hear(int line, char name[CLAMD_NAME])
{
	char answer[ANSWER];
	size_t used = 0, n;
	ssize_t got;

	while (used < sizeof(answer) - 1 && (got = recv(line, answer + used, sizeof(answer) - 1 - used, 0)) > 0) {
		used += (size_t)got;
		if (answer[used - 1] == '\0')
			break;
	}
	answer[used] = '\0';
	if (used == 0)
		return ERR_READ;
	if (strstr(answer, "size limit"))
		return ERR_LIMIT;
	if (strcmp(answer, "stream: OK") == 0)
		return name[0] = '\0', OK;
	n = strlen(answer);
	if (strncmp(answer, "stream: ", 8) != 0 || n < 14 || strcmp(answer + n - 6, " FOUND") != 0)
		return ERR_FORMAT;
	snprintf(name, CLAMD_NAME, "%.*s", (int)(n - 14), answer + 8);
	return OK;
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
