/* store_exception.c - what people want to hear nothing of. */
#include "store/store_exception.h"

#include "store/store_statement.h"

static enum err insert(struct store *store, const struct store_exception *e)
{
	static const char sql[] =
		"INSERT INTO exception(rule, who, whom, reason, by, since, until, ended, matched) "
		"VALUES(?, ?, ?, ?, ?, ?, ?, 0, 0)";

	return store_run(store, sql,
			 VALUES(value_name(e->rule), value_name(e->who), value_name(e->whom),
				value_text(e->reason), value_name(e->by), value_int(e->from),
				value_int(e->until)));
}

enum err store_exception_add(struct store *store, struct store_exception *exception,
			     const struct store_act *act)
{
	enum err err = store_act_begin(store);
	uint64_t id = 0;

	if (err == OK)
		err = insert(store, exception);
	if (err == OK)
		id = store_inserted(store);
	err = store_act_end(store, err, act);
	if (err == OK)
		exception->id = id;
	return err;
}

static enum err end(struct store *store, uint64_t id, usec_t at)
{
	static const char sql[] =
		"UPDATE exception SET ended = ?1 WHERE id = ?2 AND ended = 0 AND until > ?1";

	return store_run_some(store, sql, VALUES(value_int(at), value_uint(id)));
}

enum err store_exception_end(struct store *store, uint64_t id, const struct store_act *act)
{
	enum err err = store_act_begin(store);

	if (err == OK)
		err = end(store, id, act->at);
	return store_act_end(store, err, act);
}

enum err store_exception_matched(struct store *store, uint64_t id)
{
	static const char sql[] = "UPDATE exception SET matched = matched + 1 WHERE id = ?";

	return store_run_some(store, sql, VALUES(value_uint(id)));
}

struct exception_whom {
	store_exception_see *see;
	void *whom;
};

static bool exception_row(void *whom, struct row *row)
{
	const struct exception_whom *w = whom;
	struct store_exception e;

	e.id = row_uint(row);
	e.rule = row_text(row);
	e.who = row_text(row);
	e.whom = row_text(row);
	e.reason = row_text(row);
	e.by = row_text(row);
	e.from = row_int(row);
	e.until = row_int(row);
	e.ended = row_int(row);
	e.matched = row_uint(row);
	return w->see(w->whom, &e);
}

enum err store_exception_list(struct store *store, usec_t now, uint32_t limit,
			      store_exception_see *see, void *whom)
{
	static const char sql[] = "SELECT id, rule, who, whom, reason, by, since, until, ended, "
				  "matched FROM exception "
				  "ORDER BY ended = 0 AND until > ? DESC, id DESC LIMIT ?";

	return store_ask_any(store, sql, VALUES(value_int(now), value_uint(limit)), exception_row,
			     &(struct exception_whom){ see, whom });
}
