/* store_backup.c - a copy in steps: pages, then the check table by table, then its name. */
#include "store/store_backup.h"

#include "store/store_statement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGES_PER_STEP 256 /* a megabyte */

struct store_backup {
	struct store *store;
	sqlite3 *copy;
	sqlite3_backup *running; /* NULL: all pages are there */
	sqlite3_stmt *check;     /* a row is a table, or a fault in one */
	bool done;
	uint32_t copied, all;
	char path[PATH_MAX], part[PATH_MAX + 8];
};

/* A new file: a copy never writes into something that lies there. */
static enum err part_make(struct store_backup *b)
{
	int fd;

	unlink(b->part);
	fd = open(b->part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return store_failed(b->store, SQLITE_CANTOPEN);
	close(fd);
	return OK;
}

static enum err copy_begin(struct store_backup *b)
{
	int code = sqlite3_open_v2(
		b->part, &b->copy,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	if (code != SQLITE_OK)
		return store_failed(b->store, code);
	b->running = sqlite3_backup_init(b->copy, "main", b->store->db, "main");
	return b->running ? OK : store_failed(b->store, sqlite3_extended_errcode(b->copy));
}

enum err store_backup_new(struct store *store, const char *path, struct store_backup **backup)
{
	struct store_backup *b = calloc(1, sizeof(*b));
	enum err err;

	if (!b)
		return store_failed(store, SQLITE_NOMEM);
	b->store = store;
	snprintf(b->path, sizeof(b->path), "%s", path);
	snprintf(b->part, sizeof(b->part), "%s.part", path);
	err = part_make(b);
	if (err == OK)
		err = copy_begin(b);
	if (err != OK) {
		store_backup_free(b);
		return err;
	}
	*backup = b;
	return OK;
}

static void copy_close(struct store_backup *b)
{
	sqlite3_backup_finish(b->running);
	sqlite3_finalize(b->check);
	sqlite3_close(b->copy);
	b->running = NULL;
	b->check = NULL;
	b->copy = NULL;
}

void store_backup_free(struct store_backup *backup)
{
	if (!backup)
		return;
	copy_close(backup);
	if (!backup->done)
		unlink(backup->part);
	free(backup);
}

/* A copy of what is written while it is made is right too: changes through the same connection go
 * into both (sqlite.org/c3ref/backup_finish.html). */
static enum err step_pages(struct store_backup *b)
{
	int code = sqlite3_backup_step(b->running, PAGES_PER_STEP);

	b->all = (uint32_t)sqlite3_backup_pagecount(b->running);
	b->copied = b->all - (uint32_t)sqlite3_backup_remaining(b->running);
	if (code == SQLITE_OK)
		return OK;
	if (code != SQLITE_DONE)
		return store_failed(b->store, code);
	code = sqlite3_backup_finish(b->running);
	b->running = NULL;
	return code == SQLITE_OK ? OK : store_failed(b->store, code);
}

static int check_prepare(struct store_backup *b)
{
	static const char sql[] = "SELECT quick_check FROM sqlite_schema, pragma_quick_check(name) "
				  "WHERE type = 'table' AND rootpage > 0";

	return sqlite3_prepare_v2(b->copy, sql, -1, &b->check, NULL);
}

static bool is_ok(struct row row)
{
	return strcmp(row_text(&row), "ok") == 0;
}

/* `whole`: all tables were looked at. */
static enum err step_check(struct store_backup *b, bool *whole)
{
	int code = b->check ? SQLITE_OK : check_prepare(b);

	if (code == SQLITE_OK)
		code = sqlite3_step(b->check);
	if (code == SQLITE_ROW)
		return is_ok((struct row){ .statement = b->check })
			       ? OK
			       : store_failed(b->store, SQLITE_CORRUPT);
	*whole = code == SQLITE_DONE;
	return *whole ? OK : store_failed(b->store, code);
}

/* The folder is synced too, or the name might not survive the power. */
static enum err step_name(struct store_backup *b)
{
	char folder[sizeof(b->path)];
	char *slash;
	int fd;

	copy_close(b);
	snprintf(folder, sizeof(folder), "%s", b->path);
	slash = strrchr(folder, '/');
	snprintf(slash ? slash + 1 : folder, 2, "%s", slash ? "" : ".");
	if (rename(b->part, b->path) != 0)
		return store_failed(b->store, SQLITE_CANTOPEN);
	b->done = true;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0) {
		if (fd >= 0)
			close(fd);
		return store_failed(b->store, SQLITE_IOERR);
	}
	close(fd);
	return OK;
}

enum err store_backup_step(struct store_backup *backup, bool *done)
{
	bool whole = false;
	enum err err = store_commit(backup->store);

	*done = false;
	if (err != OK)
		return err;
	if (backup->running)
		return step_pages(backup);
	err = step_check(backup, &whole);
	if (err != OK || !whole)
		return err;
	err = step_name(backup);
	*done = err == OK;
	return err;
}

void store_backup_progress(const struct store_backup *backup, uint32_t *copied, uint32_t *all)
{
	*copied = backup->copied;
	*all = backup->all;
}
