/*
 * fingerprint.h - an attack as others can recognise it: the fingerprint of the Dutch Anti-DDoS coalition.
 *
 * The form is that of its dissector (github.com/ddos-clearing-house/ddos_dissector, fingerprint_format.md),
 * as made from packets. Values that are not the same in nearly all packets of a vector are "random".
 */
#ifndef FILTER_FINGERPRINT_H
#define FILTER_FINGERPRINT_H

#include "filter/filter.h"
#include "model/time.h"
#include "model/vector.h"

#include <jansson.h>
#include <stddef.h>

struct fingerprint_vector {
	enum vector vector;   /* VECTOR_NONE: not known */
	struct filter filter; /* what its packets have in common */
	double share;         /* of the attack's bytes, 0 to 1 */
	uint64_t packets, bytes;
	usec_t from, until;
	const struct ip *sources; /* those that are known; borrowed */
	size_t source_count;
};

struct fingerprint {
	struct prefix target;
	bool anonymous; /* does not say the target */
	usec_t from, until;
	uint64_t packets, bytes;
	uint64_t sources; /* how many addresses sent it, as far as known */
	const struct fingerprint_vector *vectors; /* at least one; borrowed */
	size_t vector_count;
};

/* NULL: no memory. */
json_t *fingerprint_json(const struct fingerprint *fingerprint);

#endif
