/*
 * decode.h - a captured frame into packets: link layer, network, transport, tunnels.
 *
 * One frame gives one packet, or several when it carries a tunnel: the outer one first (it may be
 * what floods), then what is inside (it may be what attacks). Fragments are decoded as far as they
 * go; nothing is reassembled here.
 *
 * Malformed input is counted in decoder.anomalies by kind, and gives whatever was sound before it.
 * Specifications: IEEE 802.3/802.1Q, RFC 791, 8200, 9293, 768, 792, 4443, 826, 2516, 3032, 2784,
 * 2890, 7348, 2003, 4213; tcpdump.org/linktypes.html.
 */
#ifndef WIRE_DECODE_H
#define WIRE_DECODE_H

#include "base/cursor.h"
#include "model/anomaly.h"
#include "model/frame.h"
#include "model/packet.h"

/* Most packets that one frame can give: three tunnels deep. */
#define DECODE_PACKETS 4

struct decoder {
	uint64_t seed; /* of the key hash */
	struct anomalies anomalies;
};

/* Decodes one frame. Returns the number of packets written to `packets`, 0 to DECODE_PACKETS.
 * Their payload spans borrow from the frame. */
unsigned decode_frame(struct decoder *decoder, const struct frame *frame, struct packet *packets);

#endif
