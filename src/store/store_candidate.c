/* store_candidate.c - cases that would have counted at a tighter level. */
#include "store/store_candidate.h"

#include "store/store_statement.h"

enum err store_candidate_add(struct store *store, const struct store_candidate *candidate)
{
	static const char sql[] =
		"INSERT INTO candidate(key, rule, vector, who, whom, first, last, level, alerts, "
		"peak) "
		"VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO UPDATE SET "
		"first = min(first, excluded.first), last = max(last, excluded.last), "
		"level = min(level, excluded.level), alerts = alerts + excluded.alerts, "
		"peak = max(peak, excluded.peak)";
	const struct store_candidate *c = candidate;

	return store_run(store, sql,
			 VALUES(value_name(c->key), value_name(c->rule), value_name(c->vector),
				value_name(c->who), value_name(c->whom), value_int(c->first),
				value_int(c->last), value_int(c->level), value_sum(c->alerts),
				value_real(c->peak)));
}

struct candidate_whom {
	store_candidate_see *see;
	void *whom;
};

static bool candidate_row(void *whom, struct row *row)
{
	const struct candidate_whom *w = whom;
	struct store_candidate c;

	c.key = row_text(row);
	c.rule = row_text(row);
	c.vector = row_text(row);
	c.who = row_text(row);
	c.whom = row_text(row);
	c.first = row_int(row);
	c.last = row_int(row);
	c.level = row_choice(row, LEVELS);
	c.alerts = row_uint(row);
	c.peak = row_real(row);
	return w->see(w->whom, &c);
}

enum err store_candidate_list(struct store *store, usec_t since, store_candidate_see *see,
			      void *whom)
{
	static const char sql[] = "SELECT key, rule, vector, who, whom, first, last, level, "
				  "alerts, peak FROM candidate "
				  "WHERE last >= ? ORDER BY last DESC";

	return store_ask_any(store, sql, VALUES(value_int(since)), candidate_row,
			     &(struct candidate_whom){ see, whom });
}

enum err store_candidate_complete(struct store *store, usec_t *from)
{
	static const char sql[] = "SELECT CAST(value AS INTEGER) FROM meta WHERE name = ?";

	return store_number(store, sql, VALUES(value_name(META_COMPLETE)), from);
}
