/*
 * test_quic.c - the packets of RFC 9001 and RFC 9369, appendix A; hellos in pieces; malformed ones.
 */
#include "hello_test.h"
#include "quic_test.h"
#include "wire/quic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t dcid_room[8];

struct told {
	unsigned events;
	uint32_t version;
	char sni[64], alpn[64], ja3[40], ja4[40];
};

static void keep(char *to, size_t size, struct span s)
{
	snprintf(to, size, "%.*s", (int)s.len, (const char *)s.ptr);
}

static void tell(void *whom, const struct event_tls *e)
{
	struct told *t = whom;

	t->events++;
	t->version = e->quic_version;
	keep(t->sni, sizeof(t->sni), e->sni);
	keep(t->alpn, sizeof(t->alpn), e->alpn);
	keep(t->ja3, sizeof(t->ja3), e->ja3);
	keep(t->ja4, sizeof(t->ja4), e->ja4);
}

static struct span dcid(void)
{
	return hex_bytes("8394c8f03e515708", dcid_room, sizeof(dcid_room));
}

static void assert_hello(const struct told *t, uint32_t version)
{
	char ja4[40];

	assert_int_equal(t->events, 1);
	assert_int_equal(t->version, version);
	assert_string_equal(t->sni, "example.com");
	assert_string_equal(t->alpn, "alpn");
	assert_string_equal(t->ja3, rfc9001_ja3);
	snprintf(ja4, sizeof(ja4), "q%s", rfc9001_ja4);
	assert_string_equal(t->ja4, ja4);
}

/* Appends a CRYPTO frame with a part of the hello. */
static size_t crypto(uint8_t *frames, size_t at, struct span hello, size_t from, size_t len)
{
	frames[at++] = 6;
	frames[at++] = (uint8_t)(0x40 | from >> 8);
	frames[at++] = (uint8_t)from;
	frames[at++] = (uint8_t)(0x40 | len >> 8);
	frames[at++] = (uint8_t)len;
	memcpy(frames + at, hello.ptr + from, len);
	return at + len;
}

/* The packets of the RFCs: made here from their plain parts, and known to be theirs by the bytes
 * that the RFCs print first and by the tag, which covers all of them. */
static void test_rfc(void **state)
{
	static const struct {
		uint32_t version;
		const char *first, *tag;
	} rfc[] = {
		{ 1,
		  "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8ba"
		  "b936b47d92ec356c0bab7df5976d27cd449f63300099f399",
		  "e221af44860018ab0856972e194cd934" },
		{ 0x6b3343cf,
		  "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071bf03"
		  "dceebfa162e75d6c96058bdbfb127cdfcbf903388e99ad04",
		  "a18b2faa745b6fe189cf772a9f84cbfc" },
	};
	uint8_t room[64], hello_room[512];
	struct span hello = hex_bytes(rfc9001_client, hello_room, sizeof(hello_room));
	static struct quic x;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		uint8_t frames[1162] = { 6, 0, 0x40, 0xf1 }, packet[SEALED_MAX];
		struct sealing sealing = { rfc[i].version, 2, dcid(), { frames, sizeof(frames) } };
		struct told told = { 0 };
		struct quic_sink sink = { &told, kit, tell, false };
		struct span s;

		memcpy(frames + 4, hello.ptr, hello.len);
		assert_int_equal(quic_seal(kit, &sealing, packet), 1200);
		s = hex_bytes(rfc[i].first, room, sizeof(room));
		assert_memory_equal(packet, s.ptr, s.len);
		s = hex_bytes(rfc[i].tag, room, sizeof(room));
		assert_memory_equal(packet + 1200 - 16, s.ptr, 16);
		memset(&x, 0, sizeof(x));
		assert_true(quic_looks((struct span){ packet, 1200 }));
		assert_true(quic_feed(&x, 0, (struct span){ packet, 1200 }, &sink));
		assert_true(x.done);
		assert_hello(&told, rfc[i].version);
		quic_end(&x, &sink);
		assert_int_equal(told.events, 1);
	}
}

/* The hello backwards and overlapping, in frames of three datagrams, the last of two packets. */
static void test_pieces(void **state)
{
	uint8_t hello_room[512], frames[3][1200] = { { 0 } }, packet[2 * SEALED_MAX];
	struct span hello = hex_bytes(rfc9001_client, hello_room, sizeof(hello_room));
	struct told told = { 0 };
	struct quic_sink sink = { &told, kit, tell, false };
	struct sealing s = { 1, 0, dcid(), { 0 } };
	static struct quic x;
	size_t n, len;

	(void)state;
	memset(&x, 0, sizeof(x));
	n = crypto(frames[0], 0, hello, 200, 41);
	n = crypto(frames[0], n + 3, hello, 150, 60); /* padding between */
	s.frames = (struct span){ frames[0], n };
	assert_true(quic_feed(&x, 0, (struct span){ packet, quic_seal(kit, &s, packet) }, &sink));
	memcpy(frames[1], "\2\5\0\1\0\1\1\1", 8); /* ACK with one more range, PING */
	n = crypto(frames[1], 8, hello, 10, 60);
	s.frames = (struct span){ frames[1], n };
	s.number = 1;
	assert_true(quic_feed(&x, 0, (struct span){ packet, quic_seal(kit, &s, packet) }, &sink));
	assert_int_equal(told.events, 0);
	n = crypto(frames[2], 0, hello, 0, 10);
	s.frames = (struct span){ frames[2], n + 20 };
	s.number = 2;
	len = quic_seal(kit, &s, packet);
	n = crypto(frames[2], 0, hello, 70, 80);
	s.frames = (struct span){ frames[2], n };
	s.number = 3;
	len += quic_seal(kit, &s, packet + len);
	assert_true(
		quic_feed(&x, 1, (struct span){ packet, len }, &sink)); /* the server's: not read */
	assert_int_equal(told.events, 0);
	assert_true(quic_feed(&x, 0, (struct span){ packet, len }, &sink));
	assert_hello(&told, 1);
}

/* After a Retry the hello comes again under another connection id (RFC 9001, 5.2). */
static void test_retry(void **state)
{
	uint8_t hello_room[512], frames[300], packet[SEALED_MAX];
	struct span hello = hex_bytes(rfc9001_client, hello_room, sizeof(hello_room));
	struct told told = { 0 };
	struct quic_sink sink = { &told, kit, tell, false };
	struct sealing s = { 1, 0, dcid(), { frames, 0 } };
	static struct quic x;

	(void)state;
	memset(&x, 0, sizeof(x));
	s.frames.len = crypto(frames, 0, hello, 0, 100);
	quic_feed(&x, 0, (struct span){ packet, quic_seal(kit, &s, packet) }, &sink);
	s.dcid = (struct span){ (const uint8_t *)"another.", 8 };
	s.frames.len = crypto(frames, 0, hello, 100, 141);
	assert_true(quic_feed(&x, 0, (struct span){ packet, quic_seal(kit, &s, packet) }, &sink));
	assert_hello(&told, 1);
}

static void test_bad(void **state)
{
	uint8_t frames[100] = { 0x02 }, packet[SEALED_MAX];
	struct told told = { 0 };
	struct quic_sink sink = { &told, kit, tell, false };
	struct sealing s = { 1, 0, dcid(), { frames, 60 } };
	static struct quic x;
	size_t len = quic_seal(kit, &s, packet);

	(void)state;
	assert_true(quic_looks((struct span){ packet, len }));
	for (size_t n = 0; n < len; n++)
		assert_false(quic_looks((struct span){ packet, n }));
	memset(&x, 0, sizeof(x));
	packet[len - 1] ^= 1; /* a wrong tag */
	assert_false(quic_feed(&x, 0, (struct span){ packet, len }, &sink));
	assert_int_equal(x.anomaly, ANOMALY_QUIC_SEAL);
	packet[4] = 9; /* version 9 */
	assert_false(quic_looks((struct span){ packet, len }));
	assert_false(quic_feed(&x, 0, (struct span){ packet, len }, &sink));
	assert_int_equal(x.anomaly, ANOMALY_QUIC_PACKET);
	frames[0] = 8; /* a STREAM frame */
	len = quic_seal(kit, &s, packet);
	assert_false(quic_feed(&x, 0, (struct span){ packet, len }, &sink));
	assert_int_equal(x.anomaly, ANOMALY_QUIC_FRAME);
	memcpy(frames, "\6\x50\0\1x", 5); /* a byte at 4096, beyond what is kept */
	len = quic_seal(kit, &s, packet);
	assert_false(quic_feed(&x, 0, (struct span){ packet, len }, &sink));
	assert_int_equal(x.anomaly, ANOMALY_QUIC_LONG);
	memcpy(frames, "\6\0\x40\xff", 4); /* longer than the packet */
	len = quic_seal(kit, &s, packet);
	assert_false(quic_feed(&x, 0, (struct span){ packet, len }, &sink));
	assert_int_equal(x.anomaly, ANOMALY_QUIC_FRAME);
	assert_int_equal(told.events, 0);
	quic_end(&x, &sink); /* deciphered, but no hello: the version is all that is known */
	assert_int_equal(told.events, 1);
	assert_int_equal(told.version, 1);
	assert_string_equal(told.sni, "");
	memset(&x, 0, sizeof(x));
	memcpy(frames, "\6\0\4\2\0\0\0", 7); /* a hello, but of a server */
	len = quic_seal(kit, &s, packet);
	assert_false(quic_feed(&x, 0, (struct span){ packet, len }, &sink));
	assert_int_equal(x.anomaly, ANOMALY_TLS_HELLO);
	assert_true(x.done);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_retry),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, kit_begin, kit_end);
}
