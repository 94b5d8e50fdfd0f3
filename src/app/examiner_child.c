/* examiner_child.c - the process that looks into messages, and can do nothing else. */
#include "app/examiner_private.h"

#include "mail/result_frame.h"
#include "base/cursor.h"
#include "mail/mail.h"
#include "process/ipc.h"
#include "process/loop.h"
#include "process/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHANNEL   3 /* the descriptor of the channel, and the highest but for the message's */
#define FILES     8
#define LIBRARIES ((uint64_t)64 << 20) /* address space for what libraries take besides the arena */
#define QUEUE     (1u << 20)

struct reading {
	struct mail *mail;
	struct ipc *channel;
	const struct exam_limits *limits;
	struct mail_result result;
	uint8_t room[RESULT_FRAME_MAX];
};

/* --- the place */

static void set_limit(int which, rlim_t soft, rlim_t hard)
{
	struct rlimit limit = { soft, hard };

	if (setrlimit(which, &limit) != 0)
		_exit(1);
}

/* Nothing of the examiner's stays open but the channel. */
static void close_all(const struct examiner_child *child)
{
	for (int fd = 0; fd < CHANNEL; fd++)
		if (dup2(child->null, fd) < 0)
			_exit(1);
	if (child->channel != CHANNEL && dup2(child->channel, CHANNEL) < 0)
		_exit(1);
	close_range(CHANNEL + 1, ~0u, 0);
}

static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	signal(SIGINT, SIG_IGN); /* Ctrl-C reaches all processes of a terminal: the examiner obeys it */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void enter_sandbox(const struct examiner_child *child)
{
	const struct exam_limits *limits = &child->exam->limits;
	struct sandbox_wish wish = { .role = SANDBOX_MAIL, .uid = child->uid, .gid = child->gid };
	struct sandbox_report report;
	rlim_t space = child->memory + limits->memory + limits->message + LIBRARIES;

	set_limit(RLIMIT_AS, space, space);
	set_limit(RLIMIT_CORE, 0, 0);
	set_limit(RLIMIT_FSIZE, 0, 0);
	set_limit(RLIMIT_NOFILE, FILES, FILES);
	if (sandbox_enter(&wish, &report) != OK)
		_exit(1);
	/* After the user has changed, which would undo it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != child->parent)
		_exit(1);
}

/* --- one message */

/* The processor's time until the message must be done: then SIGXCPU ends the process. */
static void allow_seconds(uint32_t seconds)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	set_limit(RLIMIT_CPU, (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + seconds + 2), RLIM_INFINITY);
}

static void tell(struct reading *r)
{
	struct pen pen = pen_init(r->room, sizeof(r->room));

	result_frame_write(&pen, &r->result);
	if (ipc_send(r->channel, EXAMINER_RESULT, (struct span){ r->room, pen.used }, -1) != OK)
		_exit(1);
}

/* The message in the descriptor as memory; false: it is not there. Of one that is too long a byte too many, which
 * tells. */
static bool map_message(int fd, uint64_t offset, uint64_t most, uint64_t *size, struct span *map)
{
	uint64_t page = offset % (uint64_t)sysconf(_SC_PAGESIZE);
	struct stat is;
	void *memory;

	if (fstat(fd, &is) != 0 || !S_ISREG(is.st_mode) || offset > (uint64_t)is.st_size)
		return false;
	if (*size == 0 || *size > (uint64_t)is.st_size - offset)
		*size = (uint64_t)is.st_size - offset;
	if (*size > most)
		*size = most + 1;
	*map = (struct span){ NULL, 0 };
	if (*size == 0)
		return true;
	memory = mmap(NULL, *size + page, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, (off_t)(offset - page));
	*map = (struct span){ memory, *size + page };
	return memory != MAP_FAILED;
}

static void examine(struct reading *r, const struct ipc_frame *frame)
{
	struct cur c = cur_init(frame->body);
	uint64_t offset = cur_le64(&c), size = cur_le64(&c);
	struct span map, name = cur_rest(&c);

	if (c.bad || !map_message(frame->fd, offset, r->limits->message, &size, &map))
		_exit(1);
	allow_seconds(r->limits->seconds);
	mail_examine(r->mail, (struct span){ map.ptr + (map.len - size), size }, name, loop_time(),
		     &r->result);
	if (map.len)
		munmap((void *)map.ptr, map.len);
}

static bool take_frame(void *whom, const struct ipc_frame *frame)
{
	struct reading *r = whom;

	if (frame->type != EXAMINER_MESSAGE || frame->fd < 0)
		_exit(1);
	examine(r, frame);
	close(frame->fd);
	tell(r);
	return true;
}

void examiner_child(const struct examiner_child *child)
{
	static struct reading reading;
	struct pollfd wait = { CHANNEL, POLLIN, 0 };

	prctl(PR_SET_NAME, "hinomi-exam");
	close_all(child);
	reset_signals();
	mail_load();
	enter_sandbox(child);
	reading.limits = &child->exam->limits;
	reading.mail = mail_new(child->exam);
	reading.channel = ipc_new(CHANNEL, QUEUE, true);
	while (reading.mail && reading.channel) {
		wait.events = ipc_waiting(reading.channel) ? POLLIN | POLLOUT : POLLIN;
		if (poll(&wait, 1, -1) < 0 && errno != EINTR)
			break;
		if (ipc_read(reading.channel, take_frame, &reading) != OK || ipc_flush(reading.channel) != OK)
			break;
	}
	_exit(0); /* the examiner is gone, or wants no more */
}
