/*
 * live.h - frames off an interface, through rings that the kernel fills.
 *
 * In two halves, so that privileges and hostile bytes never meet. live_open() makes the sockets with
 * their rings, and needs privileges; it never looks at a frame. live_attach() maps a ring in the
 * process that was given its descriptors, and needs nothing.
 *
 * Of two kinds. LIVE_PACKET (AF_PACKET, TPACKET_V3) sees all that the interface sends and receives,
 * whatever its driver, and leaves it alone. LIVE_XDP (AF_XDP) takes what is received off the driver,
 * before the host's own stack, which does not get it any more: so it is for a mirror port, and is
 * refused where the host uses the interface itself. It wants a driver with native XDP, and Linux 6.4.
 *
 * Sources: packet(7); the kernel's Documentation/networking/packet_mmap.rst and af_xdp.rst,
 * net/packet/af_packet.c and net/xdp/xsk.c.
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include "base/err.h"
#include "model/frame.h"

#include <stdbool.h>

#define LIVE_TROUBLE    240
#define LIVE_RINGS      64 /* of one interface */
#define LIVE_RING_USUAL ((size_t)16 << 20)
#define LIVE_RING_MAX   ((size_t)1 << 30)

enum live_kind { LIVE_PACKET, LIVE_XDP };

struct live_settings {
	const char *interface;
	enum live_kind kind;
	size_t ring_bytes; /* of each ring; 0: LIVE_RING_USUAL. Packet: rounded up to whole blocks, at
			      least two. XDP: down to a power of two; a frame takes 2 KiB, however
			      short (4 KiB where the interface's MTU needs it) */
	bool promiscuous;  /* also what is not for this host: a mirror port, a bridge */

	/* Of LIVE_PACKET only. XDP: a ring for each queue that the interface receives into, whole
	 * frames, only what is received. */
	unsigned rings;     /* frames are shared out among so many, by conversation, both directions
			       out of the same one; 0: one */
	uint32_t snaplen;   /* most bytes of a frame that are kept; 0: whole frames */
	bool incoming_only; /* not what this host sends; always so on loopback, which shows all twice */
	bool rollover;      /* when one ring is full, another one takes its frames */
};

struct live_queue {
	uint32_t producer, consumer, entries; /* where they lie, in bytes */
};

/* What the reader must know of a ring besides its descriptors. Holds no pointer: it may be sent. */
struct live_shape {
	enum live_kind kind;
	uint32_t block_bytes, blocks; /* packet: of many frames; XDP: of one, powers of two */
	uint16_t link; /* enum link of all frames: ETHERNET; SLL where there is no such header */
	bool zero_copy; /* XDP: the driver writes into the ring itself */
	struct live_queue rx, fill; /* XDP: frames that came, and blocks for those to come */
};

struct live_ring {
	int fd;     /* the socket */
	int memory; /* XDP: where its frames are; packet: -1, the socket itself */
	struct live_shape shape;
};

/* An interface that was opened. */
struct live_port {
	struct live_ring rings[LIVE_RINGS];
	size_t ring_count;
	int kept[2]; /* XDP: what keeps the program attached, and promiscuous mode on, as long as
			somebody has it: never given to a reader. -1: none */
};

/*
 * Opens an interface; from then on the kernel fills its rings. An interface that is down is opened,
 * too: frames come when it is up. On error `trouble` names the interface, what is wrong and the
 * mend. The descriptors are the caller's; those of a ring may be given to another process, and to
 * the next when that one died. XDP ends when nobody has `kept` any more, also by a kill -9.
 */
MUST_USE enum err live_open(const struct live_settings *settings, struct live_port *port,
			    char trouble[LIVE_TROUBLE]);

/* Closes all of its descriptors; it has no rings then. Of one that is all zeros, nothing. */
void live_close(struct live_port *port);

struct live;

/*
 * Maps a ring. Takes over its descriptors, unless it fails (NULL, errno). When somebody read from
 * it before and died, reading goes on behind the block that was in hand then (XDP: behind the frames
 * that were), as one of its frames may have been what killed.
 */
struct live *live_attach(const struct live_ring *ring);
void live_detach(struct live *live);

/* To be waited for: readable when there are frames, in error when the interface goes down. XDP: every
 * two milliseconds, as the socket would wake its reader for nearly every frame. */
int live_fd(const struct live *live);

/*
 * The next frames, at most `max`; 0: no more for now. They point into the ring and are borrowed
 * until the next call, which gives their room back to the kernel. In every frame
 * wire_len >= bytes.len.
 *
 * Packet: a VLAN tag that the kernel took off is put back. Times are the host's clock as the kernel
 * got a frame; they can go back when it is set, and by microseconds where several processors
 * receive. Segments that the interface has joined (GRO) are one frame, longer than any on the wire.
 * XDP: frames are as the driver got them, with their VLAN tags unless the hardware took them off
 * (ethtool -K INTERFACE rxvlan off). Times are the host's clock when a batch was read.
 */
size_t live_read(struct live *live, struct frame *frames, size_t max);

enum live_link {
	LIVE_UP,   /* packet: as far as is known: one that came up again is down here until a frame
		      tells */
	LIVE_DOWN, /* the interface is down; frames come again by themselves when it is up */
	LIVE_GONE, /* the interface was removed: nothing ever comes again, it must be opened anew */
};

/* Looked at by live_read() when it finds nothing. Call that once a second also when nothing woke
 * you: that an interface is gone is told a moment later than that it is down, and by no event. */
enum live_link live_link(const struct live *live);

struct live_counts {
	uint64_t frames;  /* read */
	uint64_t dropped; /* by the kernel, as the ring was full. XDP: also frames too long for it;
			     where the driver writes into it itself, at least how often there was no
			     room, as what the hardware then dropped it does not tell us */
	uint64_t full;    /* how often the ring became full */
	uint64_t skipped; /* frames that a reader had in hand when it died, or that are unsound */
	uint64_t downs;   /* how often the interface went down */
};

/* Since live_attach(); XDP: and since the reader before asked last. Call it now and then: the kernel
 * counts in 32 bits until it is asked. */
void live_counts(struct live *live, struct live_counts *counts);

#endif
