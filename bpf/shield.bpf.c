/*
 * shield.bpf.c - drops, limits or challenges packets before the kernel makes anything of them.
 *
 * Order of meaning: who is allowed passes; then sources that are blocked; then the rules. The allow list
 * is looked at only when something is about to happen to a packet, which is the same and costs nothing in
 * peace. Everything in force has its end in CLOCK_BOOTTIME, so it ends with no process there to end it.
 *
 * What cannot be read as IP in Ethernet (VLAN tags and PPPoE sessions are followed) passes.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "shield.h"

#define VLAN_TAGS      4
#define PPPOE_HEADER   8 /* with the protocol of PPP */
#define IP6_EXTENSIONS 8
#define OFFSET_MAX     0x3ff /* how far into the frame headers are looked for */

enum tcp_flag {
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
};

enum fragment { /* as enum filter_fragment */
	WHOLE = 1,
	FIRST = 2,
	LATER = 3,
};

/* ---- Maps */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHIELD_BUCKETS4);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct shield_bucket4);
} blocked4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHIELD_BUCKETS6);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct shield_bucket6);
} blocked6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, SHIELD_ALLOWED);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct shield_allowed);
	__type(value, __u32);
} allowed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SHIELD_KNOWN);
	__type(key, __u64[2]);
	__type(value, __u32);
} known SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SHIELD_KNOWN);
	__type(key, __u64[2]);
	__type(value, struct shield_answered);
} answered SEC(".maps");

/*
 * Counters of each processor, as an array that the hand maps and sizes for the machine: in a map of the
 * kernel's kind for this each look-up takes one line more of memory, for where the processor's own are.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHIELD_SLOTS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct shield_count);
} counts SEC(".maps");

/* Of these: from sources that are known. Apart, as they are few. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHIELD_SLOTS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} known_counts SEC(".maps");

/* When the next packet of a limit is due. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHIELD_RULES);
	__type(key, __u32);
	__type(value, __u64);
} paces SEC(".maps");

/* The table of rules is replaced whole: a packet sees the old one or the new one. */
struct table_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct shield_table);
} no_rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct table_map);
} table SEC(".maps") = { .values = { &no_rules } };

struct shield_facts facts;

/* ---- A packet */

struct packet {
	__u64 from[2], to[2];
	__u32 has; /* bits of enum shield_part: what it has at all */
	__u16 from_port, to_port, length, window;
	__u16 ip, l4, payload, end; /* offsets in the frame; `end` is that of the IP packet */
	__u8 proto, ttl, flags, fragment, header;
	bool six, session; /* IPv6; in a PPPoE session */
};

static __always_inline bool is_ip4(const __u64 address[2])
{
	return address[0] == 0 && (__u32)address[1] == 0xffff0000;
}

/* `len` bytes at the offset; NULL: the frame ends before. */
static __always_inline void *frame_at(struct xdp_md *frame, __u32 offset, __u32 len)
{
	void *at = (void *)(long)frame->data + (offset & OFFSET_MAX);

	return offset <= OFFSET_MAX && at + len <= (void *)(long)frame->data_end ? at : NULL;
}

/* Up to the IP header. The ethertype in network order; 0: it is cut, or carries neither. */
static __always_inline __u16 ethernet_read(struct packet *p, struct xdp_md *frame)
{
	struct ethhdr *ethernet = frame_at(frame, 0, sizeof(*ethernet));
	__u16 *tag, type;

	p->ip = sizeof(*ethernet);
	if (!ethernet)
		return 0;
	type = ethernet->h_proto;
	for (int i = 0; i < VLAN_TAGS; i++) {
		if (type != bpf_htons(ETH_P_8021Q) && type != bpf_htons(ETH_P_8021AD) &&
		    type != bpf_htons(ETH_P_QINQ1))
			break;
		tag = frame_at(frame, p->ip, 4);
		if (!tag)
			return 0;
		type = tag[1];
		p->ip += 4;
	}
	if (type != bpf_htons(ETH_P_PPP_SES))
		return type;
	tag = frame_at(frame, p->ip, PPPOE_HEADER); /* RFC 2516; PPP's numbers of protocols: RFC 1661 */
	if (!tag || tag[0] != bpf_htons(0x1100))
		return 0;
	p->session = true;
	p->ip += PPPOE_HEADER;
	return tag[3] == bpf_htons(0x0021) ? bpf_htons(ETH_P_IP) :
	       tag[3] == bpf_htons(0x0057) ? bpf_htons(ETH_P_IPV6) : 0;
}

static __always_inline __u32 frame_length(const struct xdp_md *frame)
{
	__u32 length = frame->data_end - frame->data;

	barrier_var(length); /* the verifier refuses sums with data_end that clang would make of it */
	return length;
}

/* What follows the packet in the frame is padding. */
static __always_inline void packet_bound(struct packet *p, const struct xdp_md *frame, __u32 length)
{
	__u32 end = p->ip + length;

	p->length = length;
	p->end = end < frame_length(frame) ? end : frame_length(frame);
}

static __always_inline bool ip4_read(struct packet *p, struct xdp_md *frame)
{
	__u8 *h = frame_at(frame, p->ip, 20);
	__u32 length, fragment, header;

	if (!h || h[0] >> 4 != 4)
		return false;
	header = (h[0] & 15) * 4;
	length = bpf_ntohs(*(__u16 *)(h + 2));
	if (length == 0) /* left to the network card by segmentation offload */
		length = frame_length(frame) - p->ip;
	if (header < 20 || length < header)
		return false;
	fragment = bpf_ntohs(*(__u16 *)(h + 6));
	p->fragment = fragment & 0x1fff ? LATER : fragment & 0x2000 ? FIRST : WHOLE;
	p->from[0] = p->to[0] = 0;
	p->from[1] = (__u64)*(__u32 *)(h + 12) << 32 | 0xffff0000;
	p->to[1] = (__u64)*(__u32 *)(h + 16) << 32 | 0xffff0000;
	p->six = false;
	p->ttl = h[8];
	p->proto = h[9];
	p->l4 = p->ip + header;
	packet_bound(p, frame, length);
	return true;
}

static __always_inline bool ip6_read(struct packet *p, struct xdp_md *frame)
{
	__u8 *h = frame_at(frame, p->ip, 40);
	__u32 length;

	if (!h || h[0] >> 4 != 6)
		return false;
	length = bpf_ntohs(*(__u16 *)(h + 4));
	if (length == 0) /* a jumbogram, or segmentation offload */
		length = frame_length(frame) - p->ip - 40;
	__builtin_memcpy(p->from, h + 8, 16);
	__builtin_memcpy(p->to, h + 24, 16);
	p->six = true;
	p->fragment = WHOLE;
	p->ttl = h[7];
	p->proto = h[6];
	p->l4 = p->ip + 40;
	packet_bound(p, frame, length + 40 > 65535 ? 65535 : length + 40);
	return true;
}

/* How long the header is that the protocol stands for; 0: it is no extension header. These are those of RFC 8200
 * that are read in the clear, as in look_of_frame(). */
static __always_inline __u32 extension_length(__u8 proto, const __u8 *h)
{
	switch (proto) {
	case IPPROTO_FRAGMENT:
		return 8;
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
		return 8 * (h[1] + 1);
	default:
		return 0;
	}
}

/* Walks the extension headers. False: they are cut, or more than anybody needs. */
static __always_inline bool ip6_extensions(struct packet *p, struct xdp_md *frame)
{
	__u8 first = p->proto; /* it is what is wrong with a packet that fails */

	for (int i = 0; i < IP6_EXTENSIONS; i++) {
		__u8 none[2] = { 0 }, *h;
		__u32 length;

		if (!extension_length(p->proto, none))
			return true;
		h = frame_at(frame, p->l4, 8);
		if (!h)
			break;
		length = extension_length(p->proto, h);
		if (p->proto == IPPROTO_FRAGMENT)
			p->fragment = h[2] | (h[3] & 0xf8) ? LATER : FIRST;
		p->proto = h[0];
		p->l4 += length;
		if (p->fragment == LATER)
			return true;
	}
	p->proto = first;
	return false;
}

static __always_inline void tcp_read(struct packet *p, struct xdp_md *frame)
{
	__u8 *h = frame_at(frame, p->l4, 20);

	if (!h || p->l4 + 20 > p->end)
		return;
	p->from_port = bpf_ntohs(*(__u16 *)h);
	p->to_port = bpf_ntohs(*(__u16 *)(h + 2));
	p->header = (h[12] >> 4) * 4;
	p->flags = h[13];
	p->window = bpf_ntohs(*(__u16 *)(h + 14));
	p->has |= SHIELD_PORTS | SHIELD_TCP;
	p->payload = p->l4 + p->header;
	if (p->header >= 20)
		p->has |= SHIELD_BYTES;
}

static __always_inline void datagram_read(struct packet *p, struct xdp_md *frame)
{
	__u8 *h = frame_at(frame, p->l4, 8);

	if (!h || p->l4 + 8 > p->end)
		return;
	if (p->proto == IPPROTO_UDP) {
		p->from_port = bpf_ntohs(*(__u16 *)h);
		p->to_port = bpf_ntohs(*(__u16 *)(h + 2));
	} else {
		p->from_port = h[0];
		p->to_port = h[1];
	}
	p->payload = p->l4 + 8;
	p->has |= SHIELD_PORTS | SHIELD_BYTES;
}

/* All behind the addresses; what the packet has. */
__noinline int transport_read(struct xdp_md *frame, struct packet *p)
{
	bool whole;

	if (!p)
		return 0;
	whole = !p->six || ip6_extensions(p, frame);
	p->has = SHIELD_FROM | SHIELD_TO | SHIELD_PROTO | SHIELD_LENGTH | SHIELD_TTL |
		 SHIELD_FRAGMENT;
	if (!is_ip4(p->from))
		p->has |= SHIELD_FROM6;
	if (!is_ip4(p->to))
		p->has |= SHIELD_TO6;
	p->from_port = p->to_port = p->window = p->flags = p->header = 0;
	if (!whole)
		return p->has;
	if (p->fragment != LATER && p->proto == IPPROTO_TCP) {
		tcp_read(p, frame);
	} else if (p->fragment != LATER &&
		   (p->proto == IPPROTO_UDP || p->proto == IPPROTO_ICMP ||
		    p->proto == IPPROTO_ICMPV6)) {
		datagram_read(p, frame);
	} else {
		p->payload = p->l4;
		p->has |= SHIELD_BYTES;
	}
	return p->has;
}

/* ---- What is known of its source */

static __always_inline bool bit_is_set(const shield_bits bits, __u16 bit)
{
	return bits[bit / 64] >> bit % 64 & 1;
}

static __always_inline bool is_allowed(const struct packet *p)
{
	struct shield_allowed key = { .bits = 128 };

	if (is_ip4(p->from) ? !bit_is_set(facts.allowed4, p->from[1] >> 32)
			    : !bit_is_set(facts.allowed6, p->from[0]))
		return false;
	__builtin_memcpy(key.address, p->from, 16);
	return bpf_map_lookup_elem(&allowed, &key) != NULL;
}

/*
 * The time since boot, with what the machine slept. Read from the clock once in a tick and kept: a drop
 * costs less than the clock. The two words are written by any processor without a lock: what is read is at
 * worst a tick old.
 */
static struct {
	volatile __u64 tick, time;
} clock SEC(".data.clock");

static __always_inline __u64 boot_now(void)
{
	__u64 tick = bpf_jiffies64();

	if (clock.tick != tick) {
		clock.time = bpf_ktime_get_boot_ns();
		clock.tick = tick;
	}
	return clock.time;
}

static __always_inline bool is_known(const struct packet *p)
{
	return facts.known &&
	       bit_is_set(facts.known_bits, shield_known_bit(p->from[0], p->from[1])) &&
	       bpf_map_lookup_elem(&known, p->from);
}

static __always_inline void count_hit(const struct packet *p, __u32 slot)
{
	__u32 at = bpf_get_smp_processor_id() * SHIELD_SLOTS + slot;
	struct shield_count *count = bpf_map_lookup_elem(&counts, &at);
	__u64 *known_count;

	if (count) {
		count->packets++;
		count->bytes += p->length;
	}
	if (!is_known(p))
		return;
	known_count = bpf_map_lookup_elem(&known_counts, &at);
	if (known_count)
		(*known_count)++;
}

#define NOT_BLOCKED (-1)

static __always_inline bool is_blocked(__u32 what, __u32 until, __u32 bits)
{
	return what >> SHIELD_SLOT_BITS == bits && until > boot_now() >> SHIELD_UNIT;
}

/* The slot of the prefix; a function of its own for the verifier, as rule_try() is. */
__noinline int bucket4_find(__u32 address, __u32 bits)
{
	__u32 at = shield_bucket4(address, bits, facts.secret);

	for (int hop = 0; hop < SHIELD_HOPS; hop++, at = (at + 1) & (SHIELD_BUCKETS4 - 1)) {
		const struct shield_bucket4 *b = bpf_map_lookup_elem(&blocked4, &at);

		if (!b)
			break;
		for (int i = 0; i < SHIELD_PLACES4; i++)
			if (b->address[i] == address && is_blocked(b->what[i], b->until[i], bits))
				return b->what[i] & ((1 << SHIELD_SLOT_BITS) - 1);
		if (!b->more)
			break;
	}
	return NOT_BLOCKED;
}

__noinline int bucket6_find(__u64 high, __u64 low, __u32 bits)
{
	__u32 at = shield_bucket6(high, low, bits, facts.secret);

	for (int hop = 0; hop < SHIELD_HOPS; hop++, at = (at + 1) & (SHIELD_BUCKETS6 - 1)) {
		const struct shield_bucket6 *b = bpf_map_lookup_elem(&blocked6, &at);

		if (!b)
			break;
		for (int i = 0; i < SHIELD_PLACES6; i++)
			if (b->address[i][0] == high && b->address[i][1] == low &&
			    is_blocked(b->what[i], b->until[i], bits))
				return b->what[i] & ((1 << SHIELD_SLOT_BITS) - 1);
		if (!b->more)
			break;
	}
	return NOT_BLOCKED;
}

static __always_inline int blocked4_find(const struct packet *p)
{
	const struct shield_lengths *lengths = &facts.lengths[facts.lengths_used & 1];
	__u32 from = p->from[1] >> 32;

	for (__u32 i = 0; i < SHIELD_LENGTHS && i < lengths->count4; i++) {
		const struct shield_mask4 *m = &lengths->masks4[i];
		int slot = bucket4_find(from & m->mask, m->bits);

		if (slot != NOT_BLOCKED)
			return slot;
	}
	return NOT_BLOCKED;
}

static __always_inline int blocked6_find(const struct packet *p)
{
	const struct shield_lengths *lengths = &facts.lengths[facts.lengths_used & 1];

	for (__u32 i = 0; i < SHIELD_LENGTHS && i < lengths->count6; i++) {
		const struct shield_mask6 *m = &lengths->masks6[i];
		int slot = bucket6_find(p->from[0] & m->mask[0], p->from[1] & m->mask[1], m->bits);

		if (slot != NOT_BLOCKED)
			return slot;
	}
	return NOT_BLOCKED;
}

static __always_inline int blocked_find(const struct packet *p)
{
	if (is_ip4(p->from))
		return bit_is_set(facts.blocked4, p->from[1] >> 32) ? blocked4_find(p)
								    : NOT_BLOCKED;
	return bit_is_set(facts.blocked6, p->from[0]) ? blocked6_find(p) : NOT_BLOCKED;
}

/* The top bit is set when the value is outside. Without a branch, as there are six of them to a rule. */
static __always_inline __u32 outside(__u16 value, const struct shield_range *range)
{
	return (__u32)range->span - (__u16)(value - range->low);
}

/* ---- Rules */

/* Whether what the rule wants of the bytes behind the headers is there. */
static __always_inline bool bytes_match(const struct shield_rule *rule, const struct packet *p,
					struct xdp_md *frame)
{
	__u32 offset = p->payload + rule->at, len = rule->len;
	__u64 word = 0;
	void *at;

	if (offset + len > p->end)
		return false;
	at = frame_at(frame, offset, 8);
	if (at)
		word = *(__u64 *)at;
	else if (len == 0 || len > 8 || bpf_xdp_load_bytes(frame, offset, &word, len) != 0)
		return false;
	return (word & rule->bytes_mask) == rule->bytes;
}

static __always_inline bool rule_matches(const struct shield_rule *rule, const struct packet *p,
					 struct xdp_md *frame)
{
	__u64 differs = ((p->from[0] & rule->from_mask[0]) ^ rule->from[0]) |
			((p->from[1] & rule->from_mask[1]) ^ rule->from[1]) |
			((p->to[0] & rule->to_mask[0]) ^ rule->to[0]) |
			((p->to[1] & rule->to_mask[1]) ^ rule->to[1]) |
			((p->proto & rule->proto_mask) ^ rule->proto) |
			((p->flags & rule->flags_mask) ^ rule->flags) | (rule->parts & ~p->has);
	__u32 out = outside(p->from_port, &rule->from_port) | outside(p->to_port, &rule->to_port) |
		    outside(p->length, &rule->length) | outside(p->ttl, &rule->ttl) |
		    outside(p->window, &rule->window) | outside(p->header, &rule->header);

	if (differs || out >> 31 || !(rule->fragments >> p->fragment & 1))
		return false;
	return !(rule->parts & SHIELD_BYTES) || bytes_match(rule, p, frame);
}

/*
 * One pace for all processors: a share for each would let through too little where the network card puts a
 * flow on one of them. Only packets that pass write here, and these are few: a flood only reads.
 * (The generic cell rate algorithm, ITU-T I.371 annex A.)
 */
static __always_inline bool pace_allows(__u32 number, __u64 interval)
{
	__u64 *due = bpf_map_lookup_elem(&paces, &number);
	__u64 now = boot_now();

	for (int attempt = 0; due && attempt < 4; attempt++) {
		__u64 before = *(volatile __u64 *)due;
		__u64 after = (before > now ? before : now) + interval;

		if (before > now + SHIELD_BURST)
			return false;
		if (__sync_val_compare_and_swap(due, before, after) == before)
			return true;
	}
	return false;
}

static __always_inline const struct shield_table *table_find(void)
{
	__u32 zero = 0;
	void *inner = bpf_map_lookup_elem(&table, &zero);

	return inner ? bpf_map_lookup_elem(inner, &zero) : NULL;
}

enum outcome {
	NOTHING, /* the next rule is looked at */
	PASSES,
	DROPS,
	ANSWERS,
};

#include "shield_challenge.h"

/*
 * What comes of one rule. A function of its own for the kernel's verifier, which then looks at it once
 * instead of for each turn of the loop. The table may have been replaced since the candidates were found:
 * then what is there now counts.
 */
__noinline int rule_try(struct xdp_md *frame, const struct packet *p, __u32 number)
{
	const struct shield_table *t = table_find();
	const struct shield_rule *rule;
	int outcome = DROPS;

	if (!t || !p)
		return NOTHING;
	number &= SHIELD_RULES - 1;
	rule = &t->rules[number];
	if (!rule_matches(rule, p, frame) || rule->until <= boot_now())
		return NOTHING;
	if (is_allowed(p))
		return PASSES;
	if (rule->verb == SHIELD_LIMIT && pace_allows(number, rule->interval))
		return NOTHING;
	if (rule->verb == SHIELD_CHALLENGE)
		outcome = challenge(p, frame);
	if (outcome != NOTHING)
		count_hit(p, number);
	return outcome;
}

static __always_inline __u64 rule_candidates(const struct shield_table *t, __u32 word,
					     const struct packet *p)
{
	const __u64(*cells)[SHIELD_CELLS] = t->cells[word & (SHIELD_WORDS - 1)];

	return cells[AXIS_FROM][shield_from_cell(p->from[0], p->from[1])] &
	       cells[AXIS_TO][shield_to_cell(p->to[0], p->to[1])] & cells[AXIS_PROTO][p->proto] &
	       cells[AXIS_FROM_PORT][shield_port_cell(p->from_port)] &
	       cells[AXIS_TO_PORT][shield_port_cell(p->to_port)] &
	       cells[AXIS_LENGTH][shield_length_cell(p->length)] & cells[AXIS_TTL][p->ttl] &
	       cells[AXIS_FLAGS][p->flags];
}

/* The number of the lowest bit that is set, by de Bruijn's sequence: the instruction set has none. */
static __always_inline __u32 lowest_bit(__u64 bits)
{
	static const __u8 position[64] = {
		0,  1,	48, 2,	57, 49, 28, 3,	61, 58, 50, 42, 38, 29, 17, 4,
		62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30, 24, 18, 12, 5,
		63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11,
		46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9,	13, 8,	7,  6,
	};

	return position[(bits & -bits) * 0x03f79d71b4cb0a89ULL >> 58];
}

/* What comes of 64 rules; a function of its own as rule_try() is. */
__noinline int rules_try(struct xdp_md *frame, const struct packet *p, __u32 word)
{
	const struct shield_table *t = table_find();
	__u64 left;

	if (!t || !p)
		return NOTHING;
	left = rule_candidates(t, word, p);
	for (int i = 0; i < 64 && left; i++) {
		int outcome = rule_try(frame, p, word * 64 + lowest_bit(left));

		if (outcome != NOTHING)
			return outcome;
		left &= left - 1;
	}
	return NOTHING;
}

static __always_inline int rules_obey(struct xdp_md *frame, const struct packet *p, __u32 words)
{
	for (__u32 word = 0; word < SHIELD_WORDS && word < words; word++) {
		int outcome = rules_try(frame, p, word);

		if (outcome == DROPS)
			return XDP_DROP;
		if (outcome == ANSWERS)
			return XDP_TX;
		if (outcome == PASSES)
			break;
	}
	return XDP_PASS;
}

/* ---- The program */

SEC("xdp.frags")
int shield(struct xdp_md *frame)
{
	const struct shield_table *t = table_find();
	struct packet p = {};
	int slot;
	__u16 type;

	type = ethernet_read(&p, frame);
	if (type == bpf_htons(ETH_P_IP) ? !ip4_read(&p, frame)
					: type != bpf_htons(ETH_P_IPV6) || !ip6_read(&p, frame))
		return XDP_PASS;
	slot = blocked_find(&p);
	if (slot != NOT_BLOCKED) {
		if (is_allowed(&p))
			return XDP_PASS;
		count_hit(&p, slot);
		return XDP_DROP;
	}
	if (!t || !t->words)
		return XDP_PASS;
	transport_read(frame, &p);
	if (t->challenges && challenge_answered(&p, frame))
		return XDP_DROP;
	return rules_obey(frame, &p, t->words);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
