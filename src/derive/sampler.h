/*
 * sampler.h - keeps samples of what own targets get: of quiet times, and of now.
 *
 * One in N frames is looked at, so it costs nearly nothing at any rate, and memory is fixed. For each of
 * the busiest own addresses, and for each own network as a whole, it keeps the last packets, and a reservoir
 * of quiet times that grows quickly at first and then changes by four packets a second: the last quarter of an
 * hour, thinned. What came in the seconds before an attack was noticed, and in the minute before it while much more
 * came than usual, is no quiet time and is forgotten, and from then on the reservoir stays as it is: an address learns
 * nothing while its network is attacked, its network nothing of an address that is. An attack that grows over a quarter
 * of an hour unnoticed is learned.
 */
#ifndef DERIVE_SAMPLER_H
#define DERIVE_SAMPLER_H

#include "filter/filter.h"
#include "model/frame.h"
#include "model/home.h"

#include <stddef.h>

struct sampler;

/* `bytes`: the most that it may take; 0: the usual 32 MiB. NULL: no memory. Caller owns it. */
struct sampler *sampler_new(const struct home *home, size_t bytes);
void sampler_free(struct sampler *sampler);

/* Frames in the order of their arrival. */
void sampler_frames(struct sampler *sampler, const struct frame *frames, size_t count);

struct samples {
	const struct look *during, *before; /* borrowed until the next call of this sampler */
	size_t during_count, before_count;
	uint32_t normal_pps; /* in the minute before, without what is no quiet time */
	double during_pps;   /* in the last second of `during` */
	const struct ip *known; /* sources of the time before whose TCP conversations went on */
	size_t known_count;
};

/* What came to `target` since `from`, and in quiet times before; changes nothing. Of a target that is wider
 * than an own network, that of the busiest one in it. False: nothing ever came. */
bool sampler_look(struct sampler *sampler, const struct prefix *target, usec_t from,
		  struct samples *samples);
/* The same of an attack on `target` that began at `from`: what was before
 * is frozen, until sampler_quiet(). False: nothing of it was seen. */
bool sampler_take(struct sampler *sampler, const struct prefix *target, usec_t from,
		  struct samples *samples);
/* The attack on the target is over. It is taken for over, too, an hour after it was asked for last. */
void sampler_quiet(struct sampler *sampler, const struct prefix *target);

/* What a filter sees of a frame. False: it is no IP packet. */
bool look_of_frame(const struct frame *frame, struct look *look);

#endif
