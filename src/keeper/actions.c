/* actions.c - the list of actions: to the disk, then to the warden, followed, and taken back. */
#include "keeper/actions.h"

#include "keeper/keeper_private.h"
#include "store/store_log.h"

#include <stdlib.h>
#include <string.h>

#define USUAL       (3600 * USEC_PER_SEC)
#define WRITE_EVERY (10 * USEC_PER_SEC) /* what remains, and what was hit */
#define PUSHES_MAX  64                  /* events of hits in a second, in all */
#define CLOCK_MOVED (2 * USEC_PER_SEC)
#define REHEARSAL   (60 * USEC_PER_SEC) /* for so long its effect may come */
#define PAST_PAGES  40                  /* of PAST_MAX, that are looked through for ends that last */

static const struct {
	const char *name;
	struct words story;
} endings[ENDINGS] = {
	[ENDING_NONE] = { "", { "", "" } },
	[ENDING_EXPIRED] = { "expired", { "A filter ended, as its time is over", "期限が来たため、フィルターを終了しました" } },
	[ENDING_OVER] = { "over", { "A filter was taken back, as the attack is over",
				    "攻撃が終わったため、フィルターを解除しました" } },
	[ENDING_HURTS] = { "hurts", { "A filter was taken back, as it hit sources that were good before",
				      "攻撃前から正常だった送信元に当たったため、フィルターを解除しました" } },
	[ENDING_UNDONE] = { "undone", { "A filter was taken back by a person", "人の操作でフィルターを解除しました" } },
	[ENDING_REPLACED] = { "replaced", { "A filter was taken back, as another one does its work",
					    "別のフィルターに置き換えたため、解除しました" } },
	[ENDING_REFUSED] = { "refused", { "A filter could not be put in force",
					  "フィルターを有効にできませんでした" } },
};

static const char *ending_name(enum ending ending)
{
	return ending < ENDINGS ? endings[ending].name : "";
}

static enum ending ending_from_name(const char *name)
{
	for (enum ending ending = ENDING_NONE; ending < ENDINGS; ending++)
		if (strcmp(endings[ending].name, name) == 0)
			return ending;
	return ENDING_NONE; /* of another version */
}

static bool is_over(const struct kept_action *kept)
{
	return store_action_stage(kept->action.state) == STORE_PAST;
}

bool actions_have_hands(const struct keeper *keeper)
{
	return keeper->out.order && keeper->actions.boot[0];
}

usec_t actions_usual(const struct keeper *keeper)
{
	usec_t most = keeper->actions.guard.limits.seconds * USEC_PER_SEC;
	usec_t usual = keeper->settings.usual ? keeper->settings.usual : USUAL;

	return usual < most ? usual : most;
}

struct kept_action *actions_find(struct keeper *keeper, uint64_t id)
{
	struct actions *all = &keeper->actions;
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (all->list[middle].action.id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < all->count && all->list[low].action.id == id ? &all->list[low] : NULL;
}

static unsigned actions_in(const struct keeper *keeper, enum store_stage stage, uint64_t incident)
{
	const struct actions *all = &keeper->actions;
	unsigned count = 0;

	for (size_t n = 0; n < all->count; n++)
		count += store_action_stage(all->list[n].action.state) == stage &&
			 (!incident || all->list[n].action.incident == incident);
	return count;
}

unsigned actions_suggested(const struct keeper *keeper, uint64_t incident)
{
	return actions_in(keeper, STORE_SUGGESTED, incident);
}

unsigned actions_live(const struct keeper *keeper, uint64_t incident)
{
	return actions_in(keeper, STORE_LIVE, incident);
}

bool actions_hold(const struct keeper *keeper, uint64_t incident)
{
	const struct actions *all = &keeper->actions;

	for (size_t n = 0; incident && n < all->count; n++) {
		enum action_state state = all->list[n].action.state;

		if (all->list[n].action.incident == incident &&
		    (state == ACTION_ACTIVE || state == ACTION_WAITING))
			return true;
	}
	return false;
}

/* --- the disk */

struct kept_action action_kept(const struct store_action *stored)
{
	struct kept_action kept = { .action = stored->action,
				    .remains = stored->remains,
				    .ending = ending_from_name(stored->end),
				    .changed = stored->changed,
				    .stored = true };

	kept.course = course_begin(stored->boot_until, kept.action.hand == HAND_BGP, 0);
	kept.course.packets = stored->packets;
	kept.course.bytes = stored->bytes;
	kept.course.known = stored->known;
	snprintf(kept.boot, sizeof(kept.boot), "%s", stored->boot);
	snprintf(kept.trouble.en, sizeof(kept.trouble.en), "%s", stored->trouble_en);
	snprintf(kept.trouble.ja, sizeof(kept.trouble.ja), "%s", stored->trouble_ja);
	return kept;
}

/* False: it is as dirty as before. */
static bool action_put(struct keeper *keeper, struct kept_action *kept)
{
	const struct course *c = &kept->course;
	struct store_action stored = { .action = kept->action,
				       .boot = keeper->actions.boot,
				       .boot_until = c->until,
				       .remains = c->until - keeper->actions.since_boot,
				       .packets = c->packets,
				       .bytes = c->bytes,
				       .known = c->known,
				       .end = ending_name(kept->ending),
				       .changed = kept->changed,
				       .trouble_en = kept->trouble.en,
				       .trouble_ja = kept->trouble.ja };
	enum err err = store_action_put(keeper->store, &stored);

	kept->action.id = stored.action.id;
	if (!keeper_stored(keeper, err))
		return false;
	kept->dirty = false;
	kept->put = true;
	kept->written = keeper->now;
	return true;
}

void actions_flush(struct keeper *keeper)
{
	struct actions *all = &keeper->actions;

	for (size_t n = 0; n < all->count; n++)
		if (all->list[n].dirty && !action_put(keeper, &all->list[n]))
			return;
}

void actions_undone(struct actions *all)
{
	for (size_t n = 0; n < all->count; n++) {
		all->list[n].dirty |= all->list[n].put;
		all->list[n].put = false;
	}
}

/* --- what is told of one */

static void action_changed(struct keeper *keeper, struct kept_action *kept)
{
	kept->changed = keeper->now;
	kept->dirty = true;
	kept->to_push = true;
}

void action_push(struct keeper *keeper, struct kept_action *kept)
{
	struct buffer data;

	kept->to_push = false;
	kept->pushed = keeper->now;
	if (!buffer_open(&data))
		return;
	action_json(&data.json, kept);
	news_push(keeper, "action", &data);
}

/* Into the story of its incident and, of the tower's own doing, into the log. */
static void action_told(struct keeper *keeper, const struct kept_action *kept, struct words what, bool log)
{
	const struct kept *about = cases_find(&keeper->cases, kept->action.incident);
	char filter[FILTER_TEXT], text[STORE_TEXT];
	struct store_act act = { .at = keeper->now, .user = "", .what = text, .reason = kept->action.reason };
	struct said said;

	filter_text(&kept->action.filter, filter);
	said_en(&said, "%s: %s%s%s", what.en, filter, kept->trouble.en[0] ? ". " : "", kept->trouble.en);
	said_ja(&said, "%s：%s%s%s", what.ja, filter, kept->trouble.ja[0] ? "。" : "", kept->trouble.ja);
	words_text(text, said_words(&said));
	if (about)
		kept_story(keeper, about, said_words(&said));
	if (log)
		keeper_stored(keeper, store_log_add(keeper->store, &act));
}

/* People hear of it, once for all filters of an incident, unless it went wrong. */
static void action_news(struct keeper *keeper, const struct kept_action *kept, struct words title, bool always)
{
	struct flooded *flood = floods_find(keeper, kept->action.incident);
	const struct kept *about = cases_find(&keeper->cases, kept->action.incident);
	char filter[FILTER_TEXT];
	struct said said;

	if (!about || (!always && flood && flood->told))
		return;
	if (flood && !always)
		flood->told = true;
	filter_text(&kept->action.filter, filter);
	said_en(&said, "%s: %s", action_verb_name(kept->action.verb), filter);
	said_ja(&said, "%s：%s", action_verb_name(kept->action.verb), filter);
	news_acted(keeper, about, title, said_words(&said));
}

/* --- begun and ended */

static void actions_remove(struct actions *all, size_t at)
{
	all->count--;
	memmove(&all->list[at], &all->list[at + 1], (all->count - at) * sizeof(all->list[0]));
}

void actions_forget(struct keeper *keeper, uint64_t id)
{
	struct kept_action *kept = actions_find(keeper, id);

	if (kept)
		actions_remove(&keeper->actions, (size_t)(kept - keeper->actions.list));
}

static void action_end_as(struct keeper *keeper, struct kept_action *kept, enum action_state state,
			  enum ending ending)
{
	bool was_live = action_is_live(kept->action.state);

	if (kept->said)
		keeper->out.order_back(keeper->out.whom, kept->action.id);
	kept->said = false;
	kept->action.state = state;
	kept->ending = ending;
	kept->course.pps = 0;
	if (kept->action.until > keeper->now)
		kept->action.until = keeper->now; /* so that nobody reads that it is in force until then */
	action_changed(keeper, kept);
	floods_remember(keeper, kept, was_live);
	if (was_live)
		action_told(keeper, kept, endings[ending].story, ending != ENDING_UNDONE);
}

void actions_end(struct keeper *keeper, struct kept_action *kept, enum ending ending)
{
	static const struct words hurts = { "A filter was taken back: it hit good sources",
					    "正常な送信元に当たったため、フィルターを解除しました" };

	if (is_over(kept))
		return;
	action_end_as(keeper, kept, ACTION_ENDED, ending);
	if (ending == ENDING_HURTS)
		action_news(keeper, kept, hurts, true);
}

/* The oldest suggestion goes. */
static bool actions_make_room(struct keeper *keeper)
{
	struct actions *all = &keeper->actions;

	for (size_t n = 0; n < all->count; n++) {
		if (store_action_stage(all->list[n].action.state) == STORE_LIVE)
			continue;
		actions_end(keeper, &all->list[n], ENDING_REPLACED);
		if (!action_put(keeper, &all->list[n]))
			return false;
		actions_remove(all, n);
		return true;
	}
	return false;
}

struct kept_action *actions_add(struct keeper *keeper, const struct action *action, unsigned again)
{
	struct actions *all = &keeper->actions;
	struct kept_action *kept;

	if (all->count == ACTIONS_MAX && !actions_make_room(keeper))
		return NULL;
	kept = &all->list[all->count];
	*kept = (struct kept_action){ .action = *action, .changed = keeper->now, .to_push = true, .again = again };
	kept->course = course_begin(all->since_boot + (action->until - keeper->now), action->hand == HAND_BGP,
				    again);
	if (!action_put(keeper, kept))
		return NULL;
	all->count++;
	return kept;
}

void action_take(struct keeper *keeper, struct kept_action *kept, usec_t until, const char *owner)
{
	struct action *a = &kept->action;

	a->state = ACTION_ORDERED;
	a->from = keeper->now;
	a->until = until;
	snprintf(a->owner, sizeof(a->owner), "%s", owner);
	kept->course = course_begin(keeper->actions.since_boot + (until - keeper->now), a->hand == HAND_BGP,
				    kept->again);
	kept->stored = false; /* what the disk knows is no order */
	action_changed(keeper, kept);
}

/* --- the warden */

static void action_refuse(struct keeper *keeper, struct kept_action *kept, enum action_state state,
			  struct words why)
{
	snprintf(kept->trouble.en, sizeof(kept->trouble.en), "%s", why.en);
	snprintf(kept->trouble.ja, sizeof(kept->trouble.ja), "%s", why.ja);
	action_end_as(keeper, kept, state, ENDING_REFUSED);
}

/* Asks the guard each time: the file may have been restored, the members others. */
static void action_order(struct keeper *keeper, struct kept_action *kept)
{
	usec_t remains = kept->course.until - keeper->actions.since_boot;
	struct action order = kept->action;
	struct guard_words why = { .en = "" };

	if (remains <= 0) {
		actions_end(keeper, kept, ENDING_EXPIRED);
		return;
	}
	order.until = keeper->now + remains;
	if (order.automatic)
		order.hand = HAND_AUTO; /* the best one as it is now */
	if (!guard_allows(&keeper->actions.guard, &order, keeper->now, actions_live(keeper, 0) - 1, &why)) {
		action_refuse(keeper, kept, ACTION_REFUSED, (struct words){ why.en, why.ja });
		return;
	}
	kept->said = true;
	keeper->out.order(keeper->out.whom, &order, remains);
}

static bool is_due(const struct kept_action *kept)
{
	return kept->stored && !kept->said && action_is_live(kept->action.state) &&
	       kept->action.state != ACTION_WAITING;
}

/* What the disk has and no warden was told. */
static void actions_order(struct keeper *keeper)
{
	struct actions *all = &keeper->actions;

	for (size_t n = 0; actions_have_hands(keeper) && n < all->count; n++)
		if (is_due(&all->list[n]))
			action_order(keeper, &all->list[n]);
}

void actions_committed(struct keeper *keeper)
{
	struct actions *all = &keeper->actions;

	for (size_t n = all->count; n-- > 0;) {
		struct kept_action *kept = &all->list[n];

		kept->stored |= kept->put;
		kept->put = false;
		if (is_over(kept) && !kept->dirty && !kept->to_push && !kept->asked)
			actions_remove(all, n);
	}
	actions_order(keeper);
}

void keeper_orders(struct keeper *keeper, usec_t now)
{
	struct actions *all = &keeper->actions;

	keeper->now = now;
	if (!actions_have_hands(keeper))
		return;
	for (size_t n = 0; n < all->count; n++)
		all->list[n].said = false;
	actions_order(keeper);
	keeper->out.orders_end(keeper->out.whom);
}

/* What it covers is not needed any more: now, and not before, so that there is no gap. */
static void action_replaces(struct keeper *keeper, const struct kept_action *kept)
{
	struct actions *all = &keeper->actions;

	for (size_t n = 0; n < all->count; n++) {
		struct kept_action *other = &all->list[n];

		if (other != kept && other->action.automatic && action_is_live(other->action.state) &&
		    other->action.verb == kept->action.verb &&
		    filter_covers(&kept->action.filter, &other->action.filter))
			actions_end(keeper, other, ENDING_REPLACED);
	}
}

static void action_in_force(struct keeper *keeper, struct kept_action *kept, enum action_hand hand)
{
	static const struct words story = { "A filter was put in force", "フィルターを有効にしました" };
	static const struct words news = { "The tower acts: a filter is in force",
					   "見張り台が対処しました：フィルターを有効にしました" };
	bool is_new = kept->action.state != ACTION_ACTIVE;

	kept->action.hand = hand < HANDS ? hand : HAND_AUTO;
	kept->action.state = ACTION_ACTIVE;
	course_hand(&kept->course, hand == HAND_BGP, kept->again);
	action_changed(keeper, kept);
	if (!is_new)
		return;
	action_told(keeper, kept, story, true);
	action_replaces(keeper, kept);
	if (kept->action.automatic)
		action_news(keeper, kept, news, false);
}

void keeper_done(struct keeper *keeper, const struct keeper_done *done, usec_t now)
{
	static const struct words failed = { "A filter could not be put in force", "フィルターを有効にできませんでした" };
	struct kept_action *kept = actions_find(keeper, done->id);

	keeper->now = now;
	if (!kept || !kept->said)
		return;
	if (done->state == ACTION_ACTIVE) {
		action_in_force(keeper, kept, done->hand);
	} else if (done->state == ACTION_ENDED) { /* it says so to be sure: it may mean an order before this one */
		actions_end(keeper, kept, ENDING_EXPIRED);
	} else if (done->state == ACTION_REFUSED || done->state == ACTION_FAILED) {
		kept->said = false;
		action_refuse(keeper, kept, done->state, done->why);
		if (kept->action.automatic)
			action_news(keeper, kept, failed, false);
	}
}

static void action_verdict(struct keeper *keeper, struct kept_action *kept, enum course_verdict verdict)
{
	bool followed = kept->action.incident; /* others stay until their time is over, whatever they hit */

	if (verdict == COURSE_OVER && followed)
		actions_end(keeper, kept, ENDING_OVER);
	else if (verdict == COURSE_HURTS && followed)
		actions_end(keeper, kept, ENDING_HURTS);
}

void keeper_hits(struct keeper *keeper, const struct keeper_hits *hits, size_t count, usec_t now)
{
	keeper->now = now;
	for (size_t n = 0; n < count; n++) {
		struct kept_action *kept = actions_find(keeper, hits[n].id);

		if (hits[n].id && actions_have_hands(keeper) &&
		    (!kept || !action_is_live(kept->action.state) || kept->action.state == ACTION_WAITING))
			keeper->out.order_back(keeper->out.whom, hits[n].id); /* that it is over was not heard */
		if (!kept || kept->action.state != ACTION_ACTIVE || !kept->said || kept->course.blind)
			continue;
		action_verdict(keeper, kept, course_hits(&kept->course, hits[n].packets, hits[n].bytes,
							 hits[n].known));
	}
}

void keeper_hands(struct keeper *keeper, const struct keeper_hands *hands)
{
	struct actions *all = &keeper->actions;

	for (enum action_hand h = HAND_AUTO; h < HANDS; h++) {
		all->hands[h].used = hands->hands[h].used;
		all->hands[h].able = hands->hands[h].able;
		snprintf(all->hands[h].why, HAND_WHY, "%s", hands->hands[h].why ? hands->hands[h].why : "");
	}
	guard_init(&all->guard);
	actions_configure(keeper);
	for (size_t n = 0; n < hands->never_count; n++)
		if (guard_add(&all->guard, &hands->never[n].prefix, hands->never[n].kind, hands->never[n].what) != OK)
			return; /* the guard is full, and refuses everything */
}

/* --- time */

void keeper_boot(struct keeper *keeper, const char id[KEEPER_BOOT], usec_t since_boot)
{
	struct actions *all = &keeper->actions;
	bool first = !all->boot[0];

	all->since_boot = since_boot;
	if (!first)
		return;
	snprintf(all->boot, sizeof(all->boot), "%s", id);
	for (size_t n = 0; n < all->count; n++) {
		struct kept_action *kept = &all->list[n];
		usec_t left = kept->action.until - keeper->now;

		if (strcmp(kept->boot, all->boot) == 0)
			continue;
		kept->course.until = since_boot + (kept->remains < left ? kept->remains : left);
		kept->dirty = true;
	}
}

/* The end as people see it, after the clock was set: the time that is left is the same. */
static void action_clock(struct keeper *keeper, struct kept_action *kept)
{
	usec_t until = keeper->now + (kept->course.until - keeper->actions.since_boot);
	usec_t moved = until - kept->action.until;

	if (moved > -CLOCK_MOVED && moved < CLOCK_MOVED)
		return;
	kept->action.until = until;
	action_changed(keeper, kept);
}

/* Lifted, or in force again: where the hand cannot count, only that tells whether the attack goes on. */
static void action_probe(struct keeper *keeper, struct kept_action *kept)
{
	const struct kept *about = cases_find(&keeper->cases, kept->action.incident);
	bool lifted = kept->action.state == ACTION_WAITING;

	if (lifted && about && about->live && about->seen > kept->lifted) {
		kept->action.state = ACTION_ORDERED;
		course_again(&kept->course);
		action_changed(keeper, kept);
		return;
	}
	switch (course_blind_second(&kept->course, lifted)) {
	case COURSE_LIFT:
		kept->action.state = ACTION_WAITING;
		kept->lifted = keeper->now;
		kept->said = false;
		keeper->out.order_back(keeper->out.whom, kept->action.id);
		action_changed(keeper, kept);
		break;
	case COURSE_OVER:
		actions_end(keeper, kept, ENDING_OVER);
		break;
	default:
		break;
	}
}

static void action_second(struct keeper *keeper, struct kept_action *kept)
{
	bool live = action_is_live(kept->action.state);

	if (kept->asked && time_is_due(keeper->now, kept->action.from, REHEARSAL))
		kept->asked = false;
	if (is_over(kept))
		return;
	if (kept->course.until <= keeper->actions.since_boot) {
		actions_end(keeper, kept, ENDING_EXPIRED);
		return;
	}
	action_clock(keeper, kept);
	if (live && kept->course.blind && kept->action.incident && kept->action.state != ACTION_ORDERED)
		action_probe(keeper, kept);
	if (live && time_is_due(keeper->now, kept->written, WRITE_EVERY))
		kept->dirty = true;
}

void actions_due(struct keeper *keeper)
{
	struct actions *all = &keeper->actions;
	unsigned pushes = 0;

	for (size_t n = 0; n < all->count; n++) {
		struct kept_action *kept = &all->list[n];

		if (actions_have_hands(keeper))
			action_second(keeper, kept);
		if (kept->to_push || (kept->course.pps > 0 && pushes++ < PUSHES_MAX))
			action_push(keeper, kept);
	}
	floods_due(keeper);
}

/* --- begin of the process */

void actions_configure(struct keeper *keeper)
{
	const struct guard_limits *limits = &keeper->settings.limits;
	struct guard usual;

	guard_init(&usual);
	keeper->actions.guard.limits = limits->seconds ? *limits : usual.limits;
}

static bool load_one(void *whom, const struct store_action *stored)
{
	struct actions *all = &((struct keeper *)whom)->actions;

	if (all->count == ACTIONS_MAX)
		return false;
	all->list[all->count++] = action_kept(stored);
	return true;
}

struct load_past {
	struct keeper *keeper;
	uint64_t last;
	size_t rows;
};

static bool load_past(void *whom, const struct store_action *stored)
{
	struct load_past *past = whom;
	struct kept_action kept = action_kept(stored);

	past->last = stored->action.id;
	past->rows++;
	floods_remember(past->keeper, &kept, false);
	return true;
}

/* Page by page, as most of them are suggestions that were replaced. */
static enum err actions_load_past(struct keeper *keeper)
{
	struct load_past load = { .keeper = keeper };
	enum err err = OK;

	for (unsigned page = 0; page < PAST_PAGES && err == OK && load.rows == page * PAST_MAX; page++) {
		struct store_actions_query past = { .stage = STORE_PAST, .limit = PAST_MAX, .before = load.last };

		err = store_action_list(keeper->store, &past, load_past, &load);
	}
	return err;
}

static int by_id(const void *a, const void *b)
{
	uint64_t x = ((const struct kept_action *)a)->action.id, y = ((const struct kept_action *)b)->action.id;

	return (x > y) - (x < y);
}

enum err actions_load(struct keeper *keeper)
{
	struct actions *all = &keeper->actions;
	struct store_actions_query live = { .stage = STORE_LIVE, .limit = ACTIONS_MAX };
	struct store_actions_query suggested = { .stage = STORE_SUGGESTED, .limit = ACTIONS_MAX / 4 };
	enum err err = store_action_list(keeper->store, &live, load_one, keeper);
	char text[24];

	if (store_meta_get(keeper->store, FLOODS_HANDS_OFF, text, sizeof(text)) == OK)
		all->hands_off = strtoull(text, NULL, 10);
	guard_init(&all->guard);
	actions_configure(keeper);
	if (err == OK)
		err = store_action_list(keeper->store, &suggested, load_one, keeper);
	qsort(all->list, all->count, sizeof(all->list[0]), by_id);
	return err == OK ? actions_load_past(keeper) : err;
}
