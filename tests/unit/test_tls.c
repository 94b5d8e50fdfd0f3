/*
 * test_tls.c - hellos, their fingerprints, records, and the event of a handshake.
 */
#include "hello_test.h"
#include "wire/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What was told last. */
struct told {
	unsigned events;
	struct event_tls event; /* its spans are gone */
	char sni[64], alpn[64], ja3[40], ja3s[40], ja4[40], subject[128], fingerprint[64];
};

static void keep(char *to, size_t size, struct span s)
{
	snprintf(to, size, "%.*s", (int)s.len, (const char *)s.ptr);
}

static void tell(void *whom, const struct event_tls *e)
{
	struct told *t = whom;

	t->events++;
	t->event = *e;
	keep(t->sni, sizeof(t->sni), e->sni);
	keep(t->alpn, sizeof(t->alpn), e->alpn);
	keep(t->ja3, sizeof(t->ja3), e->ja3);
	keep(t->ja3s, sizeof(t->ja3s), e->ja3s);
	keep(t->ja4, sizeof(t->ja4), e->ja4);
	keep(t->subject, sizeof(t->subject), e->subject);
	keep(t->fingerprint, sizeof(t->fingerprint), e->fingerprint);
}

/* Bytes of one side, made record by record. */
struct made {
	uint8_t bytes[40000];
	size_t len;
};

static void record(struct made *m, unsigned type, struct span body)
{
	uint8_t head[5] = { (uint8_t)type, 3, 3, (uint8_t)(body.len >> 8), (uint8_t)body.len };

	memcpy(m->bytes + m->len, head, sizeof(head));
	memcpy(m->bytes + m->len + 5, body.ptr, body.len);
	m->len += 5 + body.len;
}

static void record_hex(struct made *m, unsigned type, const char *hex)
{
	uint8_t room[4096];

	record(m, type, hex_bytes(hex, room, sizeof(room)));
}

/* A ServerHello of TLS 1.2, and a Certificate message with the certificate in it once. */
static const char server12[] =
	"020000310303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200c02f000009"
	"ff01000100000b000100"; /* renegotiation info, and an extension cut short: not well-formed
				 */
static const char server12_good[] =
	"020000310303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200c02f000009"
	"ff01000100001700 00";

static void certificate(struct made *m)
{
	uint8_t room[2048];
	struct span der = hex_bytes(certificate_der, room + 10, sizeof(room) - 10);
	size_t list = der.len + 3, body = list + 3;
	uint8_t head[10] = { 11,
			     0,
			     (uint8_t)(body >> 8),
			     (uint8_t)body,
			     0,
			     (uint8_t)(list >> 8),
			     (uint8_t)list,
			     0,
			     (uint8_t)(der.len >> 8),
			     (uint8_t)der.len };

	memcpy(room, head, sizeof(head));
	record(m, 22, (struct span){ room, der.len + 10 });
}

struct test {
	struct tls tls;
	struct tls_note note;
	struct told told;
	struct tls_sink sink;
};

static void begin(struct test *t)
{
	memset(t, 0, sizeof(*t));
	t->tls.note = &t->note;
	t->sink = (struct tls_sink){ &t->told, kit, tell };
}

static size_t feed(struct test *t, unsigned side, const struct made *m)
{
	return tls_feed(&t->tls, side, (struct span){ m->bytes, m->len }, &t->sink);
}

static void test_hello(void **state)
{
	uint8_t room[512];
	struct span message = hex_bytes(rfc9001_client, room, sizeof(room));
	static struct hello h;

	(void)state;
	assert_true(hello_read_client((struct span){ message.ptr + 4, message.len - 4 }, &h));
	assert_int_equal(h.legacy, 0x0303);
	assert_int_equal(h.version, 0x0304);
	assert_int_equal(h.sni.len, 11);
	assert_memory_equal(h.sni.ptr, "example.com", 11);
	assert_int_equal(h.alpn_first.len, 4);
	assert_int_equal(h.ciphers.count, 2);
	assert_int_equal(h.extensions.count, 11);
	assert_int_equal(h.extensions.of[10], 57);
	assert_int_equal(h.groups.count, 3);
	assert_int_equal(h.signatures.count, 7);
	for (size_t n = 0; n < message.len - 4; n++) /* extensions may be absent, not cut */
		assert_int_equal(hello_read_client((struct span){ message.ptr + 4, n }, &h),
				 n == 43);
}

static void lists(struct hello *h, const uint16_t *ciphers, size_t n_ciphers,
		  const uint16_t *extensions, size_t n_extensions)
{
	memset(h, 0, sizeof(*h));
	memcpy(h->ciphers.of, ciphers, n_ciphers * 2);
	memcpy(h->extensions.of, extensions, n_extensions * 2);
	h->ciphers.count = (uint16_t)n_ciphers;
	h->extensions.count = (uint16_t)n_extensions;
}

/* The examples of github.com/salesforce/ja3, README.md, with GREASE put in. */
static void test_ja3(void **state)
{
	static const uint16_t ciphers[] = { 0x2a2a, 47,    53, 5,  10, 49161, 49162,
					    49171,  49172, 50, 56, 19, 4 };
	static const uint16_t extensions[] = { 0xfafa, 0, 10, 11 },
			      groups[] = { 0x0a0a, 23, 24, 25 };
	static const uint16_t old[] = { 4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99 };
	static const uint16_t server[] = { 47 }, server_extensions[] = { 65281, 0, 11, 35, 5, 16 };
	static struct hello h;
	uint8_t room[256];
	struct pen pen = pen_init(room, sizeof(room));
	char md5[JA3_TEXT];
	struct span s;

	(void)state;
	lists(&h, ciphers, COUNT(ciphers), extensions, COUNT(extensions));
	h.legacy = 769;
	h.groups.count = COUNT(groups);
	memcpy(h.groups.of, groups, sizeof(groups));
	h.points = (struct span){ (const uint8_t *)"", 1 };
	s = ja3_write(kit, &h, &pen, md5);
	assert_int_equal(s.len, 68);
	assert_memory_equal(
		s.ptr, "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0", 68);
	assert_memory_equal(md5, "ada70206e40642a3e4461f35503241d5", JA3_TEXT);
	lists(&h, old, COUNT(old), old, 0);
	h.legacy = 769;
	ja3_write(kit, &h, &pen, md5);
	assert_memory_equal(md5, "de350869b8c85de67a350c8d186f11e6", JA3_TEXT);
	lists(&h, server, 1, server_extensions, COUNT(server_extensions));
	h.legacy = 769;
	pen = pen_init(room, 5);
	s = ja3s_write(kit, &h, &pen, md5);
	assert_int_equal(s.len, 5); /* the text is cut, its MD5 is not */
	assert_memory_equal(md5, "836ce314215654b5b1f85f97c73e506f", JA3_TEXT);
	h.overflow = true;
	assert_int_equal(ja3s_write(kit, &h, &pen, md5).len, 0);
}

/* The example of github.com/FoxIO-LLC/ja4, technical_details/JA4.md, with GREASE put in. */
static void test_ja4(void **state)
{
	static const uint16_t ciphers[] = { 0x3a3a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f,
					    0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014,
					    0x009c, 0x009d, 0x002f, 0x0035 };
	static const uint16_t extensions[] = { 0x4a4a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469,
					       0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012,
					       0x002b, 0xff01, 0x000b, 0x000a, 0xdada, 0x0015 };
	static const uint16_t signatures[] = { 0x0403, 0x0804, 0x0401, 0x0503,
					       0x0805, 0x0501, 0x0806, 0x0601 };
	static const struct {
		const char *alpn;
		size_t len;
		const char *text;
	} alpn[] = { { "h2", 2, "h2" },         { "http/1.1", 8, "h1" }, { "h", 1, "hh" },
		     { "\xab", 1, "ab" },       { "\xab\xcd", 2, "ad" }, { "0\xab", 2, "3b" },
		     { "01\xab\xcd", 4, "3d" }, { "", 0, "00" } };
	static struct hello h;
	char text[JA4_TEXT];

	(void)state;
	lists(&h, ciphers, COUNT(ciphers), extensions, COUNT(extensions));
	memcpy(h.signatures.of, signatures, sizeof(signatures));
	h.signatures.count = COUNT(signatures);
	h.version = 0x0304;
	h.has_sni = true;
	h.alpn_first = (struct span){ (const uint8_t *)"h2", 2 };
	assert_int_equal(ja4_write(kit, &h, JA_TCP, text), JA4_TEXT);
	assert_memory_equal(text, "t13d1516h2_8daaf6152771_e5627efa2ab1", JA4_TEXT);
	for (size_t i = 0; i < COUNT(alpn); i++) {
		h.alpn_first = (struct span){ (const uint8_t *)alpn[i].alpn, alpn[i].len };
		ja4_write(kit, &h, JA_TCP, text);
		assert_memory_equal(text + 8, alpn[i].text, 2);
	}
	lists(&h, ciphers, 0, extensions, 0);
	h.version = 0xfefd;
	ja4_write(kit, &h, JA_DTLS, text);
	assert_memory_equal(text, "dd2i000000_000000000000_000000000000", JA4_TEXT);
	h.overflow = true;
	assert_int_equal(ja4_write(kit, &h, JA_TCP, text), 0);
}

static void test_tls13(void **state)
{
	static struct made client, server;
	static struct test t;
	char ja4[JA4_TEXT + 1];

	(void)state;
	client.len = server.len = 0;
	begin(&t);
	record_hex(&client, 22, rfc9001_client);
	record_hex(&server, 22, rfc9001_server);
	assert_true(tls_looks((struct span){ client.bytes, client.len }));
	assert_true(tls_looks((struct span){ server.bytes, server.len }));
	assert_int_equal(feed(&t, 0, &client), client.len);
	assert_int_equal(t.told.events, 0);
	record_hex(&client, 23, "0102030405"); /* early data does not end it */
	assert_int_equal(feed(&t, 1, &server), server.len);
	assert_true(t.tls.done);
	assert_int_equal(t.tls.anomaly, ANOMALY_COUNT);
	assert_int_equal(t.told.events, 1);
	assert_true(t.told.event.answered);
	assert_false(t.told.event.resumed);
	assert_int_equal(t.told.event.version, 0x0304);
	assert_string_equal(t.told.sni, "example.com");
	assert_string_equal(t.told.alpn, "alpn");
	assert_string_equal(t.told.ja3, rfc9001_ja3);
	assert_string_equal(t.told.ja3s, "eb1d94daa7e0344597e756a1fb6e7054"); /* 771,4865,51-43 */
	snprintf(ja4, sizeof(ja4), "t%s", rfc9001_ja4);
	assert_string_equal(t.told.ja4, ja4);
	tls_end(&t.tls, &t.sink);
	assert_int_equal(t.told.events, 1);
}

/* All of a handshake of TLS 1.2, in pieces of every size. */
static void test_tls12(void **state)
{
	static struct made client, server;
	static struct test t;

	(void)state;
	client.len = server.len = 0;
	record_hex(&client, 22, rfc9001_client);
	record_hex(&server, 22, server12_good);
	certificate(&server);
	for (size_t piece = 1; piece < 700; piece += piece < 20 ? 1 : 97) {
		size_t used[2] = { 0, 0 };

		begin(&t);
		for (unsigned side = 0; side < 2; side++) {
			const struct made *m = side ? &server : &client;

			for (size_t have = piece; used[side] < m->len; have += piece) {
				size_t end = have < m->len ? have : m->len;

				used[side] += tls_feed(
					&t.tls, side,
					(struct span){ m->bytes + used[side], end - used[side] },
					&t.sink);
			}
		}
		assert_int_equal(t.told.events, 1);
		assert_int_equal(t.told.event.version, 0x0303);
		assert_string_equal(t.told.subject,
				    "C=JP, O=Example\\, Inc., OU=\xe7\x81\xab\xe3\x81"
				    "\xae\xe8\xa6\x8b, CN=watch.example.com, "
				    "emailAddress=a@example.com");
		assert_string_equal(t.told.fingerprint,
				    "e1:17:bd:b8:e7:ec:b3:b6:f1:57:eb:f5:3d:01:36:da:ee:77:e4:8b");
		assert_false(t.told.event.resumed);
		assert_true(t.told.event.self_signed);
	}
}

/* A hello over many records, with records of one byte and empty ones between. */
static void test_fragments(void **state)
{
	static struct made client;
	static struct test t;
	uint8_t room[512];
	struct span hello = hex_bytes(rfc9001_client, room, sizeof(room));

	(void)state;
	client.len = 0;
	for (size_t i = 0; i < hello.len;) {
		size_t n = i < 12 ? 1 : 50;

		if (n > hello.len - i)
			n = hello.len - i;
		record(&client, 22, (struct span){ hello.ptr + i, n });
		if (i == 5)
			record(&client, 22, (struct span){ hello.ptr, 0 });
		i += n;
	}
	begin(&t);
	assert_int_equal(
		tls_feed(&t.tls, 0, (struct span){ client.bytes, client.len - 1 }, &t.sink),
		5); /* the first header only */
	assert_int_equal(
		tls_feed(&t.tls, 0, (struct span){ client.bytes + 5, client.len - 5 }, &t.sink),
		client.len - 5);
	tls_end(&t.tls, &t.sink);
	assert_int_equal(t.told.events, 1);
	assert_false(t.told.event.answered);
	assert_string_equal(t.told.sni, "example.com");
	assert_string_equal(t.told.ja3, rfc9001_ja3);
}

static void test_resumed(void **state)
{
	static struct made client, server;
	static struct test t;

	(void)state;
	client.len = server.len = 0;
	begin(&t);
	record_hex(&client, 22, rfc9001_client);
	record_hex(&server, 22, server12_good);
	record_hex(&server, 20, "01");
	feed(&t, 0, &client);
	feed(&t, 1, &server);
	assert_int_equal(t.told.events, 1);
	assert_true(t.told.event.resumed);
	assert_int_equal(t.told.event.fingerprint.len, 0);
}

/* A HelloRetryRequest, the change of cipher of TLS 1.3, then the true hello: RFC 8446, 2.1, D.4. */
static void test_retry(void **state)
{
	static const char retry[] =
		"020000340303cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c00"
		"130100000c002b00020304003300020017";
	static struct made client, server;
	static struct test t;

	(void)state;
	client.len = server.len = 0;
	begin(&t);
	record_hex(&client, 22, rfc9001_client);
	record_hex(&client, 20, "01");
	record_hex(&client, 22, rfc9001_client);
	record_hex(&server, 22, retry);
	record_hex(&server, 20, "01");
	feed(&t, 0, &client);
	assert_int_equal(feed(&t, 1, &server), server.len);
	assert_int_equal(t.told.events, 0);
	server.len = 0;
	record_hex(&server, 22, rfc9001_server);
	feed(&t, 1, &server);
	assert_int_equal(t.told.events, 1);
	assert_string_equal(t.told.ja3s, "eb1d94daa7e0344597e756a1fb6e7054");
}

static void test_ssl2(void **state)
{
	/* RFC 6101, E.2: version 3.1, two ciphers, no session, a challenge of 16 */
	static const char hello[] =
		"801f0103010006000000100000040000050102030405060708090a0b0c0d0e0f10";
	static struct made client, server;
	static struct test t;

	(void)state;
	client.len = server.len = 0;
	begin(&t);
	client.len = hex_bytes(hello, client.bytes, sizeof(client.bytes)).len;
	assert_true(tls_looks((struct span){ client.bytes, client.len }));
	assert_int_equal(tls_feed(&t.tls, 0, (struct span){ client.bytes, 10 }, &t.sink), 0);
	assert_int_equal(feed(&t, 0, &client), client.len);
	record_hex(&server, 22, server12_good);
	record_hex(&server, 22, "0e000000"); /* done without a certificate */
	feed(&t, 1, &server);
	assert_int_equal(t.told.events, 1);
	assert_string_equal(t.told.ja3, "");
	assert_int_equal(t.told.event.version, 0x0303);
	client.bytes[1] = 0x20; /* the lengths do not agree */
	assert_false(tls_looks((struct span){ client.bytes, client.len }));
}

static void test_bad(void **state)
{
	static struct made m;
	static struct test t;
	uint8_t junk[64] = { 0x16, 3, 1, 0xff, 0xff };

	(void)state;
	begin(&t); /* a record longer than any */
	assert_int_equal(tls_feed(&t.tls, 0, (struct span){ junk, sizeof(junk) }, &t.sink),
			 sizeof(junk));
	assert_int_equal(t.tls.anomaly, ANOMALY_TLS_RECORD);
	assert_false(tls_looks((struct span){ junk, sizeof(junk) }));
	begin(&t); /* a hello that says it is longer than is read */
	m.len = 0;
	record_hex(&m, 22, "01010000 0303 00000000000000000000");
	feed(&t, 0, &m);
	assert_true(t.tls.done);
	assert_int_equal(t.tls.anomaly, ANOMALY_TLS_LONG);
	begin(&t); /* a server's extension that ends early */
	m.len = 0;
	record_hex(&m, 22, server12);
	feed(&t, 1, &m);
	assert_int_equal(t.tls.anomaly, ANOMALY_TLS_HELLO);
	assert_int_equal(t.told.events, 0);
	begin(&t); /* a certificate that is none: the fingerprint is still one */
	m.len = 0;
	record_hex(&m, 22, server12_good);
	record_hex(&m, 22, "0b000009000006000003616263");
	feed(&t, 1, &m);
	assert_int_equal(t.tls.anomaly, ANOMALY_X509_BAD);
	assert_int_equal(t.told.events, 1);
	assert_string_equal(t.told.subject, "");
	assert_string_equal(t.told.fingerprint, /* SHA-1 of "abc", FIPS 180 */
			    "a9:99:3e:36:47:06:81:6a:ba:3e:25:71:78:50:c2:6c:9c:d0:d8:9d");
}

/* Missing bytes: within what is passed over they do not matter, elsewhere what is known is told. */
static void test_gap(void **state)
{
	static struct made client, server;
	static struct test t;

	(void)state;
	client.len = server.len = 0;
	begin(&t);
	record_hex(&client, 22, rfc9001_client);
	record_hex(&server, 22, server12_good);
	record_hex(&server, 22, "16000010 01000000000000000000000000000000"); /* status */
	feed(&t, 0, &client);
	assert_int_equal(
		tls_feed(&t.tls, 1, (struct span){ server.bytes, server.len - 12 }, &t.sink),
		server.len - 12);
	tls_gap(&t.tls, 1, 12);
	assert_false(t.tls.gave_up);
	server.len = 0;
	record_hex(&server, 22, "0e000000");
	feed(&t, 1, &server);
	assert_int_equal(t.told.events, 1);
	assert_int_equal(t.tls.anomaly, ANOMALY_COUNT);
	begin(&t);
	feed(&t, 0, &client);
	tls_gap(&t.tls, 1, 1);
	assert_true(t.tls.gave_up);
	feed(&t, 1, &server);
	assert_int_equal(t.told.events, 1);
	assert_false(t.told.event.answered);
	assert_int_equal(t.tls.anomaly, ANOMALY_TLS_GAP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hello),   cmocka_unit_test(test_ja3),
		cmocka_unit_test(test_ja4),     cmocka_unit_test(test_tls13),
		cmocka_unit_test(test_tls12),   cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_resumed), cmocka_unit_test(test_retry),
		cmocka_unit_test(test_ssl2),    cmocka_unit_test(test_bad),
		cmocka_unit_test(test_gap),
	};

	return cmocka_run_group_tests(tests, kit_begin, kit_end);
}
