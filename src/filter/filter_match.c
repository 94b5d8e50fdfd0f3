/* filter_match.c - whether a packet meets all conditions. */
#include "filter/filter_private.h"

static bool in_range(const struct filter_range *range, uint16_t number)
{
	return number >= range->low && number <= range->high;
}

/* An IPv6 prefix that is short enough holds all IPv4-mapped addresses, too: those are not meant. */
static bool in_prefix(const struct prefix *prefix, const struct ip *ip)
{
	return prefix_is_v4(prefix) == ip_is_v4(ip) && prefix_has(prefix, ip);
}

static bool match_network(const struct filter *filter, const struct look *look)
{
	uint32_t parts = filter->parts;

	if ((parts & FILTER_TO) && !in_prefix(&filter->to, &look->to))
		return false;
	if ((parts & FILTER_FROM) && !in_prefix(&filter->from, &look->from))
		return false;
	if ((parts & FILTER_PROTO) && filter->proto != look->proto)
		return false;
	if ((parts & FILTER_LENGTH) && !in_range(&filter->length, look->length))
		return false;
	return !(parts & FILTER_TTL) || in_range(&filter->ttl, look->ttl);
}

static bool match_fragment(uint8_t wanted, uint8_t fragment)
{
	if (wanted == FRAGMENT_ANY)
		return fragment != FRAGMENT_NONE;
	return fragment == wanted;
}

static bool match_transport(const struct filter *filter, const struct look *look)
{
	uint32_t parts = filter->parts;

	if (look->fragment == FRAGMENT_LATER || !proto_has_ports(look->proto) || look->header == LOOK_CUT)
		return false;
	if ((parts & FILTER_FROM_PORT) && !in_range(&filter->from_port, look->from_port))
		return false;
	if ((parts & FILTER_TO_PORT) && !in_range(&filter->to_port, look->to_port))
		return false;
	if (!(parts & FILTER_TCP))
		return true;
	if (!look->header)
		return false;
	if ((parts & FILTER_FLAGS) && (look->flags & filter->flags_mask) != filter->flags)
		return false;
	if ((parts & FILTER_WINDOW) && !in_range(&filter->window, look->window))
		return false;
	return !(parts & FILTER_HEADER) || in_range(&filter->header, look->header);
}

static bool match_bytes(const struct filter_bytes *bytes, const struct look *look)
{
	if (bytes->at + bytes->len > (look->has < LOOK_BYTES ? look->has : LOOK_BYTES))
		return false;
	for (unsigned i = 0; i < bytes->len; i++)
		if ((look->bytes[bytes->at + i] & bytes->mask[i]) != bytes->value[i])
			return false;
	return true;
}

bool filter_match(const struct filter *filter, const struct look *look)
{
	uint32_t parts = filter->parts;

	if (!match_network(filter, look))
		return false;
	if ((parts & FILTER_FRAGMENT) && !match_fragment(filter->fragment, look->fragment))
		return false;
	if ((parts & FILTER_TRANSPORT) && !match_transport(filter, look))
		return false;
	return !(parts & FILTER_BYTES) || match_bytes(&filter->bytes, look);
}
