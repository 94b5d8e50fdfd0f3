/*
 * test_pcap_write.c - what is written is what the reader of pcap files reads, and bounds hold.
 */
#include "capture/capture.h"
#include "capture/pcap_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOON ((usec_t)1772452800 * USEC_PER_SEC)

static const uint8_t bytes[5000] = { 0x02, 0x03, [4999] = 0x7f };

static struct frame frame_of(usec_t ts, size_t captured, uint32_t wire_len)
{
	return (struct frame){ ts, wire_len, LINK_SLL, { bytes, captured } };
}

/* Reads one frame, and compares it. */
static void assert_next(struct capture *capture, const struct frame *want)
{
	struct frame frame;

	assert_int_equal(capture_read(capture, &frame, 1), 1);
	assert_int_equal(frame.ts, want->ts);
	assert_int_equal(frame.wire_len, want->wire_len);
	assert_int_equal(frame.link, want->link);
	assert_int_equal(frame.bytes.len, want->bytes.len);
	assert_memory_equal(frame.bytes.ptr, want->bytes.ptr, want->bytes.len);
}

static void test_read_back(void **state)
{
	const struct frame frames[] = {
		frame_of(NOON, 0, 0),
		frame_of(NOON + 999999, 60, 1514),
		frame_of((usec_t)UINT32_MAX * USEC_PER_SEC + 1, sizeof(bytes), 65536),
	};
	struct capture_trouble trouble;
	struct capture *capture;
	struct pcap_write file;

	(void)state;
	assert_int_equal(pcap_write_begin(&file, LINK_SLL, 6000, 1 << 20), OK);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pcap_write_frame(&file, &frames[i]), OK);
	assert_int_equal(file.len, PCAP_WRITE_HEADER + 3 * PCAP_WRITE_RECORD + 60 + sizeof(bytes));
	assert_true(file.room < 16384); /* not all that it may grow to */
	assert_int_equal(capture_open_memory(&capture, "made",
					     (struct span){ file.bytes, file.len }, &trouble),
			 OK);
	for (size_t i = 0; i < 3; i++)
		assert_next(capture, &frames[i]);
	assert_int_equal(capture_read(capture, &(struct frame){ 0 }, 1), 0);
	assert_int_equal(capture_trouble(capture)->err, OK);
	capture_close(capture);
	pcap_write_free(&file);
	assert_null(file.bytes);
}

/* Full to the byte, and not one more; what does not fit leaves the file as it was. */
static void test_bounds(void **state)
{
	const size_t max = PCAP_WRITE_HEADER + 2 * (PCAP_WRITE_RECORD + 100);
	struct frame frame = frame_of(NOON, 100, 100), longer = frame_of(NOON, 101, 101);
	struct pcap_write file;

	(void)state;
	assert_int_equal(pcap_write_begin(&file, LINK_SLL, 100, PCAP_WRITE_HEADER - 1), ERR_LIMIT);
	pcap_write_free(&file);
	assert_int_equal(pcap_write_begin(&file, LINK_SLL, 100, max), OK);
	assert_int_equal(pcap_write_frame(&file, &frame), OK);
	assert_int_equal(pcap_write_frame(&file, &longer), ERR_LIMIT);
	assert_int_equal(file.len, max - PCAP_WRITE_RECORD - 100);
	assert_int_equal(pcap_write_frame(&file, &frame), OK);
	assert_int_equal(file.len, max);
	assert_int_equal(file.room, max);
	assert_int_equal(pcap_write_frame(&file, &frame), ERR_LIMIT);
	pcap_write_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_back),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
