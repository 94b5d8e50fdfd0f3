/* store_statement.c - preparing, binding, running and reading; what went wrong, in words. */
#include "store/store_statement.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A counter that is added to thousands of others. More than any link carries in an hour. */
#define SUM_MOST (UINT64_C(1) << 48)

/* --- what went wrong, and what becomes of the batch */

struct trouble {
	int code; /* of SQLite; extended ones go before their primary */
	enum err err;
	const char *en, *ja;
};

static const struct trouble troubles[] = {
	{ SQLITE_FULL, ERR_WRITE, "the disk is full", "ディスクの空きがありません" },
	{ SQLITE_READONLY, ERR_WRITE, "the file or its folder is read only",
	  "ファイルまたはフォルダーが読み取り専用です" },
	{ SQLITE_BUSY, ERR_WRITE, "another program is writing to the file",
	  "別のプログラムがファイルに書き込み中です" },
	{ SQLITE_LOCKED, ERR_WRITE, "another program is writing to the file",
	  "別のプログラムがファイルに書き込み中です" },
	{ SQLITE_IOERR_READ, ERR_READ, "the disk failed while reading",
	  "ディスクからの読み取りに失敗しました" },
	{ SQLITE_IOERR_NOMEM, ERR_MEMORY, "there is not enough memory", "メモリーが足りません" },
	{ SQLITE_IOERR, ERR_WRITE, "the disk failed while writing",
	  "ディスクへの書き込みに失敗しました" },
	{ SQLITE_CORRUPT, ERR_FORMAT, "the file is damaged; the next start begins a new one",
	  "ファイルが壊れています。次の起動時に新しいファイルで始めます" },
	{ SQLITE_NOTADB, ERR_FORMAT, "the file is damaged; the next start begins a new one",
	  "ファイルが壊れています。次の起動時に新しいファイルで始めます" },
	{ SQLITE_NOMEM, ERR_MEMORY, "there is not enough memory", "メモリーが足りません" },
	{ SQLITE_CANTOPEN, ERR_OPEN, "the file cannot be opened", "ファイルを開けません" },
	{ SQLITE_PERM, ERR_OPEN, "the file may not be opened", "ファイルを開く権限がありません" },
	{ SQLITE_AUTH, ERR_OPEN, "the file may not be opened", "ファイルを開く権限がありません" },
	{ SQLITE_TOOBIG, ERR_LIMIT, "it is too long", "長すぎます" },
};

enum err store_words_of(int code, struct store_words *words)
{
	const struct trouble *found = NULL;

	for (size_t i = 0; i < sizeof(troubles) / sizeof(*troubles) && !found; i++)
		if (troubles[i].code == code || troubles[i].code == (code & 0xff))
			found = &troubles[i];
	snprintf(words->en, sizeof(words->en), "%s (SQLite: %s, %d)",
		 found ? found->en : "the store failed", sqlite3_errstr(code), code);
	snprintf(words->ja, sizeof(words->ja), "%s（SQLite %d）",
		 found ? found->ja : "保存に失敗しました", code);
	return found ? found->err : ERR_WRITE;
}

bool store_is_damage(int code)
{
	return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

enum err store_refused(struct store *store, enum err err)
{
	bool empty = err == ERR_EMPTY;

	snprintf(store->trouble.en, sizeof(store->trouble.en), "%s",
		 empty ? "there is none of that name or number" : "it is too long, or too many");
	snprintf(store->trouble.ja, sizeof(store->trouble.ja), "%s",
		 empty ? "該当するものがありません" : "長すぎるか、数が多すぎます");
	return err;
}

enum err store_failed(struct store *store, int code)
{
	if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
		return store_refused(store, ERR_EMPTY);
	if (!sqlite3_get_autocommit(store->db)) /* after some errors SQLite did it by itself */
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return store_words_of(code, &store->trouble);
}

const struct store_words *store_trouble(const struct store *store)
{
	return &store->trouble;
}

/* --- values */

struct value value_int(int64_t number)
{
	return (struct value){ .kind = VALUE_INT, .number = number };
}

struct value value_uint(uint64_t number)
{
	return value_int(number > INT64_MAX ? INT64_MAX : (int64_t)number);
}

struct value value_sum(uint64_t number)
{
	return value_uint(number > SUM_MOST ? SUM_MOST : number);
}

/* SQLite takes what is not a number for NULL. */
struct value value_real(double number)
{
	return (struct value){ .kind = VALUE_REAL, .real = isnan(number) ? 0 : number };
}

static struct value value_string(const char *text, size_t most)
{
	return (struct value){ .kind = VALUE_TEXT,
			       .bytes = { (const uint8_t *)text, text ? strlen(text) : 0 },
			       .most = most };
}

struct value value_name(const char *text)
{
	return value_string(text, STORE_NAME);
}

struct value value_text(const char *text)
{
	return value_string(text, STORE_TEXT);
}

struct value value_body(const char *text)
{
	return value_string(text, STORE_BODY);
}

struct value value_bytes(struct span bytes, size_t most)
{
	return (struct value){ .kind = VALUE_BYTES, .bytes = bytes, .most = most };
}

int64_t row_int(struct row *row)
{
	return sqlite3_column_int64(row->statement, row->column++);
}

uint64_t row_uint(struct row *row)
{
	int64_t number = row_int(row);

	return number < 0 ? 0 : (uint64_t)number;
}

unsigned row_choice(struct row *row, unsigned count)
{
	uint64_t number = row_uint(row);

	return number < count ? (unsigned)number : count - 1;
}

double row_real(struct row *row)
{
	return sqlite3_column_double(row->statement, row->column++);
}

const char *row_text_or_null(struct row *row)
{
	return (const char *)sqlite3_column_text(row->statement, row->column++);
}

const char *row_text(struct row *row)
{
	const char *text = row_text_or_null(row);

	return text ? text : "";
}

struct span row_bytes(struct row *row)
{
	const uint8_t *bytes = sqlite3_column_blob(row->statement, row->column);

	return (struct span){ bytes, (size_t)sqlite3_column_bytes(row->statement, row->column++) };
}

/* By the place of the text, not by what it says: every caller has its own. NULL: it failed. */
static sqlite3_stmt *prepared(struct store *store, const char *sql, int *code)
{
	sqlite3_stmt *fresh = NULL;

	for (unsigned i = 0; i < store->prepared_count; i++)
		if (store->prepared[i].sql == sql)
			return store->prepared[i].statement;
	assert(store->prepared_count < STORE_STATEMENTS);
	*code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &fresh, NULL);
	if (*code != SQLITE_OK)
		return NULL;
	store->prepared[store->prepared_count++] = (struct prepared){ sql, fresh };
	return fresh;
}

void store_statements_free(struct store *store)
{
	while (store->prepared_count > 0)
		sqlite3_finalize(store->prepared[--store->prepared_count].statement);
}

static int bind_one(sqlite3_stmt *statement, int at, const struct value *value)
{
	switch (value->kind) {
	case VALUE_INT:
		return sqlite3_bind_int64(statement, at, value->number);
	case VALUE_REAL:
		return sqlite3_bind_double(statement, at, value->real);
	case VALUE_TEXT:
		return sqlite3_bind_text(statement, at, (const char *)value->bytes.ptr,
					 (int)value->bytes.len, SQLITE_STATIC);
	case VALUE_BYTES:
		return sqlite3_bind_blob64(statement, at, value->bytes.ptr, value->bytes.len,
					   SQLITE_STATIC);
	default:
		return SQLITE_MISUSE;
	}
}

static bool too_long(const struct value *values)
{
	for (; values->kind != VALUE_END; values++)
		if (values->bytes.len > values->most)
			return true;
	return false;
}

/* Ready to be stepped; the caller resets it. */
static enum err statement_begin(struct store *store, const char *sql, const struct value *values,
				sqlite3_stmt **statement)
{
	sqlite3_stmt *found;
	int code = SQLITE_OK, at = 0;

	if (too_long(values))
		return store_refused(store, ERR_LIMIT);
	found = prepared(store, sql, &code);
	if (!found)
		return store_failed(store, code);
	assert(!sqlite3_stmt_busy(found)); /* a visitor does not call the store */
	for (; values->kind != VALUE_END && code == SQLITE_OK; values++)
		code = bind_one(found, ++at, values);
	assert(code != SQLITE_OK || at == sqlite3_bind_parameter_count(found));
	if (code != SQLITE_OK)
		return store_failed(store, code);
	*statement = found;
	return OK;
}

/* Borrowed bytes must not stay bound: their owner is about to go on. */
static void statement_end(sqlite3_stmt *statement)
{
	sqlite3_reset(statement); /* says again what the last step said */
	sqlite3_clear_bindings(statement);
}

/* Who sees the rows of an answer, and whether there were any. */
struct seer {
	row_see *see; /* NULL: nobody */
	void *whom;
	bool any;
};

static enum err statement_run(struct store *store, const char *sql, const struct value *values,
			      struct seer *seer)
{
	sqlite3_stmt *statement = NULL;
	enum err err = statement_begin(store, sql, values, &statement);
	bool on = true;
	int code = SQLITE_ROW;

	if (err != OK)
		return err;
	while (on && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		on = !seer->see || seer->see(seer->whom, &(struct row){ .statement = statement });
		seer->any = true;
	}
	statement_end(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE ? OK : store_failed(store, code);
}

enum err store_ask(struct store *store, const char *sql, const struct value *values, row_see *see,
		   void *whom)
{
	struct seer seer = { see, whom, .any = false };
	enum err err = statement_run(store, sql, values, &seer);

	return err == OK && !seer.any ? store_refused(store, ERR_EMPTY) : err;
}

enum err store_ask_any(struct store *store, const char *sql, const struct value *values,
		       row_see *see, void *whom)
{
	return statement_run(store, sql, values, &(struct seer){ see, whom, .any = false });
}

/* The write lock is taken at once, so that another writer is met here and not in the middle. */
static enum err batch_begin(struct store *store)
{
	static const char sql[] = "BEGIN IMMEDIATE";

	return sqlite3_get_autocommit(store->db) ? store_ask_any(store, sql, NO_VALUES, NULL, NULL)
						 : OK;
}

enum err store_run_see(struct store *store, const char *sql, const struct value *values,
		       row_see *see, void *whom)
{
	enum err err = batch_begin(store);

	return err == OK ? store_ask(store, sql, values, see, whom) : err;
}

enum err store_run(struct store *store, const char *sql, const struct value *values)
{
	enum err err = batch_begin(store);

	return err == OK ? store_ask_any(store, sql, values, NULL, NULL) : err;
}

enum err store_run_some(struct store *store, const char *sql, const struct value *values)
{
	enum err err = store_run(store, sql, values);

	return err == OK && store_changes(store) == 0 ? store_refused(store, ERR_EMPTY) : err;
}

uint32_t store_changes(const struct store *store)
{
	return (uint32_t)sqlite3_changes(store->db);
}

uint64_t store_inserted(const struct store *store)
{
	return (uint64_t)sqlite3_last_insert_rowid(store->db);
}

enum err store_commit(struct store *store)
{
	static const char sql[] = "COMMIT";

	return sqlite3_get_autocommit(store->db) ? OK
						 : store_ask_any(store, sql, NO_VALUES, NULL, NULL);
}

struct number {
	int64_t value;
	bool is;
};

static bool number_see(void *whom, struct row *row)
{
	struct number *number = whom;

	number->is = sqlite3_column_type(row->statement, 0) != SQLITE_NULL;
	number->value = row_int(row);
	return false;
}

enum err store_number(struct store *store, const char *sql, const struct value *values,
		      int64_t *number)
{
	struct number found = { .is = false };
	enum err err = store_ask(store, sql, values, number_see, &found);

	if (err != OK)
		return err;
	if (!found.is)
		return store_refused(store, ERR_EMPTY);
	*number = found.value;
	return OK;
}
