/*
 * xdp.h - what both halves of AF_XDP know of a ring.
 *
 * Its memory is a memfd: blocks that the kernel writes a frame into each, then a page of the reader's
 * own. Two queues of as many entries as there are blocks lie in the socket: `fill` holds the blocks
 * that wait for a frame, `rx` those that have one. Every block is in one of them, or in the driver's
 * hands; what the reader has in hand stays in `rx` until it gives it back, to `fill`. So the producer
 * of `fill` is always the number of blocks ahead of the consumer of `rx`, but for the moment between
 * two writes.
 */
#ifndef LIVE_XDP_H
#define LIVE_XDP_H

#include "live/live.h"

#include <linux/if_xdp.h>

#define XDP_MARK_ROOM 4096u /* behind the blocks */

/* What the next reader must know if this one dies. */
struct xdp_mark {
	uint64_t dropped, full; /* of the kernel's counts: told already */
	uint32_t until;         /* the entry of `rx` behind those in hand */
};

static inline size_t xdp_frame_bytes(const struct live_shape *shape)
{
	return (size_t)shape->block_bytes * shape->blocks;
}

#endif
