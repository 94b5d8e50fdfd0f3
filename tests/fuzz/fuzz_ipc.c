/*
 * fuzz_ipc.c - whatever another process writes into a channel: what is told as frames is what is on
 * the wire, however it is cut, and no descriptor comes in or is lost.
 *
 * The first byte of the input says how large the pieces are, the second whether descriptors may
 * arrive, and which pieces have one beside them.
 */
#include "process/ipc.h"
#include "check.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The bytes as they were written, and how far frames have told them. */
struct wire {
	const uint8_t *bytes;
	size_t len, told;
	bool fds;
};

static bool compare(void *whom, const struct ipc_frame *frame)
{
	struct wire *wire = whom;
	const uint8_t *at = wire->bytes + wire->told;

	check(wire->len - wire->told >= 6 + frame->body.len);
	check((at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24) == frame->body.len);
	check((at[4] | at[5] << 8) == frame->type);
	check(memcmp(at + 6, frame->body.ptr, frame->body.len) == 0);
	check(frame->fd < 0 || wire->fds);
	if (frame->fd >= 0)
		close(frame->fd);
	wire->told += 6 + frame->body.len;
	return (frame->type & 3) != 3; /* now and then it stops */
}

static void write_piece(int fd, const uint8_t *bytes, size_t len, bool with_file)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .header = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS } };
	struct iovec data = { (uint8_t *)bytes, len };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	const int file = STDERR_FILENO;

	if (with_file) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		memcpy(CMSG_DATA(&control.header), &file, sizeof(file));
	}
	check(sendmsg(fd, &message, 0) == (ssize_t)len);
}

/* Reads until nothing more is there. */
static enum err read_all(struct ipc *ipc, struct wire *wire)
{
	size_t before;
	enum err err;

	do {
		before = wire->told;
		err = ipc_read(ipc, compare, wire);
	} while (err == OK && wire->told > before);
	return err;
}

static int free_descriptor(void)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD, 0);

	check(fd >= 0);
	close(fd);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	int ends[2], free_before = free_descriptor();
	struct wire wire = { .told = 0 };
	struct ipc *ipc;
	enum err err = OK;
	size_t piece;

	if (len < 2)
		return 0;
	piece = 1 + bytes[0] % 64;
	wire = (struct wire){ .bytes = bytes + 2, .len = len - 2, .fds = bytes[1] & 1 };
	check(ipc_pair(ends));
	ipc = ipc_new(ends[0], 0, wire.fds);
	check(ipc != NULL);
	for (size_t at = 0, i = 0; at < wire.len && err == OK; at += piece, i++) {
		size_t n = wire.len - at < piece ? wire.len - at : piece;

		write_piece(ends[1], wire.bytes + at, n, bytes[1] >> 1 >> i % 7 & 1);
		err = read_all(ipc, &wire);
	}
	close(ends[1]);
	if (err == OK)
		err = read_all(ipc, &wire);
	check(err == ERR_FORMAT || err == ERR_EMPTY || err == ERR_TRUNCATED);
	check((err == ERR_EMPTY) <= (wire.told == wire.len));
	check(ipc_read(ipc, compare, &wire) == err);
	ipc_free(ipc);
	check(free_descriptor() == free_before);
	return 0;
}
