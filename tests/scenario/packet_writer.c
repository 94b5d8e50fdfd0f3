/*
 * packet_writer.c - frames with right lengths and checksums, and the pcap file they go to.
 *
 * Formats: IEEE 802.3 and 802.1Q, RFC 791 (IPv4), RFC 8200 (IPv6), RFC 9293 (TCP), RFC 768 (UDP),
 * RFC 792 and RFC 4443 (ICMP), RFC 2784 (GRE), RFC 826 (ARP) and RFC 1071 (the checksum).
 */
#include "scenario/packet_writer.h"

#include "capture/pcap_write.h"

#include <stdlib.h>

#define MTU        1500
#define NOISE_POOL (4 * NOISE_MAX)
#define ETHER_IP4  0x0800
#define ETHER_ARP  0x0806
#define ETHER_VLAN 0x8100
#define ETHER_IP6  0x86dd

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static void copy(uint8_t *to, struct span from)
{
	if (from.len > 0)
		memcpy(to, from.ptr, from.len);
}

struct ip rng_global4(struct rng *rng)
{
	for (;;) {
		uint32_t r = rng_u32(rng);
		unsigned a = r >> 24;

		/* Whole /8s that hold something special are left out: simple, and enough remain. */
		if (a == 0 || a >= 224 || a == 10 || a == 100 || a == 127 || a == 169 || a == 172 ||
		    a == 192 || a == 198 || a == 203)
			continue;
		return ip_of(a, (r >> 16) & 0xff, (r >> 8) & 0xff, r & 0xff);
	}
}

struct ip rng_global6(struct rng *rng)
{
	struct ip ip;
	uint64_t half[2] = { rng_next(rng), rng_next(rng) };

	memcpy(ip.b, half, sizeof(half));
	ip.b[0] = 0x2a;
	ip.b[1] &= 0x1f;
	return ip;
}

struct ip ip_of(unsigned a, unsigned b, unsigned c, unsigned d)
{
	uint8_t four[4] = { (uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d };

	return ip_from_v4(four);
}

struct ip ip_plus(struct ip ip, uint32_t n)
{
	uint32_t low = ((uint32_t)ip.b[12] << 24) | ((uint32_t)ip.b[13] << 16) |
		       ((uint32_t)ip.b[14] << 8) | ip.b[15];

	put32(ip.b + 12, low + n);
	return ip;
}

bool ip_is_ours(const struct ip *ip)
{
	static const uint8_t ours6[6] = { 0x20, 0x01, 0x0d, 0xb8, 0, 1 };
	const uint8_t *v4 = ip->b + 12;

	if (!ip_is_v4(ip))
		return memcmp(ip->b, ours6, sizeof(ours6)) == 0;
	return (v4[0] == 203 && v4[1] == 0 && v4[2] == 113) || (v4[0] == 192 && v4[1] == 168);
}

/* The sum of RFC 1071, not yet folded; blocks before the last must be of even length. */
static uint64_t sum_of(uint64_t sum, const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i + 4 <= len; i += 4) {
		uint32_t word;

		memcpy(&word, p + i, sizeof(word));
		sum += word;
	}
	if (i < len) {
		uint8_t rest[4] = { 0 };
		uint32_t word;

		memcpy(rest, p + i, len - i);
		memcpy(&word, rest, sizeof(word));
		sum += word;
	}
	return sum;
}

/* Folds, and stores in the byte order of the sum, which is that of memory. */
static void sum_store(uint8_t *at, uint64_t sum, bool zero_is_ffff)
{
	uint16_t folded;

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	folded = (uint16_t)~sum;
	if (folded == 0 && zero_is_ffff)
		folded = 0xffff;
	memcpy(at, &folded, sizeof(folded));
}

static uint64_t sum_pseudo(const struct head *h, size_t len)
{
	bool v4 = ip_is_v4(&h->from);
	uint8_t tail[8] = { 0 };
	uint64_t sum;

	put32(tail, (uint32_t)len);
	tail[7] = h->proto;
	sum = sum_of(0, h->from.b + (v4 ? 12 : 0), v4 ? 4 : 16);
	sum = sum_of(sum, h->to.b + (v4 ? 12 : 0), v4 ? 4 : 16);
	return sum_of(sum, tail, sizeof(tail));
}

static size_t tcp_build(uint8_t *out, const struct head *h, struct span payload)
{
	size_t header = 20 + h->options.len, len = header + payload.len;

	put16(out, h->from_port);
	put16(out + 2, h->to_port);
	put32(out + 4, h->seq);
	put32(out + 8, h->ack);
	out[12] = (uint8_t)(header / 4 << 4);
	out[13] = h->flags;
	put16(out + 14, h->window == WINDOW_NONE ? 0u : h->window ? h->window : 8192u);
	put32(out + 16, 0);
	copy(out + 20, h->options);
	copy(out + header, payload);
	sum_store(out + 16, sum_of(sum_pseudo(h, len), out, len), false);
	return len;
}

static size_t udp_build(uint8_t *out, const struct head *h, struct span payload)
{
	size_t len = 8 + payload.len;

	put16(out, h->from_port);
	put16(out + 2, h->to_port);
	put16(out + 4, (unsigned)len);
	put16(out + 6, 0);
	copy(out + 8, payload);
	sum_store(out + 6, sum_of(sum_pseudo(h, len), out, len), true);
	return len;
}

static size_t icmp_build(uint8_t *out, const struct head *h, struct span payload)
{
	size_t len = 8 + payload.len;

	out[0] = h->icmp_type;
	out[1] = h->icmp_code;
	put16(out + 2, 0);
	put32(out + 4, h->icmp_rest);
	copy(out + 8, payload);
	sum_store(out + 2, sum_of(h->proto == PROTO_ICMP6 ? sum_pseudo(h, len) : 0, out, len),
		  false);
	return len;
}

static size_t gre_build(uint8_t *out, struct span payload)
{
	bool inner6 = payload.len > 0 && payload.ptr[0] >> 4 == 6;

	put16(out, 0);
	put16(out + 2, inner6 ? ETHER_IP6 : ETHER_IP4);
	copy(out + 4, payload);
	return 4 + payload.len;
}

static size_t transport_build(uint8_t *out, const struct head *h, struct span payload)
{
	switch (h->raw ? 255 : h->proto) {
	case PROTO_TCP:
		return tcp_build(out, h, payload);
	case PROTO_UDP:
		return udp_build(out, h, payload);
	case PROTO_ICMP:
	case PROTO_ICMP6:
		return icmp_build(out, h, payload);
	case PROTO_GRE:
		return gre_build(out, payload);
	default:
		copy(out, payload);
		return payload.len;
	}
}

/* A host sends 64 or 128; from outside some hops are gone, the same number for the same host. */
static uint8_t ttl_of(const struct head *h)
{
	const uint8_t *b = h->from.b;

	if (h->ttl)
		return h->ttl;
	if (ip_is_ours(&h->from))
		return 64;
	return (uint8_t)((b[13] & 1 ? 128 : 64) - 6 - (b[12] * 7 + b[13] * 3 + b[14]) % 16);
}

static void ip4_build(uint8_t *out, const struct head *h, size_t body)
{
	bool fragment = h->more || h->fragment;

	memset(out, 0, 20);
	out[0] = 0x45;
	put16(out + 2, (unsigned)(20 + body));
	put16(out + 4, h->id);
	put16(out + 6, h->fragment | (h->more ? 0x2000u : 0) |
			       (!fragment && h->proto == PROTO_TCP ? 0x4000u : 0));
	out[8] = ttl_of(h);
	out[9] = h->proto;
	memcpy(out + 12, h->from.b + 12, 4);
	memcpy(out + 16, h->to.b + 12, 4);
	sum_store(out + 10, sum_of(0, out, 20), false);
}

static void ip6_build(uint8_t *out, const struct head *h, size_t body)
{
	bool fragment = h->more || h->fragment;

	put32(out, 0x60000000u);
	put16(out + 4, (unsigned)(body + (fragment ? 8 : 0)));
	out[6] = fragment ? 44 : h->proto;
	out[7] = ttl_of(h);
	memcpy(out + 8, h->from.b, 16);
	memcpy(out + 24, h->to.b, 16);
	if (!fragment)
		return;
	out[40] = h->proto;
	out[41] = 0;
	put16(out + 42, h->fragment * 8u | h->more);
	put32(out + 44, h->fragment_id);
}

size_t datagram_build(uint8_t *out, const struct head *h, struct span payload)
{
	bool v4 = ip_is_v4(&h->from);
	size_t header = v4 ? 20 : h->more || h->fragment ? 48 : 40;
	size_t body = transport_build(out + header, h, payload);

	if (v4)
		ip4_build(out, h, body);
	else
		ip6_build(out, h, body);
	return header + body;
}

/* Our hosts have one each, made from the address; everybody else comes through the router. */
static void mac_of(uint8_t mac[6], const struct ip *ip)
{
	static const uint8_t router[6] = { 0x02, 0, 0, 0, 0, 0x01 };

	if (ip_is_v4(ip) && ip->b[12] >= 224 && ip->b[12] < 240) {
		const uint8_t group[6] = { 0x01, 0, 0x5e, ip->b[13] & 0x7f, ip->b[14], ip->b[15] };

		memcpy(mac, group, 6);
	} else if (ip_is_ours(ip)) {
		mac[0] = 0x02;
		mac[1] = 0x10;
		memcpy(mac + 2, ip->b + 12, 4);
	} else {
		memcpy(mac, router, 6);
	}
}

static size_t ethernet_build(uint8_t *out, const struct head *h)
{
	size_t at = 12;

	mac_of(out, &h->to);
	mac_of(out + 6, h->mac_forged ? &h->mac_as : &h->from);
	if (h->vlan) {
		put16(out + at, ETHER_VLAN);
		put16(out + at + 2, h->vlan);
		at += 4;
	}
	put16(out + at, ip_is_v4(&h->from) ? ETHER_IP4 : ETHER_IP6);
	return at + 2;
}

size_t frame_build(uint8_t *out, const struct head *h, struct span payload)
{
	size_t len = ethernet_build(out, h);

	len += datagram_build(out + len, h, payload);
	if (len < FRAME_MIN) {
		memset(out + len, 0, FRAME_MIN - len);
		len = FRAME_MIN;
	}
	return len;
}

size_t frame_arp(uint8_t *out, const struct ip *from, const struct ip *to, bool answer)
{
	memset(out, 0, FRAME_MIN);
	if (answer)
		mac_of(out, to);
	else
		memset(out, 0xff, 6);
	mac_of(out + 6, from);
	put16(out + 12, ETHER_ARP);
	put16(out + 14, 1);
	put16(out + 16, ETHER_IP4);
	out[18] = 6;
	out[19] = 4;
	put16(out + 20, answer ? 2 : 1);
	mac_of(out + 22, from);
	memcpy(out + 28, from->b + 12, 4);
	if (answer)
		mac_of(out + 32, to);
	memcpy(out + 38, to->b + 12, 4);
	return FRAME_MIN;
}

static void *memory(void *old, size_t bytes)
{
	void *new = realloc(old, bytes);

	if (!new) {
		fputs("scenario: no memory\n", stderr);
		exit(1);
	}
	return new;
}

void capture_init(struct capture *c, uint64_t seed)
{
	*c = (struct capture){ .rng = { seed ^ 0x68696e6f6d69ull } };
	c->noise = memory(NULL, NOISE_POOL);
	for (size_t i = 0; i < NOISE_POOL; i += 8) {
		uint64_t word = rng_next(&c->rng);

		memcpy(c->noise + i, &word, sizeof(word));
	}
}

void capture_free(struct capture *c)
{
	free(c->bytes);
	free(c->records);
	free(c->noise);
	*c = (struct capture){ 0 };
}

static uint8_t *capture_room(struct capture *c, size_t bytes)
{
	if (c->room - c->used < bytes) {
		c->room = c->room * 2 + bytes;
		c->bytes = memory(c->bytes, c->room);
	}
	if (c->count == c->space) {
		c->space = c->space * 2 + 1024;
		c->records = memory(c->records, c->space * sizeof(*c->records));
	}
	return c->bytes + c->used;
}

static void capture_took(struct capture *c, usec_t at, size_t len)
{
	struct label *label = c->label;

	c->records[c->count++] = (struct record){ at, c->used, (uint32_t)len };
	c->used += len;
	if (!label)
		return;
	if (label->packets == 0 || at < label->first)
		label->first = at;
	if (label->packets == 0 || at > label->last)
		label->last = at;
	label->packets++;
}

static bool capture_keeps(const struct capture *c, const struct head *h)
{
	bool in = !ip_is_ours(&h->from) ||
		  (ip_is_ours(&h->to) && memcmp(&h->from, &h->to, sizeof(h->to)) > 0);

	return (c->half == HALF_BOTH || in == (c->half == HALF_IN)) &&
	       (c->share == SHARE_ALL || (c->label != NULL) == (c->share == SHARE_ATTACK));
}

void capture_add(struct capture *c, usec_t at, const struct head *h, struct span payload)
{
	uint8_t *out;

	if (!capture_keeps(c, h))
		return;
	out = capture_room(c, payload.len + FRAME_HEADERS_MAX);
	capture_took(c, at, frame_build(out, h, payload));
}

void capture_frame(struct capture *c, usec_t at, struct span frame)
{
	copy(capture_room(c, frame.len), frame);
	capture_took(c, at, frame.len);
}

void capture_add_cut(struct capture *c, usec_t at, const struct head *h, struct span payload)
{
	static uint8_t whole[65536 + FRAME_HEADERS_MAX];
	bool v4 = ip_is_v4(&h->from);
	size_t step = v4 ? (MTU - 20) / 8 * 8 : (MTU - 48) / 8 * 8;
	size_t len;

	if (payload.len + 20 + (v4 ? 20 : 40) <= MTU) {
		capture_add(c, at, h, payload);
		return;
	}
	len = transport_build(whole, h, payload);
	for (size_t off = 0; off < len; off += step) {
		struct head part = *h;

		part.raw = true;
		part.fragment = (uint16_t)(off / 8);
		part.more = off + step < len;
		capture_add(c, at + (usec_t)(off / step) * 12, &part,
			    (struct span){ whole + off, part.more ? step : len - off });
	}
}

struct span capture_noise(struct capture *c, size_t len)
{
	return (struct span){ c->noise + rng_below(&c->rng, NOISE_POOL - NOISE_MAX), len };
}

uint16_t capture_port(struct capture *c)
{
	return (uint16_t)(32768 + c->ports++ * 17u % 28000);
}

void capture_label(struct capture *c, const char *incident, const char *who)
{
	c->label = NULL;
	if (!incident)
		return;
	for (unsigned i = 0; i < c->label_count; i++) {
		if (strcmp(c->labels[i].incident, incident) == 0) {
			c->label = &c->labels[i];
			return;
		}
	}
	if (c->label_count == LABELS_MAX) {
		fputs("scenario: more attacks than LABELS_MAX\n", stderr);
		exit(1);
	}
	c->label = &c->labels[c->label_count++];
	snprintf(c->label->incident, sizeof(c->label->incident), "%s", incident);
	snprintf(c->label->who, sizeof(c->label->who), "%s", who);
}

static int record_order(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

enum err capture_write(struct capture *c, FILE *f, uint32_t snaplen)
{
	uint8_t header[PCAP_WRITE_HEADER], record[PCAP_WRITE_RECORD];

	qsort(c->records, c->count, sizeof(*c->records), record_order);
	pcap_write_header(header, LINK_ETHERNET, snaplen);
	fwrite(header, 1, sizeof(header), f);
	for (size_t i = 0; i < c->count; i++) {
		const struct record *r = &c->records[i];
		uint32_t len = r->len < snaplen ? r->len : snaplen;

		pcap_write_record(record, CAPTURE_EPOCH + r->at, len, r->len);
		fwrite(record, 1, sizeof(record), f);
		fwrite(c->bytes + r->offset, 1, len, f);
	}
	return fflush(f) == 0 && !ferror(f) ? OK : ERR_OPEN;
}
