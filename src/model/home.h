/*
 * home.h - which addresses are ours.
 *
 * Everything that Hinomi says depends on it: an attack on us is news, an attack by one of our own
 * devices is more important news.
 */
#ifndef MODEL_HOME_H
#define MODEL_HOME_H

#include "model/ip.h"

#define HOME_MAX 64

enum direction {
	DIRECTION_UNKNOWN,  /* neither end is ours */
	DIRECTION_INBOUND,  /* from outside to us */
	DIRECTION_OUTBOUND, /* from us to outside */
	DIRECTION_INTERNAL, /* between ours */
};

struct home {
	struct prefix prefixes[HOME_MAX];
	size_t count;
	struct {
		uint32_t net, mask; /* as in memory, not in host order */
	} v4[HOME_MAX]; /* the IPv4 ones again, for the fast path */
	size_t v4_count;
	bool inferred;   /* not told by the user */
	char reason[200]; /* how it was inferred, in a sentence */
};

/* Adds a prefix; ERR_LIMIT beyond HOME_MAX, OK when it is covered already. */
MUST_USE enum err home_add(struct home *home, const struct prefix *prefix);
bool home_has_v6(const struct home *home, const struct ip *ip);

static inline bool home_has(const struct home *home, const struct ip *ip)
{
	uint32_t word;

	if (!ip_is_v4(ip))
		return home_has_v6(home, ip);
	memcpy(&word, ip->b + 12, sizeof(word));
	for (size_t i = 0; i < home->v4_count; i++)
		if (((word ^ home->v4[i].net) & home->v4[i].mask) == 0)
			return true;
	return false;
}

enum direction home_direction(const struct home *home, const struct ip *from, const struct ip *to);

/* "inbound", "outbound", "internal", "unknown" */
const char *direction_name(enum direction direction);

#endif
