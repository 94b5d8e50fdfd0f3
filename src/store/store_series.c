/* store_series.c - bins of traffic, kept in three widths at once. */
#include "store/store_series.h"

#include "store/store_statement.h"

static const uint32_t widths[] = { STORE_SERIES_HOUR, STORE_SERIES_MINUTE, STORE_SERIES_STEP };

#define WIDTHS (sizeof(widths) / sizeof(*widths))

static int64_t begin_of(int64_t t, uint32_t step)
{
	return t - t % step;
}

static enum err add(struct store *store, const struct store_bin *bin, uint32_t width)
{
	static const char sql[] =
		"INSERT INTO series(width, start, seconds, in_packets, out_packets, in_bytes, "
		"out_bytes, dropped) VALUES(?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT(width, start) DO UPDATE SET seconds = seconds + excluded.seconds, "
		"in_packets = in_packets + excluded.in_packets, "
		"out_packets = out_packets + excluded.out_packets, "
		"in_bytes = in_bytes + excluded.in_bytes, out_bytes = out_bytes + "
		"excluded.out_bytes, "
		"dropped = dropped + excluded.dropped";

	return store_run(store, sql,
			 VALUES(value_int(width), value_int(begin_of(bin->from, width)),
				value_sum(bin->seconds), value_sum(bin->in_packets),
				value_sum(bin->out_packets), value_sum(bin->in_bytes),
				value_sum(bin->out_bytes), value_sum(bin->dropped)));
}

enum err store_series_add(struct store *store, const struct store_bin *bin)
{
	enum err err = bin->from < 0 ? store_refused(store, ERR_LIMIT) : OK;

	for (size_t i = 0; i < WIDTHS && err == OK; i++)
		err = add(store, bin, widths[i]);
	return err;
}

/* The widest that fills the step without a rest; 0: none does. */
static uint32_t width_of(uint32_t step)
{
	for (size_t i = 0; i < WIDTHS && step > 0; i++)
		if (step % widths[i] == 0)
			return widths[i];
	return 0;
}

struct bin_whom {
	store_bin_see *see;
	void *whom;
};

static bool bin_row(void *whom, struct row *row)
{
	const struct bin_whom *w = whom;
	struct store_bin bin;

	bin.from = row_int(row);
	bin.seconds = (uint32_t)row_uint(row);
	bin.in_packets = row_uint(row);
	bin.out_packets = row_uint(row);
	bin.in_bytes = row_uint(row);
	bin.out_bytes = row_uint(row);
	bin.dropped = row_uint(row);
	return w->see(w->whom, &bin);
}

/* total() is a float and never overflows: sums of counters that a file claims may. */
enum err store_series_list(struct store *store, const struct store_span *span, store_bin_see *see,
			   void *whom)
{
	static const char sql[] =
		"SELECT start - start % ?4 AS begin, sum(seconds), CAST(total(in_packets) AS "
		"INTEGER), "
		"CAST(total(out_packets) AS INTEGER), CAST(total(in_bytes) AS INTEGER), "
		"CAST(total(out_bytes) AS INTEGER), CAST(total(dropped) AS INTEGER) FROM series "
		"WHERE width = ?1 AND start >= ?2 AND start < ?3 GROUP BY begin ORDER BY begin";
	uint32_t width = width_of(span->step);

	if (width == 0 || span->from < 0)
		return store_refused(store, ERR_LIMIT);
	return store_ask_any(store, sql,
			     VALUES(value_int(width), value_int(begin_of(span->from, span->step)),
				    value_int(span->to), value_int(span->step)),
			     bin_row, &(struct bin_whom){ see, whom });
}
