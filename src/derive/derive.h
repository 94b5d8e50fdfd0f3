/*
 * derive.h - from samples of an attack and of the time before to the smallest filters between them.
 *
 * A filter is worth something when it takes nearly all of the attack and nearly nothing of the target's
 * normal traffic. Where there is no such filter, that is said, with the next best: a limit, SYN cookies,
 * the upstream. An attack of several vectors gives several filters. See docs/filters.md.
 *
 * Pure: samples in, filters out, the same for the same samples. Sources are never taken for a constant of
 * an attack when they can be forged, unless a few prefixes make nearly all of it.
 */
#ifndef DERIVE_DERIVE_H
#define DERIVE_DERIVE_H

#include "action/action.h"
#include "model/vector.h"

#include <stddef.h>

#define DERIVED_MAX 16

struct derived {
	enum action_verb verb; /* ACTION_DROP, or what is the next best */
	uint32_t limit;        /* ACTION_LIMIT */
	struct filter filter;
	struct effect effect;  /* by itself */
};

struct derive_settings {
	double attack_share; /* least share of the attack that is taken; 0: 0.99 */
	double normal_share; /* most of the normal traffic that is lost; 0: 0.001 */
	uint32_t normal_pps; /* what the target got before; for limits */
	enum vector vector;  /* narrows what of the samples is the attack; VECTOR_NONE: not known */
	const struct filter *held; /* what is dropped already: only what they leave is looked at ... */
	size_t held_count;
	double during_pps; /* ... the more closely, the less it is; of all that is in `during` */
};

struct derive_result {
	struct derived all[DERIVED_MAX]; /* those that are worth it, the best first */
	size_t count;
	struct effect effect;            /* of all together, without what is held */
	bool likely; /* with what is held they take attack_share of the samples and lose at most normal_share */
	bool good;   /* likely, and there were so many normal samples that chance is no reason to doubt it */
};

/*
 * `during`: samples of traffic to the target while it is attacked (attack and normal together);
 * `before`: of the time before, without attack, which may be few or none: then what is normal is not
 * known, and the filters are the narrower for it. ERR_EMPTY: there are too few samples to say anything, or
 * nothing is there that is not normal.
 */
MUST_USE enum err derive_filters(const struct look *during, size_t during_count,
				 const struct look *before, size_t before_count,
				 const struct derive_settings *settings,
				 struct derive_result *result);

#endif
