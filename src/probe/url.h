/*
 * url.h - addresses of pages: in the form in which they are asked for, and where a redirect leads.
 *
 * Over libcurl's URL parser, so that what is checked here is what is asked for there.
 */
#ifndef PROBE_URL_H
#define PROBE_URL_H

#include "probe/probe.h"

struct probe_url {
	char text[PROBE_URL];  /* without a fragment; the host in lower case, as punycode, without a dot at its end */
	char host[PROBE_NAME]; /* an address of IPv6 without its brackets */
	uint16_t port;
	bool tls;
};

/* ERR_FORMAT: not an http:// or https:// URL of a host, or it holds a user's name. ERR_LIMIT: longer than PROBE_URL. */
MUST_USE enum err url_parse(struct probe_url *url, const char *text);

/* Where the Location of an answer leads (RFC 3986, 5; RFC 9110, 10.2.2). ERR_UNSUPPORTED: another scheme; the rest as
 * above. `next` may not be `from`. */
MUST_USE enum err url_follow(struct probe_url *next, const struct probe_url *from, const char *location);

#endif
