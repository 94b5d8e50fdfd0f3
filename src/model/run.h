/*
 * run.h - what one reading of input saw: the frame around the incidents in every report.
 */
#ifndef MODEL_RUN_H
#define MODEL_RUN_H

#include "model/anomaly.h"
#include "model/home.h"
#include "model/time.h"

/* Traffic over time: at most so many bins; when they are full, pairs are merged and the width of
 * a bin doubles. So memory is bounded however long the input is. */
#define SERIES_BINS 512

struct series_bin {
	uint64_t packets, bytes;
	uint64_t in_packets, out_packets; /* of these, to and from our own networks */
	uint64_t in_bytes, out_bytes;
};

struct series {
	usec_t start; /* of bin 0 */
	usec_t width; /* of a bin */
	size_t used;  /* bins in use */
	struct series_bin bins[SERIES_BINS];
};

/* One input and how its reading ended. */
struct input {
	const char *path;
	uint64_t frames, bytes; /* read from it */
	bool ok;
	char trouble[240]; /* when not ok: file, offset and what was still read */
};

/* Which known indicators were looked up. */
#define RUN_INDEX_TROUBLE 120
struct run_index {
	const char *path;    /* NULL: none was wanted */
	bool used;
	uint64_t values;
	usec_t built;
	uint32_t taken;      /* newer ones that took its place while it read, */
	uint32_t refused;    /* and ones that could not be used */
	const char *trouble; /* with the file that lies there at the end; may be empty */
};

struct run {
	const struct input *inputs;
	size_t input_count;
	struct home home;
	usec_t first, last; /* earliest and latest packet; both 0 when there was none */
	uint64_t frames, bytes; /* bytes on the wire */
	uint64_t ip4, ip6, tcp, udp, icmp, other; /* packets; `other` is neither of tcp, udp, icmp */
	uint64_t events; /* what conversations said: messages, handshakes, files, ... */
	uint64_t flows, flows_peak; /* conversations seen, and most at one time */
	bool one_way; /* of nearly all conversations, one direction is in the input */
	uint64_t memory_limit;      /* bytes that the bounded tables may use */
	struct anomalies anomalies;
	struct series series;
	unsigned workers;
	struct run_index index;
};

#endif
