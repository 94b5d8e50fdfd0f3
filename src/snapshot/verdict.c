/* verdict.c - tables of words and codes of restic 0.14 to 0.18 and borg 1.1 to 1.4, and what they mean. */
#include "snapshot/verdict.h"

#include "base/line.h"
#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define LOOKED_AT   4096 /* bytes of a line */
#define LOCK_OLD    1800 /* seconds; restic, internal/restic/lock.go: staleTimeout */
#define COUNT(of)   (sizeof(of) / sizeof(of[0]))

/* Earlier rules are stronger: "cannot open the config: connection refused" is no missing repository. */
struct rule {
	const char *words, *also; /* both are in the line, in any case of letters; NULL: one is enough */
	enum tool_trouble trouble;
	bool always; /* also when the program ended well: it only warns of it */
};

static const struct rule rules[] = {
	{ "wrong password", NULL, TOOL_PASSWORD, false },
	{ "Resolving password failed", NULL, TOOL_PASSWORD, false },
	{ "empty password", NULL, TOOL_PASSWORD, false },
	{ "unable to read password", NULL, TOOL_PASSWORD, false },
	{ "PassphraseWrong", NULL, TOOL_PASSWORD, false },
	{ "PasscommandFailure", NULL, TOOL_PASSWORD, false },
	{ "NoPassphraseFailure", NULL, TOOL_PASSWORD, false },
	{ "KeyfileNotFoundError", NULL, TOOL_PASSWORD, false },
	{ "RepoKeyNotFoundError", NULL, TOOL_PASSWORD, false },
	{ "No space left on device", NULL, TOOL_DISK_FULL, false },
	{ "quota exceeded", NULL, TOOL_DISK_FULL, false },
	{ "QuotaExceeded", NULL, TOOL_DISK_FULL, false },
	{ "InsufficientFreeSpace", NULL, TOOL_DISK_FULL, false },
	{ "Insufficient Storage", NULL, TOOL_DISK_FULL, false }, /* HTTP 507 of rest-server */
	{ "already locked", NULL, TOOL_LOCKED, false },
	{ "LockTimeout", NULL, TOOL_LOCKED, false },
	{ "LockError", NULL, TOOL_LOCKED, false },
	/* ssh of OpenSSH 9.2 */
	{ "REMOTE HOST IDENTIFICATION", NULL, TOOL_HOST_CHANGED, false },
	{ "Host key verification failed", NULL, TOOL_HOST_UNKNOWN, false },
	{ "Permission denied (", "publickey", TOOL_KEY_REFUSED, false },
	{ "Too many authentication failures", NULL, TOOL_KEY_REFUSED, false },
	{ "Could not resolve host", NULL, TOOL_UNREACHABLE, false },
	{ "no such host", NULL, TOOL_UNREACHABLE, false },
	{ "Connection refused", NULL, TOOL_UNREACHABLE, false },
	{ "Connection timed out", NULL, TOOL_UNREACHABLE, false },
	{ "Connection reset", NULL, TOOL_UNREACHABLE, false },
	{ "i/o timeout", NULL, TOOL_UNREACHABLE, false },
	{ "No route to host", NULL, TOOL_UNREACHABLE, false },
	{ "Network is unreachable", NULL, TOOL_UNREACHABLE, false },
	{ "server misbehaving", NULL, TOOL_UNREACHABLE, false },
	{ "endpoint is not connected", NULL, TOOL_UNREACHABLE, false }, /* a FUSE mount whose server died */
	{ "Stale file handle", NULL, TOOL_UNREACHABLE, false },         /* NFS */
	{ "Host is down", NULL, TOOL_UNREACHABLE, false },              /* CIFS */
	{ "Pack ID does not match", NULL, TOOL_DAMAGED, false },
	{ "ciphertext verification failed", NULL, TOOL_DAMAGED, false },
	{ "invalid data returned", NULL, TOOL_DAMAGED, false },
	{ "hash does not match", NULL, TOOL_DAMAGED, false },
	{ "not found in index", NULL, TOOL_DAMAGED, false },
	{ "not found in repository", NULL, TOOL_DAMAGED, false },
	{ "returned error, retrying", "no such file or directory", TOOL_DAMAGED, false },
	{ "StreamPack", "no such file or directory", TOOL_DAMAGED, false },
	{ "pack ", "does not exist", TOOL_DAMAGED, false },
	{ "FileNotFoundError", "/data/", TOOL_DAMAGED, false }, /* a segment of borg is gone */
	{ "IntegrityError", NULL, TOOL_DAMAGED, false },
	{ "Data integrity error", NULL, TOOL_DAMAGED, false },
	{ "Repository.CheckNeeded", NULL, TOOL_DAMAGED, false },
	{ "Repository.ObjectNotFound", NULL, TOOL_DAMAGED, false },
	{ "InvalidRepositoryConfig", NULL, TOOL_DAMAGED, false },
	{ "repository contains errors", NULL, TOOL_DAMAGED, false },
	{ "LoadIndex returned errors", NULL, TOOL_DAMAGED, false },
	{ "errors found", NULL, TOOL_DAMAGED, false },
	{ "problems found", NULL, TOOL_DAMAGED, false },
	{ "Missing file chunk detected", NULL, TOOL_DAMAGED, false },
	{ "unexpected end of JSON input", NULL, TOOL_DAMAGED, false },
	{ "Input/output error", NULL, TOOL_DAMAGED, false },
	{ "no matching ID found", NULL, TOOL_NO_SNAPSHOT, true },
	{ "no snapshot found", NULL, TOOL_NO_SNAPSHOT, true },
	{ "Archive.DoesNotExist", NULL, TOOL_NO_SNAPSHOT, false },
	{ "permission denied", NULL, TOOL_DENIED, false },
	{ "operation not permitted", NULL, TOOL_DENIED, false },
	{ "read-only file system", NULL, TOOL_DENIED, false },
	{ "AccessDenied", NULL, TOOL_DENIED, false },
	{ "Access Denied", NULL, TOOL_DENIED, false },
	{ "403 Forbidden", NULL, TOOL_DENIED, false },
	{ "401 Unauthorized", NULL, TOOL_DENIED, false },
	{ "LockFailed", NULL, TOOL_DENIED, false },
	{ "unable to start the sftp session", NULL, TOOL_UNREACHABLE, false },
	{ "ConnectionClosed", NULL, TOOL_UNREACHABLE, false },
	{ "BrokenPipeError", NULL, TOOL_UNREACHABLE, false }, /* borg, in the middle of its work */
	{ "ssh exited", NULL, TOOL_UNREACHABLE, false },
	{ "ssh command exited", NULL, TOOL_UNREACHABLE, false }, /* restic, in the middle of its work */
	{ "Is there a repository at", NULL, TOOL_NO_REPOSITORY, false },
	{ "repository does not exist", NULL, TOOL_NO_REPOSITORY, false },
	{ "unable to open config file", NULL, TOOL_NO_REPOSITORY, false },
	{ "Repository.DoesNotExist", NULL, TOOL_NO_REPOSITORY, false },
	{ "Repository.InvalidRepository", NULL, TOOL_NO_REPOSITORY, false },
	{ "does not exist, skipping", NULL, TOOL_PARTLY, true },
	{ "could not be read", NULL, TOOL_PARTLY, true },
	{ "never matched", NULL, TOOL_PARTLY, true },
};

/* restic's codes since 0.17 (its manual, "Scripting"); borg's say the same only if asked for modern ones. */
static const struct code {
	int code;
	enum tool_trouble trouble;
} codes[] = {
	{ 10, TOOL_NO_REPOSITORY },
	{ 11, TOOL_LOCKED },
	{ 12, TOOL_PASSWORD },
	{ 130, TOOL_KILLED },
};

void said_show(char said[TOOL_SAID], struct span line)
{
	char rune[RUNE_TEXT];

	line = line_cut(line_trim(line), LOOKED_AT);
	if (line.len && line.ptr[line.len - 1] == '\r') /* ssh's lines end as those of a terminal */
		line.len--;
	said[0] = '\0';
	while (line.len > 0) {
		rune_text(text_rune(&line), rune);
		if (strlen(said) + strlen(rune) >= TOOL_SAID)
			return;
		text_append(said, TOOL_SAID, "%s", rune);
	}
}

bool duration_read(struct span text, double *seconds)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = { { "h", 3600 }, { "ms", 1e-3 }, { "m", 60 }, { "\xc2\xb5s", 1e-6 }, { "ns", 1e-9 }, { "s", 1 } };
	double sum = 0;

	while (text.len > 0) {
		double number = 0, scale = 0;
		size_t at = 0, unit = 0;

		for (; at < text.len && at < 18 && ((text.ptr[at] >= '0' && text.ptr[at] <= '9') || text.ptr[at] == '.'); at++) {
			if (text.ptr[at] == '.') {
				scale = 1;
				continue;
			}
			scale /= 10;
			number = scale > 0 ? number + scale * (text.ptr[at] - '0') : number * 10 + (text.ptr[at] - '0');
		}
		text = line_from(text, at);
		while (unit < COUNT(units) && !line_begins(text, units[unit].name))
			unit++;
		if (at == 0 || unit == COUNT(units))
			return false;
		sum += number * units[unit].seconds;
		text = line_from(text, strlen(units[unit].name));
	}
	*seconds = sum;
	return sum > 0;
}

/* The part of a line behind these words; empty when they are not in it. */
static struct span behind(struct span line, const char *words)
{
	const uint8_t *found = line.len ? memmem(line.ptr, line.len, words, strlen(words)) : NULL;

	return found ? line_from(line, (size_t)(found - line.ptr) + strlen(words)) : (struct span){ line.ptr, 0 };
}

/* "... already locked exclusively by PID 7 on host by root (UID 0, GID 0)", "lock was created at T (1m2s ago)". */
static void lock_line(struct verdict_lock *lock, struct span line)
{
	struct span rest = behind(line, " by PID "), age = behind(line, "lock was created at ");
	uint64_t pid;

	if (rest.len > 0 && line_number(line_until(&rest, ' '), INT32_MAX, &pid) && line_begins(rest, "on ")) {
		struct span host = line_from(rest, 3);

		host = line_until(&host, ' ');
		lock->pid = (uint32_t)pid;
		snprintf(lock->host, sizeof(lock->host), "%.*s", (int)(host.len < 127 ? host.len : 127), (const char *)host.ptr);
	}
	age = behind(age, "(");
	age = line_until(&age, ' ');
	if (age.len > 0 && !duration_read(age, &lock->age))
		lock->age = 0;
}

/* The strongest rule that the line is of and that is stronger than `rank`; 0: none. `always`: of these alone. */
static unsigned rule_of(struct span line, unsigned rank, bool always)
{
	for (unsigned i = 0; i < COUNT(rules) && (rank == 0 || i + 1 < rank); i++)
		if ((!always || rules[i].always) && line_contains(line, rules[i].words) &&
		    (!rules[i].also || line_contains(line, rules[i].also)))
			return i + 1;
	return 0;
}

void verdict_line(struct verdict *v, struct span line)
{
	unsigned rank, warned;

	line = line_cut(line_trim(line), LOOKED_AT);
	if (line.len == 0)
		return;
	said_show(v->last, line);
	lock_line(&v->lock, line);
	rank = rule_of(line, v->rank, false);
	warned = rule_of(line, v->warned, true);
	if (rank) {
		v->rank = rank;
		said_show(v->said, line);
	}
	if (warned) { /* kept apart: what was tried again and went well must not hide it */
		v->warned = warned;
		said_show(v->warning, line);
	}
}

bool verdict_lock_dead(const struct verdict_lock *lock, const char *host)
{
	if (lock->age > LOCK_OLD)
		return true;
	return lock->pid > 0 && strcmp(lock->host, host) == 0 && kill((pid_t)lock->pid, 0) != 0 && errno == ESRCH;
}

/* Of a program that ended by itself. */
static enum tool_trouble judge(const struct verdict *v, int code, int partly)
{
	const struct rule *rule = v->rank ? &rules[v->rank - 1] : NULL;

	if (code == 0)
		return v->warned ? rules[v->warned - 1].trouble : TOOL_FINE;
	/* That some files of the source may not be read is what the code says already. */
	if (code == partly && (!rule || rule->trouble == TOOL_DENIED || rule->trouble == TOOL_NO_REPOSITORY))
		return TOOL_PARTLY;
	for (size_t i = 0; i < COUNT(codes); i++)
		if (code == codes[i].code)
			return codes[i].trouble;
	if (rule && rule->trouble == TOOL_PARTLY && code != partly)
		return TOOL_OTHER; /* it gave up */
	return rule ? rule->trouble : TOOL_OTHER;
}

static enum tool_trouble how(const struct verdict *v, const struct program_end *end, int partly)
{
	switch (end->how) {
	case PROGRAM_ENDED:
		return judge(v, end->code, partly);
	case PROGRAM_ENOUGH:
		return TOOL_FINE;
	case PROGRAM_STOPPED:
		return TOOL_STOPPED;
	case PROGRAM_LATE:
		/* restic tries again for a quarter of an hour when nobody answers: that is the reason, then. */
		return v->rank && rules[v->rank - 1].trouble == TOOL_UNREACHABLE ? TOOL_UNREACHABLE : TOOL_TIME;
	case PROGRAM_KILLED:
		return TOOL_KILLED;
	case PROGRAM_FAILED:
		return end->code == ENOENT ? TOOL_MISSING : TOOL_OTHER;
	}
	return TOOL_OTHER;
}

void verdict_end(const struct verdict *v, const struct program_end *end, int partly, struct tool_result *result)
{
	char host[128] = "";

	result->trouble = how(v, end, partly);
	result->code = end->how == PROGRAM_ENDED ? end->code : -1;
	result->seconds += end->seconds;
	gethostname(host, sizeof(host) - 1);
	if (result->trouble == TOOL_LOCKED && verdict_lock_dead(&v->lock, host))
		result->trouble = TOOL_LOCK_STALE;
	if (end->how == PROGRAM_KILLED && end->code > 0)
		snprintf(result->said, TOOL_SAID, "signal %d (%s)", end->code, strsignal(end->code));
	else if (end->how == PROGRAM_FAILED)
		snprintf(result->said, TOOL_SAID, "%s", strerror(end->code));
	else if (result->trouble != TOOL_FINE && end->how == PROGRAM_ENDED && end->code == 0)
		snprintf(result->said, TOOL_SAID, "%s", v->warning);
	else if (result->trouble != TOOL_FINE && result->trouble != TOOL_STOPPED)
		snprintf(result->said, TOOL_SAID, "%s", v->rank ? v->said : v->last);
}
