/* keeper.c - begins, goes on every second, and ends; evidence on its way to the store. */
#include "keeper/keeper.h"

#include "keeper/keeper_private.h"

#include <inttypes.h>
#include <stdlib.h>

#define CLOCK_NAME  "keeper.clock"
#define CLOCK_EVERY (10 * USEC_PER_SEC)
#define KEEP_EVERY  (60 * USEC_PER_SEC)
#define STORE_WELL  (10 * USEC_PER_SEC) /* after a failure, it must have worked for so long */

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

void keeper_due(struct keeper *keeper, usec_t now)
{
	keeper->now = now;
	vigilance_due(keeper);
	exceptions_due(keeper);
	actions_due(keeper);
	cases_due(keeper);
	measure_due(keeper);
	clock_keep(keeper);
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
	keeper_commit(keeper);
	cases_free(&keeper->cases);
	free(keeper);
}
