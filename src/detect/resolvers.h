/*
 * resolvers.h - which of our hosts ask DNS on behalf of others: what they ask is the sum of what
 * many want, so more of everything is normal for them.
 */
#ifndef DETECT_RESOLVERS_H
#define DETECT_RESOLVERS_H

#include "detect/slots.h"
#include "model/event.h"

#define RESOLVERS        256 /* servers that are remembered at a time; a power of two */
#define RESOLVER_CLIENTS 3   /* that asked it: one may be a test, and a mail server asks itself */

struct resolver {
	struct ip ip;
	uint32_t count; /* of `clients` in use */
	struct ip clients[RESOLVER_CLIENTS];
};

/* False: no memory. */
bool resolvers_open(struct slots *resolvers);

/* Notes that the event's server is asked, when it is one of ours. */
void resolvers_see(struct slots *resolvers, const struct event *event);

/* Whether several clients ask this host. */
bool resolvers_has(struct slots *resolvers, const struct ip *ip);

#endif
