/*
 * shield.h - what the program in the kernel (shield.bpf.c) and its hand (src/hand/xdp*) share.
 *
 * Two ways to a verdict, so that its price does not grow with what is in force:
 *
 * - Filters that only name a source prefix and drop: a hash of prefixes by length, with buckets of one
 *   cache line. What a flood from many sources costs is memory that is not in the cache: here one line for
 *   each length in use (mostly one or two), where a longest-prefix trie takes one for each step on its
 *   way; and a prefix whose time is over never hides a wider one.
 * - All others: a table of rules. Each of a packet's properties (an axis) falls into one of 256 cells,
 *   and a cell holds a bit for each rule that could match there. What all cells of a packet have in
 *   common (eight loads, seven ANDs for 64 rules) are the candidates, which alone are compared.
 *
 * Addresses are IPv4-mapped where both families meet, as two words in the order of memory.
 */
#ifndef BPF_SHIELD_H
#define BPF_SHIELD_H

#include <linux/types.h>

#define SHIELD_RULES   256 /* in the table; bounds the program's work */
#define SHIELD_WORDS   (SHIELD_RULES / 64)
#define SHIELD_SOURCES 24576 /* prefixes in the hashes */
#define SHIELD_LENGTHS 33    /* different lengths of prefixes, of each family */
#define SHIELD_ALLOWED 1024
#define SHIELD_KNOWN   32768
#define SHIELD_SLOTS   (SHIELD_RULES + SHIELD_SOURCES) /* counters: rules first */

/* How far a limit may be ahead of its pace, nanoseconds: bursts within an eighth of a second pass. */
#define SHIELD_BURST 125000000ULL

/* ---- Sources. The hand writes into the buckets while the program reads: what is not in force has `until` 0,
 * which is written last of an entry that comes, and first of one that goes. */

#define SHIELD_BUCKETS4 8192
#define SHIELD_BUCKETS6 32768
#define SHIELD_PLACES4  5
#define SHIELD_PLACES6  2
#define SHIELD_HOPS     8 /* to the buckets behind a full one */

/* Ends are kept in units of 2^26 ns, 67 ms, rounded up: 32 bits last nine years. */
#define SHIELD_UNIT 26
/* Of `what`: the slot, and above it how many bits the prefix has (of IPv4 0 to 32). */
#define SHIELD_SLOT_BITS 24

struct shield_bucket4 {
	__u32 address[SHIELD_PLACES4]; /* in network order */
	__u32 until[SHIELD_PLACES4];
	__u32 what[SHIELD_PLACES4];
	__u32 more; /* whether the next bucket is to be looked into, too */
};

struct shield_bucket6 {
	__u64 address[SHIELD_PLACES6][2];
	__u32 until[SHIELD_PLACES6];
	__u32 what[SHIELD_PLACES6];
	__u32 more;
	__u32 zero[3];
};

/* Keyed, so that nobody can choose sources whose prefixes fill one bucket. */
static inline __u32 shield_bucket4(__u32 address, __u32 bits, const __u64 *secret)
{
	return (__u32)((((__u64)bits << 32 | address) ^ secret[0]) * (secret[1] | 1) >> (64 - 13));
}

static inline __u32 shield_bucket6(__u64 high, __u64 low, __u64 bits, const __u64 *secret)
{
	__u64 mixed = (high ^ secret[0]) * (secret[1] | 1) ^ (low + bits);

	return (__u32)(mixed * 0x9e3779b97f4a7c15ULL >> (64 - 15));
}

struct shield_allowed { /* the key of a trie */
	__u32 bits;
	__u32 address[4];
};

/* ---- Rules */

enum shield_verb {
	SHIELD_DROP,
	SHIELD_LIMIT,
	SHIELD_CHALLENGE,
};

/* The parts of a rule have the numbers of enum filter_part; hand/ asserts it. */
enum shield_part {
	SHIELD_FROM = 0x001,
	SHIELD_TO = 0x002,
	SHIELD_PROTO = 0x004,
	SHIELD_PORTS = 0x018,
	SHIELD_LENGTH = 0x020,
	SHIELD_TTL = 0x040,
	SHIELD_FRAGMENT = 0x100,
	SHIELD_TCP = 0x680, /* flags, window, header */
	SHIELD_BYTES = 0x800,
	/* Of the hand's own: the address is none of IPv4. A prefix of IPv6 that is short enough holds all
	 * IPv4-mapped addresses, too, which are not meant. */
	SHIELD_FROM6 = 0x10000,
	SHIELD_TO6 = 0x20000,
};

struct shield_range {
	__u16 low, span; /* span: the highest less the lowest */
};

/* Conditions that a filter has not are such that every packet meets them; `parts` says what the packet
 * must have at all, such as ports. */
struct shield_rule {
	__u64 until; /* CLOCK_BOOTTIME, nanoseconds; 0: there is no rule */
	__u64 from[2], from_mask[2];
	__u64 to[2], to_mask[2];
	__u64 bytes, bytes_mask; /* as in memory */
	__u64 interval;          /* of a limit: nanoseconds from one packet to the next */
	__u32 parts;
	struct shield_range from_port, to_port, length, ttl, window, header;
	__u8 proto, proto_mask;
	__u8 flags, flags_mask;
	__u8 fragments; /* bits 1 << enum filter_fragment of packets that match */
	__u8 at, len;   /* of the bytes, behind the transport header */
	__u8 verb;      /* enum shield_verb */
};

enum shield_axis {
	AXIS_FROM,
	AXIS_TO,
	AXIS_PROTO,
	AXIS_FROM_PORT,
	AXIS_TO_PORT,
	AXIS_LENGTH,
	AXIS_TTL,
	AXIS_FLAGS,
	AXES,
};
#define SHIELD_CELLS 256

struct shield_table {
	__u64 cells[SHIELD_WORDS][AXES][SHIELD_CELLS];
	struct shield_rule rules[SHIELD_RULES];
	__u32 words;      /* of the cells that are in use; 0: there is no rule */
	__u32 challenges; /* whether some rule has SHIELD_CHALLENGE */
};

/* The first 24 bits of an IPv4 address and the first 48 of another are what rules mostly tell apart. */
static inline __u8 shield_from_cell(__u64 high, __u64 low)
{
	__u64 network = high ? high & 0xffffffffffffULL : low >> 32 & 0xffffff;

	return (__u8)(network * 0x9e3779b97f4a7c15ULL >> 56);
}

static inline __u8 shield_to_cell(__u64 high, __u64 low)
{
	return (__u8)((high ^ low) * 0x9e3779b97f4a7c15ULL >> 56);
}

static inline __u8 shield_port_cell(__u16 port)
{
	return (__u8)(port ^ port >> 8);
}

static inline __u8 shield_length_cell(__u16 length)
{
	return length < 2040 ? (__u8)(length >> 3) : 255;
}

/* ---- Facts: in the program's own memory, and mapped by the hand. */

#define SHIELD_BITS 65536
typedef __u64 shield_bits[SHIELD_BITS / 64];

struct shield_mask4 {
	__u32 mask; /* in network order */
	__u32 bits;
};

struct shield_mask6 {
	__u64 mask[2];
	__u64 bits;
};

/* Lengths of prefixes that are in use, those with the most prefixes first. */
struct shield_lengths {
	__u32 count4, count6;
	struct shield_mask4 masks4[SHIELD_LENGTHS];
	struct shield_mask6 masks6[SHIELD_LENGTHS];
};

struct shield_facts {
	struct shield_lengths lengths[2]; /* one in use, the other to be written */
	__u32 lengths_used;               /* 0 or 1 */
	__u32 known;                      /* whether any source is known */
	__u64 secret[2]; /* of challenges, and of the buckets */
	/* What cannot be in a map is known by one bit, without a look-up: of prefixes by the first 16 bits
	 * of the address, of known sources by a hash. A bit too many costs a look-up, no more. */
	shield_bits blocked4, blocked6, allowed4, allowed6, known_bits;
};

static inline __u16 shield_known_bit(__u64 high, __u64 low)
{
	return (__u16)(((high * 3) ^ low) * 0x9e3779b97f4a7c15ULL >> 48);
}

/* ---- Counters: SHIELD_SLOTS for each processor, one after the other. */

struct shield_count {
	__u64 packets, bytes;
};

/* ---- Who answered a challenge */

struct shield_answered {
	__u64 until;
	__u32 ports;  /* of the SYN that was challenged */
	__u32 proved; /* it came again */
};

#endif
