/* store_level.c - how the vigilance level went, and what is planned. */
#include "store/store_level.h"

#include "store/store_statement.h"

static enum err level_insert(struct store *store, const struct store_level *level)
{
	static const char sql[] = "INSERT INTO level(at, before, after, until, by, reason) "
				  "VALUES(?, ?, ?, ?, ?, ?)";

	return store_run(store, sql,
			 VALUES(value_int(level->at), value_int(level->from), value_int(level->to),
				value_int(level->until), value_name(level->by),
				value_text(level->reason)));
}

enum err store_level_set(struct store *store, const struct store_level *level,
			 const struct store_act *act)
{
	enum err err = store_act_begin(store);

	if (err == OK)
		err = level_insert(store, level);
	return store_act_end(store, err, act);
}

struct level_whom {
	store_level_see *see;
	void *whom;
};

static bool level_row(void *whom, struct row *row)
{
	const struct level_whom *w = whom;
	struct store_level level;

	level.at = row_int(row);
	level.from = row_choice(row, LEVELS);
	level.to = row_choice(row, LEVELS);
	level.until = row_int(row);
	level.by = row_text(row);
	level.reason = row_text(row);
	return w->see(w->whom, &level);
}

enum err store_level_list(struct store *store, uint32_t limit, store_level_see *see, void *whom)
{
	static const char sql[] = "SELECT at, before, after, until, by, reason FROM level "
				  "ORDER BY id DESC LIMIT ?";

	return store_ask_any(store, sql, VALUES(value_uint(limit)), level_row,
			     &(struct level_whom){ see, whom });
}

/* Not when there are too many. */
static enum err plan_insert(struct store *store, const struct store_plan *plan)
{
	static const char sql[] = "INSERT INTO plan(level, since, until, by, reason) "
				  "SELECT ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM plan) < ?";
	enum err err = store_run_some(store, sql,
				      VALUES(value_int(plan->to), value_int(plan->from),
					     value_int(plan->until), value_name(plan->by),
					     value_text(plan->reason), value_int(STORE_PLANS)));

	return err == ERR_EMPTY ? store_refused(store, ERR_LIMIT) : err;
}

enum err store_plan_add(struct store *store, struct store_plan *plan, const struct store_act *act)
{
	enum err err = store_act_begin(store);
	uint64_t id = 0;

	if (err == OK)
		err = plan_insert(store, plan);
	if (err == OK)
		id = store_inserted(store);
	err = store_act_end(store, err, act);
	if (err == OK)
		plan->id = id;
	return err;
}

static enum err plan_delete(struct store *store, uint64_t id)
{
	static const char sql[] = "DELETE FROM plan WHERE id = ?";

	return store_run_some(store, sql, VALUES(value_uint(id)));
}

enum err store_plan_remove(struct store *store, uint64_t id, const struct store_act *act)
{
	enum err err = store_act_begin(store);

	if (err == OK)
		err = plan_delete(store, id);
	return store_act_end(store, err, act);
}

struct plan_whom {
	store_plan_see *see;
	void *whom;
};

static bool plan_row(void *whom, struct row *row)
{
	const struct plan_whom *w = whom;
	struct store_plan plan;

	plan.id = row_uint(row);
	plan.to = row_choice(row, LEVELS);
	plan.from = row_int(row);
	plan.until = row_int(row);
	plan.by = row_text(row);
	plan.reason = row_text(row);
	return w->see(w->whom, &plan);
}

enum err store_plan_list(struct store *store, usec_t now, store_plan_see *see, void *whom)
{
	static const char sql[] = "SELECT id, level, since, until, by, reason FROM plan "
				  "WHERE until > ? ORDER BY since, id";

	return store_ask_any(store, sql, VALUES(value_int(now)), plan_row,
			     &(struct plan_whom){ see, whom });
}
