/* test_stream.c - the counter of a stream is found wherever it is, and nowhere in a flood. */
#include "base/hash.h"
#include "flow/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Lays the n-th payload, of 32 bytes. */
typedef void payload_fn(uint8_t *b, uint32_t n);

static uint64_t noise(uint32_t n)
{
	return hash_64(n, 77);
}

static void fill(uint8_t *b, uint32_t n)
{
	for (unsigned i = 0; i < 4; i++) {
		uint64_t word = noise(n * 4 + i);

		memcpy(b + 8 * i, &word, sizeof(word));
	}
}

/* How many of 1,000 packets, 100 us apart, are of a stream. */
static unsigned taken(payload_fn *payload, usec_t gap)
{
	struct flow f = { .first = 1000 };
	unsigned count = 0;

	for (uint32_t n = 0; n < 3000; n++) {
		uint8_t b[32];
		struct packet p = { .ts = 1000 + (usec_t)n * gap,
				    .payload = { b, sizeof(b) },
				    .payload_len = sizeof(b) };

		payload(b, n);
		count += stream_take(&f, &p) != STREAM_NO;
		f.packets[0]++;
	}
	return count;
}

static void rtp(uint8_t *b, uint32_t n)
{
	fill(b, n);
	b[0] = 0x80;
	b[1] = 96;
	b[2] = (uint8_t)((n + 65000) >> 8); /* it begins again from 0 on the way */
	b[3] = (uint8_t)(n + 65000);
}

/* Every seventh packet is of another source in the same conversation. */
static void rtp_two(uint8_t *b, uint32_t n)
{
	rtp(b, n % 7 ? n - n / 7 : n / 7 + 30000);
}

static void wireguard(uint8_t *b, uint32_t n)
{
	fill(b, n);
	memcpy(b, "\4\0\0\0\1\2\3\4", 8);
	memcpy(b + 8, (uint32_t[2]){ n + 70000, 0 }, 8);
}

/* Some are lost, and some overtake others. */
static void lossy(uint8_t *b, uint32_t n)
{
	wireguard(b, n + n / 50 * 20 + (n % 10 == 3 ? 2 : 0));
}

static void quic(uint8_t *b, uint32_t n)
{
	fill(b, n);
	b[0] = (uint8_t)(0x40 | (b[0] & 63));
}

static void constant(uint8_t *b, uint32_t n)
{
	(void)n;
	memset(b, 'X', 32);
}

static void letters(uint8_t *b, uint32_t n)
{
	fill(b, n);
	for (unsigned i = 0; i < 32; i++)
		b[i] = (uint8_t)('A' + b[i] % 26 + (b[i] & 0x80 ? 32 : 0));
}

static void test_streams(void **state)
{
	static payload_fn *const streams[] = { rtp, rtp_two, wireguard, lossy, quic };

	(void)state;
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++)
		assert_in_range(taken(streams[i], 100), 2900, 3000);
}

static void test_floods(void **state)
{
	static payload_fn *const floods[] = { fill, constant, letters };

	(void)state;
	for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++)
		assert_int_equal(taken(floods[i], 100), 0);
}

/* Faster than a stream is of use: a generator of load, although it numbers its packets. */
static void test_race(void **state)
{
	(void)state;
	assert_in_range(taken(wireguard, 1), 1000, 1300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_floods),
		cmocka_unit_test(test_race),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
