/* tunnel.c - GRE (RFC 2784, 2890; PPTP's version 1, RFC 2637) and VXLAN (RFC 7348). */
#include "wire/decode_private.h"

enum gre_bit {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080, /* version 1 only */
};

/* Returns whether something inside was decoded as a packet of its own. */
bool decode_gre(struct decoding *d, struct cur *c)
{
	const uint8_t *h = cur_take(c, 4);
	uint16_t bits = ld_be16(h), type = ld_be16(h + 2);
	unsigned version = bits & 7, before = d->count;
	size_t options = 0;

	options += bits & (GRE_CHECKSUM | GRE_ROUTING) ? 4 : 0;
	options += bits & GRE_KEY ? 4 : 0;
	options += bits & GRE_SEQUENCE ? 4 : 0;
	options += version == 1 && (bits & GRE_ACK) ? 4 : 0;
	cur_take(c, options);
	if (c->bad || version > 1) {
		decode_anomaly(d, ANOMALY_GRE_BAD);
		return false;
	}
	if (bits & GRE_ROUTING) /* source routes, abolished by RFC 2784 */
		return false;
	if (version == 1) {
		const uint8_t *ppp;

		if (type != 0x880b || c->left < 4)
			return false;
		ppp = cur_take(c, 4); /* FF 03 and the protocol, as PPTP sends it uncompressed */
		if (ppp[0] == 0xff && ppp[1] == 0x03 && ld_be16(ppp + 2) == 0x0021)
			decode_ip4(d, c);
	} else if (type == ETHERTYPE_BRIDGED) {
		decode_ethernet(d, c);
	} else {
		decode_ethertype(d, c, type);
	}
	return d->count > before;
}

bool decode_inner_ip(struct decoding *d, uint8_t proto, struct cur *c)
{
	unsigned before = d->count;

	if (proto == PROTO_IPIP)
		decode_ip4(d, c);
	else
		decode_ip6(d, c);
	return d->count > before;
}

bool decode_vxlan(struct decoding *d, struct cur *c)
{
	unsigned before = d->count;
	const uint8_t *h = cur_take(c, 8);

	if (c->bad || h[0] != 0x08 || h[7] != 0) { /* the I flag alone, the last byte reserved */
		decode_anomaly(d, ANOMALY_VXLAN_BAD);
		return false;
	}
	decode_ethernet(d, c);
	return d->count > before;
}
