/*
 * look.c - what a filter sees of a frame: the outermost IP packet, as the hands see it.
 *
 * The decoder of wire/ goes into tunnels and counts what is malformed; here one packet in many is looked at,
 * and what no hand can read is left out. A broken transport header is none that floods could not have. Link layers:
 * tcpdump.org/linktypes.html; IEEE 802.1Q; RFC 791, 2516, 8200, 9293, 768, 792.
 */
#include "base/cursor.h"
#include "derive/sampler.h"

#define VLAN_TAGS      4
#define IP6_EXTENSIONS 8

enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, TYPE_VLAN = 0x8100, TYPE_QINQ = 0x88a8, TYPE_QINQ_OLD = 0x9100,
       TYPE_PPPOE = 0x8864 };
enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057 };
enum { NEXT_HOP_BY_HOP = 0, NEXT_ROUTING = 43, NEXT_FRAGMENT = 44, NEXT_DESTINATION = 60 };

static bool is_tag(unsigned type)
{
	return type == TYPE_VLAN || type == TYPE_QINQ || type == TYPE_QINQ_OLD;
}

/* What is behind the tags, and in a PPPoE session (RFC 2516, 4: version and type 1, code 0). */
static unsigned read_tags(struct cur *c, unsigned type)
{
	const uint8_t *h;
	unsigned inner;

	for (int tag = 0; tag < VLAN_TAGS && is_tag(type); tag++) {
		cur_take(c, 2);
		type = cur_be16(c);
	}
	if (type != TYPE_PPPOE)
		return type;
	h = cur_take(c, 8);
	inner = ld_be16(h + 6);
	if (h[0] != 0x11 || h[1] != 0)
		return 0;
	return inner == PPP_IPV4 ? TYPE_IPV4 : inner == PPP_IPV6 ? TYPE_IPV6 : 0;
}

/* Reads up to the IP header. Which version it is; 0: none. */
static unsigned read_link(struct cur *c, uint16_t link)
{
	unsigned type = 0, version;

	switch (link) {
	case LINK_ETHERNET:
		cur_take(c, 12);
		type = read_tags(c, cur_be16(c));
		break;
	case LINK_SLL:
		cur_take(c, 14);
		type = read_tags(c, cur_be16(c));
		break;
	case LINK_SLL2:
		type = cur_be16(c);
		cur_take(c, 18);
		type = read_tags(c, type);
		break;
	case LINK_NULL:
	case LINK_LOOP:
		cur_take(c, 4);
		break;
	}
	version = c->bad || !c->left ? 0 : *c->p >> 4;
	if (link == LINK_ETHERNET || link == LINK_SLL || link == LINK_SLL2)
		return type == (version == 6 ? TYPE_IPV6 : TYPE_IPV4) ? version : 0;
	return version;
}

/* The bytes behind the headers, as many as are captured, belong to the packet, and are kept. */
static void keep_bytes(struct look *look, const struct cur *c, uint32_t length)
{
	size_t has = c->left < length ? c->left : length;

	look->has = (uint8_t)(has < LOOK_BYTES ? has : LOOK_BYTES);
	if (look->has)
		memcpy(look->bytes, c->p, look->has);
}

/* What is behind the IP header, `length` bytes on the wire. */
static bool read_transport(struct look *look, struct cur *c, uint32_t length)
{
	uint32_t header = look->proto == PROTO_TCP ? 20 : 8;
	const uint8_t *h;

	if (look->fragment == FRAGMENT_LATER ||
	    (look->proto != PROTO_TCP && look->proto != PROTO_UDP && look->proto != PROTO_ICMP &&
	     look->proto != PROTO_ICMP6)) {
		keep_bytes(look, c, length);
		return true;
	}
	if (length < header) {
		look->header = LOOK_CUT;
		return true;
	}
	h = cur_take(c, header);
	if (c->bad)
		return false;
	look->from_port = ld_be16(h);
	look->to_port = ld_be16(h + 2);
	if (look->proto == PROTO_ICMP || look->proto == PROTO_ICMP6) {
		look->from_port = h[0];
		look->to_port = h[1];
	} else if (look->proto == PROTO_TCP) {
		header = (uint32_t)(h[12] >> 4) * 4;
		look->header = (uint8_t)(header ? header : 1);
		look->flags = h[13];
		look->window = ld_be16(h + 14);
		if (header < 20 || header > length) /* nobody knows where its bytes begin */
			return true;
		cur_span(c, header - 20); /* cut options leave no bytes */
	}
	keep_bytes(look, c, length - header);
	return true;
}

static bool read_ip4(struct look *look, struct cur *c)
{
	const uint8_t *h = cur_take(c, 20);
	uint32_t header = (uint32_t)(h[0] & 15) * 4, fragment = ld_be16(h + 6);

	look->length = ld_be16(h + 2);
	if (c->bad || header < 20 || look->length < header)
		return false;
	cur_span(c, header - 20);
	look->from = ip_from_v4(h + 12);
	look->to = ip_from_v4(h + 16);
	look->ttl = h[8];
	look->proto = h[9];
	look->fragment = fragment & 0x1fff   ? FRAGMENT_LATER
			 : fragment & 0x2000 ? FRAGMENT_ANY
					     : FRAGMENT_NONE;
	return !c->bad && read_transport(look, c, look->length - header);
}

/* Goes over extension headers, at most so many; false: they are cut, or there are more. */
static bool read_extensions(struct look *look, struct cur *c)
{
	for (int i = 0; i < IP6_EXTENSIONS; i++) {
		const uint8_t *h;

		if (look->proto == NEXT_FRAGMENT) {
			h = cur_take(c, 8);
			look->fragment = ld_be16(h + 2) & 0xfff8 ? FRAGMENT_LATER : FRAGMENT_ANY;
			look->proto = h[0];
			if (look->fragment == FRAGMENT_LATER)
				return !c->bad;
		} else if (look->proto == NEXT_HOP_BY_HOP || look->proto == NEXT_ROUTING ||
			   look->proto == NEXT_DESTINATION) {
			h = cur_take(c, 8);
			look->proto = h[0];
			cur_span(c, 8 * (size_t)h[1]);
		} else {
			return !c->bad;
		}
		if (c->bad)
			return false;
	}
	return false;
}

static bool read_ip6(struct look *look, struct cur *c)
{
	const uint8_t *h = cur_take(c, 40);
	uint32_t length = ld_be16(h + 4);
	size_t before;

	if (c->bad || length == 0 || length > UINT16_MAX - 40)
		return false;
	memcpy(look->from.b, h + 8, 16);
	memcpy(look->to.b, h + 24, 16);
	look->length = (uint16_t)(length + 40);
	look->proto = h[6];
	look->ttl = h[7];
	look->fragment = FRAGMENT_NONE;
	before = c->left;
	if (!read_extensions(look, c) || before - c->left > length)
		return false;
	return read_transport(look, c, length - (uint32_t)(before - c->left));
}

bool look_of_frame(const struct frame *frame, struct look *look)
{
	struct cur c = cur_init(frame->bytes);

	memset(look, 0, sizeof(*look)); /* the padding too: samples are compared as bytes */
	switch (read_link(&c, frame->link)) {
	case 4:
		return read_ip4(look, &c);
	case 6:
		return read_ip6(look, &c);
	default:
		return false;
	}
}
