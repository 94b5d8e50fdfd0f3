/* store_held.c - rows of mail in quarantine. */
#include "store/store_held.h"

#include "store/store_statement.h"

#define COLUMNS                                                                                            \
	"id, at, state, why, verdict, score, bytes, client, sender, receivers, subject, author, findings, " \
	"file, key, changed, by, reason, trouble"

#define WHY_MOST 16 /* numbers of enums of others */

enum err store_held_put(struct store *store, struct store_held *h)
{
	static const char sql[] = "INSERT INTO held(at, state, why, verdict, score, bytes, client, sender, receivers, "
				  "subject, author, findings, file, key, changed, by, reason, trouble) "
				  "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '')";
	enum err err = store_run(store, sql,
				 VALUES(value_int(h->at), value_int(STORE_HELD), value_int(h->why),
					value_int(h->verdict), value_int(h->score), value_uint(h->bytes),
					value_name(h->client), value_text(h->from), value_text(h->to),
					value_text(h->subject), value_text(h->author), value_body(h->findings),
					value_name(h->file), value_bytes(h->key, STORE_HELD_KEY), value_int(h->at)));

	if (err == OK)
		h->id = store_inserted(store);
	return err;
}

static void held_row_read(struct row *row, struct store_held *h)
{
	h->id = row_uint(row);
	h->at = row_int(row);
	h->state = row_choice(row, STORE_HELD_STATES);
	h->why = row_choice(row, WHY_MOST);
	h->verdict = row_choice(row, WHY_MOST);
	h->score = row_choice(row, 101);
	h->bytes = row_uint(row);
	h->client = row_text(row);
	h->from = row_text(row);
	h->to = row_text(row);
	h->subject = row_text(row);
	h->author = row_text(row);
	h->findings = row_text(row);
	h->file = row_text(row);
	h->key = row_bytes(row);
	h->changed = row_int(row);
	h->by = row_text(row);
	h->reason = row_text(row);
	h->trouble = row_text(row);
}

struct held_whom {
	store_held_see *see;
	void *whom;
};

static bool held_row(void *whom, struct row *row)
{
	const struct held_whom *w = whom;
	struct store_held held;

	held_row_read(row, &held);
	return w->see(w->whom, &held);
}

enum err store_held_get(struct store *store, uint64_t id, store_held_see *see, void *whom)
{
	static const char sql[] = "SELECT " COLUMNS " FROM held WHERE id = ?";

	return store_ask(store, sql, VALUES(value_uint(id)), held_row, &(struct held_whom){ see, whom });
}

enum err store_held_list(struct store *store, const struct store_held_query *query, store_held_see *see, void *whom)
{
	static const char sql[] = "SELECT " COLUMNS " FROM held WHERE id < ?1 AND (?2 < 0 OR state = ?2) AND "
				  "(?3 = '' OR instr(lower(subject), lower(?3)) OR instr(lower(sender), lower(?3)) "
				  " OR instr(lower(receivers), lower(?3)) OR instr(lower(author), lower(?3))) "
				  "ORDER BY id DESC LIMIT ?4";

	return store_ask_any(store, sql,
			     VALUES(value_uint(query->before ? query->before : UINT64_MAX),
				    value_int(query->state == STORE_HELD_STATES ? -1 : (int64_t)query->state),
				    value_text(query->text ? query->text : ""), value_int(query->limit)),
			     held_row, &(struct held_whom){ see, whom });
}

enum err store_held_change(struct store *store, const struct store_held_change *c)
{
	static const char sql[] = "UPDATE held SET state = ?2, changed = ?3, by = ?4, reason = ?5, trouble = ?6, "
				  "key = CASE WHEN ?2 < 2 THEN key ELSE x'' END WHERE id = ?1";

	_Static_assert(STORE_HELD < 2 && STORE_RELEASING < 2 && STORE_RELEASED >= 2, "which states have a key");
	return store_run_some(store, sql,
			      VALUES(value_uint(c->id), value_int(c->state), value_int(c->at), value_name(c->by),
				     value_text(c->reason), value_text(c->trouble)));
}

enum err store_held_decide(struct store *store, const struct store_held_change *change, const struct store_act *act)
{
	enum err err = store_act_begin(store);

	if (err != OK)
		return err;
	return store_act_end(store, store_held_change(store, change), act);
}

enum err store_held_oldest(struct store *store, store_held_see *see, void *whom)
{
	static const char sql[] = "SELECT " COLUMNS " FROM held WHERE state < 2 ORDER BY at, id LIMIT 1";

	return store_ask(store, sql, NO_VALUES, held_row, &(struct held_whom){ see, whom });
}

static bool sum_row(void *whom, struct row *row)
{
	struct store_held_sum *sum = whom;

	sum->count = row_uint(row);
	sum->bytes = row_uint(row);
	return true;
}

enum err store_held_sum(struct store *store, struct store_held_sum *sum)
{
	static const char sql[] = "SELECT count(*), coalesce(sum(bytes), 0) FROM held WHERE state < 2";

	return store_ask(store, sql, NO_VALUES, sum_row, sum);
}

enum err store_held_has(struct store *store, const char *file, bool *has)
{
	static const char sql[] = "SELECT count(*) FROM held WHERE file = ? AND state < 2";
	int64_t count = 0;
	enum err err = store_number(store, sql, VALUES(value_name(file)), &count);

	if (err == OK)
		*has = count > 0;
	return err;
}
