/* filter.c - which filters can be obeyed, and which of two is the wider one. */
#include "filter/filter_private.h"

#define RANGE(word, part, member, least, most) \
	{ word, part, offsetof(struct filter, member), least, most }

const struct range_part filter_ranges[FILTER_RANGES] = {
	RANGE("from-port", FILTER_FROM_PORT, from_port, 0, 65535),
	RANGE("to-port", FILTER_TO_PORT, to_port, 0, 65535),
	RANGE("length", FILTER_LENGTH, length, 0, 65535),
	RANGE("window", FILTER_WINDOW, window, 0, 65535),
	RANGE("header", FILTER_HEADER, header, 20, 60),
	RANGE("ttl", FILTER_TTL, ttl, 0, 255),
};

unsigned filter_family(const struct filter *filter)
{
	if (filter->parts & FILTER_TO)
		return prefix_is_v4(&filter->to) ? 4 : 6;
	if (filter->parts & FILTER_FROM)
		return prefix_is_v4(&filter->from) ? 4 : 6;
	return 0;
}

/* The filter without what no condition uses. */
static struct filter filter_used(const struct filter *filter)
{
	struct filter used = { .parts = filter->parts };

	if (used.parts & FILTER_FROM)
		used.from = filter->from;
	if (used.parts & FILTER_TO)
		used.to = filter->to;
	if (used.parts & FILTER_PROTO)
		used.proto = filter->proto;
	if (used.parts & FILTER_FRAGMENT)
		used.fragment = filter->fragment;
	if (used.parts & FILTER_FLAGS) {
		used.flags = filter->flags;
		used.flags_mask = filter->flags_mask;
	}
	for (size_t i = 0; i < FILTER_RANGES; i++) {
		size_t at = filter_ranges[i].offset;

		if (used.parts & filter_ranges[i].part)
			memcpy((uint8_t *)&used + at, (const uint8_t *)filter + at,
			       sizeof(struct filter_range));
	}
	if (used.parts & FILTER_BYTES)
		used.bytes = filter->bytes;
	return used;
}

static const char *prefix_flaw(const struct prefix *prefix)
{
	struct prefix cleared;

	if (prefix->bits > 128)
		return "a prefix is longer than its address";
	cleared = ip_prefix(&prefix->ip, prefix->bits);
	return ip_equal(&cleared.ip, &prefix->ip) ? NULL : "a prefix has host bits";
}

static const char *prefixes_flaw(const struct filter *filter)
{
	const char *flaw = prefix_flaw(&filter->from); /* all zero where no condition uses it */

	if (!flaw)
		flaw = prefix_flaw(&filter->to);
	if (!flaw && (filter->parts & FILTER_FROM) && (filter->parts & FILTER_TO) &&
	    prefix_is_v4(&filter->from) != prefix_is_v4(&filter->to))
		flaw = "from and to are of different families";
	return flaw;
}

static const char *ranges_flaw(const struct filter *filter)
{
	for (size_t i = 0; i < FILTER_RANGES; i++) {
		const struct range_part *part = &filter_ranges[i];
		const struct filter_range *range = filter_range(filter, part);

		if (!(filter->parts & part->part))
			continue;
		if (range->low > range->high)
			return "a range ends before it begins";
		if (range->low < part->least || range->high > part->most)
			return "a range is of numbers that cannot be";
	}
	if ((filter->header.low | filter->header.high) % 4)
		return "the length of a TCP header is a multiple of 4";
	if ((filter->parts & FILTER_LENGTH) &&
	    filter->length.high < (filter_family(filter) == 6 ? 40 : 20))
		return "no packet is that short";
	return NULL;
}

static const char *transport_flaw(const struct filter *filter)
{
	uint8_t proto = filter->parts & FILTER_PROTO ? filter->proto : 0;

	if ((filter->parts & FILTER_PORTS) && !proto_has_ports(proto))
		return "ports need proto tcp or udp (or icmp or icmp6, for type and code)";
	if (proto_is_icmp(proto) && (filter->from_port.high > 255 || filter->to_port.high > 255))
		return "type and code of ICMP are at most 255";
	if ((filter->parts & FILTER_TCP) && proto != PROTO_TCP)
		return "flags, window and header need proto tcp";
	if ((filter->parts & FILTER_FLAGS) && (!filter->flags_mask || filter->flags & ~filter->flags_mask))
		return "flags that are set must be among those looked at";
	return NULL;
}

static const char *fragment_flaw(const struct filter *filter)
{
	if (!(filter->parts & FILTER_FRAGMENT))
		return NULL;
	if (filter->fragment < FRAGMENT_NONE || filter->fragment > FRAGMENT_LATER)
		return "fragment is none, any or later";
	if (filter->fragment == FRAGMENT_LATER && (filter->parts & FILTER_TRANSPORT))
		return "later fragments have no ports, flags, window or header";
	return NULL;
}

static const char *bytes_flaw(const struct filter *filter)
{
	const struct filter_bytes *bytes = &filter->bytes;
	uint8_t looked = 0, outside = 0, unused = 0;

	if (!(filter->parts & FILTER_BYTES))
		return NULL;
	if (bytes->len < 1 || bytes->len > FILTER_BYTES_MAX)
		return "bytes are 1 to 8";
	if (bytes->at + bytes->len > FILTER_AT_MAX + 1)
		return "bytes are too far behind the header";
	for (unsigned i = 0; i < FILTER_BYTES_MAX; i++) {
		outside |= bytes->value[i] & ~bytes->mask[i];
		if (i < bytes->len)
			looked |= bytes->mask[i];
		else
			unused |= bytes->mask[i];
	}
	if (!looked)
		return "the mask of bytes looks at nothing";
	return outside || unused ? "bytes have bits outside of their mask" : NULL;
}

const char *filter_flaw(const struct filter *filter)
{
	static const char *(*const flaws[])(const struct filter *) = {
		prefixes_flaw, ranges_flaw, transport_flaw, fragment_flaw, bytes_flaw,
	};
	struct filter used;
	const char *flaw = NULL;

	if (!filter->parts)
		return "it has no condition: every packet would match";
	if (filter->parts & ~(uint32_t)FILTER_PARTS)
		return "it has conditions that are not known";
	used = filter_used(filter);
	if (memcmp(&used, filter, sizeof(used)) != 0)
		return "something is set that no condition uses";
	for (size_t i = 0; !flaw && i < sizeof(flaws) / sizeof(flaws[0]); i++)
		flaw = flaws[i](filter);
	return flaw;
}

bool filter_sound(const struct filter *filter)
{
	return filter_flaw(filter) == NULL;
}

static bool prefix_covers(const struct prefix *outer, const struct prefix *inner)
{
	return prefix_is_v4(outer) == prefix_is_v4(inner) && outer->bits <= inner->bits &&
	       prefix_has(outer, &inner->ip);
}

static bool bytes_cover(const struct filter_bytes *outer, const struct filter_bytes *inner)
{
	if (outer->at + outer->len > inner->at + inner->len) /* so long a packet is not sure */
		return false;
	for (int i = 0; i < outer->len; i++) {
		int at = outer->at + i - inner->at;
		uint8_t mask = at < 0 ? 0 : inner->mask[at];

		if (outer->mask[i] & ~mask)
			return false;
		if (outer->mask[i] && (inner->value[at] & outer->mask[i]) != outer->value[i])
			return false;
	}
	return true;
}

static bool ranges_cover(const struct filter *outer, const struct filter *inner)
{
	for (size_t i = 0; i < FILTER_RANGES; i++) {
		const struct filter_range *wide = filter_range(outer, &filter_ranges[i]);
		const struct filter_range *narrow = filter_range(inner, &filter_ranges[i]);

		if ((outer->parts & filter_ranges[i].part) &&
		    (narrow->low < wide->low || narrow->high > wide->high))
			return false;
	}
	return true;
}

bool filter_covers(const struct filter *outer, const struct filter *inner)
{
	uint32_t parts = outer->parts;

	if (parts & ~inner->parts) /* inner says nothing of it */
		return false;
	if ((parts & FILTER_FROM) && !prefix_covers(&outer->from, &inner->from))
		return false;
	if ((parts & FILTER_TO) && !prefix_covers(&outer->to, &inner->to))
		return false;
	if ((parts & FILTER_PROTO) && outer->proto != inner->proto)
		return false;
	if ((parts & FILTER_FLAGS) && (outer->flags_mask & ~inner->flags_mask ||
				       (inner->flags & outer->flags_mask) != outer->flags))
		return false;
	if ((parts & FILTER_FRAGMENT) && outer->fragment != inner->fragment &&
	    !(outer->fragment == FRAGMENT_ANY && inner->fragment == FRAGMENT_LATER))
		return false;
	if ((parts & FILTER_BYTES) && !bytes_cover(&outer->bytes, &inner->bytes))
		return false;
	return ranges_cover(outer, inner);
}
