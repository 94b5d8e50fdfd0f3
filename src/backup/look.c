/* look.c - the snapshots of a repository: which are there, which are gone, and what is in the new
 * ones. */
#include "backup/look.h"

#include "backup/wiper.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct gathering {
	struct backup_work *work;
	struct seen now;
	usec_t at; /* the clock as it is: a job may have begun hours ago, and others make snapshots meanwhile */
	enum err err;
};

static bool see_snapshot(void *whom, const struct snapshot *snapshot)
{
	struct gathering *g = whom;
	struct backup_state *state = g->work->state;
	struct seen_one one = { .at = snapshot->at,
				.set = seen_set(snapshot),
				.tree = seen_tree(snapshot) };
	struct backup_set *set = state_set_make(state, snapshot);

	memcpy(one.id, snapshot->id, sizeof(one.id));
	g->err = seen_add(&g->now, &one);
	state->snapshots++;
	state->sets_lost += !set;
	if (set)
		set->count++;
	if (set && snapshot->at >= set->newest && snapshot->at <= g->at + SEEN_AHEAD) {
		set->newest = snapshot->at;
		memcpy(set->newest_id, snapshot->id, sizeof(set->newest_id));
	}
	return g->err == OK;
}

/* The clock stands before what we remember having done: then the future cannot be told from the
 * present. */
static bool clock_is_back(const struct backup_work *work)
{
	usec_t last = 0;

	for (unsigned i = 0; i < BACKUP_JOBS; i++)
		if (work->state->jobs[i].at.now > last)
			last = work->state->jobs[i].at.now;
	return last > work->begun.now + SEEN_AHEAD;
}

static const struct words deleted_words[] = {
	[SEEN_FINE] = { "", "" },
	[SEEN_VANISHED] = { "Snapshots vanished that Hinomi did not remove",
			    "Hinomi が削除していないスナップショットが消えました" },
	[SEEN_NEWEST_GONE] = { "The newest snapshot is gone: rules of retention never remove that",
			       "最新のスナップショットが消えました。保持の規則では最新のものは削除"
			       "されません" },
	[SEEN_MOST_GONE] = { "More than half of all snapshots vanished at once",
			     "半分を超えるスナップショットが一度に消えました" },
	[SEEN_FUTURE] = { "A snapshot is dated into the future: rules of retention would forget "
			  "the good ones for it",
			  "日付が未来のスナップショットがあります。保持の規則により、正常なものが代"
			  "わりに消えるおそれがあります" },
};

static json_t *count_why(const char *en, const char *ja, uint32_t count)
{
	char value[24];

	snprintf(value, sizeof(value), "%" PRIu32, count);
	return json_pack("{s:{s:s, s:s}, s:s}", "key", "en", en, "ja", ja, "value", value);
}

static bool raise_deleted(struct backup_work *work, const struct seen_finding *finding)
{
	const struct words *say = &deleted_words[finding->why];
	json_t *examples = json_array(), *why = json_array(), *alarm;

	for (uint32_t i = 0; i < finding->example_count; i++)
		json_array_append_new(examples, json_string(finding->examples[i]));
	if (finding->vanished)
		json_array_append_new(why, count_why("Snapshots that vanished",
						     "消えたスナップショット", finding->vanished));
	if (finding->future)
		json_array_append_new(why,
				      count_why("Snapshots dated into the future",
						"日付が未来のスナップショット", finding->future));
	alarm = json_pack("{s:s, s:i, s:s, s:n, s:f, s:i, s:i, s:o, s:o, s:o, s:n, s:s}", "kind",
			  finding->why == SEEN_FUTURE ? "future" : "deleted", "set", 0, "snapshot",
			  finding->example_count ? finding->examples[0] : "", "at", "share", 0.0,
			  "confidence", 90, "level", (int)LEVEL_NORMAL, "say", words_object(say),
			  "why", why, "examples", examples, "last_good", "attack", "T1490");
	return alarm_open(work, alarm, say);
}

/* What was ours stays so; what we forgot and is still there was not forgotten. */
static enum err remember_seen(struct backup_work *work, struct gathering *g,
			      const struct seen *before, const char *made)
{
	size_t next = 0; /* both are in the order of their times: mostly it is the one behind the last */

	for (size_t i = 0; i < g->now.count; i++) {
		struct seen_one *one = &g->now.ones[i];
		bool is_next = next < before->count && strcmp(before->ones[next].id, one->id) == 0;
		const struct seen_one *was = is_next ? &before->ones[next] : seen_find(before, one->id);

		if (was)
			next = (size_t)(was - before->ones) + 1;
		one->ours = strcmp(one->id, made) == 0 || (was && was->ours);
	}
	return seen_save(work->watch->ledger, work->repository->name, &g->now);
}

static bool judge_seen(struct backup_work *work, struct gathering *g, const char *made)
{
	struct seen before = { .count = 0 };
	struct seen_finding finding;
	bool kept = true; /* the alarm, if there is one */
	enum err err = seen_load(work->watch->ledger, work->repository->name, &before);

	if (err == OK) {
		struct seen_ask ask = { &before, &g->now, work->repository, g->at,
					!work->state->clock_back };

		seen_judge(&ask, &finding);
		kept = finding.why == SEEN_FINE || raise_deleted(work, &finding);
		/* What vanished is seen once only: an alarm that could not be kept must come again. */
		if (kept)
			err = remember_seen(work, g, &before, made);
	}
	seen_free(&before);
	if (err != OK)
		work_fail(work, TOOL_OTHER, ledger_trouble(work->watch->ledger));
	return kept && err == OK;
}

/* Those that are known keep their place: else who writes snapshots of many hosts that come first would take it. */
static void begin_sets(struct backup_state *state)
{
	for (uint32_t i = 0; i < state->set_count; i++) {
		state->sets[i].newest = 0;
		state->sets[i].newest_id[0] = '\0';
		state->sets[i].count = 0;
	}
	state->snapshots = state->sets_lost = 0;
}

/* Takes away those that have no snapshot any more. */
static void end_sets(struct backup_state *state)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->set_count; i++)
		if (state->sets[i].count)
			state->sets[kept++] = state->sets[i];
	state->set_count = kept;
}

/* On an error the state's sets are as they were. */
static bool list_snapshots(struct backup_work *work, struct gathering *g)
{
	struct backup_state *was = malloc(sizeof(*was));
	struct tool_result result = { .trouble = TOOL_FINE };
	bool good;

	if (!was)
		return work_fail(work, TOOL_OTHER, "no memory"), false;
	*was = *work->state;
	do {
		begin_sets(work->state);
		g->now.count = g->now.lost = 0;
		work->tool->snapshots(&work->job, see_snapshot, g, &result);
	} while (work_again(work, &result));
	good = g->err == OK && work_took(work, &result);
	if (g->err != OK)
		work_fail(work, TOOL_OTHER, "no memory");
	if (good)
		end_sets(work->state);
	else
		*work->state = *was;
	free(was);
	return good;
}

bool look_inside(struct backup_work *work, const char *made)
{
	struct gathering g = { .work = work, .at = work->watch->moment().now };
	bool good;

	work->state->clock_back = clock_is_back(work);
	if (!work->state->watched_since)
		work->state->watched_since = work->begun.now;
	good = list_snapshots(work, &g) && judge_seen(work, &g, made);
	seen_free(&g.now);
	good = good && wiper_look(work);
	if (good) { /* whatever job looked: what failed at the last look does not any more */
		struct backup_tried *tried = &work->state->jobs[BACKUP_LOOK];

		*tried = (struct backup_tried){ .at = work->watch->moment() };
		tried->good = tried->at.now;
	}
	return good;
}

static void say_look(struct backup_work *work)
{
	struct backup_outcome *outcome = work->outcome;
	usec_t newest = 0;
	struct words_span age;
	char count[TEXT_NUMBER + 32];

	for (uint32_t i = 0; i < work->state->set_count; i++)
		if (work->state->sets[i].newest > newest)
			newest = work->state->sets[i].newest;
	age = words_span(work->begun.now > newest ? work->begun.now - newest : 0);
	if (newest) {
		words_en(&outcome->say, "%s; the newest is %s old",
			 text_plural(work->state->snapshots, "snapshot", count), age.en);
		words_ja(&outcome->say, "スナップショット %" PRIu32 " 個、最新は %s前",
			 work->state->snapshots, age.ja);
	} else {
		words_two(&outcome->say, "There is no snapshot yet",
			  "スナップショットはまだありません");
	}
}

void backup_look(struct backup_watch *watch, const struct repository *repository,
		 struct backup_outcome *outcome)
{
	struct backup_work work;

	if (!work_begin(&work, watch, repository, BACKUP_LOOK, outcome))
		return;
	if (look_inside(&work, "") && outcome->ok)
		say_look(&work);
	work_end(&work);
}
