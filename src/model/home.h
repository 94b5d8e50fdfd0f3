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
	bool inferred;   /* not told by the user */
	char reason[200]; /* how it was inferred, in a sentence */
};

/* Adds a prefix; ERR_LIMIT beyond HOME_MAX, OK when it is covered already. */
MUST_USE enum err home_add(struct home *home, const struct prefix *prefix);
bool home_has(const struct home *home, const struct ip *ip);
enum direction home_direction(const struct home *home, const struct ip *from, const struct ip *to);

/* "inbound", "outbound", "internal", "unknown" */
const char *direction_name(enum direction direction);

#endif
