/* ipc.c - frames over a stream socket: a list of those that wait to be written, and the one being
 * read. */
#include "process/ipc.h"

#include "base/cursor.h"
#include "base/pen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER 6 /* le32 length of the body, le16 type */

/* Calls of recvmsg() in one ipc_read(), of which each yields what the socket holds at most: a whole
 * frame takes two, and a sender of single bytes must not hold us. */
#define READS_MAX (2 * IPC_VISITS_MAX)

/* A frame that waits to be written. */
struct waiting {
	struct waiting *next;
	size_t size, sent; /* of the bytes */
	int fd;            /* goes with the first byte; -1: none */
	uint8_t bytes[];
};

struct ipc {
	int fd;
	bool fds;

	struct waiting *first, **last; /* frames to be written */
	size_t waiting, queue_max;     /* bytes with their struct waiting */
	unsigned files;                /* descriptors among them */

	enum err failed; /* for good: reading ended so */
	uint8_t header[HEADER];
	size_t got;    /* bytes of the frame that is being read, with its header */
	size_t length; /* of its body, known when got >= HEADER */
	uint8_t *body; /* NULL until its header is whole */
	int frame_fd;  /* that arrived with it; -1: none */
};

bool ipc_pair(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0;
}

struct ipc *ipc_new(int fd, size_t queue_max, bool fds)
{
	struct ipc *ipc = calloc(1, sizeof(*ipc));

	if (!ipc) {
		close(fd);
		return NULL;
	}
	ipc->fd = fd;
	ipc->fds = fds;
	ipc->last = &ipc->first;
	ipc->queue_max = queue_max;
	ipc->frame_fd = -1;
	return ipc;
}

int ipc_fd(const struct ipc *ipc)
{
	return ipc->fd;
}

size_t ipc_waiting(const struct ipc *ipc)
{
	return ipc->waiting;
}

static size_t waiting_cost(size_t size)
{
	return sizeof(struct waiting) + size;
}

static void waiting_free(struct waiting *frame)
{
	if (frame->fd >= 0)
		close(frame->fd);
	free(frame);
}

static void ipc_append(struct ipc *ipc, struct waiting *frame)
{
	*ipc->last = frame;
	ipc->last = &frame->next;
	ipc->waiting += waiting_cost(frame->size);
	ipc->files += frame->fd >= 0;
}

static void ipc_remove_first(struct ipc *ipc)
{
	struct waiting *frame = ipc->first;

	ipc->first = frame->next;
	if (!ipc->first)
		ipc->last = &ipc->first;
	ipc->waiting -= waiting_cost(frame->size);
	ipc->files -= frame->fd >= 0;
	waiting_free(frame);
}

void ipc_free(struct ipc *ipc)
{
	if (!ipc)
		return;
	while (ipc->first)
		ipc_remove_first(ipc);
	if (ipc->frame_fd >= 0)
		close(ipc->frame_fd);
	free(ipc->body);
	close(ipc->fd);
	free(ipc);
}

/* Takes `fd` over. NULL: no memory, and `fd` stays the caller's. */
static struct waiting *waiting_new(uint16_t type, struct span body, int fd)
{
	size_t size = HEADER + body.len;
	struct waiting *frame = malloc(waiting_cost(size));
	struct pen pen;

	if (!frame)
		return NULL;
	*frame = (struct waiting){ .size = size, .fd = fd };
	pen = pen_init(frame->bytes, size);
	pen_le(&pen, body.len, 4);
	pen_le(&pen, type, 2);
	pen_span(&pen, body);
	return frame;
}

static bool ipc_has_room(const struct ipc *ipc, size_t body, int fd)
{
	if (body > IPC_BODY_MAX || (fd >= 0 && ipc->files == IPC_FILES_MAX))
		return false;
	return !ipc->first || ipc->waiting + waiting_cost(HEADER + body) <= ipc->queue_max;
}

/* Takes `fd` over when it is OK. */
static enum err ipc_queue(struct ipc *ipc, uint16_t type, struct span body, int fd)
{
	struct waiting *frame = waiting_new(type, body, fd);

	if (!frame)
		return ERR_MEMORY;
	ipc_append(ipc, frame);
	return OK;
}

/* Whether there is room for a frame now. */
static enum err ipc_ready(struct ipc *ipc, size_t body, int fd)
{
	enum err err = ipc_flush(ipc);

	return err == OK && !ipc_has_room(ipc, body, fd) ? ERR_LIMIT : err;
}

enum err ipc_send(struct ipc *ipc, uint16_t type, struct span body, int fd)
{
	enum err err = ipc_ready(ipc, body.len, fd);
	int own = err == OK && fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;

	if (err != OK)
		return err;
	if (fd >= 0 && own < 0)
		return ERR_OPEN;
	err = ipc_queue(ipc, type, body, own);
	if (err != OK && own >= 0)
		close(own);
	return err == OK ? ipc_flush(ipc) : err;
}

enum err ipc_give(struct ipc *ipc, uint16_t type, struct span body, int fd)
{
	enum err err = ipc_ready(ipc, body.len, fd);

	if (err == OK)
		err = ipc_queue(ipc, type, body, fd);
	if (err == OK)
		return ipc_flush(ipc);
	close(fd);
	return err;
}

/* Room for one descriptor beside a message. */
union control {
	struct cmsghdr align;
	uint8_t room[CMSG_SPACE(sizeof(int))];
};

static void control_put(union control *control, struct msghdr *message, int fd)
{
	*control = (union control){ .align = { .cmsg_len = CMSG_LEN(sizeof(fd)),
					       .cmsg_level = SOL_SOCKET,
					       .cmsg_type = SCM_RIGHTS } };
	memcpy(CMSG_DATA(&control->align), &fd, sizeof(fd));
	message->msg_control = control;
	message->msg_controllen = sizeof(*control);
}

/* As sendmsg(). */
static ssize_t waiting_write(const struct waiting *frame, int socket)
{
	struct iovec rest = { (uint8_t *)frame->bytes + frame->sent, frame->size - frame->sent };
	struct msghdr message = { .msg_iov = &rest, .msg_iovlen = 1 };
	union control control;

	if (frame->fd >= 0 && frame->sent == 0)
		control_put(&control, &message, frame->fd);
	return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

enum err ipc_flush(struct ipc *ipc)
{
	while (ipc->first) {
		struct waiting *frame = ipc->first;
		ssize_t n = waiting_write(frame, ipc->fd);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? OK : ERR_WRITE;
		frame->sent += (size_t)n;
		if (frame->sent == frame->size)
			ipc_remove_first(ipc);
	}
	return OK;
}

/* The descriptor beside a message, for which there was room for one only; -1: none. */
static int control_take(struct msghdr *message)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	int fd = -1;

	if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS &&
	    control->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	return fd;
}

/* The rest of the header, then of the body. */
static struct iovec ipc_rest(struct ipc *ipc)
{
	if (ipc->got < HEADER)
		return (struct iovec){ ipc->header + ipc->got, HEADER - ipc->got };
	return (struct iovec){ ipc->body + (ipc->got - HEADER), ipc->length + HEADER - ipc->got };
}

/* Reads on, to the end of the header or of the body at most, so that a descriptor comes with the
 * first byte of its own frame: elsewhere there is no room for it, so that the kernel closes it and
 * says MSG_CTRUNC. ERR_LIMIT: nothing is there. */
static enum err ipc_receive(struct ipc *ipc)
{
	struct iovec into = ipc_rest(ipc);
	struct msghdr message = { .msg_iov = &into, .msg_iovlen = 1 };
	union control control;
	ssize_t n;

	if (ipc->fds && ipc->got == 0) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_LEN(sizeof(int));
	}
	do {
		n = recvmsg(ipc->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return ERR_LIMIT;
	if (n < 0 && errno != ECONNRESET)
		return ERR_READ;
	if (n <= 0) /* ECONNRESET: it closed and left something unread */
		return ipc->got > 0 ? ERR_TRUNCATED : ERR_EMPTY;
	if (ipc->got == 0)
		ipc->frame_fd = control_take(&message);
	ipc->got += (size_t)n;
	return message.msg_flags & MSG_CTRUNC ? ERR_FORMAT : OK;
}

static struct cur ipc_header(const struct ipc *ipc)
{
	return cur_init((struct span){ ipc->header, HEADER });
}

/* The header is whole: takes memory for the body. */
static enum err ipc_begin_body(struct ipc *ipc)
{
	struct cur header = ipc_header(ipc);
	uint32_t length = cur_le32(&header);

	if (length > IPC_BODY_MAX)
		return ERR_FORMAT;
	ipc->length = length;
	ipc->body = malloc(length > 0 ? length : 1);
	return ipc->body ? OK : ERR_MEMORY;
}

/* The frame is whole: visits it. What is its own is taken out of the channel before, because the
 * visitor may free that. */
static bool ipc_hand_on(struct ipc *ipc, ipc_visit *visit, void *whom)
{
	struct cur header = ipc_header(ipc);
	uint8_t *body = ipc->body;
	struct ipc_frame frame = { .body = { body, ipc->length }, .fd = ipc->frame_fd };
	bool more;

	cur_le32(&header);
	frame.type = cur_le16(&header);
	ipc->got = ipc->length = 0;
	ipc->body = NULL;
	ipc->frame_fd = -1;
	more = visit(whom, &frame);
	free(body);
	return more;
}

enum err ipc_read(struct ipc *ipc, ipc_visit *visit, void *whom)
{
	unsigned visits = 0;

	for (unsigned i = 0; i < READS_MAX && visits < IPC_VISITS_MAX; i++) {
		enum err err = ipc->failed ? ipc->failed : ipc_receive(ipc);

		if (err == ERR_LIMIT)
			return OK;
		if (err == OK && ipc->got == HEADER)
			err = ipc_begin_body(ipc);
		ipc->failed = err;
		if (err != OK)
			return err;
		if (ipc->got < HEADER || ipc->got < HEADER + ipc->length)
			continue;
		visits++;
		if (!ipc_hand_on(ipc, visit, whom))
			return OK;
	}
	return OK;
}
