/*
 * usual.h - the fast way through the decoder, for the frame that nine of ten are: Ethernet, IPv4
 * without options, unfragmented, TCP or UDP, all headers captured.
 *
 * Everything is read from one block of 54 bytes. It gives exactly what the general decoder gives
 * (tests/fuzz/fuzz_decode.c holds the two against each other) in a quarter of the instructions,
 * and declines whatever is not usual.
 */
#ifndef WIRE_USUAL_H
#define WIRE_USUAL_H

#include "wire/decode_private.h"

/* True: *packet is the frame's only packet. False: ask the general decoder. */
bool decode_usual(const struct decoder *decoder, const struct frame *frame, struct packet *packet);

/* What is counted of a bare SYN: its IPv4 addresses are as in memory. */
struct usual_syn {
	usec_t ts;
	uint32_t from, to, wire_len;
	uint16_t to_port;
};

/* The longest of what is usual: Ethernet, IPv4 and TCP without options. */
#define USUAL_ETHERNET 14
#define USUAL_IP4      20
#define USUAL_TCP      20
#define USUAL_BLOCK    (USUAL_ETHERNET + USUAL_IP4 + USUAL_TCP)

_Static_assert(USUAL_BLOCK <= CUR_TAKE_MAX, "taken in one go");

/* The end-independent half of a key: without branches, for which end is lower is a coin toss, and a
 * wrong guess costs 20 cycles. */
struct usual_key {
	uint64_t low, high, last;
	uint32_t side;
};

static inline struct usual_key usual_key_read(const uint8_t *ip, const uint8_t *l4)
{
	struct usual_key key = { ip4_word(ld_le32(ip + 12)), ip4_word(ld_le32(ip + 16)), 0,
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

/* The destination address (as in memory) of what looks like an Ethernet frame with a bare SYN in IPv4;
 * 0 for all else. A guess for usual_syn_read(). */
static inline uint32_t usual_syn_target(const struct frame *frame)
{
	struct cur c = cur_init(frame->bytes);
	const uint8_t *h = cur_take(&c, USUAL_BLOCK);

	return (h[47] & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN ? ld_le32(h + 30) : 0;
}

/* True: the frame, of which usual_syn_target() told `to`, is a usual one with a bare SYN, and *syn is
 * what decode_usual() would tell of it. */
static inline bool usual_syn_read(const struct frame *frame, uint32_t to, struct usual_syn *syn)
{
	struct cur c = cur_init(frame->bytes);
	const uint8_t *h = cur_take(&c, USUAL_BLOCK), *ip = h + USUAL_ETHERNET, *l4 = ip + USUAL_IP4;
	uint32_t length = ld_be16(ip + 2), header = (uint32_t)(l4[12] >> 4) * 4;
	uint32_t ports = ld_le32(l4), from = ld_le32(ip + 12);

	/* as in usual(), a few bytes at a time: ethertype, version and header length; flags and offset
	 * of fragments, and protocol */
	if ((ld_le32(h + 12) & 0xffffff) != 0x450008 || frame->link != LINK_ETHERNET ||
	    (ld_le32(ip + 6) & 0xff00ff3f) != PROTO_TCP << 24 ||
	    length + USUAL_ETHERNET > frame->bytes.len || header < USUAL_TCP ||
	    USUAL_IP4 + header > length || !(ports & 0xffff) || !(ports >> 16) || from == to)
		return false;
	*syn = (struct usual_syn){ frame->ts, from, to, frame->wire_len, ld_be16(l4 + 2) };
	return true;
}

/* The hash of its flow key. */
static inline uint64_t usual_syn_hash(const struct decoder *decoder, const struct frame *frame)
{
	struct cur c = cur_init(frame->bytes);
	const uint8_t *ip = cur_take(&c, USUAL_BLOCK) + USUAL_ETHERNET;
	struct usual_key key = usual_key_read(ip, ip + USUAL_IP4);

	return usual_hash(&key, decoder->seed);
}

#endif
