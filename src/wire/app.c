/* app.c - what single payloads of HTTP, logins and reflecting services say. */
#include "wire/app.h"

#include "base/cursor.h"
#include "base/hash.h"

#define REQUEST_LINE 2048 /* bytes of a request line that are looked at */

static bool starts(struct span s, const char *with)
{
	size_t n = strlen(with);

	return s.len >= n && memcmp(s.ptr, with, n) == 0;
}

/* The length of the method and the space behind it, or 0. */
static size_t http_method(struct span s)
{
	static const char *const methods[] = { "GET ",    "POST ",    "HEAD ",  "PUT ",
					       "DELETE ", "OPTIONS ", "PATCH ", "CONNECT " };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (starts(s, methods[i]))
			return strlen(methods[i]);
	return 0;
}

bool http_begins(struct span s)
{
	return http_method(s) || starts(s, "HTTP/1.");
}

static uint32_t hash_bytes(const uint8_t *p, size_t n)
{
	uint64_t h = n;

	for (; n >= 8; p += 8, n -= 8)
		h = hash_mix(h ^ ld_le64(p) ^ HASH_K0, HASH_K1);
	for (; n; p++, n--)
		h = hash_mix(h ^ *p ^ HASH_K0, HASH_K2);
	return (uint32_t)(h ^ h >> 32);
}

/* Parameter names of a query string, each hashed by itself so that their order does not matter. */
static uint32_t http_names(const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;
	uint32_t sum = 1;

	while (p < end) {
		const uint8_t *stop = memchr(p, '&', (size_t)(end - p));
		const uint8_t *equals;

		if (!stop)
			stop = end;
		equals = memchr(p, '=', (size_t)(stop - p));
		sum += hash_bytes(p, (size_t)((equals ? equals : stop) - p));
		p = stop + 1;
	}
	return sum ? sum : 1;
}

bool http_head_read(struct span s, struct http_head *head)
{
	size_t method = http_method(s), limit = s.len < REQUEST_LINE ? s.len : REQUEST_LINE;
	size_t question = 0, end = method;

	if (!method)
		return false;
	while (end < limit && s.ptr[end] != ' ' && s.ptr[end] != '\r' && s.ptr[end] != '\n') {
		if (s.ptr[end] == '?' && !question)
			question = end;
		end++;
	}
	head->path = hash_bytes(s.ptr, question ? question : end);
	head->names = question ? http_names(s.ptr + question + 1, end - question - 1) : 0;
	head->body = s.ptr[0] == 'P';
	return true;
}

bool http_header_ends(struct span s)
{
	const uint8_t *p = s.ptr, *end = s.ptr + s.len;

	if (s.len >= 2 && p[0] == '\r' && p[1] == '\n') /* the line before was in another segment */
		return true;
	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		p++;
		if (p == end)
			return false;
		if (*p == '\n' || (*p == '\r' && end - p > 1 && p[1] == '\n'))
			return true;
	}
	return false;
}

bool login_refused(enum app app, struct span s)
{
	static const char *const words[] = { "incorrect", "Login failed", "Access denied",
					     "authentication failed", "Bad password" };

	if (app == APP_FTP || app == APP_SMTP) /* RFC 959: 530; RFC 4954: 535 */
		return starts(s, "530 ") || starts(s, "535 ") || starts(s, "535-");
	if (app != APP_TELNET || s.len > 512)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (memmem(s.ptr, s.len, words[i], strlen(words[i])))
			return true;
	return false;
}

bool reflection_plausible(uint16_t port, struct span s)
{
	const uint8_t *b = s.ptr;

	if (s.len < 4)
		return true;
	switch (port) {
	case 53:
	case 5353:
		return b[2] & 0x80; /* the QR bit: a response (RFC 1035, 4.1.1) */
	case 123: /* server or broadcast mode, or a response of mode 6 or 7 (RFC 5905, 9327) */
		return (b[0] & 7) == 4 || (b[0] & 7) == 5 || ((b[0] & 7) == 6 && (b[1] & 0x80)) ||
		       ((b[0] & 7) == 7 && (b[0] & 0x80));
	case 4500: /* IKE, not ESP: a zero marker comes first (RFC 3948, 2.2) */
		return ld_be32(b) == 0;
	case 1900:
		return starts(s, "HTTP/");
	case 443: /* a long header: Initial, Retry, version negotiation (RFC 9000, 17.2) */
		return b[0] & 0x80;
	case 3478: /* a success or error response: class bits 0x0100 (RFC 8489, 5) */
		return (b[0] & 0xc1) == 0x01;
	case 5683: /* version 1, code class 2, 4 or 5: a response (RFC 7252, 3) */
		return b[0] >> 6 == 1 && b[1] >= 0x40;
	case 520: /* command 2: response (RFC 2453) */
		return b[0] == 2;
	case 161:
	case 389:
		return b[0] == 0x30; /* a BER sequence */
	case 3702:
		return memchr(b, '<', s.len < 64 ? s.len : 64) != NULL;
	case 69: /* DATA, ACK, ERROR or OACK (RFC 1350, 2347) */
		return b[0] == 0 && b[1] >= 3 && b[1] <= 6;
	}
	return true;
}
