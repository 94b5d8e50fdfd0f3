/*
 * ssdp.h - one SSDP message (UPnP Device Architecture 2.0, 1): who searches, and what devices say
 * of themselves.
 */
#ifndef WIRE_SSDP_H
#define WIRE_SSDP_H

#include "base/span.h"

#include <stdbool.h>

enum ssdp_kind {
	SSDP_SEARCH, /* M-SEARCH */
	SSDP_NOTIFY,
	SSDP_RESPONSE, /* to a search */
};

struct ssdp_message { /* the texts are borrowed; empty when not sent */
	enum ssdp_kind kind;
	struct span target;   /* ST, or NT of a NOTIFY: what is searched or announced */
	struct span name;     /* USN */
	struct span server;   /* SERVER: system and product */
	struct span location; /* URL of the description */
	struct span agent;    /* USER-AGENT of who searches */
	struct span event;    /* NTS: "ssdp:alive", "ssdp:byebye" */
};

/* False when the datagram is no SSDP message. */
bool ssdp_read(struct span message, struct ssdp_message *out);

#endif
