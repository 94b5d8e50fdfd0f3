/*
 * keeper_test.h - a keeper over a store of its own, whose clock the test sets, and what it said.
 */
#ifndef UNIT_KEEPER_TEST_H
#define UNIT_KEEPER_TEST_H

#include "keeper/keeper.h"
#include "store_test.h"

#include <jansson.h>

#define TEST_PUSHES 4096
#define TEST_TELLS  256
#define TEST_ORDERS 2048

struct told {
	enum keeper_news news;
	enum severity severity;
	uint64_t incident; /* 0: about none */
	char title[80], summary_ja[400];
};

struct tower {
	struct store *store;
	struct keeper *keeper;
	struct keeper_settings settings;
	usec_t now;
	char pushes[TEST_PUSHES][16]; /* the names of the events */
	unsigned push_count;
	json_t *last_push; /* the whole event */
	struct told tells[TEST_TELLS];
	unsigned tell_count;
	enum level level; /* as the sensor was told last */
	unsigned tests;   /* messages that were asked for */
	bool tests_full;
	json_t *answer; /* the last one */

	/* A warden with a hand that does whatever it is told. */
	const char *boot;
	usec_t since_boot;
	struct {
		uint64_t id;
		usec_t remains;
		bool on_disk; /* when it was ordered */
	} orders[TEST_ORDERS];
	unsigned order_count, back_count, end_count, want_count;
	uint64_t back[TEST_ORDERS];
	struct keeper_want want; /* the last one */
	struct action order;     /* the same */
};

extern struct tower tower;

/* For cmocka: a new folder, store and keeper; a sensor that runs and sees packets. */
int tower_begin(void **state);
int tower_end(void **state);
#define WITH_TOWER(test) cmocka_unit_test_setup_teardown(test, tower_begin, tower_end)

/* The process ends well, or is killed, and begins again. */
void tower_restart(void);

/* The warden's hands: XDP can, and these are never blocked. */
void hands_join(void);
/* The last order is in force. */
void order_done(enum action_hand hand);

/* A second goes by, with packets; so many of them. */
void tower_pass(unsigned seconds);
/* The clock jumps, and a second goes by. */
void tower_jump(usec_t by);

unsigned tower_pushed(const char *name); /* how many of these events */

/* Asks as the administrator at the control socket; `args` is JSON with ' for ". The data of an answer that
 * must be good, or the code of one that must be bad; both borrowed until the next. */
json_t *good(const char *op, const char *args);
const char *bad(const char *op, const char *args);
/* The same for any asker. */
json_t *ask(enum keeper_asker asker, const char *user, const char *role, const char *op,
	    const char *args);
/* The bytes as they are; whatever they are, the answer must be of the form of all answers. */
json_t *ask_raw(enum keeper_asker asker, struct span request);

/* "incidents.0.title.en" of JSON; a missing one fails the test. */
json_t *at(json_t *json, const char *path);
const char *text_at(json_t *json, const char *path);
json_int_t number_at(json_t *json, const char *path);

/* An incident of the grouping: a flood from many against 203.0.113.NUMBER, going on. */
struct incident flood(uint64_t live);
/* Tells of it as opened; returns its number for people. */
uint64_t flood_opens(uint64_t live);

#endif
