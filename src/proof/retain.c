/* retain.c - what of a rehearsed removal is explained by the rules, and what is not. */
#include "proof/retain.h"

#include <inttypes.h>
#include <stdlib.h>

#define DAY    (86400 * USEC_PER_SEC)
#define WEEKS  (7 * DAY)
#define MONTHS (31 * DAY)
#define PAST   14 /* days from which it is learned how many come a day */

/* Those of one set, newest first. */
struct row {
	const struct seen_one **ones;
	size_t count;
};

static bool no_future(const struct retain_ask *ask, struct words *why)
{
	for (size_t i = 0; i < ask->now->count; i++)
		if (ask->now->ones[i].at > ask->at + SEEN_AHEAD) {
			words_say(why,
				  "Snapshot %.8s is dated into the future. The rules of retention "
				  "count from the newest, so "
				  "good ones would be forgotten for it",
				  "スナップショット %.8s "
				  "の日付が未来です。保持の規則は最新のものから数えるため、正常なも"
				  "のが代わりに消えてしまいます",
				  ask->now->ones[i].id);
			return false;
		}
	return true;
}

static uint32_t between(const struct row *row, usec_t from, usec_t to, bool strange)
{
	uint32_t count = 0;

	for (size_t i = 0; i < row->count; i++)
		count += row->ones[i]->at > from && row->ones[i]->at <= to &&
			 !(strange && row->ones[i]->ours);
	return count;
}

/* Of those that we did not make, no more came in a day than came on the days before, three times
 * over. */
static bool no_flood(const struct retain_ask *ask, const struct row *row, struct words *why)
{
	uint32_t today = between(row, ask->at - DAY, INT64_MAX, true);
	uint32_t before = between(row, ask->at - (PAST + 1) * DAY, ask->at - DAY, false);
	uint32_t usual = before / PAST + (before % PAST != 0), allowed = 3 * (usual ? usual : 1);

	if (today <= allowed)
		return true;
	words_say(
		why,
		"%" PRIu32 " snapshots came within a day that Hinomi did not make; at most %" PRIu32
		" were to be expected. Good ones would be forgotten for them",
		"Hinomi が作っていないスナップショットが1日に %" PRIu32
		" 個増えました（想定は最大 %" PRIu32 " 個）。正常なものが代わりに消えてしまいます",
		today, allowed);
	return false;
}

/* How many spans of time have one, of all or of those that stay. */
static uint32_t spans_with(const struct row *row, usec_t span, bool stay)
{
	uint32_t count = 0;
	usec_t last = -1;

	for (size_t i = 0; i < row->count; i++) {
		usec_t this = row->ones[i]->at / span;

		if ((stay && row->ones[i]->gone) || this == last)
			continue;
		last = this;
		count++;
	}
	return count;
}

static uint32_t lesser(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The tools count days in local time and by calendar, we in UTC and by length: one span more or
 * less is no sign. */
static bool keeps_spans(const struct row *row, usec_t span, uint32_t keep)
{
	uint32_t wanted = lesser(spans_with(row, span, false), keep);

	return spans_with(row, span, true) + 1 >= wanted;
}

static bool is_explained(const struct repository *rules, const struct row *row)
{
	for (size_t i = 0; i < row->count && i < rules->keep_last; i++)
		if (row->ones[i]->gone)
			return false;
	for (size_t i = 0; i < row->count; i++)
		if (!row->ones[i]->gone)
			return keeps_spans(row, DAY, rules->keep_daily) &&
			       keeps_spans(row, WEEKS, rules->keep_weekly) &&
			       keeps_spans(row, MONTHS, rules->keep_monthly);
	return false; /* none stays */
}

static bool row_allows(const struct retain_ask *ask, const struct row *row, struct words *why)
{
	bool goes = false;

	for (size_t i = 0; i < row->count; i++)
		goes |= row->ones[i]->gone;
	if (!goes)
		return true;
	if (!no_flood(ask, row, why))
		return false;
	if (is_explained(ask->repository, row))
		return true;
	words_say(why,
		  "More snapshots would be removed than the rules (keep_last, keep_daily, ...) "
		  "explain",
		  "保持の規則（keep_last、keep_daily "
		  "など）で説明できる以上のスナップショットが消えることになります");
	return false;
}

static int newest_first(const void *a, const void *b)
{
	const struct seen_one *x = *(const struct seen_one *const *)a,
			      *y = *(const struct seen_one *const *)b;

	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	return x->at == y->at ? 0 : x->at > y->at ? -1 : 1;
}

bool retain_allows(const struct retain_ask *ask, struct words *why)
{
	size_t count = ask->now->count;
	const struct seen_one **all = malloc(count * sizeof(*all) + 1);
	bool good = all && no_future(ask, why);

	if (!all)
		words_say(why, "no memory", "メモリーが足りません");
	for (size_t i = 0; good && i < count; i++)
		all[i] = &ask->now->ones[i];
	if (good && count)
		qsort(all, count, sizeof(*all), newest_first);
	for (size_t i = 0, end; good && i < count; i = end) {
		for (end = i + 1; end < count && all[end]->set == all[i]->set; end++)
			;
		good = row_allows(ask, &(struct row){ all + i, end - i }, why);
	}
	free(all);
	return good;
}
