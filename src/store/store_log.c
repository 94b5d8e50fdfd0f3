/* store_log.c - acts: a change, its line in the log and the commit, all or nothing. */
#include "store/store_statement.h"

enum err store_log_add(struct store *store, const struct store_act *act)
{
	static const char sql[] = "INSERT INTO log(at, user, what, reason) VALUES(?, ?, ?, ?)";

	return store_run(store, sql,
			 VALUES(value_int(act->at), value_name(act->user), value_text(act->what),
				value_text(act->reason)));
}

enum err store_act_begin(struct store *store)
{
	static const char sql[] = "SAVEPOINT act";

	return store_run(store, sql, NO_VALUES);
}

/* The batch goes on without the act. */
static void act_undo(struct store *store)
{
	int code = sqlite3_exec(store->db, "ROLLBACK TO act; RELEASE act", NULL, NULL, NULL);

	if (code != SQLITE_OK)
		store_failed(store, code);
}

enum err store_act_end(struct store *store, enum err err, const struct store_act *act)
{
	static const char sql[] = "RELEASE act";

	if (err == OK)
		err = store_log_add(store, act);
	if (err == OK)
		err = store_run(store, sql, NO_VALUES);
	if (err == OK)
		return store_commit(store);
	if (!sqlite3_get_autocommit(store->db))
		act_undo(store);
	return err;
}

struct log_whom {
	store_log_see *see;
	void *whom;
};

static bool log_row(void *whom, struct row *row)
{
	const struct log_whom *w = whom;
	struct store_act act;
	uint64_t id = row_uint(row);

	act.at = row_int(row);
	act.user = row_text(row);
	act.what = row_text(row);
	act.reason = row_text(row);
	return w->see(w->whom, id, &act);
}

enum err store_log_list(struct store *store, uint64_t before, uint32_t limit, store_log_see *see,
			void *whom)
{
	static const char sql[] = "SELECT id, at, user, what, reason FROM log WHERE id < ? "
				  "ORDER BY id DESC LIMIT ?";

	return store_ask_any(store, sql,
			     VALUES(value_uint(before ? before : UINT64_MAX), value_uint(limit)),
			     log_row, &(struct log_whom){ see, whom });
}
