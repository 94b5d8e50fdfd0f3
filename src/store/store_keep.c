/*
 * store_keep.c - forgets what is too old or too much, a little at a call.
 *
 * The bounds below keep a call short: a few milliseconds on an ordinary disk. A deleted row of a
 * case may carry megabytes of packets, whose pages are read one by one, so these are counted too.
 */
#include "base/text.h"
#include "store/store_series.h"
#include "store/store_statement.h"

#include <inttypes.h>

#define CASES_PER_CALL  16
#define BYTES_PER_CALL  (2 << 20) /* of packets */
#define ROWS_PER_CALL   250
#define PAGES_PER_CALL  "128" /* given back to the disk */
#define FREE_PAGES_KEPT 256   /* to be used again: giving back what is soon needed is in vain */

#define DAY         (86400 * USEC_PER_SEC)
#define FINE_DAYS   1 /* bins of ten seconds */
#define MINUTE_DAYS 8 /* bins of a minute, and candidates */
#define DAYS_MOST   36500
#define LOG_DAYS    366 /* at least: who did what is asked for long afterwards */
#define LOG_ROWS    200000
#define ACTION_ROWS 20000 /* that are over: an attacker may cause many */

/* One case less; counts the work that it was. */
static enum err forget_case(struct store *store, int64_t id, int64_t *bytes)
{
	static const char size[] = "SELECT length(packets) FROM evidence WHERE incident = ?";
	static const char sql[] = "DELETE FROM incident WHERE id = ?";
	int64_t length = 0;
	enum err err = store_number(store, size, VALUES(value_int(id)), &length);

	if (err != OK && err != ERR_EMPTY)
		return err;
	*bytes += length;
	return store_run(store, sql, VALUES(value_int(id)));
}

/* Closed cases of one worth that changed last before `before`, the oldest first. */
static enum err forget_cases(struct store *store, int worth, usec_t before, int64_t *bytes,
			     uint64_t *count)
{
	static const char sql[] = "SELECT id FROM incident WHERE worth = ? AND changed < ? "
				  "ORDER BY changed LIMIT 1";
	enum err err = OK;

	for (int i = 0; i < CASES_PER_CALL && *bytes < BYTES_PER_CALL && err == OK; i++) {
		int64_t id = 0;

		err = store_number(store, sql, VALUES(value_int(worth), value_int(before)), &id);
		if (err == OK)
			err = forget_case(store, id, bytes);
		if (err == OK)
			(*count)++;
	}
	return err == ERR_EMPTY ? OK : err;
}

static enum err forget_old_cases(struct store *store, usec_t now, uint32_t days, bool *more)
{
	usec_t age = days * DAY;
	uint64_t count = 0;
	int64_t bytes = 0;
	enum err err = forget_cases(store, 0, now - age, &bytes, &count);

	if (err == OK)
		err = forget_cases(store, 1, now - 2 * age, &bytes, &count);
	*more |= count >= CASES_PER_CALL || bytes >= BYTES_PER_CALL;
	return err;
}

/* Runs a deletion of at most ROWS_PER_CALL rows of what is older than a time. */
static enum err forget_rows(struct store *store, const char *sql, int64_t before, bool *more)
{
	enum err err = store_run(store, sql, VALUES(value_int(before), value_int(ROWS_PER_CALL)));

	*more |= err == OK && store_changes(store) == ROWS_PER_CALL;
	return err;
}

/* Bins of a width that are older than some days. */
static enum err forget_bins(struct store *store, int width, int64_t before, bool *more)
{
	static const char sql[] =
		"DELETE FROM series WHERE width = ?1 AND start IN "
		"(SELECT start FROM series WHERE width = ?1 AND start < ?2 LIMIT ?3)";
	enum err err = store_run(
		store, sql, VALUES(value_int(width), value_int(before), value_int(ROWS_PER_CALL)));

	*more |= err == OK && store_changes(store) == ROWS_PER_CALL;
	return err;
}

static enum err forget_series(struct store *store, usec_t now, uint32_t days, bool *more)
{
	int64_t second = now / USEC_PER_SEC, day = DAY / USEC_PER_SEC;
	enum err err = forget_bins(store, STORE_SERIES_STEP, second - FINE_DAYS * day, more);

	if (err == OK)
		err = forget_bins(store, STORE_SERIES_MINUTE, second - MINUTE_DAYS * day, more);
	if (err == OK && days)
		err = forget_bins(store, STORE_SERIES_HOUR, second - days * day, more);
	return err;
}

/* Old ones, and the oldest of too many: the week is not complete then, and that is noted. */
static enum err forget_candidates(struct store *store, usec_t now, bool *more)
{
	static const char old[] = "DELETE FROM candidate WHERE key IN (SELECT key FROM candidate "
				  "WHERE last < ? ORDER BY last LIMIT ?)";
	static const char edge[] = "SELECT last FROM candidate ORDER BY last DESC LIMIT 1 OFFSET ?";
	char complete[TEXT_NUMBER];
	usec_t last = 0;
	enum err err = forget_rows(store, old, now - MINUTE_DAYS * DAY, more);

	if (err == OK)
		err = store_number(store, edge, VALUES(value_int(store->candidates_max)), &last);
	if (err == ERR_EMPTY)
		return OK;
	snprintf(complete, sizeof(complete), "%" PRId64, last + 1);
	if (err == OK)
		err = store_meta_put(store, META_COMPLETE, complete);
	return err == OK ? forget_rows(store, old, last + 1, more) : err;
}

/* The oldest of too many: an attacker may cause as many lines as logins fail. */
static enum err forget_log(struct store *store, bool *more)
{
	static const char last[] = "SELECT max(id) FROM log";
	static const char sql[] =
		"DELETE FROM log WHERE id IN (SELECT id FROM log WHERE id <= ? LIMIT ?)";
	int64_t id = 0;
	enum err err = store_number(store, last, NO_VALUES, &id);

	if (err == OK)
		err = forget_rows(store, sql, id - LOG_ROWS, more);
	return err == ERR_EMPTY ? OK : err;
}

/* Actions that are over: old ones, and the oldest of too many. */
static enum err forget_actions(struct store *store, usec_t before, bool *more)
{
	static const char old[] = "DELETE FROM action WHERE id IN "
				  "(SELECT id FROM action WHERE stage = 0 AND changed < ? LIMIT ?)";
	static const char edge[] =
		"SELECT id FROM action WHERE stage = 0 ORDER BY id DESC LIMIT 1 OFFSET ?";
	static const char many[] = "DELETE FROM action WHERE id IN "
				   "(SELECT id FROM action WHERE stage = 0 AND id <= ? LIMIT ?)";
	int64_t id = 0;
	enum err err = forget_rows(store, old, before, more);

	if (err == OK)
		err = store_number(store, edge, VALUES(value_int(ACTION_ROWS)), &id);
	if (err == OK)
		err = forget_rows(store, many, id, more);
	return err == ERR_EMPTY ? OK : err;
}

/* What became of mail that lay in quarantine. */
static enum err forget_held(struct store *store, usec_t before, bool *more)
{
	static const char sql[] = "DELETE FROM held WHERE id IN "
				  "(SELECT id FROM held WHERE state >= 2 AND changed < ? LIMIT ?)";

	return forget_rows(store, sql, before, more);
}

/* What people did. The level that holds is the last, however old. */
static enum err forget_acts(struct store *store, usec_t now, uint32_t days, bool *more)
{
	static const char log[] =
		"DELETE FROM log WHERE id IN (SELECT id FROM log WHERE at < ? LIMIT ?)";
	static const char level[] =
		"DELETE FROM level WHERE id IN (SELECT id FROM level WHERE at < ? "
		"AND id < (SELECT max(id) FROM level) LIMIT ?)";
	static const char exception[] = "DELETE FROM exception WHERE id IN "
					"(SELECT id FROM exception WHERE until < ? LIMIT ?)";
	static const char plan[] =
		"DELETE FROM plan WHERE id IN (SELECT id FROM plan WHERE until < ? LIMIT ?)";
	usec_t before = now - (days > LOG_DAYS ? days : LOG_DAYS) * DAY;
	enum err err = forget_rows(store, log, before, more);

	if (err == OK)
		err = forget_log(store, more);
	if (err == OK)
		err = forget_rows(store, level, before, more);
	if (err == OK)
		err = forget_rows(store, exception, before, more);
	if (err == OK)
		err = forget_actions(store, before, more);
	if (err == OK)
		err = forget_held(store, before, more);
	return err == OK ? forget_rows(store, plan, now, more) : err;
}

/* Pages of the file, and those of them that nothing uses. */
struct room {
	int64_t pages, idle, page_bytes;
};

static enum err room_read(struct store *store, struct room *room)
{
	static const char pages[] = "PRAGMA page_count";
	static const char idle[] = "PRAGMA freelist_count";
	static const char page_bytes[] = "PRAGMA page_size";
	enum err err = store_number(store, pages, NO_VALUES, &room->pages);

	if (err == OK)
		err = store_number(store, idle, NO_VALUES, &room->idle);
	return err == OK ? store_number(store, page_bytes, NO_VALUES, &room->page_bytes) : err;
}

/* When nothing else is left to forget: the packets of the oldest open case, not the case. */
static enum err forget_packets(struct store *store)
{
	static const char sql[] =
		"DELETE FROM evidence WHERE incident = (SELECT min(incident) FROM evidence)";

	return store_run(store, sql, NO_VALUES);
}

static enum err forget_for_room(struct store *store, bool *more)
{
	uint64_t count = 0;
	int64_t bytes = 0;
	enum err err = forget_cases(store, 0, INT64_MAX, &bytes, &count);

	if (err == OK && count == 0)
		err = forget_cases(store, 1, INT64_MAX, &bytes, &count);
	store->incidents_dropped += count;
	if (err == OK && count == 0) {
		err = forget_packets(store);
		count = store_changes(store);
	}
	*more |= count > 0;
	return err;
}

static bool is_over(const struct room *room, int64_t pages, uint64_t max_bytes)
{
	return max_bytes && (uint64_t)(pages * room->page_bytes) > max_bytes;
}

static enum err give_back(struct store *store, bool *more)
{
	static const char sql[] = "PRAGMA incremental_vacuum(" PAGES_PER_CALL ")";

	*more = true;
	return store_run(store, sql, NO_VALUES);
}

static enum err keep_size(struct store *store, uint64_t max_bytes, bool *more)
{
	struct room room = { .pages = 0 };
	enum err err = room_read(store, &room);

	if (err == OK && is_over(&room, room.pages - room.idle, max_bytes)) {
		err = forget_for_room(store, more);
		if (err == OK)
			err = room_read(store, &room);
	}
	if (err != OK)
		return err;
	if (room.idle > FREE_PAGES_KEPT || (room.idle > 0 && is_over(&room, room.pages, max_bytes)))
		return give_back(store, more);
	return OK;
}

enum err store_keep(struct store *store, usec_t now, const struct store_keeping *keeping,
		    bool *more)
{
	uint32_t days = keeping->days < DAYS_MOST ? keeping->days : DAYS_MOST;
	bool left = false;
	enum err err = store_commit(store);

	if (err == OK && days)
		err = forget_old_cases(store, now, days, &left);
	if (err == OK)
		err = forget_series(store, now, days, &left);
	if (err == OK)
		err = forget_candidates(store, now, &left);
	if (err == OK)
		err = forget_acts(store, now, days, &left);
	if (err == OK)
		err = keep_size(store, keeping->max_bytes, &left);
	if (err == OK)
		err = store_commit(store);
	if (err == OK)
		*more = left;
	return err;
}
