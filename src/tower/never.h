/*
 * never.h - the never-block set as it is at this moment: the warden finds its members itself.
 *
 * Loopback and the special ranges, this machine's addresses, the next hops of its routes, the resolvers that
 * it asks, who is connected to SSH or to the page, and what the configuration names. It is read anew every
 * second. Reading is bounded; where something cannot be read, nobody knows whom it would have named, so
 * nothing may be blocked: that is said, and all is refused.
 */
#ifndef TOWER_NEVER_H
#define TOWER_NEVER_H

#include "action/guard.h"
#include "config/config.h"

#define NEVER_TROUBLE 160

struct never_settings {
	const struct config_respond *respond; /* partners, offices, limits; borrowed for the call */
	uint16_t page_port; /* 0: there is no page */
	const char *root;   /* in front of the paths that are read: "" */
	const struct guard *before; /* as it was read last; NULL: never. Who was connected then keeps his place */
};

/* Fills `guard` anew. False: not all could be read; `trouble` says what first, and the mend; what could be read is
 * in it all the same. */
bool never_read(const struct never_settings *settings, struct guard *guard, char trouble[NEVER_TROUBLE]);

/* Whether it is another set. */
bool never_differs(const struct guard *a, const struct guard *b);

#endif
