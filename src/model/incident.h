/*
 * incident.h - one case: all alerts of the same kind about the same parties.
 */
#ifndef MODEL_INCIDENT_H
#define MODEL_INCIDENT_H

#include "model/alert.h"

struct incident {
	uint64_t id;  /* 1, 2, ... in the order of opening */
	uint64_t key; /* of what tells cases apart (rule, vector, direction, parties): the same in every run */
	const char *rule;
	enum vector vector;
	enum direction direction;
	enum severity severity; /* the highest of its alerts */
	uint8_t confidence;     /* the highest of its alerts */
	enum level level;       /* the lowest of its alerts: from it on the case is told */
	struct entity who, whom;
	usec_t opened, peaked, closed;
	bool ongoing; /* the input ended while it went on: `closed` is when it was last seen */
	uint64_t alerts;
	uint64_t packets, bytes;
	uint64_t peak_pps, peak_bps;
	uint64_t sources; /* estimated distinct sources */
	uint64_t targets; /* estimated distinct targets */
	uint64_t group;   /* incidents with the same number are vectors of one attack; 0: alone */
	const char *attack;
	char say[SAY_TEXT];
	struct evidence why[EVIDENCE_MAX];
	uint8_t why_count;
	const char *advice; /* what to do now, one step a line */
	const char *title;  /* "SYN flood", "Port scan": what it is, for a headline */
};

#endif
