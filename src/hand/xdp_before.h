/*
 * xdp_before.h - what another version of the program has in force, which goes on without a gap.
 *
 * Its maps are read only where they are laid out as ours: the name, and the sizes of key and value, tell. Its links are
 * moved to our program as they are, so that no packet passes meanwhile.
 */
#ifndef HAND_XDP_BEFORE_H
#define HAND_XDP_BEFORE_H

#include "hand/xdp_pins.h"

struct xdp_before {
	struct hand_order *orders;
	size_t order_count;
	struct prefix *allowed;
	size_t allowed_count;
};

/* What some other version keeps. False: there is none, it is laid out otherwise, or there is no memory; then nothing is to
 * be freed. */
MUST_USE bool xdp_before_read(struct xdp_before *before);
void xdp_before_free(struct xdp_before *before);

/* Moves the link of an interface from another version's program to ours, and its pin to `path`. False: there is none. */
bool xdp_before_take_link(const struct xdp_pins *pins, unsigned index, const char *path);

/* Removes what other versions have. */
void xdp_before_remove(void);

#endif
