/*
 * upstream.h - a ready text for the provider, where an attack has to be stopped before it reaches the line.
 */
#ifndef FILTER_UPSTREAM_H
#define FILTER_UPSTREAM_H

#include "filter/filter.h"
#include "model/time.h"
#include "model/vector.h"
#include "policy/language.h"

#include <stddef.h>

#define UPSTREAM_FILTERS 16

struct upstream_note {
	struct prefix target;
	const enum vector *vectors; /* borrowed; none: the kind is not known */
	size_t vector_count;
	usec_t from;                /* of the attack; UTC */
	usec_t now;
	uint64_t peak_pps, peak_bps;
	bool line_full;             /* our devices cannot help any more */
	const struct filter *filters; /* sound; borrowed; at most UPSTREAM_FILTERS; none: no good ones are known */
	size_t filter_count;
};

/*
 * A whole letter, its subject in the first line. Who writes and who is written to is not known: these are
 * left as [ ] to be filled in. Filters are said in words and, where it can say them, as FlowSpec.
 */
#define UPSTREAM_TEXT 20480
char *upstream_text(const struct upstream_note *note, enum language language, char text[UPSTREAM_TEXT]);

/* One filter in words: "destination 203.0.113.10, protocol udp, source port 123". */
#define FILTER_WORDS 640
char *filter_words(const struct filter *filter, enum language language, char text[FILTER_WORDS]);

#endif
