/* sensor_private.h - the sensor's inside, shared by sensor.c (batches) and track*.c (packets). */
#ifndef FLOW_SENSOR_PRIVATE_H
#define FLOW_SENSOR_PRIVATE_H

#include "flow/flooded.h"
#include "flow/fragments.h"
#include "flow/sensor.h"
#include "talk/talk.h"

struct sensor {
	struct sensor_settings settings;
	struct decoder decoder;
	struct flow_table table;
	struct halfopen halfopen;
	struct meter meter;
	struct prober prober;
	struct flooded flooded;
	struct sensor_counts counts;
	struct fragments fragments;
	struct talks talks;
	uint64_t frames; /* before the segment at hand */
	size_t segment;  /* frames of it; 0: none is at hand */
	unsigned overheard; /* packets of the batch at hand that all workers hear of */
	uint32_t gone_count;
	struct flow gone[SENSOR_GONE];
};

#define SMALL_WINDOW 64 /* bytes; scaled by at most 2^14, but slow readers do not scale */

/* Which ends of a packet are ours. Asked once for a packet and handed on. */
enum home_end {
	HOME_FROM = 1,
	HOME_TO = 2,
};

static inline unsigned track_home(const struct sensor *s, const struct packet *p)
{
	return (home_has(s->settings.home, packet_from(p)) ? HOME_FROM : 0) |
	       (home_has(s->settings.home, packet_to(p)) ? HOME_TO : 0);
}

/* The same from the flow, which knows it already. */
static inline unsigned track_home_flow(const struct flow *f, const struct packet *p)
{
	bool home[2] = { f->state & FLOW_HOME0, f->state & FLOW_HOME1 };

	return (home[p->side] ? HOME_FROM : 0) | (home[!p->side] ? HOME_TO : 0);
}

/* Counts the packet's direction for the traffic over time. */
static inline void track_direction(struct sensor *s, unsigned home, const struct packet *p)
{
	bool in = home == HOME_TO, out = home == HOME_FROM;

	s->counts.window_in += in;
	s->counts.window_out += out;
	s->counts.window_in_bytes += in ? p->wire_len : 0;
	s->counts.window_out_bytes += out ? p->wire_len : 0;
}

/* Where in the input a packet is. */
static inline struct talk_time track_time(const struct sensor *s, const struct packet *p)
{
	return (struct talk_time){ p->ts, s->frames + p->frame };
}

/* flow_sink: keeps a flow that had to leave, until sensor_take_gone(). */
void sensor_gone(void *sensor, const struct flow *flow, enum flow_end why);

/* Counts the packet towards a vector: at its target, when that is ours or nobody is, and at its
 * source, when that is ours. `port` is what is counted as its port. */
struct tally_ends {
	struct tally_entry *target, *source; /* those that were counted; NULL else */
};
struct tally_ends track_tally(struct sensor *s, const struct packet *p, unsigned home,
			      enum vector vector, uint32_t port);

/* The packets turned out to be part of something that is no flood: takes them off at both ends, and one
 * attempt off `from`. */
struct track_parties {
	const struct ip *from, *to;
	enum vector vector;
	enum probe_kind kind;
};
void track_explained(struct sensor *s, const struct track_parties *parties, uint32_t packets,
		     usec_t now);

/* The other end has accepted what `from` began: takes it off the attempts at both ends. */
void track_answered(struct sensor *s, const struct ip *from, const struct ip *to,
		    enum vector vector, enum probe_kind kind, usec_t now);

/* The packet refuses a SYN. */
void track_refused(struct sensor *s, const struct packet *p);

/* A new flow in the table, with its first packet not yet counted. */
struct flow *track_begin(struct sensor *s, const struct packet *p, unsigned home,
			 unsigned initiator);

/* Whether a fragment is this worker's. The later fragments of a datagram have no ports and hash
 * elsewhere than the first, which they have to follow: so every worker hears of every first one. */
bool track_is_ours(struct sensor *s, const struct packet *p);

void track_tcp(struct sensor *s, const struct packet *p);
void track_datagram(struct sensor *s, const struct packet *p); /* everything else over IP */
void track_arp(struct sensor *s, const struct packet *p);

static inline uint32_t track_seconds(usec_t t)
{
	return (uint32_t)(t / USEC_PER_SEC);
}

#endif
