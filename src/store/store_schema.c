/*
 * store_schema.c - the tables, and how an older file comes to have them.
 *
 * One step for each version. A step that was released is never changed: what comes later is a new
 * one. The numbers of severities, levels and kinds in the file are those of their enums, whose
 * order is part of the format. Tables are STRICT: a value of another type is an error, not a
 * surprise.
 */
#include "store/store_schema.h"

#include "policy/level.h"
#include "store/store_statement.h"

#include <assert.h>
#include <stdio.h>

#define APPLICATION 0x484e4d49 /* "HNMI", in the file's header */

/* `worth` is the order in which cases go when there is no room: open ones last of all. */
_Static_assert(SEVERITY_HIGH == 3 && SEVERITY_CRITICAL == 4, "severities are numbers in the file");
_Static_assert(LEVEL_NORMAL == 0 && LEVELS == 4, "levels are numbers in the file");

static const char cases[] =
	"CREATE TABLE incident(id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, "
	" open INTEGER NOT NULL, opened INTEGER NOT NULL, changed INTEGER NOT NULL, "
	" closed INTEGER NOT NULL, severity INTEGER NOT NULL, level INTEGER NOT NULL, "
	" rule TEXT NOT NULL, vector TEXT NOT NULL, direction TEXT NOT NULL, who TEXT NOT NULL, "
	" whom TEXT NOT NULL, exception INTEGER NOT NULL, body TEXT NOT NULL, "
	" acknowledged_by TEXT, acknowledged INTEGER, "
	" worth INTEGER AS (CASE WHEN open THEN 2 "
	"  WHEN severity >= 3 AND acknowledged_by IS NULL THEN 1 ELSE 0 END)) STRICT;"
	"CREATE INDEX incident_open ON incident(severity, id) WHERE open = 1;"
	"CREATE INDEX incident_worth ON incident(worth, changed);"
	"CREATE INDEX incident_parties ON incident(rule, who, whom, severity, open);"
	"CREATE TABLE story(id INTEGER PRIMARY KEY, "
	" incident INTEGER NOT NULL REFERENCES incident ON DELETE CASCADE, "
	" kind INTEGER NOT NULL, at INTEGER NOT NULL, user TEXT NOT NULL, text TEXT NOT NULL) "
	"STRICT;"
	"CREATE INDEX story_incident ON story(incident, kind);"
	"CREATE TABLE evidence(incident INTEGER PRIMARY KEY REFERENCES incident ON DELETE CASCADE, "
	" packets BLOB NOT NULL) STRICT;"
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;";

static const char people[] =
	"CREATE TABLE log(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, user TEXT NOT NULL, "
	" what TEXT NOT NULL, reason TEXT NOT NULL) STRICT;"
	"CREATE INDEX log_at ON log(at);"
	"CREATE TABLE exception(id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, "
	" who TEXT NOT NULL, whom TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, "
	" since INTEGER NOT NULL, until INTEGER NOT NULL, ended INTEGER NOT NULL, "
	" matched INTEGER NOT NULL) STRICT;"
	"CREATE TABLE level(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, before INTEGER NOT NULL, "
	" after INTEGER NOT NULL, until INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL) "
	"STRICT;"
	"CREATE TABLE plan(id INTEGER PRIMARY KEY AUTOINCREMENT, level INTEGER NOT NULL, "
	" since INTEGER NOT NULL, until INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL) "
	"STRICT;"
	"CREATE TABLE account(name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL, "
	" created INTEGER NOT NULL, last_login INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

static const char telling[] =
	"CREATE TABLE message(id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, "
	" severity INTEGER NOT NULL, queued INTEGER NOT NULL, due INTEGER NOT NULL, "
	" attempts INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
	"CREATE INDEX message_severity ON message(severity, id);"
	"CREATE INDEX message_due ON message(due);"
	"CREATE TABLE target(name TEXT PRIMARY KEY, sent INTEGER NOT NULL, failed INTEGER NOT "
	"NULL, "
	" last_sent INTEGER NOT NULL, last_error TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE candidate(key TEXT PRIMARY KEY, rule TEXT NOT NULL, vector TEXT NOT NULL, "
	" who TEXT NOT NULL, whom TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, "
	" level INTEGER NOT NULL, alerts INTEGER NOT NULL, peak REAL NOT NULL) STRICT, WITHOUT "
	"ROWID;"
	"CREATE INDEX candidate_last ON candidate(last);"
	"CREATE TABLE series(width INTEGER, start INTEGER, seconds INTEGER NOT NULL, "
	" in_packets INTEGER NOT NULL, out_packets INTEGER NOT NULL, in_bytes INTEGER NOT NULL, "
	" out_bytes INTEGER NOT NULL, dropped INTEGER NOT NULL, PRIMARY KEY(width, start)) "
	"STRICT, WITHOUT ROWID;";

/* `stage` is that of enum store_stage, `most` the limit of packets per second. */
static const char acting[] =
	"CREATE TABLE action(id INTEGER PRIMARY KEY AUTOINCREMENT, stage INTEGER NOT NULL, "
	" verb TEXT NOT NULL, hand TEXT NOT NULL, state TEXT NOT NULL, filter TEXT NOT NULL, "
	" most INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, "
	" incident INTEGER NOT NULL, automatic INTEGER NOT NULL, rehearse INTEGER NOT NULL, "
	" attack INTEGER NOT NULL, attack_hit INTEGER NOT NULL, normal INTEGER NOT NULL, "
	" normal_hit INTEGER NOT NULL, reason TEXT NOT NULL, owner TEXT NOT NULL, boot TEXT NOT NULL, "
	" boot_until INTEGER NOT NULL, remains INTEGER NOT NULL, packets INTEGER NOT NULL, "
	" bytes INTEGER NOT NULL, known INTEGER NOT NULL, ending TEXT NOT NULL, "
	" changed INTEGER NOT NULL, trouble_en TEXT NOT NULL, trouble_ja TEXT NOT NULL) STRICT;"
	"CREATE INDEX action_stage ON action(stage, id);"
	"CREATE INDEX action_incident ON action(incident, id);";

/* Mail in quarantine; `state` is that of enum store_held_state. */
static const char holding[] =
	"CREATE TABLE held(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, "
	" state INTEGER NOT NULL, why INTEGER NOT NULL, verdict INTEGER NOT NULL, score INTEGER NOT NULL, "
	" bytes INTEGER NOT NULL, client TEXT NOT NULL, sender TEXT NOT NULL, receivers TEXT NOT NULL, "
	" subject TEXT NOT NULL, author TEXT NOT NULL, findings TEXT NOT NULL, file TEXT NOT NULL, "
	" key BLOB NOT NULL, changed INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, "
	" trouble TEXT NOT NULL) STRICT;"
	"CREATE INDEX held_state ON held(state, at);"
	"CREATE INDEX held_file ON held(file);";

static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static int step_cases(sqlite3 *db, usec_t now)
{
	(void)now;
	return run(db, cases);
}

static int step_people(sqlite3 *db, usec_t now)
{
	(void)now;
	return run(db, people);
}

/* Candidates are complete from now on, not before. */
static int step_telling(sqlite3 *db, usec_t now)
{
	static const char sql[] = "INSERT INTO meta(name, value) VALUES(?, CAST(? AS TEXT))";
	sqlite3_stmt *statement = NULL;
	int code = run(db, telling);

	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_text(statement, 1, META_COMPLETE, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, now);
	sqlite3_step(statement);
	return sqlite3_finalize(statement);
}

static int step_acting(sqlite3 *db, usec_t now)
{
	(void)now;
	return run(db, acting);
}

static int step_holding(sqlite3 *db, usec_t now)
{
	(void)now;
	return run(db, holding);
}

static int (*const steps[SCHEMA_VERSION])(sqlite3 *db, usec_t now) = {
	step_cases,
	step_people,
	step_telling,
	step_acting,
	step_holding,
};

static int number_of(sqlite3 *db, const char *sql, int *number)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		*number = sqlite3_column_int(statement, 0);
	return code == SQLITE_OK ? sqlite3_finalize(statement) : code;
}

int schema_read(sqlite3 *db, int *version, bool *ours)
{
	int application = 0, tables = 0;
	int code = number_of(db, "PRAGMA user_version", version);

	if (code == SQLITE_OK)
		code = number_of(db, "PRAGMA application_id", &application);
	if (code == SQLITE_OK)
		code = number_of(db, "SELECT count(*) FROM sqlite_schema", &tables);
	*ours = application == APPLICATION || (application == 0 && *version == 0 && tables == 0);
	return code;
}

/* The version is written with the tables: a file is never in between. */
int schema_migrate(sqlite3 *db, int version, usec_t now)
{
	char say[100];
	int code;

	assert(version >= 0 && version <= SCHEMA_VERSION);
	if (version == SCHEMA_VERSION)
		return SQLITE_OK;
	code = run(db, "BEGIN IMMEDIATE");
	for (; code == SQLITE_OK && version < SCHEMA_VERSION; version++)
		code = steps[version](db, now);
	snprintf(say, sizeof(say), "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
		 APPLICATION, SCHEMA_VERSION);
	if (code == SQLITE_OK)
		code = run(db, say);
	if (code != SQLITE_OK)
		run(db, "ROLLBACK");
	return code;
}
