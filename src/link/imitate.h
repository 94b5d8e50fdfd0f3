/* imitate.h - whether a host bears somebody else's name. */
#ifndef LINK_IMITATE_H
#define LINK_IMITATE_H

#include "link/brand.h"

enum imitation {
	IMITATION_NONE,
	IMITATION_NAMED, /* bears the name beside others: paypal-login.example, paypal.shop.example */
	IMITATION_LOOKS, /* looks like it: paypa1.example, paypal.com.shop.example */
};

/* `brand` is the one that is imitated. */
enum imitation imitation_of(const struct exam *e, struct span host, struct brand *brand);

#endif
