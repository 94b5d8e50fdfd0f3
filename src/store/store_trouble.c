/* store_trouble.c - what went wrong, in words, and what becomes of the batch. */
#include "store/store_statement.h"

#include <stdio.h>

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
