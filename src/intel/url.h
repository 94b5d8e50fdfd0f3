/*
 * url.h - the normal form of URLs, the same for a feed's and for one that was seen.
 */
#ifndef INTEL_URL_H
#define INTEL_URL_H

#include "intel/indicator.h"

/* A URL in normal form; the spans point into the room that url_normal() was given. */
struct url {
	struct span whole; /* scheme://host[:port]/path?query, or without the scheme */
	struct span rest;  /* host[:port]/path?query: what a URL without a scheme is */
	struct span host;  /* without the brackets of IPv6 */
};

/* Lower-cases scheme and host, drops a default port, user and fragment, gives an empty path its
 * "/", and escapes bytes beyond ASCII (RFC 3986, 6.2). `ascii`: as in host_name(). Refused: no
 * host, blanks or controls inside, TOO_LONG. */
enum indicator_refused url_normal(struct span text, bool ascii, char room[INDICATOR_VALUE],
				  struct url *url);

/* Whether a URL is in normal form already, as most are; its spans then point into the text. False: it may
 * be all the same, and url_normal() knows. */
bool url_as_it_is(struct span text, struct url *url);

#endif
