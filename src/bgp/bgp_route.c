/*
 * bgp_route.c - blackholes and FlowSpec rules in words.
 *
 * A blackhole has BLACKHOLE (65535:666, RFC 7999) and NO_EXPORT (RFC 1997), so that nobody behind
 * the upstream hears of it. GoBGP and ExaBGP tell their own routes to other systems all the same; a
 * router of one's own between them and the upstream does not, and has to take NO_EXPORT off.
 */
#include "bgp/bgp_route.h"

#include "base/text.h"

#include <stdio.h>

/* A copy of an address of the configuration, of one family. */
static bool address(const char *text, bool four, char *into, size_t size)
{
	struct ip ip;

	return ip_parse(&ip, text) == OK && (strchr(text, ':') == NULL) == four &&
	       (size_t)snprintf(into, size, "%s", text) < size;
}

/* "64500:666": two numbers of 16 bits. */
static bool community_is_sound(const char *text)
{
	unsigned as, value;
	int end = 0;

	return strspn(text, "0123456789:") == strlen(text) &&
	       sscanf(text, "%5u:%5u%n", &as, &value, &end) == 2 && text[end] == '\0' &&
	       as <= UINT16_MAX && value <= UINT16_MAX;
}

enum err bgp_terms_read(const struct hand_settings *settings, struct bgp_terms *terms,
			char trouble[HAND_TROUBLE])
{
	struct bgp_terms read = { .community = "" };
	const char *wrong = NULL;

	if (!address(settings->next_hop4, true, read.next_hop4, sizeof(read.next_hop4)))
		wrong = "respond.next_hop4 is no IPv4 address";
	else if (!address(settings->next_hop6, false, read.next_hop6, sizeof(read.next_hop6)))
		wrong = "respond.next_hop6 is no IPv6 address";
	else if (*settings->community && !community_is_sound(settings->community))
		wrong = "respond.community is no community as \"64500:666\"";
	if (wrong) {
		snprintf(trouble, HAND_TROUBLE, "bgp: %s", wrong);
		return ERR_FORMAT;
	}
	snprintf(read.community, sizeof(read.community), "%s", settings->community);
	*terms = read;
	return OK;
}

static enum err refused(char trouble[HAND_TROUBLE], const char *why)
{
	snprintf(trouble, HAND_TROUBLE, "bgp: %s", why);
	return ERR_UNSUPPORTED;
}

static enum err blackhole(const struct filter *filter, const struct bgp_terms *terms,
			  struct bgp_route *route, char trouble[HAND_TROUBLE])
{
	bool four = ip_is_v4(&filter->to.ip);
	const char *hop = four ? terms->next_hop4 : terms->next_hop6, *community = terms->community;
	struct ip next;

	if (filter->parts != FILTER_TO || filter->to.bits != 128)
		return refused(trouble,
			       "a blackhole takes all that is for one address, and nothing else");
	if (ip_parse(&next, hop) == OK && ip_equal(&next, &filter->to.ip))
		return refused(trouble, "a blackhole of respond.next_hop itself would lead to itself");
	route->family = four ? "ipv4" : "ipv6";
	prefix_text(&filter->to, route->destination);
	snprintf(route->gobgp, sizeof(route->gobgp),
		 "%s nexthop %s community 65535:666,no-export%s%s", route->destination, hop,
		 *community ? "," : "", community);
	snprintf(route->exabgp, sizeof(route->exabgp),
		 "route %s next-hop %s community [ 65535:666 no-export %s ]", route->destination,
		 hop, community);
	return OK;
}

static enum err flow_drop(const struct filter *filter, struct bgp_route *route,
			  char trouble[HAND_TROUBLE])
{
	struct filter_flowspec flow;
	char why[FILTER_TROUBLE];

	if (filter_flowspec(filter, &flow, why) != OK)
		return refused(trouble, why);
	route->family = flow.family == 4 ? "ipv4-flowspec" : "ipv6-flowspec";
	route->flow = true;
	prefix_text(&filter->to, route->destination);
	snprintf(route->gobgp, sizeof(route->gobgp), "%s then discard", flow.gobgp);
	snprintf(route->exabgp, sizeof(route->exabgp), "flow route { %s then { discard; } }",
		 flow.exabgp);
	return OK;
}

enum err bgp_route_of(const struct hand_order *order, const struct bgp_terms *terms,
		      struct bgp_route *route, char trouble[HAND_TROUBLE])
{
	*route = (struct bgp_route){ .flow = false };
	if (order->verb == ACTION_BLACKHOLE)
		return blackhole(&order->filter, terms, route, trouble);
	if (order->verb == ACTION_DROP)
		return flow_drop(&order->filter, route, trouble);
	return refused(trouble, "it can only drop and blackhole: limits of FlowSpec count bytes");
}
