/*
 * measure.c - ticks of the sensor, facts about processes, the series of traffic; and all of it as numbers for
 * programs, in the way of Prometheus: counters only grow, until a process ends.
 */
#include "keeper/measure.h"

#include "keeper/keeper_private.h"
#include "keeper/op.h"

#include <stdlib.h>
#include <string.h>

#define TICK_LOST   (5 * USEC_PER_SEC)  /* without a tick: the sensor is stuck */
#define SILENT      (60 * USEC_PER_SEC) /* without a packet: even an idle network says something */
#define LOSS_SHARE  100                 /* one lost of so many is too much */
#define STATS_EVERY (10 * USEC_PER_SEC)
#define MINUTES_MAX 10080

static const struct blindness no_sensor = {
	{ "The tower is blind: the process that watches the traffic does not run.",
	  "監視できていません。通信を見るプロセスが動いていません。" },
	{ "Look at the tower's own log: journalctl -u hinomi.", "見張り台のログを確認してください：journalctl -u hinomi" },
};
static const struct blindness no_tick = {
	{ "The tower is blind: nothing is heard of the process that watches the traffic.",
	  "監視できていません。通信を見るプロセスから応答がありません。" },
	{ "Look at the tower's own log: journalctl -u hinomi.", "見張り台のログを確認してください：journalctl -u hinomi" },
};
static const struct blindness no_packets = {
	{ "The tower is blind: no packet has come by for a minute.",
	  "監視できていません。1 分以上パケットが届いていません。" },
	{ "Check the cable, the mirror port and the interface that is watched.",
	  "ケーブル、ミラーポート、監視対象のインターフェースを確認してください。" },
};
static const struct blindness losing = {
	{ "The tower sees only a part: packets are lost because there are too many.",
	  "一部しか監視できていません。パケットが多すぎて取りこぼしています。" },
	{ "Give the sensor more processors or a larger ring, or watch less.",
	  "センサーに割り当てる CPU や受信バッファーを増やすか、監視対象を減らしてください。" },
};

static bool is_sensor(const struct keeper_process *process)
{
	return strncmp(process->name, "sensor", 6) == 0;
}

struct keeper_process measure_sensor(const struct keeper *keeper)
{
	const struct measure *m = &keeper->measure;
	struct keeper_process all = { .name = "sensor", .running = true };
	bool any = false;

	for (size_t n = 0; n < m->process_count; n++) {
		if (!is_sensor(&m->processes[n]))
			continue;
		any = true;
		all.running &= m->processes[n].running;
		all.restarts += m->processes[n].restarts;
	}
	all.running &= any;
	return all;
}

static bool loses_packets(const struct measure *m)
{
	uint64_t packets = 0, lost = 0;

	for (unsigned n = 0; n < LOSS_SECONDS; n++) {
		packets += m->seconds[n].packets;
		lost += m->seconds[n].lost;
	}
	return lost > 0 && lost >= (packets + lost) / LOSS_SHARE;
}

const struct blindness *measure_blind(const struct keeper *keeper)
{
	const struct measure *m = &keeper->measure;
	usec_t heard = m->ticked > keeper->since ? m->ticked : keeper->since;
	usec_t seen = m->seen > keeper->since ? m->seen : keeper->since;

	if (!measure_sensor(keeper).running)
		return &no_sensor;
	if (keeper->now - heard >= TICK_LOST)
		return &no_tick;
	if (keeper->now - seen >= SILENT)
		return &no_packets;
	return loses_packets(m) ? &losing : NULL;
}

/* How much a total grew; a sensor that was begun anew counts from 0. */
static uint64_t grown(uint64_t now, uint64_t before)
{
	return now >= before ? now - before : now;
}

static void bin_flush(struct keeper *keeper)
{
	struct store_bin *bin = &keeper->measure.bin;

	if (bin->seconds)
		keeper_stored(keeper, store_series_add(keeper->store, bin));
	memset(bin, 0, sizeof(*bin));
}

static void bin_add(struct keeper *keeper, const struct keeper_tick *tick, uint64_t lost)
{
	struct store_bin *bin = &keeper->measure.bin;
	int64_t from = keeper->now / USEC_PER_SEC;

	from -= from % STORE_SERIES_STEP;
	if (bin->from != from)
		bin_flush(keeper);
	bin->from = from;
	bin->seconds++;
	bin->in_packets += tick->in_pps;
	bin->out_packets += tick->out_pps;
	bin->in_bytes += tick->in_bps / 8;
	bin->out_bytes += tick->out_bps / 8;
	bin->dropped += lost;
}

static void tick_push(struct keeper *keeper, const struct keeper_tick *tick, uint64_t lost)
{
	struct buffer data;

	if (!buffer_open(&data))
		return;
	json_open_object(&data.json);
	json_put_uint(&data.json, "t", (uint64_t)(keeper->now / USEC_PER_SEC));
	json_put_uint(&data.json, "in_pps", tick->in_pps);
	json_put_uint(&data.json, "out_pps", tick->out_pps);
	json_put_uint(&data.json, "in_bps", tick->in_bps);
	json_put_uint(&data.json, "out_bps", tick->out_bps);
	json_put_uint(&data.json, "dropped", lost);
	json_close_object(&data.json);
	news_push(keeper, "tick", &data);
}

void keeper_tick(struct keeper *keeper, const struct keeper_tick *tick, usec_t now)
{
	struct measure *m = &keeper->measure;
	uint64_t packets = grown(tick->packets, m->tick.packets);
	uint64_t lost = grown(tick->kernel_dropped, m->tick.kernel_dropped);

	keeper->now = now;
	m->tick = *tick;
	m->ticked = now;
	if (packets)
		m->seen = now;
	m->seconds[m->at].packets = packets;
	m->seconds[m->at].lost = lost;
	m->at = (m->at + 1) % LOSS_SECONDS;
	bin_add(keeper, tick, lost);
	tick_push(keeper, tick, lost);
}

void keeper_process(struct keeper *keeper, const struct keeper_process *process)
{
	struct measure *m = &keeper->measure;
	size_t n = 0;

	while (n < m->process_count && strcmp(m->processes[n].name, process->name) != 0)
		n++;
	if (n == KEEPER_PROCESSES)
		return;
	m->processes[n] = *process;
	if (n == m->process_count)
		m->process_count++;
}

void measure_due(struct keeper *keeper)
{
	struct measure *m = &keeper->measure;

	if (m->bin.seconds && keeper->now / USEC_PER_SEC >= m->bin.from + STORE_SERIES_STEP)
		bin_flush(keeper);
	if (!time_is_due(keeper->now, m->stats_at, STATS_EVERY))
		return;
	m->stats_at = keeper->now;
	keeper_stored(keeper, store_stats(keeper->store, &m->stats));
}

static void sensor_json(struct json *json, const struct keeper *keeper)
{
	const struct keeper_tick *tick = &keeper->measure.tick;
	struct keeper_process sensor = measure_sensor(keeper);

	json_put_object(json, "sensor");
	json_put_bool(json, "running", sensor.running);
	json_put_uint(json, "restarts", sensor.restarts);
	json_put_uint(json, "packets", tick->packets);
	json_put_uint(json, "kernel_dropped", tick->kernel_dropped);
	json_put_uint(json, "ring_lost", tick->ring_lost);
	json_put_uint(json, "flows", tick->flows);
	json_put_uint(json, "flows_max", tick->flows_max);
	json_put_bool(json, "one_way", tick->one_way);
	json_close_object(json);
}

static void processes_json(struct json *json, const struct measure *m)
{
	json_put_array(json, "processes");
	for (size_t n = 0; n < m->process_count; n++) {
		json_open_object(json);
		json_put_string(json, "name", m->processes[n].name);
		json_put_bool(json, "running", m->processes[n].running);
		json_put_uint(json, "restarts", m->processes[n].restarts);
		time_put(json, "since", m->processes[n].since);
		json_put_uint(json, "rss", m->processes[n].rss);
		json_close_object(json);
	}
	json_close_array(json);
}

static void index_json(struct json *json, const struct keeper_tick *tick)
{
	json_key(json, "index");
	if (!tick->index) {
		json_write_null(json);
		return;
	}
	json_open_object(json);
	json_put_uint(json, "values", tick->index_values);
	time_put(json, "built", tick->index_built);
	json_close_object(json);
}

static void clamd_json(struct json *json, const struct status *status)
{
	json_key(json, "clamd");
	if (status->clamd == KEEPER_CLAMD_UNKNOWN) {
		json_write_null(json);
		return;
	}
	json_open_object(json);
	json_put_bool(json, "answers", status->clamd == KEEPER_CLAMD_ANSWERS);
	time_put(json, "since", status->clamd_since);
	json_close_object(json);
}

static void bound_json(struct json *json, const char *name, uint64_t reached)
{
	json_open_object(json);
	json_put_string(json, "name", name);
	json_put_uint(json, "reached", reached);
	json_close_object(json);
}

void health_json(struct json *json, const struct keeper *keeper)
{
	const struct measure *m = &keeper->measure;

	json_put_object(json, "health");
	sensor_json(json, keeper);
	processes_json(json, m);
	json_put_object(json, "store");
	json_put_uint(json, "bytes", m->stats.bytes);
	time_put(json, "oldest", m->stats.oldest);
	json_put_uint(json, "waiting", m->stats.waiting);
	json_close_object(json);
	index_json(json, &m->tick);
	clamd_json(json, &keeper->status);
	json_put_array(json, "bounds");
	for (unsigned a = 0; a < ANOMALY_COUNT; a++)
		if (anomaly_is_bound((enum anomaly)a))
			bound_json(json, anomaly_name((enum anomaly)a), m->tick.anomalies.count[a]);
	bound_json(json, "incidents.open", keeper->cases.evicted);
	bound_json(json, "store.incidents", m->stats.incidents_dropped);
	bound_json(json, "store.messages", m->stats.messages_dropped);
	bound_json(json, "watched.backups", keeper->status.sums[WATCHER_BACKUPS].full);
	bound_json(json, "watched.sites", keeper->status.sums[WATCHER_SITES].full);
	json_close_array(json);
	json_put_string(json, "version", HINOMI_VERSION);
	time_put(json, "since", keeper->since);
	json_close_object(json);
}

/* The traffic in steps, each of which is a bin or a gap. */
struct traffic {
	struct store_span span;
	size_t steps;
	struct store_bin *bins;
};

static bool traffic_visit(void *whom, const struct store_bin *bin)
{
	struct traffic *t = whom;
	int64_t at = (bin->from - t->span.from) / t->span.step;

	if (at >= 0 && (size_t)at < t->steps)
		t->bins[at] = *bin;
	return true;
}

static uint64_t bin_value(const struct store_bin *bin, unsigned series)
{
	switch (series) {
	case 0:
		return bin->in_packets / bin->seconds;
	case 1:
		return bin->out_packets / bin->seconds;
	case 2:
		return bin->in_bytes * 8 / bin->seconds;
	case 3:
		return bin->out_bytes * 8 / bin->seconds;
	default:
		return bin->dropped;
	}
}

static void traffic_json(struct json *json, const struct traffic *t)
{
	static const char *const names[] = { "in_pps", "out_pps", "in_bps", "out_bps", "dropped" };

	json_open_object(json);
	json_put_uint(json, "from", (uint64_t)t->span.from);
	json_put_uint(json, "step", t->span.step);
	for (unsigned series = 0; series < sizeof(names) / sizeof(names[0]); series++) {
		json_put_array(json, names[series]);
		for (size_t n = 0; n < t->steps; n++) {
			if (t->bins[n].seconds)
				json_uint(json, bin_value(&t->bins[n], series));
			else
				json_write_null(json);
		}
		json_close_array(json);
	}
	json_close_object(json);
}

void op_traffic(struct op *op)
{
	uint64_t minutes = op_number(op, "minutes", MINUTES_MAX, 60);
	uint32_t step = minutes <= 180 ? STORE_SERIES_STEP : minutes <= 1440 ? 60 : 600;
	int64_t to = op->now / USEC_PER_SEC / step * step + step;
	struct traffic t = { .span = { .to = to, .step = step }, .steps = minutes * 60 / step };

	if (op->code != OP_OK)
		return;
	t.span.from = to - (int64_t)t.steps * step;
	t.bins = calloc(t.steps, sizeof(*t.bins));
	bin_flush(op->keeper);
	if (!t.bins)
		op_fail(op, OP_FAILED, NULL, (struct words){ "not enough memory", "メモリーが足りません" });
	else if (op_stored(op, store_series_list(op->keeper->store, &t.span, traffic_visit, &t)))
		traffic_json(op->json, &t);
	free(t.bins);
}

/* All but the value, whose key is written. */
static void metric_head(struct json *json, const struct metric *metric)
{
	json_open_object(json);
	json_put_string(json, "name", metric->name);
	json_put_string(json, "help", metric->help);
	json_put_string(json, "type", metric->counter ? "counter" : "gauge");
	json_put_object(json, "labels");
	if (metric->label)
		json_put_string(json, metric->label, metric->label_value);
	json_close_object(json);
	json_key(json, "value");
}

void metric_json(struct json *json, const struct metric *metric, uint64_t value)
{
	metric_head(json, metric);
	json_uint(json, value);
	json_close_object(json);
}

void metric_thousandths(struct json *json, const struct metric *metric, int64_t value)
{
	metric_head(json, metric);
	json_thousandths(json, value);
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
	if (keeper->status.clamd != KEEPER_CLAMD_UNKNOWN)
		gauge(json, "hinomi_clamd_answers", "1: ClamAV's daemon answers; 0: mail is examined without it.",
		      keeper->status.clamd == KEEPER_CLAMD_ANSWERS);
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

static void action_metrics(struct json *json, const struct keeper *keeper)
{
	gauge(json, "hinomi_actions", "Actions in force.", actions_live(keeper, 0));
	gauge(json, "hinomi_actions_suggested", "Actions that wait for a person.", actions_suggested(keeper, 0));
	counter(json, "hinomi_actions_refused_total", "Actions of the tower's own that the guard refused.",
		keeper->actions.refused);
}

void op_metrics(struct op *op)
{
	json_open_object(op->json);
	json_put_array(op->json, "metrics");
	sensor_metrics(op->json, &op->keeper->measure.tick);
	process_metrics(op->json, &op->keeper->measure);
	incident_metrics(op->json, &op->keeper->cases);
	keeper_metrics(op->json, op->keeper);
	action_metrics(op->json, op->keeper);
	watched_metrics(op->json, op->keeper);
	json_close_array(op->json);
	json_close_object(op->json);
}
