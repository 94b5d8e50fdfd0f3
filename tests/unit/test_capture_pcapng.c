/*
 * test_capture_pcapng.c - pcapng against files made here, block by block, and against libpcap.
 */
#include "capture_test.h"

#define T0 1700000000123456ull

/* Ends the block that began at `start`: pads, and writes its length at both ends. */
static void block_end(struct made *m, size_t start)
{
	struct made len = {.big = m->big};

	while (m->len % 4)
		put(m, "", 1);
	put32(&len, (uint32_t)(m->len + 4 - start));
	memcpy(m->p + start + 4, len.p, 4);
	put(m, len.p, 4);
	free(len.p);
}

static size_t block_begin(struct made *m, uint32_t type)
{
	size_t start = m->len;

	put32(m, type);
	put32(m, 0);
	return start;
}

static void put_section(struct made *m, bool big)
{
	size_t start;

	m->big = big;
	start = block_begin(m, 0x0a0d0d0a);
	put32(m, 0x1a2b3c4d);
	put16(m, 1);
	put16(m, 0);
	put32(m, UINT32_MAX); /* length not known */
	put32(m, UINT32_MAX);
	block_end(m, start);
}

/* An interface; tsresol < 0: no such option; offset 0: no such option. */
static void put_interface(struct made *m, unsigned link, uint32_t snaplen, int tsresol,
			  int64_t offset)
{
	size_t start = block_begin(m, 1);
	uint8_t resolution = (uint8_t)tsresol;

	put16(m, link);
	put16(m, 0);
	put32(m, snaplen);
	put16(m, 2); /* if_name, of a length to be padded */
	put16(m, 5);
	put(m, "eth0\0\0\0\0", 8);
	if (tsresol >= 0) {
		put16(m, 9);
		put16(m, 1);
		put(m, &resolution, 1);
		put(m, "\0\0\0", 3);
	}
	if (offset) {
		put16(m, 14);
		put16(m, 8);
		put32(m, m->big ? (uint32_t)((uint64_t)offset >> 32) : (uint32_t)offset);
		put32(m, m->big ? (uint32_t)offset : (uint32_t)((uint64_t)offset >> 32));
	}
	put32(m, 0);
	block_end(m, start);
}

/* An Enhanced (6) or an old (2) Packet Block. */
static void put_packet(struct made *m, uint32_t type, unsigned face, uint64_t ticks, uint32_t len)
{
	size_t start = block_begin(m, type);

	if (type == 6) {
		put32(m, face);
	} else {
		put16(m, face);
		put16(m, 9); /* drops */
	}
	put32(m, (uint32_t)(ticks >> 32));
	put32(m, (uint32_t)ticks);
	put32(m, len);
	put32(m, len + 100);
	put_pattern(m, len, len);
	while (m->len % 4)
		put(m, "", 1);
	put32(m, 0); /* end of options */
	block_end(m, start);
}

static void put_simple(struct made *m, uint32_t wire_len, uint32_t caplen)
{
	size_t start = block_begin(m, 3);

	put32(m, wire_len);
	put_pattern(m, caplen, caplen);
	block_end(m, start);
}

static void put_unknown(struct made *m, uint32_t type, size_t len)
{
	size_t start = block_begin(m, type);

	put_pattern(m, len, 9);
	block_end(m, start);
}

/* Sections of both orders, every kind of packet block, blocks to be skipped. */
static struct made pcapng_small(void)
{
	struct made m = {0};

	put_section(&m, false);
	put_interface(&m, 1, 96, -1, 0);
	put_unknown(&m, 5, 20);
	put_simple(&m, 50, 50); /* before any time is known */
	put_packet(&m, 6, 0, T0, 61);
	put_interface(&m, 1, 0, 9, 0);
	put_packet(&m, 2, 1, (T0 + 1) * 1000 + 999, 62);
	put_simple(&m, 1000, 96); /* cut to the first interface's snaplen */
	put_section(&m, true);
	put_interface(&m, 1, 65535, 9, 0); /* not like interface 0 of the section before */
	put_unknown(&m, 0x80000bad, 33);
	put_packet(&m, 6, 0, (T0 + 2) * 1000, 0);
	put_packet(&m, 2, 0, (T0 + 3) * 1000, 63);
	put_simple(&m, 7, 7);
	return m;
}

static void test_pcapng_blocks(void **state)
{
	static const struct {
		usec_t ts;
		uint32_t caplen, wire_len;
	} want[] = {
		{0, 50, 50},      {T0, 61, 161},     {T0 + 1, 62, 162}, {T0 + 1, 96, 1000},
		{T0 + 2, 0, 100}, {T0 + 3, 63, 163}, {T0 + 3, 7, 7},
	};
	struct made m = pcapng_small();
	struct seen s = seen_all_ways(made_span(&m)), part;
	size_t last = 0;

	(void)state;
	assert_int_equal(s.frames, sizeof(want) / sizeof(want[0]));
	assert_int_equal(s.trouble.err, OK);
	for (size_t i = 0; i < s.frames; i++) {
		assert_true(s.first[i].ts == want[i].ts);
		assert_int_equal(s.first[i].bytes.len, want[i].caplen);
		assert_int_equal(s.first[i].wire_len, want[i].wire_len);
	}
	for (size_t cut = 0; cut < m.len; cut++) { /* wherever it is cut */
		part = seen_all_ways((struct span){m.p, cut});
		assert_true(part.frames >= last && part.frames <= last + 1);
		last = part.frames;
		if (last)
			assert_true(part.digest == s.kept[last - 1]);
		if (cut >= 4 && part.trouble.err != OK)
			assert_int_equal(part.trouble.err, ERR_TRUNCATED);
	}
	assert_int_equal(last, s.frames - 1);
	free(m.p);
}

/* The same packets, where libpcap can read them: times and bytes must agree. */
static void test_pcapng_like_libpcap(void **state)
{
	static const struct {
		int tsresol;
		int64_t offset;
		uint64_t ticks;
	} clocks[] = {
		{-1, 0, T0},
		{6, 0, T0},
		{9, 0, T0 * 1000 + 789},
		{3, 0, T0 / 1000},
		{0, 0, T0 / 1000000},
		{8, 0, T0 * 100 + 77},
		{12, 1690000000, 10000000123456789012ull},
		{0x80 | 10, 0, 1700000000ull << 10 | 1023},
		{0x80 | 32, 0, 1700000000ull << 32 | 0xdeadbeef},
		{6, 1600000000, 100000000123456},
		{9, -1000, T0 * 1000},
	};
	char path[64], why[PCAP_ERRBUF_SIZE];
	int fd = file_open(path);

	(void)state;
	for (unsigned i = 0; i < 2 * sizeof(clocks) / sizeof(clocks[0]); i++) {
		struct made m = {0};
		struct seen ours, theirs;

		put_section(&m, i % 2);
		put_interface(&m, 1, 65535, clocks[i / 2].tsresol, clocks[i / 2].offset);
		for (unsigned k = 0; k < 20; k++) {
			put_packet(&m, k % 3 ? 6 : 2, 0, clocks[i / 2].ticks + k * 12345, k);
			put_unknown(&m, 5, k);
		}
		file_write(path, made_span(&m));
		assert_int_equal(oracle_read(path, &theirs, why), 1);
		ours = seen_path(path, 0, 256);
		assert_int_equal(ours.frames, 20);
		same(&ours, &theirs, "made");
		free(m.p);
	}
	close(fd);
}

static usec_t time_of(int tsresol, int64_t offset, uint64_t ticks)
{
	struct made m = {0};
	struct seen s;

	put_section(&m, false);
	put_interface(&m, 1, 0, tsresol, offset);
	put_packet(&m, 6, 0, ticks, 1);
	s = seen_memory(made_span(&m));
	assert_int_equal(s.frames, 1);
	free(m.p);
	return s.first[0].ts;
}

static void test_pcapng_times(void **state)
{
	const usec_t end = 253402300799 * USEC_PER_SEC; /* the last second of 9999 */

	(void)state;
	assert_true(time_of(6, 0, T0) == (usec_t)T0);
	assert_true(time_of(6, 0, UINT64_MAX) / USEC_PER_SEC == end / USEC_PER_SEC);
	assert_true(time_of(0, 0, UINT64_MAX) == end);
	assert_true(time_of(0, INT64_MAX, UINT64_MAX) == end);
	assert_true(time_of(0, INT64_MIN, UINT64_MAX) == 0);
	assert_true(time_of(6, INT64_MIN, 1) == 0);
	assert_true(time_of(9, -5, 5000001000) == 1);
	assert_true(time_of(20, 0, 12345 * 100000000000000ull) == 12345);
	assert_true(time_of(127, 0, UINT64_MAX) == 0);
	assert_true(time_of(0x80, 0, 77) == 77 * USEC_PER_SEC);
	assert_true(time_of(0x80 | 1, 0, 3) == 1500000);
	assert_true(time_of(0x80 | 63, 0, (1ull << 63) | (1ull << 62)) == 1500000);
	assert_true(time_of(0x80 | 64, 0, 1ull << 63) == 500000);
	assert_true(time_of(0x80 | 65, 0, 1ull << 63) == 250000);
	assert_true(time_of(0x80 | 127, 0, UINT64_MAX) == 0);
}

/* One field after another made wrong, in the third block of three. */
static void test_pcapng_corrupt(void **state)
{
	static const struct {
		size_t at; /* in the packet block */
		uint32_t value;
		enum err err;
		const char *say;
	} cases[] = {
		{4, 33, ERR_FORMAT, "corrupt at byte 64: a block claims 33 bytes"},
		{4, 8, ERR_FORMAT, "a block claims 8 bytes"},
		{4, 0, ERR_FORMAT, "a block claims 0 bytes"},
		{4, 0x01000004, ERR_LIMIT, "stopped at byte 64: a block claims 16777220 bytes"},
		{4, 0x01000000, ERR_TRUNCATED, "in the middle of a block"},
		{4, 36, ERR_FORMAT, "36 bytes at its start but"},
		{8, 1, ERR_FORMAT, "names interface 1, of which there are only 1"},
		{8, UINT32_MAX, ERR_FORMAT, "names interface 4294967295"},
		{20, 9, ERR_FORMAT, "claims 9 bytes, more than its block holds"},
		{20, UINT32_MAX, ERR_FORMAT, "more than its block holds"},
		{0, 1, OK, ""}, /* an interface with strange options is one more */
		{0, 3, OK, ""}, /* a simple packet of no bytes */
		{0, 0x0a0d0d0a, ERR_FORMAT, "without the byte-order magic"},
		{20, 4, OK, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct made m = {0}, value = {0};
		struct seen s;
		size_t block;

		put_section(&m, false);
		put_interface(&m, 1, 0, -1, 0);
		block = m.len;
		assert_int_equal(block, 64);
		put_packet(&m, 6, 0, UINT64_MAX, 4);
		put32(&value, cases[i].value);
		memcpy(m.p + block + cases[i].at, value.p, 4);
		s = seen_all_ways(made_span(&m));
		if (s.trouble.err != cases[i].err || !strstr(s.trouble.text, cases[i].say))
			fail_msg("case %zu: %d '%s'", i, (int)s.trouble.err, s.trouble.text);
		free(value.p);
		free(m.p);
	}
}

static void test_pcapng_bounds(void **state)
{
	struct made m = {0};
	struct seen s;

	(void)state;
	put_section(&m, true); /* blocks and frames far larger than the buffer */
	put_interface(&m, 228, 0, -1, 0);
	put_unknown(&m, 77, (16 << 20) - 12);
	put_packet(&m, 6, 0, T0, 3000000);
	s = seen_all_ways(made_span(&m));
	assert_int_equal(s.frames, 1);
	assert_int_equal(s.first[0].bytes.len, 3000000);
	assert_int_equal(s.trouble.err, OK);
	m.len = 0;
	put_section(&m, false);
	for (unsigned i = 0; i < 65536; i++)
		put_interface(&m, i == 65535 ? 229 : 1, 0, -1, 0);
	put_packet(&m, 2, 65535, T0, 3);
	put_interface(&m, 1, 0, -1, 0);
	s = seen_memory(made_span(&m));
	assert_int_equal(s.frames, 1);
	assert_int_equal(s.first[0].link, LINK_IPV6);
	assert_int_equal(s.trouble.err, ERR_LIMIT);
	m.len = 0;
	put_section(&m, false);
	put_simple(&m, 3, 3); /* without an interface */
	assert_int_equal(seen_memory(made_span(&m)).trouble.err, ERR_FORMAT);
	m.len = 0;
	put_section(&m, false);
	put_interface(&m, 1, 0, -1, 0);
	put_simple(&m, 13, 10); /* longer than its block */
	assert_int_equal(seen_memory(made_span(&m)).trouble.err, ERR_FORMAT);
	m.len = 0;
	put_section(&m, false);
	m.p[12] = 2; /* version */
	assert_int_equal(seen_memory(made_span(&m)).trouble.err, ERR_UNSUPPORTED);
	free(m.p);
}

static void test_pcapng_skipped(void **state)
{
	struct made m = {0};
	struct seen s;

	(void)state;
	put_section(&m, false);
	put_interface(&m, 105, 0, -1, 0);
	put_interface(&m, 1, 0, -1, 0);
	put_interface(&m, 249, 0, -1, 0);
	for (unsigned i = 0; i < 300; i++) {
		put_packet(&m, 6, i % 3, T0 + i, 10);
		put_simple(&m, 10, 10);
	}
	s = seen_all_ways(made_span(&m));
	assert_int_equal(s.frames, 100);
	assert_int_equal(s.trouble.err, ERR_UNSUPPORTED);
	assert_string_equal(s.trouble.text,
			    "x.pcap: 500 packets skipped: link type 105 (IEEE802_11) and others "
			    "are not decoded; Hinomi reads Ethernet, raw IP, Linux cooked and "
			    "loopback; record it there, or convert it with tcprewrite "
			    "--dlt=enet");
	m.len -= 1;
	s = seen_memory(made_span(&m));
	assert_string_equal(s.trouble.text,
			    "x.pcap: cut short at byte 22935 in the middle of a block; the 100 "
			    "packets before it were read; 499 were skipped, as their link type is "
			    "not decoded");
	free(m.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pcapng_blocks),
		cmocka_unit_test(test_pcapng_like_libpcap),
		cmocka_unit_test(test_pcapng_times),
		cmocka_unit_test(test_pcapng_corrupt),
		cmocka_unit_test(test_pcapng_bounds),
		cmocka_unit_test(test_pcapng_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
