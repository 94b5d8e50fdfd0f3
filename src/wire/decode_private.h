/* decode_private.h - what the parts of the decoder share: the state of one frame's decoding. */
#ifndef WIRE_DECODE_PRIVATE_H
#define WIRE_DECODE_PRIVATE_H

#include "base/hash.h"
#include "wire/decode.h"

#include <stdbool.h>

/* Ethertypes (IEEE 802 numbers, IANA). */
enum ethertype {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_BRIDGED = 0x6558, /* Transparent Ethernet Bridging in GRE, RFC 1701 */
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_QINQ_OLD = 0x9100,
};

#define PORT_VXLAN 4789

/* The hash of a flow key: of the second words of its addresses, of what their first words mix to,
 * and of its last word. */
static inline uint64_t decode_hash(uint64_t low0, uint64_t low1, uint64_t high, uint64_t last,
				   uint64_t seed)
{
	return hash_mix(hash_mix(low0 ^ HASH_K0 ^ seed, low1 ^ HASH_K1) ^ high,
			last ^ HASH_K2 ^ seed);
}

struct decoding {
	struct decoder *decoder;
	const struct frame *frame;
	struct packet *packets;
	unsigned count;    /* packets written */
	unsigned nested;   /* Ethernet frames within MPLS */
	uint32_t uncaught; /* bytes of the frame beyond what was captured */
};

static inline void decode_anomaly(struct decoding *d, enum anomaly anomaly)
{
	d->decoder->anomalies.count[anomaly]++;
}

/* Link layers: from the first byte of the frame, or of an inner Ethernet frame. */
void decode_link(struct decoding *d, struct cur *c);
void decode_ethernet(struct decoding *d, struct cur *c);

/* By ethertype: VLAN tags, MPLS and PPPoE are unwrapped, then IP or ARP is decoded. */
void decode_ethertype(struct decoding *d, struct cur *c, uint16_t type);

/* ARP (RFC 826) is a packet too: who asks for whom is what an ARP sweep is made of. */
void decode_arp(struct decoding *d, struct cur *c);

/* Network and transport. */
void decode_ip4(struct decoding *d, struct cur *c);
void decode_ip6(struct decoding *d, struct cur *c);

/* By the version nibble, for links that carry bare IP. */
void decode_ip(struct decoding *d, struct cur *c);

/* What comes behind the IP headers, from the first byte of the transport. `length` is what the IP
 * header says of it, in bytes on the wire. The packet's addresses, ttl and marks are set. */
void decode_transport(struct decoding *d, struct packet *p, struct cur *c, uint32_t length);

/* Tunnels. Each decodes what is inside as further packets, when there is room for one. */
bool decode_gre(struct decoding *d, struct cur *c);
bool decode_vxlan(struct decoding *d, struct cur *c);
bool decode_inner_ip(struct decoding *d, uint8_t proto, struct cur *c); /* IP in IP, 6in4 */

/* The next free packet, cleared; NULL beyond DECODE_PACKETS, counted. */
struct packet *decode_packet(struct decoding *d);

#endif
