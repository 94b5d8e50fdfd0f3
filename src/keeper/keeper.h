/*
 * keeper.h - the mind of the tower: incidents in, operations answered, news out.
 *
 * No sockets and no clock: app/ joins it with both, and `now` comes in with every call. What it must still
 * know after a restart is in the store, which only it uses. Requests may come from a process that was
 * broken into: nothing in them is believed, and memory is bounded whatever comes in.
 */
#ifndef KEEPER_KEEPER_H
#define KEEPER_KEEPER_H

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

/* Arrays and texts are borrowed until keeper_configure() or keeper_free(). */
struct keeper_settings {
	struct store_keeping keeping; /* at LEVEL_NORMAL; a higher level may keep for longer */
	const struct keeper_target *targets;
	size_t target_count;
	const struct keeper_plan *plans; /* besides those that people made */
	size_t plan_count;
};

/* What people are to be told. Borrowed for the call. */
enum keeper_news {
	KEEPER_OPENED, /* an incident opened, became more severe, ended */
	KEEPER_WORSE,
	KEEPER_ENDED,
	KEEPER_LEVEL,   /* the level changed */
	KEEPER_TROUBLE, /* the tower itself: it is blind, or cannot store; and that this is over */
};
struct keeper_message {
	enum keeper_news news;
	usec_t at;
	enum severity severity;
	enum level level; /* that holds now */
	const struct incident *incident; /* its id is the one for people; NULL: not about one */
	struct words title, summary, todo; /* todo: the steps, one a line; may be empty */
};

/* Where news go. None of these may call the keeper. */
struct keeper_out {
	void *whom;
	void (*push)(void *whom, struct span json); /* {"push": NAME, "data": ...} for browsers */
	void (*tell)(void *whom, const struct keeper_message *message);
	void (*level)(void *whom, enum level level); /* it changed; also told by keeper_new() */
	bool (*test)(void *whom, const char *target); /* a test message; false: not queued */
};

/* Loads what is open, in force and planned. NULL: no memory, or the store failed: store_trouble(). The
 * store stays the caller's. */
struct keeper *keeper_new(const struct keeper_settings *settings, struct store *store,
			  const struct keeper_out *out, usec_t now);
/* Puts what waits into the store. NULL is allowed. */
void keeper_free(struct keeper *keeper);

/* Other settings from now on, without losing anything. */
void keeper_configure(struct keeper *keeper, const struct keeper_settings *settings);

enum level keeper_level(const struct keeper *keeper);

/*
 * An incident, as incidents_tell() visits it; its `id` is that of the grouping, which begins anew with the
 * process. Returns the id under which it is kept, the same over restarts, for people and for
 * keeper_evidence(); 0: it is not kept, because it does not count at this level or too many are open.
 */
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

/* About once a second: what expires, pushes that wait, the store. */
void keeper_due(struct keeper *keeper, usec_t now);

/*
 * Answers one request (docs/tower.md) into `answer`, whatever the bytes are. Who asks decides what is
 * believed: web tells user and role, but no more than the user's account may; the control socket is
 * held by the administrator of the machine.
 */
enum keeper_asker { ASKER_WEB, ASKER_CONTROL };
void keeper_op(struct keeper *keeper, enum keeper_asker asker, struct span request, usec_t now,
	       FILE *answer);

#endif
