/*
 * ip.h - internet addresses and prefixes; IPv4 is kept IPv4-mapped (::ffff:a.b.c.d, RFC 4291).
 */
#ifndef MODEL_IP_H
#define MODEL_IP_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct ip {
	uint8_t b[16];
};

/* bits counts from the front of the mapped form: an IPv4 /24 has bits = 96 + 24. */
struct prefix {
	struct ip ip; /* host bits are zero */
	uint8_t bits; /* 0 to 128 */
};

/* Room for any text that the calls below write. */
#define IP_TEXT     46
#define PREFIX_TEXT (IP_TEXT + 4)

static inline struct ip ip_from_v4(const uint8_t *four)
{
	struct ip ip = { { [10] = 0xff, [11] = 0xff } };

	memcpy(ip.b + 12, four, 4);
	return ip;
}

/* The second word of an address, of its IPv4 address as in memory. Where an address was put together of
 * smaller pieces and is read by words at once, a processor waits until the pieces have reached its cache. */
static inline uint64_t ip4_word(uint32_t four)
{
	return (uint64_t)four << 32 | 0xffff0000;
}

static inline struct ip ip_of_words(uint64_t low, uint64_t high)
{
	struct ip ip;

	memcpy(ip.b, &low, sizeof(low));
	memcpy(ip.b + 8, &high, sizeof(high));
	return ip;
}

/* By words instead of memcmp(): both are on the fast path. */
static inline bool ip_is_v4(const struct ip *ip)
{
	uint64_t high;
	uint32_t middle;

	memcpy(&high, ip->b, sizeof(high));
	memcpy(&middle, ip->b + 8, sizeof(middle));
	return (high | (middle ^ 0xffff0000)) == 0; /* as little-endian words */
}

static inline bool ip_equal(const struct ip *a, const struct ip *b)
{
	uint64_t x[2], y[2];

	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
}

/* As memcmp() orders them: below, equal or above 0. */
static inline int ip_compare(const struct ip *a, const struct ip *b)
{
	uint64_t x, y;

	memcpy(&x, a->b, sizeof(x));
	memcpy(&y, b->b, sizeof(y));
	if (x == y) {
		memcpy(&x, a->b + 8, sizeof(x));
		memcpy(&y, b->b + 8, sizeof(y));
	}
	x = __builtin_bswap64(x);
	y = __builtin_bswap64(y);
	return (x > y) - (x < y);
}

/* Multicast, or the IPv4 limited broadcast: never a host. */
bool ip_is_multicast(const struct ip *ip);

/* Broadcast or link-local multicast: what is sent there stays on the sender's own network. */
bool ip_is_link_scope(const struct ip *ip);

/* Never routed on the internet: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 link-local,
 * loopback, unspecified. */
bool ip_is_private(const struct ip *ip);

char *ip_text(const struct ip *ip, char text[IP_TEXT]);
MUST_USE enum err ip_parse(struct ip *ip, const char *text);

/* The first `bits` of the address, the rest zero. */
struct prefix ip_prefix(const struct ip *ip, uint8_t bits);
/* The network that an address is taken to be in where nothing better is known: /24 or /64. */
struct prefix ip_network(const struct ip *ip);

bool prefix_has(const struct prefix *prefix, const struct ip *ip);
char *prefix_text(const struct prefix *prefix, char text[PREFIX_TEXT]);

/* "203.0.113.0/24", "2001:db8::/32", or an address alone. Host bits are cleared. */
MUST_USE enum err prefix_parse(struct prefix *prefix, const char *text);

#endif
