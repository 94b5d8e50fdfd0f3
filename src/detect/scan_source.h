/*
 * scan_source.h - what the scan detector remembers of one source, and how it gathers. scan_verdict.c judges.
 *
 * Most sources try one thing and are never heard of again, so the sketches are small until they are
 * full (struct few).
 */
#ifndef DETECT_SCAN_SOURCE_H
#define DETECT_SCAN_SOURCE_H

#include "base/slab.h"
#include "model/obs.h"

#define SCAN_PENDING 12 /* windows: an answer may take three seconds */

struct scan_key {
	struct ip ip;
	uint8_t kind;
	uint8_t zero[7];
};

/* The sketches of a source that tried many. */
struct scan_many {
	struct hll hosts, pairs;
};

struct scan_source {
	struct scan_key key;
	usec_t first, last;
	uint64_t attempts, answered, refused, to_home, packets, bytes;
	struct {
		uint32_t number; /* of the window, its low bits */
		uint32_t attempts;
	} fresh[SCAN_PENDING]; /* not judged yet */
	uint64_t peak; /* the most attempts that were fresh at a time */
	uint64_t judged; /* attempts at the last alert ... */
	uint8_t level;   /* ... and its level */
	bool scanning;
	uint64_t told_packets, told_bytes; /* at the last alert that was no candidate */
	struct top port;
	struct top_ip target;
	struct few hosts, pairs; /* until there are many */
	struct scan_many *many;  /* NULL: few */
};

/* Adds what was tried in the window `number`; `many` has a struct scan_many for each source. */
void source_add(struct scan_source *s, struct slab *many, const struct probe *p, int64_t number);

/* Attempts of the latest `windows` windows. */
uint64_t source_fresh(const struct scan_source *s, int64_t number, int windows);

/* Distinct hosts, and hosts and ports, that were tried. */
uint64_t source_hosts(const struct scan_source *s);
uint64_t source_pairs(const struct scan_source *s);

/* The sketch of the hosts; `room` is used when it has none of its own. */
const struct hll *source_targets(const struct scan_source *s, struct hll *room);

/* Gives back what it holds in `many`. */
void source_leave(struct scan_source *s, struct slab *many);

#endif
