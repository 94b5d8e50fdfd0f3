/* sandbox_attempts.c - what a process that was broken into would try. True: it came through. */
#include "sandbox_attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct given given;

static char letter = 'x';

static bool opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	return fd >= 0;
}

static bool try_passwd(void *whom)
{
	(void)whom;
	return opens("/etc/passwd", O_RDONLY);
}

static bool try_list_root(void *whom)
{
	(void)whom;
	return opens("/", O_RDONLY | O_DIRECTORY);
}

static bool try_own_memory(void *whom)
{
	(void)whom;
	return opens("/proc/self/mem", O_RDWR);
}

static bool try_parents_memory(void *whom)
{
	char path[64];

	(void)whom;
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)given.parent);
	return opens(path, O_RDWR);
}

static bool try_write_inside(void *whom)
{
	char path[128];

	(void)whom;
	snprintf(path, sizeof(path), "%s/file", sandbox_folder());
	return opens(path, O_WRONLY | O_CREAT);
}

static bool try_write_outside(void *whom)
{
	char path[128];

	(void)whom;
	snprintf(path, sizeof(path), "%s/file", sandbox_outside());
	return opens(path, O_WRONLY | O_CREAT);
}

static bool try_write_upwards(void *whom)
{
	char path[256];

	(void)whom;
	snprintf(path, sizeof(path), "%s/..%s/file", sandbox_folder(),
		 strrchr(sandbox_outside(), '/'));
	return opens(path, O_WRONLY | O_CREAT);
}

static bool try_move_out(void *whom)
{
	char from[128], to[128];

	(void)whom;
	snprintf(from, sizeof(from), "%s/moved", sandbox_folder());
	snprintf(to, sizeof(to), "%s/moved", sandbox_outside());
	return opens(from, O_WRONLY | O_CREAT) && rename(from, to) == 0;
}

static bool try_socket(void *whom)
{
	(void)whom;
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool try_socket_unix(void *whom)
{
	(void)whom;
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool try_socket_packet(void *whom)
{
	(void)whom;
	return socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool try_connect(void *whom)
{
	(void)whom;
	return connect(given.stream, (struct sockaddr *)&given.address, sizeof(given.address)) == 0;
}

/* Connects without connect(). */
static bool try_fastopen(void *whom)
{
	(void)whom;
	return sendto(given.stream, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&given.address,
		      sizeof(given.address)) == 1;
}

static bool try_fastopen_message(void *whom)
{
	struct iovec data = { &letter, 1 };
	struct msghdr message = { .msg_name = &given.address,
				  .msg_namelen = sizeof(given.address),
				  .msg_iov = &data,
				  .msg_iovlen = 1 };

	(void)whom;
	return sendmsg(given.stream, &message, MSG_FASTOPEN) == 1;
}

static bool try_bind(void *whom)
{
	struct sockaddr_in any = { .sin_family = AF_INET };

	(void)whom;
	return bind(given.stream, (struct sockaddr *)&any, sizeof(any)) == 0;
}

static bool try_listen(void *whom)
{
	(void)whom;
	return listen(given.stream, 1) == 0;
}

static bool try_accept(void *whom)
{
	(void)whom;
	fcntl(given.listening, F_SETFL, O_NONBLOCK);
	return accept4(given.listening, NULL, NULL, 0) >= 0 || errno == EAGAIN;
}

static bool try_exec(void *whom)
{
	char path[] = "/bin/true", *words[] = { path, NULL };

	(void)whom;
	execve(words[0], words, words + 1);
	return false;
}

static bool try_exec_memory(void *whom)
{
	char *none[] = { NULL };

	(void)whom;
	syscall(SYS_execveat, given.pair[0], "", none, none, AT_EMPTY_PATH);
	return false;
}

static bool try_fork(void *whom)
{
	pid_t pid = fork();

	(void)whom;
	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool try_ptrace(void *whom)
{
	(void)whom;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static bool try_read_parent(void *whom)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &given, 1 };

	(void)whom;
	return process_vm_readv(given.parent, &here, 1, &there, 1, 0) == 1;
}

static bool try_kill_parent(void *whom)
{
	(void)whom;
	return kill(given.parent, 0) == 0;
}

static bool try_signal_parent(void *whom)
{
	(void)whom;
	return syscall(SYS_tgkill, given.parent, given.parent, 0) == 0;
}

/* The kernel sends SIGIO to whoever is named as the owner. */
static bool try_own_for_parent(void *whom)
{
	(void)whom;
	return fcntl(given.pair[0], F_SETOWN, given.parent) == 0;
}

static bool try_parents_limits(void *whom)
{
	struct rlimit limit;

	(void)whom;
	return prlimit(given.parent, RLIMIT_NOFILE, NULL, &limit) == 0;
}

static bool try_code(void *whom)
{
	(void)whom;
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0) != MAP_FAILED;
}

static bool try_code_later(void *whom)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)whom;
	return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool try_setuid(void *whom)
{
	(void)whom;
	return syscall(SYS_setuid, 0) == 0;
}

static bool try_unshare(void *whom)
{
	(void)whom;
	return syscall(SYS_unshare, CLONE_NEWUSER) == 0;
}

static bool try_mount(void *whom)
{
	(void)whom;
	return mount("none", "/mnt", "tmpfs", 0, NULL) == 0;
}

static bool try_uring(void *whom)
{
	char parameters[120] = { 0 };

	(void)whom;
	return syscall(425, 1, parameters) >= 0;
}

static bool try_dumpable(void *whom)
{
	(void)whom;
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

static bool try_terminal(void *whom)
{
	(void)whom;
	return ioctl(0, TIOCSTI, "x") == 0;
}

static bool try_stat(void *whom)
{
	struct stat facts;

	(void)whom;
	return stat("/etc/passwd", &facts) == 0;
}

static bool try_clone3(void *whom)
{
	uint64_t arguments[8] = { 0, 0, 0, 0, SIGCHLD };

	(void)whom;
	return syscall(SYS_clone3, arguments, sizeof(arguments)) >= 0;
}

#ifdef __x86_64__
/* getpid() by its number of the x32 ABI. */
static bool try_other_abi(void *whom)
{
	(void)whom;
	return syscall(0x40000000 | SYS_getpid) > 0;
}
#endif

const struct attempt attempts[] = {
	{ "read /etc/passwd", try_passwd, "rrrrrrrdr" },
	{ "list /", try_list_root, "rrrrrrrrr" },
	{ "write its memory through /proc", try_own_memory, "rrrrrrrrr" },
	{ "write the parent's memory through /proc", try_parents_memory, "rrrrrrrrr" },
	{ "write in its folder", try_write_inside, "rdrrrrddr" },
	{ "write outside", try_write_outside, "rrrrrrrrr" },
	{ "write outside by ..", try_write_upwards, "rrrrrrrrr" },
	{ "move a file outside", try_move_out, "rrrrrrrrr" },
	{ "socket", try_socket, "kkkdkkrdd" },
	{ "socket AF_UNIX", try_socket_unix, "kkkrkkrrr" },
	{ "socket AF_PACKET", try_socket_packet, "kkkkkkrrr" },
	{ "connect", try_connect, "kkkdkkkdd" },
	{ "connect by MSG_FASTOPEN", try_fastopen, "kkkskkkss" },
	{ "connect by MSG_FASTOPEN, sendmsg", try_fastopen_message, "kkkkkkkss" },
	{ "bind", try_bind, "kkkkkkkrr" },
	{ "listen", try_listen, "kkkkkkkrr" },
	{ "accept", try_accept, "kddkkkdrr" },
	{ "execve", try_exec, "kkkkkkkdd" },
	{ "execveat", try_exec_memory, "kkkkkkkrr" },
	{ "fork", try_fork, "kkkkkdkdd" },
	{ "ptrace", try_ptrace, "kkkkkkkrr" },
	{ "process_vm_readv", try_read_parent, "kkkkkkkrr" },
	{ "kill the parent", try_kill_parent, "kkkkkrkrr" },
	{ "tgkill the parent", try_signal_parent, "kkkkkkkrr" },
	{ "F_SETOWN", try_own_for_parent, "kkkkkkkss" },
	{ "limits of the parent", try_parents_limits, "kkkkkkkrr" },
	{ "memory of code", try_code, "kkkdkkkdd" },
	{ "memory becomes code", try_code_later, "kkkdkkkdd" },
	{ "setuid", try_setuid, "kkkkkkkrr" },
	{ "unshare", try_unshare, "kkkkkkkrr" },
	{ "mount", try_mount, "kkkkkkkrr" },
	{ "io_uring", try_uring, "kkkkkkkrr" },
	{ "become dumpable", try_dumpable, "kkkkkskrr" },
	{ "type into the terminal", try_terminal, "rrrrrrrrr" },
	{ "stat", try_stat, "rdrdrrddd" },
	{ "clone3", try_clone3, "rrrrrrrrr" },
#ifdef __x86_64__
	{ "another ABI", try_other_abi, "kkkkkkkkk" },
#endif
};

const size_t attempt_count = sizeof(attempts) / sizeof(attempts[0]);
