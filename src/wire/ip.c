/* ip.c - IPv4 (RFC 791), IPv6 (RFC 8200) and their fragments. */
#include "wire/decode_private.h"

#define IP6_EXTENSIONS 12 /* RFC 8200 knows seven kinds; more than this in one packet is abuse */

enum ip6_extension {
	IP6_HOP_BY_HOP = 0,
	IP6_ROUTING = 43,
	IP6_FRAGMENT = 44,
	IP6_AUTHENTICATION = 51,
	IP6_DESTINATION = 60,
	IP6_MOBILITY = 135,
	IP6_HIP = 139,
	IP6_SHIM6 = 140,
};

struct packet *decode_packet(struct decoding *d)
{
	struct packet *p;

	if (d->count == DECODE_PACKETS) {
		decode_anomaly(d, ANOMALY_ENCAP_DEPTH);
		return NULL;
	}
	p = &d->packets[d->count];
	memset(p, 0, sizeof(*p));
	p->ts = d->frame->ts;
	p->wire_len = d->frame->wire_len;
	p->marks = d->count ? MARK_INNER : 0;
	d->count++;
	return p;
}

/* Bounds the cursor to the length that the IP header claims: what follows is padding. A claim
 * beyond the wire is counted; one beyond the capture is not the packet's fault. */
static uint32_t ip_bound(struct decoding *d, struct cur *c, uint32_t claimed, enum anomaly anomaly)
{
	if (claimed > c->left + d->uncaught) {
		decode_anomaly(d, anomaly);
		return (uint32_t)c->left + d->uncaught;
	}
	if (claimed < c->left)
		c->left = claimed;
	return claimed;
}

/* Puts the addresses in the order of the key: side is which end sent the packet. */
static void ip_order(struct decoding *d, struct packet *p, const struct ip *from,
		     const struct ip *to)
{
	int order = ip_compare(from, to);

	p->side = order > 0;
	p->key.ip[p->side] = *from;
	p->key.ip[!p->side] = *to;
	if (__builtin_expect(order == 0, 0) && !ip_is_private(from))
		decode_anomaly(d, ANOMALY_LAND);
}

void decode_ip4(struct decoding *d, struct cur *c)
{
	const uint8_t *h = cur_take(c, 20);
	uint32_t header = (uint32_t)(h[0] & 15) * 4, length = ld_be16(h + 2);
	uint32_t fragment = ld_be16(h + 6), offset = (fragment & 0x1fff) * 8;
	struct packet *p;
	struct ip from, to;

	if (__builtin_expect(c->bad, 0)) {
		decode_anomaly(d, ANOMALY_IP4_SHORT);
		return;
	}
	if (__builtin_expect(h[0] != 0x45, 0)) {
		if (h[0] >> 4 != 4) {
			decode_anomaly(d, ANOMALY_IP4_VERSION);
			return;
		}
		if (header < 20 || header - 20 > c->left) {
			decode_anomaly(d, ANOMALY_IP4_HLEN);
			return;
		}
		cur_take(c, header - 20);
	}
	if (length == 0) /* left to the network card by segmentation offload */
		length = header + (uint32_t)c->left + d->uncaught;
	if (length < header) {
		decode_anomaly(d, ANOMALY_IP4_LENGTH);
		return;
	}
	length = ip_bound(d, c, length - header, ANOMALY_IP4_LENGTH);
	p = decode_packet(d);
	if (!p)
		return;
	from = ip_from_v4(h + 12);
	to = ip_from_v4(h + 16);
	ip_order(d, p, &from, &to);
	p->ttl = h[8];
	p->key.proto = h[9];
	if (fragment & 0x3fff) { /* more fragments, or not the first */
		p->marks |= MARK_FRAGMENT | (offset ? MARK_FRAGMENT_REST : 0);
		p->seq = ld_be16(h + 4);
		if (offset + length > 65535)
			decode_anomaly(d, ANOMALY_IP4_FRAGMENT);
	}
	decode_transport(d, p, c, length);
}

/* Walks the extension headers from *next on. Returns false when they are cut or too many. */
static bool ip6_extensions(struct decoding *d, struct packet *p, struct cur *c, uint8_t *next)
{
	for (int i = 0; i < IP6_EXTENSIONS; i++) {
		const uint8_t *h;
		size_t length;

		switch (*next) {
		case IP6_FRAGMENT:
			h = cur_take(c, 8);
			p->marks |= MARK_FRAGMENT;
			p->seq = ld_be32(h + 4);
			if (ld_be16(h + 2) & 0xfff8)
				p->marks |= MARK_FRAGMENT_REST;
			*next = h[0];
			break;
		case IP6_HOP_BY_HOP:
		case IP6_ROUTING:
		case IP6_DESTINATION:
		case IP6_MOBILITY:
		case IP6_HIP:
		case IP6_SHIM6:
		case IP6_AUTHENTICATION:
			h = cur_take(c, 2);
			length = *next == IP6_AUTHENTICATION ? 4 * (h[1] + 2u) : 8 * (h[1] + 1u);
			p->marks |= MARK_EXTENDED;
			*next = h[0];
			cur_span(c, length - 2);
			break;
		default:
			return true;
		}
		if (c->bad) {
			decode_anomaly(d, ANOMALY_IP6_EXTENSION);
			return false;
		}
		if (p->marks & MARK_FRAGMENT_REST)
			return true;
	}
	decode_anomaly(d, ANOMALY_IP6_EXTENSIONS);
	return false;
}

void decode_ip6(struct decoding *d, struct cur *c)
{
	const uint8_t *h = cur_take(c, 40);
	uint32_t length = ld_be16(h + 4);
	struct packet *p;
	struct ip from, to;
	uint8_t next = h[6];
	size_t before;

	if (c->bad) {
		decode_anomaly(d, ANOMALY_IP6_SHORT);
		return;
	}
	if (h[0] >> 4 != 6) {
		decode_anomaly(d, ANOMALY_IP6_VERSION);
		return;
	}
	if (length == 0) /* a jumbogram (RFC 2675), or segmentation offload */
		length = (uint32_t)c->left + d->uncaught;
	length = ip_bound(d, c, length, ANOMALY_IP6_LENGTH);
	p = decode_packet(d);
	if (!p)
		return;
	memcpy(from.b, h + 8, 16);
	memcpy(to.b, h + 24, 16);
	ip_order(d, p, &from, &to);
	p->ttl = h[7];
	before = c->left;
	if (!ip6_extensions(d, p, c, &next)) {
		p->key.proto = h[6]; /* the first one: it is what is wrong with the packet */
		c->left = 0;
	} else {
		p->key.proto = next;
	}
	decode_transport(d, p, c, length - (uint32_t)(before - c->left));
}

void decode_ip(struct decoding *d, struct cur *c)
{
	uint8_t version = c->left ? *c->p >> 4 : 0;

	if (version == 6)
		decode_ip6(d, c);
	else
		decode_ip4(d, c);
}
