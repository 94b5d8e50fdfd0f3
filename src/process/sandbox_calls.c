/*
 * sandbox_calls.c - seccomp: which system calls a role may make.
 *
 * What is listed is what glibc 2.36, its threads and its resolver, SQLite, libmicrohttpd, GnuTLS,
 * libcurl, OpenSSL and libmilter call, with the older and newer names of the same call. Where a call can do
 * more than a role needs, its arguments are looked at (struct narrow); only those that are numbers
 * can be.
 */
#include "process/sandbox_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define SENSOR (1u << SANDBOX_SENSOR)
#define KEEPER (1u << SANDBOX_KEEPER)
#define WEB    (1u << SANDBOX_WEB)
#define TELLER (1u << SANDBOX_TELLER)
#define MAIL   (1u << SANDBOX_MAIL)
#define PARENT (1u << SANDBOX_PARENT)
#define MILTER (1u << SANDBOX_MILTER)
#define BACKUP (1u << SANDBOX_BACKUP)
#define EXECS  (1u << SANDBOX_ROLES) /* a teller that may exec, and the programs that it runs */
#define RUNNER (EXECS | BACKUP)
#define ALL    (SENSOR | KEEPER | WEB | TELLER | MAIL | PARENT | MILTER | RUNNER)

#define EXACT        UINT64_MAX           /* mask: the argument is the value */
#define DESCRIPTOR   UINT64_C(0xffffffff) /* mask: what the kernel looks at of a descriptor */
#define PR_SET_NAMED 0x53564d41 /* PR_SET_VMA, of which old headers do not know: names memory */

/* Time, memory, threads, signals to oneself, waiting, and descriptors that are open. */
static const int calls_of_all[] = {
	SCMP_SYS(brk),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(close),
	SCMP_SYS(close_range),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(eventfd2),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(fstat),
	SCMP_SYS(futex),
	SCMP_SYS(getegid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(getrandom),
	SCMP_SYS(getrlimit),
	SCMP_SYS(getrusage),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt),
	SCMP_SYS(gettid),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getuid),
	SCMP_SYS(lseek),
	SCMP_SYS(madvise),
	SCMP_SYS(membarrier),
	SCMP_SYS(mlock),
	SCMP_SYS(mremap),
	SCMP_SYS(msync),
	SCMP_SYS(munlock),
	SCMP_SYS(munmap),
	SCMP_SYS(nanosleep),
	SCMP_SYS(pause),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(pread64),
	SCMP_SYS(pselect6),
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(rseq),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigpending),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigsuspend),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_getparam),
	SCMP_SYS(sched_getscheduler),
	SCMP_SYS(sched_yield),
	SCMP_SYS(select),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(shutdown),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(signalfd4),
	SCMP_SYS(sysinfo),
	SCMP_SYS(time),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_gettime),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(times),
	SCMP_SYS(uname),
	SCMP_SYS(write),
	SCMP_SYS(writev),
};

/* Not for the sensor: a descriptor under another number would escape sandbox_wish.mute. */
static const int duplicating[] = { SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(pipe),
				   SCMP_SYS(pipe2) };

static const int accepting[] = { SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(getpeername),
				 SCMP_SYS(sendfile), SCMP_SYS(setsockopt) };

static const int connecting[] = { SCMP_SYS(connect), SCMP_SYS(getpeername), SCMP_SYS(sendmmsg),
				  SCMP_SYS(sendto),  SCMP_SYS(setsockopt),  SCMP_SYS(socketpair),
				  SCMP_SYS(recvmmsg) };

/* Landlock says which. */
static const int files[] = {
	SCMP_SYS(access),    SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(fadvise64),
	SCMP_SYS(fallocate), SCMP_SYS(fchmod),     SCMP_SYS(fchown),     SCMP_SYS(fdatasync),
	SCMP_SYS(flock),     SCMP_SYS(fstatfs),    SCMP_SYS(fsync),      SCMP_SYS(ftruncate),
	SCMP_SYS(getcwd),    SCMP_SYS(getdents64), SCMP_SYS(lstat),      SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),   SCMP_SYS(newfstatat), SCMP_SYS(open),       SCMP_SYS(openat),
	SCMP_SYS(pwrite64),  SCMP_SYS(readlink),   SCMP_SYS(readlinkat), SCMP_SYS(rename),
	SCMP_SYS(renameat),  SCMP_SYS(renameat2),  SCMP_SYS(rmdir),      SCMP_SYS(stat),
	SCMP_SYS(statfs),    SCMP_SYS(statx),      SCMP_SYS(umask),      SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
};

/* Libraries ask for the time zone, the number of processors and the like, and take no for an
 * answer. */
static const int looking_for_files[] = {
	SCMP_SYS(access),   SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(getcwd),
	SCMP_SYS(lstat),    SCMP_SYS(open),       SCMP_SYS(openat),     SCMP_SYS(openat2),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(stat),       SCMP_SYS(statfs),
	SCMP_SYS(statx),
};

/* isatty(), priorities and affinity of threads. */
static const int device_control[] = { SCMP_SYS(ioctl) };
static const int priorities[] = { SCMP_SYS(sched_setaffinity), SCMP_SYS(sched_setparam),
				  SCMP_SYS(sched_setscheduler), SCMP_SYS(setpriority) };

/* Its flags lie in memory, where a filter cannot see them; glibc then takes clone(). */
static const int unseen[] = { SCMP_SYS(clone3) };

/* Children that enter a sandbox of their own within this one, and are ended. */
static const int rearing[] = { SCMP_SYS(capset),
			       SCMP_SYS(kill),
			       SCMP_SYS(landlock_create_ruleset),
			       SCMP_SYS(landlock_add_rule),
			       SCMP_SYS(landlock_restrict_self),
			       SCMP_SYS(seccomp),
			       SCMP_SYS(wait4) };

/* Files that are memory, and are sealed. */
static const int remembering[] = { SCMP_SYS(memfd_create), SCMP_SYS(ftruncate) };

/* syslog(3) of libraries, which has to do without. */
static const int new_sockets[] = { SCMP_SYS(socket) };

static const int loading_code[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };

/* What shells and programs need besides; what they run is held by the same filter and landlock. */
static const int running[] = {
	SCMP_SYS(alarm),
	SCMP_SYS(arch_prctl),
	SCMP_SYS(chdir),
	SCMP_SYS(clone),
	SCMP_SYS(execve),
	SCMP_SYS(fchdir),
	SCMP_SYS(fcntl),
	SCMP_SYS(fork),
	SCMP_SYS(getgroups),
	SCMP_SYS(getitimer),
	SCMP_SYS(getpgid),
	SCMP_SYS(getpgrp),
	SCMP_SYS(getpriority),
	SCMP_SYS(getresgid),
	SCMP_SYS(getresuid),
	SCMP_SYS(getsid),
	SCMP_SYS(ioctl),
	SCMP_SYS(kill),
	SCMP_SYS(mincore),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(sendmsg),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(setitimer),
	SCMP_SYS(setpgid),
	SCMP_SYS(setsid),
	SCMP_SYS(tgkill),
	SCMP_SYS(timer_create),
	SCMP_SYS(timer_delete),
	SCMP_SYS(timer_settime),
	SCMP_SYS(vfork),
	SCMP_SYS(wait4),
	SCMP_SYS(waitid),
};

/* What backup programs do with files; landlock says where. No more capabilities than it has come by capset(). */
static const int restoring[] = {
	SCMP_SYS(capset),	SCMP_SYS(chmod),	SCMP_SYS(chown),       SCMP_SYS(copy_file_range), SCMP_SYS(fchmodat),
	SCMP_SYS(fchownat),	SCMP_SYS(fgetxattr),   SCMP_SYS(flistxattr),	  SCMP_SYS(fsetxattr),
	SCMP_SYS(futimesat),	SCMP_SYS(getxattr),    SCMP_SYS(lchown),	  SCMP_SYS(lgetxattr),
	SCMP_SYS(link),		SCMP_SYS(linkat),      SCMP_SYS(listxattr),	  SCMP_SYS(llistxattr),
	SCMP_SYS(lsetxattr),	SCMP_SYS(mknod),       SCMP_SYS(mknodat),	  SCMP_SYS(openat2),
	SCMP_SYS(sendfile),	SCMP_SYS(setxattr),    SCMP_SYS(symlink),	  SCMP_SYS(symlinkat),
	SCMP_SYS(sync_file_range), SCMP_SYS(syncfs),   SCMP_SYS(truncate),	  SCMP_SYS(utime),
	SCMP_SYS(utimensat),	SCMP_SYS(utimes),
};

struct group {
	const int *calls;
	size_t count;
	unsigned who;
	int refused; /* with this errno; 0: allowed */
};

#define GROUP(calls, who, refused)                                                                 \
	{                                                                                          \
		calls, sizeof(calls) / sizeof((calls)[0]), who, refused                            \
	}

static const struct group groups[] = {
	GROUP(calls_of_all, ALL, 0),
	GROUP(duplicating, ALL & ~(SENSOR | MAIL), 0),
	GROUP(accepting, KEEPER | WEB | MILTER, 0),
	GROUP(connecting, TELLER | RUNNER, 0),
	GROUP(files, KEEPER | TELLER | MILTER | RUNNER, 0),
	GROUP(looking_for_files, SENSOR | WEB | MAIL | PARENT, EACCES),
	GROUP(rearing, PARENT, 0),
	GROUP(remembering, SENSOR | KEEPER | PARENT | MILTER, 0),
	GROUP(new_sockets, MILTER, EACCES),
	GROUP(device_control, ALL & ~RUNNER, EPERM),
	GROUP(priorities, ALL & ~RUNNER, EPERM),
	GROUP(unseen, ALL, ENOSYS),
	GROUP(loading_code, TELLER | RUNNER, 0),
	GROUP(running, RUNNER, 0),
	GROUP(restoring, BACKUP, 0),
};

/* A call with one argument of a certain value, other bits than those of the mask aside. */
struct narrow {
	int call;
	unsigned who, argument;
	scmp_datum_t mask, value;
	int refused; /* as above */
};

#define CHILD  (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD) /* what fork() asks for */
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static const struct narrow narrows[] = {
	/* Threads, but no processes. */
	{ SCMP_SYS(clone), ALL & ~(MAIL | PARENT | RUNNER), 0, THREAD, THREAD, 0 },
	{ SCMP_SYS(clone), PARENT, 0, EXACT, CHILD, 0 },
	/* Memory, but no code. */
	{ SCMP_SYS(mmap), ALL & ~(TELLER | RUNNER), 2, PROT_EXEC, 0, 0 },
	{ SCMP_SYS(mprotect), ALL & ~(TELLER | RUNNER), 2, PROT_EXEC, 0, 0 },
	/* fstat(), but not stat(). */
	{ SCMP_SYS(newfstatat), SENSOR | WEB | MAIL | PARENT, 3, AT_EMPTY_PATH, AT_EMPTY_PATH, 0 },
	{ SCMP_SYS(newfstatat), SENSOR | WEB | MAIL | PARENT, 3, AT_EMPTY_PATH, 0, EACCES },
	/* Not F_SETOWN and F_SETSIG, which send signals to others; the sensor as with dup(). */
	{ SCMP_SYS(fcntl), ALL & ~RUNNER, 1, EXACT, F_GETFD, 0 },
	{ SCMP_SYS(fcntl), ALL & ~RUNNER, 1, EXACT, F_SETFD, 0 },
	{ SCMP_SYS(fcntl), ALL & ~RUNNER, 1, EXACT, F_GETFL, 0 },
	{ SCMP_SYS(fcntl), ALL & ~RUNNER, 1, EXACT, F_SETFL, 0 },
	{ SCMP_SYS(fcntl), ALL & ~(SENSOR | MAIL | RUNNER), 1, EXACT, F_DUPFD, 0 },
	{ SCMP_SYS(fcntl), ALL & ~(SENSOR | MAIL | RUNNER), 1, EXACT, F_DUPFD_CLOEXEC, 0 },
	{ SCMP_SYS(fcntl), SENSOR | KEEPER | PARENT | MILTER, 1, EXACT, F_ADD_SEALS, 0 },
	{ SCMP_SYS(fcntl), SENSOR | KEEPER | PARENT | MILTER, 1, EXACT, F_GET_SEALS, 0 },
	{ SCMP_SYS(fcntl), KEEPER | TELLER, 1, EXACT, F_GETLK, 0 },
	{ SCMP_SYS(fcntl), KEEPER | TELLER, 1, EXACT, F_SETLK, 0 },
	{ SCMP_SYS(fcntl), KEEPER | TELLER, 1, EXACT, F_SETLKW, 0 },
	/* Names of threads and of memory. */
	{ SCMP_SYS(prctl), ALL, 0, EXACT, PR_SET_NAME, 0 },
	{ SCMP_SYS(prctl), ALL, 0, EXACT, PR_SET_NAMED, 0 },
	/* What a child needs to enter its own sandbox, and to end with its parent. */
	{ SCMP_SYS(prctl), PARENT, 0, EXACT, PR_SET_NO_NEW_PRIVS, 0 },
	{ SCMP_SYS(prctl), PARENT, 0, EXACT, PR_CAPBSET_READ, 0 },
	{ SCMP_SYS(prctl), PARENT, 0, EXACT, PR_CAPBSET_DROP, 0 },
	{ SCMP_SYS(prctl), PARENT, 0, EXACT, PR_SET_DUMPABLE, 0 },
	{ SCMP_SYS(prctl), MAIL | PARENT | BACKUP, 0, EXACT, PR_SET_PDEATHSIG, 0 },
	{ SCMP_SYS(prctl), BACKUP, 0, EXACT, PR_CAP_AMBIENT, 0 },
	{ SCMP_SYS(socketpair), PARENT, 0, EXACT, AF_UNIX, 0 },
	/* One's own limits. */
	{ SCMP_SYS(prlimit64), ALL, 0, EXACT, 0, 0 },
	/* TCP Fast Open connects without connect(). */
	{ SCMP_SYS(sendmsg), ALL & ~RUNNER, 2, MSG_FASTOPEN, 0, 0 },
	{ SCMP_SYS(sendto), KEEPER | WEB | MILTER, 4, EXACT, 0, 0 },
	{ SCMP_SYS(socket), TELLER | RUNNER, 0, EXACT, AF_INET, 0 },
	{ SCMP_SYS(socket), TELLER | RUNNER, 0, EXACT, AF_INET6, 0 },
	{ SCMP_SYS(socket), TELLER | RUNNER, 0, EXACT, AF_UNIX, EAFNOSUPPORT },
	{ SCMP_SYS(socket), TELLER | RUNNER, 0, EXACT, AF_NETLINK, EAFNOSUPPORT },
};

/* What sends through a descriptor, and what the sensor may call. */
static const int sending[] = { SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(sendmsg) };

static unsigned who_is(const struct sandbox_wish *wish)
{
	return wish->role == SANDBOX_TELLER && wish->may_exec ? EXECS : 1u << wish->role;
}

static uint32_t action_of(int refused)
{
	return refused ? SCMP_ACT_ERRNO((unsigned)refused) : SCMP_ACT_ALLOW;
}

/* These return 0 or a negative errno, as libseccomp does. */

static int add_groups(scmp_filter_ctx filter, unsigned who)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		const struct group *group = &groups[i];

		for (size_t j = 0; (group->who & who) && j < group->count && rc == 0; j++)
			rc = seccomp_rule_add(filter, action_of(group->refused), group->calls[j],
					      0);
	}
	return rc;
}

static int add_narrows(scmp_filter_ctx filter, unsigned who)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(narrows) / sizeof(narrows[0]) && rc == 0; i++) {
		const struct narrow *n = &narrows[i];

		if (n->who & who)
			rc = seccomp_rule_add(
				filter, action_of(n->refused), n->call, 1,
				SCMP_CMP(n->argument, SCMP_CMP_MASKED_EQ, n->mask, n->value));
	}
	return rc;
}

/* abort() and raise(). */
static int add_own_signals(scmp_filter_ctx filter, unsigned who)
{
	if (who & RUNNER)
		return 0;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				SCMP_A0(SCMP_CMP_MASKED_EQ, EXACT, (scmp_datum_t)getpid()));
}

/* Programs are of all kinds, and most do well without what they are refused. */
static int confine_role(unsigned who)
{
	scmp_filter_ctx filter = seccomp_init(who & RUNNER ? SCMP_ACT_ERRNO(EPERM)
							    : SCMP_ACT_KILL_PROCESS);
	int rc;

	if (!filter)
		return -ENOMEM;
	rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0) /* a tree of numbers, not a chain: it is walked at every call */
		rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = add_groups(filter, who);
	if (rc == 0)
		rc = add_narrows(filter, who);
	if (rc == 0)
		rc = add_own_signals(filter, who);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc;
}

/* A filter of its own, as the stricter answer of two counts. */
static int confine_mute(const int *mute)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int rc = 0;

	if (!filter)
		return -ENOMEM;
	for (; *mute >= 0; mute++)
		for (size_t i = 0; i < sizeof(sending) / sizeof(sending[0]) && rc == 0; i++)
			rc = seccomp_rule_add(
				filter, SCMP_ACT_KILL_PROCESS, sending[i], 1,
				SCMP_A0(SCMP_CMP_MASKED_EQ, DESCRIPTOR, (scmp_datum_t)*mute));
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc;
}

bool sandbox_confine_calls(const struct sandbox_wish *wish)
{
	int rc = wish->role == SANDBOX_SENSOR && wish->mute ? confine_mute(wish->mute) : 0;

	if (rc == 0)
		rc = confine_role(who_is(wish));
	errno = -rc;
	return rc == 0;
}
