/*
 * bgp_route.h - an order as a route: a blackhole (RFC 7999) or a FlowSpec rule (RFC 8955), in the
 * words of the two daemons that can announce it.
 */
#ifndef BGP_BGP_ROUTE_H
#define BGP_BGP_ROUTE_H

#include "filter/filter_export.h"
#include "hand/hand.h"

#include <netinet/in.h>

#define BGP_TEXT      (FILTER_FLOW_TEXT + 160)
#define BGP_COMMUNITY 24

/* Of blackhole routes, checked. */
struct bgp_terms {
	char next_hop4[INET_ADDRSTRLEN], next_hop6[INET6_ADDRSTRLEN];
	char community[BGP_COMMUNITY]; /* may be empty */
};

struct bgp_route {
	const char *family; /* "ipv4", "ipv6-flowspec", ...: as GoBGP calls it */
	bool flow;
	char destination[PREFIX_TEXT];
	char gobgp[BGP_TEXT];  /* words, parted by spaces, behind `gobgp global rib add -a FAMILY` */
	char exabgp[BGP_TEXT]; /* behind "announce" or "withdraw" */
};

/* ERR_FORMAT: the configuration has something that is no address or community. */
MUST_USE enum err bgp_terms_read(const struct hand_settings *settings, struct bgp_terms *terms,
				 char trouble[HAND_TROUBLE]);

/* ERR_UNSUPPORTED: BGP cannot say that; `trouble` tells what. */
MUST_USE enum err bgp_route_of(const struct hand_order *order, const struct bgp_terms *terms,
			       struct bgp_route *route, char trouble[HAND_TROUBLE]);

#endif
