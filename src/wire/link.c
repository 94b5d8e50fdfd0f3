/* link.c - link layers, and what stands between them and IP: VLAN, MPLS, PPPoE. */
#include "wire/decode_private.h"

/* Tags and labels that are followed before giving up. */
#define VLAN_TAGS   4
#define MPLS_LABELS 16
#define MPLS_NESTED 8 /* Ethernet in MPLS in Ethernet ... */

static void decode_mpls(struct decoding *d, struct cur *c)
{
	for (int label = 0; label < MPLS_LABELS; label++) {
		const uint8_t *entry = cur_take(c, 4);
		uint8_t first;

		if (c->bad)
			break;
		if (!(entry[2] & 1)) /* bottom of stack, RFC 3032 */
			continue;
		/* What is inside is not said: IP by its version, or Ethernet behind a zero control
		 * word (RFC 4385), as the usual analysers guess. */
		first = c->left ? *c->p : 0;
		if (first >> 4 == 4 || first >> 4 == 6) {
			decode_ip(d, c);
		} else if (first >> 4 == 0 && c->left > 4) {
			cur_take(c, 4);
			if (d->nested++ == MPLS_NESTED)
				decode_anomaly(d, ANOMALY_ENCAP_DEPTH);
			else
				decode_ethernet(d, c);
		}
		return;
	}
	decode_anomaly(d, ANOMALY_MPLS_SHORT);
}

static void decode_pppoe(struct decoding *d, struct cur *c)
{
	const uint8_t *h = cur_take(c, 8);

	if (c->bad || h[0] != 0x11 || h[1] != 0) { /* version 1, type 1, session data */
		decode_anomaly(d, ANOMALY_PPPOE_BAD);
		return;
	}
	switch (ld_be16(h + 6)) { /* PPP protocol, RFC 1661 */
	case 0x0021:
		decode_ip4(d, c);
		break;
	case 0x0057:
		decode_ip6(d, c);
		break;
	}
}

void decode_ethertype(struct decoding *d, struct cur *c, uint16_t type)
{
	for (int tag = 0; tag < VLAN_TAGS; tag++) {
		const uint8_t *h;

		if (type != ETHERTYPE_VLAN && type != ETHERTYPE_QINQ && type != ETHERTYPE_QINQ_OLD)
			break;
		h = cur_take(c, 4);
		if (c->bad) {
			decode_anomaly(d, ANOMALY_VLAN_SHORT);
			return;
		}
		type = ld_be16(h + 2);
	}
	switch (type) {
	case ETHERTYPE_IPV4:
		decode_ip4(d, c);
		break;
	case ETHERTYPE_IPV6:
		decode_ip6(d, c);
		break;
	case ETHERTYPE_ARP:
		decode_arp(d, c);
		break;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		decode_mpls(d, c);
		break;
	case ETHERTYPE_PPPOE:
		decode_pppoe(d, c);
		break;
	}
}

void decode_ethernet(struct decoding *d, struct cur *c)
{
	const uint8_t *h = cur_take(c, 14);

	if (__builtin_expect(c->bad, 0)) {
		decode_anomaly(d, ANOMALY_LINK_SHORT);
		return;
	}
	decode_ethertype(d, c, ld_be16(h + 12));
}

void decode_arp(struct decoding *d, struct cur *c)
{
	const uint8_t *h = cur_take(c, 28);
	struct packet *p;
	struct ip sender, target;
	int swapped;

	/* Ethernet and IPv4 only: hardware type 1, protocol 0x0800, lengths 6 and 4 */
	if (c->bad || ld_be16(h) != 1 || ld_be16(h + 2) != 0x0800 || h[4] != 6 || h[5] != 4) {
		decode_anomaly(d, ANOMALY_ARP_BAD);
		return;
	}
	p = decode_packet(d);
	if (!p)
		return;
	sender = ip_from_v4(h + 14);
	target = ip_from_v4(h + 24);
	swapped = ip_compare(&sender, &target) > 0;
	p->key.ip[swapped] = sender;
	p->key.ip[!swapped] = target;
	p->key.flags = KEY_ARP;
	p->side = (uint8_t)swapped;
	p->icmp_type = h[7]; /* 1 request, 2 reply */
	p->hash = hash_16(target.b, d->decoder->seed ^ hash_16(sender.b, 0));
}

/* The BSD loopback header: an address family in the byte order of whoever wrote it. */
static void decode_null(struct decoding *d, struct cur *c)
{
	cur_take(c, 4);
	if (c->bad)
		decode_anomaly(d, ANOMALY_LINK_SHORT);
	else
		decode_ip(d, c);
}

/* Linux cooked captures: 16 bytes with the protocol last, or 20 with it first. */
static void decode_cooked(struct decoding *d, struct cur *c, size_t header, size_t protocol)
{
	const uint8_t *h = cur_take(c, header);

	if (c->bad)
		decode_anomaly(d, ANOMALY_LINK_SHORT);
	else
		decode_ethertype(d, c, ld_be16(h + protocol));
}

void decode_link(struct decoding *d, struct cur *c)
{
	switch (d->frame->link) {
	case LINK_ETHERNET:
		decode_ethernet(d, c);
		break;
	case LINK_NULL:
	case LINK_LOOP:
		decode_null(d, c);
		break;
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_RAW:
	case LINK_IPV4:
	case LINK_IPV6:
		decode_ip(d, c);
		break;
	case LINK_SLL:
		decode_cooked(d, c, 16, 14);
		break;
	case LINK_SLL2:
		decode_cooked(d, c, 20, 0);
		break;
	default:
		decode_anomaly(d, ANOMALY_LINK_UNKNOWN);
	}
}
