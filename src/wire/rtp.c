/* rtp.c - recognising RTP and RTCP (RFC 3550, 5.1 and 6.1; payload types: RFC 3551, RFC 5761, 4).
 */
#include "wire/rtp.h"

#include "base/cursor.h"

#define HEADER         12
#define VERSION        2
#define STEP_MAX       32      /* sequence numbers that may be missing */
#define TIMESTAMP_STEP 900000u /* ten seconds of video at 90 kHz */
#define GOING_ON       2       /* packets after the first that make it sure */
#define PACKETS        32      /* of one compound RTCP packet */

enum rtcp_type {
	RTCP_SENDER = 200,
	RTCP_RECEIVER = 201,
	RTCP_BYE = 203,
	RTCP_LAST = 207, /* XR, RFC 3611 */
};

bool rtp_read(struct span datagram, struct rtp_header *out)
{
	struct cur c = cur_init(datagram);
	const uint8_t *h = cur_take(&c, HEADER);
	uint8_t type = h[1] & 0x7f;

	if (c.bad || h[0] >> 6 != VERSION)
		return false;
	if ((type > 34 && type < 96)) /* unassigned or reserved: RFC 3551, table 4 and 5 */
		return false;
	cur_span(&c, (size_t)(h[0] & 0xf) * 4); /* CSRC */
	if (h[0] & 0x10) {                      /* a header extension */
		cur_be16(&c);
		cur_span(&c, (size_t)cur_be16(&c) * 4);
	}
	if (c.bad || !ld_be32(h + 8))
		return false;
	*out = (struct rtp_header){ .payload_type = type,
				    .marker = h[1] & 0x80,
				    .sequence = ld_be16(h + 2),
				    .timestamp = ld_be32(h + 4),
				    .source = ld_be32(h + 8) };
	return true;
}

bool rtp_follows(struct rtp_trace *trace, struct span datagram)
{
	struct rtp_header now;
	uint16_t step;

	if (!rtp_read(datagram, &now)) {
		*trace = (struct rtp_trace){ 0 };
		return false;
	}
	step = (uint16_t)(now.sequence - trace->sequence);
	if (now.source == trace->source && now.payload_type == trace->payload_type && step > 0 &&
	    step <= STEP_MAX && now.timestamp - trace->timestamp < TIMESTAMP_STEP)
		trace->going_on = (uint8_t)(trace->going_on + (trace->going_on < GOING_ON));
	else
		trace->going_on = 0;
	trace->source = now.source;
	trace->timestamp = now.timestamp;
	trace->sequence = now.sequence;
	trace->payload_type = now.payload_type;
	return trace->going_on >= GOING_ON;
}

/* Whether the words that a packet of reports or a farewell must have fit into its length. */
static bool rtcp_room(uint8_t type, uint8_t count, uint16_t words)
{
	if (type == RTCP_SENDER)
		return words >= 6u + 6u * count;
	if (type == RTCP_RECEIVER)
		return words >= 1u + 6u * count;
	return type != RTCP_BYE || words >= count;
}

bool rtcp_looks(struct span datagram)
{
	struct cur c = cur_init(datagram);

	for (unsigned n = 0; n < PACKETS && c.left; n++) {
		const uint8_t *h = cur_take(&c, 4);
		uint16_t words = ld_be16(h + 2);
		bool padded = h[0] & 0x20;

		if (c.bad || h[0] >> 6 != VERSION || h[1] < RTCP_SENDER || h[1] > RTCP_LAST)
			return false;
		if (n == 0 && (h[1] > RTCP_RECEIVER || padded || words > 6 + 6 * 31))
			return false; /* reports come first, padding in the last: 6.1 */
		if (!rtcp_room(h[1], h[0] & 0x1f, words))
			return false;
		cur_span(&c, (size_t)words * 4);
		if (c.bad || (padded && c.left))
			return false;
	}
	return datagram.len >= 8 && c.left == 0;
}
