/*
 * ledger.c - documents and a history in SQLite: opening, changing, asking.
 *
 * Source of the ways of WAL: sqlite.org/wal.html. SQLite gives the files beside a database the owner of the database
 * when root writes them (os_unix.c), so that only the file itself is given away here.
 */
#include "ledger/ledger.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define APPLICATION 0x48696c67 /* "Hilg" */
#define VERSION     1
#define BUSY_MS     10000 /* of patience with another writer: changes are short */
#define PATH_SUFFIX 64

enum statement {
	DOCUMENT_PUT,
	DOCUMENT_GET,
	DOCUMENT_REMOVE,
	DOCUMENT_NEXT,
	ENTRY_ADD,
	ENTRY_OF,
	ENTRY_ALL,
	ENTRY_TRIM,
	STATEMENTS,
};

static const char trim[] = "DELETE FROM entry WHERE kind = ?1 AND at < ?2 AND id NOT IN (SELECT id FROM (SELECT id, row_number() "
			   "OVER (PARTITION BY key ORDER BY id DESC) AS number FROM entry WHERE kind = ?1) WHERE number <= ?3)";

static const char *const texts[STATEMENTS] = {
	[DOCUMENT_PUT] = "INSERT OR REPLACE INTO document VALUES (?1, ?2, unixepoch() * 1000000, ?3)",
	[DOCUMENT_GET] = "SELECT body FROM document WHERE kind = ?1 AND key = ?2",
	[DOCUMENT_REMOVE] = "DELETE FROM document WHERE kind = ?1 AND key = ?2",
	[DOCUMENT_NEXT] = "SELECT 0, kind, key, at, body FROM document WHERE kind = ?1 AND key >= ?2 ORDER BY key LIMIT 1",
	[ENTRY_ADD] = "INSERT INTO entry (kind, key, at, body) VALUES (?1, ?2, ?3, ?4)",
	[ENTRY_OF] = "SELECT id, kind, key, at, body FROM entry WHERE kind = ?1 AND key = ?3 AND id < ?2 ORDER BY id DESC LIMIT 1",
	[ENTRY_ALL] = "SELECT id, kind, key, at, body FROM entry WHERE kind = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1",
	[ENTRY_TRIM] = trim,
};

/* FULL: what was said to be kept is on the disk, also when the power fails. */
static const char ways[] = "PRAGMA journal_mode = WAL;"
			   "PRAGMA synchronous = FULL;"
			   "PRAGMA journal_size_limit = 1048576;"
			   "PRAGMA trusted_schema = OFF;"
			   "PRAGMA cell_size_check = ON;"
			   "PRAGMA mmap_size = 0;"
			   "PRAGMA temp_store = MEMORY;";

static const char schema[] = "CREATE TABLE IF NOT EXISTS document (kind TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, "
			     "body TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;"
			     "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, "
			     "key TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL);"
			     "CREATE INDEX IF NOT EXISTS entry_of ON entry (kind, key, id);"
			     "CREATE INDEX IF NOT EXISTS entry_at ON entry (kind, at);";

struct ledger {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	char trouble[LEDGER_TROUBLE];
};

__attribute__((format(printf, 2, 3))) static void say(char trouble[LEDGER_TROUBLE], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(trouble, LEDGER_TROUBLE, format, arguments);
	va_end(arguments);
}

/* What a code of SQLite means for who asked. */
static enum err failed(struct ledger *l, int code)
{
	say(l->trouble, "%s", sqlite3_errmsg(l->db));
	switch (code & 0xff) {
	case SQLITE_NOMEM: return ERR_MEMORY;
	case SQLITE_TOOBIG: return ERR_LIMIT;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_IOERR: return ERR_READ;
	default: return ERR_WRITE;
	}
}

/* --- opening */

/* For its owner only; made by root, it belongs to who has the folder. */
static bool file_make(const char *path, char trouble[LEDGER_TROUBLE])
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	struct stat is, of;
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool good = fd >= 0 && fstat(fd, &is) == 0 && S_ISREG(is.st_mode);

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".");
	/* with a second name it may be a file of root's elsewhere */
	if (good && geteuid() == 0 && stat(folder, &of) == 0 && is.st_uid != of.st_uid)
		good = is.st_nlink == 1 && fchown(fd, of.st_uid, of.st_gid) == 0;
	if (!good)
		say(trouble, "%s: %s: is the folder there, and may you write into it?", path,
		    fd < 0 ? strerror(errno) : "not a file of its own");
	if (fd >= 0)
		close(fd); /* before SQLite locks it: a close drops the locks of a process */
	return good;
}

static int number(sqlite3 *db, const char *sql, int *value)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		*value = sqlite3_column_int(statement, 0);
	return code == SQLITE_OK ? sqlite3_finalize(statement) : code;
}

/* Returns a code of SQLite; *ours: nobody else's file, and no newer one. */
static int db_ready(sqlite3 *db, bool *ours)
{
	int application = 0, version = 0, tables = 0;
	int code = number(db, "SELECT count(*) FROM sqlite_schema", &tables);

	if (code == SQLITE_OK)
		code = number(db, "PRAGMA application_id", &application);
	if (code == SQLITE_OK)
		code = number(db, "PRAGMA user_version", &version);
	*ours = tables == 0 || (application == APPLICATION && version <= VERSION);
	if (code != SQLITE_OK || !*ours)
		return code;
	code = sqlite3_exec(db, ways, NULL, NULL, NULL);
	if (code == SQLITE_OK && tables == 0)
		code = sqlite3_exec(db, "PRAGMA application_id = 1214868583; PRAGMA user_version = 1;", NULL, NULL, NULL);
	return code == SQLITE_OK ? sqlite3_exec(db, schema, NULL, NULL, NULL) : code;
}

static int db_open(struct ledger *l, const char *path, bool *ours)
{
	int code = sqlite3_open_v2(path, &l->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_busy_timeout(l->db, BUSY_MS);
	sqlite3_limit(l->db, SQLITE_LIMIT_LENGTH, LEDGER_BODY + 4096);
	sqlite3_limit(l->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(l->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	code = db_ready(l->db, ours);
	for (unsigned i = 0; i < STATEMENTS && code == SQLITE_OK && *ours; i++)
		code = sqlite3_prepare_v3(l->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &l->statements[i], NULL);
	return code;
}

static bool is_damage(int code)
{
	return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

/* The log of writes goes with its file. */
static bool put_aside(const char *path, char aside[PATH_MAX + PATH_SUFFIX])
{
	char log[PATH_MAX + PATH_SUFFIX], log_aside[PATH_MAX + 2 * PATH_SUFFIX];
	struct stat is;

	/* named by its own last change, as no clock is read here */
	if (stat(path, &is) != 0)
		return false;
	snprintf(aside, PATH_MAX + PATH_SUFFIX, "%s.damaged-%lld", path, (long long)is.st_mtim.tv_sec);
	snprintf(log, sizeof(log), "%s-wal", path);
	snprintf(log_aside, sizeof(log_aside), "%s-wal", aside);
	return rename(path, aside) == 0 && (rename(log, log_aside) == 0 || errno == ENOENT);
}

static void db_close(struct ledger *l)
{
	for (unsigned i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(l->statements[i]);
		l->statements[i] = NULL;
	}
	sqlite3_close(l->db);
	l->db = NULL;
}

static enum err try_open(struct ledger *l, const char *path, bool *damaged, char trouble[LEDGER_TROUBLE])
{
	bool ours = true;
	int code;

	*damaged = false;
	if (!file_make(path, trouble))
		return ERR_OPEN;
	code = db_open(l, path, &ours);
	if (code == SQLITE_OK && ours)
		return OK;
	*damaged = is_damage(code);
	if (!ours)
		say(trouble, "%s: the file belongs to another program or a newer Hinomi: move it away, or install that one",
		    path);
	else
		say(trouble, "%s: %s", path, l->db ? sqlite3_errmsg(l->db) : "no memory");
	if (l->db && *damaged) /* it lies aside as it was found */
		sqlite3_db_config(l->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	db_close(l);
	return !ours ? ERR_UNSUPPORTED : code == SQLITE_NOMEM ? ERR_MEMORY : ERR_READ;
}

enum err ledger_open(const char *path, struct ledger **ledger, char trouble[LEDGER_TROUBLE])
{
	struct ledger *l = calloc(1, sizeof(*l));
	char aside[PATH_MAX + PATH_SUFFIX];
	bool damaged;
	enum err err;

	trouble[0] = '\0';
	if (!l)
		return ERR_MEMORY;
	err = try_open(l, path, &damaged, trouble);
	if (damaged && put_aside(path, aside)) {
		err = try_open(l, path, &damaged, trouble);
		if (err == OK)
			say(trouble, "%s: it was damaged, lies aside as %s, and a new one was begun", path, aside);
	}
	if (err != OK) {
		free(l);
		return err;
	}
	*ledger = l;
	return OK;
}

void ledger_close(struct ledger *ledger)
{
	if (!ledger)
		return;
	db_close(ledger);
	free(ledger);
}

const char *ledger_trouble(const struct ledger *ledger)
{
	return ledger->trouble;
}

/* --- changes */

static enum err run(struct ledger *l, const char *sql)
{
	int code = sqlite3_exec(l->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? OK : failed(l, code);
}

/* IMMEDIATE: who waits for another writer does so here, and not in the middle. */
enum err ledger_begin(struct ledger *ledger)
{
	return run(ledger, "BEGIN IMMEDIATE");
}

enum err ledger_end(struct ledger *ledger, bool keep)
{
	enum err err = run(ledger, keep ? "COMMIT" : "ROLLBACK");

	if (err != OK && !sqlite3_get_autocommit(ledger->db))
		sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

static bool name_fits(const char *name)
{
	return strlen(name) <= LEDGER_NAME;
}

static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

static void bind_span(sqlite3_stmt *statement, int place, struct span body)
{
	sqlite3_bind_text(statement, place, (const char *)body.ptr, (int)body.len, SQLITE_STATIC);
}

/* Runs what was bound, and lets go of it. */
static enum err change(struct ledger *l, enum statement which)
{
	int code = sqlite3_step(l->statements[which]);
	enum err err = code == SQLITE_DONE ? OK : failed(l, code);

	sqlite3_reset(l->statements[which]);
	sqlite3_clear_bindings(l->statements[which]);
	return err;
}

static enum err refuse(struct ledger *l)
{
	say(l->trouble, "a name or a text is too long");
	return ERR_LIMIT;
}

enum err ledger_put(struct ledger *ledger, const char *kind, const char *key, struct span body)
{
	sqlite3_stmt *statement = ledger->statements[DOCUMENT_PUT];

	if (!name_fits(kind) || !name_fits(key) || body.len > LEDGER_BODY)
		return refuse(ledger);
	bind_text(statement, 1, kind);
	bind_text(statement, 2, key);
	bind_span(statement, 3, body);
	return change(ledger, DOCUMENT_PUT);
}

enum err ledger_remove(struct ledger *ledger, const char *kind, const char *key)
{
	sqlite3_stmt *statement = ledger->statements[DOCUMENT_REMOVE];
	enum err err;

	bind_text(statement, 1, kind);
	bind_text(statement, 2, key);
	err = change(ledger, DOCUMENT_REMOVE);
	return err == OK && sqlite3_changes(ledger->db) == 0 ? ERR_EMPTY : err;
}

enum err ledger_add(struct ledger *ledger, const char *kind, const char *key, usec_t at, struct span body, uint64_t *id)
{
	sqlite3_stmt *statement = ledger->statements[ENTRY_ADD];
	enum err err;

	if (!name_fits(kind) || !name_fits(key) || body.len > LEDGER_BODY)
		return refuse(ledger);
	bind_text(statement, 1, kind);
	bind_text(statement, 2, key);
	sqlite3_bind_int64(statement, 3, at);
	bind_span(statement, 4, body);
	err = change(ledger, ENTRY_ADD);
	if (err == OK && id)
		*id = (uint64_t)sqlite3_last_insert_rowid(ledger->db);
	return err;
}

enum err ledger_trim(struct ledger *ledger, const char *kind, usec_t before, uint32_t keep)
{
	sqlite3_stmt *statement = ledger->statements[ENTRY_TRIM];

	bind_text(statement, 1, kind);
	sqlite3_bind_int64(statement, 2, before);
	sqlite3_bind_int64(statement, 3, keep);
	return change(ledger, ENTRY_TRIM);
}

/* --- questions */

enum err ledger_get(struct ledger *ledger, const char *kind, const char *key, char **body)
{
	sqlite3_stmt *statement = ledger->statements[DOCUMENT_GET];
	enum err err = ERR_EMPTY;
	int code;

	bind_text(statement, 1, kind);
	bind_text(statement, 2, key);
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);
		char *copy = text ? strdup(text) : NULL;

		err = copy ? OK : ERR_MEMORY;
		if (copy)
			*body = copy;
	} else if (code != SQLITE_DONE) {
		err = failed(ledger, code);
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return err;
}

/* A row that is the visitor's own, so that it may call the ledger. */
struct kept_row {
	struct ledger_row row;
	char *kind, *key, *body;
};

static void row_free(struct kept_row *kept)
{
	free(kept->kind);
	free(kept->key);
	free(kept->body);
	*kept = (struct kept_row){ .kind = NULL };
}

static char *column_copy(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return strdup(text ? text : "");
}

/* The one row that was asked for. ERR_EMPTY: there is none. */
static enum err ask(struct ledger *l, enum statement which, struct kept_row *kept)
{
	sqlite3_stmt *statement = l->statements[which];
	int code = sqlite3_step(statement);
	enum err err = code == SQLITE_DONE ? ERR_EMPTY : code == SQLITE_ROW ? OK : failed(l, code);

	if (err == OK) {
		*kept = (struct kept_row){ .kind = column_copy(statement, 1), .key = column_copy(statement, 2),
					   .body = column_copy(statement, 4) };
		kept->row = (struct ledger_row){ (uint64_t)sqlite3_column_int64(statement, 0), kept->kind, kept->key,
						 sqlite3_column_int64(statement, 3), kept->body };
		if (!kept->kind || !kept->key || !kept->body) {
			row_free(kept);
			err = ERR_MEMORY;
		}
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return err;
}

/* The least text that is greater than this one; takes it. NULL: no memory. */
static char *text_next(char *text)
{
	size_t length = strlen(text);
	char *longer = realloc(text, length + 2);

	if (!longer) {
		free(text);
		return NULL;
	}
	memcpy(longer + length, "\x01", 2);
	return longer;
}

/* Row by row, each by its own question: what the visitor changes is seen, and nothing is locked meanwhile. */
enum err ledger_each(struct ledger *ledger, const char *kind, ledger_see *see, void *whom)
{
	sqlite3_stmt *statement = ledger->statements[DOCUMENT_NEXT];
	char *from = strdup("");
	enum err err = OK;
	bool more = true;

	while (more && err == OK) {
		struct kept_row kept;

		bind_text(statement, 1, kind);
		bind_text(statement, 2, from);
		err = from ? ask(ledger, DOCUMENT_NEXT, &kept) : ERR_MEMORY;
		if (err != OK)
			break;
		more = see(whom, &kept.row);
		free(from);
		from = text_next(kept.key);
		kept.key = NULL;
		row_free(&kept);
	}
	free(from);
	return err == ERR_EMPTY ? OK : err;
}

enum err ledger_history(struct ledger *ledger, const struct ledger_ask *asked, ledger_see *see, void *whom)
{
	enum statement which = asked->key ? ENTRY_OF : ENTRY_ALL;
	sqlite3_stmt *statement = ledger->statements[which];
	uint64_t before = asked->before && asked->before < INT64_MAX ? asked->before : INT64_MAX;
	enum err err = OK;
	bool more = true;

	for (uint32_t n = 0; n < asked->limit && more; n++) {
		struct kept_row kept;

		bind_text(statement, 1, asked->kind);
		sqlite3_bind_int64(statement, 2, (int64_t)before);
		if (asked->key)
			bind_text(statement, 3, asked->key);
		err = ask(ledger, which, &kept);
		if (err != OK)
			break;
		before = kept.row.id;
		more = see(whom, &kept.row);
		row_free(&kept);
	}
	return err == ERR_EMPTY ? OK : err;
}
