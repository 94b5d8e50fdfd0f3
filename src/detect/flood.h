/* flood.h - what the flood detector's parts share: the memory of one watched target. */
#ifndef DETECT_FLOOD_H
#define DETECT_FLOOD_H

#include "detect/detect.h"
#include "detect/slots.h"

/* Windows that are remembered: the second that a rate is taken over, and the time that the answers
 * to its packets may take. */
#define FLOOD_LAG  2
#define FLOOD_RING (WINDOWS_PER_SEC + FLOOD_LAG)

struct flood_key {
	struct ip ip;
	uint8_t bits, role, vector, zero;
};

struct flood_window {
	int64_t number; /* window start / WINDOW_USEC; 0: none */
	uint32_t packets, answered, refused;
	uint64_t bytes;
	usec_t first, last;
	bool told; /* counted in an alert already ... */
	bool kept; /* ... or in a candidate */
};

/* One address (or prefix) and vector that is worth watching. */
struct flood_track {
	struct flood_key key;
	struct flood_window ring[FLOOD_RING];
	double normal;      /* learned packets a second that nobody answered */
	double normal_all;  /* ... and answered ones too */
	int64_t learned;    /* window number that was learned last */
	uint32_t hosts;     /* prefix: addresses counted in this window */
	uint32_t spared;    /* prefix: packets of this window that single targets account for */
	bool attack;
	uint8_t level;      /* of the attack, or of the last one: the lowest at which it counted */
	bool touched;       /* in this window */
	struct tally now;   /* this window's tally; prefix: the sum, with targets in `peers` */
	int64_t probed;     /* window number when few tried many ports last */
	int64_t attacked;   /* window number of the last attack; 0: never */
	struct hll recent[2]; /* distinct other ends: of this second, and of the one before */
	int64_t second;     /* number of this second */
	uint64_t recent_packets[2];
	struct hll seen;    /* other ends of the attack, or of both seconds, ... */
	uint64_t seen_sent; /* ... and what they sent */
	uint64_t seen_ports; /* port_bits since the rate was last low */
	uint64_t seen_packets;
	struct hll targets; /* prefix: distinct targets of this window */
};

#define COLD       (10 * USEC_PER_SEC) /* at first every rate is new: proportions must decide */
#define CARPET_HOSTS 8  /* and so many of its addresses must be hit */

struct flood {
	struct detect_settings settings;
	struct slots tracks, prefixes;
	usec_t began; /* start of the input */
};

/* The rates as the ring has them. */
struct flood_rate {
	uint64_t packets, bytes;     /* of the last second */
	uint64_t judged, unanswered; /* of a second that had time to be answered; of these, not */
	uint64_t refused;            /* of the unanswered ones, with RST */
	uint64_t fresh, fresh_bytes; /* of the attack's windows that no alert has told of yet */
	usec_t from, to;             /* first packet of these, and last packet of all */
};

/* Everything that is known when it is decided. */
struct flood_verdict {
	const struct flood_track *track;
	struct flood_rate rate;
	enum level level; /* the lowest at which it is one */
	double threshold; /* at that level */
	const char *doubt; /* why it may be none; NULL: no doubt */
	bool scan;         /* it is a scan of ports, so fast that it harms */
};

/* The commonest port (HTTP: path) makes up most of the tally. */
static inline bool flood_one_port(const struct tally *t)
{
	return agree_share(&t->port.agree, t->packets) >= 0.8;
}

/* One other end makes up most of the tally. */
static inline bool flood_one_peer(const struct tally *t)
{
	return !t->counted || agree_share(&t->peer.agree, t->packets) >= 0.8;
}

/* Distinct other ends of the attack, or of the last seconds. */
static inline uint64_t flood_peers(const struct flood_track *t)
{
	uint64_t count = hll_count(&t->seen);

	return count ? count : 1;
}

/* The other ends send again: forged ones do not, each of them is new. */
static inline bool flood_repeats(const struct flood_track *t)
{
	return (double)t->seen_sent >= 1.35 * (double)flood_peers(t); /* the count errs by 4.6 % */
}

/* flood_rate.c: the rate of one target over time, and what is learned of it. */

/* Adds a tally to the window it belongs to. */
void flood_rate_add(struct flood_track *t, int64_t number, const struct tally *tally);

/* Remembers its other ends and ports; below `low` packets those of before are forgotten. */
void flood_rate_ends(struct flood_track *t, int64_t number, const struct tally *tally,
		     uint32_t low);

/* Vectors of which an honest target answers each packet, or the first of them. */
bool flood_answerable(enum vector vector);

/* The rate at a window. `lag` is how many of the latest windows are not judged yet, because answers
 * are on their way. */
struct flood_rate flood_rate_at(const struct flood_track *t, int64_t number, int lag);

/* Adds to the rate what no alert has told of: the windows whose rate is at least `least`. A `candidate`
 * tells what no candidate has told of, either, and leaves it to be told. */
void flood_rate_tell(struct flood_track *t, int64_t number, double least, bool candidate,
		     struct flood_rate *r);

/* Learns that this rate is normal; that it rises, at the pace of the level. `cold`: the input has just
 * begun, and all is to be learned. */
void flood_rate_learn(struct flood_track *t, const struct flood_rate *r, int64_t number, bool cold,
		      enum level level);

/* flood_verdict.c: whether this rate is a flood at a level, and from how many packets a second on. */
bool flood_is(struct flood *f, const struct flood_track *t, const struct flood_rate *r,
	      const struct window *window, enum level level);
double flood_threshold(const struct flood *f, const struct flood_track *t, enum level level);

/* Many ports that few other ends try with small packets, however fast. */
bool flood_tries_ports(const struct flood_track *t, const struct flood_rate *r);

/* Why a rate that is a flood by its number may be none; NULL: no doubt. `one_way`: one direction is in
 * the input, so that nobody knows what was answered. */
const char *flood_doubt(const struct flood_track *t, const struct flood_rate *r, double threshold,
			bool one_way);

/* flood_alert.c: writes the alert for a verdict. */
void flood_alert(struct alert *alert, const struct flood_verdict *verdict,
		 const struct detect_settings *settings);

#endif
