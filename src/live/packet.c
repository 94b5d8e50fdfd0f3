/* packet.c - reading AF_PACKET: frames out of the blocks of a mapped ring. */
#include "live/live_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define ETHERTYPE_VLAN 0x8100 /* where the kernel does not tell which tag it was */
#define MACS           12     /* bytes before the ethertype, or before a VLAN tag */
#define TAG            4
#define COOKED_HEADER  16 /* LINKTYPE_LINUX_SLL */

/* Where the address of a frame lies, behind its header (packet_mmap.rst). */
#define ADDRESS_AT TPACKET_ALIGN(sizeof(struct tpacket3_hdr))

/*
 * The least distance of a frame's bytes from its header in the ring. The kernel leaves this much
 * unused (tpacket_rcv() in af_packet.c: it reserves 16 bytes for a link header, and aligns), so
 * that there is room to put a tag back, or a header before, in place.
 */
#define ROOM_ETHERNET (ADDRESS_AT + sizeof(struct sockaddr_ll) + TAG)
#define ROOM_COOKED   (ADDRESS_AT + sizeof(struct sockaddr_ll) + COOKED_HEADER + TAG)

struct packet_ring {
	struct live live; /* first */
	struct live_shape shape;
	uint8_t *memory;
	size_t bytes;
	uint32_t block; /* that is read, or that is awaited */
	uint32_t left;  /* frames of it not read yet */
	uint8_t *next;  /* the header of the next one of these */
	bool held;      /* the block is ours: to be given back at the next call */
	uint64_t taken, down_at; /* blocks; how many when the interface went down */
};

static struct tpacket_block_desc *block_at(const struct packet_ring *ring, uint32_t block)
{
	return (struct tpacket_block_desc *)(ring->memory + (size_t)block * ring->shape.block_bytes);
}

/* The mark of the reader, in the block's private area, which the kernel leaves alone: it stays in a
 * block whose reader died. */
static uint8_t *block_mark(struct tpacket_block_desc *block)
{
	return (uint8_t *)block + sizeof(*block);
}

/* The kernel writes all of the block before this word, and we read nothing of it before. */
static bool block_ready(struct tpacket_block_desc *block)
{
	return __atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER;
}

static void block_return(struct packet_ring *ring)
{
	struct tpacket_block_desc *block = block_at(ring, ring->block);

	*block_mark(block) = 0;
	__atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	ring->block = (ring->block + 1) % ring->shape.blocks;
	ring->held = false;
}

/* What is left of the block is not read. */
static void block_skip(struct packet_ring *ring)
{
	ring->live.counts.skipped += ring->left;
	ring->left = 0;
}

/* Where the kernel is: it numbers the blocks as it begins them. The oldest that waits for a reader,
 * else the one that is being filled. */
static uint32_t ring_position(const struct packet_ring *ring)
{
	uint32_t oldest = 0, newest = 0;
	bool waits = false;

	for (uint32_t i = 0; i < ring->shape.blocks; i++) {
		uint64_t number = block_at(ring, i)->hdr.bh1.seq_num;

		if (number > block_at(ring, newest)->hdr.bh1.seq_num)
			newest = i;
		if (block_ready(block_at(ring, i)) &&
		    (!waits || number < block_at(ring, oldest)->hdr.bh1.seq_num)) {
			oldest = i;
			waits = true;
		}
	}
	return waits ? oldest : newest;
}

static struct live *packet_attach(const struct live_ring *of)
{
	struct packet_ring *ring = calloc(1, sizeof(*ring));

	if (!ring)
		return NULL;
	ring->shape = of->shape;
	ring->bytes = (size_t)of->shape.block_bytes * of->shape.blocks;
	ring->memory = mmap(NULL, ring->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, of->fd, 0);
	if (ring->memory == MAP_FAILED) {
		free(ring);
		return NULL;
	}
	ring->live.wake = of->fd;
	ring->block = ring_position(ring);
	return &ring->live;
}

static void packet_detach(struct live *live)
{
	struct packet_ring *ring = (struct packet_ring *)live;

	if (ring->held)
		block_return(ring);
	munmap(ring->memory, ring->bytes);
	free(ring);
}

/*
 * Asks for the error that a socket gets when its interface goes down, which wakes who waits until
 * it is asked for. A socket of an interface that was removed is bound to none; the kernel says so a
 * moment after that error, without another one (packet_notifier()).
 */
static void link_look(struct packet_ring *ring)
{
	struct sockaddr_ll address = { 0 };
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(ring->live.fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == ENETDOWN) {
		ring->live.counts.downs++;
		ring->down_at = ring->taken;
		ring->live.link = LIVE_DOWN;
	}
	len = sizeof(address);
	if (ring->live.link == LIVE_DOWN &&
	    getsockname(ring->live.fd, (struct sockaddr *)&address, &len) == 0 &&
	    address.sll_ifindex <= 0)
		ring->live.link = LIVE_GONE;
}

/* Frames tell that it is up again, but not those of the block that was open when it went down. */
static void link_seen(struct packet_ring *ring)
{
	if (ring->live.link == LIVE_DOWN && ring->taken > ring->down_at + 1)
		ring->live.link = LIVE_UP;
}

/* Takes the awaited block; false: it is the kernel's yet. */
static bool block_take(struct packet_ring *ring)
{
	struct tpacket_block_desc *block = block_at(ring, ring->block);
	const struct tpacket_hdr_v1 *head = &block->hdr.bh1;

	if (!block_ready(block))
		return false;
	ring->held = true;
	ring->taken++;
	ring->left = head->num_pkts;
	ring->next = (uint8_t *)block + head->offset_to_first_pkt;
	if (*block_mark(block) || head->offset_to_first_pkt > ring->shape.block_bytes)
		block_skip(ring);
	*block_mark(block) = 1;
	if (ring->left)
		link_seen(ring);
	return true;
}

static void put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static bool tag_taken(const struct tpacket3_hdr *head)
{
	return head->tp_status & TP_STATUS_VLAN_VALID;
}

static uint16_t tag_type(const struct tpacket3_hdr *head)
{
	return head->tp_status & TP_STATUS_VLAN_TPID_VALID ? head->hv1.tp_vlan_tpid
							   : ETHERTYPE_VLAN;
}

/* Moves the addresses forward, and puts the tag behind them. */
static uint8_t *tag_restore(const struct tpacket3_hdr *head, uint8_t *bytes)
{
	memmove(bytes - TAG, bytes, MACS);
	bytes -= TAG;
	put_be16(bytes + MACS, tag_type(head));
	put_be16(bytes + MACS + 2, (uint16_t)head->hv1.tp_vlan_tci);
	return bytes;
}

/* Makes a LINKTYPE_LINUX_SLL header before the bytes: packet type, ARPHRD, length of the address,
 * the address, protocol. Where there was a tag, its type is the protocol, and it comes next. */
static uint8_t *cooked_make(const struct tpacket3_hdr *head, const uint8_t *from, uint8_t *bytes)
{
	struct sockaddr_ll address;
	uint16_t protocol;

	memcpy(&address, from, sizeof(address));
	protocol = ntohs(address.sll_protocol);
	if (tag_taken(head)) {
		bytes -= TAG;
		put_be16(bytes, (uint16_t)head->hv1.tp_vlan_tci);
		put_be16(bytes + 2, protocol);
		protocol = tag_type(head);
	}
	bytes -= COOKED_HEADER;
	put_be16(bytes, address.sll_pkttype);
	put_be16(bytes + 2, address.sll_hatype);
	put_be16(bytes + 4, address.sll_halen);
	memcpy(bytes + 6, address.sll_addr, sizeof(address.sll_addr));
	put_be16(bytes + 14, protocol);
	return bytes;
}

/*
 * Whether a frame lies within the `room` that its block has from its header on. The kernel sees to
 * that, but what a reader left behind that was broken into may look like a block, too.
 */
static bool head_sound(const struct tpacket3_hdr *head, size_t room, size_t before)
{
	return head->tp_mac >= before && head->tp_mac <= room &&
	       head->tp_snaplen <= room - head->tp_mac && head->tp_snaplen <= head->tp_len &&
	       head->tp_len <= INT32_MAX;
}

/* The frame behind the header at ring->next; false: that is not sound. */
static bool frame_take(struct packet_ring *ring, size_t room, struct frame *frame)
{
	bool cooked = ring->shape.link == LINK_SLL;
	struct tpacket3_hdr head;
	uint8_t *captured, *bytes;
	size_t before;

	if (room < sizeof(head))
		return false;
	memcpy(&head, ring->next, sizeof(head));
	if (!head_sound(&head, room, cooked ? ROOM_COOKED : ROOM_ETHERNET))
		return false;
	captured = bytes = ring->next + head.tp_mac;
	if (cooked)
		bytes = cooked_make(&head, ring->next + ADDRESS_AT, captured);
	else if (__builtin_expect(tag_taken(&head), 0) && head.tp_snaplen >= MACS)
		bytes = tag_restore(&head, captured);
	before = (size_t)(captured - bytes);
	*frame = (struct frame){
		.ts = (usec_t)head.tp_sec * USEC_PER_SEC + head.tp_nsec / 1000,
		.wire_len = head.tp_len + (uint32_t)before,
		.link = ring->shape.link,
		.bytes = { bytes, head.tp_snaplen + before },
	};
	/* One that would not go on goes to the end of the block, where no frame has room. */
	ring->next += head.tp_next_offset >= sizeof(head) && head.tp_next_offset < room
			      ? head.tp_next_offset
			      : room;
	ring->left--;
	return true;
}

/* The next frames of the block in hand; what is behind an unsound one cannot be found. */
static size_t frames_take(struct packet_ring *ring, struct frame *frames, size_t max)
{
	const uint8_t *end = (uint8_t *)block_at(ring, ring->block) + ring->shape.block_bytes;
	size_t n = 0;

	while (n < max && ring->left) {
		if (frame_take(ring, (size_t)(end - ring->next), &frames[n]))
			n++;
		else
			block_skip(ring);
	}
	ring->live.counts.frames += n;
	return n;
}

/* A block to read from: that in hand, or the next one when it was read to its end. */
static bool block_hold(struct packet_ring *ring)
{
	if (ring->left)
		return true;
	if (ring->held)
		block_return(ring);
	if (block_take(ring))
		return true;
	link_look(ring);
	return false;
}

static size_t packet_read(struct live *live, struct frame *frames, size_t max)
{
	struct packet_ring *ring = (struct packet_ring *)live;
	size_t n = 0;

	while (n == 0 && max > 0 && block_hold(ring))
		n = frames_take(ring, frames, max);
	return n;
}

static void packet_count(struct live *live)
{
	struct tpacket_stats_v3 since = { 0 };
	socklen_t len = sizeof(since);

	/* Asking sets them to zero; a socket without its device still answers. */
	if (getsockopt(live->fd, SOL_PACKET, PACKET_STATISTICS, &since, &len) == 0) {
		live->counts.dropped += since.tp_drops;
		live->counts.full += since.tp_freeze_q_cnt;
	}
}

const struct live_reader packet_reader = { packet_attach, packet_detach, packet_read, packet_count };
