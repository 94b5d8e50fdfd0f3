/* xdp_sources.h - the prefixes that are dropped whole: a sorted set, and how the kernel's becomes the same. */
#ifndef HAND_XDP_SOURCES_H
#define HAND_XDP_SOURCES_H

#include "hand/xdp_pins.h"

struct xdp_source {
	struct prefix prefix;
	uint64_t until; /* nanoseconds */
	uint32_t slot;
};

/* Sorted by prefix, each once. */
struct xdp_sources {
	struct xdp_source *all;
	size_t count;
};

/* Those of what is in force, each prefix as the one that lasts longest. False: no memory. */
MUST_USE bool xdp_sources_of(const struct xdp_kept *kept, size_t count, struct xdp_sources *sources);
void xdp_sources_free(struct xdp_sources *sources);

/* Makes the kernel's from `before` to `after`. Where a packet's source is in both, it is found all the
 * while. ERR_LIMIT: they are of too many different lengths. On error what is there may be of both: the way back is the call with the two exchanged. */
MUST_USE enum err xdp_sources_write(const struct xdp_pins *pins, const struct xdp_sources *before,
				    const struct xdp_sources *after);

/* Makes the kernel's these, whatever it has. */
MUST_USE enum err xdp_sources_write_all(const struct xdp_pins *pins,
					const struct xdp_sources *sources);

/* Marks the first 16 bits that addresses of the prefix begin with, in the bits of its family. */
void xdp_bits_mark(const struct prefix *prefix, shield_bits four, shield_bits six);

#endif
