/*
 * sensor_process.c - the process that looks at packets: rings in, alerts, ticks and evidence out.
 *
 * It alone holds hostile bytes in bulk, and nothing else: no files, no network. What it is given (rings,
 * the EVE log to append to, an index of indicators) comes as open descriptors.
 */
#include "overhear/overhear_line.h"
#include "tower/alert_frame.h"
#include "tower/eve_log.h"
#include "app/pipeline.h"
#include "app/remedy.h"
#include "app/replay.h"
#include "tower/process.h"
#include "tower/watch.h"
#include "base/cursor.h"
#include "process/loop.h"
#include "capture/recent.h"
#include "policy/tower.h"
#include "report/report.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH        512     /* frames taken out of a ring at a time */
#define TURNS        64      /* batches of one ring before others get their turn */
#define CLOCK_EVERY  50000   /* microseconds */
#define TICK_EVERY   USEC_PER_SEC
#define STATS_EVERY  10      /* ticks between two "stats" events in the EVE log */
#define QUEUE        (8u << 20)
#define RECENT_SNAP  512     /* bytes of a frame that are kept for evidence: headers and what was said */
#define BACKLOG      (1u << 20) /* alerts kept while no keeper is there */
#define EVIDENCE_MAX_BYTES (256u << 10)

static const char self[] = "sensor";

struct ring {
	struct sensing *all;
	struct live *live;
	struct live_counts told;
};

struct sensing {
	const struct watch *watch;
	struct loop *loop;
	struct ipc *warden, *keeper; /* keeper: NULL while there is none */
	struct ring rings[WATCH_RINGS];
	int sockets[WATCH_RINGS + 1]; /* of the rings; -1 ends them */
	size_t ring_count;
	struct replay *replay; /* instead of rings; NULL: none */
	struct pipeline *pipeline;
	struct recent *recent;
	struct remedy *remedy;
	struct index_watch *index;
	struct pen backlog;
	uint64_t alerts_lost;
	int64_t next_tick;
	unsigned ticks;
	struct overhear *overhear; /* mail that passes by; NULL: it is not wanted */
	struct overhear_line *mail;
	struct eve_log eve;
	struct run run;
	struct frame frames[BATCH];
};

/* To the keeper; false when it is not there, or does not take it. */
static bool send_keeper(struct sensing *s, uint16_t type, struct span body)
{
	return s->keeper && ipc_send(s->keeper, type, body, -1) == OK;
}

static void sensing_alert(void *whom, const struct alert *alert)
{
	struct sensing *s = whom;
	uint8_t room[ALERT_FRAME_MAX];
	struct pen pen = pen_init(room, sizeof(room));

	alert_frame_write(&pen, alert);
	if (pen.cut || send_keeper(s, FRAME_ALERT, (struct span){ room, pen.used }))
		return;
	if (s->keeper || s->backlog.size - s->backlog.used < pen.used + 2) {
		s->alerts_lost++;
		return;
	}
	pen_le(&s->backlog, pen.used, 2);
	pen_span(&s->backlog, (struct span){ room, pen.used });
}

static void leave_keeper(struct sensing *s)
{
	if (!s->keeper)
		return;
	loop_forget(s->loop, ipc_fd(s->keeper));
	ipc_free(s->keeper);
	s->keeper = NULL;
}

/* A keeper is there (again). */
static void take_keeper(struct sensing *s, struct ipc *keeper)
{
	struct cur c = cur_init((struct span){ s->backlog.room, s->backlog.used });

	s->keeper = keeper;
	while (c.left)
		s->alerts_lost += !send_keeper(s, FRAME_ALERT, cur_span(&c, cur_le16(&c)));
	s->backlog.used = 0;
}

static void eve_sink(void *whom, const struct flow *flow, enum flow_end why)
{
	struct sensing *s = whom;

	if (s->eve.fd >= 0)
		eve_flow(s->eve.out, flow, why == FLOW_END_TIMEOUT ? "timeout" : "forced");
}

static void eve_event_sink(void *whom, const struct event *event)
{
	struct sensing *s = whom;

	if (s->eve.fd >= 0)
		eve_event(s->eve.out, event);
}

static void take_frames(struct sensing *s, size_t count)
{
	if (s->recent)
		recent_add(s->recent, s->frames, count);
	remedy_frames(s->remedy, s->frames, count);
	pipeline_frames(s->pipeline, s->frames, count);
}

static void ring_ready(void *whom, unsigned events)
{
	struct ring *ring = whom;
	struct sensing *s = ring->all;
	size_t count;

	(void)events; /* an interface that is down or up again: live_link() knows */
	for (unsigned turn = 0; turn < TURNS; turn++) {
		count = live_read(ring->live, s->frames, BATCH);
		if (count == 0)
			break;
		take_frames(s, count);
	}
}

static void replay_on(struct sensing *s, int64_t now)
{
	size_t count;

	while ((count = replay_read(s->replay, now, s->frames, BATCH)) > 0)
		take_frames(s, count);
}

static void add_drops(struct sensing *s, struct sensor_tick *tick)
{
	for (size_t i = 0; i < s->ring_count; i++) {
		struct ring *ring = &s->rings[i];
		struct live_counts now;

		live_counts(ring->live, &now);
		tick->kernel_dropped += now.dropped - ring->told.dropped;
		tick->ring_lost += now.skipped - ring->told.skipped;
		tick->capturing |= live_link(ring->live) == LIVE_UP;
		ring->told = now;
	}
}

static uint64_t per_second(uint64_t count, unsigned windows)
{
	return windows ? count * WINDOWS_PER_SEC / windows : 0;
}

static void send_tick(struct sensing *s, int64_t now)
{
	struct pipeline_traffic traffic = pipeline_take_traffic(s->pipeline);
	struct run *run = &s->run;
	struct sensor_tick tick;

	memset(&tick, 0, sizeof(tick)); /* the padding too: it leaves the process */
	memset(run, 0, sizeof(*run));
	pipeline_report(s->pipeline, run);
	tick.at = now;
	tick.packets = traffic.sum.packets;
	tick.in_pps = per_second(traffic.sum.in_packets, traffic.windows);
	tick.out_pps = per_second(traffic.sum.out_packets, traffic.windows);
	tick.in_bps = 8 * per_second(traffic.sum.in_bytes, traffic.windows);
	tick.out_bps = 8 * per_second(traffic.sum.out_bytes, traffic.windows);
	tick.capturing = s->replay != NULL;
	add_drops(s, &tick);
	tick.alerts_lost = s->alerts_lost;
	tick.flows = run->flows_peak;
	tick.flows_max = s->watch->config->watch.max_flows;
	memcpy(tick.anomalies, run->anomalies.count, sizeof(tick.anomalies));
	tick.index_values = run->index.values;
	tick.index_built = run->index.used ? run->index.built : 0;
	tick.one_way = run->one_way;
	if (s->eve.fd >= 0 && s->ticks++ % STATS_EVERY == 0)
		eve_stats(s->eve.out, run);
	if (send_keeper(s, FRAME_TICK, (struct span){ (uint8_t *)&tick, sizeof(tick) }))
		s->alerts_lost = 0;
}

static void overhear_turn(struct sensing *s)
{
	uint64_t lost = s->mail ? overhear_line_turn(s->mail) : 0;

	if (lost)
		process_log(self, "mails that passed by and were not examined: %llu", (unsigned long long)lost);
}

static void sensing_clock(void *whom, int64_t now)
{
	struct sensing *s = whom;

	if (s->replay)
		replay_on(s, now);
	for (size_t i = 0; i < s->ring_count; i++)
		ring_ready(&s->rings[i], 0); /* also when nothing wakes us: an interface that went is told so */
	pipeline_clock(s->pipeline, now);
	if (now >= s->next_tick || s->next_tick - now > 2 * TICK_EVERY) { /* or the clock was set back */
		s->next_tick = now - now % TICK_EVERY + TICK_EVERY;
		send_tick(s, now);
	}
	overhear_turn(s);
	eve_log_flush(&s->eve);
	if (s->keeper && ipc_flush(s->keeper) != OK)
		leave_keeper(s);
}

static struct prefix prefix_of(const uint8_t bytes[16])
{
	struct ip ip;

	memcpy(ip.b, bytes, sizeof(ip.b));
	return ip_prefix(&ip, 128);
}

/* Sends what the ring of recent frames has about an incident; nothing when it has nothing. */
static void send_evidence(struct sensing *s, const struct sensor_wanted *wanted)
{
	static const uint8_t any[16];
	struct recent_wish wish = { .from = wanted->from, .to = wanted->to,
				    .bytes_max = EVIDENCE_MAX_BYTES };
	struct pcap_write file;
	struct recent_cut cut;
	struct span bytes;
	uint8_t *body;

	if (memcmp(wanted->who, any, sizeof(any)) != 0)
		wish.party[wish.parties++] = prefix_of(wanted->who);
	if (memcmp(wanted->whom, any, sizeof(any)) != 0)
		wish.party[wish.parties++] = prefix_of(wanted->whom);
	if (!s->recent || recent_cut(s->recent, &wish, &file, &cut) != OK)
		return;
	bytes = (struct span){ file.bytes, file.len };
	body = malloc(sizeof(wanted->incident) + bytes.len);
	if (body) {
		memcpy(body, &wanted->incident, sizeof(wanted->incident));
		memcpy(body + sizeof(wanted->incident), bytes.ptr, bytes.len);
		send_keeper(s, FRAME_EVIDENCE,
			    (struct span){ body, sizeof(wanted->incident) + bytes.len });
	}
	free(body);
	pcap_write_free(&file);
}

static void send_known(struct sensing *s, uint64_t incident, const struct remedy_found *found)
{
	uint8_t body[sizeof(incident) + REMEDY_KNOWN * sizeof(struct ip)];

	memcpy(body, &incident, sizeof(incident)); /* as it lies in memory: little-endian */
	if (found->known_count)
		memcpy(body + sizeof(incident), found->known, found->known_count * sizeof(struct ip));
	send_keeper(s, FRAME_KNOWN,
		    (struct span){ body, sizeof(incident) + found->known_count * sizeof(struct ip) });
}

static void send_filters(struct sensing *s, const struct filters_wanted *wanted)
{
	struct remedy_attack attack = { .target = wanted->target, .from = wanted->from,
					.vector = (enum vector)wanted->vector, .held = wanted->held,
					.held_count = wanted->held_count };
	struct remedy_found remedy = { .known_count = 0 };
	struct filters_found found;

	memset(&found, 0, sizeof(found)); /* the padding too: it leaves the process */
	found.incident = wanted->incident;
	found.rehearse = wanted->rehearse;
	if (wanted->rehearse)
		found.known = remedy_rehearse(s->remedy, &attack, &wanted->filter, &found.result.effect);
	else
		found.known = remedy_find(s->remedy, &attack, loop_steady(), &remedy);
	if (!wanted->rehearse) {
		send_known(s, wanted->incident, &remedy);
		found.result = remedy.result;
	}
	send_keeper(s, FRAME_FILTERS, (struct span){ (uint8_t *)&found, sizeof(found) });
}

static bool filters_wanted_sound(const struct filters_wanted *wanted)
{
	bool sound = (wanted->vector < VECTOR_COUNT || wanted->vector == VECTOR_NONE) &&
		     wanted->held_count <= DERIVED_MAX;

	for (size_t i = 0; sound && i < wanted->held_count; i++)
		sound = filter_sound(&wanted->held[i]);
	return sound;
}

static bool keeper_frame(void *whom, const struct ipc_frame *frame)
{
	struct sensing *s = whom;
	struct sensor_wanted wanted;
	struct filters_wanted filters;

	if (frame->type == FRAME_LEVEL && frame->body.len == 1 && frame->body.ptr[0] < LEVELS)
		pipeline_set_level(s->pipeline, (enum level)frame->body.ptr[0]);
	else if (frame->type == FRAME_WANTED && frame_take(frame, &wanted, sizeof(wanted)))
		send_evidence(s, &wanted);
	else if (frame->type == FRAME_FILTERS_WANTED && frame_take(frame, &filters, sizeof(filters)) &&
		 filters_wanted_sound(&filters))
		send_filters(s, &filters);
	return true;
}

static void keeper_ready(void *whom, unsigned events)
{
	struct sensing *s = whom;

	(void)events;
	if (s->keeper && ipc_read(s->keeper, keeper_frame, s) != OK)
		leave_keeper(s);
}

static void join_keeper(struct sensing *s, int fd)
{
	struct ipc *keeper = ipc_new(fd, QUEUE, false);

	leave_keeper(s);
	if (keeper && loop_watch(s->loop, ipc_fd(keeper), LOOP_READ, keeper_ready, s))
		take_keeper(s, keeper);
	else
		ipc_free(keeper);
}

static bool warden_frame(void *whom, const struct ipc_frame *frame)
{
	struct sensing *s = whom;

	if (frame->type == TOWER_KEEPER && frame->fd >= 0) {
		join_keeper(s, frame->fd);
	} else if (frame->type == FRAME_PEER && frame->fd >= 0 && s->mail) { /* the mail process: nobody else is one */
		overhear_line_join(s->mail, frame->fd);
	} else if (frame->type == FRAME_INDEX && frame->fd >= 0) {
		index_watch_hand(s->index, frame->fd);
	} else if (frame->type == FRAME_EVE && frame->fd >= 0) {
		eve_log_turn(&s->eve, frame->fd);
	} else if (frame->fd >= 0) {
		close(frame->fd);
	}
	return true;
}

static void warden_ready(void *whom, unsigned events)
{
	struct sensing *s = whom;

	(void)events;
	if (ipc_read(s->warden, warden_frame, s) != OK)
		loop_stop(s->loop); /* without the warden there is no tower */
}

static void sensing_signal(void *whom, const struct signalfd_siginfo *info)
{
	struct sensing *s = whom;

	(void)info;
	loop_stop(s->loop);
}

static bool ring_attach(struct sensing *s, const struct live_ring *of)
{
	struct ring *ring = &s->rings[s->ring_count];

	ring->all = s;
	ring->live = live_attach(of);
	if (!ring->live)
		return false;
	s->sockets[s->ring_count++] = of->fd;
	s->sockets[s->ring_count] = -1;
	return loop_watch(s->loop, live_fd(ring->live), LOOP_READ, ring_ready, ring);
}

static bool sensing_attach(struct sensing *s)
{
	s->sockets[0] = -1;
	for (size_t i = 0; i < s->watch->interface_count; i++) {
		const struct live_port *port = &s->watch->ports[i];

		for (size_t k = 0; k < port->ring_count; k++)
			if (!ring_attach(s, &port->rings[k]))
				return false;
	}
	return true;
}

static bool sensing_replay(struct sensing *s)
{
	struct capture_trouble trouble;

	if (!s->watch->replay || replay_open(&s->replay, s->watch->replay, &trouble) == OK)
		return true;
	process_log(self, "%s", trouble.text);
	return false;
}

static bool sensing_pipeline(struct sensing *s)
{
	const struct config *config = s->watch->config;
	struct pipeline_settings settings;

	pipeline_settings_init(&settings);
	settings.workers = s->watch->workers;
	settings.max_flows = config->watch.max_flows;
	settings.headers_only = config->watch.headers_only;
	settings.home = s->watch->home;
	settings.detect.multiplier = config->detect.multiplier;
	for (unsigned v = 0; v < VECTOR_COUNT; v++)
		if (config->detect.floors[v])
			settings.detect.floors[v] = config->detect.floors[v];
	settings.detect.candidates = true; /* for the preview of tighter levels */
	settings.index = s->index;
	settings.flow_ended = eve_sink;
	settings.event = eve_event_sink;
	settings.alert = sensing_alert;
	settings.whom = s;
	if (s->overhear)
		settings.mail = overhear_sink(s->overhear);
	s->pipeline = pipeline_new(&settings);
	return s->pipeline != NULL;
}

/* True also when mail that passes by is not wanted. */
static bool sensing_mail(struct sensing *s)
{
	struct overhear_line_settings settings = { .loop = s->loop, .alert = sensing_alert, .whom = s };

	if (!s->watch->config->mail.traffic)
		return true;
	s->overhear = settings.overhear = overhear_new(&s->watch->home);
	s->mail = s->overhear ? overhear_line_new(&settings) : NULL;
	return s->mail != NULL;
}

/* Before the sandbox: what is to be opened. */
static bool sensing_open(struct sensing *s, int warden_fd)
{
	size_t recent = s->watch->config->watch.recent_bytes;
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	s->warden = ipc_new(warden_fd, QUEUE, true);
	s->loop = loop_new();
	s->backlog = pen_init(malloc(BACKLOG), BACKLOG);
	s->index = index_watch_new(&(struct index_watch_settings){ .path = NULL });
	if (recent)
		s->recent = recent_new(recent, RECENT_SNAP);
	s->remedy = remedy_new(&s->watch->home);
	return s->remedy && s->warden && s->loop && eve_log_open(&s->eve) && s->backlog.room && s->index &&
	       (s->recent || !recent) && sensing_attach(s) && sensing_replay(s) && sensing_mail(s) && loop_signals(s->loop, &term, sensing_signal, s) &&
	       loop_watch(s->loop, ipc_fd(s->warden), LOOP_READ, warden_ready, s) &&
	       loop_every(s->loop, CLOCK_EVERY, sensing_clock, s);
}

int sensor_begin(void *whom, int warden_fd)
{
	struct sensing *s = calloc(1, sizeof(*s));
	struct sandbox_wish wish = { .role = SANDBOX_SENSOR };

	if (!s)
		return 1;
	s->watch = whom;
	config_forget_secrets(s->watch->config);
	if (!sensing_open(s, warden_fd)) {
		process_log(self, "cannot begin: %s", strerror(errno));
		return 1;
	}
	wish.mute = s->sockets;
	if (!watch_confine(s->watch, &wish))
		return 1;
	if (!sensing_pipeline(s) || !index_watch_follow(s->index)) { /* threads: all are in the sandbox */
		process_log(self, "cannot begin: %s", strerror(errno));
		return 1;
	}
	if (!loop_run(s->loop))
		process_log(self, "waiting failed: %s", strerror(errno));
	eve_log_flush(&s->eve);
	return 0; /* the kernel takes the rest back */
}
