/*
 * grouping.h - from the sensor's alerts to cases: read, grouped, told, and asked for evidence of.
 */
#ifndef TOWER_GROUPING_H
#define TOWER_GROUPING_H

#include "incident/incidents.h"
#include "tower/process.h"

struct grouping;

struct grouping_out {
	void *whom;
	/* Keeps what is new of a case; returns the number under which it is kept, 0: it does not count. */
	uint64_t (*keep)(void *whom, const struct incident *incident, enum incident_news news, usec_t now);
	/* A case counts for the first time. */
	void (*counts)(void *whom, const struct incident *incident);
	/* The sensor is to be asked for the packets of a case. */
	void (*want)(void *whom, const struct sensor_wanted *wanted);
};

/* NULL: no memory. Caller owns it. */
struct grouping *grouping_new(const struct grouping_out *out);
void grouping_free(struct grouping *grouping);

/* A FRAME_ALERT. `rules`: how the rules begin that its sender may tell of; NULL: any. */
void grouping_alert(struct grouping *grouping, const struct ipc_frame *frame, const char *rules);

/* Tells what is new. Several times a second. */
void grouping_turn(struct grouping *grouping, usec_t now);

#endif
