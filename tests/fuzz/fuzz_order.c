/*
 * fuzz_order.c - what a keeper that was broken into may send to the warden as an order: what is taken holds
 * what the hands rely on, and what the guard allows aims at nobody who must never be blocked.
 */
#include "tower/hand_slot.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void look(const struct order *order)
{
	const struct action *action = &order->action;
	const struct ip loopback = ip_from_v4((const uint8_t[]){ 127, 0, 0, 1 });
	struct guard_words why;
	struct guard guard;
	char text[FILTER_TEXT];

	check(action->id && order->remains > 0 && filter_sound(&action->filter));
	check(strlen(action->reason) < ACTION_REASON && strlen(action->owner) < ACTION_OWNER);
	check(*filter_text(&action->filter, text) && action_verb_name(action->verb) && action_hand_name(action->hand));
	guard_init(&guard);
	if (guard_allows(&guard, action, action->from, 0, &why))
		check(!(action->filter.parts & FILTER_FROM) || !prefix_has(&action->filter.from, &loopback));
	else
		check(*why.en && *why.ja);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct hand *const none[] = { NULL };
	static struct hand_slots slots;
	const struct hand_settings settings = { .runtime = "/nowhere" };
	struct ipc_frame frame = { FRAME_ORDER, { bytes, len }, -1 };
	struct order order;

	if (order_take(&frame, &order))
		look(&order);
	hand_slots_init(&slots, none, 0, &settings, NULL);
	hand_slots_know(&slots, frame.body);
	for (size_t i = 0; i < KNOWN_LISTS; i++)
		check(slots.known[i].count <= KNOWN_MAX);
	return 0;
}
