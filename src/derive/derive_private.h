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

MUST_USE bool samples_of(const struct look *looks, size_t count, struct sample_set *set);
MUST_USE bool samples_copy(const struct sample_set *from, struct sample_set *to);
void samples_free(struct sample_set *set);
size_t samples_hit(const struct sample_set *set, const struct filter *filter);
/* Takes out those that match (or do not), keeping the order. */
void samples_keep(struct sample_set *set, const struct filter *filter, bool matching);

/* --- derive_class.c */

/* What packets of a vector look like: each kind of packet by a filter of its own. */
#define CLASSES 3
size_t class_filters(enum vector vector, unsigned family, struct filter classes[CLASSES]);

/* Leaves out neighbour discovery (RFC 4861), without which nobody on the link reaches anybody: `far` is the condition
 * that does it. False: the filter takes none of it. */
bool class_takes_neighbours(const struct filter *filter, struct filter *far);

/* --- derive_part.c */

/*
 * The conditions that nearly all of the samples meet: each as narrow as it can be while at most `spare` of
 * them do not meet it. Only those parts are set that are sound beside `base`.
 */
#define PART_CONDITIONS 12
size_t part_conditions(const struct sample_set *set, const struct filter *base, size_t spare,
		       struct filter conditions[PART_CONDITIONS]);

/* Both together; `condition` has parts that `filter` has not, or narrows them. */
void filter_join(struct filter *filter, const struct filter *condition);

/* --- derive_find.c */

/* Among what a filter is looked for. */
struct around {
	double attack_share; /* least of the attack that is taken */
	double normal_share; /* most of the normal packets that are lost */
	size_t normal_count; /* of all kinds */
	struct sample_set normal; /* those that the base matches */
	double noise; /* how many of the attack's samples are normal, at most */
};

/* So many samples of quiet times tell what is normal. */
#define BEFORE_LEAST 50

/* The smallest filter that takes the set and spares what is normal; false: there is none. */
bool filter_find(const struct around *around, const struct sample_set *set, const struct filter *base,
		 struct filter *filter);

/* The most that `hits` of `count` may be in truth (Wilson's bound, of which 1 in 40 lies above). */
double share_most(size_t hits, size_t count);

/* --- derive_cover.c */

/* The filter that takes most of the set: of all of it, or of those that have something in common. How many. */
size_t cover_best(const struct around *around, const struct sample_set *set, const struct filter *base,
		  struct filter *filter);

/* The source from which most came, of those that never came before; how many. */
size_t cover_source(const struct sample_set *set, const struct sample_set *normal, struct filter *filter);

#endif
