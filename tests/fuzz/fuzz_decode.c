/*
 * fuzz_decode.c - hostile frames: what decode.h and packet.h promise holds for any bytes.
 *
 * The first byte chooses the link type, the second how much of the frame the capture has cut. The
 * fast way of Ethernet (wire/usual.c) is held against the general decoder, which gets the same
 * packet as a Linux cooked capture.
 */
#include "wire/decode.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MAX 65536
#define COOKED    16

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool inside(struct span part, struct span whole)
{
	return part.len == 0 || (part.ptr >= whole.ptr && part.len <= whole.len &&
				 (size_t)(part.ptr - whole.ptr) <= whole.len - part.len);
}

static void check_packet(const struct packet *p, const struct frame *frame, bool inner)
{
	int order = ip_compare(&p->key.ip[0], &p->key.ip[1]);

	check(p->ts == frame->ts && p->wire_len == frame->wire_len);
	check(p->side <= 1);
	check(inside(p->payload, frame->bytes));
	check(p->key.zero == 0);
	check(p->key.flags == 0 || p->key.flags == KEY_ONE_WAY ||
	      (p->key.flags == KEY_ARP && p->key.proto == 0));
	check((p->key.flags & KEY_ONE_WAY) || order < 0 ||
	      (order == 0 && p->key.port[0] <= p->key.port[1]));
	check(!(p->key.flags & KEY_ONE_WAY) || p->key.proto == PROTO_ICMP ||
	      p->key.proto == PROTO_ICMP6);
	check(((p->marks & MARK_INNER) != 0) == inner);
	check((p->marks & MARK_FRAGMENT) || !(p->marks & MARK_FRAGMENT_REST));
	check(!(p->marks & MARK_FRAGMENT_REST) ||
	      (p->payload.len == 0 && p->key.port[0] == 0 && p->key.port[1] == 0));
	check(!(p->marks & MARK_FOREIGN));
	check(p->payload_len == UINT16_MAX || p->payload.len <= p->payload_len);
}

static unsigned decode(const struct frame *frame, struct decoder *decoder, struct packet *packets)
{
	unsigned count = decode_frame(decoder, frame, packets);

	check(count <= DECODE_PACKETS);
	for (unsigned i = 0; i < count; i++)
		check_packet(&packets[i], frame, i > 0);
	return count;
}

static void same_packet(const struct packet *a, const struct packet *b)
{
	check(memcmp(&a->key, &b->key, sizeof(a->key)) == 0 && a->hash == b->hash);
	check(a->seq == b->seq && a->ack == b->ack && a->side == b->side);
	check(a->tcp_flags == b->tcp_flags && a->window == b->window && a->ttl == b->ttl);
	check(a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code);
	check(a->marks == b->marks && a->payload_len == b->payload_len);
	check(a->payload.len == b->payload.len);
	check(a->payload.len == 0 || memcmp(a->payload.ptr, b->payload.ptr, a->payload.len) == 0);
}

/* The same packet behind another link layer, which the fast way declines. */
static void like_cooked(const struct frame *ethernet, const struct decoder *decoder,
			const struct packet *packets, unsigned count)
{
	static uint8_t cooked[FRAME_MAX + COOKED];
	struct decoder other = {.seed = decoder->seed};
	struct packet again[DECODE_PACKETS];
	struct frame frame = *ethernet;

	if (ethernet->bytes.len < 14)
		return;
	memcpy(cooked + COOKED - 2, ethernet->bytes.ptr + 12, ethernet->bytes.len - 12);
	frame.link = LINK_SLL;
	frame.bytes = (struct span){cooked, ethernet->bytes.len + 2};
	frame.wire_len += 2;
	check(decode(&frame, &other, again) == count);
	for (unsigned i = 0; i < count; i++)
		same_packet(&packets[i], &again[i]);
	check(memcmp(&other.anomalies, &decoder->anomalies, sizeof(other.anomalies)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const uint16_t links[] = {LINK_ETHERNET, LINK_RAW,         LINK_NULL, LINK_LOOP,
					 LINK_SLL,      LINK_SLL2,        LINK_IPV4, LINK_IPV6,
					 LINK_RAW_BSD,  LINK_RAW_OPENBSD, 105};
	struct decoder decoder = {.seed = 0x1234567890abcdef};
	struct packet packets[DECODE_PACKETS];
	struct frame frame = {.ts = 1700000000 * USEC_PER_SEC};
	unsigned count;

	if (len < 2 || len > FRAME_MAX)
		return 0;
	frame.link = links[bytes[0] % (sizeof(links) / sizeof(links[0]))];
	frame.bytes = (struct span){bytes + 2, len - 2};
	frame.wire_len = (uint32_t)(len - 2 + (bytes[1] & 1 ? bytes[1] * 8u : 0));
	memset(packets, 0xa5, sizeof(packets));
	count = decode(&frame, &decoder, packets);
	if (frame.link == LINK_ETHERNET)
		like_cooked(&frame, &decoder, packets, count);
	return 0;
}
