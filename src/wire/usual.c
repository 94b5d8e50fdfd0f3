/* usual.c - Ethernet, IPv4, TCP or UDP from one block. */
#include "wire/usual.h"

#include "base/hash.h"

#define ETHERNET 14
#define IP4      20
#define TCP      20
#define UDP      8
#define BLOCK    (ETHERNET + IP4 + TCP)

_Static_assert(BLOCK <= CUR_TAKE_MAX, "taken in one go");

/* An IPv4 address as the second word of its mapped form. */
static uint64_t mapped_word(const uint8_t *four)
{
	return (uint64_t)ld_le32(four) << 32 | 0xffff0000;
}

static void put_word(void *at, uint64_t word)
{
	memcpy(at, &word, sizeof(word));
}

/* Whether the headers are the usual ones, and sound. *header: length of the transport's. */
static bool usual(const struct frame *frame, const uint8_t *h, uint32_t *header)
{
	const uint8_t *ip = h + ETHERNET, *l4 = ip + IP4;
	uint32_t length = ld_be16(ip + 2);

	/* ethertype, version and header length in one; then flags and offset of fragments */
	if ((ld_be32(h + 12) & 0xffffff00) != (ETHERTYPE_IPV4 << 16 | 0x4500) ||
	    (ld_be16(ip + 6) & 0x3fff) || length + ETHERNET > frame->bytes.len ||
	    !ld_le16(l4) || !ld_le16(l4 + 2) || ld_le32(ip + 12) == ld_le32(ip + 16))
		return false;
	if (ip[9] == PROTO_TCP) {
		*header = (uint32_t)(l4[12] >> 4) * 4;
		return *header >= TCP && IP4 + *header <= length &&
		       !((l4[13] & TCP_SYN) && (l4[13] & (TCP_FIN | TCP_RST)));
	}
	*header = UDP;
	return ip[9] == PROTO_UDP && ld_be16(l4 + 4) + (uint32_t)IP4 == length &&
	       length >= IP4 + UDP && ld_be16(l4 + 2) != PORT_VXLAN;
}

bool decode_usual(const struct decoder *decoder, const struct frame *frame, struct packet *p)
{
	struct cur c = cur_init(frame->bytes);
	const uint8_t *h = cur_take(&c, BLOCK), *ip = h + ETHERNET, *l4 = ip + IP4;
	uint32_t side, header, ports;
	uint64_t low, high, swap, last;

	if (c.bad || frame->link != LINK_ETHERNET || !usual(frame, h, &header))
		return false;
	/* Without branches: which end is lower is a coin toss, and a wrong guess costs 20 cycles. */
	side = ld_be32(ip + 12) > ld_be32(ip + 16);
	low = mapped_word(ip + 12);
	high = mapped_word(ip + 16);
	swap = (low ^ high) & -(uint64_t)side;
	low ^= swap;
	high ^= swap;
	ports = ld_be16(l4) | (uint32_t)ld_be16(l4 + 2) << 16;
	ports = ports << 16 * side | ports >> (16 * side & 31);
	last = ports | (uint64_t)ip[9] << 32;
	put_word(p->key.ip[0].b, 0);
	put_word(p->key.ip[0].b + 8, low);
	put_word(p->key.ip[1].b, 0);
	put_word(p->key.ip[1].b + 8, high);
	put_word(p->key.port, last);
	p->hash = decode_hash(low, high, hash_mix(HASH_K1, HASH_K2), last, decoder->seed);
	p->ts = frame->ts;
	p->wire_len = frame->wire_len;
	p->side = (uint8_t)side;
	p->ttl = ip[8];
	p->marks = 0;
	p->icmp_type = p->icmp_code = 0;
	p->payload_len = (uint16_t)(ld_be16(ip + 2) - IP4 - header);
	p->payload = (struct span){ l4 + header, p->payload_len };
	if (header == UDP) {
		p->seq = p->ack = 0;
		p->tcp_flags = 0;
		p->window = 0;
	} else {
		p->seq = ld_be32(l4 + 4);
		p->ack = ld_be32(l4 + 8);
		p->tcp_flags = l4[13];
		p->window = ld_be16(l4 + 14);
	}
	return true;
}
