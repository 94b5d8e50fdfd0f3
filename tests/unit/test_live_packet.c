/*
 * test_live_packet.c - reading a packet ring whose blocks are made by hand: sound ones, and what a broken reader
 * may have left. What only a kernel can show is in tests/live.
 */
#include "base/hash.h"
#include "live/live.h"
#include "wire/decode.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define BLOCK  8192u
#define BLOCKS 3u
#define FIRST  64u  /* where the first frame of a block is: behind its head and the reader's mark */
#define BEFORE 96u  /* of a frame's bytes from its header, as the kernel does without Ethernet */
#define STEP   256u /* from one frame to the next */

static const uint8_t ethernet[60] = { 0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00, 0x45 };
static const uint8_t datagram[32] = { 0x45, 0,   0, 32,  0, 1,   0, 0,    64,   17, 0,  0, 198,
				      51,   100, 7, 203, 0, 113, 5, 0x0f, 0xa0, 0,  53, 0, 12 };

struct ring {
	uint8_t *bytes;
	struct live_ring of;
};

static struct ring ring_new(uint16_t link)
{
	struct ring r = { .of = { .memory = -1,
				  .shape = { .kind = LIVE_PACKET,
					     .block_bytes = BLOCK,
					     .blocks = BLOCKS,
					     .link = link } } };

	r.of.fd = memfd_create("ring", MFD_CLOEXEC);
	assert_true(r.of.fd >= 0);
	assert_int_equal(ftruncate(r.of.fd, BLOCK * BLOCKS), 0);
	r.bytes = mmap(NULL, BLOCK * BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED, r.of.fd, 0);
	assert_true(r.bytes != MAP_FAILED);
	return r;
}

static void ring_free(struct ring *r, struct live *live)
{
	live_detach(live);
	munmap(r->bytes, BLOCK * BLOCKS);
}

static struct tpacket_block_desc *block_of(struct ring *r, unsigned block)
{
	return (struct tpacket_block_desc *)(r->bytes + block * BLOCK);
}

static struct tpacket3_hdr *head_of(struct ring *r, unsigned block, unsigned frame)
{
	return (struct tpacket3_hdr *)(r->bytes + block * BLOCK + FIRST + frame * STEP);
}

/* A block as the kernel hands it over, of frames with these bytes. */
static void block_fill(struct ring *r, unsigned block, uint64_t number, unsigned frames,
		       struct span bytes)
{
	struct tpacket_block_desc *b = block_of(r, block);

	for (unsigned i = 0; i < frames; i++) {
		struct tpacket3_hdr *head = head_of(r, block, i);
		struct sockaddr_ll address = {
			AF_PACKET, htons(ETH_P_IP), 7, 512, 4, 6, { 1, 2, 3 }
		};

		*head = (struct tpacket3_hdr){
			.tp_next_offset = i + 1 < frames ? STEP : 0,
			.tp_sec = 1772413200,
			.tp_nsec = 5000 + i * 1000,
			.tp_snaplen = (uint32_t)bytes.len,
			.tp_len = (uint32_t)bytes.len + 100,
			.tp_mac = BEFORE,
		};
		memcpy((uint8_t *)head + TPACKET_ALIGN(sizeof(*head)), &address, sizeof(address));
		memcpy((uint8_t *)head + BEFORE, bytes.ptr, bytes.len);
	}
	b->hdr.bh1.num_pkts = frames;
	b->hdr.bh1.offset_to_first_pkt = FIRST;
	b->hdr.bh1.seq_num = number;
	b->hdr.bh1.block_status = TP_STATUS_USER;
}

static void block_ethernet(struct ring *r, unsigned block, uint64_t number, unsigned frames)
{
	block_fill(r, block, number, frames, (struct span){ ethernet, sizeof(ethernet) });
}

static struct live *attach(struct ring *r)
{
	struct live *live = live_attach(&r->of);

	assert_non_null(live);
	return live;
}

/* All that can be read, in batches of two. */
static size_t read_all(struct live *live, struct frame *last)
{
	struct frame frames[2];
	size_t all = 0, n;

	while ((n = live_read(live, frames, 2)) > 0) {
		all += n;
		*last = frames[n - 1];
	}
	return all;
}

static uint64_t skipped(struct live *live)
{
	struct live_counts counts;

	live_counts(live, &counts);
	return counts.skipped;
}

/* In the order of their numbers, wherever the kernel was; each block is given back when it was
 * read. */
static void test_order(void **state)
{
	struct ring r = ring_new(LINK_ETHERNET);
	struct live *live;
	struct frame frame;

	(void)state;
	block_ethernet(&r, 2, 5, 3);
	block_ethernet(&r, 0, 6, 1);
	live = attach(&r);
	assert_int_equal(live_read(live, &frame, 1), 1);
	assert_int_equal(frame.ts, (usec_t)1772413200 * USEC_PER_SEC + 5);
	assert_int_equal(frame.wire_len, 160);
	assert_int_equal(frame.link, LINK_ETHERNET);
	assert_int_equal(frame.bytes.len, 60);
	assert_memory_equal(frame.bytes.ptr, ethernet, 60);
	assert_int_equal(block_of(&r, 2)->hdr.bh1.block_status, TP_STATUS_USER);
	assert_int_equal(read_all(live, &frame), 3);
	assert_int_equal(block_of(&r, 2)->hdr.bh1.block_status, TP_STATUS_KERNEL);
	assert_int_equal(block_of(&r, 0)->hdr.bh1.block_status, TP_STATUS_KERNEL);
	assert_int_equal(live_read(live, &frame, 1), 0);
	block_ethernet(&r, 1, 7, 4);
	assert_int_equal(read_all(live, &frame), 4);
	assert_int_equal(skipped(live), 0);
	ring_free(&r, live);
}

static void test_vlan(void **state)
{
	const uint8_t tag[4] = { 0x88, 0xa8, 0x60, 0x05 };
	struct ring r = ring_new(LINK_ETHERNET);
	struct live *live;
	struct frame frame;

	(void)state;
	block_ethernet(&r, 0, 1, 1);
	head_of(&r, 0, 0)->tp_status = TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID;
	head_of(&r, 0, 0)->hv1.tp_vlan_tci = 0x6005;
	head_of(&r, 0, 0)->hv1.tp_vlan_tpid = 0x88a8;
	live = attach(&r);
	assert_int_equal(live_read(live, &frame, 1), 1);
	assert_int_equal(frame.bytes.len, 64);
	assert_int_equal(frame.wire_len, 164);
	assert_memory_equal(frame.bytes.ptr, ethernet, 12);
	assert_memory_equal(frame.bytes.ptr + 12, tag, 4);
	assert_memory_equal(frame.bytes.ptr + 16, ethernet + 12, 48);
	ring_free(&r, live);
}

/* The header that is made: with a tag, too, the decoder finds the datagram behind it. */
static void test_cooked(void **state)
{
	const uint8_t made[16] = { 0, 4, 2, 0, 0, 6, 1, 2, 3, 0, 0, 0, 0, 0, 8, 0 };
	struct decoder decoder = { .seed = 0 };
	struct packet packets[DECODE_PACKETS];
	struct ring r = ring_new(LINK_SLL);
	struct frame frames[2];
	struct live *live;

	(void)state;
	block_fill(&r, 0, 1, 2, (struct span){ datagram, sizeof(datagram) });
	head_of(&r, 0, 1)->tp_status = TP_STATUS_VLAN_VALID;
	head_of(&r, 0, 1)->hv1.tp_vlan_tci = 7;
	live = attach(&r);
	assert_int_equal(live_read(live, frames, 2), 2);
	assert_int_equal(frames[0].bytes.len, 48);
	assert_memory_equal(frames[0].bytes.ptr, made, 16);
	assert_int_equal(frames[0].wire_len, 148);
	assert_int_equal(frames[1].bytes.len, 52);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(decode_frame(&decoder, &frames[i], packets), 1);
		assert_int_equal(packet_to_port(&packets[0]), 53);
	}
	ring_free(&r, live);
}

/* A block that was in a reader's hand when it died is passed over, and no other. */
static void test_died(void **state)
{
	struct ring r = ring_new(LINK_ETHERNET);
	struct live *live;
	struct frame frame;
	int status;
	pid_t reader;

	(void)state;
	block_ethernet(&r, 0, 1, 5);
	block_ethernet(&r, 1, 2, 3);
	reader = fork();
	if (reader == 0)
		_exit(live_read(attach(&r), &frame, 1) == 1 ? 0 : 1);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
	live = attach(&r);
	assert_int_equal(read_all(live, &frame), 3);
	assert_int_equal(skipped(live), 5);
	block_ethernet(&r, 2, 3, 1);
	assert_int_equal(read_all(live, &frame), 1);
	ring_free(&r, live);
}

/* Each is not sound in one thing: what stands before it is read, what comes with it is counted. */
static void test_unsound(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct ring r = ring_new(i == 7 ? LINK_SLL : LINK_ETHERNET);
		struct tpacket3_hdr *head = head_of(&r, 0, 1);
		size_t before = i == 5 ? 0 : 1;
		struct live *live;
		struct frame frame;

		block_ethernet(&r, 0, 1, 4);
		block_ethernet(&r, 1, 2, 2);
		if (i == 0)
			head->tp_mac = BLOCK - FIRST - STEP + 1;
		if (i == 1)
			head->tp_snaplen = head->tp_len = BLOCK - FIRST - STEP - BEFORE + 1;
		if (i == 2)
			head->tp_len = head->tp_snaplen - 1;
		if (i == 3)
			head_of(&r, 0, 0)->tp_next_offset = 8;
		if (i == 4)
			head_of(&r, 0, 0)->tp_next_offset = UINT32_MAX;
		if (i == 5)
			block_of(&r, 0)->hdr.bh1.offset_to_first_pkt = BLOCK + 1;
		if (i == 6)
			head->tp_len = UINT32_MAX;
		if (i == 7)
			head->tp_mac = BEFORE - 9; /* no room for a tag and a header */
		live = attach(&r);
		assert_int_equal(read_all(live, &frame), before + 2);
		assert_int_equal(skipped(live), 4 - before);
		ring_free(&r, live);
	}
}

/* Nonsense, many times: what is read lies within its block, and reading ends. */
static void test_nonsense(void **state)
{
	struct ring r = ring_new(LINK_ETHERNET);
	struct live *live = attach(&r);
	const uint8_t *mapped; /* by the reader */
	uint64_t random = 1;
	struct frame frame;

	(void)state;
	block_ethernet(&r, 0, 0, 1);
	assert_int_equal(read_all(live, &frame), 1);
	mapped = frame.bytes.ptr - FIRST - BEFORE;
	for (unsigned round = 1; round < 20000; round++) {
		unsigned block = round % BLOCKS;
		const uint8_t *begin = mapped + block * BLOCK;
		size_t n = 0;

		block_ethernet(&r, block, round, 8);
		for (unsigned i = 0; i < 6; i++) {
			random = hash_64(random, i);
			r.bytes[block * BLOCK + 8 + random % 600] ^= (uint8_t)(random >> 32);
		}
		block_of(&r, block)->hdr.bh1.block_status = TP_STATUS_USER;
		while (live_read(live, &frame, 1) == 1) {
			assert_true(frame.bytes.ptr >= begin && frame.bytes.len <= BLOCK);
			assert_true(frame.bytes.ptr + frame.bytes.len <= begin + BLOCK);
			assert_true(frame.wire_len >= frame.bytes.len);
			assert_true(n++ <= BLOCK / sizeof(struct tpacket3_hdr));
		}
	}
	ring_free(&r, live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),   cmocka_unit_test(test_vlan),
		cmocka_unit_test(test_cooked),  cmocka_unit_test(test_died),
		cmocka_unit_test(test_unsound), cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
