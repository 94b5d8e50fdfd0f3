/* transport.c - TCP (RFC 9293), UDP (RFC 768), ICMP (RFC 792, 4443), and the hash of the key. */
#include "wire/usual.h"

/* ICMP types that have an answer: type and counter type, as in Community ID v1. */
static const struct {
	uint8_t type, counter;
} icmp_pairs[] = { { 8, 0 }, { 0, 8 },   { 13, 14 }, { 14, 13 }, { 15, 16 },
		   { 16, 15 }, { 10, 9 }, { 9, 10 },  { 17, 18 }, { 18, 17 } },
  icmp6_pairs[] = { { 128, 129 }, { 129, 128 }, { 133, 134 }, { 134, 133 }, { 135, 136 },
		    { 136, 135 }, { 130, 131 }, { 131, 130 }, { 144, 145 }, { 145, 144 },
		    { 139, 140 }, { 140, 139 } };

/* Sets the ports of the key, and orders the ends by port where the addresses are equal. */
static void key_ports(struct packet *p, uint16_t from, uint16_t to)
{
	p->key.port[p->side] = from;
	p->key.port[!p->side] = to;
	if (__builtin_expect(p->key.port[0] > p->key.port[1], 0) &&
	    ip_equal(&p->key.ip[0], &p->key.ip[1])) {
		uint16_t low = p->key.port[1];

		p->key.port[1] = p->key.port[0];
		p->key.port[0] = low;
		p->side = !p->side;
	}
}

static void key_hash(struct packet *p, uint64_t seed)
{
	uint64_t word[5];

	_Static_assert(sizeof(word) == sizeof(p->key), "the key is hashed whole");
	memcpy(word, &p->key, sizeof(word));
	p->hash = decode_hash(word[1], word[3], hash_mix(word[0] ^ HASH_K1, word[2] ^ HASH_K2),
			      word[4], seed);
}

/* The transport header is not whole: because the capture ends, or because the packet does. */
static void decode_short(struct decoding *d, struct packet *p, enum anomaly anomaly)
{
	p->marks |= d->uncaught ? MARK_CUT : MARK_MALFORMED;
	decode_anomaly(d, d->uncaught ? ANOMALY_SNAP_SHORT : anomaly);
}

static void decode_tcp(struct decoding *d, struct packet *p, struct cur *c, uint32_t length)
{
	const uint8_t *h = cur_take(c, 20);
	uint32_t header = (uint32_t)(h[12] >> 4) * 4;

	if (__builtin_expect(c->bad, 0)) {
		decode_short(d, p, ANOMALY_TCP_SHORT);
		return;
	}
	key_ports(p, ld_be16(h), ld_be16(h + 2));
	p->seq = ld_be32(h + 4);
	p->ack = ld_be32(h + 8);
	p->tcp_flags = h[13];
	p->window = ld_be16(h + 14);
	if (__builtin_expect(header < 20 || header > length, 0)) {
		decode_anomaly(d, ANOMALY_TCP_OFFSET);
		return;
	}
	if ((p->tcp_flags & TCP_SYN) && (p->tcp_flags & (TCP_FIN | TCP_RST)))
		decode_anomaly(d, ANOMALY_TCP_FLAGS);
	if (__builtin_expect(!p->key.port[0] || !p->key.port[1], 0))
		decode_anomaly(d, ANOMALY_TCP_PORT);
	p->payload_len = (uint16_t)(length - header > 65535 ? 65535 : length - header);
	if (header - 20 <= c->left) {
		cur_take(c, header - 20);
		p->payload = cur_rest(c);
	}
}

static void decode_udp(struct decoding *d, struct packet *p, struct cur *c, uint32_t length)
{
	const uint8_t *h = cur_take(c, 8);
	uint32_t claimed = ld_be16(h + 4);

	if (__builtin_expect(c->bad, 0)) {
		decode_short(d, p, ANOMALY_UDP_SHORT);
		return;
	}
	key_ports(p, ld_be16(h), ld_be16(h + 2));
	/* The first fragment claims the length of the whole datagram; 0 is a jumbogram or offload. */
	if (claimed < 8 || (claimed > length && !(p->marks & MARK_FRAGMENT))) {
		if (claimed != 0)
			decode_anomaly(d, ANOMALY_UDP_LENGTH);
		claimed = length;
	}
	if (claimed > length)
		claimed = length;
	if (claimed < 8)
		claimed = 8;
	if (claimed - 8 < c->left)
		c->left = claimed - 8;
	p->payload_len = (uint16_t)(claimed - 8 > 65535 ? 65535 : claimed - 8);
	p->payload = cur_rest(c);
	if (__builtin_expect(packet_to_port(p) == PORT_VXLAN, 0) && !(p->marks & MARK_FRAGMENT)) {
		struct cur inner = *c;

		if (decode_vxlan(d, &inner))
			p->marks |= MARK_OUTER;
	}
}

static void decode_icmp(struct decoding *d, struct packet *p, struct cur *c, uint32_t length)
{
	const uint8_t *h = cur_take(c, 4);
	bool six = p->key.proto == PROTO_ICMP6;
	size_t pairs = six ? sizeof(icmp6_pairs) / sizeof(icmp6_pairs[0])
			   : sizeof(icmp_pairs) / sizeof(icmp_pairs[0]);

	if (c->bad) {
		decode_short(d, p, ANOMALY_ICMP_SHORT);
		return;
	}
	p->icmp_type = h[0];
	p->icmp_code = h[1];
	p->payload_len = (uint16_t)(length > 65539 ? 65535 : length > 4 ? length - 4 : 0);
	p->payload = cur_rest(c);
	for (size_t i = 0; i < pairs; i++) {
		if ((six ? icmp6_pairs[i].type : icmp_pairs[i].type) != h[0])
			continue;
		key_ports(p, h[0], six ? icmp6_pairs[i].counter : icmp_pairs[i].counter);
		return;
	}
	/* No answer exists: the key keeps the direction instead of an order. */
	if (p->side) {
		struct ip from = p->key.ip[1];

		p->key.ip[1] = p->key.ip[0];
		p->key.ip[0] = from;
		p->side = 0;
	}
	p->key.flags = KEY_ONE_WAY;
	p->key.port[0] = h[0];
	p->key.port[1] = h[1];
}

void decode_transport(struct decoding *d, struct packet *p, struct cur *c, uint32_t length)
{
	if (__builtin_expect(p->marks & MARK_FRAGMENT_REST, 0)) {
		p->payload_len = (uint16_t)(length > 65535 ? 65535 : length);
		key_hash(p, d->decoder->seed);
		return;
	}
	switch (p->key.proto) {
	case PROTO_TCP:
		decode_tcp(d, p, c, length);
		break;
	case PROTO_UDP:
		decode_udp(d, p, c, length);
		break;
	case PROTO_ICMP:
	case PROTO_ICMP6:
		decode_icmp(d, p, c, length);
		break;
	case PROTO_GRE:
		if (!(p->marks & MARK_FRAGMENT) && decode_gre(d, c))
			p->marks |= MARK_OUTER;
		break;
	case PROTO_IPIP:
	case PROTO_IPV6:
		if (!(p->marks & MARK_FRAGMENT) && decode_inner_ip(d, p->key.proto, c))
			p->marks |= MARK_OUTER;
		break;
	default:
		p->payload_len = (uint16_t)(length > 65535 ? 65535 : length);
		p->payload = cur_rest(c);
	}
	key_hash(p, d->decoder->seed);
}

unsigned decode_frame(struct decoder *decoder, const struct frame *frame, struct packet *packets)
{
	struct decoding d;
	struct cur c;

	if (decode_usual(decoder, frame, packets))
		return 1;
	d = (struct decoding){ .decoder = decoder, .frame = frame, .packets = packets };
	c = cur_init(frame->bytes);
	if (frame->wire_len > frame->bytes.len)
		d.uncaught = (uint32_t)(frame->wire_len - frame->bytes.len);
	decode_link(&d, &c);
	return d.count;
}
