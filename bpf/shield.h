/*
 * shield.h - what the program in the kernel (shield.bpf.c) and its hand (src/hand/xdp*) share.
 *
 * Two ways to a verdict, so that its price does not grow with what is in force:
 *
 * - Filters that only name a source prefix and drop: a hash of prefixes by length. One look-up for each
 *   length that is in use (mostly one or two), where a longest-prefix trie would take a step for each
 *   bit that tells two prefixes apart; and a prefix whose time is over never hides a wider one.
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
#define SHIELD_SOURCES 32768 /* prefixes in the hashes */
#define SHIELD_LENGTHS 33    /* different lengths of prefixes, of each family */
#define SHIELD_ALLOWED 1024
#define SHIELD_KNOWN   32768
#define SHIELD_SLOTS   (SHIELD_RULES + SHIELD_SOURCES) /* counters: rules first */

/* How far a limit may be ahead of its pace, nanoseconds: bursts within an eighth of a second pass. */
#define SHIELD_BURST 125000000ULL

/* ---- Sources: keys are compared as bytes, so nothing is left unset. */

struct shield_source4 {
	__u32 address; /* in network order, masked */
	__u32 mask;
};

struct shield_source6 {
	__u64 address[2];
	__u64 bits;
};

struct shield_blocked {
	__u64 until; /* CLOCK_BOOTTIME, nanoseconds */
	__u32 slot;
	__u32 zero;
};

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

struct shield_mask6 {
	__u64 mask[2];
	__u64 bits;
};

/* Lengths of prefixes that are in use, those with the most prefixes first. */
struct shield_lengths {
	__u32 count4, count6;
	__u32 masks4[SHIELD_LENGTHS];
	struct shield_mask6 masks6[SHIELD_LENGTHS];
};

struct shield_facts {
	struct shield_lengths lengths[2]; /* one in use, the other to be written */
	__u32 lengths_used;               /* 0 or 1 */
	__u32 known;                      /* whether any source is known */
	__u64 secret[2]; /* of challenges */
	/* What cannot be in a map is known by one bit, without a look-up: of prefixes by the first 16 bits
	 * of the address, of known sources by a hash. A bit too many costs a look-up, no more. */
	shield_bits blocked4, blocked6, allowed4, allowed6, known_bits;
};

static inline __u16 shield_known_bit(__u64 high, __u64 low)
{
	return (__u16)(((high * 3) ^ low) * 0x9e3779b97f4a7c15ULL >> 48);
}

/* ---- Counters, of each processor */

struct shield_count {
	__u64 packets, bytes, known;
};

/* ---- Who answered a challenge */

struct shield_answered {
	__u64 until;
	__u32 ports;  /* of the SYN that was challenged */
	__u32 proved; /* it came again */
};

#endif
