/* sandbox_test.c - forks, enters, acts, and looks at how it ended. */
#include "sandbox_test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOBODY    65534
#define PATIENCE  60 /* seconds until a process that hangs is ended */
#define NO_ENTRY  77
#define PATH_SIZE 64

static char folders[2][PATH_SIZE];

uid_t sandbox_user(void)
{
	return geteuid() == 0 ? NOBODY : 0;
}

static const char *folder(unsigned i)
{
	if (!folders[i][0]) {
		snprintf(folders[i], PATH_SIZE, "/tmp/hinomi-sandbox-XXXXXX");
		assert_non_null(mkdtemp(folders[i]));
		if (geteuid() == 0)
			assert_int_equal(chown(folders[i], NOBODY, NOBODY), 0);
	}
	return folders[i];
}

const char *sandbox_folder(void)
{
	return folder(0);
}

const char *sandbox_outside(void)
{
	return folder(1);
}

static void folder_remove(const char *path)
{
	DIR *entries = opendir(path);
	struct dirent *entry;

	while (entries && (entry = readdir(entries)))
		unlinkat(dirfd(entries), entry->d_name, 0);
	if (entries)
		closedir(entries);
	rmdir(path);
}

void sandbox_folders_remove(void)
{
	for (unsigned i = 0; i < 2; i++) {
		if (folders[i][0])
			folder_remove(folders[i]);
		folders[i][0] = '\0';
	}
}

int sandbox_landlock(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);

	return version > 0 ? (int)version : 0;
}

int sandbox_listen(unsigned short *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

pid_t sandbox_start(const struct sandbox_wish *wish, sandbox_act *act, void *whom)
{
	struct sandbox_report report;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	alarm(PATIENCE);
	if (sandbox_enter(wish, &report) != OK)
		_exit(NO_ENTRY);
	_exit(act(whom) ? 0 : 1);
}

enum outcome sandbox_end(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return KILLED;
	if (!WIFEXITED(status))
		return OTHER;
	switch (WEXITSTATUS(status)) {
	case 0:
		return DID;
	case 1:
		return REFUSED;
	case NO_ENTRY:
		return NOT_ENTERED;
	default:
		return OTHER;
	}
}

enum outcome sandbox_try(const struct sandbox_wish *wish, sandbox_act *act, void *whom)
{
	return sandbox_end(sandbox_start(wish, act, whom));
}
