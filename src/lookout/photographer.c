/* photographer.c - requests in, pictures out: a socketpair of packets, so that none is ever half. */
#include "lookout/photographer.h"

#include "deface/picture.h"
#include "probe/probe.h"
#include "tower/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECONDS 30 /* for one picture */
#define CALM    10 /* nice: the watch comes first */

static const char self[] = "photographer";

struct request {
	uint64_t number;
	struct ip at;
	char url[PROBE_URL];
};

struct answer {
	uint64_t number;
	uint8_t taken;
	uint8_t hash[8];
};

/* --- the process */

/* Descriptor 3 is the socket, and there is no other; the browser's own ones lead nowhere, too. */
static bool keep_socket(int fd)
{
	int null = open("/dev/null", O_RDWR);

	fd = fcntl(fd, F_DUPFD, 4); /* out of the way of those that are put in place */
	if (null < 0 || fd < 0)
		return false;
	for (int i = 0; i < 3; i++)
		if (dup2(null, i) < 0)
			return false;
	return dup2(fd, 3) == 3 && close_range(4, ~0u, 0) == 0;
}

/* Never root, which the browser would need to give up its own sandbox for. */
static bool become(const struct watch *watch)
{
	const struct rlimit none = { 0, 0 };

	if (geteuid() == 0 && (!watch->uid || setgroups(0, NULL) != 0 ||
			       setresgid(watch->gid, watch->gid, watch->gid) != 0 ||
			       setresuid(watch->uid, watch->uid, watch->uid) != 0))
		return false;
	/* no program can give back what was given up: the browser's sandbox needs user namespaces then, not set-user-ID */
	return geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &none) == 0;
}

static void take_pictures(const char *browser, const char *folder)
{
	struct request request;

	while (recv(3, &request, sizeof(request), 0) == (ssize_t)sizeof(request)) {
		struct answer answer = { .number = request.number };

		request.url[sizeof(request.url) - 1] = '\0';
		answer.taken = picture_take(browser, request.url, &request.at, folder, SECONDS, answer.hash) == OK;
		if (send(3, &answer, sizeof(answer), MSG_NOSIGNAL) != (ssize_t)sizeof(answer))
			return;
	}
}

static void begin(const struct watch *watch, const char *browser, const char *folder, int fd)
{
	prctl(PR_SET_NAME, "hinomi-picture");
	signal(SIGCHLD, SIG_DFL); /* it waits for the browser */
	umask(077);
	config_forget_secrets(watch->config);
	if (!become(watch)) {
		process_log(self, "it cannot become another user, so there are no pictures: %s", strerror(errno));
		return;
	}
	setpriority(PRIO_PROCESS, 0, CALM);
	picture_clean(folder);
	if (keep_socket(fd))
		take_pictures(browser, folder);
}

/* --- the watch's end */

int photographer_new(const struct watch *watch, const char *folder)
{
	const char *browser = picture_browser();
	int fds[2];
	pid_t pid;

	if (watch->config->site.picture == SITE_PICTURE_OFF || !browser)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
		process_log(self, "cannot begin: %s", strerror(errno));
		return -1;
	}
	signal(SIGCHLD, SIG_IGN); /* nobody waits for it: the sandbox knows no wait(2) */
	pid = fork();
	if (pid == 0) {
		begin(watch, browser, folder, fds[1]);
		_exit(0);
	}
	close(fds[1]);
	if (pid > 0 && fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0)
		return fds[0];
	process_log(self, "cannot begin: %s", strerror(errno));
	close(fds[0]);
	return -1;
}

enum err photographer_ask(int fd, uint64_t number, const struct site_picture_page *page)
{
	struct request request = { .number = number, .at = *page->at };

	snprintf(request.url, sizeof(request.url), "%s", page->url);
	return send(fd, &request, sizeof(request), MSG_NOSIGNAL) == (ssize_t)sizeof(request) ? OK : ERR_WRITE;
}

enum err photographer_hear(int fd, uint64_t *number, uint8_t hash[8], bool *taken)
{
	struct answer answer;
	ssize_t got = recv(fd, &answer, sizeof(answer), 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return ERR_EMPTY;
	if (got != (ssize_t)sizeof(answer))
		return ERR_READ;
	*number = answer.number;
	*taken = answer.taken == 1;
	memcpy(hash, answer.hash, sizeof(answer.hash));
	return OK;
}
