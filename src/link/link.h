/*
 * link.h - where a link leads, as browsers read it (WHATWG URL): backslashes, line ends and tabs inside, user names,
 * percent signs and full-width letters in hosts, addresses in decimal, octal and hexadecimal.
 */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "base/line.h"
#include "base/text.h"
#include "model/ip.h"

#define LINK_TEXT 4096 /* bytes of a link that are read; what is behind does not change where it leads */
#define LINK_HOST 256

struct link {
	struct span scheme;   /* lower case, without ":"; empty: the link has none */
	struct span user;     /* before "@", as it is written */
	struct span host;     /* lower case, A-labels, no last dot; addresses in their usual form */
	struct span path;     /* behind the host; of schemes without one: all behind the colon */
	struct span query;    /* behind "?", without the fragment */
	struct span fragment; /* behind "#" */
	uint16_t port;        /* 0: the usual one */
	bool web;             /* http, https, ftp, or "//host" without a scheme */
	bool address;         /* the host is one: `ip` */
	bool odd_address;     /* ... written so that nobody knows it for one */
	bool odd_host;        /* what is before the path is written as nobody does who wants it to be read */
	struct ip ip;
	char text[LINK_TEXT]; /* without what browsers drop; the spans point into it */
	char host_text[LINK_HOST];
};

/* False: it leads nowhere (it is empty, or relative to a page). */
bool link_read(struct span url, struct link *link);

/* A host as link_read() would have it; false: it is none. The text is written to `room`. */
struct host_read {
	struct span host;
	struct ip ip;
	bool address, odd_address;
	bool odd; /* with percent signs, or letters that stand for those of ASCII */
};
bool link_host(struct span text, char room[LINK_HOST], struct host_read *read);

/* Whether a name ends with a public suffix that exists (publicsuffix.org), so that it may be a host. */
bool host_has_suffix(struct span name);

/* Takes the next "name=value" off a query; false at the end. */
bool link_parameter(struct span *query, struct span *name, struct span *value);

#endif
