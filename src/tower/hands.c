/* hands.c - what the keeper's frames ask for, the ledger of what is in force, and who does it. */
#include "tower/hands.h"

#include "base/cursor.h"
#include "tower/hand_slot.h"

#include <stdlib.h>
#include <string.h>

#define BATCH  256 /* orders that a hand gets at a time */
#define MISSED 3   /* seconds */

/* An order, from its arrival to its end. */
struct entry {
	struct action action; /* of one that was found at the start only the id is known */
	int64_t until;        /* CLOCK_BOOTTIME; INT64_MAX: only the hand knows */
	struct hand_slot *by; /* who does it; NULL: nobody yet */
	bool said;            /* by the keeper that is there now */
	bool due;             /* to be done, or done anew */
	bool back;            /* to be taken back */
	uint8_t tried;        /* bits of the slots that could not do it */
	uint8_t missed;       /* seconds for which its hand has not had it */
	char trouble[HAND_TROUBLE]; /* of the last that could not */
};

struct hands {
	struct hands_settings settings;
	struct hand_slots slots;
	struct guard guard;
	bool guarded; /* the guard knows everybody who must never be blocked */
	char trouble[NEVER_TROUBLE]; /* why not */
	bool changed; /* the keeper does not know yet which hands there are */
	bool undone;  /* nor that somebody took everything back by himself */
	size_t count;
	struct entry entries[CONFIG_ACTIONS];
	struct hand_count counts[CONFIG_ACTIONS];
};

static const char self[] = "warden";

static struct entry *entry_of(struct hands *h, uint64_t id)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->entries[i].action.id == id)
			return &h->entries[i];
	return NULL;
}

/* NULL: there is no room. */
static struct entry *entry_new(struct hands *h, uint64_t id)
{
	struct entry *entry;

	if (h->count == CONFIG_ACTIONS)
		return NULL;
	entry = &h->entries[h->count++];
	memset(entry, 0, sizeof(*entry));
	entry->action.id = id;
	entry->until = INT64_MAX;
	return entry;
}

/* The last takes its place: who walks on looks at the same place again. */
static void entry_remove(struct hands *h, struct entry *entry)
{
	*entry = h->entries[--h->count];
}

/* --- what the keeper is told */

static void tell_done(struct hands *h, const struct entry *entry, enum action_state state,
		      const struct guard_words *why)
{
	char filter[FILTER_TEXT] = "of before";
	struct order_done done;

	memset(&done, 0, sizeof(done)); /* the padding too: it leaves the process */
	done.id = entry->action.id;
	done.state = (uint8_t)state;
	done.hand = (uint8_t)(entry->by ? entry->by->hand->hand : entry->action.hand);
	if (why) {
		memcpy(done.en, why->en, sizeof(done.en));
		memcpy(done.ja, why->ja, sizeof(done.ja));
	}
	if (entry->action.filter.parts) /* of what was found at the start nothing is known */
		filter_text(&entry->action.filter, filter);
	h->settings.tell(h->settings.whom, FRAME_ORDER_DONE, (struct span){ (uint8_t *)&done, sizeof(done) });
	process_log(self, "action %llu (%s %s, by %s) is %s%s%s", (unsigned long long)done.id,
		    action_verb_name(entry->action.verb), filter,
		    action_hand_name((enum action_hand)done.hand), action_state_name(state), why ? ": " : "",
		    why ? done.en : "");
}

static void tell_failed(struct hands *h, const struct entry *entry)
{
	const char *trouble = *entry->trouble ? entry->trouble : "no hand that may be used can do this";
	struct guard_words why;

	snprintf(why.en, sizeof(why.en), "%s", trouble);
	snprintf(why.ja, sizeof(why.ja), "実行できませんでした: %.200s", trouble);
	tell_done(h, entry, ACTION_FAILED, &why);
}

static void tell_hands(struct hands *h)
{
	struct hands_facts facts;

	memset(&facts, 0, sizeof(facts));
	hand_slots_facts(&h->slots, &facts);
	for (size_t i = 0; i < HANDS && !h->guarded; i++) {
		facts.hands[i].able = 0;
		snprintf(facts.hands[i].why, sizeof(facts.hands[i].why), "nothing is blocked: %s", h->trouble);
	}
	facts.undone = h->undone;
	facts.never_count = (uint32_t)(h->guard.count < NEVER_TOLD ? h->guard.count : NEVER_TOLD);
	memcpy(facts.never, h->guard.members, facts.never_count * sizeof(facts.never[0]));
	h->changed = !h->settings.tell(h->settings.whom, FRAME_HANDS,
				       (struct span){ (uint8_t *)&facts, sizeof(facts) });
	h->undone &= h->changed;
}

static void tell_counts(struct hands *h, size_t count)
{
	if (count)
		h->settings.tell(h->settings.whom, FRAME_ACTION_COUNTS,
				 (struct span){ (uint8_t *)h->counts, count * sizeof(h->counts[0]) });
}

/* --- the never-block set */

/* Who was a member a moment ago may be one still: it is only not known. */
static void guard_join(struct guard *now, const struct guard *before)
{
	for (size_t i = 0; i < before->count; i++)
		if (guard_add(now, &before->members[i].prefix, before->members[i].kind,
			      before->members[i].what) != OK)
			return;
}

/* Reads it anew, and lets hands know when it is another. Whether it is. */
static bool guard_renew(struct hands *h)
{
	struct never_settings never = { h->settings.respond, h->settings.page_port, h->settings.root, &h->guard };
	struct guard *now = calloc(1, sizeof(*now));
	bool guarded, changed;

	if (!now)
		return h->guarded = false;
	guarded = never_read(&never, now, h->trouble);
	if (guarded != h->guarded && !guarded)
		process_log(self, "nothing is blocked: %s", h->trouble);
	if (!guarded)
		guard_join(now, &h->guard);
	changed = guarded != h->guarded || never_differs(now, &h->guard);
	h->guarded = guarded;
	h->guard = *now;
	free(now);
	if (changed)
		hand_slots_allow(&h->slots);
	h->changed |= changed;
	return changed;
}

static bool allowed(const struct hands *h, const struct entry *entry, usec_t now, struct guard_words *why)
{
	if (h->guarded)
		return guard_allows(&h->guard, &entry->action, now, (uint32_t)(h->count - 1), why);
	snprintf(why->en, sizeof(why->en), "nothing is blocked: %s", h->trouble);
	snprintf(why->ja, sizeof(why->ja), "遮断できません（守るべき相手を確認できません）: %s", h->trouble);
	return false;
}

/* A hand that lets nobody pass beforehand must not go on against who became a member. */
static void guard_again(struct hands *h, usec_t now)
{
	struct guard_words why;

	for (size_t i = 0; i < h->count; i++) {
		struct entry *entry = &h->entries[i];

		if (!entry->by || !hand_slot_is_blind(entry->by) || entry->until == INT64_MAX ||
		    (allowed(h, entry, now, &why) && guard_allows_unheard(&h->guard, &entry->action, &why)))
			continue;
		hand_slot_withdraw(entry->by, &entry->action.id, 1);
		tell_done(h, entry, ACTION_REFUSED, &why);
		entry_remove(h, entry);
		i--;
	}
}

/* --- frames of the keeper */

/* The same as what is in force already, as a keeper says it that was begun again. */
static bool is_same(const struct entry *entry, const struct action *action, int64_t until)
{
	const struct action *there = &entry->action;

	return entry->by && entry->until != INT64_MAX && there->verb == action->verb &&
	       there->limit == action->limit && (action->hand == HAND_AUTO || action->hand == entry->by->hand->hand) &&
	       memcmp(&there->filter, &action->filter, sizeof(action->filter)) == 0 &&
	       llabs(until - entry->until) < USEC_PER_SEC;
}

static void take_order(struct hands *h, const struct ipc_frame *frame, struct moment now)
{
	struct entry *entry, full = { .due = true };
	struct order order;

	if (!order_take(frame, &order)) {
		process_log(self, "the keeper sent what is no order");
		return;
	}
	entry = entry_of(h, order.action.id);
	if (!entry)
		entry = entry_new(h, order.action.id);
	if (!entry) {
		full.action = order.action;
		snprintf(full.trouble, sizeof(full.trouble), "more than %d actions", CONFIG_ACTIONS);
		tell_failed(h, &full);
		return;
	}
	entry->said = true;
	entry->back = false;
	entry->tried = 0;
	entry->due = !is_same(entry, &order.action, now.boot + order.remains);
	entry->action = order.action;
	entry->action.from = now.utc; /* by the warden's own clock, whatever the keeper says */
	entry->action.until = now.utc + order.remains;
	entry->until = now.boot + order.remains;
	if (!entry->due)
		tell_done(h, entry, ACTION_ACTIVE, NULL);
}

static void take_back(struct hands *h, const struct ipc_frame *frame)
{
	struct cur c = cur_init(frame->body);
	uint64_t id = cur_le64(&c);
	struct entry *entry = c.bad || c.left ? NULL : entry_of(h, id);

	if (entry)
		entry->back = true;
}

void hands_frame(struct hands *h, const struct ipc_frame *frame, struct moment now)
{
	switch (frame->type) {
	case FRAME_ORDER:
		take_order(h, frame, now);
		break;
	case FRAME_ORDER_BACK:
		take_back(h, frame);
		break;
	case FRAME_ORDERS_END:
		for (size_t i = 0; i < h->count; i++)
			h->entries[i].back |= !h->entries[i].said;
		break;
	case FRAME_KNOWN:
		hand_slots_know(&h->slots, frame->body);
		break;
	default:
		break; /* nothing else of the keeper's concerns the warden */
	}
}

/* --- doing */

/* Refuses what is due and must not be, as things are now. What it replaces is taken back. */
static void refuse(struct hands *h, usec_t now)
{
	struct guard_words why;

	for (size_t i = 0; i < h->count; i++) {
		struct entry *entry = &h->entries[i];

		if (!entry->due || entry->back || allowed(h, entry, now, &why))
			continue;
		if (entry->by)
			hand_slot_withdraw(entry->by, &entry->action.id, 1);
		tell_done(h, entry, ACTION_REFUSED, &why);
		entry_remove(h, entry);
		i--;
	}
}

static struct hand_order order_of(const struct entry *entry)
{
	struct hand_order order;

	memset(&order, 0, sizeof(order));
	order.id = entry->action.id;
	order.verb = entry->action.verb;
	order.filter = entry->action.filter;
	order.limit = entry->action.limit;
	order.until = entry->until;
	return order;
}

/* Whether members are safe from it by this hand. */
static bool spares(const struct hands *h, const struct hand_slot *slot, struct entry *entry)
{
	struct guard_words why;

	if (slot->hand->allow || guard_allows_unheard(&h->guard, &entry->action, &why))
		return true;
	snprintf(entry->trouble, sizeof(entry->trouble), "%s: %.*s", slot->hand->name,
		 (int)(sizeof(entry->trouble) - 16), why.en);
	return false;
}

/* Whether this hand is the one to try next for an entry; opens it. */
static bool suits(struct hands *h, struct hand_slot *slot, struct entry *entry, int64_t boot)
{
	struct hand_order order = order_of(entry);
	enum action_hand wanted = entry->action.hand;

	if (!entry->due || entry->back || entry->tried & slot->bit ||
	    (wanted != HAND_AUTO && wanted != slot->hand->hand))
		return false;
	if (slot->used && hand_slot_open(slot, boot, &h->changed) && spares(h, slot, entry) &&
	    hand_slot_takes(slot, &order, entry->trouble))
		return true;
	if (!slot->used && wanted != HAND_AUTO)
		snprintf(entry->trouble, sizeof(entry->trouble), "%s may not be used: see respond.hands",
			 slot->hand->name);
	else if (slot->used && !slot->state)
		memcpy(entry->trouble, slot->why, sizeof(entry->trouble));
	entry->tried |= slot->bit;
	return false;
}

/* It is in force. Where another hand did it before, that one stops now: there was no gap. */
static void done(struct hands *h, struct hand_slot *slot, struct entry *entry)
{
	if (entry->by && entry->by != slot)
		hand_slot_withdraw(entry->by, &entry->action.id, 1);
	entry->by = slot;
	entry->due = false;
	tell_done(h, entry, ACTION_ACTIVE, NULL);
}

/* As many as suit, at once; when that fails, one by one, so that a bad one takes no other with it. */
static bool do_by(struct hands *h, struct hand_slot *slot, int64_t boot)
{
	struct entry *batch[BATCH];
	struct hand_order orders[BATCH];
	char trouble[HAND_TROUBLE];
	size_t count = 0;
	bool all;

	for (size_t i = 0; i < h->count && count < BATCH; i++)
		if (suits(h, slot, &h->entries[i], boot)) {
			orders[count] = order_of(&h->entries[i]);
			batch[count++] = &h->entries[i];
		}
	all = count && hand_slot_apply(slot, orders, count, trouble);
	for (size_t i = 0; i < count; i++)
		if (all || (count > 1 && hand_slot_apply(slot, &orders[i], 1, trouble))) {
			done(h, slot, batch[i]);
		} else {
			memcpy(batch[i]->trouble, trouble, sizeof(trouble));
			batch[i]->tried |= slot->bit;
		}
	return count > 0;
}

/* Hands in their order; what none of them could do has failed. */
static void do_due(struct hands *h, int64_t boot)
{
	for (size_t i = 0; i < h->slots.count; i++)
		while (do_by(h, &h->slots.all[i], boot))
			;
	for (size_t i = 0; i < h->count; i++) {
		struct entry *entry = &h->entries[i];

		if (!entry->due || entry->back)
			continue;
		if (entry->by)
			hand_slot_withdraw(entry->by, &entry->action.id, 1);
		tell_failed(h, entry);
		entry_remove(h, entry);
		i--;
	}
}

/* All that are to be taken back, hand by hand. */
static void do_back(struct hands *h)
{
	uint64_t ids[BATCH];

	for (size_t s = 0; s < h->slots.count; s++) {
		size_t count = 0;

		for (size_t i = 0; i < h->count; i++) {
			if (!h->entries[i].back || h->entries[i].by != &h->slots.all[s])
				continue;
			ids[count++] = h->entries[i].action.id;
			if (count == BATCH) {
				hand_slot_withdraw(&h->slots.all[s], ids, count);
				count = 0;
			}
		}
		if (count)
			hand_slot_withdraw(&h->slots.all[s], ids, count);
	}
	for (size_t i = 0; i < h->count; i++)
		if (h->entries[i].back) {
			tell_done(h, &h->entries[i], ACTION_ENDED, NULL);
			entry_remove(h, &h->entries[i]);
			i--;
		}
}

static bool any_due(const struct hands *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->entries[i].due)
			return true;
	return false;
}

void hands_do(struct hands *h, struct moment now)
{
	do_back(h);
	hand_slots_tell(&h->slots, now.boot);
	if (!any_due(h))
		return;
	if (guard_renew(h))
		guard_again(h, now.utc);
	refuse(h, now.utc);
	do_due(h, now.boot);
	if (h->changed)
		tell_hands(h);
}

/* --- every second */

/* A hand has ended these by itself; to be sure it is told, too. */
static void end_expired(struct hands *h, int64_t boot)
{
	for (size_t i = 0; i < h->count; i++)
		h->entries[i].back |= h->entries[i].until <= boot;
}

/* What each action hit; what is in force and in no ledger is taken back, as when that failed before. */
static size_t count_hits(struct hands *h)
{
	size_t told = 0;

	for (size_t s = 0; s < h->slots.count; s++) {
		struct hand_slot *slot = &h->slots.all[s];
		size_t count = hand_slot_counts(slot, h->counts + told, CONFIG_ACTIONS - told), kept = told;

		for (size_t i = told; i < told + count; i++) {
			struct entry *entry = entry_of(h, h->counts[i].id);

			if (entry && entry->by == slot) {
				h->counts[kept++] = h->counts[i];
				entry->missed = 0;
			} else {
				hand_slot_withdraw(slot, &h->counts[i].id, 1);
			}
		}
		told = kept;
	}
	return told;
}

/* What a hand has not any more, as somebody removed it, is done again; or the keeper hears that it cannot be. */
static void missed_again(struct hands *h, struct moment now)
{
	for (size_t i = 0; i < h->count; i++) {
		struct entry *entry = &h->entries[i];

		if (!entry->by || entry->due || entry->back || entry->until == INT64_MAX || entry->missed++ < MISSED)
			continue;
		process_log(self, "action %llu is not in force any more: it is done again",
			    (unsigned long long)entry->action.id);
		entry->due = true;
		entry->tried = entry->missed = 0;
	}
	hands_do(h, now);
}

/* The keeper hears it first: each of them has then ended by a person's will, and comes not again. */
static void undo_by_mark(struct hands *h)
{
	if (!hand_slots_undone(&h->slots))
		return;
	process_log(self, "everything is taken back, as by undo-all --now");
	h->undone = true;
	tell_hands(h);
	hand_slots_clear(&h->slots);
	for (size_t i = 0; i < h->count; i++)
		h->entries[i].back = true;
}

void hands_second(struct hands *h, struct moment now)
{
	undo_by_mark(h);
	end_expired(h, now.boot);
	do_back(h);
	if (guard_renew(h))
		guard_again(h, now.utc);
	hand_slots_second(&h->slots, now.boot);
	tell_counts(h, count_hits(h));
	missed_again(h, now);
	if (h->changed)
		tell_hands(h);
}

/* --- the beginning and the end */

/* What was in force before this warden: its keeper says it again, or it is taken back. */
static void adopt(struct hands *h, struct hand_slot *slot)
{
	size_t count = hand_slot_counts(slot, h->counts, CONFIG_ACTIONS);

	for (size_t i = 0; i < count; i++) {
		struct entry *entry = entry_of(h, h->counts[i].id) ? NULL : entry_new(h, h->counts[i].id);

		if (entry)
			entry->by = slot;
		else
			hand_slot_withdraw(slot, &h->counts[i].id, 1);
	}
	if (count)
		process_log(self, "%s: %zu actions are in force from before", slot->hand->name, count);
}

struct hands *hands_new(const struct hands_settings *settings, struct moment now)
{
	struct hands *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->settings = *settings;
	h->changed = true;
	guard_renew(h);
	hand_slots_init(&h->slots, settings->all, settings->respond->hands, &h->settings.hand, &h->guard);
	for (size_t i = 0; i < h->slots.count; i++)
		if (hand_slot_was_open(&h->slots.all[i]) &&
		    hand_slot_open(&h->slots.all[i], now.boot, &h->changed))
			adopt(h, &h->slots.all[i]);
	undo_by_mark(h); /* of before: no order must be said again by a keeper that has not heard it */
	return h;
}

void hands_free(struct hands *h)
{
	if (!h)
		return;
	hand_slots_close(&h->slots);
	free(h);
}

void hands_configure(struct hands *h, const struct config_respond *respond)
{
	h->settings.respond = respond;
}

void hands_greet(struct hands *h)
{
	for (size_t i = 0; i < h->count; i++)
		h->entries[i].said = false;
	tell_hands(h);
}
