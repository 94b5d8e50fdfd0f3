/*
 * hands.h - the warden's last step: orders of the keeper are looked at once more, and done by a hand.
 *
 * The keeper talks to browsers and to a process that reads hostile packets, so it may have been broken into.
 * Each of its frames is read like a packet; each order is asked of the guard, with the never-block set as it
 * is now and a ledger of the warden's own, so that the limits hold whatever the keeper says.
 * Hands are opened when the first order comes for them, or at the start where something of before may be in
 * force. An order goes to the hand that it names, or to the first that can do it exactly: when one fails
 * wholly, to the next. docs/response.md.
 */
#ifndef TOWER_HANDS_H
#define TOWER_HANDS_H

#include "hand/hand.h"
#include "tower/never.h"
#include "tower/process.h"

struct hands;

struct hands_settings {
	const struct config_respond *respond; /* borrowed until hands_configure() */
	uint16_t page_port;
	const char *root;                     /* never.h */
	struct hand_settings hand;            /* what it points to is borrowed */
	const struct hand *const *all;        /* hands_all */
	void *whom;
	bool (*tell)(void *whom, uint16_t type, struct span body); /* to the keeper; false: no room, or none there */
};

/* The moment: both clocks, read once by who calls. */
struct moment {
	usec_t utc;
	int64_t boot; /* CLOCK_BOOTTIME in microseconds */
};

/* NULL: no memory. Caller owns it. */
struct hands *hands_new(const struct hands_settings *settings, struct moment now);
/* Lets go; what is in force stays so. Hands that have nothing in force leave no trace. */
void hands_free(struct hands *hands);

/* Other partners, offices and limits from now on. */
void hands_configure(struct hands *hands, const struct config_respond *respond);

/* A keeper has begun: it hears which hands there are, and says all its orders again. */
void hands_greet(struct hands *hands);

/* A frame of the keeper, whatever it is; orders are gathered, ... */
void hands_frame(struct hands *hands, const struct ipc_frame *frame, struct moment now);
/* ... and done here, all at once. */
void hands_do(struct hands *hands, struct moment now);

/* Every second: the never-block set, what ends, what was hit. */
void hands_second(struct hands *hands, struct moment now);

#endif
