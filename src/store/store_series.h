/*
 * store_series.h - how much traffic there was: bins of ten seconds for a day, of a minute for eight
 * days, of an hour for as long as anything is kept.
 */
#ifndef STORE_STORE_SERIES_H
#define STORE_STORE_SERIES_H

#include "store/store.h"

/* Seconds of the bins that are kept. */
#define STORE_SERIES_STEP   10
#define STORE_SERIES_MINUTE 60
#define STORE_SERIES_HOUR   3600

struct store_bin {
	int64_t from;     /* seconds since 1970, a multiple of its step */
	uint32_t seconds; /* how many of them were measured: rates are shares of these */
	uint64_t in_packets, out_packets, in_bytes, out_bytes;
	uint64_t dropped; /* by the kernel */
};

/* Adds to the bins that hold `from`, which may be any second here. Batched. */
MUST_USE enum err store_series_add(struct store *store, const struct store_bin *bin);

typedef bool store_bin_see(void *whom, const struct store_bin *bin);

struct store_span {
	int64_t from, to;
	uint32_t step; /* seconds, a multiple of STORE_SERIES_STEP */
};

/* Bins of `step` seconds, from the one that holds `from` to before `to`, in the order of time.
 * Nothing was measured where there is none. ERR_LIMIT: the step is no multiple, or a time is before
 * 1970. */
MUST_USE enum err store_series_list(struct store *store, const struct store_span *span,
				    store_bin_see *see, void *whom);

#endif
