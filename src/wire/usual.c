/* usual.c - Ethernet, IPv4, TCP or UDP from one block. */
#include "wire/usual.h"

#define UDP 8

static void put_word(void *at, uint64_t word)
{
	memcpy(at, &word, sizeof(word));
}

/* Whether the headers are the usual ones, and sound. *header: length of the transport's. */
static inline __attribute__((always_inline)) bool usual(const struct frame *frame, const uint8_t *h,
							uint32_t *header)
{
	const uint8_t *ip = h + USUAL_ETHERNET, *l4 = ip + USUAL_IP4;
	uint32_t length = ld_be16(ip + 2), ports = ld_le32(l4);

	/* ethertype, version and header length in one; then flags and offset of fragments */
	if ((ld_le32(h + 12) & 0xffffff) != 0x450008 || (ld_le16(ip + 6) & 0xff3f) ||
	    length + USUAL_ETHERNET > frame->bytes.len || !(ports & 0xffff) || !(ports >> 16) ||
	    ld_le32(ip + 12) == ld_le32(ip + 16))
		return false;
	if (ip[9] == PROTO_TCP) {
		*header = (uint32_t)(l4[12] >> 4) * 4;
		return *header >= USUAL_TCP && USUAL_IP4 + *header <= length &&
		       !((l4[13] & TCP_SYN) && (l4[13] & (TCP_FIN | TCP_RST)));
	}
	*header = UDP;
	return ip[9] == PROTO_UDP && ld_be16(l4 + 4) + (uint32_t)USUAL_IP4 == length &&
	       length >= USUAL_IP4 + UDP && ld_be16(l4 + 2) != PORT_VXLAN;
}

bool decode_usual(const struct decoder *decoder, const struct frame *frame, struct packet *p)
{
	struct cur c = cur_init(frame->bytes);
	const uint8_t *h = cur_take(&c, USUAL_BLOCK), *ip = h + USUAL_ETHERNET, *l4 = ip + USUAL_IP4;
	struct usual_key key;
	uint32_t header;

	if (c.bad || frame->link != LINK_ETHERNET || !usual(frame, h, &header))
		return false;
	key = usual_key_read(ip, l4);
	put_word(p->key.ip[0].b, 0);
	put_word(p->key.ip[0].b + 8, key.low);
	put_word(p->key.ip[1].b, 0);
	put_word(p->key.ip[1].b + 8, key.high);
	put_word(p->key.port, key.last);
	p->hash = usual_hash(&key, decoder->seed);
	p->ts = frame->ts;
	p->wire_len = frame->wire_len;
	p->side = (uint8_t)key.side;
	p->ttl = ip[8];
	p->marks = 0;
	p->icmp_type = p->icmp_code = 0;
	p->payload_len = (uint16_t)(ld_be16(ip + 2) - USUAL_IP4 - header);
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
