/*
 * process.h - the processes of `hinomi watch`, and the frames between them that app/ itself sends.
 *
 * What stands in docs/tower.md as code. What web asks and is answered has its frames in policy/tower.h,
 * the teller in respond/teller.h.
 */
#ifndef TOWER_PROCESS_H
#define TOWER_PROCESS_H

#include "action/guard.h"
#include "derive/derive.h"
#include "model/anomaly.h"
#include "policy/watched.h"
#include "process/ipc.h"

#include <stdint.h>

enum process {
	PROCESS_KEEPER,
	PROCESS_SENSOR,
	PROCESS_WEB,
	PROCESS_TELLER,
	PROCESS_MAIL,
	PROCESS_MILTER,
	PROCESS_BACKUP,
	PROCESS_SITE,
	PROCESSES,
};

const char *process_name(enum process process); /* "keeper" */

enum process_frame {
	/* warden to both ends of a channel; but the keeper's peers get theirs as TOWER_KEEPER (policy/tower.h) */
	FRAME_PEER = 0x40, /* u8 enum process, and the descriptor of the channel to it */
	FRAME_FACTS,    /* struct process_facts */
	FRAME_CONFIG,   /* struct config (config/config.h), read anew, without secrets */
	/* warden to sensor and mail */
	FRAME_INDEX,    /* the descriptor of an index of indicators */
	/* warden to mail */
	FRAME_CLAMD,    /* the descriptor of a connection to ClamAV's daemon */
	/* warden to sensor and keeper */
	FRAME_EVE,      /* the descriptor of the EVE log, to append to */
	/* sensor and milter to keeper */
	FRAME_ALERT,    /* tower/alert_frame.h */
	/* sensor to keeper */
	FRAME_TICK,     /* struct sensor_tick */
	FRAME_EVIDENCE, /* le64 incident, then the bytes of a pcap */
	/* keeper to sensor and milter */
	FRAME_LEVEL,    /* u8 enum level */
	/* keeper to sensor */
	FRAME_WANTED,   /* struct sensor_wanted */
	FRAME_FILTERS_WANTED, /* struct filters_wanted */
	/* sensor to keeper; docs/response.md */
	FRAME_FILTERS, /* struct filters_found */
	FRAME_KNOWN,   /* le64 incident, then addresses of 16 bytes: passed on to the warden as it is */
	/* keeper to warden */
	FRAME_ORDER,      /* struct order */
	FRAME_ORDERS_END, /* empty: all that are in force were said; what hands have besides is taken back */
	FRAME_ORDER_BACK, /* le64 id of the action */
	/* warden to keeper */
	FRAME_ORDER_DONE,    /* struct order_done */
	FRAME_ACTION_COUNTS, /* struct hand_count (hand/hand.h) of each action in force, one after the other */
	FRAME_HANDS,         /* struct hands_facts: when the channel begins, and when it changes */
	/* milter and sensor to mail, and its answer: mail/result_frame.h */
	/* milter to keeper, and its answer */
	FRAME_HOLD, /* le64 number, struct held (quarantine/held.h), then mail/result_frame.h */
	FRAME_HELD, /* le64 number, u8: 1 when it is on the disk */
	/* mail to keeper */
	FRAME_OPINION, /* u8 of ClamAV's daemon: 0 not known, 1 it answers, 2 mail is examined without it */
	/* backup and site to keeper (lookout/); besides FRAME_ALERT */
	FRAME_WATCHED, /* u8 enum watched_kind, u8 enum watched_news, u8 length of the name, the name, JSON */
	/* keeper to backup and site; besides FRAME_LEVEL */
	FRAME_WATCH_DO, /* JSON: what a person asks for, {"do": "verify", "name": "office", "user": "eve", ...} */
};

/* These go as they are: both ends are the same program. Their size is checked, their numbers are read
 * like any that a hostile process may send. */
struct process_facts {
	uint8_t process; /* enum process */
	uint8_t running;
	uint32_t restarts;
	int64_t since;     /* microseconds of UTC */
	uint64_t resident; /* bytes */
};

struct sensor_tick {
	int64_t at; /* microseconds of UTC */
	uint64_t packets; /* since the last tick, like all that has no unit of time */
	uint64_t in_pps, out_pps, in_bps, out_bps; /* bit/s */
	uint64_t kernel_dropped; /* ... by the kernel, as the ring was full */
	uint64_t ring_lost;      /* ... given back unread, as one of them may have killed a sensor */
	uint64_t alerts_lost;    /* opinions that the keeper's channel had no room for */
	uint64_t flows, flows_max;
	uint64_t anomalies[ANOMALY_COUNT]; /* in all */
	uint64_t index_values;
	int64_t index_built; /* 0: none */
	uint8_t one_way, capturing; /* capturing: an interface is up */
};

struct sensor_wanted {
	uint64_t incident;
	int64_t from, to;
	uint8_t who[16], whom[16]; /* addresses; all zero: any */
};

/* What of an attack is to be told from what. A rehearsal asks for the effect of one filter only. */
struct filters_wanted {
	uint64_t incident; /* of a rehearsal: the action */
	int64_t from;      /* when the attack began */
	struct prefix target;
	uint8_t vector;    /* enum vector */
	uint8_t rehearse;
	struct filter filter; /* of a rehearsal */
	uint8_t held_count;
	struct filter held[DERIVED_MAX]; /* what is dropped already, wherever that is done */
};

struct filters_found {
	uint64_t incident;
	uint8_t rehearse;     /* then only result.effect is filled */
	uint8_t known;        /* there were samples to say anything from */
	struct derive_result result;
};

/* `remains` in place of a time: the warden adds it to its own clock, which nobody sets. */
struct order {
	struct action action;
	int64_t remains; /* microseconds */
};

#define ORDER_LONGEST (366 * 86400 * USEC_PER_SEC) /* that any configuration allows */

struct order_done {
	uint64_t id;
	uint8_t state; /* enum action_state: ACTIVE, ENDED, REFUSED or FAILED */
	uint8_t hand;  /* enum action_hand that does it */
	char en[240], ja[240]; /* why not; else empty */
};

#define NEVER_TOLD 128
struct hands_facts {
	struct {
		uint8_t used, able; /* used: the configuration wants it */
		char why[240];      /* why not able, and the mend */
	} hands[HANDS];
	uint8_t undone; /* somebody took everything back by `undo-all --now` since this was told last */
	uint32_t never_count;
	struct guard_member never[NEVER_TOLD];
};

/* Copies a struct out of a frame's body. False: it has another size. */
bool frame_take(const struct ipc_frame *frame, void *into, size_t size);

/* The same of an order. False: it is none that our own keeper could have sent. */
bool order_take(const struct ipc_frame *frame, struct order *order);

/* A line on standard error: "hinomi[sensor]: ...". `who` is a process's name. */
void process_log(const char *who, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
