/*
 * keeper.h - the mind of the tower: incidents in, operations answered, news out.
 *
 * No sockets and no clock: app/ joins it with both, and `now` comes in with every call. What it must still
 * know after a restart is in the store, which only it uses. Requests may come from a process that was
 * broken into: nothing in them is believed, and memory is bounded whatever comes in.
 */
#ifndef KEEPER_KEEPER_H
#define KEEPER_KEEPER_H

#include "action/guard.h"
#include "base/span.h"
#include "incident/advice.h"
#include "incident/incidents.h"
#include "model/anomaly.h"
#include "policy/level.h"
#include "store/store.h"

#include <stdio.h>

struct keeper;

/* Somebody who is told, as the configuration has it. */
struct keeper_target {
	const char *name, *kind; /* "office-mail", "mail" */
	enum severity least;
};

/* A level for a time to come, as the configuration has it. */
struct keeper_plan {
	enum level to;
	usec_t from, until;
	const char *reason;
};

/* Whether the tower acts by itself, `respond.act`. */
enum keeper_act { KEEPER_ACT_LEVEL, KEEPER_ACT_NEVER, KEEPER_ACT_ALWAYS };

/* Arrays and texts are borrowed until keeper_configure() or keeper_free(). */
struct keeper_settings {
	struct store_keeping keeping; /* at LEVEL_NORMAL; a higher level may keep for longer */
	const struct keeper_target *targets;
	size_t target_count;
	const struct keeper_plan *plans; /* besides those that people made */
	size_t plan_count;
	enum keeper_act act;
	struct guard_limits limits; /* seconds 0: those of guard_init() */
	usec_t usual;               /* how long one of the tower's own actions lasts; 0: an hour */
	bool mail;                  /* mail is watched */
};

/* What people are to be told. Borrowed for the call. */
enum keeper_news {
	KEEPER_OPENED, /* an incident opened, became more severe, ended */
	KEEPER_WORSE,
	KEEPER_ENDED,
	KEEPER_LEVEL,   /* the level changed */
	KEEPER_TROUBLE, /* the tower itself: it is blind, or cannot store; and that this is over */
	KEEPER_ACTED,   /* it blocks, or took back what it blocked */
};
struct keeper_message {
	enum keeper_news news;
	usec_t at;
	enum severity severity;
	enum level level; /* that holds now */
	const struct incident *incident; /* its id is the one for people; NULL: not about one */
	struct words title, summary, todo; /* todo: the steps, one a line; may be empty */
};

/* Filters that are wanted of the sensor; of a rehearsal only what `filter` would do. */
#define KEEPER_FILTERS 16
struct keeper_want {
	uint64_t about; /* the incident; of a rehearsal: the action */
	usec_t from;    /* when the attack began */
	struct prefix target;
	enum vector vector;
	bool rehearse;
	struct filter filter, held[KEEPER_FILTERS]; /* held: drops in force, only what they leave is looked at */
	size_t held_count;
};
/* Where news and orders go. None of these may call the keeper. */
struct keeper_out {
	void *whom;
	void (*push)(void *whom, struct span json); /* {"push": NAME, "data": ...} for browsers */
	void (*tell)(void *whom, const struct keeper_message *message);
	void (*level)(void *whom, enum level level); /* it changed; also told by keeper_new() */
	bool (*test)(void *whom, const char *target); /* a test message; false: not queued */
	/* Firm action; all NULL: this tower has no hands, and nothing is suggested. */
	void (*filters_want)(void *whom, const struct keeper_want *want);
	void (*order)(void *whom, const struct action *action, usec_t remains);
	void (*order_back)(void *whom, uint64_t id);
	void (*orders_end)(void *whom); /* all that are in force were said */
};

/* Loads what is open, in force and planned. NULL: no memory, or the store failed: store_trouble(). The
 * store stays the caller's. */
struct keeper *keeper_new(const struct keeper_settings *settings, struct store *store,
			  const struct keeper_out *out, usec_t now);
void keeper_free(struct keeper *keeper); /* puts what waits into the store; NULL is allowed */

/* Other settings from now on, without losing anything. */
void keeper_configure(struct keeper *keeper, const struct keeper_settings *settings);

enum level keeper_level(const struct keeper *keeper);

/* An incident, as incidents_tell() visits it; its `id` is that of the grouping, which begins anew with the process. Returns
 * the id under which it is kept, the same over restarts, for people and for keeper_evidence(); 0: it is not kept, because
 * it does not count at this level or too many are open. */
uint64_t keeper_incident(struct keeper *keeper, const struct incident *incident,
			 enum incident_news news, usec_t now);

/* The packets that made it, as a pcap file of at most STORE_EVIDENCE bytes; more is not kept. */
void keeper_evidence(struct keeper *keeper, uint64_t id, struct span pcap);

/* What the sensor counted: once a second. Totals are since the sensor began. */
struct keeper_tick {
	uint64_t packets, kernel_dropped; /* totals */
	uint64_t ring_lost;               /* total of what it saw but could not hand on */
	uint64_t in_pps, out_pps, in_bps, out_bps;   /* of this second; bit/s */
	uint64_t flows, flows_max;
	bool one_way;
	struct anomalies anomalies; /* totals */
	bool index;                 /* indicators are looked up: */
	uint64_t index_values;
	usec_t index_built;
};
void keeper_tick(struct keeper *keeper, const struct keeper_tick *tick, usec_t now);

/* How a process of the tower is, from the warden. At most KEEPER_PROCESSES different names. */
#define KEEPER_PROCESSES 16
struct keeper_process {
	char name[24]; /* "sensor", "web": the sensor's name begins with "sensor" */
	bool running;
	uint32_t restarts;
	usec_t since;
	uint64_t rss; /* bytes */
};
void keeper_process(struct keeper *keeper, const struct keeper_process *process);

/* ClamAV's daemon (mail.clamd): not asked, or not known yet; it answers; mail is examined without it. */
enum keeper_clamd { KEEPER_CLAMD_UNKNOWN, KEEPER_CLAMD_ANSWERS, KEEPER_CLAMD_AWAY };
void keeper_clamd(struct keeper *keeper, enum keeper_clamd clamd, usec_t now);

/* The time since the machine began, which nobody sets, and that beginning's id. First of all, and every second. */
#define KEEPER_BOOT 40
void keeper_boot(struct keeper *keeper, const char id[KEEPER_BOOT], usec_t since_boot);

/* What was derived for an incident, or what a rehearsal found. Nothing in it is believed. */
struct keeper_filter {
	enum action_verb verb;
	uint32_t limit;
	struct filter filter;
	struct effect effect;
};
struct keeper_filters {
	uint64_t about; /* as it was wanted */
	bool rehearse;  /* then only `known` and `effect` say something */
	bool known, likely, good; /* there were samples; they take nearly all and little else; nor is that chance */
	struct effect effect; /* of all together */
	struct keeper_filter all[KEEPER_FILTERS]; /* the best first */
	size_t count;
};
void keeper_filters(struct keeper *keeper, const struct keeper_filters *found, usec_t now);

/* What the warden has for hands, and what it never blocks. Arrays are copied, up to GUARD_MEMBERS. */
struct keeper_hands {
	struct keeper_hand {
		bool used, able;
		const char *why; /* it is not able, and the mend */
	} hands[HANDS]; /* by enum action_hand */
	const struct guard_member *never;
	size_t never_count;
};
void keeper_hands(struct keeper *keeper, const struct keeper_hands *hands);

/* A warden is there that knows of no order: all are said again. After keeper_boot() and keeper_hands(). */
void keeper_orders(struct keeper *keeper, usec_t now);
void keeper_undone(struct keeper *keeper, usec_t now); /* everything was taken back beside it: `undo-all --now` */
/* What became of an order, and what each action in force hit since it is. */
struct keeper_done {
	uint64_t id;
	enum action_state state; /* ACTIVE, ENDED, REFUSED or FAILED */
	enum action_hand hand;
	struct words why; /* not; empty: no word */
};
struct keeper_hits { uint64_t id, packets, bytes, known; };
void keeper_done(struct keeper *keeper, const struct keeper_done *done, usec_t now);
void keeper_hits(struct keeper *keeper, const struct keeper_hits *hits, size_t count, usec_t now);

/* About once a second: what expires, pushes that wait, the store. */
void keeper_due(struct keeper *keeper, usec_t now);

/* Answers one request (docs/tower.md) into `answer`, whatever the bytes are. Who asks decides what is believed: web tells
 * user and role, but no more than the user's account may; the control socket is held by the administrator of the machine. */
enum keeper_asker { ASKER_WEB, ASKER_CONTROL };
void keeper_op(struct keeper *keeper, enum keeper_asker asker, struct span request, usec_t now,
	       FILE *answer);

#endif
