/* bgp_exabgp.c - whole lines into a FIFO, never waiting for its reader. */
#include "bgp/bgp_exabgp.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(BGP_TEXT + 16 <= PIPE_BUF, "a line is written whole, or not at all: pipe(7)");

enum err bgp_exabgp_init(struct bgp_exabgp *exabgp, const struct hand_settings *settings,
			 char trouble[HAND_TROUBLE])
{
	struct bgp_exabgp read = { .used = *settings->exabgp != '\0', .fd = -1 };

	if (snprintf(read.path, sizeof(read.path), "%s", settings->exabgp) >=
	    (int)sizeof(read.path)) {
		snprintf(trouble, HAND_TROUBLE, "bgp: the path of respond.exabgp is too long");
		return ERR_FORMAT;
	}
	*exabgp = read;
	return OK;
}

void bgp_exabgp_close(struct bgp_exabgp *exabgp)
{
	if (exabgp->used && exabgp->fd >= 0)
		close(exabgp->fd);
	exabgp->fd = -1;
}

static enum err refused(struct bgp_exabgp *exabgp, char trouble[HAND_TROUBLE], const char *why)
{
	bgp_exabgp_close(exabgp);
	exabgp->gone = true;
	snprintf(trouble, HAND_TROUBLE, "bgp: %.120s: %s", exabgp->path, why);
	return ERR_OPEN;
}

enum err bgp_exabgp_ask(struct bgp_exabgp *exabgp, char trouble[HAND_TROUBLE])
{
	struct pollfd wait = { .fd = exabgp->fd, .events = POLLOUT };
	struct stat stat;

	if (exabgp->fd >= 0 && poll(&wait, 1, 0) >= 0 && !(wait.revents & POLLERR))
		return OK;
	bgp_exabgp_close(exabgp);
	exabgp->fd = open(exabgp->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (exabgp->fd < 0 && errno == ENXIO)
		return refused(exabgp, trouble,
			       "no ExaBGP reads it: start it, with a process that reads this FIFO");
	if (exabgp->fd < 0)
		return refused(exabgp, trouble, strerror(errno));
	if (fstat(exabgp->fd, &stat) != 0 || !S_ISFIFO(stat.st_mode))
		return refused(exabgp, trouble, "it is no FIFO");
	return OK;
}

enum err bgp_exabgp_tell(struct bgp_exabgp *exabgp, enum bgp_tell tell,
			 const struct bgp_route *route, char trouble[HAND_TROUBLE])
{
	char line[BGP_TEXT + 16];
	enum err err = bgp_exabgp_ask(exabgp, trouble);
	int size = snprintf(line, sizeof(line), "%s %s\n",
			    tell == BGP_ANNOUNCE ? "announce" : "withdraw", route->exabgp);

	if (err != OK)
		return err;
	if (write(exabgp->fd, line, (size_t)size) == size)
		return OK;
	return refused(exabgp, trouble,
		       errno == EAGAIN ? "ExaBGP does not read what waits in it" : strerror(errno));
}
