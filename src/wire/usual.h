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

/* What is counted of a bare SYN: IPv4 addresses and sequence number as in memory. */
struct usual_syn {
	usec_t ts;
	uint64_t hash; /* of the flow key */
	uint32_t from, seq, wire_len;
	uint16_t to_port;
	uint8_t side; /* which end of the key sent it */
};

/* True: the frame is a usual one and a bare SYN to the IPv4 address `to` (as in memory), and nothing
 * else; *syn is what decode_usual() would tell of it. */
bool decode_usual_syn(const struct decoder *decoder, const struct frame *frame, uint32_t to,
		      struct usual_syn *syn);

/* The destination address (as in memory) of what looks like an Ethernet frame with a bare SYN in IPv4;
 * 0 for all else. A guess for decode_usual_syn(). */
static inline uint32_t usual_syn_target(const struct frame *frame)
{
	struct cur c = cur_init(frame->bytes);
	const uint8_t *h = cur_take(&c, 54);

	return (h[47] & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN ? ld_le32(h + 30) : 0;
}

#endif
