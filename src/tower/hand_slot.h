/*
 * hand_slot.h - the place of one hand in the warden: opened when it is needed, and what it must know besides
 * orders: who always passes, who was known as good.
 *
 * That a hand was opened is left as a mark in the runtime folder, so that a warden that begins anew finds
 * what is in force. `hinomi undo-all --now` leaves a mark there, too: hands that put back what somebody took
 * away must not do so then.
 */
#ifndef TOWER_HAND_SLOT_H
#define TOWER_HAND_SLOT_H

#include "config/config.h"
#include "hand/hand.h"
#include "tower/process.h"

#include <stdio.h>

#define HAND_SLOTS  8
#define KNOWN_MAX   1024 /* good sources of one incident, ... */
#define KNOWN_LISTS 8    /* ... and incidents of which they are kept, the newest */

#define HANDS_UNDO_MARK "undo" /* in the runtime folder */

struct hand_slot {
	const struct hand *hand;
	const struct hand_slots *among;
	struct hand_state *state; /* NULL: not open */
	bool used;     /* the configuration wants it */
	uint8_t bit;   /* its own */
	bool unsure;   /* it could not be told who always passes: it gets no orders */
	int64_t again; /* CLOCK_BOOTTIME: not to be tried before */
	char why[HAND_TROUBLE]; /* it could not be opened; "": it was not tried, or could */
};

struct hand_slots {
	struct hand_slot all[HAND_SLOTS];
	size_t count;
	const struct hand_settings *settings;
	const struct guard *guard;
	struct known {
		uint64_t incident;
		size_t count;
		struct ip sources[KNOWN_MAX];
	} known[KNOWN_LISTS]; /* the oldest last */
	bool known_new;       /* hands have not been told of them */
	int64_t known_told;   /* CLOCK_BOOTTIME */
};

/* `all` as hands_all, `used`: bits 1 << (enum action_hand - 1). A hand that was open and may not be used any
 * more is cleared. `guard`: its members always pass; borrowed. */
void hand_slots_init(struct hand_slots *slots, const struct hand *const *all, uint8_t used,
		     const struct hand_settings *settings, const struct guard *guard);
/* Lets go of all; those that have nothing in force leave no trace. */
void hand_slots_close(struct hand_slots *slots);

/* Who always passes is another set now. */
void hand_slots_allow(struct hand_slots *slots);
/* The body of FRAME_KNOWN, whatever it is; hands are told by hand_slots_tell(), at most once a second: it takes some
 * time, and a sensor that was broken into may send many. */
void hand_slots_know(struct hand_slots *slots, struct span body);
void hand_slots_tell(struct hand_slots *slots, int64_t boot);
/* Removes every trace of hands that are open, which are then opened anew when they are needed. What one could not
 * remove it still has. */
void hand_slots_clear(struct hand_slots *slots);
void hand_slots_second(struct hand_slots *slots, int64_t boot);
void hand_slots_facts(const struct hand_slots *slots, struct hands_facts *facts);
/* Whether somebody has undone everything since it was asked last. */
bool hand_slots_undone(const struct hand_slots *slots);

/* Whether something of before may be in force. */
bool hand_slot_was_open(const struct hand_slot *slot);
/* Open it is, or was already. False: it cannot be, or was tried a moment ago; `changed` when that is new. */
bool hand_slot_open(struct hand_slot *slot, int64_t boot, bool *changed);
/* Whether members may not pass it: it has no such thing, or could not be told. */
bool hand_slot_is_blind(const struct hand_slot *slot);
bool hand_slot_takes(const struct hand_slot *slot, const struct hand_order *order, char trouble[HAND_TROUBLE]);
bool hand_slot_apply(struct hand_slot *slot, const struct hand_order *orders, size_t count,
		     char trouble[HAND_TROUBLE]);
void hand_slot_withdraw(struct hand_slot *slot, const uint64_t *ids, size_t count);
size_t hand_slot_counts(struct hand_slot *slot, struct hand_count *counts, size_t max);

/* What hands are told of the configuration, but for the interfaces; borrows its texts. */
struct hand_settings hand_settings_of(const struct config_respond *respond, const char *runtime);

/* Clears all hands, and leaves a mark for a warden that may be there. Says on `told` what was done. False:
 * some of it failed. */
bool hands_undo(const struct hand *const *all, const struct hand_settings *settings, FILE *told);

#endif
