/* spawn_tied.c - a program that ends with us: posix_spawn knows no PR_SET_PDEATHSIG, so it is fork and exec by hand. */
#include "process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Puts the three where they belong, even if they are each other's numbers: all are copied beyond them first. */
static int place(const int fds[3])
{
	int high[3];

	for (int i = 0; i < 3; i++) {
		high[i] = fcntl(fds[i], F_DUPFD, 3);
		if (high[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		if (dup2(high[i], i) < 0)
			return -1;
	return 0;
}

/* In the child, where only calls are allowed that are safe after fork (signal-safety(7)). Returns on errors only. */
static void become(const struct spawn_tied *spawn, pid_t parent)
{
	const struct rlimit none = { 0, 0 };
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t nothing;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &usual, NULL);
	sigemptyset(&nothing);
	sigprocmask(SIG_SETMASK, &nothing, NULL);
	setsid();
	setrlimit(RLIMIT_CORE, &none);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return;
	if (getppid() != parent) /* it died before it could be tied to */
		_exit(127);
	if (spawn->folder && chdir(spawn->folder) != 0)
		return;
	if (place(spawn->fds) != 0)
		return;
	/* At exec, not now: until then it has to tell of errors. */
	if (close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) != 0)
		return;
	execve(spawn->words[0], (char *const *)spawn->words, (char *const *)spawn->environment);
}

/* What the child says of its exec: nothing when it worked. */
static int hear(int fd)
{
	int error = 0;
	ssize_t got;

	do
		got = read(fd, &error, sizeof(error));
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof(error) ? error : 0;
}

int spawn_tied(const struct spawn_tied *spawn, pid_t *pid)
{
	pid_t parent = getpid(), child;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	child = fork();
	if (child == 0) {
		ssize_t told;

		become(spawn, parent);
		error = errno;
		told = write(ends[1], &error, sizeof(error));
		_exit(told == (ssize_t)sizeof(error) ? 127 : 126);
	}
	error = child < 0 ? errno : 0;
	close(ends[1]);
	if (!error)
		error = hear(ends[0]);
	close(ends[0]);
	if (error && child > 0)
		waitpid(child, NULL, 0);
	if (!error)
		*pid = child;
	return error;
}
