/* sandbox.c - the order in which a process gives its rights up: user, capabilities, and the report.
 */
#include "process/sandbox.h"

#include "process/sandbox_private.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READING (UINT32_C(1) << CAP_DAC_READ_SEARCH)

const char *sandbox_role_name(enum sandbox_role role)
{
	static const char *const names[SANDBOX_ROLES] = {
		[SANDBOX_SENSOR] = "sensor", [SANDBOX_KEEPER] = "keeper", [SANDBOX_WEB] = "web",
		[SANDBOX_TELLER] = "teller", [SANDBOX_MAIL] = "exam",     [SANDBOX_PARENT] = "mail",
		[SANDBOX_MILTER] = "milter", [SANDBOX_BACKUP] = "backup",
	};

	return role < SANDBOX_ROLES ? names[role] : "?";
}

static void report_missing(struct sandbox_report *report, const char *what)
{
	size_t used = strlen(report->missing);

	snprintf(report->missing + used, sizeof(report->missing) - used, "%s%s", used ? "; " : "",
		 what);
}

/* Each thread is a folder there. Without /proc nobody knows: then it is the caller's word. */
static bool has_one_thread(void)
{
	struct stat tasks;

	return stat("/proc/self/task", &tasks) != 0 || tasks.st_nlink == 3;
}

static void report_landlock(struct sandbox_report *report, int version)
{
	report->landlock = version > 0;
	if (version == 0)
		report_missing(report,
			       "no landlock: files that the user may open are not held back");
	else if (version < SANDBOX_PORTS_SINCE)
		report_missing(report, "old landlock: ports and signals are not held back by it");
	else if (version < SANDBOX_SCOPES_SINCE)
		report_missing(report, "old landlock: signals are not held back by it");
}

/* From root to the user of the wish, and no way back. */
static bool become_user(const struct sandbox_wish *wish)
{
	if (geteuid() != 0 || wish->uid == 0)
		return true;
	if (setgroups(0, NULL) != 0 || setresgid(wish->gid, wish->gid, wish->gid) != 0 ||
	    setresuid(wish->uid, wish->uid, wish->uid) != 0)
		return false;
	if (setuid(0) == 0 || geteuid() != wish->uid || getegid() != wish->gid) {
		errno = EPERM;
		return false;
	}
	return true;
}

/* The bounding set can only be emptied by who has CAP_SETPCAP; for others no_new_privs does as
 * much. */
static void drop_bounding_set(bool reading)
{
	for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		if (!(reading && capability == CAP_DAC_READ_SEARCH) &&
		    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
			return;
}

/* Ambient ones go with the permitted ones. */
static bool set_capabilities(uint32_t kept, uint32_t effective)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {
		{ .effective = effective, .permitted = kept, .inheritable = kept }
	};

	return syscall(SYS_capset, &header, sets) == 0;
}

/* Only programs that are begun later have it in force: what this process reads itself, its user
 * must be allowed to. Where it is not to be had, they do without. */
static void lend_reading(void)
{
	if (set_capabilities(READING, 0))
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0);
}

void sandbox_read_all(void)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_DAC_READ_SEARCH, 0, 0) == 1 &&
	    !set_capabilities(READING, READING))
		errno = EPERM; /* then what others own is not read, and that is told for each file
				*/
}

/* The kernel takes it away with the user, unless it is asked not to. */
static bool keeps_reading(const struct sandbox_wish *wish)
{
	return wish->role == SANDBOX_BACKUP && wish->read_all && geteuid() == 0 &&
	       prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0;
}

enum err sandbox_enter(const struct sandbox_wish *wish, struct sandbox_report *report)
{
	struct sandbox_report done = { .landlock = false };
	bool reading;
	int version;

	if (!has_one_thread()) {
		errno = EBUSY;
		return ERR_UNSUPPORTED;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return ERR_OPEN;
	if (!sandbox_confine_files(wish, &version))
		return ERR_OPEN;
	report_landlock(&done, version);
	reading = keeps_reading(wish);
	drop_bounding_set(reading);
	if (!become_user(wish))
		return ERR_OPEN;
	done.user = geteuid() != 0;
	if (!done.user)
		report_missing(&done, "it stays root");
	if (reading)
		lend_reading();
	else if (!set_capabilities(0, 0))
		return ERR_OPEN;
	done.capabilities = true;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || !sandbox_confine_calls(wish))
		return ERR_OPEN;
	done.seccomp = true;
	*report = done;
	return OK;
}
