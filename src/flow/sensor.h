/*
 * sensor.h - frames in, facts out: one worker's share of the traffic.
 *
 * A sensor decodes frames in batches, keeps the conversations, and tallies in windows what nobody
 * asked for. With several workers each sensor sees all frames and takes those whose flow hash falls
 * to it; at the end of a window their tallies are merged. So the same input gives the same
 * facts, whatever the number of workers.
 */
#ifndef FLOW_SENSOR_H
#define FLOW_SENSOR_H

#include "base/err.h"
#include "flow/halfopen.h"
#include "flow/meter.h"
#include "flow/prober.h"
#include "flow/table.h"
#include "model/home.h"
#include "model/run.h"
#include "talk/talk.h"
#include "wire/decode.h"

/* Frames decoded before the first is looked at: while one's memory is fetched, the others are
 * decoded. 32 hides DRAM latency and stays in the L1 cache. */
#define SENSOR_BATCH 32

/* Flows that may leave between two calls of sensor_take_gone(): at most one for each packet. */
#define SENSOR_SEGMENT 4096
#define SENSOR_GONE    (SENSOR_SEGMENT * DECODE_PACKETS)

struct sensor_settings {
	uint32_t max_flows;      /* the bound of the flow table */
	uint32_t max_halfopen;   /* of the unanswered SYNs */
	uint32_t max_tallies;    /* of targets (and own sources) x vectors in one window */
	uint32_t max_probes;     /* of sources that begin conversations in one window */
	unsigned worker, workers; /* this one's number, from 0, and how many there are */
	uint64_t seed;           /* of the hashes */
	const struct home *home; /* borrowed */
	bool headers_only; /* payloads are only looked at for the application and for floods */
	bool all_digests;  /* of files: MD5 and SHA-1 too, see talk.h */
	struct talk_mail_sink mail; /* who takes mail messages; see talk.h */
	bool no_fingerprints; /* nobody reads JA3, JA4 and the like: they are not computed */
	bool plain; /* without the fast ways (steady.h, flooded.h): tests hold them against this */
};

/* What the packets of this sensor were. */
struct sensor_counts {
	uint64_t ip4, ip6, tcp, udp, icmp, other;
	uint64_t window_in, window_out; /* packets of the current window from and to outside ... */
	uint64_t window_in_bytes, window_out_bytes; /* ... and bytes on the wire */
	uint64_t wholes; /* conversations with packets of both ends */
	int64_t halves;  /* ... that go on although the other end is not to be seen */
};

struct sensor;

/* NULL: no memory. Caller owns it. */
struct sensor *sensor_new(const struct sensor_settings *settings);
void sensor_free(struct sensor *s);

/* Bytes that a sensor with these settings may come to use. */
uint64_t sensor_memory(const struct sensor_settings *settings);

/* At most SENSOR_SEGMENT frames, all of one window. */
void sensor_frames(struct sensor *s, const struct frame *frames, size_t count);

/* The flows that left the full table since the last call. */
void sensor_take_gone(struct sensor *s, flow_sink *sink, void *whom);

/* Looks over all flows: those idle for too long at `now` (all when the input has ended) go to `gone`,
 * those that wait for something that slow attacks withhold go to `stalled`, and those that have
 * lasted for a minute to `ongoing`. */
struct sensor_sweep {
	usec_t now;
	bool all;
	flow_sink *gone;
	flow_visit *stalled, *ongoing;
	void *whom;
};
void sensor_sweep(struct sensor *s, const struct sensor_sweep *sweep);

/* How many conversations are followed. */
uint32_t sensor_talks(const struct sensor *s);

/* Before a sweep, where many are: what is followed of the flows that will go ends, in so many parts, so
 * that the events of each part can be taken before the next. Which part a flow is in does not depend on
 * the workers. */
void sensor_sweep_talks(struct sensor *s, const struct sensor_sweep *sweep, unsigned part,
			unsigned parts);

/* The events that are not taken yet, in any order; sensor_clear_events() forgets them. */
struct event_log;
const struct event_log *sensor_events(const struct sensor *s);
void sensor_clear_events(struct sensor *s);

/* Ends the window: adds the tallies of `from` to those of `into` and forgets them. */
void sensor_merge_window(struct sensor *into, struct sensor *from);

/* Ends the window: hands out its tallies and probes and forgets them. */
void sensor_flush_window(struct sensor *s, meter_visit *tally, prober_visit *probe, void *whom);

/* Adds what this sensor counted; decoder anomalies only when `decoder` is set, because every
 * worker decodes every frame. */
void sensor_report(const struct sensor *s, struct run *run, bool decoder);

/* Packets to and from outside in the window that ends; then forgets them. */
struct sensor_counts sensor_take_counts(struct sensor *s);

#endif
