/*
 * host.h - the normal form of host names and addresses as feeds write them.
 *
 * No allocation, except that a name with letters beyond ASCII goes through libidn2.
 */
#ifndef INTEL_HOST_H
#define INTEL_HOST_H

#include "intel/indicator.h"

/* Room for a name of 253 characters (RFC 1035 less the root's dot) and its end. */
#define HOST_TEXT 256

/* Lower-cases a domain name, takes away "*." and outer dots, and writes A-labels (IDNA 2008 with
 * the mapping of UTS 46). False, `name` undefined: not a name of two labels at least whose last
 * one has a letter. With `ascii` a name beyond ASCII is refused instead: nothing is allocated. */
bool host_name(struct span text, bool ascii, char name[HOST_TEXT]);

/* Whether everybody can have a name below it: a public suffix (publicsuffix.org, ICANN's and the
 * private section) or a zone of shared hosting. `name` is normal form. */
bool host_is_shared(const char *name);

/* The part of a name that is registered as one: a label more than its longest public suffix of
 * ICANN's section (example.co.jp). `name` is lower case, dotted, any bytes; what is returned is a part
 * of it, the whole when it has fewer labels. Answers are remembered, by each thread for itself. */
struct span host_registrable(struct span name);

/* "a.b.c.d", "a.b.c.d/n", "a.b.c.d:port", an IPv6 address with or without brackets, its prefix,
 * "[v6]:port". Fills kind, prefix and port. False: none of these. */
bool host_address(struct span text, struct indicator *indicator);

/* Whether an address indicator may be one: not too broad, not a private or documentation network.
 */
enum indicator_refused host_address_check(const struct indicator *indicator);

/* Reads digits as a port, 1 to 65535. */
bool host_port(struct span text, uint16_t *port);

/* Parts "name:port" at its only colon; false, nothing changed, when there is no port. */
bool host_port_cut(struct span *host, uint16_t *port);

#endif
