/*
 * message.c - messages of the ordinary protocols, byte by byte from their specifications:
 * RFC 8446 (TLS 1.3), RFC 6066 (SNI), RFC 1035 (DNS), RFC 9110/9112 (HTTP), RFC 5905 (NTP),
 * RFC 9000 (QUIC). Keys, nonces and ciphertext are random: nothing can be decrypted.
 */
#include "scenario/traffic.h"

#include <stdarg.h>
#include <stdlib.h>

static uint8_t *msg_room(struct msg *m, size_t n)
{
	uint8_t *at = m->b + m->len;

	if (n > sizeof(m->b) - m->len) {
		fputs("scenario: a message is longer than MSG_MAX\n", stderr);
		exit(1);
	}
	m->len += n;
	return at;
}

void msg_u8(struct msg *m, unsigned v)
{
	*msg_room(m, 1) = (uint8_t)v;
}

void msg_be16(struct msg *m, unsigned v)
{
	msg_u8(m, v >> 8);
	msg_u8(m, v);
}

void msg_be32(struct msg *m, uint32_t v)
{
	msg_be16(m, v >> 16);
	msg_be16(m, v);
}

void msg_le16(struct msg *m, unsigned v)
{
	msg_u8(m, v);
	msg_u8(m, v >> 8);
}

void msg_le32(struct msg *m, uint32_t v)
{
	msg_le16(m, v);
	msg_le16(m, v >> 16);
}

void msg_fill(struct msg *m, unsigned v, size_t n)
{
	memset(msg_room(m, n), (int)(v & 0xff), n);
}

void msg_bytes(struct msg *m, struct span bytes)
{
	memcpy(msg_room(m, bytes.len), bytes.ptr, bytes.len);
}

void msg_noise(struct msg *m, struct rng *rng, size_t n)
{
	uint8_t *at = msg_room(m, n);

	for (size_t i = 0; i < n; i += 8) {
		uint64_t word = rng_next(rng);

		memcpy(at + i, &word, n - i < 8 ? n - i : 8);
	}
}

void msg_text(struct msg *m, const char *format, ...)
{
	char text[2048];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	msg_bytes(m, (struct span){ (const uint8_t *)text, (size_t)n });
}

/* Writes the length of what follows `at` into the two bytes before it. */
static void msg_length16(struct msg *m, size_t at)
{
	size_t len = m->len - at;

	m->b[at - 2] = (uint8_t)(len >> 8);
	m->b[at - 1] = (uint8_t)len;
}

static size_t msg_open16(struct msg *m)
{
	msg_be16(m, 0);
	return m->len;
}

static void tls_extension(struct msg *m, unsigned type, struct span body)
{
	msg_be16(m, type);
	msg_be16(m, (unsigned)body.len);
	msg_bytes(m, body);
}

static void tls_sni(struct msg *m, const char *host)
{
	size_t len = strlen(host);

	msg_be16(m, 0);
	msg_be16(m, (unsigned)(len + 5));
	msg_be16(m, (unsigned)(len + 3));
	msg_u8(m, 0);
	msg_be16(m, (unsigned)len);
	msg_bytes(m, span_text(host));
}

static void tls_extensions(struct msg *m, struct rng *rng, const char *host)
{
	static const uint8_t groups[] = { 0, 4, 0, 0x1d, 0, 0x17 };
	static const uint8_t formats[] = { 1, 0 };
	static const uint8_t signatures[] = { 0, 8, 4, 3, 8, 4, 4, 1, 8, 5 };
	static const uint8_t alpn[] = "\0\x0c\x02h2\x08http/1.1";
	static const uint8_t versions[] = { 4, 3, 4, 3, 3 };
	size_t all = msg_open16(m);

	tls_sni(m, host);
	tls_extension(m, 10, (struct span){ groups, sizeof(groups) });
	tls_extension(m, 11, (struct span){ formats, sizeof(formats) });
	tls_extension(m, 13, (struct span){ signatures, sizeof(signatures) });
	tls_extension(m, 16, (struct span){ alpn, sizeof(alpn) - 1 });
	tls_extension(m, 43, (struct span){ versions, sizeof(versions) });
	msg_be16(m, 51); /* key_share: x25519 */
	msg_be16(m, 38);
	msg_be16(m, 36);
	msg_be16(m, 0x1d);
	msg_be16(m, 32);
	msg_noise(m, rng, 32);
	msg_length16(m, all);
}

void msg_tls_client_hello(struct msg *m, struct rng *rng, const char *host)
{
	static const uint8_t suites[] = { 0,    12,   0x13, 0x01, 0x13, 0x02, 0x13,
					  0x03, 0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x30 };
	size_t record, hello;

	msg_u8(m, 22);
	msg_be16(m, 0x0301);
	record = msg_open16(m);
	msg_be16(m, 0x0100); /* client_hello, and the first byte of its length */
	hello = msg_open16(m);
	msg_be16(m, 0x0303);
	msg_noise(m, rng, 32);
	msg_u8(m, 32);
	msg_noise(m, rng, 32);
	msg_bytes(m, (struct span){ suites, sizeof(suites) });
	msg_be16(m, 0x0100); /* one compression method: none */
	tls_extensions(m, rng, host);
	msg_length16(m, hello);
	msg_length16(m, record);
}

void msg_tls_server_hello(struct msg *m, struct rng *rng)
{
	static const uint8_t version[] = { 3, 4 };
	size_t record, hello, all;

	msg_u8(m, 22);
	msg_be16(m, 0x0303);
	record = msg_open16(m);
	msg_be16(m, 0x0200);
	hello = msg_open16(m);
	msg_be16(m, 0x0303);
	msg_noise(m, rng, 32);
	msg_u8(m, 32);
	msg_noise(m, rng, 32);
	msg_be16(m, 0x1301);
	msg_u8(m, 0);
	all = msg_open16(m);
	tls_extension(m, 43, (struct span){ version, sizeof(version) });
	msg_be16(m, 51);
	msg_be16(m, 36);
	msg_be16(m, 0x1d);
	msg_be16(m, 32);
	msg_noise(m, rng, 32);
	msg_length16(m, all);
	msg_length16(m, hello);
	msg_length16(m, record);
	msg_bytes(m, span_text("\x14\x03\x03")); /* change_cipher_spec */
	msg_be16(m, 1);
	msg_u8(m, 1);
	msg_tls_data(m, rng, 2300 + rng_below(rng, 600)); /* certificate and so on */
}

void msg_tls_data(struct msg *m, struct rng *rng, size_t n)
{
	msg_u8(m, 23);
	msg_be16(m, 0x0303);
	msg_be16(m, (unsigned)n);
	msg_noise(m, rng, n);
}

void msg_dns_name(struct msg *m, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");

		msg_u8(m, (unsigned)n);
		msg_bytes(m, (struct span){ (const uint8_t *)name, n });
		name += n + (name[n] == '.');
	}
	msg_u8(m, 0);
}

void msg_dns_query(struct msg *m, unsigned id, const char *name, unsigned type)
{
	msg_be16(m, id);
	msg_be16(m, 0x0100);
	msg_be16(m, 1);
	msg_be32(m, 0);
	msg_be16(m, 0);
	msg_dns_name(m, name);
	msg_be16(m, type);
	msg_be16(m, 1);
}

void msg_dns_answer(struct msg *m, unsigned id, const char *name, const struct ip *ip)
{
	bool v4 = ip_is_v4(ip);

	msg_be16(m, id);
	msg_be16(m, 0x8180);
	msg_be16(m, 1);
	msg_be16(m, 1);
	msg_be32(m, 0);
	msg_dns_name(m, name);
	msg_be16(m, v4 ? 1 : 28);
	msg_be16(m, 1);
	msg_be16(m, 0xc00c);
	msg_be16(m, v4 ? 1 : 28);
	msg_be16(m, 1);
	msg_be32(m, 300);
	msg_be16(m, v4 ? 4 : 16);
	msg_bytes(m, (struct span){ ip->b + (v4 ? 12 : 0), v4 ? 4 : 16 });
}

void msg_http_get(struct msg *m, const char *host, const char *path)
{
	msg_text(m,
		 "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) "
		 "Gecko/20100101 Firefox/128.0\r\nAccept: */*\r\nAccept-Language: ja,en;q=0.7\r\n"
		 "Connection: keep-alive\r\n\r\n",
		 path, host);
}

void msg_http_ok(struct msg *m, size_t length)
{
	msg_text(m,
		 "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/octet-stream\r\n"
		 "Content-Length: %zu\r\nConnection: keep-alive\r\n\r\n",
		 length);
}

void msg_ntp(struct msg *m, struct rng *rng, bool answer)
{
	uint32_t now = (uint32_t)(CAPTURE_EPOCH / USEC_PER_SEC + 2208988800);

	msg_u8(m, answer ? 0x24 : 0x23); /* version 4; mode 4 answers mode 3 */
	msg_u8(m, answer ? 2 : 3);
	msg_u8(m, 6);
	msg_u8(m, 0xe9);
	msg_be32(m, 0x0100 + rng_below(rng, 4000));
	msg_be32(m, 0x0200 + rng_below(rng, 4000));
	msg_be32(m, 0xc6336401);
	for (unsigned i = 0; i < 4; i++) {
		msg_be32(m, now - 30 + 10 * i);
		msg_be32(m, rng_u32(rng));
	}
}

/* A long header of version 1 with the length field filled in; the rest is as if encrypted. */
void msg_quic_initial(struct msg *m, struct rng *rng, size_t size)
{
	size_t start = m->len, rest;

	msg_u8(m, 0xc0 | rng_below(rng, 16));
	msg_be32(m, 1);
	msg_u8(m, 8);
	msg_noise(m, rng, 8);
	msg_u8(m, 8);
	msg_noise(m, rng, 8);
	msg_u8(m, 0); /* no token */
	rest = size - (m->len - start) - 2;
	msg_be16(m, 0x4000 | (unsigned)rest);
	msg_noise(m, rng, rest);
}

void msg_quic_short(struct msg *m, struct rng *rng, size_t size)
{
	msg_u8(m, 0x40 | rng_below(rng, 64));
	msg_noise(m, rng, size - 1);
}
