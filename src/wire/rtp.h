/*
 * rtp.h - recognises RTP by what it does over a few packets, and RTCP (RFC 3550). A single RTP
 * packet looks like noise: version 2 is all it is sure to have.
 */
#ifndef WIRE_RTP_H
#define WIRE_RTP_H

#include "base/span.h"

#include <stdbool.h>

struct rtp_header {
	uint8_t payload_type;
	bool marker;
	uint16_t sequence;
	uint32_t timestamp, source; /* SSRC */
};

/* What is remembered of one end's last packet; zeroed at first. */
struct rtp_trace {
	uint32_t source, timestamp;
	uint16_t sequence;
	uint8_t payload_type;
	uint8_t going_on; /* packets that went on where the one before ended */
};

/* False when the datagram cannot be RTP. */
bool rtp_read(struct span datagram, struct rtp_header *out);

/* Whether this datagram and those of the same end before are RTP: the same source and payload type
 * twice in a row, with the sequence number and the timestamp going on. */
bool rtp_follows(struct rtp_trace *trace, struct span datagram);

/* Whether it is a compound RTCP packet in the clear: reports first, lengths that fill it. */
bool rtcp_looks(struct span datagram);

#endif
