/* filter_sets.h - packets to one target, with their times, of which it is known what they are; for filters.c. */
#ifndef BENCH_FILTER_SETS_H
#define BENCH_FILTER_SETS_H

#include "filter/filter.h"
#include "model/time.h"

struct seen {
	usec_t at;
	struct look look;
};

struct set {
	struct seen *packets;
	size_t count, room;
};

/* Appends the packets of a capture that go to whom it sends most, in their order, as if all went to one target:
 * nothing is told by the address alone. Sources in `without` (text, parted by commas; NULL: none) are left out. */
bool set_read(struct set *set, const char *path, const char *without);
void set_free(struct set *set);

/* The first is at 0, and it takes `least` or longer: a shorter capture is told more slowly, all of it alike, but
 * not more slowly than `pps` packets a second. */
void set_stretch(struct set *set, usec_t least, unsigned pps);
/* The same way each time: parts of it are then taken by number. */
void set_shuffle(struct set *set);

/* What kind of packet it is by its protocol and TCP flags, 0 to PACKET_KINDS - 1. */
#define PACKET_KINDS 1280
unsigned packet_kind(const struct look *look);

/*
 * How many of `normal` lie within all that the attack's packets have in common: ports, length, TTL, window, TCP
 * header, flags, fragments, bytes and source prefix, for each kind of packet that is 1 % of the attack. Looked at
 * with the whole truth, so that it says whether there is anything to be found.
 */
size_t set_common(const struct set *attack, const struct set *normal);

#endif
