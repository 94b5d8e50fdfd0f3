/* home.c - the set of our own prefixes. */
#include "model/home.h"

enum err home_add(struct home *home, const struct prefix *prefix)
{
	static const struct ip mapped = { { [10] = 0xff, [11] = 0xff } };

	for (size_t i = 0; i < home->count; i++)
		if (home->prefixes[i].bits <= prefix->bits &&
		    prefix_has(&home->prefixes[i], &prefix->ip))
			return OK;
	if (home->count == HOME_MAX)
		return ERR_LIMIT;
	home->prefixes[home->count++] = *prefix;
	if (prefix->bits <= 96 && prefix_has(prefix, &mapped)) {
		home->v4_count++; /* all of IPv4: mask 0, as it is cleared */
	} else if (ip_is_v4(&prefix->ip) && prefix->bits > 96) {
		uint32_t mask = ~0u << (128 - prefix->bits);

		memcpy(&home->v4[home->v4_count].net, prefix->ip.b + 12, 4);
		home->v4[home->v4_count++].mask = __builtin_bswap32(mask);
	}
	return OK;
}

bool home_has_v6(const struct home *home, const struct ip *ip)
{
	for (size_t i = 0; i < home->count; i++)
		if (prefix_has(&home->prefixes[i], ip))
			return true;
	return false;
}

enum direction home_direction(const struct home *home, const struct ip *from, const struct ip *to)
{
	bool ours_from = home_has(home, from);
	bool ours_to = home_has(home, to);

	if (ours_from)
		return ours_to ? DIRECTION_INTERNAL : DIRECTION_OUTBOUND;
	return ours_to ? DIRECTION_INBOUND : DIRECTION_UNKNOWN;
}

const char *direction_name(enum direction direction)
{
	static const char *const names[] = {
		[DIRECTION_UNKNOWN] = "unknown",
		[DIRECTION_INBOUND] = "inbound",
		[DIRECTION_OUTBOUND] = "outbound",
		[DIRECTION_INTERNAL] = "internal",
	};

	return names[direction];
}
