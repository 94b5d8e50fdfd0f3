/*
 * outward.h - conversations that our own hosts begin with the outside, for the detectors of devices
 * that have been taken over.
 */
#ifndef DETECT_OUTWARD_H
#define DETECT_OUTWARD_H

#include "model/event.h"
#include "model/home.h"

/* A host name as text, long ones cut. */
#define HOST_TEXT 64

/* Whether one of ours began it with an address outside that is a host. (What is of link scope is
 * multicast, too.) */
static inline bool flow_is_outward(const struct flow *flow)
{
	unsigned client = flow_initiator(flow);

	return (flow->state & (FLOW_HOME0 | FLOW_HOME1)) == (client ? FLOW_HOME1 : FLOW_HOME0) &&
	       !ip_is_multicast(&flow->key.ip[!client]);
}

bool event_is_outward(const struct home *home, const struct event *event);

/* Copies a name that the wire told: letters, digits, dots, hyphens and underscores as they are, so
 * that it can stand in evidence; "" when anything else is in it. Zeros fill the rest of `text`. */
void host_text(struct span name, char text[HOST_TEXT]);

/* Whether the text is an address instead of a name, with a port or without. */
bool host_is_address(struct span name);

/* Looks at all of them: without a way out the compiler compares eight at a time. */
static inline bool port_among(const uint16_t *ports, size_t count, uint16_t port)
{
	unsigned found = 0;

	for (size_t i = 0; i < count; i++)
		found |= ports[i] == port;
	return found != 0;
}

/* Whether the port is one that devices keep one connection to for days, waiting for news: push
 * services (Apple, Google, MQTT), mail that idles, messengers, VPNs. */
bool port_is_held(uint8_t proto, uint16_t port);

#endif
