/*
 * test_dns.c - DNS messages: names, records, malformed ones, recognition, framing over TCP.
 */
#include "wire/dns.h"
#include "wire/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A message by hand: header, then bytes. */
struct made {
	uint8_t bytes[40000];
	size_t len;
};

static void add(struct made *m, const void *bytes, size_t len)
{
	memcpy(m->bytes + m->len, bytes, len);
	m->len += len;
}

#define ADD(m, literal) add(m, literal, sizeof(literal) - 1)

static void header(struct made *m, unsigned flags, unsigned questions, unsigned answers)
{
	uint8_t h[12] = { 0x12,
			  0x34,
			  (uint8_t)(flags >> 8),
			  (uint8_t)flags,
			  0,
			  (uint8_t)questions,
			  0,
			  (uint8_t)answers };

	m->len = 0;
	add(m, h, sizeof(h));
}

static struct span bytes_of(const struct made *m)
{
	return (struct span){ m->bytes, m->len };
}

static void assert_text(struct span s, const char *want)
{
	if (s.len != strlen(want) || memcmp(s.ptr, want, s.len) != 0)
		fail_msg("\"%.*s\", want \"%s\"", (int)s.len, (const char *)s.ptr, want);
}

static void test_query(void **state)
{
	static struct dns_message out;
	struct made m;

	(void)state;
	header(&m, 0x0100, 1, 0);
	ADD(&m, "\3wWw\7eXample\3com\0\0\x1c\0\1");
	assert_true(dns_read(bytes_of(&m), &out));
	assert_int_equal(out.anomaly, ANOMALY_COUNT);
	assert_int_equal(out.event.id, 0x1234);
	assert_false(out.event.response);
	assert_int_equal(out.event.qtype, 28);
	assert_int_equal(out.event.length, m.len);
	assert_text(out.event.qname, "www.example.com");
	assert_int_equal(out.event.record_count, 0);
	header(&m, 0x0100, 1, 0);
	ADD(&m, "\0\0\2\0\1"); /* the root */
	assert_true(dns_read(bytes_of(&m), &out));
	assert_text(out.event.qname, "");
}

/* RFC 4343, 2.1; RFC 1035, 5.1. */
static void test_odd_bytes(void **state)
{
	static struct dns_message out;
	struct made m;

	(void)state;
	header(&m, 0, 1, 0);
	ADD(&m, "\6a.b\\ \0\3\xff\n~\0\0\1\0\1");
	assert_true(dns_read(bytes_of(&m), &out));
	assert_text(out.event.qname, "a\\046b\\092\\032\\000.\\255\\010~");
}

static void test_answers(void **state)
{
	static const struct {
		unsigned type;
		const char *text;
	} want[] = { { 1, "192.0.2.7" },
		     { 28, "2001:db8::1" },
		     { 5, "other.example.com" },
		     { 15, "mx.example.com" },
		     { 16, "v=spf1 -all" },
		     { 33, "host.example.com" },
		     { 6, "ns.example.com" },
		     { 65, "" },
		     { 99, "" } };
	static struct dns_message out;
	struct made m;

	(void)state;
	header(&m, 0x8583, 1, 9);
	ADD(&m, "\7example\3com\0\0\1\0\1");
	ADD(&m, "\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4\xc0\0\2\7");
	ADD(&m, "\3www\xc0\x0c\0\x1c\0\1\0\0\0\0\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1");
	ADD(&m, "\xc0\x0c\0\5\0\1\0\0\0\0\0\x08\5other\xc0\x0c");
	ADD(&m, "\xc0\x0c\0\x0f\0\1\0\0\0\0\0\x07\0\x0a\2mx\xc0\x0c");
	ADD(&m, "\xc0\x0c\0\x10\0\1\0\0\0\0\0\x0d\7v=spf1 \4-all");
	ADD(&m, "\xc0\x0c\0\x21\0\1\0\0\0\0\0\x0d\0\1\0\2\1\xbb\4host\xc0\x0c");
	ADD(&m, "\xc0\x0c\0\6\0\1\0\0\0\0\0\x1b\2ns\xc0\x0c\xc0\x0c\0\0\0\1\0\0\0\1\0\0\0\1"
		"\0\0\0\1\0\0\0\1");
	ADD(&m, "\xc0\x0c\0\x41\0\1\0\0\0\0\0\3\0\1\0"); /* HTTPS with the root as target */
	ADD(&m, "\xc0\x0c\0\x63\0\1\0\0\0\0\0\3abc");
	assert_true(dns_read(bytes_of(&m), &out));
	assert_int_equal(out.anomaly, ANOMALY_COUNT);
	assert_true(out.event.response);
	assert_false(out.event.truncated);
	assert_int_equal(out.event.rcode, 3);
	assert_int_equal(out.event.answers, 9);
	assert_int_equal(out.event.record_count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(out.event.records[i].type, want[i].type);
		assert_text(out.event.records[i].text, want[i].text);
		assert_text(out.event.records[i].name, i == 1 ? "www.example.com" : "example.com");
	}
	assert_int_equal(out.event.records[0].ttl, 300);
	assert_int_equal(out.event.records[8].rdata_len, 3);
}

/* More records than are kept, and records whose text does not fit. */
static void test_many(void **state)
{
	static struct dns_message out;
	uint8_t big[2 + 256 * 8] = { 0x10, 0x00 };
	struct made m;

	(void)state;
	header(&m, 0x8180, 1, 20);
	ADD(&m, "\1a\0\0\x10\0\1");
	for (unsigned i = 0; i < 8; i++) {
		big[2 + 256 * i] = 255;
		memset(big + 3 + 256 * i, 'x', 255);
	}
	for (unsigned i = 0; i < 18; i++) {
		ADD(&m, "\xc0\x0c\0\x10\0\1\0\0\0\0\x08\0");
		add(&m, big + 2, 2048);
	}
	assert_true(dns_read(bytes_of(&m), &out));
	assert_int_equal(out.event.record_count, DNS_ANSWERS);
	assert_int_equal(out.event.records[0].rdata_len, 2048);
	assert_int_equal(out.event.records[0].text.len, EVENT_TEXT_MAX);
	assert_int_equal(out.anomaly, ANOMALY_DNS_ROOM); /* 16 of 1024 and the name */
	assert_int_equal(out.event.records[15].text.len, EVENT_TEXT_MAX - 1);
}

static void test_bad(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		unsigned questions, answers;
		enum anomaly anomaly;
		bool readable;
	} cases[] = {
		{ "", 0, 1, 0, ANOMALY_DNS_SHORT, false },
		{ "\3www", 4, 1, 0, ANOMALY_DNS_SHORT, false },
		{ "\1a\0\0\1\0", 6, 1, 0, ANOMALY_DNS_SHORT, false },
		{ "\x41x\0\0\1\0\1", 7, 1, 0, ANOMALY_DNS_LABEL, false },
		{ "\x80x\0\0\1\0\1", 7, 1, 0, ANOMALY_DNS_LABEL, false },
		{ "\xc0\x0c\0\1\0\1", 6, 1, 0, ANOMALY_DNS_POINTER, false }, /* to itself */
		{ "\1a\xc0\x0c\0\1\0\1", 8, 1, 0, ANOMALY_DNS_POINTER, false },
		{ "\xc0\x20\0\1\0\1", 6, 1, 0, ANOMALY_DNS_POINTER, false }, /* forwards */
		{ "\xc0", 1, 1, 0, ANOMALY_DNS_SHORT, false },
		{ "\1a\0\0\1\0\1", 7, 65, 0, ANOMALY_DNS_SHORT, false },
		{ "\1a\0\0\1\0\1", 7, 1, 1, ANOMALY_DNS_SHORT, true },
		{ "\1a\0\0\1\0\1\xc0\x0c\0\1\0\1\0\0\0\0\0\4\1\2\3", 22, 1, 1, ANOMALY_DNS_SHORT,
		  true },
		{ "\1a\0\0\1\0\1\xc0\x0c\0\1\0\1\0\0\0\0\0\3\1\2\3", 22, 1, 1, ANOMALY_DNS_RDATA,
		  true }, /* an address of 3 bytes */
		{ "\1a\0\0\1\0\1\xc0\x0c\0\5\0\1\0\0\0\0\0\2\5abcde\0", 27, 1, 1, ANOMALY_DNS_RDATA,
		  true }, /* a name longer than its record */
		{ "\1a\0\0\1\0\1\xc0\x0c\0\x0f\0\1\0\0\0\0\0\2\0\1", 21, 1, 1, ANOMALY_DNS_RDATA,
		  true }, /* MX without a name */
		{ "\1a\0\0\1\0\1\xc0\x0c\0\x10\0\1\0\0\0\0\0\2\5a", 21, 1, 1, ANOMALY_DNS_RDATA,
		  true }, /* a text longer than its record */
	};
	static struct dns_message out;
	struct made m;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		header(&m, 0x8180, cases[i].questions, cases[i].answers);
		add(&m, cases[i].bytes, cases[i].len);
		if (dns_read(bytes_of(&m), &out) != cases[i].readable ||
		    out.anomaly != cases[i].anomaly)
			fail_msg("case %zu: %d", i, out.anomaly);
	}
	assert_false(dns_read((struct span){ m.bytes, 11 }, &out));
	assert_int_equal(out.anomaly, ANOMALY_DNS_SHORT);
}

/* A name of 255 bytes on the wire is the longest; pointers do not make longer ones. */
static void test_long_name(void **state)
{
	static struct dns_message out;
	struct made m;

	(void)state;
	for (unsigned last = 61; last <= 62; last++) { /* 3 * 64 + 62 + 1 = 255 */
		header(&m, 0, 1, 0);
		for (unsigned label = 0; label < 4; label++) {
			uint8_t bytes[64];
			unsigned n = label < 3 ? 63 : last;

			memset(bytes, 'n', sizeof(bytes));
			bytes[0] = (uint8_t)n;
			add(&m, bytes, n + 1);
		}
		ADD(&m, "\0\0\1\0\1");
		assert_int_equal(dns_read(bytes_of(&m), &out), last == 61);
		assert_int_equal(out.anomaly, last == 61 ? ANOMALY_COUNT : ANOMALY_DNS_NAME);
	}
}

/* A chain of pointers in a record's contents, each to the one before, and a name at its end. */
static void test_pointers(void **state)
{
	static struct dns_message out;
	struct made m;

	(void)state;
	for (unsigned chain = 127; chain <= 128; chain++) {
		header(&m, 0x8180, 1, 2);
		ADD(&m, "\1a\0\0\1\0\1");
		ADD(&m, "\xc0\x0c\0\x63\0\1\0\0\0\0");
		m.bytes[m.len++] = (uint8_t)(chain * 2 >> 8);
		m.bytes[m.len++] = (uint8_t)(chain * 2);
		for (unsigned i = 0, to = 12; i <= chain; i++) { /* the last is the second owner */
			m.bytes[m.len++] = (uint8_t)(0xc0 | to >> 8);
			m.bytes[m.len++] = (uint8_t)to;
			to = (unsigned)m.len - 2;
		}
		ADD(&m, "\0\x63\0\1\0\0\0\0\0\0");
		assert_true(dns_read(bytes_of(&m), &out));
		assert_int_equal(out.anomaly, chain == 127 ? ANOMALY_COUNT : ANOMALY_DNS_NAME);
		assert_int_equal(out.event.record_count, chain == 127 ? 2 : 1);
		if (chain == 127)
			assert_text(out.event.records[1].name, "a");
	}
}

static void test_looks(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool dns;
	} cases[] = {
		{ "\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 19, true },
		{ "\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\x80\1", 19,
		  true }, /* mDNS: unicast wanted */
		{ "\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1\0", 20, true },
		{ "\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 18, false },
		{ "\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\0\0\1", 19, false },   /* type 0 */
		{ "\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\7", 19, false },   /* class 7 */
		{ "\x12\x34\1\x40\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 19, false }, /* reserved bit */
		{ "\x12\x34\1\3\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 19,
		  false }, /* a query that failed */
		{ "\x12\x34\x19\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 19, false }, /* opcode 3 */
		{ "\x12\x34\1\0\0\1\0\1\0\0\0\0\1a\0\0\1\0\1", 19, false },   /* no room for it */
		{ "\x12\x34\1\0\0\0\0\0\0\0\0\0\1a\0\0\1\0\1", 19, false },   /* nothing in it */
		{ "\x12\x34\1\x10\0\1\0\0\0\0\0\0 CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\1", 50,
		  false }, /* NetBIOS */
		{ "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27, false },
		{ "\x24\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20, false }, /* NTP */
		{ "", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span s = { (const uint8_t *)cases[i].bytes, cases[i].len };

		if (dns_looks(s) != cases[i].dns)
			fail_msg("case %zu", i);
	}
	assert_true(dns_stream_looks((struct span){
		(const uint8_t *)"\0\x13\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 21 }));
	assert_false(dns_stream_looks((struct span){
		(const uint8_t *)"\0\x10\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 21 }));
}

struct told {
	unsigned messages, readable;
	uint32_t length;
	char qname[16];
};

static void tell(void *whom, unsigned side, const struct dns_message *m, bool readable)
{
	struct told *t = whom;

	assert_int_equal(side, 0);
	t->messages++;
	t->readable += readable;
	t->length = m->event.length;
	snprintf(t->qname, sizeof(t->qname), "%.*s", (int)m->event.qname.len,
		 (const char *)m->event.qname.ptr);
}

static void test_stream(void **state)
{
	struct told told = { 0 };
	struct dns_sink sink = { &told, tell };
	struct dns_stream x = { 0 };
	struct made m = { .len = 0 };
	size_t used = 0;

	(void)state;
	ADD(&m, "\0\x13\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1");
	ADD(&m, "\0\x13\x12\x34\1\0\0\1\0\0\0\0\0\0\1b\0\0\1\0\1");
	for (size_t have = 0; have <= m.len; have++) /* byte by byte */
		used += dns_feed(&x, 0, (struct span){ m.bytes + used, have - used }, &sink);
	assert_int_equal(used, m.len);
	assert_int_equal(told.messages, 2);
	assert_int_equal(told.readable, 2);
	assert_string_equal(told.qname, "b");
	used = dns_feed(&x, 0, bytes_of(&m), &sink); /* both at once */
	assert_int_equal(used, m.len);
	assert_int_equal(told.messages, 4);
}

/* A message that is longer than what is kept is read in part, and the next one is found. */
static void test_stream_long(void **state)
{
	struct told told = { 0 };
	struct dns_sink sink = { &told, tell };
	struct dns_stream x = { 0 };
	static struct made m;
	size_t used;

	(void)state;
	m.len = 0;
	ADD(&m, "\x75\x30\x12\x34\1\0\0\1\0\0\0\0\0\0\4long\0\0\1\0\1");
	m.len = 2 + 30000; /* 0x7530 */
	ADD(&m, "\0\x13\x12\x34\1\0\0\1\0\0\0\0\0\0\1b\0\0\1\0\1");
	assert_int_equal(dns_feed(&x, 0, (struct span){ m.bytes, 16383 }, &sink), 0);
	used = dns_feed(&x, 0, (struct span){ m.bytes, STREAM_KEEP }, &sink);
	assert_int_equal(used, STREAM_KEEP);
	assert_int_equal(told.messages, 1);
	assert_int_equal(told.length, 30000);
	assert_string_equal(told.qname, "long");
	dns_gap(&x, 0, 100); /* within what is passed over anyway */
	used += 100;
	assert_int_equal(dns_feed(&x, 0, (struct span){ m.bytes + used, m.len - used }, &sink),
			 m.len - used);
	assert_int_equal(told.messages, 2);
	assert_string_equal(told.qname, "b");
	dns_gap(&x, 0, 1);
	assert_true(x.gave_up);
	assert_int_equal(dns_feed(&x, 0, bytes_of(&m), &sink), m.len);
	assert_int_equal(told.messages, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),    cmocka_unit_test(test_odd_bytes),
		cmocka_unit_test(test_answers),  cmocka_unit_test(test_many),
		cmocka_unit_test(test_bad),      cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_pointers), cmocka_unit_test(test_looks),
		cmocka_unit_test(test_stream),   cmocka_unit_test(test_stream_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
