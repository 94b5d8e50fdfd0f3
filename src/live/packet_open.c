/* packet_open.c - the privileged half of AF_PACKET: a socket with its ring, bound to an interface. */
#include "live/live_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h> /* before the kernel's own, which then leaves out what stands here */
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

/*
 * A block goes to the reader when it is full, or this long after its first frame. Every block that
 * was handed over counts as full, so in quiet hours this and the number of blocks say how long the
 * reader may be busy with something else: 64 blocks (16 MiB) last 1.6 s. A block takes three joined
 * frames of 64 KiB.
 */
#define BLOCK_BYTES   (256u << 10)
#define BLOCK_TIMEOUT 25u /* milliseconds */

/* Room of ours at the beginning of each block, for the reader's mark (packet.c), and aligned. */
#define BLOCK_PRIVATE 16u

#define WHOLE_FRAMES UINT32_MAX

#define CAPABILITY "CAP_NET_RAW"

/*
 * Where there is no Ethernet header, the kernel takes off whatever there is and tells the protocol
 * beside the frame (SOCK_DGRAM); the reader makes the header of a cooked capture of it.
 */
static enum err link_choose(const struct opening *o, uint16_t *link)
{
	switch (o->type) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		*link = LINK_ETHERNET;
		return OK;
	case ARPHRD_NONE: /* tun, WireGuard */
	case ARPHRD_RAWIP:
	case ARPHRD_PPP:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
	case ARPHRD_IP6GRE:
	case ARPHRD_INFINIBAND:
		*link = LINK_SLL;
		return OK;
	case ARPHRD_IEEE80211:
	case ARPHRD_IEEE80211_PRISM:
	case ARPHRD_IEEE80211_RADIOTAP:
		return opening_fail(o, ERR_UNSUPPORTED,
				    "it shows radio, not IP (type %u): set it to managed mode",
				    o->type);
	default:
		return opening_fail(o, ERR_UNSUPPORTED,
				    "interfaces of type %u (ARPHRD_ in if_arp.h) are not read",
				    o->type);
	}
}

/* Keeps the first `bytes` of every frame; 0: takes no frame at all. */
static int filter_set(int fd, uint32_t bytes)
{
	struct sock_filter keep = BPF_STMT(BPF_RET | BPF_K, bytes);
	struct sock_fprog program = { 1, &keep };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static enum err ring_make(const struct opening *o, int fd, struct live_shape *shape)
{
	size_t bytes = o->settings->ring_bytes ? o->settings->ring_bytes : LIVE_RING_USUAL;
	int version = TPACKET_V3;
	struct tpacket_req3 ring = {
		.tp_block_size = BLOCK_BYTES,
		.tp_frame_size = BLOCK_BYTES, /* means nothing in V3: frames lie back to back */
		.tp_retire_blk_tov = BLOCK_TIMEOUT,
		.tp_sizeof_priv = BLOCK_PRIVATE,
	};

	if (bytes > LIVE_RING_MAX)
		return opening_fail(o, ERR_LIMIT,
				    "a ring of %zu bytes is more than the %zu allowed", bytes,
				    LIVE_RING_MAX);
	shape->block_bytes = BLOCK_BYTES;
	shape->blocks = (uint32_t)((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
	if (shape->blocks < 2)
		shape->blocks = 2;
	ring.tp_block_nr = ring.tp_frame_nr = shape->blocks;
	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) != 0)
		return opening_fail(o, ERR_UNSUPPORTED, "this kernel has no TPACKET_V3: %s",
				    strerror(errno));
	if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)) != 0)
		return opening_fail(o, ERR_MEMORY,
				    "no memory for a ring of %zu bytes (%s): make it smaller",
				    (size_t)shape->blocks * BLOCK_BYTES, strerror(errno));
	return OK;
}

/* What of the interface's traffic comes at all. */
static enum err ring_tune(const struct opening *o, int fd)
{
	int yes = 1;

	if ((o->settings->incoming_only || o->type == ARPHRD_LOOPBACK) &&
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) != 0)
		return opening_refused(o, "leaving out what is sent", CAPABILITY);
	return o->settings->promiscuous ? opening_promiscuous(o, fd) : OK;
}

static enum err ring_bind(const struct opening *o, int fd)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = o->index,
	};

	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		return opening_refused(o, "capturing", CAPABILITY);
	return OK;
}

/*
 * Joins the group, or begins one under a number that the kernel chooses. Fragments are not put
 * together (PACKET_FANOUT_FLAG_DEFRAG), as that would hide what is wrong with them: those of a
 * datagram come out of one ring, which need not be that of its conversation.
 */
static enum err ring_share(const struct opening *o, int fd, int first)
{
	unsigned kind = PACKET_FANOUT_HASH | (o->settings->rollover ? PACKET_FANOUT_FLAG_ROLLOVER : 0);
	unsigned group = (kind | PACKET_FANOUT_FLAG_UNIQUEID) << 16;
	socklen_t len = sizeof(group);

	if (fd != first) {
		if (getsockopt(first, SOL_PACKET, PACKET_FANOUT, &group, &len) != 0)
			return opening_refused(o, "asking for its group of rings", CAPABILITY);
		group = (group & 0xffff) | kind << 16;
	}
	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &group, sizeof(group)) != 0)
		return opening_refused(o, "sharing it among several rings", CAPABILITY);
	return OK;
}

/* Nothing is taken until all is set: one that is bound but not yet shared would get every frame. */
static enum err ring_open(const struct opening *o, struct live_ring *ring, int first)
{
	int fd = ring->fd;
	enum err err;

	if (filter_set(fd, 0) != 0)
		return opening_refused(o, "the filter", CAPABILITY);
	err = ring_make(o, fd, &ring->shape);
	if (err == OK)
		err = ring_tune(o, fd);
	if (err == OK)
		err = ring_bind(o, fd);
	if (err == OK && o->settings->rings > 1)
		err = ring_share(o, fd, first);
	if (err == OK &&
	    filter_set(fd, o->settings->snaplen ? o->settings->snaplen : WHOLE_FRAMES) != 0)
		err = opening_refused(o, "the filter", CAPABILITY);
	return err;
}

enum err packet_open(const struct opening *o, struct live_port *port)
{
	struct live_shape shape = { .kind = LIVE_PACKET };
	unsigned rings = o->settings->rings ? o->settings->rings : 1;
	enum err err = link_choose(o, &shape.link);

	if (err == OK && rings > LIVE_RINGS)
		err = opening_fail(o, ERR_LIMIT, "%u rings are more than the %d allowed", rings,
				   LIVE_RINGS);
	for (unsigned i = 0; i < rings && err == OK; i++) {
		struct live_ring *ring = &port->rings[i];

		/* Of protocol 0, which takes nothing, until it is bound. */
		*ring = (struct live_ring){
			socket(AF_PACKET,
			       (shape.link == LINK_SLL ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC, 0),
			-1, shape
		};
		if (ring->fd < 0)
			return opening_refused(o, "capturing", CAPABILITY);
		port->ring_count++;
		err = ring_open(o, ring, port->rings[0].fd);
	}
	return err;
}
