/* xdp.c - reading AF_XDP: frames where the descriptors of a mapped queue say. */
#include "live/xdp.h"

#include "live/live_private.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY 2000000 /* nanoseconds: an eighth of what the usual ring takes at 500,000 frames/s */

struct queue {
	uint32_t *producer, *consumer;
	void *entries;
	void *memory;
	size_t bytes;
};

struct xdp_ring {
	struct live live; /* first */
	struct live_shape shape;
	struct queue rx, fill;
	uint8_t *memory; /* of the blocks, and of the mark */
	struct xdp_mark *mark;
};

static bool queue_map(struct queue *queue, int fd, off_t which, const struct live_queue *at, size_t room)
{
	uint8_t *memory = mmap(NULL, at->entries + room, PROT_READ | PROT_WRITE, MAP_SHARED, fd, which);

	if (memory == MAP_FAILED)
		return false;
	*queue = (struct queue){
		.producer = (uint32_t *)(memory + at->producer),
		.consumer = (uint32_t *)(memory + at->consumer),
		.entries = memory + at->entries,
		.memory = memory,
		.bytes = at->entries + room,
	};
	return true;
}

static void queue_unmap(struct queue *queue)
{
	if (queue->memory)
		munmap(queue->memory, queue->bytes);
}

static const struct xdp_desc *came(const struct xdp_ring *ring, uint32_t number)
{
	return (const struct xdp_desc *)ring->rx.entries + (number & (ring->shape.blocks - 1));
}

/* Gives blocks of the next `count` entries of `rx` back to the kernel, also those that it should not
 * have told of: it looks at all. If we die between the two writes, the next reader sees it. */
static void blocks_return(struct xdp_ring *ring, uint32_t count)
{
	uint32_t from = *ring->rx.consumer, to = *ring->fill.producer;
	uint64_t *fill = ring->fill.entries;

	for (uint32_t i = 0; i < count; i++)
		fill[(to + i) & (ring->shape.blocks - 1)] =
			came(ring, from + i)->addr & ~(uint64_t)(ring->shape.block_bytes - 1);
	__atomic_store_n(ring->fill.producer, to + count, __ATOMIC_RELEASE);
	__atomic_store_n(ring->rx.consumer, from + count, __ATOMIC_RELEASE);
}

/* How many entries wait, those in hand included. More than there can be only stand there when a
 * reader was broken into: they are passed over. */
static uint32_t waiting(struct xdp_ring *ring)
{
	uint32_t producer = __atomic_load_n(ring->rx.producer, __ATOMIC_ACQUIRE);
	uint32_t count = producer - *ring->rx.consumer;

	if (count <= ring->shape.blocks)
		return count;
	__atomic_store_n(ring->rx.consumer, producer, __ATOMIC_RELEASE);
	return 0;
}

/* What the last call handed out. */
static uint32_t in_hand(struct xdp_ring *ring)
{
	uint32_t count = ring->mark->until - *ring->rx.consumer;

	return count <= waiting(ring) ? count : 0;
}

/* Where a reader before us left off: it may have died in the middle of giving back, or with frames in
 * hand, one of which may have been what killed it. Our first call gives these back, as if they were
 * ours. */
static void take_over(struct xdp_ring *ring)
{
	uint32_t halfway = *ring->fill.producer - *ring->rx.consumer - ring->shape.blocks;

	if (halfway <= waiting(ring))
		__atomic_store_n(ring->rx.consumer, *ring->rx.consumer + halfway, __ATOMIC_RELEASE);
	ring->live.counts.skipped += in_hand(ring);
}

static void xdp_detach(struct live *live)
{
	struct xdp_ring *ring = (struct xdp_ring *)live;

	if (ring->mark)
		blocks_return(ring, in_hand(ring));
	queue_unmap(&ring->rx);
	queue_unmap(&ring->fill);
	if (ring->memory)
		munmap(ring->memory, xdp_frame_bytes(&ring->shape) + XDP_MARK_ROOM);
	if (ring->live.wake >= 0)
		close(ring->live.wake);
	free(ring);
}

static bool ring_map(struct xdp_ring *ring, const struct live_ring *of)
{
	const struct live_shape *shape = &of->shape;
	size_t bytes = xdp_frame_bytes(shape);
	void *memory = mmap(NULL, bytes + XDP_MARK_ROOM, PROT_READ | PROT_WRITE, MAP_SHARED, of->memory, 0);

	if (memory == MAP_FAILED)
		return false;
	ring->memory = memory;
	if (!queue_map(&ring->rx, of->fd, XDP_PGOFF_RX_RING, &shape->rx,
		       shape->blocks * sizeof(struct xdp_desc)) ||
	    !queue_map(&ring->fill, of->fd, (off_t)XDP_UMEM_PGOFF_FILL_RING, &shape->fill,
		       shape->blocks * sizeof(uint64_t)))
		return false;
	ring->mark = (struct xdp_mark *)(ring->memory + bytes);
	return true;
}

static int timer_new(void)
{
	const struct itimerspec every = { { 0, LOOK_EVERY }, { 0, LOOK_EVERY } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	if (fd >= 0)
		timerfd_settime(fd, 0, &every, NULL);
	return fd;
}

static struct live *xdp_attach(const struct live_ring *of)
{
	struct xdp_ring *ring = calloc(1, sizeof(*ring));

	if (!ring)
		return NULL;
	ring->shape = of->shape;
	ring->live.wake = timer_new();
	if (ring->live.wake < 0 || !ring_map(ring, of)) {
		int why = errno;

		xdp_detach(&ring->live);
		errno = why;
		return NULL;
	}
	close(of->memory); /* it is mapped now */
	take_over(ring);
	return &ring->live;
}

static usec_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (usec_t)now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Whether a frame lies within its block. The kernel sees to that, but what a reader left behind that
 * was broken into may look like an entry, too. */
static bool entry_sound(const struct xdp_ring *ring, const struct xdp_desc *entry)
{
	return entry->addr < xdp_frame_bytes(&ring->shape) &&
	       entry->len <= ring->shape.block_bytes - (entry->addr & (ring->shape.block_bytes - 1));
}

/* The frames of the next `count` entries; they are in hand now. */
static size_t frames_take(struct xdp_ring *ring, struct frame *frames, uint32_t count)
{
	uint32_t from = *ring->rx.consumer;
	usec_t now = clock_now();
	size_t n = 0;

	__atomic_store_n(&ring->mark->until, from + count, __ATOMIC_RELEASE);
	for (uint32_t i = 0; i < count; i++) {
		const struct xdp_desc entry = *came(ring, from + i);

		if (!entry_sound(ring, &entry))
			continue;
		frames[n++] = (struct frame){
			.ts = now,
			.wire_len = entry.len,
			.link = ring->shape.link,
			.bytes = { ring->memory + entry.addr, entry.len },
		};
	}
	ring->live.counts.frames += n;
	ring->live.counts.skipped += count - n;
	return n;
}

/*
 * Asking for nothing tells how the interface is (xsk_check_common() in xsk.c), and wakes a driver
 * that fell asleep as it had no blocks.
 */
static void link_look(struct live *live)
{
	enum live_link was = live->link;

	if (recvfrom(live->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL) >= 0)
		live->link = LIVE_UP;
	else if (errno == ENETDOWN)
		live->link = LIVE_DOWN;
	else if (errno == ENXIO)
		live->link = LIVE_GONE;
	live->counts.downs += was == LIVE_UP && live->link != LIVE_UP;
}

/* All is read: the timer is not due any more. */
static void wait_again(const struct live *live)
{
	uint64_t times;

	if (read(live->wake, &times, sizeof(times)) < 0)
		return; /* it was not due */
}

static size_t xdp_read(struct live *live, struct frame *frames, size_t max)
{
	struct xdp_ring *ring = (struct xdp_ring *)live;
	uint32_t count;
	size_t n = 0;

	blocks_return(ring, in_hand(ring));
	while (n == 0 && max > 0 && (count = waiting(ring)) > 0) {
		count = count < max ? count : (uint32_t)max;
		n = frames_take(ring, frames, count);
		if (n == 0)
			blocks_return(ring, count); /* none was sound */
	}
	if (n == 0) {
		wait_again(live);
		link_look(live);
	}
	return n;
}

/* What was counted since it was told last. */
static uint64_t since(uint64_t *told, uint64_t now)
{
	uint64_t before = *told;

	*told = now;
	return now > before ? now - before : 0;
}

/*
 * A frame that finds no block counts as dropped, and its try as one at an empty `fill`. Only where
 * the driver writes into blocks itself, such a try is all that is counted.
 */
static void xdp_count(struct live *live)
{
	struct xdp_ring *ring = (struct xdp_ring *)live;
	struct xdp_statistics is = { 0 };
	socklen_t len = sizeof(is);
	uint64_t full, dropped;

	if (getsockopt(live->fd, SOL_XDP, XDP_STATISTICS, &is, &len) != 0)
		return;
	full = is.rx_ring_full + is.rx_fill_ring_empty_descs;
	dropped = is.rx_dropped + (ring->shape.zero_copy ? full : is.rx_ring_full);
	live->counts.dropped += since(&ring->mark->dropped, dropped);
	live->counts.full += since(&ring->mark->full, full);
}

const struct live_reader xdp_reader = { xdp_attach, xdp_detach, xdp_read, xdp_count };
