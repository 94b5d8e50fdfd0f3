/*
 * beacon.c - a host of ours that calls the same service outside like clockwork.
 *
 * Malware that waits for orders asks for them at intervals (ATT&CK T1071). So do updates, clocks
 * and push services: services that many hosts of ours use, and ports that are made for waiting, are
 * ordinary, and what is regular but otherwise honest is information only. What makes it worse is
 * told in beacon_score.c.
 */
#include "detect/beacon_watch.h"

#include "detect/due.h"

#include <assert.h>
#include <stdlib.h>

#define BEACONS  8192                /* pairs of a host and a service or name */
#define SERVICES 8192                /* services outside, and which of our hosts use them */
#define JUDGE    (10 * USEC_PER_SEC) /* how often pairs are judged */
#define AGE      (600 * USEC_PER_SEC) /* the unit in which a pair loses worth when it is silent ... */
#define BEAT_AGE 3                    /* ... and how many of them a beat makes good: half an hour */

static void beacon_close(void *state)
{
	struct beacon_watch *w = state;

	slots_close(&w->beacons);
	slots_close(&w->services);
	slab_close(&w->rings);
	slab_close(&w->names);
	free(w);
}

static void beacon_leave(void *whom, void *entry)
{
	struct beacon_watch *w = whom;
	struct beacon *b = entry;

	if (b->beats && b->beats != &b->one)
		slab_give(&w->rings, b->beats);
	if (b->name)
		slab_give(&w->names, b->name);
}

static void *beacon_open(const struct detect_settings *settings)
{
	struct beacon_watch *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->settings = *settings;
	if (slots_open(&w->beacons, BEACONS, sizeof(struct beacon), sizeof(struct beacon_key)) &&
	    slots_open(&w->services, SERVICES, sizeof(struct service),
		       sizeof(struct service_key)) &&
	    slab_open_sparse(&w->rings, BEACONS, BEACON_RING * sizeof(struct beat)) &&
	    slab_open_sparse(&w->names, BEACONS, HOST_TEXT)) {
		w->beacons.leave = beacon_leave;
		w->beacons.whom = w;
		return w;
	}
	beacon_close(w);
	return NULL;
}

static int beat_compare(const struct beat *a, const struct beat *b)
{
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return (a->back > b->back) - (a->back < b->back);
}

/* Room for the first beat, and for more of them. */
static void beacon_room(struct beacon_watch *w, struct beacon *b)
{
	if (b->count == 0)
		b->beats = &b->one;
	if (b->count != 1)
		return;
	b->beats = slab_take(&w->rings);
	assert(b->beats); /* there is one for each pair */
	b->beats[0] = b->one;
}

/* Keeps the latest by their own times: the order in which they come depends on the workers. */
void beacon_beat(struct beacon_watch *w, struct beacon *b, const struct beat *beat)
{
	uint32_t at = b->count;

	beacon_room(w, b);
	while (at > 0 && beat_compare(beat, &b->beats[at - 1]) < 0)
		at--;
	if (b->count < BEACON_RING) {
		memmove(&b->beats[at + 1], &b->beats[at], (b->count - at) * sizeof(*beat));
		b->count++;
		b->beats[at] = *beat;
	} else if (at > 0) {
		memmove(&b->beats[0], &b->beats[1], (at - 1) * sizeof(*beat));
		b->beats[at - 1] = *beat;
	}
	b->seen += b->seen < UINT32_MAX;
	b->touched = true;
}

void beacon_worth(struct beacon_watch *w, const struct beacon *b)
{
	usec_t last = b->count ? b->beats[b->count - 1].at : w->epoch;
	usec_t age = last > w->epoch ? (last - w->epoch) / AGE : 0;

	if (b->answered == 0 && b->count < 2) { /* a scan must not drive out what answers */
		slots_worth(&w->beacons, b, 0);
		return;
	}
	slots_worth(&w->beacons, b,
		    (uint32_t)(age < UINT16_MAX ? age : UINT16_MAX) + b->count * BEAT_AGE + 1);
}

/* A conversation that counts, under way to its pair. */
struct meeting {
	const struct flow *flow;
	struct beacon_key key;
	struct service_key of;
	uint64_t hash, service; /* of these keys */
};

static void beacon_meet(struct beacon_watch *w, const struct meeting *m)
{
	const struct flow *f = m->flow;
	unsigned client = flow_initiator(f);
	struct beat beat = { f->first, f->payload_bytes[client], f->payload_bytes[!client] };
	struct beacon *b;

	if (w->epoch == 0)
		w->epoch = f->first;
	b = slots_at_by(&w->beacons, &m->key, m->hash);
	b->server = m->key.server;
	service_use(w, slots_at_by(&w->services, &m->of, m->service), &m->key.host);
	b->answered += (f->state & FLOW_ANSWERED) != 0;
	b->known_app += beacon_flow_is_web(f);
	b->packets += f->packets[0] + (uint64_t)f->packets[1];
	b->bytes += f->bytes[0] + f->bytes[1];
	beacon_beat(w, b, &beat);
	beacon_worth(w, b);
}

static void beacon_flows(struct beacon_watch *w, const struct obs *obs, size_t count)
{
	struct meeting meetings[OBS_RUN];
	size_t met = 0;

	for (size_t k = 0; k < count; k++) {
		struct meeting *m = &meetings[met];

		m->flow = obs[k].flow;
		if (!beacon_flow_counts(m->flow))
			continue;
		m->key = key_of(&m->flow->key, flow_initiator(m->flow));
		m->of = service_of(&m->key);
		m->hash = slots_ask(&w->beacons, &m->key, sizeof(m->key));
		m->service = slots_ask(&w->services, &m->of, sizeof(m->of));
		met++;
	}
	for (size_t k = 0; k < met; k++) {
		slots_fetch(&w->beacons, meetings[k].hash);
		slots_fetch(&w->services, meetings[k].service);
	}
	for (size_t k = 0; k < met; k++)
		beacon_meet(w, &meetings[k]);
}

static void beacon_see_many(void *state, const struct obs *obs, size_t count)
{
	if (obs->kind == OBS_FLOW)
		beacon_flows(state, obs, count);
	else
		beacon_events(state, obs, count);
}

static void beacon_see(void *state, const struct obs *obs)
{
	beacon_see_many(state, obs, 1);
}

/* The connections to the address tell it already, unless the name has many addresses, or asks many
 * times in one connection. */
static bool beacon_is_told(struct beacon_watch *w, const struct beacon *b)
{
	struct beacon_key key = b->key;
	const struct beacon *address;

	if (b->key.kind == BEACON_ADDRESS || __builtin_popcountll(b->servers) > 1)
		return false;
	key.server = b->server;
	key.name = 0;
	key.kind = BEACON_ADDRESS;
	address = slots_find(&w->beacons, &key);
	return address && address->count >= b->count / 2;
}

static unsigned service_hosts(struct beacon_watch *w, const struct beacon *b)
{
	struct service_key of = service_of(&b->key);
	const struct service *service = slots_find(&w->services, &of);

	return service ? (unsigned)__builtin_popcountll(service->hosts) : 1;
}

static void beacon_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct beacon_watch *w = state;
	struct beacon_score score;
	struct alert alert;
	struct beacon *b;

	if (!window_is_due(window, &w->judged, JUDGE))
		return;
	for (uint32_t at = 0; (b = slots_next(&w->beacons, &at));) {
		enum level level;

		if (!b->touched)
			continue;
		b->touched = false;
		level = beacon_judge(b, &score);
		if (level > sink->keep || beacon_is_told(w, b) ||
		    !beacon_alert(&alert, b, &score, service_hosts(w, b)) ||
		    !alert_raise(sink, &alert, level))
			continue;
		b->told_packets = b->packets;
		b->told_bytes = b->bytes;
	}
}

const struct detector detector_beacon = {
	.name = "beacon",
	.doc = "One of ours that connects to one service outside, or asks for one host name, at "
	       "regular intervals with about the same size each time, from a second to hours, with "
	       "jitter up to 40 %. Eight beats are enough when they are very regular. Info without "
	       "anything else odd about it, more for unknown protocols, missing names, "
	       "certificates signed by themselves, new connections every few seconds. Needs the "
	       "beginnings of the conversations, and several intervals. False alarms: updates, "
	       "telemetry, weather and news programs, devices that report to their maker's cloud.",
	.attack = "T1071",
	.wants = OBS_FLOW | OBS_EVENT,
	.mem_max = sizeof(struct beacon_watch) +
		   BEACONS * (sizeof(struct beacon) + 4 + BEACON_RING * sizeof(struct beat) +
			      HOST_TEXT) +
		   SERVICES * (sizeof(struct service) + 4),
	.open = beacon_open,
	.see = beacon_see,
	.see_many = beacon_see_many,
	.tick = beacon_tick,
	.close = beacon_close,
};
