/*
 * stream.h - is a datagram one more of a stream, although nobody answers?
 *
 * Where one direction is captured, or a protocol never answers, nothing but the payload tells a stream
 * from a flood: the protocols that carry one number their packets, so that the other end can put them
 * in order or refuse repetitions. RTP (RFC 3550), ESP (RFC 4303), DTLS (RFC 9147), GTP-U, WireGuard,
 * OpenVPN, SRT, NetFlow and many games do, each at a place of its own. So the place is not looked up
 * but found: a word of 16 bits, of either byte order, that goes up by little from packet to packet. In
 * random bytes one of 1,000 steps is so small, and it would have to be at the same place each time.
 * QUIC hides its number, but not that its first two bits are 01 while all others are noise (RFC 9000,
 * 17.3.1).
 */
#ifndef FLOW_STREAM_H
#define FLOW_STREAM_H

#include "model/flow.h"

/* Takes the next datagram of the flow's initiator. How many of its packets are explained by it: none;
 * this one, of a stream that is known; or all, as it has just become one. */
enum stream_verdict { STREAM_NO, STREAM_GOES_ON, STREAM_BEGINS };
enum stream_verdict stream_take(struct flow *f, const struct packet *p);

#endif
