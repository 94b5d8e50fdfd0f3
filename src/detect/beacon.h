/*
 * beacon.h - what the beacon detector remembers of one host of ours and one service outside, and
 * what it makes of it. beacon_flow.c chooses, beacon.c and beacon_event.c gather, beacon_score.c
 * judges, beacon_alert.c tells.
 */
#ifndef DETECT_BEACON_H
#define DETECT_BEACON_H

#include "detect/detect.h"
#include "detect/outward.h"

#define BEACON_RING 64 /* the latest beginnings that are remembered */

enum beacon_kind {
	BEACON_ADDRESS, /* connections to one address and port */
	BEACON_NAME,    /* handshakes and requests with one host name, at whatever address */
};

enum beacon_sign {
	BEACON_UNKNOWN_APP = 1, /* neither TLS nor HTTP nor QUIC, or at a port that is not theirs */
	BEACON_NAMELESS = 2,    /* TLS without a server name, HTTP to a bare address */
	BEACON_SELF_SIGNED = 4, /* nobody vouches for the certificate */
	BEACON_SHORT = 8,       /* a new connection each time, though the next is seconds away */
	BEACON_POST = 16,       /* every beat sends something, and hardly anything comes back */
	BEACON_UNANSWERED = 32, /* most were not answered: the other side is gone */
};

struct beacon_key {
	struct ip host, server; /* server: zero for a name */
	uint64_t name;          /* its hash; 0 for an address */
	uint16_t port;
	uint8_t proto;
	uint8_t kind; /* enum beacon_kind */
	uint8_t zero[4];
};

struct beat {
	usec_t at;
	uint32_t size; /* what the host sent, in bytes */
	uint32_t back; /* what came back */
};

struct beacon {
	struct beacon_key key;
	struct beat *beats;               /* by time; NULL: none */
	struct beat one;                  /* the only one: nearly all pairs meet once */
	char *name;                       /* NULL: none */
	uint64_t name_hash; /* of that */
	uint32_t count;                   /* of these */
	uint32_t seen;                    /* ... and of all, at most UINT32_MAX */
	uint32_t answered;                /* of all */
	uint32_t known_app, named, posts; /* of all, as far as told */
	uint32_t hellos;                  /* TLS handshakes that were looked into */
	bool self_signed, touched;
	uint64_t servers; /* of a name: bits of hashed addresses */
	uint64_t packets, bytes, told_packets, told_bytes;
	struct ip server; /* the least address of a name's */
};

/* What the beats look like together. */
struct beacon_score {
	unsigned beats;        /* bursts of beginnings, each taken as one */
	double interval;       /* s, median */
	double jitter;         /* MAD of the intervals, as a part of the median */
	double fit;            /* the part of the intervals near the median */
	double size, size_fit; /* bytes sent: median, and the part of the sizes near it */
	uint8_t signs;         /* enum beacon_sign */
};

/* Ports that are asked at intervals by their nature: names, clocks, addresses, monitoring, names nearby,
 * calls, VPNs; mail is fetched at intervals. */
bool beacon_port_is_periodic(uint8_t proto, uint16_t port);

/* HTTP, TLS or QUIC, where they belong: at another port they are no better than anything else. */
bool beacon_flow_is_web(const struct flow *f);

/* Outward, and neither periodic by its nature nor a login. */
bool beacon_flow_counts(const struct flow *f);

/* Whether the beats are so regular that a machine must be behind them: the lowest level at which they
 * are enough, or LEVELS. */
enum level beacon_judge(const struct beacon *b, struct beacon_score *score);

/* `hosts` is how many of ours use the service; false: not worth telling. */
bool beacon_alert(struct alert *alert, const struct beacon *b, const struct beacon_score *score,
		  unsigned hosts);

#endif
