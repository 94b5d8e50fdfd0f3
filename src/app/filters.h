/*
 * filters.h - `hinomi filter`: captures in, the floods on us and the filters against them out.
 */
#ifndef APP_FILTERS_H
#define APP_FILTERS_H

#include "derive/derive.h"
#include "model/home.h"
#include "model/time.h"

#define FILTERED_MAX 64

/* One flood on us, and what was derived from its samples. */
struct filtered {
	struct prefix target;
	enum vector vector;
	usec_t from, until;      /* the first and the last that its alerts speak of */
	uint64_t pps, bps;       /* the highest rates */
	bool known;              /* there were samples enough */
	struct derive_result result;
};

struct filters {
	struct filtered all[FILTERED_MAX];
	size_t count;
	struct home home;        /* empty: is inferred from the first packets */
	char trouble[512];       /* the first input that was not read to its end; "": none */
};

/* Reads the captures as one stream. False: no memory. Filters are derived as they are live: from what was
 * seen a second after the flood was, and again while it goes on; the last ones stay. */
bool filters_read(struct filters *filters, const char *const *paths, size_t count);

#endif
