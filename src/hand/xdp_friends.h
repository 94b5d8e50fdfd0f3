/* xdp_friends.h - who passes before anything is looked at, and whose packets are counted apart. */
#ifndef HAND_XDP_FRIENDS_H
#define HAND_XDP_FRIENDS_H

#include "hand/xdp_pins.h"

/* From now on these pass, and no others. ERR_LIMIT: more than SHIELD_ALLOWED; then those before still do. */
MUST_USE enum err xdp_allowed_write(const struct xdp_pins *pins, const struct prefix *prefixes,
				    size_t count);

/* These were good, besides those that are known already; the oldest are forgotten. */
MUST_USE enum err xdp_known_write(const struct xdp_pins *pins, const struct ip *sources,
				  size_t count);

#endif
