/*
 * test_recognise.c - which application the first payloads are of, and that noise is of none.
 */
#include "hex_test.h"
#include "wire/recognise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum app ask(uint8_t proto, unsigned side, uint16_t port, struct span s)
{
	struct recognise_ask q = {
		.payload = s, .port = { 40000, port }, .side = (uint8_t)side, .proto = proto
	};

	return recognise_app(&q);
}

static void test_stream(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		uint16_t port;
		enum app app;
		unsigned side;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n", 16, 8080, APP_HTTP, 0 },
		{ "CONNECT a:443 HTTP/1.1", 22, 80, APP_HTTP, 0 },
		{ "HTTP/1.1 200 OK", 15, 80, APP_HTTP, 0 },
		{ "GETTING", 7, 80, APP_NONE, 0 },
		{ "get / http/1.1", 14, 80, APP_NONE, 0 },
		{ "\x16\x03\x01\x02\x00", 5, 443, APP_TLS, 0 },
		{ "\x16\x03\x04\x02\x00", 5, 22, APP_TLS, 0 },
		{ "\x16\x03\x05\x02\x00", 5, 443, APP_NONE, 0 },
		{ "\x17\x03\x03\x02\x00", 5, 443, APP_NONE, 0 },
		{ "SSH-2.0-OpenSSH", 15, 2222, APP_SSH, 0 },
		{ "\x03\x00\x00\x13\x0e\xe0\x00\x00", 8, 3389, APP_RDP, 0 },
		{ "\x03\x00\x00\x13\x0e\xd0\x00", 7, 3389, APP_RDP, 0 },
		{ "\x03\x00\x00\x13\x02\xf0\x80", 7, 3389, APP_NONE, 0 }, /* data */
		{ "\x03\x00\x00\x13\x0e\xe0", 6, 3389, APP_NONE, 0 },
		{ "\xff\xfd\x18", 3, 23, APP_TELNET, 0 },
		{ "\xff\xff\x18", 3, 23, APP_NONE, 0 },
		{ "220 hello", 9, 21, APP_FTP, 0 },
		{ "220-hello", 9, 2121, APP_FTP, 0 },
		{ "220 mail", 8, 25, APP_SMTP, 0 },
		{ "220 mail", 8, 587, APP_SMTP, 0 },
		{ "2200", 4, 21, APP_NONE, 0 },
		{ "220", 3, 21, APP_NONE, 0 },
		{ "EHLO x", 6, 2525, APP_SMTP, 0 },
		{ "helo x", 6, 2525, APP_SMTP, 0 }, /* RFC 5321, 2.4: in any case */
		{ "GE", 2, 80, APP_NONE, 0 },
		{ "\xff\xfd\x18", 3, 1023, APP_NONE, 1 }, /* one command alone is little */
		{ "\xff\xfd\x18\xff\xfb\x01", 6, 1023, APP_TELNET, 1 },
		{ "\x16\x03\x01\x02\x00\x01\x00", 7, 443, APP_TLS, 0 },
		{ "\x16\x03\x01\x02\x00\x07\x00", 7, 443, APP_NONE, 0 },
		{ "220 mx ESMTP", 12, 2526, APP_SMTP, 1 },
		{ "RFB 003.008\n", 12, 5900, APP_RFB, 1 },
		{ "NICK bot\r\n", 10, 6667, APP_IRC, 0 },
		{ "NICK a b\r\n", 10, 6667, APP_NONE, 0 },
		{ ":irc.x 001 bot :Hi\r\n", 20, 4444, APP_IRC, 1 },
		{ "+OK POP3 ready\r\n", 16, 9999, APP_POP3, 1 },
		{ "+OK\r\n", 5, 6379, APP_NONE, 1 }, /* Redis says that too */
		{ "+OK hello\r\n", 11, 110, APP_POP3, 1 },
		{ "* OK IMAP4rev1\r\n", 16, 9999, APP_IMAP, 1 },
		{ "a1 CAPABILITY\r\n", 15, 9999, APP_IMAP, 0 },
		{ "USER bob\r\n", 10, 110, APP_POP3, 0 },
		{ "USER bob\r\n", 10, 9999, APP_NONE, 0 },
		{ "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00", 14, 389, APP_LDAP,
		  0 },
		{ "\x10\x0e\0\4MQTT\4\2\0\x3c\0\2ab", 16, 9999, APP_MQTT, 0 },
		{ "\x10\x0e\0\4MQTT\4\2\0\x3c\0\2ab", 16, 9999, APP_NONE, 1 },
		{ "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n", 50, 25, APP_MINING,
		  0 },
		{ "{\"id\":1,\"method\":\"getinfo\",\"params\":[]}\n", 41, 25, APP_NONE, 0 },
		{ "\x13"
		  "BitTorrent protocol",
		  20, 6881, APP_BITTORRENT, 0 },
		{ "\0\0\0\x2f\xffSMBr\0\0\0\0\x18\x53\xc8\0\0\0\0\0\0", 24, 9999, APP_SMB, 0 },
		{ "\0\x1d\x12\x34\1\0\0\1\0\0\0\0\0\0\7example\3com\0\0\1\0\1", 31, 53, APP_DNS,
		  0 },
		{ "", 0, 80, APP_NONE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span s = { (const uint8_t *)cases[i].bytes, cases[i].len };
		enum app app = ask(PROTO_TCP, cases[i].side, cases[i].port, s);

		if (app != cases[i].app)
			fail_msg("case %zu: %s", i, app_name(app));
	}
}

/* What is said of datagrams that the parsers' own tests do not decide. */
static void test_datagram(void **state)
{
	static const struct {
		const char *bytes;
		uint16_t port;
		enum app app;
	} cases[] = {
		{ "1234 0100 0001 0000 0000 0000 07'example' 03'com' 00 0001 0001", 9999, APP_DNS },
		{ "1234 0100 0001 0000 0000 0000 07'example' 03'com' 00 0001 0001", 5355,
		  APP_LLMNR },
		{ "0000 0000 0001 0000 0000 0000 07'example' 05'local' 00 000c 8001", 5353,
		  APP_MDNS },
		{ "1234 0100 0001 0000 0000 0000 07'example' 03'com' 00 0001 0001 00", 53,
		  APP_NONE }, /* a byte too many */
		{ "1234 0140 0001 0000 0000 0000 07'example' 03'com' 00 0001 0001", 53, APP_NONE },
		{ "1234 0100 0001 0000 0000 0000 07'example' 03'com' 00 0001 0009", 53, APP_NONE },
		{ "1234 0100 0001 0000 0000 0000 c0ff 0001 0001", 53, APP_NONE }, /* forwards */
		{ "1234 0110 0001 0000 0000 0000 20 'EJFDEBFEEBFACACACACACACACACACAAA' 00 0020 "
		  "0001",
		  137, APP_NBNS },
		{ "00000000 0102030405060708 0000000000000000 21 20 22 08 00000000 0000001c", 4500,
		  APP_IKE },
		{ "0102030405060708 0000000000000000 01 10 02 00 00000000 0000001c", 500, APP_IKE },
		{ "0102030405060708 0000000000000000 01 10 02 00 00000000 0000001d", 500,
		  APP_NONE },
		{ "302a 020100 0406'public' a01d 0204 12345678 020100 020100 300f 300d 0609"
		  "2b0601020101010000 0500",
		  9999, APP_SNMP },
		{ "'SIP/2.0 200 OK' 0d0a", 9999, APP_SIP },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum app app = ask(PROTO_UDP, 0, cases[i].port, hex(cases[i].bytes));

		if (app != cases[i].app)
			fail_msg("case %zu: %s", i, app_name(app));
	}
	assert_int_equal(ask(PROTO_ICMP, 0, 53, hex(cases[0].bytes)), APP_NONE);
}

static void test_quic(void **state)
{
	uint8_t initial[1200] = { 0xc3, 0, 0, 0, 1, 8 };

	(void)state;
	assert_int_equal(ask(PROTO_UDP, 0, 9999, (struct span){ initial, 1200 }), APP_QUIC);
	assert_int_equal(ask(PROTO_UDP, 0, 9999, (struct span){ initial, 1199 }), APP_NONE);
	initial[5] = 21; /* too long an id */
	assert_int_equal(ask(PROTO_UDP, 0, 9999, (struct span){ initial, 1200 }), APP_NONE);
	initial[5] = 8, initial[3] = 7; /* a version that there is not */
	assert_int_equal(ask(PROTO_UDP, 0, 9999, (struct span){ initial, 1200 }), APP_NONE);
	assert_int_equal(
		ask(PROTO_UDP, 1, 9999, hex("c0 00000000 00 08 0102030405060708 00000001")),
		APP_QUIC);
}

/* The generator of Marsaglia's "Xorshift RNGs" (2003): the same noise every time. */
static uint64_t noise(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static unsigned noise_claims(uint8_t proto, size_t shortest, size_t longest, unsigned rounds)
{
	static const uint16_t ports[] = { 53,   80,   123,  443,  161,  389,   445,  1883,
					  3389, 3478, 5060, 6881, 1194, 51820, 5353, 40001 };
	struct rtp_trace trace[2] = { { 0 }, { 0 } };
	uint64_t x = 0x9e3779b97f4a7c15 + shortest;
	uint8_t room[1504];
	unsigned claims = 0;

	for (unsigned n = 0; n < rounds; n++) {
		size_t length = shortest + noise(&x) % (longest - shortest + 1);
		uint8_t side = noise(&x) & 1;
		struct recognise_ask q = { .payload = { room, length },
					   .port = { 40000, ports[noise(&x) % COUNT(ports)] },
					   .side = side,
					   .proto = proto,
					   .rtp = &trace[side] };
		enum app app;

		for (size_t i = 0; i < length; i += 8) {
			uint64_t word = noise(&x);

			memcpy(room + i, &word, 8);
		}
		app = recognise_app(&q);
		if (app != APP_NONE) {
			print_message("noise of %zu bytes: %s\n", length, app_name(app));
			claims++;
		}
	}
	return claims;
}

static void test_noise(void **state)
{
	static const size_t lengths[][2] = { { 0, 8 },   { 9, 16 },    { 17, 32 },   { 33, 64 },
					     { 12, 12 }, { 20, 20 },   { 48, 48 },   { 65, 200 },
					     { 92, 92 }, { 148, 148 }, { 201, 1496 } };
	unsigned rounds = getenv("HINOMI_NOISE") ? 1000000 : 50000;

	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		assert_int_equal(noise_claims(PROTO_TCP, lengths[i][0], lengths[i][1], rounds), 0);
		assert_int_equal(noise_claims(PROTO_UDP, lengths[i][0], lengths[i][1], rounds), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_datagram),
		cmocka_unit_test(test_quic),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
