/*
 * packet.h - one decoded packet: what the flow layer needs of it, in two cache lines.
 */
#ifndef MODEL_PACKET_H
#define MODEL_PACKET_H

#include "base/span.h"
#include "model/ip.h"
#include "model/time.h"

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
};

enum ip_proto {
	PROTO_ICMP = 1,
	PROTO_IPIP = 4,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_IPV6 = 41,
	PROTO_GRE = 47,
	PROTO_ICMP6 = 58,
};

/*
 * Both directions of a conversation have the same key: end 0 is the lower (address, port).
 * For ICMP the ports are type and counter type, or type and code, as in Community ID v1. For ARP
 * they are 0. The struct has no padding and is compared and hashed as bytes.
 */
struct flow_key {
	struct ip ip[2];
	uint16_t port[2];
	uint8_t proto;
	uint8_t flags; /* KEY_* */
	uint16_t zero;
};

#define KEY_ARP     0x02 /* not IP at all; proto is 0, as in no sound IP packet */
#define KEY_ONE_WAY 0x01 /* ICMP without a counter type: end 0 need not be the lower one */

enum packet_mark {
	MARK_FRAGMENT = 0x01,      /* part of a fragmented datagram */
	MARK_FRAGMENT_REST = 0x02, /* not the first part: it has no ports */
	MARK_INNER = 0x04,         /* came out of a tunnel: an outer packet was seen too */
	MARK_OUTER = 0x08,         /* carries a tunnelled packet that is seen too */
	MARK_FOREIGN = 0x20,       /* falls to another worker, and concerns us too; see sensor.c */
	MARK_EXTENDED = 0x10,      /* IPv6 with extension headers other than fragment */
	MARK_CUT = 0x40,           /* the capture ends within the transport header */
	MARK_MALFORMED = 0x80,     /* the packet itself does */
};

struct packet {
	usec_t ts;
	struct flow_key key;
	uint64_t hash;     /* of the key */
	uint32_t wire_len; /* bytes on the wire, link-layer header included */
	uint32_t seq, ack; /* TCP; of a fragment that is not TCP, seq is its identification */
	uint8_t side;      /* which end of the key sent it: 0 or 1 */
	uint8_t tcp_flags;
	uint8_t icmp_type, icmp_code;
	uint8_t ttl;
	uint8_t marks;        /* enum packet_mark */
	uint16_t window;      /* TCP, as sent: not scaled */
	uint16_t payload_len; /* on the wire; payload.len may be less when the capture cut it */
	uint16_t frame;       /* the frame that it came in: its number in the segment at hand */
	struct span payload;  /* what the transport carries, as far as captured */
};

static inline const struct ip *packet_from(const struct packet *p)
{
	return &p->key.ip[p->side];
}

static inline const struct ip *packet_to(const struct packet *p)
{
	return &p->key.ip[!p->side];
}

static inline uint16_t packet_from_port(const struct packet *p)
{
	return p->key.port[p->side];
}

static inline uint16_t packet_to_port(const struct packet *p)
{
	return p->key.port[!p->side];
}

#endif
