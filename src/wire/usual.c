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
static inline __attribute__((always_inline)) bool usual(const struct frame *frame, const uint8_t *h, uint32_t *header)
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

/* The end-independent half of a key: without branches, for which end is lower is a coin toss, and a
 * wrong guess costs 20 cycles. */
struct usual_key {
	uint64_t low, high, last;
	uint32_t side;
};

static inline struct usual_key usual_key_read(const uint8_t *ip, const uint8_t *l4)
{
	struct usual_key key = { mapped_word(ip + 12), mapped_word(ip + 16), 0,
				 ld_be32(ip + 12) > ld_be32(ip + 16) };
	uint64_t swap = (key.low ^ key.high) & -(uint64_t)key.side;
	uint32_t ports = ld_be16(l4) | (uint32_t)ld_be16(l4 + 2) << 16;

	key.low ^= swap;
	key.high ^= swap;
	ports = ports << 16 * key.side | ports >> (16 * key.side & 31);
	key.last = ports | (uint64_t)ip[9] << 32;
	return key;
}

static inline uint64_t usual_hash(const struct usual_key *key, uint64_t seed)
{
	return decode_hash(key->low, key->high, hash_mix(HASH_K1, HASH_K2), key->last, seed);
}

bool decode_usual(const struct decoder *decoder, const struct frame *frame, struct packet *p)
{
	struct cur c = cur_init(frame->bytes);
	const uint8_t *h = cur_take(&c, BLOCK), *ip = h + ETHERNET, *l4 = ip + IP4;
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

bool decode_usual_syn(const struct decoder *decoder, const struct frame *frame, uint32_t to,
		      struct usual_syn *syn)
{
	struct cur c = cur_init(frame->bytes);
	const uint8_t *h = cur_take(&c, BLOCK), *ip = h + ETHERNET, *l4 = ip + IP4;
	struct usual_key key;
	uint32_t header;

	if (c.bad || frame->link != LINK_ETHERNET || ld_le32(ip + 16) != to ||
	    !usual(frame, h, &header) || ip[9] != PROTO_TCP ||
	    (l4[13] & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) != TCP_SYN)
		return false;
	key = usual_key_read(ip, l4);
	syn->hash = usual_hash(&key, decoder->seed);
	syn->side = (uint8_t)key.side;
	syn->ts = frame->ts;
	syn->wire_len = frame->wire_len;
	syn->from = ld_le32(ip + 12);
	syn->seq = ld_be32(l4 + 4);
	syn->to_port = ld_be16(l4 + 2);
	return true;
}
