/*
 * live.h - frames off an interface: a ring that the kernel fills (AF_PACKET, TPACKET_V3).
 *
 * In two halves, so that privileges and hostile bytes never meet. live_open() makes the socket with
 * its ring, and needs CAP_NET_RAW; it never looks at a frame. live_attach() maps the ring in the
 * process that was given the descriptor, and needs nothing. One interface, one ring: for several,
 * open several. For several readers of one interface, open several that share it (fanout): all
 * frames of a conversation, in both directions, come out of the same one.
 *
 * AF_XDP is not used: it wants a driver with native support, takes the frames away from the host's
 * own stack, and this ring was measured fast enough.
 *
 * Sources: packet(7); the kernel's Documentation/networking/packet_mmap.rst and
 * net/packet/af_packet.c.
 */
#ifndef CAPTURE_LIVE_H
#define CAPTURE_LIVE_H

#include "base/err.h"
#include "model/frame.h"

#include <stdbool.h>

#define LIVE_TROUBLE    240
#define LIVE_RING_USUAL ((size_t)16 << 20)
#define LIVE_RING_MAX   ((size_t)1 << 30)

struct live_settings {
	const char *interface;
	size_t ring_bytes;  /* 0: LIVE_RING_USUAL; rounded up to whole blocks, at least two */
	uint32_t snaplen;   /* most bytes of a frame that are kept; 0: whole frames */
	bool promiscuous;   /* also what is not for this host: a mirror port, a bridge */
	bool incoming_only; /* not what this host sends; always so on loopback, which shows all twice */
	bool shared;        /* frames are shared out among several rings, by conversation */
	bool rollover;      /* shared, and when one ring is full, another one takes its frames */
	int beside;         /* shared: a descriptor of the same group, or -1 for the first one */
};

/* What the reader must know of a ring besides its descriptor. Holds no pointer: it may be sent. */
struct live_shape {
	uint32_t block_bytes, blocks;
	uint16_t link; /* enum link of all frames: ETHERNET; SLL where there is no such header */
};

/*
 * Opens a ring on an interface; from then on the kernel fills it. An interface that is down is
 * opened, too: frames come when it is up. On error `trouble` names the interface, what is wrong and
 * the mend. The descriptor is the caller's; it may be given to another process, and to the next
 * when that one died.
 */
MUST_USE enum err live_open(const struct live_settings *settings, int *fd, struct live_shape *shape,
			    char trouble[LIVE_TROUBLE]);

struct live;

/*
 * Maps a ring. Takes over `fd`, unless it fails (NULL, errno). When somebody read from it before
 * and died, reading goes on behind the block that was in hand then, as one of its frames may have
 * been what killed.
 */
struct live *live_attach(int fd, const struct live_shape *shape);
void live_detach(struct live *live);

/* To be waited for: readable when there are frames, in error when the interface goes down. */
int live_fd(const struct live *live);

/*
 * The next frames, at most `max`; 0: no more for now. They point into the ring and are borrowed
 * until the next call, which gives their block back to the kernel. A VLAN tag that the kernel took
 * off is put back. In every frame wire_len >= bytes.len. Times are the host's clock; they can go
 * back when it is set, and by microseconds where several processors receive. Segments that the
 * interface has joined (GRO) are one frame, longer than any on the wire.
 */
size_t live_read(struct live *live, struct frame *frames, size_t max);

enum live_link {
	LIVE_UP,   /* as far as is known: one that came up again is down here until a frame tells */
	LIVE_DOWN, /* the interface is down; frames come again by themselves when it is up */
	LIVE_GONE, /* the interface was removed: nothing ever comes again, it must be opened anew */
};

/* Looked at by live_read() when it finds nothing. Call that once a second also when nothing woke
 * you: that an interface is gone is told a moment later than that it is down, and by no event. */
enum live_link live_link(const struct live *live);

struct live_counts {
	uint64_t frames;  /* read */
	uint64_t dropped; /* by the kernel, as the ring was full */
	uint64_t full;    /* how often the ring became full */
	uint64_t skipped; /* frames in a block that killed a reader, or that was unsound */
	uint64_t downs;   /* how often the interface went down */
};

/* Since live_attach(). Call it now and then: the kernel counts in 32 bits until it is asked. */
void live_counts(struct live *live, struct live_counts *counts);

#endif
