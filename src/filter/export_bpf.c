/*
 * export_bpf.c - a filter as an expression of libpcap.
 *
 * Where things stand in a packet depends on its shape: the family, whether IPv6 has a fragment header, and
 * whether it is a later fragment, without a transport header. So the expression is one conjunction for
 * each shape that may match, and shapes exclude each other. That matters: a load behind the packet's end
 * makes a BPF program refuse the packet at once, inside an `or`, too.
 */
#include "filter/filter_export.h"
#include "filter/filter_private.h"

#include "base/text.h"

#include <stdio.h>

struct shape {
	unsigned family;
	bool later;        /* without a transport header */
	bool header;       /* IPv6 with a fragment header */
	const char *test;  /* which packets are of it */
	const char *proto; /* where the protocol stands; NULL: it depends */
	unsigned end;      /* of the IP header; of IPv4 it depends */
};

static const struct shape shapes[] = {
	{ 4, false, false, "ip and ip[6:2] & 0x1fff = 0", "ip[9]", 0 },
	{ 4, true, false, "ip and ip[6:2] & 0x1fff != 0", "ip[9]", 0 },
	{ 6, false, false, "ip6 and ip6[6] != 44", "ip6[6]", 40 },
	{ 6, false, true, "ip6 and ip6[6] = 44 and ip6[42:2] & 0xfff8 = 0", "ip6[40]", 48 },
	{ 6, true, true, "ip6 and ip6[6] = 44 and ip6[42:2] & 0xfff8 != 0", "ip6[40]", 48 },
};

/* All of a family, for filters that ask for nothing behind the IP header. */
static const struct shape families[] = {
	{ 4, false, false, "ip", "ip[9]", 0 },
	{ 6, false, false, "ip6", NULL, 40 },
};

#define IP4_HEADER "((ip[0] & 0xf) << 2)"

/* Protocols whose header is known. */
static const uint8_t transports[] = { PROTO_TCP, PROTO_UDP, PROTO_ICMP, PROTO_ICMP6 };
#define TRANSPORTS (sizeof(transports) / sizeof(transports[0]))

static void put(char *text, const char *words)
{
	text_append(text, FILTER_BPF, "%s", words);
}

/* A number that stands somewhere is in the range. */
static void put_range(char *text, const char *what, struct filter_range range)
{
	if (range.low == range.high)
		text_append(text, FILTER_BPF, " and %s = %u", what, range.low);
	else
		text_append(text, FILTER_BPF, " and %s >= %u and %s <= %u", what, range.low, what, range.high);
}

static void put_prefix(char *text, const char *side, const struct shape *shape, const struct prefix *prefix)
{
	char word[PREFIX_TEXT];

	if (prefix->bits == 128)
		text_append(text, FILTER_BPF, " and %s host %s", side, ip_text(&prefix->ip, word));
	else if (prefix->bits > (shape->family == 4 ? 96 : 0))
		text_append(text, FILTER_BPF, " and %s net %s", side, prefix_text(prefix, word));
}

static void put_network(char *text, const struct filter *filter, const struct shape *shape)
{
	const uint32_t parts = filter->parts;

	if (parts & FILTER_TO)
		put_prefix(text, "dst", shape, &filter->to);
	if (parts & FILTER_FROM)
		put_prefix(text, "src", shape, &filter->from);
	if ((parts & FILTER_PROTO) && shape->proto)
		text_append(text, FILTER_BPF, " and %s = %u", shape->proto, filter->proto);
	else if (parts & FILTER_PROTO)
		text_append(text, FILTER_BPF, " and (ip6[6] = %u or (ip6[6] = 44 and ip6[40] = %u))",
			    filter->proto, filter->proto);
	if (parts & FILTER_TTL)
		put_range(text, shape->family == 4 ? "ip[8]" : "ip6[7]", filter->ttl);
}

/* What a load begins with, to which an offset behind the IP header is added: "ip6[", 40. */
struct place {
	const char *open;
	unsigned at;
};

/* By its name where that can be: libpcap's optimizer (1.10.3) loses registers where lengths of headers are
 * computed and added to each other. */
static struct place place_of(const struct shape *shape, uint8_t proto)
{
	static const char *const named[TRANSPORTS] = { "tcp[", "udp[", "icmp[" };

	if (shape->family == 6)
		return (struct place){ "ip6[", shape->end };
	for (size_t i = 0; i < TRANSPORTS; i++)
		if (!shape->later && named[i] && transports[i] == proto)
			return (struct place){ named[i], 0 };
	return (struct place){ "ip[" IP4_HEADER " + ", 0 };
}

/* A load of 1, 2 or 4 bytes, `at` behind the IP header. */
#define LOAD_TEXT 48
static const char *load(struct place place, unsigned at, unsigned size, char text[LOAD_TEXT])
{
	snprintf(text, LOAD_TEXT, "%s%u:%u]", place.open, place.at + at, size);
	return text;
}

/* The bytes of the TCP header. */
#define HEADER_TEXT (LOAD_TEXT + 16)
static const char *tcp_header(struct place place, char text[HEADER_TEXT])
{
	char word[LOAD_TEXT];

	snprintf(text, HEADER_TEXT, "((%s & 0xf0) >> 2)", load(place, 12, 1, word));
	return text;
}

/* A load that is compared. A mask of all bits is left out: libpcap's optimizer takes "& 0xffffffff" for
 * never zero (1.10.3, opt_j()). */
static void put_masked(char *text, unsigned size, uint32_t mask, uint32_t value)
{
	if (mask != UINT32_MAX >> (32 - 8 * size))
		text_append(text, FILTER_BPF, " & 0x%x", mask);
	text_append(text, FILTER_BPF, " = 0x%x", value);
}

static void put_transport(char *text, const struct filter *filter, const struct shape *shape)
{
	const unsigned size = proto_is_icmp(filter->proto) ? 1 : 2; /* of a type; of a port */
	const struct place place = place_of(shape, filter->proto);
	const uint32_t parts = filter->parts;
	char word[HEADER_TEXT];

	if (parts & FILTER_FROM_PORT)
		put_range(text, load(place, 0, size, word), filter->from_port);
	if (parts & FILTER_TO_PORT)
		put_range(text, load(place, size, size, word), filter->to_port);
	if (parts & FILTER_FLAGS) {
		text_append(text, FILTER_BPF, " and %s", load(place, 13, 1, word));
		put_masked(text, 1, filter->flags_mask, filter->flags);
	}
	if (parts & FILTER_WINDOW)
		put_range(text, load(place, 14, 2, word), filter->window);
	if (parts & FILTER_HEADER)
		put_range(text, tcp_header(place, word), filter->header);
}

/* The packet reaches so far without what pads its frame. */
static void put_reach(char *text, const struct shape *shape, const char *header, unsigned end)
{
	text_append(text, FILTER_BPF, shape->family == 4 ? " and ip[2:2] - " IP4_HEADER : " and ip6[4:2]");
	if (*header)
		text_append(text, FILTER_BPF, " - %s", header);
	text_append(text, FILTER_BPF, " >= %u", end + (shape->header ? 8 : 0));
}

static void put_bytes(char *text, const struct filter_bytes *bytes, const struct shape *shape, uint8_t proto)
{
	const struct place place = place_of(shape, proto);
	const bool tcp = !shape->later && proto == PROTO_TCP;
	unsigned at = bytes->at + (!shape->later && !tcp && proto_has_ports(proto) ? 8u : 0u), size;
	char header[HEADER_TEXT] = "";

	if (tcp)
		text_append(text, FILTER_BPF, " and %s >= 20", tcp_header(place, header));
	put_reach(text, shape, header, at + bytes->len);
	for (unsigned i = 0; i < bytes->len; i += size) {
		unsigned left = bytes->len - i;
		uint32_t mask, value;

		size = left >= 4 ? 4 : left >= 2 ? 2 : 1;
		mask = bytes_number(bytes->mask + i, size);
		value = bytes_number(bytes->value + i, size);
		if (!mask)
			continue;
		text_append(text, FILTER_BPF, " and %s%s%s%u:%u]", place.open, header, tcp ? " + " : "",
			    place.at + at + i, size);
		put_masked(text, size, mask, value);
	}
}

/* Where the bytes begin depends on the protocol, which the filter does not say. */
static void put_bytes_of_any(char *text, const struct filter_bytes *bytes, const struct shape *shape)
{
	put(text, " and (");
	for (size_t i = 0; i < TRANSPORTS; i++) {
		text_append(text, FILTER_BPF, "(%s = %u", shape->proto, transports[i]);
		put_bytes(text, bytes, shape, transports[i]);
		put(text, ") or ");
	}
	put(text, "(");
	for (size_t i = 0; i < TRANSPORTS; i++)
		text_append(text, FILTER_BPF, "%s%s != %u", i ? " and " : "", shape->proto, transports[i]);
	put_bytes(text, bytes, shape, 0);
	put(text, "))");
}

static void put_shape(char *text, const struct filter *filter, const struct shape *shape)
{
	text_append(text, FILTER_BPF, *text ? " or (%s" : "(%s", shape->test);
	put_network(text, filter, shape);
	if ((filter->parts & FILTER_FRAGMENT) && shape->family == 4 && !shape->later)
		text_append(text, FILTER_BPF, " and ip[6:2] & 0x2000 %s 0",
			    filter->fragment == FRAGMENT_NONE ? "=" : "!=");
	if (filter->parts & FILTER_TRANSPORT)
		put_transport(text, filter, shape);
	if ((filter->parts & FILTER_BYTES) && !shape->later && !(filter->parts & FILTER_PROTO))
		put_bytes_of_any(text, &filter->bytes, shape);
	else if (filter->parts & FILTER_BYTES)
		put_bytes(text, &filter->bytes, shape, filter->proto);
	if (filter->parts & FILTER_LENGTH) /* last: before the bytes the optimizer mixes it up with their reach */
		put_range(text, shape->family == 4 ? "ip[2:2]" : "40 + ip6[4:2]", filter->length);
	put(text, ")");
}

/* Whether a packet of this shape may match. */
static bool shape_may(const struct filter *filter, const struct shape *shape)
{
	unsigned family = filter_family(filter);

	if (family && family != shape->family)
		return false;
	if ((filter->parts & FILTER_TRANSPORT) && shape->later)
		return false;
	if (!(filter->parts & FILTER_FRAGMENT))
		return true;
	if (filter->fragment == FRAGMENT_NONE)
		return !shape->later && !shape->header;
	if (filter->fragment == FRAGMENT_LATER)
		return shape->later;
	return shape->later || shape->header || shape->family == 4;
}

char *filter_bpf(const struct filter *filter, char text[FILTER_BPF])
{
	const bool deep = filter->parts & (FILTER_TRANSPORT | FILTER_FRAGMENT | FILTER_BYTES);
	const struct shape *all = deep ? shapes : families;
	const size_t count = deep ? sizeof(shapes) / sizeof(shapes[0]) : sizeof(families) / sizeof(families[0]);

	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		if (shape_may(filter, &all[i]))
			put_shape(text, filter, &all[i]);
	return text;
}
