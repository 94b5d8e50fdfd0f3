/*
 * store_statement.h - inside of store/ only: the open file, and how its statements are run.
 *
 * A statement is a static text; it is prepared when it is first run, and kept. Values are bound,
 * never written into the text.
 */
#ifndef STORE_STORE_STATEMENT_H
#define STORE_STORE_STATEMENT_H

#include "base/span.h"
#include "store/store_log.h"

#include <limits.h>
#include <sqlite3.h>

#define STORE_STATEMENTS 128 /* of store/, all together: fewer, an assertion says so */

struct store {
	sqlite3 *db;
	char path[PATH_MAX];
	uint32_t messages_max, candidates_max;
	uint64_t last_incident, last_message, last_action; /* ids that were given away, also in vain */
	uint64_t messages_dropped, incidents_dropped;
	struct store_words trouble;
	struct prepared {
		const char *sql;
		sqlite3_stmt *statement;
	} prepared[STORE_STATEMENTS];
	unsigned prepared_count;
};

enum value_kind { VALUE_END, VALUE_INT, VALUE_REAL, VALUE_TEXT, VALUE_BYTES };

struct value {
	enum value_kind kind;
	int64_t number;
	double real;
	struct span bytes; /* NULL: the value is NULL */
	size_t most;
};

struct value value_int(int64_t number);
struct value value_uint(uint64_t number); /* what is too large for SQLite is its largest */
struct value value_sum(uint64_t number); /* to be added to others: so small that no sum overflows */
struct value value_real(double number);
struct value value_name(const char *text); /* at most STORE_NAME; NULL: the value is NULL */
struct value value_text(const char *text); /* STORE_TEXT */
struct value value_body(const char *text); /* STORE_BODY */
struct value value_bytes(struct span bytes, size_t most);

/* Of the store's own in `meta`: from when on all candidates are there (microseconds, as text). */
#define META_COMPLETE "store.candidates_complete"

#define VALUES(...) ((const struct value[]){ __VA_ARGS__, { .kind = VALUE_END } })
#define NO_VALUES   ((const struct value[]){ { .kind = VALUE_END } })

/* One row of an answer, read from left to right. What is missing in a file is "" or 0. */
struct row {
	sqlite3_stmt *statement;
	int column;
};

int64_t row_int(struct row *row);
uint64_t row_uint(struct row *row);
unsigned row_choice(struct row *row, unsigned count); /* of an enum: below `count` */
double row_real(struct row *row);
const char *row_text(struct row *row);
const char *row_text_or_null(struct row *row);
struct span row_bytes(struct row *row);

typedef bool row_see(void *whom, struct row *row);

/* Changes something, in the batch, which it begins where there is none. */
MUST_USE enum err store_run(struct store *store, const char *sql, const struct value *values);
/* The same; ERR_EMPTY when it found nothing to change. */
MUST_USE enum err store_run_some(struct store *store, const char *sql, const struct value *values);
/* The same, with RETURNING: visits what was changed, as store_ask() does. */
MUST_USE enum err store_run_see(struct store *store, const char *sql, const struct value *values,
				row_see *see, void *whom);
uint32_t store_changes(const struct store *store); /* rows that the last change wrote */

uint64_t store_inserted(const struct store *store); /* the id of the row that was just inserted */

/* Asks, and visits each row. ERR_EMPTY: there was none. */
MUST_USE enum err store_ask(struct store *store, const char *sql, const struct value *values,
			    row_see *see, void *whom);
/* The same; OK also when there was none. */
MUST_USE enum err store_ask_any(struct store *store, const char *sql, const struct value *values,
				row_see *see, void *whom);
/* Asks for one number. ERR_EMPTY: there is none, or it is NULL. */
MUST_USE enum err store_number(struct store *store, const char *sql, const struct value *values,
			       int64_t *number);

/* What a person did: begins; ends well or, when `err` is not OK, as if it had never begun. */
MUST_USE enum err store_act_begin(struct store *store);
MUST_USE enum err store_act_end(struct store *store, enum err err, const struct store_act *act);

/* A call failed with a code of SQLite: undoes the batch, says why. */
enum err store_failed(struct store *store, int code);
/* Only this call is refused, with ERR_EMPTY or ERR_LIMIT. */
enum err store_refused(struct store *store, enum err err);
enum err store_words_of(int code, struct store_words *words);
bool store_is_damage(int code);

void store_statements_free(struct store *store);

#endif
