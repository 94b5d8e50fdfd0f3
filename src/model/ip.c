/* ip.c - addresses and prefixes: text, comparison, the ranges that mean something. */
#include "model/ip.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

struct range {
	uint8_t bytes[16];
	uint8_t bits;
};

#define V4(a, b, c, d) { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d }

static bool ip_in_range(const struct ip *ip, const struct range *range)
{
	size_t whole = range->bits / 8;
	unsigned rest = range->bits % 8;

	if (memcmp(ip->b, range->bytes, whole) != 0)
		return false;
	return rest == 0 || (ip->b[whole] ^ range->bytes[whole]) >> (8 - rest) == 0;
}

static bool ip_in_ranges(const struct ip *ip, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ip_in_range(ip, &ranges[i]))
			return true;
	return false;
}

bool ip_is_multicast(const struct ip *ip)
{
	if (!ip_is_v4(ip))
		return ip->b[0] == 0xff; /* RFC 4291 */
	return ip->b[12] >> 4 == 0xe || /* RFC 5771 */
	       (ip->b[12] & ip->b[13] & ip->b[14] & ip->b[15]) == 0xff; /* RFC 919 */
}

bool ip_is_link_scope(const struct ip *ip)
{
	static const struct range ranges[] = {
		{ V4(255, 255, 255, 255), 96 + 32 }, /* RFC 919 */
		{ V4(224, 0, 0, 0), 96 + 24 },       /* RFC 5771 */
		{ { 0xff, 0x01 }, 16 },              /* RFC 4291: interface-local, */
		{ { 0xff, 0x02 }, 16 },              /* link-local */
	};

	return ip_in_ranges(ip, ranges, sizeof(ranges) / sizeof(ranges[0]));
}

bool ip_is_private(const struct ip *ip)
{
	static const struct range ranges[] = {
		{ V4(10, 0, 0, 0), 96 + 8 },     /* RFC 1918 */
		{ V4(172, 16, 0, 0), 96 + 12 },  /* RFC 1918 */
		{ V4(192, 168, 0, 0), 96 + 16 }, /* RFC 1918 */
		{ V4(100, 64, 0, 0), 96 + 10 },  /* RFC 6598, carrier-grade NAT */
		{ V4(169, 254, 0, 0), 96 + 16 }, /* RFC 3927, link-local */
		{ V4(127, 0, 0, 0), 96 + 8 },    /* RFC 1122, loopback */
		{ V4(0, 0, 0, 0), 96 + 32 },     /* RFC 1122, "this host": DHCP */
		{ { 0xfc }, 7 },                 /* RFC 4193, unique local */
		{ { 0xfe, 0x80 }, 10 },          /* RFC 4291, link-local */
		{ { [15] = 1 }, 128 },           /* RFC 4291, loopback */
		{ { 0 }, 128 },                  /* RFC 4291, unspecified */
	};

	return ip_in_ranges(ip, ranges, sizeof(ranges) / sizeof(ranges[0]));
}

/* By hand: every match of the index has an address's text, and inet_ntop() takes a printf(). */
static void ip_text_v4(const uint8_t *four, char *text)
{
	for (unsigned i = 0; i < 4; i++) {
		if (four[i] >= 100)
			*text++ = (char)('0' + four[i] / 100);
		if (four[i] >= 10)
			*text++ = (char)('0' + four[i] / 10 % 10);
		*text++ = (char)('0' + four[i] % 10);
		*text++ = i < 3 ? '.' : '\0';
	}
}

char *ip_text(const struct ip *ip, char text[IP_TEXT])
{
	if (ip_is_v4(ip))
		ip_text_v4(ip->b + 12, text);
	else
		inet_ntop(AF_INET6, ip->b, text, IP_TEXT);
	return text;
}

enum err ip_parse(struct ip *ip, const char *text)
{
	uint8_t four[4];
	struct ip six;

	if (inet_pton(AF_INET, text, four) == 1) {
		*ip = ip_from_v4(four);
		return OK;
	}
	if (inet_pton(AF_INET6, text, six.b) == 1) {
		*ip = six;
		return OK;
	}
	return ERR_FORMAT;
}

struct prefix ip_prefix(const struct ip *ip, uint8_t bits)
{
	struct prefix prefix = { .bits = bits };
	size_t whole = bits / 8;
	unsigned rest = bits % 8;

	memcpy(prefix.ip.b, ip->b, whole);
	if (rest)
		prefix.ip.b[whole] = (uint8_t)(ip->b[whole] & (0xff << (8 - rest)));
	return prefix;
}

struct prefix ip_network(const struct ip *ip)
{
	return ip_prefix(ip, ip_is_v4(ip) ? 96 + 24 : 64);
}

bool prefix_has(const struct prefix *prefix, const struct ip *ip)
{
	size_t whole = prefix->bits / 8;
	unsigned rest = prefix->bits % 8;

	if (memcmp(ip->b, prefix->ip.b, whole) != 0)
		return false;
	return rest == 0 || (ip->b[whole] ^ prefix->ip.b[whole]) >> (8 - rest) == 0;
}

char *prefix_text(const struct prefix *prefix, char text[PREFIX_TEXT])
{
	char ip[IP_TEXT];
	bool four = ip_is_v4(&prefix->ip) && prefix->bits >= 96;

	ip_text(&prefix->ip, ip);
	snprintf(text, PREFIX_TEXT, "%s/%u", ip, four ? prefix->bits - 96u : prefix->bits);
	return text;
}

enum err prefix_parse(struct prefix *prefix, const char *text)
{
	char address[IP_TEXT], *end;
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);
	unsigned long bits;
	struct ip ip;
	bool four;

	if (length >= sizeof(address))
		return ERR_FORMAT;
	memcpy(address, text, length);
	address[length] = '\0';
	if (ip_parse(&ip, address) != OK)
		return ERR_FORMAT;
	four = strchr(address, ':') == NULL;
	bits = four ? 32 : 128;
	if (slash) {
		if (slash[1] < '0' || slash[1] > '9')
			return ERR_FORMAT;
		bits = strtoul(slash + 1, &end, 10);
		if (*end != '\0' || bits > (four ? 32u : 128u))
			return ERR_FORMAT;
	}
	*prefix = ip_prefix(&ip, (uint8_t)(four ? bits + 96 : bits));
	return OK;
}
