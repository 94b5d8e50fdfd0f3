/* store_incident.c - cases: put, found and acknowledged; what happened in them, notes, packets. */
#include "store/store_incident.h"

#include "store/store_statement.h"

#define COLUMNS                                                                                    \
	"id, key, open, opened, changed, closed, severity, level, rule, vector, direction, who, "  \
	"whom, exception, body"

/* Who acknowledged it is not in the list: the keeper's own picture of a case may be older than
 * that. */
enum err store_incident_put(struct store *store, struct store_incident *incident)
{
	static const char sql[] =
		"INSERT INTO incident(" COLUMNS ") "
		"VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT(id) DO UPDATE SET key = excluded.key, open = excluded.open, "
		"opened = excluded.opened, changed = excluded.changed, closed = excluded.closed, "
		"severity = excluded.severity, level = excluded.level, rule = excluded.rule, "
		"vector = excluded.vector, direction = excluded.direction, who = excluded.who, "
		"whom = excluded.whom, exception = excluded.exception, body = excluded.body";
	const struct store_incident *i = incident;
	uint64_t id = i->id ? i->id : store->last_incident + 1;
	enum err err = store_run(
		store, sql,
		VALUES(value_uint(id), value_name(i->key), value_int(i->open), value_int(i->opened),
		       value_int(i->changed), value_int(i->closed), value_int(i->severity),
		       value_int(i->level), value_name(i->rule), value_name(i->vector),
		       value_name(i->direction), value_name(i->who), value_name(i->whom),
		       value_uint(i->exception), value_body(i->body)));

	if (err == ERR_LIMIT)
		return err;
	incident->id = id; /* its own from now on, whether or not this batch comes to be */
	if (id > store->last_incident)
		store->last_incident = id;
	return err;
}

struct incident_whom {
	store_incident_see *see;
	void *whom;
};

static bool incident_row(void *whom, struct row *row)
{
	const struct incident_whom *w = whom;
	struct store_incident i;

	i.id = row_uint(row);
	i.key = row_text(row);
	i.open = row_int(row);
	i.opened = row_int(row);
	i.changed = row_int(row);
	i.closed = row_int(row);
	i.severity = row_choice(row, SEVERITY_CRITICAL + 1);
	i.level = row_choice(row, LEVELS);
	i.rule = row_text(row);
	i.vector = row_text(row);
	i.direction = row_text(row);
	i.who = row_text(row);
	i.whom = row_text(row);
	i.exception = row_uint(row);
	i.body = row_text(row);
	i.acknowledged_by = row_text_or_null(row);
	i.acknowledged = row_int(row);
	i.evidence = row_int(row);
	return w->see(w->whom, &i);
}

#define SELECT                                                                                     \
	"SELECT " COLUMNS ", acknowledged_by, acknowledged, "                                      \
	"EXISTS(SELECT 1 FROM evidence WHERE evidence.incident = incident.id) FROM incident "

enum err store_incident_get(struct store *store, uint64_t id, store_incident_see *see, void *whom)
{
	static const char sql[] = SELECT "WHERE id = ?";

	return store_ask(store, sql, VALUES(value_uint(id)), incident_row,
			 &(struct incident_whom){ see, whom });
}

#define MATCHES                                                                                    \
	"severity >= ?1 AND (?2 IS NULL OR rule = ?2) AND (?3 IS NULL "                            \
	"OR instr(lower(who), lower(?3)) OR instr(lower(whom), lower(?3))) "

static enum err list_open(struct store *store, const struct store_query *query,
			  struct incident_whom *w)
{
	static const char sql[] = SELECT "WHERE open = 1 AND " MATCHES
					 "AND (?4 = 0 OR (severity, id) < (SELECT severity, id "
					 "FROM incident WHERE id = ?4)) "
					 "ORDER BY severity DESC, id DESC LIMIT ?5";

	return store_ask_any(store, sql,
			     VALUES(value_int(query->least), value_name(query->rule),
				    value_name(query->text), value_uint(query->before),
				    value_uint(query->limit)),
			     incident_row, w);
}

#define NEWEST "AND id < ?4 AND (?5 = 0 OR open = 0) ORDER BY id DESC LIMIT ?6"

/* Few match: what is asked for is sought in an index, which is a fiftieth of the cases with their
 * bodies. */
static const char list_sought[] = SELECT
	"WHERE id IN (SELECT id FROM incident INDEXED BY incident_parties "
	"WHERE " MATCHES NEWEST ") ORDER BY id DESC";
/* Most match: they are read from the newest on. */
static const char list_newest[] = SELECT "WHERE " MATCHES NEWEST;

static enum err list_all(struct store *store, const struct store_query *query,
			 struct incident_whom *w)
{
	return store_ask_any(
		store, query->rule || query->text ? list_sought : list_newest,
		VALUES(value_int(query->least), value_name(query->rule), value_name(query->text),
		       value_uint(query->before ? query->before : UINT64_MAX),
		       value_int(query->state == STORE_CLOSED), value_uint(query->limit)),
		incident_row, w);
}

enum err store_incident_list(struct store *store, const struct store_query *query,
			     store_incident_see *see, void *whom)
{
	struct incident_whom w = { see, whom };

	return query->state == STORE_OPEN ? list_open(store, query, &w)
					  : list_all(store, query, &w);
}

static enum err acknowledge(struct store *store, uint64_t id, const struct store_act *act)
{
	static const char sql[] = "UPDATE incident SET acknowledged_by = ?, acknowledged = ?, "
				  "changed = max(changed, ?) WHERE id = ?";

	return store_run_some(store, sql,
			      VALUES(value_name(act->user), value_int(act->at), value_int(act->at),
				     value_uint(id)));
}

/* The act as an entry of the case's story. */
static enum err tell(struct store *store, uint64_t id, const struct store_act *act)
{
	return store_story_add(
		store, id,
		&(struct store_entry){ .at = act->at, .user = act->user, .text = act->what });
}

enum err store_incident_acknowledge(struct store *store, uint64_t id, const struct store_act *act)
{
	enum err err = store_act_begin(store);

	if (err == OK)
		err = acknowledge(store, id, act);
	if (err == OK)
		err = tell(store, id, act);
	return store_act_end(store, err, act);
}

enum err store_incident_annotate(struct store *store, uint64_t id, const char *text,
				 const struct store_act *act)
{
	struct store_entry note = { STORE_NOTE, act->at, act->user, text };
	enum err err = store_act_begin(store);

	if (err == OK)
		err = store_story_add(store, id, &note);
	if (err == OK)
		err = tell(store, id, act);
	return store_act_end(store, err, act);
}

enum err store_incident_change(struct store *store, struct store_incident *incident,
			       const struct store_act *act)
{
	enum err err = store_act_begin(store);

	if (err == OK)
		err = store_incident_put(store, incident);
	if (err == OK)
		err = tell(store, incident->id, act);
	return store_act_end(store, err, act);
}

static enum err notes_left(struct store *store, uint64_t incident)
{
	static const char sql[] = "SELECT count(*) FROM story WHERE incident = ? AND kind = ?";
	int64_t count = 0;
	enum err err = store_number(store, sql, VALUES(value_uint(incident), value_int(STORE_NOTE)),
				    &count);

	return err == OK && count >= STORE_NOTES ? store_refused(store, ERR_LIMIT) : err;
}

/* The oldest that are no notes make room. */
static enum err story_trim(struct store *store, uint64_t incident)
{
	static const char sql[] =
		"DELETE FROM story WHERE incident = ?1 AND kind = ?2 AND id <= (SELECT id FROM "
		"story "
		"WHERE incident = ?1 AND kind = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)";

	return store_run(
		store, sql,
		VALUES(value_uint(incident), value_int(STORE_ENTRY), value_int(STORE_STORY)));
}

enum err store_story_add(struct store *store, uint64_t incident, const struct store_entry *entry)
{
	static const char sql[] = "INSERT INTO story(incident, kind, at, user, text) "
				  "VALUES(?, ?, ?, ?, ?)";
	enum err err = entry->kind == STORE_NOTE ? notes_left(store, incident) : OK;

	if (err == OK)
		err = store_run(store, sql,
				VALUES(value_uint(incident), value_int(entry->kind),
				       value_int(entry->at), value_name(entry->user),
				       value_text(entry->text)));
	if (err == OK && entry->kind == STORE_ENTRY)
		err = story_trim(store, incident);
	return err;
}

struct entry_whom {
	store_entry_see *see;
	void *whom;
};

static bool entry_row(void *whom, struct row *row)
{
	const struct entry_whom *w = whom;
	struct store_entry entry;

	entry.kind = row_choice(row, STORE_NOTE + 1);
	entry.at = row_int(row);
	entry.user = row_text(row);
	entry.text = row_text(row);
	return w->see(w->whom, &entry);
}

enum err store_story_list(struct store *store, uint64_t incident, store_entry_see *see, void *whom)
{
	static const char sql[] = "SELECT kind, at, user, text FROM story WHERE incident = ? "
				  "ORDER BY at, id";

	return store_ask_any(store, sql, VALUES(value_uint(incident)), entry_row,
			     &(struct entry_whom){ see, whom });
}

enum err store_evidence_put(struct store *store, uint64_t incident, struct span packets)
{
	static const char sql[] = "INSERT INTO evidence(incident, packets) VALUES(?, ?) "
				  "ON CONFLICT(incident) DO UPDATE SET packets = excluded.packets";

	return store_run(store, sql,
			 VALUES(value_uint(incident), value_bytes(packets, STORE_EVIDENCE)));
}

struct evidence_whom {
	store_evidence_see *see;
	void *whom;
};

static bool evidence_row(void *whom, struct row *row)
{
	const struct evidence_whom *w = whom;

	return w->see(w->whom, row_bytes(row));
}

enum err store_evidence_get(struct store *store, uint64_t incident, store_evidence_see *see,
			    void *whom)
{
	static const char sql[] = "SELECT packets FROM evidence WHERE incident = ?";

	return store_ask(store, sql, VALUES(value_uint(incident)), evidence_row,
			 &(struct evidence_whom){ see, whom });
}
