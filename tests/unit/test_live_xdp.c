/*
 * test_live_xdp.c - reading an AF_XDP ring that is made by hand: sound, left behind by a reader that
 * died, and by one that was broken into. What only a kernel can show is in tests/live.
 */
#include "base/hash.h"
#include "live/live.h"
#include "live/xdp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define BLOCK     2048u
#define BLOCKS    8u
#define PRODUCER  0u /* of each queue, in bytes */
#define CONSUMER  64u
#define ENTRIES   128u
#define BEFORE    256u /* of a frame in its block, as the kernel does */
#define FRAME     60u
#define RX_BYTES  (ENTRIES + BLOCKS * sizeof(struct xdp_desc))
#define FILL_BYTES (ENTRIES + BLOCKS * sizeof(uint64_t))
#define MEMORY    (BLOCK * BLOCKS + XDP_MARK_ROOM)

/* A ring with the kernel's side of it. The queues lie in one file, far from each other, as they do in
 * a socket. */
struct ring {
	struct live_ring of;
	uint8_t *memory, *rx, *fill;
	uint32_t taken; /* of `fill`, by the kernel */
};

static uint8_t *map(int fd, size_t bytes, off_t at)
{
	uint8_t *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);

	assert_true(memory != MAP_FAILED);
	return memory;
}

static uint32_t *word(uint8_t *queue, unsigned at)
{
	return (uint32_t *)(queue + at);
}

static uint64_t *fill_entry(struct ring *r, uint32_t number)
{
	return (uint64_t *)(r->fill + ENTRIES) + number % BLOCKS;
}

static struct xdp_desc *rx_entry(struct ring *r, uint32_t number)
{
	return (struct xdp_desc *)(r->rx + ENTRIES) + number % BLOCKS;
}

static struct ring ring_new(void)
{
	const struct live_queue queue = { PRODUCER, CONSUMER, ENTRIES };
	struct ring r = { .of = { .shape = { .kind = LIVE_XDP,
					     .block_bytes = BLOCK,
					     .blocks = BLOCKS,
					     .link = LINK_ETHERNET,
					     .rx = queue,
					     .fill = queue } } };

	r.of.fd = memfd_create("queues", MFD_CLOEXEC);
	r.of.memory = memfd_create("frames", MFD_CLOEXEC);
	assert_int_equal(ftruncate(r.of.fd, (off_t)(XDP_UMEM_PGOFF_FILL_RING + FILL_BYTES)), 0);
	assert_int_equal(ftruncate(r.of.memory, MEMORY), 0);
	r.rx = map(r.of.fd, RX_BYTES, XDP_PGOFF_RX_RING);
	r.fill = map(r.of.fd, FILL_BYTES, (off_t)XDP_UMEM_PGOFF_FILL_RING);
	r.memory = map(r.of.memory, MEMORY, 0);
	for (uint32_t i = 0; i < BLOCKS; i++)
		*fill_entry(&r, i) = i * BLOCK;
	*word(r.fill, PRODUCER) = BLOCKS;
	return r;
}

static void ring_free(struct ring *r, struct live *live)
{
	live_detach(live);
	munmap(r->rx, RX_BYTES);
	munmap(r->fill, FILL_BYTES);
	munmap(r->memory, MEMORY);
}

static struct live *attach(struct ring *r)
{
	struct live *live = live_attach(&r->of);

	assert_non_null(live);
	return live;
}

/* The kernel puts a frame into the next block; false: there is none. Its first byte is `letter`. */
static bool receive(struct ring *r, uint8_t letter)
{
	uint64_t block;
	uint32_t *rx = word(r->rx, PRODUCER);

	if (r->taken == *word(r->fill, PRODUCER))
		return false;
	block = *fill_entry(r, r->taken++);
	assert_true(block < BLOCK * BLOCKS && block % BLOCK == 0);
	r->memory[block + BEFORE] = letter;
	*rx_entry(r, *rx) = (struct xdp_desc){ .addr = block + BEFORE, .len = FRAME };
	++*rx;
	return true;
}

static uint64_t skipped(struct live *live)
{
	struct live_counts counts;

	live_counts(live, &counts);
	return counts.skipped;
}

/* In order, several times around; a block that is in a reader's hand is not written again. */
static void test_order(void **state)
{
	struct ring r = ring_new();
	struct live *live = attach(&r);
	struct frame frames[3];
	uint8_t sent = 0, seen = 0;

	(void)state;
	for (unsigned round = 0; round < 50; round++) {
		while (receive(&r, sent))
			sent++;
		assert_int_equal(live_read(live, frames, 3), 3);
		while (receive(&r, sent))
			sent++;
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(frames[i].bytes.ptr[0], seen++);
			assert_int_equal(frames[i].bytes.len, FRAME);
			assert_int_equal(frames[i].wire_len, FRAME);
			assert_int_equal(frames[i].link, LINK_ETHERNET);
			assert_true(frames[i].ts > (usec_t)1700000000 * USEC_PER_SEC);
		}
		assert_true((uint8_t)(sent - seen) <= BLOCKS - 3);
	}
	assert_int_equal(skipped(live), 0);
	ring_free(&r, live);
}

/* Five frames come; a process reads two of them, and dies with these in hand. */
static struct ring ring_of_dead(void)
{
	struct ring r = ring_new();
	struct frame frames[2];
	int status;
	pid_t reader;

	for (uint8_t letter = 0; letter < 5; letter++)
		assert_true(receive(&r, letter));
	reader = fork();
	if (reader == 0)
		_exit(live_read(attach(&r), frames, 2) == 2 ? 0 : 1);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
	return r;
}

/* The next reader passes over so many; then it reads the three that are left, and all blocks are used
 * again. */
static void inherits(struct ring *r, unsigned passed_over)
{
	struct live *live = attach(r);
	struct frame frames[BLOCKS];

	assert_int_equal(skipped(live), passed_over);
	assert_int_equal(live_read(live, frames, BLOCKS), 3);
	assert_int_equal(frames[0].bytes.ptr[0], 2);
	assert_int_equal(live_read(live, frames, BLOCKS), 0);
	for (unsigned i = 0; i < BLOCKS; i++)
		assert_true(receive(r, 9));
	assert_int_equal(live_read(live, frames, BLOCKS), BLOCKS);
	ring_free(r, live);
}

static void test_died(void **state)
{
	struct ring r = ring_of_dead();

	(void)state;
	inherits(&r, 2);
}

/* It died after it gave the blocks back, and before it said so in the other queue. */
static void test_died_halfway(void **state)
{
	struct ring r = ring_of_dead();

	(void)state;
	*fill_entry(&r, BLOCKS) = 0;
	*fill_entry(&r, BLOCKS + 1) = BLOCK;
	*word(r.fill, PRODUCER) = BLOCKS + 2;
	inherits(&r, 0);
}

/* A reader that ends in order leaves nothing to pass over. */
static void test_left(void **state)
{
	struct ring r = ring_new();
	struct live_ring again = r.of;
	struct frame frames[BLOCKS];
	struct live *live = attach(&r);

	(void)state;
	again.fd = dup(r.of.fd);
	again.memory = dup(r.of.memory);
	for (uint8_t letter = 0; letter < 5; letter++)
		assert_true(receive(&r, letter));
	assert_int_equal(live_read(live, frames, 2), 2);
	live_detach(live);
	live = live_attach(&again);
	assert_non_null(live);
	assert_int_equal(skipped(live), 0);
	assert_int_equal(live_read(live, frames, BLOCKS), 3);
	ring_free(&r, live);
}

/* One entry of three is unsound, each time in another way: the two others are read. */
static void test_unsound(void **state)
{
	const struct xdp_desc bad[] = {
		{ .addr = (uint64_t)BLOCK * BLOCKS, .len = 1 },
		{ .addr = UINT64_MAX, .len = FRAME },
		{ .addr = UINT64_MAX - FRAME, .len = UINT32_MAX },
		{ .addr = BLOCK + BEFORE, .len = BLOCK - BEFORE + 1 },
		{ .addr = BLOCK + BEFORE, .len = UINT32_MAX },
		{ .addr = (uint64_t)1 << 48 | BEFORE, .len = FRAME }, /* an offset, as unaligned blocks have */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ring r = ring_new();
		struct live *live = attach(&r);
		struct frame frames[BLOCKS];

		for (uint8_t letter = 0; letter < 3; letter++)
			assert_true(receive(&r, letter));
		*rx_entry(&r, 1) = bad[i];
		assert_int_equal(live_read(live, frames, BLOCKS), 2);
		assert_int_equal(frames[1].bytes.ptr[0], 2);
		assert_int_equal(skipped(live), 1);
		assert_int_equal(live_read(live, frames, BLOCKS), 0);
		ring_free(&r, live);
	}
}

/* To its last byte a block is good. */
static void test_edge(void **state)
{
	struct ring r = ring_new();
	struct live *live = attach(&r);
	struct frame frame;

	(void)state;
	assert_true(receive(&r, 1));
	rx_entry(&r, 0)->addr = BLOCK * (BLOCKS - 1) + BEFORE;
	rx_entry(&r, 0)->len = BLOCK - BEFORE;
	assert_int_equal(live_read(live, &frame, 1), 1);
	assert_int_equal(frame.bytes.len, BLOCK - BEFORE);
	assert_int_equal(skipped(live), 0);
	ring_free(&r, live);
}

/* Nonsense in all that a reader before us could write, many times: what is read lies in a block, and
 * reading ends. */
static void test_nonsense(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct ring r = ring_new();
		uint8_t *const places[] = { r.rx, r.fill, r.memory + BLOCK * BLOCKS };
		const size_t sizes[] = { RX_BYTES, FILL_BYTES, sizeof(struct xdp_mark) };
		struct frame frame;
		struct live *live;
		const uint8_t *begin = NULL;
		unsigned n = 0;

		for (uint8_t letter = 0; letter < 6; letter++)
			assert_true(receive(&r, letter));
		for (unsigned i = 0; i < 4; i++) {
			random = hash_64(random, i);
			places[random % 3][(random >> 8) % sizes[random % 3]] ^= (uint8_t)(random >> 40);
		}
		live = attach(&r);
		while (live_read(live, &frame, 1) == 1) {
			assert_true(n++ <= BLOCKS);
			assert_true(frame.wire_len == frame.bytes.len && frame.bytes.len <= BLOCK);
			/* where the reader has mapped it, the first frame tells; it is read to its end */
			begin = begin && begin < frame.bytes.ptr ? begin : frame.bytes.ptr;
			assert_true((size_t)(frame.bytes.ptr - begin) + frame.bytes.len <= BLOCK * BLOCKS);
			random ^= hash_64(frame.bytes.ptr[frame.bytes.len ? frame.bytes.len - 1 : 0], 1);
		}
		ring_free(&r, live);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),        cmocka_unit_test(test_died),
		cmocka_unit_test(test_died_halfway), cmocka_unit_test(test_left),
		cmocka_unit_test(test_unsound),      cmocka_unit_test(test_edge),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
