/* judge.c - fresh, whole, proven: from what is remembered of a repository to a verdict and its
 * sentences. */
#include "proof/judge.h"

#include "proof/schedule.h"
#include "snapshot/trouble.h"

#include <inttypes.h>
#include <string.h>

#define DAY   (86400 * USEC_PER_SEC)
#define GRACE DAY /* for what is due daily or seldom: a machine may be off for a night */

const char *standing_name(enum standing standing)
{
	static const char *const names[] = { "good", "unknown", "warning", "bad", "alarm" };

	return names[standing];
}

static bool is_ours(const struct judge_ask *ask, const struct backup_set *set)
{
	return ask->repository->run && strcmp(set->host, ask->host) == 0;
}

bool judge_counts(const struct judge_ask *ask, const struct backup_set *set)
{
	const struct backup_state *state = ask->state;
	uint32_t most = 0;

	for (uint32_t i = 0; i < state->set_count; i++) {
		if (is_ours(ask, set) && is_ours(ask, &state->sets[i]) &&
		    state->sets[i].newest > set->newest)
			return false; /* its folders were changed since */
		most = state->sets[i].count > most ? state->sets[i].count : most;
	}
	return is_ours(ask, set) || set->count > 1 || most <= 1;
}

/* --- fresh */

static void find_oldest(const struct judge_ask *ask, struct judged *j)
{
	for (uint32_t i = 0; i < ask->state->set_count; i++) {
		const struct backup_set *set = &ask->state->sets[i];

		if (judge_counts(ask, set) && (!j->oldest || set->newest < j->oldest->newest))
			j->oldest = set;
	}
}

/* The lowest level at which the age is more than `times` the allowed one. */
static enum level level_older(const struct repository *repository, usec_t age, unsigned times)
{
	enum level level = LEVEL_NORMAL;

	while (level < LEVELS && age <= times * repository_age(repository, level) * USEC_PER_SEC)
		level++;
	return level;
}

static void judge_fresh(const struct judge_ask *ask, struct judged *j)
{
	usec_t since = ask->state->watched_since ? ask->state->watched_since : ask->now.now, from;
	struct words_span age, allowed;

	find_oldest(ask, j);
	from = j->oldest ? j->oldest->newest : since;
	j->allowed = repository_age(ask->repository, ask->level) * USEC_PER_SEC;
	j->age = ask->now.now > from ? ask->now.now - from : 0;
	j->stale_from = level_older(ask->repository, j->age, 1);
	j->very_from = level_older(ask->repository, j->age, 2);
	j->fresh = j->oldest && j->age <= j->allowed;
	age = words_span(j->age);
	allowed = words_span(j->allowed);
	if (!j->oldest)
		words_two(&j->fresh_say, "There is no backup yet", "バックアップがまだありません");
	else if (j->fresh) {
		words_en(&j->fresh_say, "The newest backup is %s old", age.en);
		words_ja(&j->fresh_say, "最新のバックアップは %s前です", age.ja);
	} else {
		words_en(&j->fresh_say, "The newest backup of %s is %s old; at most %s is allowed",
			 j->oldest->host, age.en, allowed.en);
		words_ja(&j->fresh_say, "%s の最新のバックアップは %s前です（許容は %s）",
			 j->oldest->host, age.ja, allowed.ja);
	}
}

/* --- whole */

static void judge_whole(const struct judge_ask *ask, struct judged *j)
{
	const struct backup_state *state = ask->state;
	const struct repository *repository = ask->repository;
	usec_t since = state->reading_since ? state->reading_since : state->watched_since;
	usec_t allowed = repository->whole_days * DAY;
	struct words_span days = words_span(allowed);

	j->share = schedule_share(repository, state, ask->now.now);
	j->whole = !state->damaged_part && repository->whole_days && j->share >= 1;
	j->whole_late = repository->whole_days && since && state->snapshots &&
			ask->now.now - since > allowed + 2 * GRACE &&
			schedule_share(repository, state, ask->now.now - GRACE) < 1;
	if (state->damaged_part)
		words_two(&j->whole_say,
			  "What is stored is damaged: some files could not be restored from it",
			  "保存されたデータが壊れています。復元できないファイルがあります");
	else if (!repository->whole_days)
		words_two(&j->whole_say,
			  "The data is never read (whole_days = 0): damage would not be found",
			  "データの読み取り検査をしていません（whole_days = "
			  "0）。破損があっても見つかりません");
	else if (j->share <= 0 && state->jobs[BACKUP_VERIFY].good) {
		words_en(&j->whole_say, "No data was read within the last %s: whether it is whole is not known",
			 days.en);
		words_ja(&j->whole_say, "過去 %sにデータの読み取り検査をしていません。正常かどうか分かりません", days.ja);
	} else if (j->share <= 0)
		words_two(&j->whole_say, "No data was read yet: whether it is whole is not known",
			  "データの読み取り検査はまだです。正常かどうか分かりません");
	else if (j->whole) {
		words_en(&j->whole_say, "All data was read within the last %s, and is whole",
			 days.en);
		words_ja(&j->whole_say, "過去 %sにすべてのデータを読み取り、正常でした", days.ja);
	} else {
		words_en(&j->whole_say,
			 "%.0f %% of the data was read so far, and is whole; all of it is read "
			 "within %s",
			 100 * j->share, days.en);
		words_ja(
			&j->whole_say,
			"これまでにデータの %.0f %% を読み取り、正常でした。%sですべて読み取ります",
			100 * j->share, days.ja);
	}
}

/* --- proven */

static enum level level_undrilled(const struct judge_ask *ask, usec_t since)
{
	enum level level = LEVEL_NORMAL;

	if (!since)
		return LEVELS;
	while (level < LEVELS) {
		usec_t interval = repository_drill(ask->repository, level) * USEC_PER_SEC;

		if (interval && ask->now.now - since > interval + 2 * GRACE)
			break;
		level++;
	}
	return level;
}

static void judge_drill(const struct judge_ask *ask, struct judged *j)
{
	const struct backup_drilled *drill = &ask->state->drill;
	struct words_span ago = words_span(ask->now.now > drill->at ? ask->now.now - drill->at : 0);
	struct words_span whole = words_span((usec_t)(drill->full_seconds * USEC_PER_SEC));
	char said[TROUBLE_SAID];

	j->drill_from = level_undrilled(ask, drill->good_at ? drill->good_at
							    : ask->state->watched_since);
	j->drill_late = j->drill_from <= ask->level;
	j->drilled = drill->at && drill->good && !j->drill_late;
	if (!drill->at)
		words_two(&j->drill_say, "Never proven: no restore drill was done yet",
			  "復元の確認がまだです（復元訓練の記録がありません）");
	else if (!drill->good) {
		words_en(&j->drill_say, "The last restore drill failed: %s", drill->problem);
		words_ja(&j->drill_say, "前回の復元訓練は失敗しました: %s",
			 trouble_said(drill->problem, JAPANESE, said));
	} else if (j->drill_late) {
		words_en(&j->drill_say, "The last restore drill was good, but is %s old", ago.en);
		words_ja(&j->drill_say, "前回の復元訓練は %s前で、期限を過ぎています", ago.ja);
	} else {
		words_en(&j->drill_say,
			 "Proven %s ago: a sample came back; all of it would take about %s", ago.en,
			 whole.en);
		words_ja(&j->drill_say, "%s前に復元を確認しました。全体の復元には約%sかかります",
			 ago.ja, whole.ja);
	}
}

/* --- all together */

static void judge_lost(const struct judge_ask *ask, struct judged *j)
{
	words_say(&j->lost_say,
		  "%" PRIu32 " snapshots are of more hosts and folders than the %d that are watched in one repository: "
		  "nobody looks at them",
		  "1つのリポジトリで監視できるホストとフォルダーの組（%2$d）を超えたため、%1$" PRIu32
		  " 個のスナップショットは監視されていません",
		  ask->state->sets_lost, BACKUP_SETS);
}

/* What a person must know first: that backups are not made, that the place is not to be had, ... */
static void find_trouble(const struct judge_ask *ask, struct judged *j)
{
	static const enum backup_job order[BACKUP_JOBS] = { BACKUP_RUN, BACKUP_LOOK, BACKUP_VERIFY,
							    BACKUP_DRILL };

	j->trouble = TOOL_FINE;
	for (unsigned i = 0; i < BACKUP_JOBS && j->trouble == TOOL_FINE; i++) {
		const struct backup_tried *tried = &ask->state->jobs[order[i]];

		if (tried->trouble == TOOL_FINE || tried->trouble == TOOL_STOPPED)
			continue;
		if (order[i] == BACKUP_RUN && !ask->repository->run)
			continue; /* others make the backups by now */
		j->trouble = tried->trouble;
		j->failed = tried;
	}
}

static enum standing standing_of(const struct judge_ask *ask, const struct judged *j)
{
	const struct backup_state *state = ask->state;

	if (json_array_size(ask->alarms))
		return STANDING_ALARM;
	if (state->damaged_part || (state->drill.at && !state->drill.good) ||
	    j->very_from <= ask->level)
		return STANDING_BAD;
	if (j->trouble != TOOL_FINE || j->stale_from <= ask->level || j->whole_late ||
	    j->drill_late || state->clock_back || state->sets_lost)
		return STANDING_WARNING;
	return state->jobs[BACKUP_LOOK].good || state->jobs[BACKUP_RUN].good ? STANDING_GOOD
									     : STANDING_UNKNOWN;
}

static struct words first_alarm(const struct judge_ask *ask)
{
	json_t *say = json_object_get(json_array_get(ask->alarms, 0), "say");
	const char *en = json_string_value(json_object_get(say, "en")),
		   *ja = json_string_value(json_object_get(say, "ja"));
	struct words words;

	words_two(&words, en ? en : "", ja ? ja : "");
	return words;
}

static struct words what_matters(const struct judge_ask *ask, const struct judged *j)
{
	struct words say;

	if (json_array_size(ask->alarms))
		return first_alarm(ask);
	if (ask->state->damaged_part)
		return j->whole_say;
	if (j->trouble != TOOL_FINE) {
		words_two(&say, trouble_say(j->trouble, ENGLISH),
			  trouble_say(j->trouble, JAPANESE));
		return say;
	}
	if (ask->state->clock_back) {
		words_two(&say,
			  "This machine's clock stands before what it did already: set it right",
			  "この機器の時計が過去に戻っています。正しく合わせてください");
		return say;
	}
	if (j->stale_from <= ask->level || !j->oldest)
		return j->fresh_say;
	if ((ask->state->drill.at && !ask->state->drill.good) || j->drill_late)
		return j->drill_say;
	if (ask->state->sets_lost)
		return j->lost_say;
	return j->whole_late ? j->whole_say : j->fresh_say;
}

void judge_repository(const struct judge_ask *ask, struct judged *judged)
{
	struct judged j = { .standing = STANDING_UNKNOWN };

	judge_fresh(ask, &j);
	judge_whole(ask, &j);
	judge_drill(ask, &j);
	judge_lost(ask, &j);
	find_trouble(ask, &j);
	j.standing = standing_of(ask, &j);
	j.say = what_matters(ask, &j);
	*judged = j;
}
