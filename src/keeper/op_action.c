/* op_action.c - operations on actions: shown, begun, accepted, and taken back. */
#include "keeper/op.h"

#include "base/text.h"
#include "keeper/keeper_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LIST_USUAL 50
#define LIST_MAX   200
#define WHAT_MAX   (FILTER_TEXT - 1)

/* --- ACTION */

void effect_json(struct json *json, const struct effect *e)
{
	json_key(json, "effect");
	if (!e->attack && !e->normal) {
		json_write_null(json);
		return;
	}
	json_open_object(json);
	json_put_uint(json, "attack", e->attack);
	json_put_uint(json, "attack_hit", e->attack_hit);
	json_put_uint(json, "normal", e->normal);
	json_put_uint(json, "normal_hit", e->normal_hit);
	json_close_object(json);
}

static void say_verb(struct said *said, const struct action *a, const char *filter)
{
	switch (a->verb) {
	case ACTION_LIMIT:
		said_en(said, "Lets %u packets a second through of: %s", a->limit, filter);
		said_ja(said, "次の通信を 1 秒あたり %u パケットに制限します：%s", a->limit, filter);
		break;
	case ACTION_SYNCOOKIE:
		said_en(said, "Answers by SYN cookies: %s", filter);
		said_ja(said, "次の接続要求に SYN クッキーで応答します：%s", filter);
		break;
	case ACTION_BLACKHOLE:
		said_en(said, "Has the upstream drop all traffic: %s", filter);
		said_ja(said, "次の宛先への通信をすべて上流で破棄します：%s", filter);
		break;
	default:
		said_en(said, "Drops: %s", filter);
		said_ja(said, "次の通信を破棄します：%s", filter);
	}
}

static void say_effect(struct said *said, const struct effect *e)
{
	double attack = e->attack ? 100.0 * e->attack_hit / e->attack : 0;
	double normal = e->normal ? 100.0 * e->normal_hit / e->normal : 0;

	if (e->attack) {
		text_append(said->en, SAID_TEXT, "; it hits %.1f %% of the attack", attack);
		text_append(said->ja, SAID_TEXT, "。攻撃の %.1f %% に当たります", attack);
	}
	if (e->normal) {
		text_append(said->en, SAID_TEXT, "; %.1f %% of normal traffic", normal);
		text_append(said->ja, SAID_TEXT, "。通常の通信の %.1f %% に当たります", normal);
	}
}

static void hits_json(struct json *json, const struct course *course)
{
	json_put_object(json, "hits");
	json_put_uint(json, "packets", course->packets);
	json_put_uint(json, "bytes", course->bytes);
	json_put_uint(json, "known", course->known);
	json_put_uint(json, "pps", course->pps);
	json_close_object(json);
}

static void trouble_json(struct json *json, const struct guard_words *trouble)
{
	json_key(json, "trouble");
	if (trouble->en[0] || trouble->ja[0])
		words_json(json, (struct words){ trouble->en, trouble->ja });
	else
		json_write_null(json);
}

void action_json(struct json *json, const struct kept_action *kept)
{
	const struct action *a = &kept->action;
	char filter[FILTER_TEXT];
	struct said said;

	filter_text(&a->filter, filter);
	say_verb(&said, a, filter);
	say_effect(&said, &a->effect);
	json_open_object(json);
	json_put_uint(json, "id", a->id);
	json_put_string(json, "verb", action_verb_name(a->verb));
	json_put_string(json, "hand", action_hand_name(a->hand));
	json_put_string(json, "state", action_state_name(a->state));
	json_put_string(json, "filter", filter);
	json_put_uint(json, "limit", a->limit);
	time_put(json, "from", a->from);
	time_put(json, "until", a->until);
	json_key(json, "incident");
	if (a->incident)
		json_uint(json, a->incident);
	else
		json_write_null(json);
	json_put_bool(json, "automatic", a->automatic);
	json_put_bool(json, "rehearse", a->rehearse);
	effect_json(json, &a->effect);
	json_put_string(json, "reason", a->reason);
	json_put_string(json, "owner", a->owner);
	words_put(json, "say", said_words(&said));
	trouble_json(json, &kept->trouble);
	hits_json(json, &kept->course);
	json_close_object(json);
}

/* --- actions */

struct list {
	struct keeper *keeper;
	struct json *json;
	uint64_t left;
	bool more;
};

/* Hits are fresher in memory than on the disk. */
static bool list_visit(void *whom, const struct store_action *stored)
{
	struct list *list = whom;
	const struct kept_action *live = actions_find(list->keeper, stored->action.id);

	if (list->left == 0) {
		list->more = true;
		return false;
	}
	list->left--;
	if (live) {
		action_json(list->json, live);
	} else {
		struct kept_action kept = action_kept(stored);

		action_json(list->json, &kept);
	}
	return true;
}

static bool query_stage(struct op *op, enum store_stage *stage)
{
	static const char *const names[] = { NULL, "suggested", "live", "all" };
	const char *state = op_text_if(op, "state", OP_NAME);

	*stage = STORE_LIVE;
	if (!state)
		return op->code == OP_OK;
	for (enum store_stage s = STORE_SUGGESTED; s <= STORE_STAGES; s++) {
		if (strcmp(state, names[s]) == 0) {
			*stage = s;
			return true;
		}
	}
	return op_fail(op, OP_BAD_REQUEST, "state",
		       (struct words){ "must be live, suggested or all",
				       "live、suggested、all のいずれかを指定してください" });
}

static void hands_json(struct json *json, const struct actions *all)
{
	static const struct words unused = { "the configuration does not use it (respond.hands)",
					     "設定で使わないことになっています（respond.hands）" };

	json_put_array(json, "hands");
	for (enum action_hand h = HAND_XDP; h < HANDS; h++) {
		bool able = all->hands[h].used && all->hands[h].able;
		const char *why = all->hands[h].why;

		json_open_object(json);
		json_put_string(json, "name", action_hand_name(h));
		json_put_bool(json, "able", able);
		if (able) {
			json_key(json, "why");
			json_write_null(json);
		} else {
			words_put(json, "why", all->hands[h].used ? (struct words){ why, why } : unused);
		}
		json_close_object(json);
	}
	json_close_array(json);
}

static void never_json(struct json *json, const struct guard *guard)
{
	char text[PREFIX_TEXT];

	json_put_array(json, "never");
	for (size_t n = 0; n < guard->count; n++) {
		const struct guard_member *member = &guard->members[n];

		json_open_object(json);
		json_put_string(json, "prefix", prefix_text(&member->prefix, text));
		json_put_string(json, "kind", guard_kind_name(member->kind));
		json_put_string(json, "what", member->what);
		json_close_object(json);
	}
	json_close_array(json);
}

void op_actions(struct op *op)
{
	struct list list = { .keeper = op->keeper, .json = op->json,
			     .left = op_number(op, "limit", LIST_MAX, LIST_USUAL) };
	struct store_actions_query query = {
		.incident = op_number(op, "incident", INT64_MAX, 0),
		.before = op_number(op, "before", INT64_MAX, 0),
		.limit = (uint32_t)list.left + 1,
	};

	if (!query_stage(op, &query.stage) || op->code != OP_OK)
		return;
	actions_flush(op->keeper);
	json_open_object(op->json);
	json_put_array(op->json, "actions");
	op_stored(op, store_action_list(op->keeper->store, &query, list_visit, &list));
	json_close_array(op->json);
	json_put_bool(op->json, "more", list.more);
	hands_json(op->json, &op->keeper->actions);
	never_json(op->json, &op->keeper->actions.guard);
	json_put_bool(op->json, "acts", floods_act(op->keeper));
	json_close_object(op->json);
}

/* --- block */

/* An address or a prefix means its traffic; else it is a filter as text. */
static bool op_filter(struct op *op, enum action_verb verb, struct filter *filter)
{
	const char *what = op_text(op, "what", WHAT_MAX);
	char trouble[FILTER_TROUBLE];
	struct prefix prefix;

	if (!what)
		return false;
	*filter = (struct filter){ .parts = 0 };
	if (prefix_parse(&prefix, what) == OK) {
		filter->parts = verb == ACTION_BLACKHOLE ? FILTER_TO : FILTER_FROM;
		*(verb == ACTION_BLACKHOLE ? &filter->to : &filter->from) = prefix;
		return true;
	}
	if (filter_parse(text_span(what), filter, trouble) == OK)
		return true;
	return op_fail(op, OP_BAD_REQUEST, "what", (struct words){ trouble, trouble });
}

static bool op_verb(struct op *op, enum action_verb *verb)
{
	const char *name = op_text_if(op, "verb", OP_NAME);

	if (!name || action_verb_from_name(name, verb))
		return op->code == OP_OK;
	return op_fail(op, OP_BAD_REQUEST, "verb",
		       (struct words){ "must be drop, limit, syncookie or blackhole",
				       "drop、limit、syncookie、blackhole のいずれかを指定してください" });
}

static bool op_hand(struct op *op, enum action_hand *hand)
{
	const char *name = op_text_if(op, "hand", OP_NAME);

	if (!name || action_hand_from_name(name, hand))
		return op->code == OP_OK;
	return op_fail(op, OP_BAD_REQUEST, "hand",
		       (struct words){ "must be auto, xdp, nft or bgp",
				       "auto、xdp、nft、bgp のいずれかを指定してください" });
}

/* As op_until(); the usual time where neither is said and that may be. */
static bool op_end(struct op *op, bool may_be_usual, usec_t *until)
{
	usec_t most = op->keeper->actions.guard.limits.seconds * USEC_PER_SEC;

	*until = op->now + actions_usual(op->keeper);
	if (may_be_usual && !json_object_get(op->args, "for") && !json_object_get(op->args, "until"))
		return op->code == OP_OK;
	return op_until(op, most, until);
}

static bool op_incident_if(struct op *op, uint64_t *incident)
{
	*incident = op_number(op, "incident", INT64_MAX, 0);
	if (op->code == OP_OK && *incident && !cases_find(&op->keeper->cases, *incident))
		return op_stored(op, ERR_EMPTY);
	return op->code == OP_OK;
}

static bool block_arguments(struct op *op, struct action *action)
{
	const char *reason = op_text(op, "reason", ACTION_REASON - 1);

	action->rehearse = json_is_true(json_object_get(op->args, "rehearse"));
	action->limit = (uint32_t)op_number(op, "limit", UINT32_MAX, 0);
	if (!reason || !op_verb(op, &action->verb) || !op_hand(op, &action->hand) ||
	    !op_filter(op, action->verb, &action->filter) || !op_incident_if(op, &action->incident) ||
	    !op_end(op, action->rehearse, &action->until))
		return false;
	action->state = action->rehearse ? ACTION_REHEARSED : ACTION_ORDERED;
	action->from = op->now;
	snprintf(action->reason, sizeof(action->reason), "%s", reason);
	snprintf(action->owner, sizeof(action->owner), "%s", op->user);
	return true;
}

static bool op_guard(struct op *op, const struct action *action)
{
	struct keeper *keeper = op->keeper;
	struct guard_words why;

	if (!actions_have_hands(keeper))
		return op_fail(op, OP_FAILED, NULL, (struct words){ "this tower has no hands to act with",
								    "この見張り台は対処の手段を持っていません" });
	if (guard_allows(&keeper->actions.guard, action, op->now, actions_live(keeper, 0), &why))
		return true;
	return op_fail(op, OP_CONFLICT, NULL, (struct words){ why.en, why.ja });
}

static bool is_new(struct op *op, const struct action *action)
{
	const struct actions *all = &op->keeper->actions;
	char until[TIME_TEXT];
	struct said said;

	for (size_t n = 0; n < all->count; n++) {
		const struct action *a = &all->list[n].action;

		if (!action_is_live(a->state) || a->verb != action->verb || a->limit != action->limit ||
		    !filter_covers(&a->filter, &action->filter) || !filter_covers(&action->filter, &a->filter))
			continue;
		time_rfc3339(a->until, until);
		said_en(&said, "this is in force already until %s, as action %" PRIu64 ": to change it, take that back first",
			until, a->id);
		said_ja(&said, "すでに対処 %" PRIu64 " として %s まで有効です。変更するには、先にそれを解除してください", a->id, until);
		return op_fail(op, OP_CONFLICT, NULL, said_words(&said));
	}
	return true;
}

/* What a person did, into the log, and to the disk with all that came of it. */
static bool op_commit(struct op *op, struct words what, const char *about, const char *reason)
{
	char text[STORE_TEXT];
	struct store_act act = { .at = op->now, .user = op->user, .what = text, .reason = reason };
	struct said said;

	said_en(&said, "%s: %s", what.en, about);
	said_ja(&said, "%s：%s", what.ja, about);
	words_text(text, said_words(&said));
	if (!op_stored(op, store_log_add(op->keeper->store, &act)))
		return false;
	if (keeper_commit(op->keeper))
		return true;
	return op_fail(op, OP_FAILED, NULL, (struct words){ op->keeper->trouble.en, op->keeper->trouble.ja });
}

/* The sensor is asked what it would do. */
static void rehearse(struct keeper *keeper, struct kept_action *kept)
{
	const struct kept *about = cases_find(&keeper->cases, kept->action.incident);
	struct keeper_want want = { .about = kept->action.id, .from = keeper->now, .rehearse = true,
				    .target = kept->action.filter.to, .filter = kept->action.filter };

	if (about) {
		want.from = about->incident.opened;
		want.target = about->incident.whom.prefix;
		want.vector = about->incident.vector;
	}
	kept->asked = true;
	keeper->out.filters_want(keeper->out.whom, &want);
}

static void block_do(struct op *op, const struct action *action)
{
	static const struct words ordered = { "Block", "遮断" }, rehearsed = { "Rehearsal of a block", "遮断の予行" };
	struct kept_action *kept = actions_add(op->keeper, action, 0);
	char filter[FILTER_TEXT];
	uint64_t id;

	if (!kept && keeper_store_is_bad(op->keeper))
		op_fail(op, OP_FAILED, NULL, (struct words){ op->keeper->trouble.en, op->keeper->trouble.ja });
	if (!kept) {
		op_stored(op, ERR_LIMIT);
		return;
	}
	id = kept->action.id;
	if (action->rehearse)
		rehearse(op->keeper, kept);
	if (!op_commit(op, action->rehearse ? rehearsed : ordered, filter_text(&action->filter, filter),
		       action->reason)) {
		actions_forget(op->keeper, id);
		return;
	}
	kept = actions_find(op->keeper, id);
	if (kept)
		action_json(op->json, kept);
	else
		op_fail(op, OP_CONFLICT, NULL, (struct words){ "it is over already", "すでに終了しました" });
}

void op_block(struct op *op)
{
	struct action action = { .verb = ACTION_DROP, .hand = HAND_AUTO };

	if (block_arguments(op, &action) && op_guard(op, &action) && is_new(op, &action))
		block_do(op, &action);
}

void op_action_accept(struct op *op)
{
	static const struct words accepted = { "Suggested filter accepted", "提案されたフィルターを採用" };
	struct kept_action *kept = actions_find(op->keeper, op_id(op, "id")), before;
	const char *reason = op_text_if(op, "reason", ACTION_REASON - 1);
	char filter[FILTER_TEXT];
	struct action action;

	if (op->code != OP_OK || (!kept && !op_stored(op, ERR_EMPTY)))
		return;
	if (kept->action.state != ACTION_SUGGESTED) {
		op_fail(op, OP_CONFLICT, NULL, (struct words){ "it is no suggestion any more", "すでに提案ではありません" });
		return;
	}
	action = kept->action;
	if (reason)
		snprintf(action.reason, sizeof(action.reason), "%s", reason);
	snprintf(action.owner, sizeof(action.owner), "%s", op->user);
	if (!op_end(op, true, &action.until) || !op_guard(op, &action))
		return;
	before = *kept;
	kept->action = action;
	action_take(op->keeper, kept, action.until, op->user);
	if (op_commit(op, accepted, filter_text(&action.filter, filter), action.reason)) {
		kept = actions_find(op->keeper, action.id);
		if (kept)
			action_json(op->json, kept);
		return;
	}
	kept = actions_find(op->keeper, action.id);
	if (kept)
		*kept = before; /* still a suggestion, as the disk has it */
}

/* --- taken back */

/* The same of what is taken back already, whatever the disk says. */
static void op_commit_undone(struct op *op, struct words what, const char *about, const char *reason)
{
	const struct store_words *trouble = &op->keeper->trouble;
	struct op quiet = *op;
	struct said said;

	if (op_commit(&quiet, what, about, reason))
		return;
	said_en(&said, "it is taken back, but that could not be written down, so that a restart of the tower may bring it again: %s",
		trouble->en);
	said_ja(&said, "解除しましたが記録できなかったため、見張り台を再起動すると再び有効になることがあります：%s", trouble->ja);
	op_fail(op, OP_FAILED, NULL, said_words(&said));
}

/* Those with a number, or those that `what` covers; answers with each. Returns how many. */
static unsigned unblock_those(struct op *op, uint64_t id, const struct filter *what)
{
	struct actions *all = &op->keeper->actions;
	unsigned count = 0;

	for (size_t n = 0; n < all->count; n++) {
		struct kept_action *kept = &all->list[n];
		bool is = action_is_live(kept->action.state) || kept->action.state == ACTION_SUGGESTED;

		if (!is || (id ? kept->action.id != id : !filter_covers(what, &kept->action.filter)))
			continue;
		actions_end(op->keeper, kept, ENDING_UNDONE);
		action_json(op->json, kept);
		count++;
	}
	return count;
}

void op_unblock(struct op *op)
{
	static const struct words undone = { "Unblock", "遮断の解除" };
	const char *reason = op_text(op, "reason", OP_REASON), *what = op_text_if(op, "what", WHAT_MAX);
	uint64_t id = what ? 0 : op_id(op, "id");
	struct filter filter = { .parts = 0 }, blackhole;
	char number[24];
	unsigned count;

	snprintf(number, sizeof(number), "%llu", (unsigned long long)id);
	if (!reason || op->code != OP_OK || (what && (!op_filter(op, ACTION_DROP, &filter) ||
						      !op_filter(op, ACTION_BLACKHOLE, &blackhole))))
		return;
	json_open_object(op->json);
	json_put_array(op->json, "actions");
	count = unblock_those(op, id, &filter);
	if (what && filter.parts != blackhole.parts)
		count += unblock_those(op, id, &blackhole);
	json_close_array(op->json);
	json_close_object(op->json);
	if (count == 0)
		op_stored(op, ERR_EMPTY);
	else
		op_commit_undone(op, undone, what ? what : number, reason);
}

/* Returns how many. */
static unsigned undo_all(struct keeper *keeper)
{
	struct actions *all = &keeper->actions;
	unsigned count = 0;

	for (size_t n = 0; n < all->count; n++) {
		if (!action_is_live(all->list[n].action.state))
			continue;
		actions_end(keeper, &all->list[n], ENDING_UNDONE);
		count++;
	}
	floods_hands_off(keeper);
	return count;
}

void op_undo_all(struct op *op)
{
	static const struct words undone = { "Everything was undone", "すべての対処を解除" };
	const char *reason = op_text(op, "reason", OP_REASON);
	char number[24];
	unsigned count;

	if (!reason)
		return;
	count = undo_all(op->keeper);
	snprintf(number, sizeof(number), "%u", count);
	json_open_object(op->json);
	json_put_uint(op->json, "undone", count);
	json_close_object(op->json);
	op_commit_undone(op, undone, number, reason);
	keeper_orders(op->keeper, op->now); /* whatever the hands have besides goes, too */
}

void keeper_undone(struct keeper *keeper, usec_t now)
{
	static const struct words undone = { "Everything was undone by the command undo-all --now on this machine",
					     "この機器でコマンド undo-all --now が実行され、すべての対処を解除" };
	char text[STORE_TEXT];
	struct store_act act = { .at = now, .user = "", .what = text, .reason = "" };
	struct said said;
	unsigned count;

	keeper->now = now;
	count = undo_all(keeper);
	said_en(&said, "%s: %u", undone.en, count);
	said_ja(&said, "%s：%u", undone.ja, count);
	words_text(text, said_words(&said));
	keeper_stored(keeper, store_log_add(keeper->store, &act));
	keeper_commit(keeper);
}
