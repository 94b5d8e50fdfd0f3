/*
 * actions.h - what is done against attacks: found, suggested or ordered, followed, and taken back.
 *
 * An action is on the disk before it is ordered. One that is over stays in the list until the disk knows it.
 * Bounded: when there is no room, the oldest suggestion goes; what is in force never does.
 */
#ifndef KEEPER_ACTIONS_H
#define KEEPER_ACTIONS_H

#include "action/course.h"
#include "base/json.h"
#include "keeper/cases.h"
#include "keeper/keeper.h"
#include "store/store_action.h"

#define ACTIONS_MAX 1280 /* in force, suggested, and on their way to the disk */
#define FLOODS_MAX  64   /* that filters are looked for at one time */
#define PAST_MAX    256  /* ends that are remembered */
#define HAND_WHY    240

#define FLOODS_HANDS_OFF "floods.hands_off" /* in the store */

/* Why an action is over. */
enum ending {
	ENDING_NONE,
	ENDING_EXPIRED,  /* its time */
	ENDING_OVER,     /* the attack */
	ENDING_HURTS,    /* it hit known good sources */
	ENDING_UNDONE,   /* a person took it back, or refused it */
	ENDING_REPLACED, /* a better one took its place */
	ENDING_REFUSED,  /* the guard said no, or no hand could do it */
	ENDINGS,
};

struct kept_action {
	struct action action;
	struct course course;
	usec_t remains; /* as it was loaded, until keeper_boot() */
	char boot[KEEPER_BOOT];
	enum ending ending;
	struct guard_words trouble; /* empty: none */
	usec_t changed, pushed;
	usec_t written; /* when what remains was last put */
	usec_t lifted;  /* when it was, to see whether the attack is still there */
	unsigned again; /* how often the attack had come back when it was taken */
	bool said;      /* the warden was told to do it */
	bool asked;     /* a rehearsal whose effect is to come */
	bool stored;    /* the disk knows of it */
	bool dirty;     /* the store has an older one */
	bool put;       /* it is in the batch */
	bool to_push;
};

/* A flood for which filters are looked for. */
struct flooded {
	uint64_t incident;
	usec_t began, asked;
	unsigned asks;
	bool told;      /* people were told that the tower acts */
	struct keeper_filters found; /* `about` 0: nothing yet */
};

/* An end that decides what may be done next. */
struct past {
	enum ending ending;
	uint64_t incident;
	enum action_verb verb;
	struct filter filter;
	unsigned again; /* how often it had come back already */
	usec_t at;
};

struct actions {
	struct kept_action list[ACTIONS_MAX]; /* by rising id */
	size_t count;
	struct flooded floods[FLOODS_MAX];
	size_t flood_count;
	struct past past[PAST_MAX];
	uint64_t hands_off; /* a person took everything back when this incident was the newest */
	struct guard guard;
	struct {
		bool used, able;
		char why[HAND_WHY];
	} hands[HANDS];
	char boot[KEEPER_BOOT]; /* "": not known yet */
	usec_t since_boot;
	uint64_t refused; /* of the tower's own, by the guard */
};

/* What is in force or suggested, as the store has it. keeper_boot() says what time is left to it. */
MUST_USE enum err actions_load(struct keeper *keeper);
/* The limits are others. */
void actions_configure(struct keeper *keeper);

/* Whether something is in force against it, so that silence is no sign of an end. */
bool actions_hold(const struct keeper *keeper, uint64_t incident);
/* How many wait for a person, and how many are in force, for an incident; 0: for all. */
unsigned actions_suggested(const struct keeper *keeper, uint64_t incident);
unsigned actions_live(const struct keeper *keeper, uint64_t incident);
/* Every second. Puts what is new into the batch; what happened to it: then what is on the disk is ordered. */
void actions_due(struct keeper *keeper);
void actions_flush(struct keeper *keeper);
void actions_committed(struct keeper *keeper);
void actions_undone(struct actions *actions);

/* A new one of somebody's, in the batch; NULL: there is no room, or the store failed. */
struct kept_action *actions_add(struct keeper *keeper, const struct action *action, unsigned again);
/* What was suggested is wanted now: for so long, by `owner`. */
void action_take(struct keeper *keeper, struct kept_action *kept, usec_t until, const char *owner);
/* As if it had not been added: the store refused. */
void actions_forget(struct keeper *keeper, uint64_t id);
/* It is over: taken back at once, told, and remembered. */
void actions_end(struct keeper *keeper, struct kept_action *kept, enum ending ending);
struct kept_action *actions_find(struct keeper *keeper, uint64_t id);
/* Whether there is somebody who would do it. */
bool actions_have_hands(const struct keeper *keeper);
/* How long one of the tower's own lasts. */
usec_t actions_usual(const struct keeper *keeper);

/* floods.c: an incident was told of: a flood on us wants filters; it is over: so is what was suggested. */
void floods_see(struct keeper *keeper, const struct kept *kept);
void floods_over(struct keeper *keeper, uint64_t incident);
/* A person says that it is none: what the tower did by itself, or suggested, ends. */
void floods_excepted(struct keeper *keeper, uint64_t incident);
/* An action is over; `was_live`: it was not only suggested. */
void floods_remember(struct keeper *keeper, const struct kept_action *kept, bool was_live);
/* A person took everything back: the tower takes nothing by itself for the floods of now, also after a restart. */
void floods_hands_off(struct keeper *keeper);
void floods_due(struct keeper *keeper);
/* Whether the tower acts by itself, as the configuration, the level and its hands are now. */
bool floods_act(const struct keeper *keeper);
/* Its record; NULL: filters were not looked for, or that is long ago. */
struct flooded *floods_find(struct keeper *keeper, uint64_t incident);

/* ACTION of docs/response.md, of the list or of the store. */
void action_json(struct json *json, const struct kept_action *kept);
struct kept_action action_kept(const struct store_action *stored);
void effect_json(struct json *json, const struct effect *effect); /* a key and its value */
void action_push(struct keeper *keeper, struct kept_action *kept);

#endif
