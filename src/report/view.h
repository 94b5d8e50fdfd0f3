/*
 * view.h - what there is to tell, before it takes the form of a terminal or of a page: the order,
 * the answer in a sentence, and facts as label and value, in plain words.
 *
 * The texts below may hold text from outside; who writes them out escapes it.
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include "base/text.h"
#include "model/incident.h"
#include "model/run.h"

/* One incident in its place: the most severe attack first, then by time. */
struct view_item {
	const struct incident *incident;
	enum severity severity; /* the highest of the attack it belongs to */
	usec_t opened;          /* the earliest of it */
	unsigned attack;        /* 1, 2, ...: incidents of one group share it */
	unsigned part, parts;   /* which vector of the attack this is: 0, 1, ... of so many */
};

struct view {
	struct view_item *items; /* NULL when there are none */
	size_t count;
	unsigned attacks;  /* above INFO */
	unsigned remarks;  /* INFO only */
	unsigned ongoing;  /* attacks that went on when the input ended */
	unsigned internal; /* attacks that come from our own networks */
};

MUST_USE enum err view_new(struct view *view, const struct incident *incidents, size_t count);
void view_free(struct view *view);

#define VIEW_TEXT 400

/* The answer: does this need a person, and how much? */
struct answer {
	bool judged; /* false: there was nothing to judge by */
	bool calm;   /* nothing above INFO */
	enum severity severity;
	char headline[VIEW_TEXT];
	char detail[VIEW_TEXT];
};

void view_answer(struct answer *answer, const struct view *view, const struct run *run);

/* A label and its value. */
struct fact {
	const char *label;
	char value[VIEW_TEXT];
};

#define VIEW_FACTS 12

/* Times, sizes, how sure; at most VIEW_FACTS. Returns how many. */
unsigned view_incident_facts(const struct incident *incident, struct fact facts[VIEW_FACTS]);

/* Time span, traffic, kinds, conversations, bounds. */
unsigned view_run_facts(const struct run *run, struct fact facts[VIEW_FACTS]);

/* "12,345 packets, 9.8 MB" */
void view_input(const struct input *input, char text[VIEW_TEXT]);

/* What is taken as ours, and why. */
void view_home(const struct home *home, char prefixes[VIEW_TEXT], char why[VIEW_TEXT]);

/* "about 4,200 addresses → 203.0.113.10:443" */
void view_parties(const struct incident *incident, char text[VIEW_TEXT]);
const char *view_direction(enum direction direction);

/* "HIGH 重要" */
void view_severity(enum severity severity, char text[TEXT_NUMBER]);

/* "SYN flood + NTP reflection": the titles of an attack's incidents, from its first item on. */
void view_attack_title(const struct view_item *item, char text[VIEW_TEXT]);

/* What the kind of packets is, for who never heard of it; "" when there is nothing to explain. */
const char *view_gloss(const struct incident *incident);

/* The time between, never negative, whatever a hostile capture says. */
usec_t view_length(usec_t from, usec_t to);

/* Flushes; ERR_READ when anything written so far has failed. */
MUST_USE enum err view_flush(FILE *out);

#endif
