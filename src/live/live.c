/* live.c - the unprivileged half: each call goes to the reader of the ring's kind. */
#include "live/live_private.h"

#include <unistd.h>

static const struct live_reader *const readers[] = {
	[LIVE_PACKET] = &packet_reader,
	[LIVE_XDP] = &xdp_reader,
};

struct live *live_attach(const struct live_ring *ring)
{
	const struct live_reader *reader = readers[ring->shape.kind];
	struct live *live = reader->attach(ring);

	if (live) {
		live->reader = reader;
		live->fd = ring->fd;
	}
	return live;
}

void live_detach(struct live *live)
{
	int fd = live ? live->fd : -1;

	if (!live)
		return;
	live->reader->detach(live);
	close(fd);
}

int live_fd(const struct live *live)
{
	return live->wake;
}

enum live_link live_link(const struct live *live)
{
	return live->link;
}

size_t live_read(struct live *live, struct frame *frames, size_t max)
{
	return live->reader->read(live, frames, max);
}

void live_counts(struct live *live, struct live_counts *counts)
{
	live->reader->count(live);
	*counts = live->counts;
}
