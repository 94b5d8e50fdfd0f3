/* eve_log.c - lines in memory, then in the file. */
#include "tower/eve_log.h"

#include <errno.h>
#include <unistd.h>

bool eve_log_open(struct eve_log *log)
{
	*log = (struct eve_log){ .fd = -1 };
	log->out = open_memstream(&log->text, &log->size);
	return log->out != NULL;
}

void eve_log_flush(struct eve_log *log)
{
	size_t done = 0;

	if (fflush(log->out) != 0)
		return;
	while (log->fd >= 0 && done < log->size) {
		ssize_t n = write(log->fd, log->text + done, log->size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break; /* the disk is full: these lines are lost, watching goes on */
		done += (size_t)n;
	}
	rewind(log->out);
}

void eve_log_turn(struct eve_log *log, int fd)
{
	eve_log_flush(log);
	if (log->fd >= 0)
		close(log->fd);
	log->fd = fd;
}
