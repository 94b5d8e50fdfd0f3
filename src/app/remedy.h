/*
 * remedy.h - what helps against an attack: samples of the traffic, and the filters derived from them.
 *
 * Joins the sampler and the derivation (derive/), and keeps which targets are under attack: what was quiet
 * before stays as it was until nobody has asked about that target for ten minutes.
 */
#ifndef APP_REMEDY_H
#define APP_REMEDY_H

#include "derive/derive.h"
#include "derive/sampler.h"

#define REMEDY_KNOWN 1024 /* good sources that are told of one attack */

struct remedy;

/* NULL: no memory. Caller owns it; `home` is borrowed. */
struct remedy *remedy_new(const struct home *home);
void remedy_free(struct remedy *remedy);

/* Frames in the order of their arrival. */
void remedy_frames(struct remedy *remedy, const struct frame *frames, size_t count);

struct remedy_attack {
	struct prefix target;
	usec_t from;
	enum vector vector; /* VECTOR_NONE: not known */
	const struct filter *held; /* what is dropped already: filters are for what is left */
	size_t held_count;
};

struct remedy_found {
	struct derive_result result;
	const struct ip *known; /* sources that were good before; borrowed until the next call */
	size_t known_count;
};

/* False: too little was seen to say anything. `steady`: a clock in microseconds that is never set. */
bool remedy_find(struct remedy *remedy, const struct remedy_attack *attack, int64_t steady,
		 struct remedy_found *found);

/* What a filter would do, as far as the samples tell. False: there are none. */
bool remedy_rehearse(struct remedy *remedy, const struct remedy_attack *attack, const struct filter *filter,
		     struct effect *effect);

#endif
