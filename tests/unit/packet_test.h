/*
 * packet_test.h - frames made by hand: the payload first, then one header after another around it,
 * so that each header knows the length of what it holds.
 */
#ifndef PACKET_TEST_H
#define PACKET_TEST_H

#include "model/frame.h"
#include "model/packet.h"
#include "wire/decode.h"

#define BUILD_MAX 4096

struct build {
	uint8_t room[BUILD_MAX];
	size_t at; /* the bytes are from here to the end of the room */
	usec_t ts;
};

/* So many bytes, all of a value, to be put in front. */
void build_begin(struct build *b, const void *payload, size_t len);
void wrap(struct build *b, const void *header, size_t len);
void wrap16(struct build *b, unsigned value);

/* Byte `offset` of what was built so far. */
uint8_t *build_at(struct build *b, size_t offset);
size_t build_len(const struct build *b);

/* Transport headers. TCP: seq 1000, ack 2000 if ACK is set, window 8192, no options. */
void wrap_tcp(struct build *b, unsigned from, unsigned to, unsigned flags);
void wrap_udp(struct build *b, unsigned from, unsigned to);
void wrap_icmp(struct build *b, unsigned type, unsigned code);

/* IPv4 or IPv6 by the form of the addresses; ttl 64. */
void wrap_ip(struct build *b, unsigned proto, const char *from, const char *to);

void wrap_ethernet(struct build *b, unsigned ethertype);
void wrap_vlan(struct build *b, unsigned inner_ethertype);
void wrap_arp(struct build *b, unsigned operation, const char *sender, const char *target);

/* The whole as a frame, which borrows it. */
struct frame build_frame(const struct build *b, unsigned link);

/* A frame with a packet of that transport: Ethernet and IP around it. */
struct frame frame_tcp(struct build *b, const char *from, const char *to, unsigned flags);

/* Decodes the frame, which must be sound: no anomaly may be raised. */
unsigned decode_sound(const struct build *b, unsigned link, struct packet *packets);

/* Fails unless the packet is from one address to the other. */
void assert_ends(const struct packet *p, const char *from, const char *to);

#endif
