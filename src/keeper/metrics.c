/* metrics.c - numbers for programs, in the way of Prometheus: counters only grow, until a process ends. */
#include "keeper/keeper_private.h"
#include "keeper/op.h"

struct metric {
	const char *name, *help;
	bool counter;
	const char *label, *label_value; /* NULL: none */
};

static void metric_json(struct json *json, const struct metric *metric, uint64_t value)
{
	json_open_object(json);
	json_put_string(json, "name", metric->name);
	json_put_string(json, "help", metric->help);
	json_put_string(json, "type", metric->counter ? "counter" : "gauge");
	json_put_object(json, "labels");
	if (metric->label)
		json_put_string(json, metric->label, metric->label_value);
	json_close_object(json);
	json_put_uint(json, "value", value);
	json_close_object(json);
}

static void counter(struct json *json, const char *name, const char *help, uint64_t value)
{
	metric_json(json, &(struct metric){ .name = name, .help = help, .counter = true }, value);
}

static void gauge(struct json *json, const char *name, const char *help, uint64_t value)
{
	metric_json(json, &(struct metric){ .name = name, .help = help }, value);
}

static void sensor_metrics(struct json *json, const struct keeper_tick *tick)
{
	counter(json, "hinomi_packets_total", "Packets seen since the sensor began.", tick->packets);
	counter(json, "hinomi_kernel_dropped_total", "Packets that the kernel dropped before the sensor saw them.",
		tick->kernel_dropped);
	counter(json, "hinomi_ring_lost_total", "Frames passed over after a sensor died, as one of them may have killed it.", tick->ring_lost);
	gauge(json, "hinomi_in_packets_per_second", "Packets to our networks in the last second.", tick->in_pps);
	gauge(json, "hinomi_out_packets_per_second", "Packets from our networks in the last second.",
	      tick->out_pps);
	gauge(json, "hinomi_in_bits_per_second", "Bits to our networks in the last second.", tick->in_bps);
	gauge(json, "hinomi_out_bits_per_second", "Bits from our networks in the last second.", tick->out_bps);
	gauge(json, "hinomi_flows", "Conversations that are followed.", tick->flows);
	gauge(json, "hinomi_flows_max", "Conversations that can be followed at one time.", tick->flows_max);
	gauge(json, "hinomi_one_way", "1: only one direction of most conversations is seen.", tick->one_way);
	gauge(json, "hinomi_index_values", "Indicators that are looked up; 0: none.",
	      tick->index ? tick->index_values : 0);
	for (unsigned a = 0; a < ANOMALY_COUNT; a++) {
		struct metric metric = { .name = "hinomi_anomalies_total",
					 .help = "Malformed input, and bounds of the sensor that were reached.",
					 .counter = true,
					 .label = "name",
					 .label_value = anomaly_name((enum anomaly)a) };

		metric_json(json, &metric, tick->anomalies.count[a]);
	}
}

static void process_metrics(struct json *json, const struct measure *m)
{
	for (size_t n = 0; n < m->process_count; n++) {
		const struct keeper_process *p = &m->processes[n];
		struct metric metric = { .label = "process", .label_value = p->name };

		metric.name = "hinomi_process_running";
		metric.help = "1: the process runs.";
		metric_json(json, &metric, p->running);
		metric.name = "hinomi_process_resident_bytes";
		metric.help = "Memory of the process.";
		metric_json(json, &metric, p->rss);
		metric.name = "hinomi_process_restarts_total";
		metric.help = "How often the process was begun anew.";
		metric.counter = true;
		metric_json(json, &metric, p->restarts);
	}
}

static void incident_metrics(struct json *json, const struct cases *cases)
{
	uint64_t open[SEVERITY_CRITICAL + 1] = { 0 }, candidates = 0;

	for (size_t n = 0; n < cases->count; n++) {
		const struct kept *kept = cases->kept[n];

		candidates += !kept->shown;
		open[kept->incident.severity] += kept->shown && kept->open;
	}
	for (enum severity s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++) {
		struct metric metric = { .name = "hinomi_incidents_open",
					 .help = "Open incidents.",
					 .label = "severity",
					 .label_value = severity_name(s) };

		metric_json(json, &metric, open[s]);
	}
	gauge(json, "hinomi_candidates", "Cases that would count at a tighter level.", candidates);
	counter(json, "hinomi_incidents_evicted_total", "Incidents that were no longer followed, for want of room.",
		cases->evicted);
}

static void keeper_metrics(struct json *json, const struct keeper *keeper)
{
	const struct store_stats *stats = &keeper->measure.stats;

	gauge(json, "hinomi_level", "The vigilance level: 0 normal, 1 guarded, 2 high, 3 severe.",
	      vigilance_now(&keeper->vigilance));
	gauge(json, "hinomi_blind", "1: the tower cannot see what goes by.", measure_blind(keeper) != NULL);
	gauge(json, "hinomi_exceptions", "Exceptions in force.", keeper->exceptions.count);
	gauge(json, "hinomi_store_bytes", "Size of what is stored.", stats->bytes);
	gauge(json, "hinomi_store_incidents", "Incidents that are stored.", stats->incidents);
	counter(json, "hinomi_store_incidents_dropped_total", "Incidents deleted for want of room.",
		stats->incidents_dropped);
	counter(json, "hinomi_store_failures_total", "Times that something could not be stored.",
		keeper->store_failures);
	gauge(json, "hinomi_messages_waiting", "Messages to people that are not sent yet.", stats->waiting);
	counter(json, "hinomi_messages_dropped_total", "Messages to people that were dropped for want of room.",
		stats->messages_dropped);
	counter(json, "hinomi_told_total", "Things that people were to be told.", keeper->told);
	counter(json, "hinomi_pushes_total", "Events for browsers.", keeper->pushes);
	counter(json, "hinomi_operations_total", "Operations that were asked for.", keeper->ops);
	counter(json, "hinomi_operations_refused_total", "Of these, those that were refused or failed.",
		keeper->ops_refused);
}

void op_metrics(struct op *op)
{
	json_open_object(op->json);
	json_put_array(op->json, "metrics");
	sensor_metrics(op->json, &op->keeper->measure.tick);
	process_metrics(op->json, &op->keeper->measure);
	incident_metrics(op->json, &op->keeper->cases);
	keeper_metrics(op->json, op->keeper);
	json_close_array(op->json);
	json_close_object(op->json);
}
