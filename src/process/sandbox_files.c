/*
 * sandbox_files.c - landlock: which files a role may open, and that it reaches no ports and no
 * other processes.
 *
 * The numbers that headers of 2023 do not have yet are from the kernel's
 * include/uapi/linux/landlock.h.
 */
#include "process/sandbox_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_FIRST ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1) /* all of version 1 */
#define TRUNCATE    (UINT64_C(1) << 14)                      /* since version 3 */
#define IOCTL_DEV   (UINT64_C(1) << 15)                      /* 5: ioctl on devices opened later */
#define PORT_BIND   (UINT64_C(1) << 0)                       /* SANDBOX_PORTS_SINCE */
#define PORT_REACH  (UINT64_C(1) << 1)
#define SCOPES      (UINT64_C(3)) /* SANDBOX_SCOPES_SINCE: abstract sockets and signals of others */

/* What a right may be about when the path is no folder. */
#define OF_A_FILE                                                                                  \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |                              \
	 LANDLOCK_ACCESS_FS_READ_FILE | TRUNCATE | IOCTL_DEV)

#define READ    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define EXECUTE (READ | LANDLOCK_ACCESS_FS_EXECUTE)
#define WRITE                                                                                      \
	(READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                    \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |                            \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | TRUNCATE)
/* What a restore makes; no devices. */
#define RESTORE (WRITE | LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SOCK)

/* struct landlock_ruleset_attr as it is since version 6; older kernels take zeros for what they
 * lack. */
struct ruleset {
	uint64_t files, ports, scopes; /* what is held back unless a rule allows it */
};

/* SQLite draws its salts from there. */
static const char *const keeper_reads[] = { "/dev/urandom", NULL };

/* The resolver, the CA certificates, and modules of the resolver that are no part of libc. */
static const char *const teller_reads[] = {
	"/dev/urandom",
	"/etc/ca-certificates",
	"/etc/gai.conf",
	"/etc/host.conf",
	"/etc/hosts",
	"/etc/ld.so.cache",
	"/etc/localtime",
	"/etc/nsswitch.conf",
	"/etc/resolv.conf",
	"/etc/services",
	"/etc/ssl/certs",
	"/etc/ssl/openssl.cnf",
	"/lib",
	"/lib64",
	"/run/systemd/resolve",
	"/usr/lib",
	"/usr/local/share/ca-certificates",
	"/usr/share/ca-certificates",
	"/usr/share/zoneinfo",
	NULL,
};

/* What restic, borg and ssh read besides, and the programs that are made of Python. */
static const char *const backup_reads[] = { "/etc/group", "/etc/passwd", "/etc/python3", "/etc/ssh", "/dev/zero", NULL };

/* What programs and scripts are made of. */
static const char *const program_folders[] = { "/bin", "/lib", "/lib64", "/sbin", "/usr", NULL };

static uint64_t known_files(int version)
{
	uint64_t files = FILES_FIRST;

	if (version >= 2)
		files |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		files |= TRUNCATE;
	if (version >= 5)
		files |= IOCTL_DEV;
	return files;
}

static bool is_outward(const struct sandbox_wish *wish)
{
	return wish->role == SANDBOX_TELLER || wish->role == SANDBOX_BACKUP;
}

static struct ruleset ruleset_of(const struct sandbox_wish *wish, int version)
{
	struct ruleset rules = { .files = known_files(version) };

	if (version >= SANDBOX_PORTS_SINCE)
		rules.ports = is_outward(wish) ? PORT_BIND : PORT_BIND | PORT_REACH;
	if (version >= SANDBOX_SCOPES_SINCE)
		rules.scopes = SCOPES;
	return rules;
}

/* Allows the rights at a path and below it. */
static bool allow(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .parent_fd = open(path, O_PATH | O_CLOEXEC) };
	struct stat what;
	bool done;

	if (rule.parent_fd < 0)
		return false;
	done = fstat(rule.parent_fd, &what) == 0;
	rule.allowed_access = done && S_ISDIR(what.st_mode) ? rights : rights & OF_A_FILE;
	done = done &&
	       syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return done;
}

static bool allow_each(int ruleset, const char *const *paths, uint64_t rights)
{
	for (; paths && *paths; paths++)
		if (!allow(ruleset, *paths, rights))
			return false;
	return true;
}

/* The same for the paths of systems in general, of which this one need not have all. */
static bool allow_where_there(int ruleset, const char *const *paths, uint64_t rights)
{
	for (; *paths; paths++)
		if (!allow(ruleset, *paths, rights) && errno != ENOENT)
			return false;
	return true;
}

static bool may_exec(const struct sandbox_wish *wish)
{
	return wish->may_exec || wish->role == SANDBOX_BACKUP;
}

static bool allow_system(int ruleset, const struct sandbox_wish *wish, uint64_t known)
{
	if (wish->role == SANDBOX_KEEPER)
		return allow_where_there(ruleset, keeper_reads, READ & known);
	if (!is_outward(wish))
		return true;
	if (!allow_where_there(ruleset, teller_reads, READ & known) ||
	    (wish->role == SANDBOX_BACKUP && !allow_where_there(ruleset, backup_reads, READ & known)))
		return false;
	return !may_exec(wish) || (allow_where_there(ruleset, program_folders, EXECUTE & known) &&
				   allow(ruleset, "/dev/null", (WRITE | IOCTL_DEV) & known));
}

static bool allow_wish(int ruleset, const struct sandbox_wish *wish, uint64_t known)
{
	if (wish->write && !allow(ruleset, wish->write, (wish->role == SANDBOX_BACKUP ? RESTORE : WRITE) & known))
		return false;
	if (wish->writes && !allow_where_there(ruleset, wish->writes, RESTORE & known))
		return false;
	if (wish->lists && !allow_where_there(ruleset, wish->lists, LANDLOCK_ACCESS_FS_READ_DIR & known))
		return false;
	return allow_each(ruleset, wish->read, (may_exec(wish) ? EXECUTE : READ) & known);
}

/* 0: none, or switched off. */
static int kernel_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);

	return version > 0 ? (int)version : 0;
}

bool sandbox_confine_files(const struct sandbox_wish *wish, int *version)
{
	struct ruleset rules;
	bool done;
	int ruleset;

	*version = kernel_version();
	if (*version == 0)
		return true;
	rules = ruleset_of(wish, *version);
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (ruleset < 0)
		return false;
	done = allow_system(ruleset, wish, rules.files) && allow_wish(ruleset, wish, rules.files) &&
	       syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return done;
}
