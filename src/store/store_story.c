/* store_story.c - what happened in a case, what people noted, and its packets. */
#include "store/store_incident.h"
#include "store/store_statement.h"

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
