/*
 * known_host.h - hosts that say little about who speaks: shorteners, free hosting, click trackers of bulk mail,
 * gateways that rewrite links, meetings, redirectors of well-known sites.
 */
#ifndef LINK_KNOWN_HOST_H
#define LINK_KNOWN_HOST_H

#include "base/line.h"

enum host_kind {
	HOST_SHORTENER = 1,
	HOST_HOSTING = 2, /* pages, files and tunnels for everybody */
	HOST_TRACKER = 4, /* counts the clicks of newsletters */
	HOST_WRAPPER = 8, /* looks at links for a mail gateway */
	HOST_MEETING = 16,
	HOST_REDIRECTOR = 32, /* leads on to what its query names */
};

/* What a host is, or one above it: bits of enum host_kind. In lower case. */
unsigned host_kinds(struct span host);

#endif
