/* xdp_kept.h - what is in force: a list sorted by id, and how the kernel's becomes the same. */
#ifndef HAND_XDP_KEPT_H
#define HAND_XDP_KEPT_H

#include "hand/xdp_sources.h"

/* Plain and immutable: a change makes another list, so that the way back is there. */
struct xdp_list {
	struct xdp_kept *all;
	size_t count;
};

void xdp_list_free(struct xdp_list *list);

/* `before` with the orders in place of those with their ids, or beside them. ERR_LIMIT: no more room. */
MUST_USE enum err xdp_list_with(const struct xdp_list *before, const struct hand_order *orders,
				size_t count, struct xdp_list *list);

/* `before` without those of these ids, and without those whose end is not after `boot_now`. */
MUST_USE enum err xdp_list_without(const struct xdp_list *before, const uint64_t *ids, size_t count,
				   int64_t boot_now, struct xdp_list *list);

/* What the kernel has: the orders that it keeps. */
MUST_USE enum err xdp_list_read(const struct xdp_pins *pins, struct xdp_list *list);

/* Makes the kernel's from `before` to `after`, without a gap for what is in both. On error it may be of both: the way
 * back is the call with the two exchanged. */
MUST_USE enum err xdp_list_write(const struct xdp_pins *pins, const struct xdp_list *before,
				 const struct xdp_list *after);

/* Writes all of it again, whatever the kernel has. */
MUST_USE enum err xdp_list_write_all(const struct xdp_pins *pins, const struct xdp_list *list);

#endif
