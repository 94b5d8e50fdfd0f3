/* store_account.c - who may log in. */
#include "store/store_account.h"

#include "store/store_statement.h"

static enum err change(struct store *store, const struct store_account *account)
{
	static const char sql[] =
		"UPDATE account SET role = ?2, hash = coalesce(?3, hash) WHERE name = ?1";

	return store_run_some(store, sql,
			      VALUES(value_name(account->name), value_name(account->role),
				     value_text(account->hash)));
}

static enum err make(struct store *store, const struct store_account *account, usec_t at)
{
	static const char sql[] = "INSERT INTO account(name, role, hash, created, last_login) "
				  "SELECT ?, ?, ?, ?, 0 WHERE (SELECT count(*) FROM account) < ?";
	enum err err = store_run_some(store, sql,
				      VALUES(value_name(account->name), value_name(account->role),
					     value_text(account->hash), value_int(at),
					     value_int(STORE_ACCOUNTS)));

	return err == ERR_EMPTY ? store_refused(store, ERR_LIMIT) : err;
}

enum err store_account_set(struct store *store, const struct store_account *account,
			   const struct store_act *act)
{
	enum err err = store_act_begin(store);

	if (err == OK) {
		err = change(store, account);
		if (err == ERR_EMPTY && account->hash)
			err = make(store, account, act->at);
	}
	return store_act_end(store, err, act);
}

static enum err delete_one(struct store *store, const char *name)
{
	static const char sql[] = "DELETE FROM account WHERE name = ?";

	return store_run_some(store, sql, VALUES(value_name(name)));
}

enum err store_account_remove(struct store *store, const char *name, const struct store_act *act)
{
	enum err err = store_act_begin(store);

	if (err == OK)
		err = delete_one(store, name);
	return store_act_end(store, err, act);
}

enum err store_account_login(struct store *store, const char *name, usec_t at)
{
	static const char sql[] = "UPDATE account SET last_login = ? WHERE name = ?";

	return store_run_some(store, sql, VALUES(value_int(at), value_name(name)));
}

struct account_whom {
	store_account_see *see;
	void *whom;
};

static bool account_row(void *whom, struct row *row)
{
	const struct account_whom *w = whom;
	struct store_account account;

	account.name = row_text(row);
	account.role = row_text(row);
	account.hash = row_text(row);
	account.created = row_int(row);
	account.last_login = row_int(row);
	return w->see(w->whom, &account);
}

#define SELECT "SELECT name, role, hash, created, last_login FROM account "

enum err store_account_get(struct store *store, const char *name, store_account_see *see,
			   void *whom)
{
	static const char sql[] = SELECT "WHERE name = ?";

	return store_ask(store, sql, VALUES(value_name(name)), account_row,
			 &(struct account_whom){ see, whom });
}

enum err store_account_list(struct store *store, store_account_see *see, void *whom)
{
	static const char sql[] = SELECT "ORDER BY name";

	return store_ask_any(store, sql, NO_VALUES, account_row,
			     &(struct account_whom){ see, whom });
}
