/*
 * forget.c - removes old snapshots by the rules, and only those that a rehearsal named and that may
 * go.
 *
 * Never while an alarm is open. The ids are written down before they go: what we removed and could
 * not say so any more is no alarm. restic and borg forget by rules of their own when they are asked
 * to; they are asked for ids here.
 */
#include "backup/look.h"
#include "proof/retain.h"
#include "backup/wiper.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LEAVING_MAX 1000 /* snapshots of one removal: what a tool's command line holds; the others go after the next run */

struct leaving {
	struct backup_work *work;
	struct seen *seen;
	uint32_t count;
	bool strange; /* one that is to go was never seen */
};

static bool see_leaving(void *whom, const struct snapshot *snapshot)
{
	struct leaving *l = whom;
	struct seen_one *one = seen_find(l->seen, snapshot->id);

	l->strange |= !one;
	if (one && l->count < LEAVING_MAX && !base_is(l->work->watch->ledger, l->work->repository->name, one->id)) {
		one->gone = true;
		l->count++;
	}
	return true;
}

static bool alarm_is_open(struct backup_work *work, struct words *said)
{
	json_t *alarms = alarms_of(work->watch->ledger, work->repository->name);
	bool none = alarms && json_array_size(alarms) == 0;

	if (!none)
		words_say(said,
			  "Nothing is forgotten while alarm %lld is open (hinomi backup settle)",
			  "警報 %lld が解決されるまで、古いスナップショットは削除しません（hinomi "
			  "backup settle）",
			  (long long)json_integer_value(
				  json_object_get(json_array_get(alarms, 0), "id")));
	json_decref(alarms);
	return !none;
}

static bool rehearse(struct leaving *l, struct words *said)
{
	struct tool_result result = { .trouble = TOOL_FINE };
	struct tool_forget what = { .rehearse = true };
	struct retain_ask ask = { l->work->repository, l->seen, l->work->watch->moment().now };

	do
		l->work->tool->forget(&l->work->job, &what, see_leaving, l, &result);
	while (work_again(l->work, &result));
	if (!work_took(l->work, &result)) {
		*said = l->work->outcome->say;
		return false;
	}
	if (!l->strange)
		return retain_allows(&ask, said);
	words_say(said, "Nothing was forgotten: a snapshot came while we looked",
		  "確認中にスナップショットが増えたため、何も削除しませんでした");
	return false;
}

static bool see_nothing(void *whom, const struct snapshot *snapshot)
{
	(void)whom;
	(void)snapshot;
	return true;
}

/* Exactly these. */
static bool take_away(struct leaving *l, struct words *said)
{
	const char **ids = calloc(l->count + 1u, sizeof(*ids));
	struct tool_forget what = { .prune = true, .snapshots = ids };
	struct tool_result result = { .trouble = TOOL_FINE };
	uint32_t count = 0;
	bool good = ids &&
		    seen_save(l->work->watch->ledger, l->work->repository->name, l->seen) == OK;

	for (size_t i = 0; good && i < l->seen->count; i++)
		if (l->seen->ones[i].gone)
			ids[count++] = l->seen->ones[i].id;
	if (good) {
		l->work->tool->forget(&l->work->job, &what, see_nothing, NULL, &result);
		good = work_took(l->work, &result);
	}
	free(ids);
	if (good) {
		l->work->state->snapshots -= count < l->work->state->snapshots ? count : l->work->state->snapshots;
		words_en(said, "%" PRIu32 " old snapshot%s forgotten", count,
			 count == 1 ? " was" : "s were");
		words_ja(said, "古いスナップショット %" PRIu32 " 個を削除しました", count);
	} else {
		*said = l->work->outcome->say;
	}
	return good;
}

static bool has_rules(const struct repository *r)
{
	return r->keep_last || r->keep_daily || r->keep_weekly || r->keep_monthly;
}

bool forget_inside(struct backup_work *work, struct words *said)
{
	struct seen seen = { .count = 0 };
	struct leaving leaving = { .work = work, .seen = &seen };
	bool good = true;

	words_say(said, "%s", "%s", "");
	if (!has_rules(work->repository) || work->repository->append_only)
		return true;
	if (alarm_is_open(work, said))
		return false;
	if (work->state->clock_back) {
		words_say(said,
			  "Nothing is forgotten while this machine's clock stands before what it "
			  "did already",
			  "この機器の時計が過去に戻っているため、何も削除しません");
		return false;
	}
	if (seen_load(work->watch->ledger, work->repository->name, &seen) == OK)
		good = rehearse(&leaving, said) &&
		       (leaving.count == 0 || take_away(&leaving, said));
	seen_free(&seen);
	return good;
}
