/*
 * pipeline.c - joins the stages and keeps packet time: segments, windows, sweeps.
 *
 * A segment is a run of frames of one window. At its end the flows that left the table are handed
 * on; at the end of a window the workers' tallies are merged and the detectors are ticked; every
 * SWEEP of packet time the flows are looked over.
 */
#include "app/pipeline.h"

#include "app/workers.h"
#include "base/pages.h"
#include "talk/event_log.h"
#include "incident/incidents.h"

#include <stddef.h>
#include <stdlib.h>

#define ONE_WAY 8 /* times as many conversations with one direction as with both: one is captured */
#define SWEEP      (5 * USEC_PER_SEC)
#define SWEEP_FRAMES 64 /* beyond the first SWEEPS_FREE, one sweep in so many frames: hostile */
#define SWEEP_TALKS  (EVENT_LOG_EVENTS / 2) /* conversations whose ends are told at a time */
#define SWEEPS_FREE  4096 /* timestamps must not make a sweep of every frame */
#define STEP_BACK  (60 * USEC_PER_SEC)   /* further back is another clock, not reordering */
#define STEP_AHEAD (3600 * USEC_PER_SEC)
#define CLOCK_WINDOWS 240 /* live: ended one by one after a silence, as detectors count windows */

/* Bounds: with what follows payloads, 375 MB with one worker, whatever arrives (the report tells);
 * each further one adds its own tallies, probes and events. What an input touches is less. */
#define MAX_FLOWS    (512u << 10)
#define MAX_HALFOPEN (128u << 10)
#define MAX_TALLIES  (16u << 10)
#define MAX_PROBES   (8u << 10)

#define HANDED OBS_RUN /* observations that are handed to the detectors at a time */
#define HANDED_WIDE 16 /* ... of those with sketches: a run of them stays in the cache */

struct pipeline {
	struct pipeline_settings settings;
	struct sensor_settings sensor;
	struct workers *workers;
	struct engine *engine;
	struct incidents *incidents;
	struct window window; /* end 0: none yet */
	usec_t swept;
	uint64_t swept_frames, sweeps;
	usec_t first, last;
	uint64_t frames, bytes;
	uint64_t window_frames, window_bytes;
	uint64_t time_back, time_ahead;
	struct series series;
	struct pipeline_traffic traffic; /* not taken yet */
	const struct index *index; /* in this window */
	const struct event **events; /* of the window that ends */
	struct obs handed[HANDED];
	size_t handed_count;
	/* what `handed` tells of, by its place there: the sensors' own is gone by then */
	struct flow ended[HANDED];
	struct tally tallies[HANDED_WIDE];
	struct probe probes[HANDED_WIDE];
};

void pipeline_settings_init(struct pipeline_settings *settings)
{
	*settings = (struct pipeline_settings){ .workers = 1 };
	detect_settings_init(&settings->detect);
}

static void pipeline_raise(void *whom, const struct alert *alert)
{
	struct pipeline *p = whom;

	if (p->settings.alert)
		p->settings.alert(p->settings.whom, alert);
	else
		incidents_add(p->incidents, alert);
}

/* Between two windows: nothing of the one before is in use any more. */
static void pipeline_take_index(struct pipeline *p)
{
	if (p->settings.index)
		p->index = index_watch_take(p->settings.index);
}

static uint32_t share(uint32_t whole, unsigned workers)
{
	return (whole + workers - 1) / workers;
}

/* Bytes for pointers to all events that a window can have. */
static size_t events_size(const struct pipeline *p)
{
	return (size_t)EVENT_LOG_EVENTS * p->settings.workers * sizeof(p->events[0]);
}

struct pipeline *pipeline_new(const struct pipeline_settings *settings)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	struct alert_sink sink = { .raise = pipeline_raise, .whom = p };
	uint32_t flows = settings->max_flows ? settings->max_flows : MAX_FLOWS;

	if (!p)
		return NULL;
	p->settings = *settings;
	p->settings.detect.home = &p->settings.home;
	p->settings.detect.index = &p->index;
	p->settings.detect.level = &p->settings.level;
	pipeline_take_index(p);
	p->sensor = (struct sensor_settings){
		.max_flows = share(flows, settings->workers),
		.plain = settings->plain,
		.headers_only = settings->headers_only,
		.all_digests = settings->detect.index != NULL, /* nobody else asks for them */
		.mail = settings->mail,
		.no_fingerprints = !settings->event && !settings->detect.index,
		.max_halfopen = share(flows < MAX_FLOWS ? flows : MAX_HALFOPEN, settings->workers),
		.max_tallies = flows < MAX_TALLIES ? flows : MAX_TALLIES,
		.max_probes = flows < MAX_PROBES ? flows : MAX_PROBES,
		.workers = settings->workers,
		.home = &p->settings.home,
	};
	p->workers = workers_new(&p->sensor, settings->workers);
	p->engine = engine_new(&p->settings.detect, &sink);
	p->incidents = incidents_new();
	p->events = pages_new(events_size(p));
	if (p->workers && p->engine && p->incidents && p->events)
		return p;
	pipeline_free(p);
	return NULL;
}

void pipeline_set_level(struct pipeline *p, enum level level)
{
	p->settings.level = level;
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	workers_free(p->workers);
	engine_free(p->engine);
	incidents_free(p->incidents);
	pages_free(p->events, events_size(p));
	free(p);
}

static void bin_add(struct series_bin *to, const struct series_bin *add)
{
	to->packets += add->packets;
	to->bytes += add->bytes;
	to->in_packets += add->in_packets;
	to->out_packets += add->out_packets;
	to->in_bytes += add->in_bytes;
	to->out_bytes += add->out_bytes;
}

static void series_add(struct series *s, const struct window *w, const struct series_bin *add)
{
	size_t bin;

	if (s->used == 0) {
		s->start = w->start;
		s->width = WINDOW_USEC;
	}
	while (w->start - s->start >= s->width * SERIES_BINS) {
		for (size_t i = 0; i < SERIES_BINS / 2; i++) {
			struct series_bin pair = s->bins[2 * i];

			bin_add(&pair, &s->bins[2 * i + 1]);
			s->bins[i] = pair;
		}
		memset(&s->bins[SERIES_BINS / 2], 0, sizeof(s->bins) / 2);
		s->used = (s->used + 1) / 2;
		s->width *= 2;
	}
	/* time that steps back is drawn where the drawing begins */
	bin = w->start < s->start ? 0 : (size_t)((w->start - s->start) / s->width);
	bin_add(&s->bins[bin], add);
	if (bin + 1 > s->used)
		s->used = bin + 1;
}

/* The detectors see what has gathered: before frames are read, as observations of conversations that go
 * on and of events point into the sensors' tables, and before the detectors are ticked. */
static void hand_over(struct pipeline *p)
{
	engine_see(p->engine, p->handed, p->handed_count);
	p->handed_count = 0;
}

/* The place of the next observation. */
static struct obs *hand(struct pipeline *p, enum obs_kind kind)
{
	struct obs *obs;

	if (p->handed_count == HANDED)
		hand_over(p);
	obs = &p->handed[p->handed_count++];
	obs->kind = kind;
	obs->ts = p->window.end;
	return obs;
}

static void window_tally(void *whom, const struct tally *tally)
{
	struct pipeline *p = whom;
	struct tally *kept;

	if (p->handed_count >= HANDED_WIDE)
		hand_over(p);
	kept = &p->tallies[p->handed_count];
	memcpy(kept, tally, tally->counted ? sizeof(*kept) : offsetof(struct tally, peers));
	hand(p, OBS_TALLY)->tally = kept;
}

static void window_probe(void *whom, const struct probe *probe)
{
	struct pipeline *p = whom;
	struct probe *kept;

	if (p->handed_count >= HANDED_WIDE)
		hand_over(p);
	kept = &p->probes[p->handed_count];
	memcpy(kept, probe, probe->counted ? sizeof(*kept) : offsetof(struct probe, target));
	hand(p, OBS_PROBE)->probe = kept;
}

static void flow_gone(void *whom, const struct flow *flow, enum flow_end why)
{
	struct pipeline *p = whom;
	struct obs *obs = hand(p, OBS_FLOW);

	obs->flow = &p->ended[obs - p->handed];
	p->ended[obs - p->handed] = *flow;
	if (p->settings.flow_ended)
		p->settings.flow_ended(p->settings.whom, flow, why);
}

static void flow_stalled(void *whom, const struct flow *flow)
{
	hand(whom, OBS_STALLED)->flow = flow;
}

/* Hands on what conversations said in the segment or the sweep, in the order of the input. At once, so
 * that it need not be kept. */
static void pipeline_events(struct pipeline *p)
{
	size_t count = 0;
	bool sorted = true;

	for (unsigned i = 0; i < workers_count(p->workers); i++) {
		const struct event_log *log = sensor_events(workers_sensor(p->workers, i));

		for (uint32_t k = 0; k < log->count; k++) {
			p->events[count] = log->events[k];
			sorted = sorted && (count == 0 || event_log_compare(&p->events[count - 1],
									    &p->events[count]) <= 0);
			count++;
		}
	}
	if (!sorted)
		qsort(p->events, count, sizeof(p->events[0]), event_log_compare);
	for (size_t i = 0; i < count; i++) {
		hand(p, OBS_EVENT)->event = p->events[i];
		if (p->settings.event)
			p->settings.event(p->settings.whom, p->events[i]);
	}
	hand_over(p);
	for (unsigned i = 0; i < workers_count(p->workers); i++)
		sensor_clear_events(workers_sensor(p->workers, i));
}

static void flow_ongoing(void *whom, const struct flow *flow)
{
	hand(whom, OBS_ONGOING)->flow = flow;
}

/* Where many conversations are followed, those that the sweep ends may have more to tell than the logs
 * can hold: part by part then. */
static void pipeline_sweep_talks(struct pipeline *p, const struct sensor_sweep *sweep)
{
	unsigned parts = 1;

	for (unsigned i = 0; i < workers_count(p->workers); i++)
		parts += sensor_talks(workers_sensor(p->workers, i));
	parts = (parts + SWEEP_TALKS - 1) / SWEEP_TALKS;
	for (unsigned part = 0; parts > 1 && part < parts; part++) {
		for (unsigned i = 0; i < workers_count(p->workers); i++)
			sensor_sweep_talks(workers_sensor(p->workers, i), sweep, part, parts);
		pipeline_events(p);
	}
}

static void pipeline_sweep(struct pipeline *p, bool all)
{
	struct sensor_sweep sweep = { p->window.end, all, flow_gone, flow_stalled, flow_ongoing, p };

	if (!all && p->sweeps++ > SWEEPS_FREE && p->frames - p->swept_frames < SWEEP_FRAMES)
		return;
	pipeline_sweep_talks(p, &sweep);
	for (unsigned i = 0; i < workers_count(p->workers); i++)
		sensor_sweep(workers_sensor(p->workers, i), &sweep);
	hand_over(p); /* the next sweep may end what this one told of */
	p->swept = p->window.end;
	p->swept_frames = p->frames;
}

static void pipeline_end_window(struct pipeline *p, bool last)
{
	struct sensor *first = workers_sensor(p->workers, 0);
	uint64_t wholes = 0;
	int64_t halves = 0;
	struct series_bin bin = { .packets = p->window_frames, .bytes = p->window_bytes };

	for (unsigned i = 0; i < workers_count(p->workers); i++) {
		struct sensor *sensor = workers_sensor(p->workers, i);
		struct sensor_counts counts = sensor_take_counts(sensor);

		bin.in_packets += counts.window_in;
		bin.out_packets += counts.window_out;
		bin.in_bytes += counts.window_in_bytes;
		bin.out_bytes += counts.window_out_bytes;
		wholes += counts.wholes;
		halves += counts.halves;
		if (i > 0)
			sensor_merge_window(first, sensor);
	}
	series_add(&p->series, &p->window, &bin);
	bin_add(&p->traffic.sum, &bin);
	p->traffic.windows++;
	p->window_frames = p->window_bytes = 0;
	sensor_flush_window(first, window_tally, window_probe, p);
	if (p->window.end < p->swept)
		p->swept = p->window.end;
	if (p->window.end - p->swept >= SWEEP || last)
		pipeline_sweep(p, false);
	if (last)
		pipeline_sweep(p, true);
	pipeline_events(p);
	p->window.last = last;
	p->window.one_way = halves > 0 && (uint64_t)halves > ONE_WAY * wholes;
	engine_tick(p->engine, &p->window);
	pipeline_take_index(p);
}

/* Begins the window that `ts` falls into. */
static void pipeline_begin_window(struct pipeline *p, usec_t ts)
{
	usec_t rest = ts % WINDOW_USEC;

	if (p->window.end) {
		p->time_back += ts < p->window.start;
		p->time_ahead += ts - p->window.end > STEP_AHEAD;
	}
	p->window.start = ts - (rest < 0 ? rest + WINDOW_USEC : rest);
	p->window.end = p->window.start + WINDOW_USEC;
	if (p->swept == 0)
		p->swept = p->window.start;
}

/* How many of the frames belong to the current window. Reordering within a minute does. */
static size_t pipeline_segment(struct pipeline *p, const struct frame *frames, size_t count)
{
	usec_t first = p->window.start - STEP_BACK, last = p->window.end;
	uint64_t bytes = 0;
	size_t n;

	if (count > SENSOR_SEGMENT)
		count = SENSOR_SEGMENT;
	for (n = 0; n < count; n++) {
		usec_t ts = frames[n].ts;

		if (ts >= last || ts < first)
			break;
		if (ts < p->first)
			p->first = ts;
		if (ts > p->last)
			p->last = ts;
		bytes += frames[n].wire_len;
	}
	p->window_frames += n;
	p->window_bytes += bytes;
	p->frames += n;
	p->bytes += bytes;
	return n;
}

void pipeline_frames(struct pipeline *p, const struct frame *frames, size_t count)
{
	while (count) {
		size_t n;

		if (p->window.end == 0) {
			p->first = p->last = frames[0].ts;
			pipeline_begin_window(p, frames[0].ts);
		}
		n = pipeline_segment(p, frames, count);
		if (n == 0) {
			pipeline_end_window(p, false);
			pipeline_begin_window(p, frames[0].ts);
			continue;
		}
		workers_frames(p->workers, frames, n);
		for (unsigned i = 0; i < workers_count(p->workers); i++)
			sensor_take_gone(workers_sensor(p->workers, i), flow_gone, p);
		pipeline_events(p);
		frames += n;
		count -= n;
	}
}

void pipeline_clock(struct pipeline *p, usec_t now)
{
	usec_t due = now - PIPELINE_GRACE;

	if (p->window.end == 0) {
		p->first = p->last = now;
		pipeline_begin_window(p, now);
	} else if (now < p->window.start - STEP_BACK) { /* the clock was set back */
		pipeline_end_window(p, false);
		pipeline_begin_window(p, now);
	}
	for (unsigned n = 0; due >= p->window.end; n++) {
		usec_t next = p->window.end;

		pipeline_end_window(p, false);
		pipeline_begin_window(p, n < CLOCK_WINDOWS || due < next + WINDOW_USEC ? next : due);
	}
}

struct pipeline_traffic pipeline_take_traffic(struct pipeline *p)
{
	struct pipeline_traffic traffic = p->traffic;

	p->traffic = (struct pipeline_traffic){ 0 };
	return traffic;
}

void pipeline_close(struct pipeline *p)
{
	if (p->window.end)
		pipeline_end_window(p, true);
	p->window.end = 0;
}

void pipeline_alert(struct pipeline *p, const struct alert *alert)
{
	pipeline_raise(p, alert);
}

void pipeline_end(struct pipeline *p)
{
	pipeline_close(p);
	incidents_end(p->incidents, p->last);
}

const struct incident *pipeline_incidents(const struct pipeline *p, size_t *count)
{
	return incidents_list(p->incidents, count);
}

void pipeline_report(const struct pipeline *p, struct run *run)
{
	run->home = p->settings.home;
	run->first = p->first;
	run->last = p->last;
	run->frames = p->frames;
	run->bytes = p->bytes;
	run->series = p->series;
	if (p->settings.index)
		index_watch_report(p->settings.index, &run->index);
	run->workers = p->settings.workers;
	run->one_way = p->window.one_way;
	run->memory_limit = p->settings.workers * sensor_memory(&p->sensor) + engine_memory();
	for (unsigned i = 0; i < workers_count(p->workers); i++)
		sensor_report(workers_sensor(p->workers, i), run, i == 0);
	run->anomalies.count[ANOMALY_TIME_BACK] += p->time_back;
	run->anomalies.count[ANOMALY_TIME_AHEAD] += p->time_ahead;
}
