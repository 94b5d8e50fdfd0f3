/* resolvers.c - DNS servers of ours, known by their clients. */
#include "detect/resolvers.h"

bool resolvers_open(struct slots *resolvers)
{
	return slots_open(resolvers, RESOLVERS, sizeof(struct resolver), sizeof(struct ip));
}

void resolvers_see(struct slots *resolvers, const struct event *event)
{
	struct resolver *r;

	if (!event->home[!event->client] || event->dns.multicast)
		return;
	r = slots_at(resolvers, event_server(event));
	for (uint32_t i = 0; i < r->count; i++)
		if (ip_equal(&r->clients[i], event_client(event)))
			return;
	if (r->count < RESOLVER_CLIENTS)
		r->clients[r->count++] = *event_client(event);
	slots_worth(resolvers, r, r->count);
}

bool resolvers_has(struct slots *resolvers, const struct ip *ip)
{
	const struct resolver *r = slots_find(resolvers, ip);

	return r && r->count >= RESOLVER_CLIENTS;
}
