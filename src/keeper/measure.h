/*
 * measure.h - how the tower itself is: what the sensor counts, how the processes are, whether it sees.
 */
#ifndef KEEPER_MEASURE_H
#define KEEPER_MEASURE_H

#include "base/json.h"
#include "keeper/keeper.h"
#include "store/store_series.h"

#define LOSS_SECONDS 10 /* over which lost packets are counted */

struct measure {
	struct keeper_tick tick; /* the last one */
	usec_t ticked;           /* when it came; 0: never */
	usec_t seen;             /* when there was a packet last; 0: never */
	struct {
		uint64_t packets, lost;
	} seconds[LOSS_SECONDS];
	unsigned at; /* the next of them */
	struct store_bin bin; /* that is being filled */
	struct keeper_process processes[KEEPER_PROCESSES];
	size_t process_count;
	struct store_stats stats; /* of the store, from a moment ago */
	usec_t stats_at;
};

/* Why the tower cannot see what goes by; NULL: it can. */
struct blindness {
	struct words why, todo;
};
const struct blindness *measure_blind(const struct keeper *keeper);

/* Every second: the store's numbers, now and then; the series into the batch. */
void measure_due(struct keeper *keeper);

/* What is known of all sensor processes together. */
struct keeper_process measure_sensor(const struct keeper *keeper);

/* The key "health" of STATUS. */
void health_json(struct json *json, const struct keeper *keeper);

/* A figure for programs. All of one name stand together. */
struct metric {
	const char *name, *help;
	bool counter;
	const char *label, *label_value; /* NULL: none */
};
void metric_json(struct json *json, const struct metric *metric, uint64_t value);
void metric_thousandths(struct json *json, const struct metric *metric, int64_t value);
void watched_metrics(struct json *json, const struct keeper *keeper); /* watched/figures.c */

#endif
