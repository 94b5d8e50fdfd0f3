/* keeper.c - begins, goes on every second, and ends; evidence on its way to the store; copies of it. */
#include "keeper/keeper.h"

#include "keeper/keeper_private.h"
#include "keeper/op.h"
#include "store/store_backup.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#define CLOCK_NAME  "keeper.clock"
#define CLOCK_EVERY (10 * USEC_PER_SEC)
#define KEEP_EVERY  (60 * USEC_PER_SEC)
#define STORE_WELL  (10 * USEC_PER_SEC) /* after a failure, it must have worked for so long */
#define FORSAKEN    (60 * USEC_PER_SEC) /* a copy that nobody asked for is given up */

void keeper_store_failed(struct keeper *keeper, usec_t now)
{
	keeper->store_failures++;
	keeper->store_failed = now;
	keeper->trouble = *store_trouble(keeper->store);
	cases_undone(&keeper->cases);
	actions_undone(&keeper->actions);
}

bool keeper_stored(struct keeper *keeper, enum err err)
{
	if (err == OK || err == ERR_EMPTY || err == ERR_LIMIT) /* these refuse one call */
		return err == OK;
	keeper_store_failed(keeper, keeper->now);
	return false;
}

bool keeper_store_is_bad(const struct keeper *keeper)
{
	return keeper->store_failed && !time_is_due(keeper->now, keeper->store_failed, STORE_WELL);
}

enum level keeper_level(const struct keeper *keeper)
{
	return vigilance_now(&keeper->vigilance);
}

/* When the tower was last awake; now, when nothing is known. */
static usec_t clock_load(const struct keeper *keeper)
{
	char text[24];

	if (store_meta_get(keeper->store, CLOCK_NAME, text, sizeof(text)) != OK)
		return keeper->now;
	return strtoll(text, NULL, 10);
}

static void clock_keep(struct keeper *keeper)
{
	char text[24];

	if (!time_is_due(keeper->now, keeper->clock_kept, CLOCK_EVERY))
		return;
	keeper->clock_kept = keeper->now;
	snprintf(text, sizeof(text), "%" PRId64, keeper->now);
	keeper_stored(keeper, store_meta_put(keeper->store, CLOCK_NAME, text));
}

static bool keeper_load(struct keeper *keeper)
{
	usec_t clock = clock_load(keeper);

	return vigilance_load(keeper, clock) == OK && exceptions_load(keeper, clock) == OK &&
	       cases_load(keeper) == OK && actions_load(keeper) == OK;
}

struct keeper *keeper_new(const struct keeper_settings *settings, struct store *store,
			  const struct keeper_out *out, usec_t now)
{
	struct keeper *keeper = calloc(1, sizeof(*keeper));

	if (!keeper)
		return NULL;
	keeper->settings = *settings;
	keeper->store = store;
	keeper->out = *out;
	keeper->since = now;
	keeper->now = now;
	if (!keeper_load(keeper)) {
		cases_free(&keeper->cases);
		free(keeper);
		return NULL;
	}
	out->level(out->whom, keeper_level(keeper));
	vigilance_due(keeper);
	exceptions_due(keeper);
	return keeper;
}

bool keeper_commit(struct keeper *keeper)
{
	cases_flush(keeper);
	actions_flush(keeper);
	if (!keeper_stored(keeper, store_commit(keeper->store)))
		return false;
	cases_committed(keeper);
	actions_committed(keeper);
	return true;
}

static void keeper_keep(struct keeper *keeper)
{
	struct store_keeping keeping = keeper->settings.keeping;
	unsigned percent = level_rules(keeper_level(keeper))->retention_percent;

	if (!keeper->store_more && !time_is_due(keeper->now, keeper->kept, KEEP_EVERY))
		return;
	keeper->kept = keeper->now;
	keeping.days = (uint32_t)((uint64_t)keeping.days * percent / 100);
	if (!keeper_stored(keeper, store_keep(keeper->store, keeper->now, &keeping, &keeper->store_more)))
		keeper->store_more = false;
}

/* --- copies: one at a time, a step with each question */

static void backup_end(struct keeper *keeper)
{
	store_backup_free(keeper->backup);
	keeper->backup = NULL;
}

static void backup_due(struct keeper *keeper)
{
	if (keeper->backup && time_is_due(keeper->now, keeper->backup_asked, FORSAKEN))
		backup_end(keeper);
}

/* Only the copy failed: the batch is on the disk, so the store lost nothing. */
static void copy_failed(struct op *op)
{
	const struct store_words *trouble = store_trouble(op->keeper->store);

	backup_end(op->keeper);
	op_fail(op, OP_FAILED, TOWER_COPY, (struct words){ trouble->en, trouble->ja });
}

static void backup_json(struct json *json, const char *path, const struct store_backup *backup, bool done)
{
	uint32_t copied, all;

	store_backup_progress(backup, &copied, &all);
	json_open_object(json);
	json_put_string(json, "path", path);
	json_put_uint(json, "copied", copied);
	json_put_uint(json, "all", all);
	json_put_bool(json, "done", done);
	json_close_object(json);
}

/* Who asks while one is running helps it on, and gets its progress: what is done is newer than either
 * question. The steps are taken here and not by a clock, so that it goes as fast as somebody waits for it. */
void op_backup(struct op *op)
{
	struct keeper *keeper = op->keeper;
	char path[PATH_MAX];
	bool done = false;

	keeper->backup_asked = op->now;
	if (!keeper_commit(keeper)) {
		op_fail(op, OP_FAILED, NULL, (struct words){ keeper->trouble.en, keeper->trouble.ja });
		return;
	}
	store_beside(keeper->store, TOWER_COPY, path, sizeof(path));
	if ((!keeper->backup && store_backup_new(keeper->store, path, &keeper->backup) != OK) ||
	    store_backup_step(keeper->backup, &done) != OK) {
		copy_failed(op);
		return;
	}
	backup_json(op->json, path, keeper->backup, done);
	if (done)
		backup_end(keeper);
}

void keeper_due(struct keeper *keeper, usec_t now)
{
	keeper->now = now;
	vigilance_due(keeper);
	exceptions_due(keeper);
	actions_due(keeper);
	cases_due(keeper);
	measure_due(keeper);
	clock_keep(keeper);
	backup_due(keeper);
	keeper_commit(keeper);
	keeper_keep(keeper);
	status_due(keeper);
}

void keeper_evidence(struct keeper *keeper, uint64_t id, struct span pcap)
{
	struct kept *kept = cases_find(&keeper->cases, id);

	if (!id || pcap.len == 0 || pcap.len > STORE_EVIDENCE ||
	    !keeper_stored(keeper, store_evidence_put(keeper->store, id, pcap)) || !kept)
		return;
	kept->evidence = true;
	news_case(keeper, kept);
}

void keeper_configure(struct keeper *keeper, const struct keeper_settings *settings)
{
	keeper->settings = *settings;
	actions_configure(keeper);
	keeper_stored(keeper, vigilance_plan(keeper));
	vigilance_due(keeper);
}

void keeper_free(struct keeper *keeper)
{
	if (!keeper)
		return;
	store_backup_free(keeper->backup);
	keeper_commit(keeper);
	cases_free(&keeper->cases);
	free(keeper);
}
