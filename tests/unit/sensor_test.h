/*
 * sensor_test.h - traffic made by hand, and the facts that sensors make of it in one window.
 */
#ifndef SENSOR_TEST_H
#define SENSOR_TEST_H

#include "flow/sensor.h"
#include "packet_test.h"

#define TRAFFIC_MAX 40000
#define FACTS_MAX   8192

struct traffic {
	struct frame frames[TRAFFIC_MAX];
	size_t count;
	usec_t now; /* of the next frame; a millisecond passes after each */
};

/* What one window gave. */
struct facts {
	struct tally tallies[FACTS_MAX];
	struct probe probes[FACTS_MAX];
	struct flow flows[FACTS_MAX];
	size_t tally_count, probe_count, flow_count, stalled;
	uint64_t in, out; /* packets from and to outside */
	struct run run;
};

struct traffic *traffic_new(void);
void traffic_free(struct traffic *t);

/* Ends are "address:port", IPv4. The payload is text. */
void say_tcp(struct traffic *t, const char *from, const char *to, unsigned flags, uint32_t seq,
	     const char *payload);
void say_udp(struct traffic *t, const char *from, const char *to, const char *payload);

/* The frame that was built, as it is. */
void say(struct traffic *t, const struct build *b);

/* All of it through so many sensors, whose tallies are merged; then all flows are ended. 10.0.0.0/8
 * is ours. Caller frees. */
struct facts *facts_of(const struct traffic *t, unsigned workers);

/* The same with one sensor that goes the long way with every packet. */
struct facts *facts_plain(const struct traffic *t);

/* The fact about an address, or NULL. */
const struct tally *tally_of(const struct facts *f, const char *ip, enum tally_role role,
			     enum vector vector);
const struct probe *probe_of(const struct facts *f, const char *ip, enum probe_kind kind);

#endif
