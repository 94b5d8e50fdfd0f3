/*
 * packet_writer.h - test captures from building blocks: frames with right lengths and checksums,
 * collected in any order of time, written as one pcap file in order of time.
 *
 * Everything here writes to memory and files. There is no socket code: nothing is ever sent.
 * All randomness comes from one seeded generator, so the same seed gives the same bytes.
 * Times are microseconds from the capture's beginning. No memory: the program ends with a message.
 */
#ifndef SCENARIO_PACKET_WRITER_H
#define SCENARIO_PACKET_WRITER_H

#include "base/err.h"
#include "base/span.h"
#include "model/ip.h"
#include "model/packet.h"
#include "model/time.h"

#include <stdio.h>

/* Room that frame_build() may need beyond the payload: Ethernet, VLAN, IPv6, fragment, TCP. */
#define FRAME_HEADERS_MAX 160
#define FRAME_MIN         60 /* as captured: 64 on the wire less the check sequence */

/* The instant at which every capture begins: 2026-03-02 01:00:00 UTC. */
#define CAPTURE_EPOCH ((usec_t)1772413200 * USEC_PER_SEC)

/* splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). */
struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = (rng->state += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* 0 to n - 1 */
static inline uint32_t rng_below(struct rng *rng, uint32_t n)
{
	return (uint32_t)(((rng_next(rng) >> 32) * n) >> 32);
}

/* from, or later, but before to */
static inline usec_t rng_between(struct rng *rng, usec_t from, usec_t to)
{
	return from + (usec_t)(rng_next(rng) % (uint64_t)(to - from));
}

static inline uint16_t rng_u16(struct rng *rng)
{
	return (uint16_t)(rng_next(rng) >> 48);
}

static inline uint32_t rng_u32(struct rng *rng)
{
	return (uint32_t)(rng_next(rng) >> 32);
}

/* A port above the well-known ones. */
static inline uint16_t rng_port(struct rng *rng)
{
	return (uint16_t)(1024 + rng_below(rng, 64000));
}

struct ip rng_global4(struct rng *rng); /* public unicast, never a documentation prefix */
struct ip rng_global6(struct rng *rng); /* in 2a00::/11 */

struct ip ip_of(unsigned a, unsigned b, unsigned c, unsigned d);

/* The address whose last 32 bits are n more. */
struct ip ip_plus(struct ip ip, uint32_t n);

/* Of the networks that the scenarios call their own: 203.0.113.0/24, 2001:db8:1::/48 and
 * 192.168.0.0/16. Decides hardware addresses, TTLs and who answers quickly. */
bool ip_is_ours(const struct ip *ip);

#define WINDOW_NONE 0xffff /* a window of no bytes */

/* What the headers of one packet say. Zero means "the usual" for ttl, window and mac. */
struct head {
	struct ip from, to;
	uint16_t from_port, to_port;
	uint8_t proto; /* enum ip_proto, or any other number: then there is no transport header */
	uint8_t flags; /* TCP_* */
	uint8_t ttl;
	uint8_t icmp_type, icmp_code;
	bool raw;          /* no transport header although proto has one: a later fragment */
	bool more;         /* more fragments follow */
	uint16_t fragment; /* offset of a fragment in units of 8 bytes */
	uint16_t vlan;     /* 0: no tag */
	uint16_t id;       /* IPv4 identification */
	uint16_t window;
	uint32_t seq, ack;
	uint32_t icmp_rest;   /* the second word of an ICMP header */
	uint32_t fragment_id; /* of IPv6 */
	struct span options;  /* of TCP; a multiple of 4 bytes */
	struct ip mac_as;     /* hardware source address of this host, where `from` is forged */
	bool mac_forged;      /* take mac_as */
};

/* A datagram (from the IP header on), and a whole frame, at least FRAME_MIN long. They return the
 * length; `out` must have room for FRAME_HEADERS_MAX more than the payload. */
size_t datagram_build(uint8_t *out, const struct head *h, struct span payload);
size_t frame_build(uint8_t *out, const struct head *h, struct span payload);

/* ARP over Ethernet (RFC 826); answers when `answer`. */
size_t frame_arp(uint8_t *out, const struct ip *from, const struct ip *to, bool answer);

#define NOISE_MAX  32768 /* the longest span that capture_noise() gives */
#define LABELS_MAX 12
#define LABEL_TEXT 96

/* A true attack within a capture: what the golden tests compare with. */
struct label {
	char incident[LABEL_TEXT]; /* rule/vector/direction/whom */
	char who[IP_TEXT + 8];     /* the attacker, or "many" */
	usec_t first, last;
	uint64_t packets;
};

struct record {
	usec_t at;
	size_t offset;
	uint32_t len;
};

/* Of a mirror port that shows one direction: what comes to our networks, or what leaves them. Between
 * two of ours, the one with the larger address is taken as outside. */
enum half { HALF_BOTH, HALF_IN, HALF_OUT };

/* Of what is added, what belongs to an attack, or what does not: the truth, packet by packet. */
enum share { SHARE_ALL, SHARE_ATTACK, SHARE_NORMAL };

struct capture {
	struct rng rng;
	enum half half; /* what is kept of what is added */
	enum share share;
	uint8_t *bytes;
	size_t used, room;
	struct record *records;
	size_t count, space;
	uint8_t *noise;
	uint32_t ports; /* ephemeral ports given out */
	struct label labels[LABELS_MAX];
	unsigned label_count;
	struct label *label; /* what is added belongs to this attack; NULL: to none */
};

void capture_init(struct capture *c, uint64_t seed);
void capture_free(struct capture *c);

/* Adds a packet, or a frame as it is, at a time from the beginning. */
void capture_add(struct capture *c, usec_t at, const struct head *h, struct span payload);
void capture_frame(struct capture *c, usec_t at, struct span frame);

/* Adds a datagram cut into fragments when it does not fit into 1500 bytes. */
void capture_add_cut(struct capture *c, usec_t at, const struct head *h, struct span payload);

/* Random bytes, borrowed from a pool of the capture; len <= NOISE_MAX. */
struct span capture_noise(struct capture *c, size_t len);

/* The next ephemeral port; it repeats after 28,000. */
uint16_t capture_port(struct capture *c);

/* What is added from now on belongs to this attack (found by its name, or new); NULL: to none. */
void capture_label(struct capture *c, const char *incident, const char *who);

/* Sorts by time, then by order of adding, and writes; frames longer than snaplen are cut. */
MUST_USE enum err capture_write(struct capture *c, FILE *f, uint32_t snaplen);

#endif
