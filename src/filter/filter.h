/*
 * filter.h - which packets: a conjunction of simple conditions on headers and first bytes.
 *
 * One form for all: derived from samples (derive/), typed by people, kept in the store, and obeyed by
 * every hand (XDP, nftables, BGP FlowSpec). So it holds no more than what these can match, and a
 * condition that some hand cannot match makes that hand refuse the filter, never weaken it.
 * Plain: it holds no pointer, may be copied and sent. All bytes that no condition uses are zero, so
 * that equal filters are equal bytes.
 *
 * Lengths and offsets are of the packet on the wire: `length` is that of the IP packet (IPv4 total
 * length; IPv6 payload length + 40), `bytes.at` counts from the end of the TCP, UDP or ICMP header
 * (of the 8 bytes of ICMP), and in other protocols and later fragments from the end of the IP header.
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include "base/err.h"
#include "base/span.h"
#include "model/ip.h"
#include "model/packet.h"

#include <stdbool.h>
#include <stdint.h>

enum filter_part {
	FILTER_FROM = 0x001,      /* source prefix */
	FILTER_TO = 0x002,        /* destination prefix */
	FILTER_PROTO = 0x004,
	FILTER_FROM_PORT = 0x008, /* TCP or UDP; of ICMP: the type */
	FILTER_TO_PORT = 0x010,   /* TCP or UDP; of ICMP: the code */
	FILTER_LENGTH = 0x020,
	FILTER_TTL = 0x040,       /* IPv6: hop limit */
	FILTER_FLAGS = 0x080,     /* TCP flags: those of the mask are as in the value */
	FILTER_FRAGMENT = 0x100,
	FILTER_WINDOW = 0x200,    /* TCP window as sent */
	FILTER_HEADER = 0x400,    /* bytes of the TCP header, 20 to 60: 20 means no options */
	FILTER_BYTES = 0x800,     /* bytes behind the transport header */
	FILTER_PARTS = 0xfff,     /* all of them */
};

enum filter_fragment {
	FRAGMENT_NONE = 1,  /* whole packets only */
	FRAGMENT_ANY = 2,   /* parts of a fragmented datagram */
	FRAGMENT_LATER = 3, /* parts but the first: without ports */
};

struct filter_range {
	uint16_t low, high; /* both included */
};

#define FILTER_BYTES_MAX 8   /* bytes that are compared */
#define FILTER_AT_MAX    255 /* the farthest of them */
struct filter_bytes {
	uint8_t at, len; /* at + len <= FILTER_AT_MAX + 1 */
	uint8_t value[FILTER_BYTES_MAX], mask[FILTER_BYTES_MAX]; /* value has no bit outside the mask */
};

struct filter {
	uint32_t parts; /* bits of enum filter_part: the conditions, which must all hold */
	struct prefix from, to;
	uint8_t proto;
	uint8_t fragment; /* enum filter_fragment */
	uint8_t flags, flags_mask;
	struct filter_range from_port, to_port, length, ttl, window, header;
	struct filter_bytes bytes;
};

_Static_assert(sizeof(struct filter) == 84, "no padding: equal filters are equal bytes");

/*
 * What a filter looks at in one packet. Small, so that many can be kept as samples.
 */
#define LOOK_BYTES 64
#define LOOK_CUT   255 /* the packet ends before its TCP, UDP or ICMP header does: it has no ports and no bytes */
struct look {
	struct ip from, to;
	uint16_t from_port, to_port; /* as FILTER_FROM_PORT; 0 where there are none */
	uint16_t length;             /* of the IP packet */
	uint16_t window;
	uint8_t proto, ttl, flags;
	uint8_t fragment; /* enum filter_fragment: NONE, ANY (the first part) or LATER */
	uint8_t header;   /* bytes of the TCP header as it says, but 1 at least; 0: not TCP; or LOOK_CUT */
	uint8_t has;      /* bytes of `bytes` that the packet has (padding is none) and that were captured */
	uint8_t bytes[LOOK_BYTES]; /* behind the transport header */
};

/* Whether the packet meets all conditions. A condition on what the packet has not (ports of a later
 * fragment, bytes that were not captured) is not met. */
bool filter_match(const struct filter *filter, const struct look *look);

/* Whether every packet that `inner` matches is surely matched by `outer`, too. */
bool filter_covers(const struct filter *outer, const struct filter *inner);

/*
 * Whether the filter can be obeyed as it is: known parts and at least one, ranges not empty, prefixes of
 * one family and without host bits, flags, window and header only of TCP, ports only of TCP, UDP and ICMP,
 * none of these in later fragments, nothing set that no condition uses. For filters that came from another
 * process or from people.
 */
bool filter_sound(const struct filter *filter);

/* What is wrong with it, for people; NULL: it is sound. */
const char *filter_flaw(const struct filter *filter);

/* 4 or 6, which its prefixes are of; 0: it has none, and packets of both may match. */
unsigned filter_family(const struct filter *filter);

/*
 * As text, which people write and read:
 *
 *   from 198.51.100.0/24 to 203.0.113.10 proto udp from-port 123 length 468-482
 *   to 203.0.113.10 proto tcp to-port 443 window 1024 header 20 ttl 40-64 flags S/SA
 *   to 203.0.113.10 fragment any          (none, any, later)
 *   to 203.0.113.10 proto udp bytes 0:17000324/ff00ffff
 *
 * Parts come in any order; an address alone is a prefix of its full length; a port, length or ttl is a
 * number or LOW-HIGH; flags are letters of "FSRPAUEC" as in tcpdump, set ones before the '/', looked at
 * ones behind it (none set: "/SA"); protocols are tcp, udp, icmp, icmp6, gre or a number; bytes are offset:hex[/mask].
 */
#define FILTER_TEXT 320
/* Of a sound filter; reading it back gives equal bytes. */
char *filter_text(const struct filter *filter, char text[FILTER_TEXT]);

/* A filter that is read is sound. ERR_FORMAT: `trouble` says what is wrong, naming the word. */
#define FILTER_TROUBLE 160
MUST_USE enum err filter_parse(struct span text, struct filter *filter,
			       char trouble[FILTER_TROUBLE]);

#endif
