/*
 * derive_private.h - what the parts of the derivation share: sets of samples, and the search in hand.
 */
#ifndef DERIVE_DERIVE_PRIVATE_H
#define DERIVE_DERIVE_PRIVATE_H

#include "derive/derive.h"

/* Samples in hand, by pointer: the search takes some out again and again. */
struct sample_set {
	const struct look **looks;
	size_t count;
};

size_t samples_hit(const struct sample_set *set, const struct filter *filter);
/* Takes out those that match (or do not), keeping the order. */
void samples_keep(struct sample_set *set, const struct filter *filter, bool matching);

/* What packets of a vector look like: each kind of packet by a filter of its own. */
#define CLASSES 3
size_t class_filters(enum vector vector, unsigned family, struct filter classes[CLASSES]);

/*
 * The conditions that nearly all of the samples meet: each as narrow as it can be while at most `spare` of
 * them do not meet it. Only those parts are set that are sound beside `base`.
 */
#define PART_CONDITIONS 10
size_t part_conditions(const struct sample_set *set, const struct filter *base, size_t spare,
		       struct filter conditions[PART_CONDITIONS]);

/* Both together; `condition` has parts that `filter` has not, or narrows them. */
void filter_join(struct filter *filter, const struct filter *condition);

#endif
