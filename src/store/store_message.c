/* store_message.c - the queue of what is to be told. */
#include "store/store_message.h"

#include "store/store_statement.h"

static enum err target_know(struct store *store, const char *name)
{
	static const char sql[] = "INSERT INTO target(name, sent, failed, last_sent, last_error) "
				  "VALUES(?, 0, 0, 0, '') ON CONFLICT DO NOTHING";

	return store_run(store, sql, VALUES(value_name(name)));
}

/* The oldest of the least severe goes when one too many waits. */
static enum err make_room(struct store *store)
{
	static const char sql[] = "DELETE FROM message WHERE (SELECT count(*) FROM message) > ? "
				  "AND id = (SELECT id FROM message ORDER BY severity, id LIMIT 1)";
	enum err err = store_run(store, sql, VALUES(value_int(store->messages_max)));

	if (err == OK)
		store->messages_dropped += store_changes(store);
	return err;
}

enum err store_message_put(struct store *store, struct store_message *message)
{
	static const char sql[] =
		"INSERT INTO message(id, target, severity, queued, due, attempts, body) "
		"VALUES(?, ?, ?, ?, ?, 0, ?)";
	enum err err = target_know(store, message->target);

	if (err == OK)
		err = store_run(store, sql,
				VALUES(value_uint(store->last_message + 1),
				       value_name(message->target), value_int(message->severity),
				       value_int(message->queued), value_int(message->due),
				       value_body(message->body)));
	if (err == OK) {
		message->id = ++store->last_message; /* its own, even if the batch is undone */
		err = make_room(store);
	}
	return err;
}

struct message_whom {
	store_message_see *see;
	void *whom;
	bool on;
};

static bool message_row(void *whom, struct row *row)
{
	struct message_whom *w = whom;
	struct store_message message;

	message.id = row_uint(row);
	message.target = row_text(row);
	message.severity = row_choice(row, SEVERITY_CRITICAL + 1);
	message.queued = row_int(row);
	message.due = row_int(row);
	message.attempts = (uint32_t)row_uint(row);
	message.body = row_text(row);
	w->on = w->see(w->whom, &message);
	return true; /* to the end of this statement, which has one row */
}

/* One at a time: RETURNING promises no order. */
enum err store_message_claim(struct store *store, usec_t now, usec_t until, uint32_t limit,
			     store_message_see *see, void *whom)
{
	static const char sql[] =
		"UPDATE message SET due = ?2, attempts = attempts + 1 WHERE id = "
		"(SELECT id FROM message WHERE due <= ?1 ORDER BY severity DESC, id LIMIT 1) "
		"RETURNING id, target, severity, queued, due, attempts, body";
	struct message_whom w = { see, whom, .on = until > now };
	enum err err = OK;

	while (w.on && limit-- > 0 && err == OK)
		err = store_run_see(store, sql, VALUES(value_int(now), value_int(until)),
				    message_row, &w);
	return err == ERR_EMPTY ? OK : err;
}

/* How it went is counted for its target, then it is forgotten. */
static enum err message_end(struct store *store, const char *count, const struct value *values,
			    uint64_t id)
{
	static const char sql[] = "DELETE FROM message WHERE id = ?";
	enum err err = store_run_some(store, count, values);

	return err == OK ? store_run(store, sql, VALUES(value_uint(id))) : err;
}

#define ITS_TARGET "WHERE name = (SELECT target FROM message WHERE id = ?)"

enum err store_message_sent(struct store *store, uint64_t id, usec_t at)
{
	static const char sql[] =
		"UPDATE target SET sent = sent + 1, last_sent = ?, last_error = '' " ITS_TARGET;

	return message_end(store, sql, VALUES(value_int(at), value_uint(id)), id);
}

enum err store_message_give_up(struct store *store, uint64_t id, const char *error)
{
	static const char sql[] =
		"UPDATE target SET failed = failed + 1, last_error = ? " ITS_TARGET;

	return message_end(store, sql, VALUES(value_text(error), value_uint(id)), id);
}

enum err store_message_put_off(struct store *store, uint64_t id, usec_t due, const char *error)
{
	static const char target[] = "UPDATE target SET last_error = ? " ITS_TARGET;
	static const char sql[] = "UPDATE message SET due = ? WHERE id = ?";
	enum err err = store_run_some(store, target, VALUES(value_text(error), value_uint(id)));

	return err == OK ? store_run(store, sql, VALUES(value_int(due), value_uint(id))) : err;
}

struct target_whom {
	store_target_see *see;
	void *whom;
};

static bool target_row(void *whom, struct row *row)
{
	const struct target_whom *w = whom;
	struct store_target target;

	target.name = row_text(row);
	target.waiting = row_uint(row);
	target.sent = row_uint(row);
	target.failed = row_uint(row);
	target.last_sent = row_int(row);
	target.last_error = row_text(row);
	return w->see(w->whom, &target);
}

enum err store_target_list(struct store *store, store_target_see *see, void *whom)
{
	static const char sql[] =
		"SELECT name, (SELECT count(*) FROM message WHERE target = name), sent, failed, "
		"last_sent, last_error FROM target ORDER BY name";

	return store_ask_any(store, sql, NO_VALUES, target_row, &(struct target_whom){ see, whom });
}
