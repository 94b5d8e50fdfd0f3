/* vigilance.c - the life of the level: decided, planned, ended. */
#include "keeper/vigilance.h"

#include "keeper/keeper_private.h"

#include <string.h>

#define HISTORY    1000             /* changes that are searched for the last decision */
#define CLOCK_BACK (2 * USEC_PER_SEC) /* less is no setting of the clock */

static bool plan_holds(const struct plan *plan, usec_t now)
{
	return plan->from <= now && now < plan->until;
}

static bool person_holds(const struct hold *person, usec_t now)
{
	return person->since && (person->until == 0 || now < person->until);
}

usec_t vigilance_planned(const struct vigilance *v, usec_t now)
{
	usec_t until = 0;

	for (size_t n = 0; n < v->plan_count; n++)
		if (plan_holds(&v->plans[n], now) && v->plans[n].until > until)
			until = v->plans[n].until;
	return until;
}

/* What must hold now. */
static struct hold vigilance_judge(const struct vigilance *v, usec_t now)
{
	struct hold best = { .level = LEVEL_NORMAL, .since = now };
	bool decided = person_holds(&v->person, now);

	if (decided)
		best = v->person;
	for (size_t n = 0; n < v->plan_count; n++) {
		const struct plan *plan = &v->plans[n];

		if (!plan_holds(plan, now) || plan->to <= best.level ||
		    (decided && v->person.since >= plan->from))
			continue;
		best = (struct hold){ .level = plan->to, .since = plan->from, .until = plan->until };
		memcpy(best.by, plan->by, sizeof(best.by));
		memcpy(best.reason, plan->reason, sizeof(best.reason));
	}
	return best;
}

static void change_words(struct said *said, const struct hold *before, const struct hold *after)
{
	const char *why_en = after->reason[0] ? after->reason : "the level before it ended";
	const char *why_ja = after->reason[0] ? after->reason : "それまでの警戒レベルの期限が来たため";

	if (before->level == after->level) {
		said_en(said, "The level stays %s: %s", level_name(after->level), why_en);
		said_ja(said, "警戒レベルは%sのままです：%s", level_japanese(after->level), why_ja);
		return;
	}
	said_en(said, "The level went from %s to %s: %s", level_name(before->level),
		level_name(after->level), why_en);
	said_ja(said, "警戒レベルが%sから%sに変わりました：%s", level_japanese(before->level),
		level_japanese(after->level), why_ja);
}

/* It holds from now on, in memory. */
static void vigilance_take(struct keeper *keeper, const struct hold *hold)
{
	struct vigilance *v = &keeper->vigilance;
	struct said said;

	change_words(&said, &v->now, hold);
	v->now = *hold;
	news_level(keeper, &said);
	cases_judge(keeper);
}

void vigilance_decide(struct keeper *keeper, const struct hold *person)
{
	struct hold hold;

	keeper->vigilance.person = *person;
	hold = vigilance_judge(&keeper->vigilance, keeper->now);
	vigilance_take(keeper, &hold);
}

/* Nobody decided it: an end, or a plan. */
static void vigilance_change(struct keeper *keeper, const struct hold *hold)
{
	const struct hold *before = &keeper->vigilance.now;
	char what[STORE_TEXT];
	struct said said;
	struct store_level change = { .at = keeper->now, .from = before->level, .to = hold->level,
				      .until = hold->until, .by = "", .reason = hold->reason };
	struct store_act act = { .at = keeper->now, .user = "", .what = what, .reason = hold->reason };

	change_words(&said, before, hold);
	words_text(what, said_words(&said));
	keeper_stored(keeper, store_level_set(keeper->store, &change, &act));
	vigilance_take(keeper, hold);
}

/* The clock was set back: the decision ends as long from now as it would have. */
static void vigilance_shift(struct keeper *keeper, usec_t back)
{
	static const struct words words = {
		"The clock was set back; the end of the level moved along with it.",
		"時計が戻されたため、警戒レベルの期限も同じだけ早めました。",
	};
	struct vigilance *v = &keeper->vigilance;
	struct hold *person = &v->person;
	bool in_force = v->now.since == person->since && v->now.until == person->until;
	char what[STORE_TEXT];
	struct store_act act = { .at = keeper->now, .user = "", .reason = "",
				 .what = words_text(what, words) };
	struct store_level change;

	if (!person->until)
		return;
	person->since -= back;
	person->until -= back;
	if (in_force)
		v->now = *person;
	change = (struct store_level){ .at = person->since, .from = person->level, .to = person->level,
				       .until = person->until, .by = person->by,
				       .reason = person->reason };
	keeper_stored(keeper, store_level_set(keeper->store, &change, &act));
}

void vigilance_due(struct keeper *keeper)
{
	struct vigilance *v = &keeper->vigilance;
	struct hold hold;

	if (!person_holds(&v->person, v->clock)) /* what has ended does not hold again when the clock is set back */
		v->person = (struct hold){ 0 };
	if (keeper->now < v->clock - CLOCK_BACK)
		vigilance_shift(keeper, v->clock - keeper->now);
	v->clock = keeper->now;
	hold = vigilance_judge(v, keeper->now);
	if (hold.level != v->now.level || hold.until != v->now.until)
		vigilance_change(keeper, &hold);
}

static struct plan *plan_add(struct vigilance *v)
{
	return v->plan_count < PLANS_MAX ? &v->plans[v->plan_count++] : NULL;
}

static bool plan_visit(void *whom, const struct store_plan *stored)
{
	struct plan *plan = plan_add(whom);

	if (!plan)
		return false;
	*plan = (struct plan){ .id = stored->id, .to = stored->to, .from = stored->from,
			       .until = stored->until };
	snprintf(plan->by, sizeof(plan->by), "%s", stored->by);
	snprintf(plan->reason, sizeof(plan->reason), "%s", stored->reason);
	return true;
}

enum err vigilance_plan(struct keeper *keeper)
{
	struct vigilance *v = &keeper->vigilance;
	const struct keeper_settings *settings = &keeper->settings;

	v->plan_count = 0;
	for (size_t n = 0; n < settings->plan_count; n++) {
		const struct keeper_plan *given = &settings->plans[n];
		struct plan *plan = plan_add(v);

		if (!plan)
			break;
		*plan = (struct plan){ .to = given->to, .from = given->from, .until = given->until };
		snprintf(plan->by, sizeof(plan->by), "configuration");
		snprintf(plan->reason, sizeof(plan->reason), "%s", given->reason);
	}
	return store_plan_list(keeper->store, keeper->now, plan_visit, v);
}

static void hold_fill(struct hold *hold, const struct store_level *stored)
{
	*hold = (struct hold){ .level = stored->to, .since = stored->at, .until = stored->until };
	snprintf(hold->by, sizeof(hold->by), "%s", stored->by);
	snprintf(hold->reason, sizeof(hold->reason), "%s", stored->reason);
}

/* The newest change is what held last; the newest of a person is what was decided. */
static bool level_visit(void *whom, const struct store_level *stored)
{
	struct vigilance *v = whom;

	if (!v->now.since)
		hold_fill(&v->now, stored);
	if (stored->by[0])
		hold_fill(&v->person, stored);
	return !stored->by[0];
}

enum err vigilance_load(struct keeper *keeper, usec_t clock)
{
	struct vigilance *v = &keeper->vigilance;
	enum err err = store_level_list(keeper->store, HISTORY, level_visit, v);

	v->clock = clock;
	if (!v->now.since)
		v->now.since = keeper->now; /* nothing was ever stored: normal */
	return err == OK ? vigilance_plan(keeper) : err;
}
