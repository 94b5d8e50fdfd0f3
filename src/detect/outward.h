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

/* Whether one of ours began it with an address outside that is a host. */
bool flow_is_outward(const struct home *home, const struct flow *flow);
bool event_is_outward(const struct home *home, const struct event *event);

/* Copies a name that the wire told: letters, digits, dots, hyphens and underscores as they are, so
 * that it can stand in evidence; "" when anything else is in it. Zeros fill the rest of `text`. */
void host_text(struct span name, char text[HOST_TEXT]);

/* Whether the text is an address instead of a name, with a port or without. */
bool host_is_address(struct span name);

/* Whether the port is one that devices keep one connection to for days, waiting for news: push
 * services (Apple, Google, MQTT), mail that idles, messengers, VPNs. */
bool port_is_held(uint8_t proto, uint16_t port);

#endif
