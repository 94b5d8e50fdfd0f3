/* live.c - the unprivileged half: frames out of the blocks of a mapped ring. */
#include "capture/live.h"

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

struct live {
	int fd;
	struct live_shape shape;
	uint8_t *ring;
	size_t bytes;
	uint32_t block; /* that is read, or that is awaited */
	uint32_t left;  /* frames of it not read yet */
	uint8_t *next;  /* the header of the next one of these */
	bool held;      /* the block is ours: to be given back at the next call */
	enum live_link link;
	uint64_t taken, down_at; /* blocks; how many when the interface went down */
	struct live_counts counts;
};

static struct tpacket_block_desc *block_at(const struct live *live, uint32_t block)
{
	return (struct tpacket_block_desc *)(live->ring + (size_t)block * live->shape.block_bytes);
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

static void block_return(struct live *live)
{
	struct tpacket_block_desc *block = block_at(live, live->block);

	*block_mark(block) = 0;
	__atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	live->block = (live->block + 1) % live->shape.blocks;
	live->held = false;
}

/* What is left of the block is not read. */
static void block_skip(struct live *live)
{
	live->counts.skipped += live->left;
	live->left = 0;
}

/* Where the kernel is: it numbers the blocks as it begins them. The oldest that waits for a reader,
 * else the one that is being filled. */
static uint32_t ring_position(const struct live *live)
{
	uint32_t oldest = 0, newest = 0;
	bool waits = false;

	for (uint32_t i = 0; i < live->shape.blocks; i++) {
		uint64_t number = block_at(live, i)->hdr.bh1.seq_num;

		if (number > block_at(live, newest)->hdr.bh1.seq_num)
			newest = i;
		if (block_ready(block_at(live, i)) &&
		    (!waits || number < block_at(live, oldest)->hdr.bh1.seq_num)) {
			oldest = i;
			waits = true;
		}
	}
	return waits ? oldest : newest;
}

struct live *live_attach(int fd, const struct live_shape *shape)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return NULL;
	live->shape = *shape;
	live->bytes = (size_t)shape->block_bytes * shape->blocks;
	live->ring = mmap(NULL, live->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (live->ring == MAP_FAILED) {
		free(live);
		return NULL;
	}
	live->fd = fd;
	live->block = ring_position(live);
	return live;
}

void live_detach(struct live *live)
{
	if (!live)
		return;
	if (live->held)
		block_return(live);
	munmap(live->ring, live->bytes);
	close(live->fd);
	free(live);
}

int live_fd(const struct live *live)
{
	return live->fd;
}

enum live_link live_link(const struct live *live)
{
	return live->link;
}

/*
 * Asks for the error that a socket gets when its interface goes down, which wakes who waits until
 * it is asked for. A socket of an interface that was removed is bound to none; the kernel says so a
 * moment after that error, without another one (packet_notifier()).
 */
static void link_look(struct live *live)
{
	struct sockaddr_ll address = { 0 };
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(live->fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == ENETDOWN) {
		live->counts.downs++;
		live->down_at = live->taken;
		live->link = LIVE_DOWN;
	}
	len = sizeof(address);
	if (live->link == LIVE_DOWN &&
	    getsockname(live->fd, (struct sockaddr *)&address, &len) == 0 &&
	    address.sll_ifindex <= 0)
		live->link = LIVE_GONE;
}

/* Frames tell that it is up again, but not those of the block that was open when it went down. */
static void link_seen(struct live *live)
{
	if (live->link == LIVE_DOWN && live->taken > live->down_at + 1)
		live->link = LIVE_UP;
}

/* Takes the awaited block; false: it is the kernel's yet. */
static bool block_take(struct live *live)
{
	struct tpacket_block_desc *block = block_at(live, live->block);
	const struct tpacket_hdr_v1 *head = &block->hdr.bh1;

	if (!block_ready(block))
		return false;
	live->held = true;
	live->taken++;
	live->left = head->num_pkts;
	live->next = (uint8_t *)block + head->offset_to_first_pkt;
	if (*block_mark(block) || head->offset_to_first_pkt > live->shape.block_bytes)
		block_skip(live);
	*block_mark(block) = 1;
	if (live->left)
		link_seen(live);
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

/* The frame behind the header at live->next; false: that is not sound. */
static bool frame_take(struct live *live, size_t room, struct frame *frame)
{
	bool cooked = live->shape.link == LINK_SLL;
	struct tpacket3_hdr head;
	uint8_t *captured, *bytes;
	size_t before;

	if (room < sizeof(head))
		return false;
	memcpy(&head, live->next, sizeof(head));
	if (!head_sound(&head, room, cooked ? ROOM_COOKED : ROOM_ETHERNET))
		return false;
	captured = bytes = live->next + head.tp_mac;
	if (cooked)
		bytes = cooked_make(&head, live->next + ADDRESS_AT, captured);
	else if (__builtin_expect(tag_taken(&head), 0) && head.tp_snaplen >= MACS)
		bytes = tag_restore(&head, captured);
	before = (size_t)(captured - bytes);
	*frame = (struct frame){
		.ts = (usec_t)head.tp_sec * USEC_PER_SEC + head.tp_nsec / 1000,
		.wire_len = head.tp_len + (uint32_t)before,
		.link = live->shape.link,
		.bytes = { bytes, head.tp_snaplen + before },
	};
	/* One that would not go on goes to the end of the block, where no frame has room. */
	live->next += head.tp_next_offset >= sizeof(head) && head.tp_next_offset < room
			      ? head.tp_next_offset
			      : room;
	live->left--;
	return true;
}

/* The next frames of the block in hand; what is behind an unsound one cannot be found. */
static size_t frames_take(struct live *live, struct frame *frames, size_t max)
{
	const uint8_t *end = (uint8_t *)block_at(live, live->block) + live->shape.block_bytes;
	size_t n = 0;

	while (n < max && live->left) {
		if (frame_take(live, (size_t)(end - live->next), &frames[n]))
			n++;
		else
			block_skip(live);
	}
	live->counts.frames += n;
	return n;
}

/* A block to read from: that in hand, or the next one when it was read to its end. */
static bool block_hold(struct live *live)
{
	if (live->left)
		return true;
	if (live->held)
		block_return(live);
	if (block_take(live))
		return true;
	link_look(live);
	return false;
}

size_t live_read(struct live *live, struct frame *frames, size_t max)
{
	size_t n = 0;

	while (n == 0 && max > 0 && block_hold(live))
		n = frames_take(live, frames, max);
	return n;
}

void live_counts(struct live *live, struct live_counts *counts)
{
	struct tpacket_stats_v3 since = { 0 };
	socklen_t len = sizeof(since);

	/* Asking sets them to zero; a socket without its device still answers. */
	if (getsockopt(live->fd, SOL_PACKET, PACKET_STATISTICS, &since, &len) == 0) {
		live->counts.dropped += since.tp_drops;
		live->counts.full += since.tp_freeze_q_cnt;
	}
	*counts = live->counts;
}
