/* store.c - opens the file, checks it, puts a damaged one aside; how full it is; small things. */
#include "store/store.h"

#include "base/text.h"
#include "store/store_schema.h"
#include "store/store_statement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME      "hinomi.db"
#define MESSAGES_MAX   10000
#define CANDIDATES_MAX 50000
#define BUSY_MS        500       /* of patience with another writer */
#define LENGTH_MOST    (4 << 20) /* bytes of any value: more than STORE_EVIDENCE */

/*
 * FULL: a commit is on the disk when it returns, also when the power fails (NORMAL promises so only
 * for a checkpoint). INCREMENTAL, before the first table: what is deleted gives its room back in
 * store_keep(). A checkpoint moves a megabyte: a longer log is faster on the whole, but its
 * checkpoints stall longer. Nothing is mapped: a disk that fails is an error to be told, not a
 * signal. Nothing is written elsewhere.
 */
static const char ways[] = "PRAGMA auto_vacuum = INCREMENTAL;"
			   "PRAGMA journal_mode = WAL;"
			   "PRAGMA synchronous = FULL;"
			   "PRAGMA wal_autocheckpoint = 256;"
			   "PRAGMA journal_size_limit = 1048576;"
			   "PRAGMA foreign_keys = ON;"
			   "PRAGMA cell_size_check = ON;"
			   "PRAGMA trusted_schema = OFF;"
			   "PRAGMA secure_delete = OFF;"
			   "PRAGMA mmap_size = 0;"
			   "PRAGMA temp_store = MEMORY;"
			   "PRAGMA cache_size = -4096;";

/* What it is about comes last: a long path may be cut, the words are not. */
static void say(struct store_words *words, const char *en, const char *ja, const char *about)
{
	*words = (struct store_words){ .en = "" };
	text_append(words->en, sizeof(words->en), "%s: %s", en, about);
	text_append(words->ja, sizeof(words->ja), "%s: %s", ja, about);
}

/* The file, for its owner only; SQLite makes those beside it alike. */
static enum err file_make(const char *path, struct store_words *told)
{
	struct stat stat;
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool good = fd >= 0 && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) &&
		    ((stat.st_mode & 077) == 0 || fchmod(fd, 0600) == 0);

	if (!good)
		say(told, fd < 0 ? strerror(errno) : "not a file, or not ours",
		    fd < 0 ? strerror(errno) : "使えるファイルではありません", path);
	if (fd >= 0)
		close(fd); /* before SQLite locks it: a close drops the locks of a process */
	return good ? OK : ERR_OPEN;
}

/* A file may have been prepared by somebody: no triggers, no views, no change of its schema. */
static void harden(sqlite3 *db)
{
	sqlite3_busy_timeout(db, BUSY_MS);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LENGTH_MOST);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
}

static int first_row(void *whom, int columns, char **values, char **names)
{
	bool *sound = whom;

	(void)names;
	*sound = columns == 1 && values[0] && strcmp(values[0], "ok") == 0;
	return !*sound;
}

/* Reads the whole file. Returns a code of SQLite. */
static int check(sqlite3 *db)
{
	bool sound = false;
	int code = sqlite3_exec(db, "PRAGMA quick_check(1)", first_row, &sound, NULL);

	if (code == SQLITE_OK || code == SQLITE_ABORT)
		return sound ? SQLITE_OK : SQLITE_CORRUPT;
	return code;
}

/* Returns a code of SQLite. */
static int db_open(struct store *store)
{
	int code = sqlite3_open_v2(
		store->path, &store->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	if (code == SQLITE_OK)
		harden(store->db);
	return code;
}

/* A sound file with the tables of this version. Returns a code of SQLite. */
static int db_ready(sqlite3 *db, int version, usec_t now)
{
	int code = sqlite3_exec(db, ways, NULL, NULL, NULL);

	if (code == SQLITE_OK)
		code = check(db);
	return code == SQLITE_OK ? schema_migrate(db, version, now) : code;
}

static void db_close(struct store *store)
{
	store_statements_free(store);
	sqlite3_close(store->db);
	store->db = NULL;
}

/* The last id that a table gave: it is not given again, also when its row is gone. */
static enum err id_read(struct store *store, const char *table, uint64_t *last)
{
	static const char sql[] = "SELECT seq FROM sqlite_sequence WHERE name = ?";
	int64_t id = 0;
	enum err err = store_number(store, sql, VALUES(value_name(table)), &id);

	*last = id > 0 ? (uint64_t)id : 0;
	return err == ERR_EMPTY ? OK : err;
}

static enum err ids_read(struct store *store)
{
	enum err err = id_read(store, "incident", &store->last_incident);

	if (err == OK)
		err = id_read(store, "message", &store->last_message);
	return err == OK ? id_read(store, "action", &store->last_action) : err;
}

/* Whether the file is one that this version may write to. */
static enum err version_known(const char *path, int version, bool ours, struct store_words *told)
{
	if (!ours) {
		say(told, "the file belongs to another program", "別のプログラムのファイルです",
		    path);
		return ERR_FORMAT;
	}
	if (version < 0 || version > SCHEMA_VERSION) {
		say(told, "the file was written by a newer version of Hinomi; install that one",
		    "新しい版の Hinomi が書いたファイルです。その版を入れてください", path);
		return ERR_UNSUPPORTED;
	}
	return OK;
}

/* One try. `damaged`: the file is to be put aside. */
static enum err try_open(struct store *store, usec_t now, bool *damaged, struct store_words *told)
{
	enum err err = file_make(store->path, told);
	int code, version = 0;
	bool ours = true;

	*damaged = false;
	if (err != OK)
		return err;
	code = db_open(store);
	if (code == SQLITE_OK)
		code = schema_read(store->db, &version, &ours);
	if (code == SQLITE_OK)
		err = version_known(store->path, version, ours, told);
	if (code == SQLITE_OK && err == OK)
		code = db_ready(store->db, version, now);
	if (code != SQLITE_OK)
		err = store_words_of(code, told);
	*damaged = store_is_damage(code);
	if (*damaged) /* nothing more is written into it: it lies aside as it was found */
		sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (err != OK)
		db_close(store);
	return err;
}

/* The log of writes goes with its file: what is left of it would be taken for the new one's. */
static enum err put_aside(const struct store *store, usec_t now, struct store_words *told)
{
	char time[TIME_TEXT], aside[PATH_MAX + 2 * TIME_TEXT];
	char log[PATH_MAX + 8], log_aside[sizeof(aside) + 8];

	snprintf(aside, sizeof(aside), "%s.damaged-%s", store->path, time_rfc3339(now, time));
	snprintf(log, sizeof(log), "%s-wal", store->path);
	snprintf(log_aside, sizeof(log_aside), "%s-wal", aside);
	if (rename(store->path, aside) != 0 || (rename(log, log_aside) != 0 && errno != ENOENT)) {
		say(told, "the file is damaged, and cannot be put aside",
		    "ファイルが壊れていますが、退避できません", strerror(errno));
		return ERR_WRITE;
	}
	snprintf(log, sizeof(log), "%s-shm", store->path);
	unlink(log);
	say(told, "the store was damaged and begins anew; the damaged file lies aside as",
	    "保存ファイルが壊れていたため、新しく始めました。壊れたファイルの退避先", aside);
	return OK;
}

static enum err open_or_begin(struct store *store, usec_t now, struct store_words *told)
{
	struct store_words again;
	bool damaged;
	enum err err = try_open(store, now, &damaged, told);

	if (!damaged)
		return err;
	err = put_aside(store, now, told);
	if (err != OK)
		return err;
	err = try_open(store, now, &damaged, &again);
	if (err != OK)
		*told = again;
	return err;
}

/* NULL: no memory. */
static struct store *store_new(const struct store_settings *settings)
{
	struct store *fresh = calloc(1, sizeof(*fresh));

	if (!fresh)
		return NULL;
	fresh->messages_max = settings->messages_max ? settings->messages_max : MESSAGES_MAX;
	fresh->candidates_max = settings->candidates_max ? settings->candidates_max
							 : CANDIDATES_MAX;
	text_append(fresh->path, sizeof(fresh->path), "%s/%s", settings->folder, FILE_NAME);
	return fresh;
}

enum err store_open(const struct store_settings *settings, usec_t now, struct store **store,
		    struct store_words *told)
{
	struct store *fresh;
	enum err err;

	*told = (struct store_words){ .en = "" };
	if (strlen(settings->folder) + sizeof("/" FILE_NAME) > sizeof(fresh->path))
		return store_words_of(SQLITE_CANTOPEN, told);
	fresh = store_new(settings);
	if (!fresh)
		return store_words_of(SQLITE_NOMEM, told);
	err = open_or_begin(fresh, now, told);
	if (err == OK) {
		err = ids_read(fresh);
		if (err != OK)
			*told = fresh->trouble;
	}
	if (err != OK) {
		store_close(fresh);
		return err;
	}
	*store = fresh;
	return OK;
}

enum err store_close(struct store *store)
{
	enum err err;

	if (!store)
		return OK;
	err = store->db ? store_commit(store) : OK;
	db_close(store);
	free(store);
	return err;
}

void store_beside(const struct store *store, const char *name, char *path, size_t size)
{
	const char *file = sqlite3_db_filename(store->db, "main"); /* absolute, other than what was opened */
	const char *slash = strrchr(file, '/');

	snprintf(path, size, "%.*s%s", slash ? (int)(slash + 1 - file) : 0, file, name);
}

static uint64_t size_of(const char *path, const char *suffix)
{
	char whole[PATH_MAX + 8];
	struct stat stat_of;

	snprintf(whole, sizeof(whole), "%s%s", path, suffix);
	return stat(whole, &stat_of) == 0 ? (uint64_t)stat_of.st_size : 0;
}

static bool stats_row(void *whom, struct row *row)
{
	struct store_stats *stats = whom;

	stats->oldest = row_int(row);
	stats->incidents = row_uint(row);
	stats->open = row_uint(row);
	stats->candidates = row_uint(row);
	stats->waiting = row_uint(row);
	return false;
}

enum err store_stats(struct store *store, struct store_stats *stats)
{
	static const char sql[] =
		"SELECT (SELECT opened FROM incident ORDER BY id LIMIT 1), "
		"(SELECT count(*) FROM incident), (SELECT count(*) FROM incident WHERE open = 1), "
		"(SELECT count(*) FROM candidate), (SELECT count(*) FROM message)";
	struct store_stats found = { .oldest = 0 };
	enum err err = store_ask(store, sql, NO_VALUES, stats_row, &found);

	if (err != OK)
		return err;
	found.bytes = size_of(store->path, "") + size_of(store->path, "-wal");
	found.messages_dropped = store->messages_dropped;
	found.incidents_dropped = store->incidents_dropped;
	*stats = found;
	return OK;
}

enum err store_meta_put(struct store *store, const char *name, const char *value)
{
	static const char sql[] = "INSERT INTO meta(name, value) VALUES(?, ?) "
				  "ON CONFLICT(name) DO UPDATE SET value = excluded.value";

	return store_run(store, sql, VALUES(value_name(name), value_body(value)));
}

struct meta {
	char *value;
	size_t size;
	bool fits;
};

static bool meta_row(void *whom, struct row *row)
{
	struct meta *meta = whom;
	const char *text = row_text(row);

	meta->fits = strlen(text) < meta->size;
	if (meta->fits)
		snprintf(meta->value, meta->size, "%s", text);
	return false;
}

enum err store_meta_get(struct store *store, const char *name, char *value, size_t size)
{
	static const char sql[] = "SELECT value FROM meta WHERE name = ?";
	struct meta meta = { value, size, .fits = false };
	enum err err = store_ask(store, sql, VALUES(value_name(name)), meta_row, &meta);

	return err == OK && !meta.fits ? store_refused(store, ERR_LIMIT) : err;
}
