/* eve_log.c - lines in memory, then in the file. */
#include "tower/eve_log.h"
#include "base/span.h"

#include <unistd.h>

bool eve_log_open(struct eve_log *log)
{
	*log = (struct eve_log){ .fd = -1 };
	log->out = open_memstream(&log->text, &log->size);
	return log->out != NULL;
}

void eve_log_flush(struct eve_log *log)
{
	if (fflush(log->out) != 0)
		return;
	if (log->fd >= 0) /* when the disk is full these lines are lost, and watching goes on */
		(void)span_write(log->fd, (struct span){ (const uint8_t *)log->text, log->size });
	rewind(log->out);
}

void eve_log_turn(struct eve_log *log, int fd)
{
	eve_log_flush(log);
	if (log->fd >= 0)
		close(log->fd);
	log->fd = fd;
}
