/*
 * alert.h - one opinion of one detector about one stretch of time.
 *
 * Detectors repeat an alert as long as what it tells goes on; incident/ groups the alerts of the
 * same rule, vector, direction and parties into one incident.
 */
#ifndef MODEL_ALERT_H
#define MODEL_ALERT_H

#include "estimate/sketch.h"
#include "base/span.h"
#include "model/home.h"
#include "policy/level.h"
#include "policy/severity.h"
#include "model/time.h"
#include "model/vector.h"

enum entity_kind {
	ENTITY_NONE,
	ENTITY_IP,      /* one address */
	ENTITY_PREFIX,  /* a network */
	ENTITY_SERVICE, /* an address and a port */
	ENTITY_MANY,    /* more addresses than are worth listing; the incident counts them */
	ENTITY_NAME,    /* a domain, URL, file or other thing with a name */
};

#define ENTITY_NAME_MAX 80 /* with the NUL */

struct entity {
	enum entity_kind kind;
	struct prefix prefix; /* IP and SERVICE: bits = 128 */
	uint16_t port;        /* SERVICE */
	char name[ENTITY_NAME_MAX]; /* NAME: printable ASCII, cut with "..." at its end */
};

#define EVIDENCE_KEY   40
#define EVIDENCE_VALUE 120
#define EVIDENCE_MAX   10

/* A fact that a person can check: "SYN per second now" = "12,400 (normal here: 35)". */
struct evidence {
	char key[EVIDENCE_KEY];
	char value[EVIDENCE_VALUE];
};

#define SAY_TEXT 480

enum alert_by {
	BY_WHO = 1,
	BY_WHOM = 2,
};

struct alert {
	const char *rule; /* the detector's name */
	enum vector vector;
	enum direction direction;
	enum severity severity;
	uint8_t confidence; /* 0 to 100 */
	enum level level;   /* the lowest at which it counts */
	struct entity who, whom;
	usec_t from, to;      /* the stretch of time this alert speaks of */
	uint64_t packets, bytes; /* in that stretch */
	uint64_t pps, bps;    /* the highest rate in it; bit/s */
	const struct hll *sources; /* borrowed; NULL: one, or not known */
	const struct hll *targets; /* the same */
	uint8_t by;           /* enum alert_by: which parties tell this case from others */
	usec_t quiet;         /* a case is over when it was silent for so long */
	const char *attack;   /* ATT&CK id, such as "T1498.001" */
	char say[SAY_TEXT];   /* one sentence */
	struct evidence why[EVIDENCE_MAX];
	uint8_t why_count;
};

/* A text that identifies the entity: an address, a prefix, "address:port", "many addresses". */
#define ENTITY_TEXT 96
char *entity_text(const struct entity *entity, char text[ENTITY_TEXT]);
const char *entity_kind_name(enum entity_kind kind); /* "ip", "prefix", "service", "many", "none" */

struct entity entity_ip(const struct ip *ip);
struct entity entity_service(const struct ip *ip, uint16_t port);
struct entity entity_name(struct span name); /* what is not printable becomes '?' */

/* Appends a piece of evidence, formatted; beyond EVIDENCE_MAX it is left out. */
void alert_why(struct alert *alert, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
