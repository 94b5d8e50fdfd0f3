/*
 * dhcp.h - one DHCP message of IPv4 or IPv6 (RFC 2131, RFC 2132; RFC 8415, RFC 4704): what a client
 * says of itself, and what it is given.
 */
#ifndef WIRE_DHCP_H
#define WIRE_DHCP_H

#include "model/event.h"

#define DHCP_PRINTS 512 /* room for a list of option numbers as text */
#define DHCP_NAME   256 /* room for a name that is put together from labels */

struct dhcp_message {
	struct event_dhcp event; /* its texts are borrowed from the datagram, or from this struct:
				  * it must not be copied while they are in use */
	bool reply;              /* of a server */
	char prints[DHCP_PRINTS];
	char name[DHCP_NAME];
};

/* False when the datagram is no DHCP message (of either version). Strict enough for any port. */
bool dhcp_read(struct span datagram, struct dhcp_message *out);

#endif
