/*
 * beacon.c - a host of ours that calls the same service outside like clockwork.
 *
 * Malware that waits for orders asks for them at intervals (ATT&CK T1071). So do updates, clocks
 * and push services: services that many hosts of ours use, and ports that are made for waiting, are
 * ordinary, and what is regular but otherwise honest is information only. What makes it worse is
 * told in beacon_score.c.
 */
#include "detect/beacon.h"

#include "base/slab.h"
#include "detect/due.h"
#include "detect/slots.h"

#include <assert.h>
#include <stdlib.h>

#define BEACONS  8192                /* pairs of a host and a service or name */
#define SERVICES 8192                /* services outside, and which of our hosts use them */
#define JUDGE    (10 * USEC_PER_SEC) /* how often pairs are judged */
#define AGE      (600 * USEC_PER_SEC) /* the unit in which a pair loses worth when it is silent ... */
#define BEAT_AGE 3                    /* ... and how many of them a beat makes good: half an hour */

struct service_key {
	struct ip ip; /* of a name: its hash */
	uint16_t port;
	uint8_t proto;
	uint8_t kind; /* enum beacon_kind */
	uint8_t zero[4];
};

struct service {
	struct service_key key;
	uint64_t hosts; /* bits of hashed addresses */
};

struct beacon_watch {
	struct detect_settings settings;
	struct slots beacons, services;
	struct slab rings; /* of BEACON_RING beats: of those pairs that met again */
	struct slab names; /* of HOST_TEXT bytes */
	usec_t judged;
	usec_t epoch; /* the first time seen, from which ages are counted */
};

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
static void beacon_beat(struct beacon_watch *w, struct beacon *b, const struct beat *beat)
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

static void beacon_worth(struct beacon_watch *w, const struct beacon *b)
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

/* The service, or the name, that a pair is about. */
static struct service_key service_of(const struct beacon_key *key)
{
	struct service_key of = {
		.ip = key->server, .port = key->port, .proto = key->proto, .kind = key->kind
	};

	if (key->kind == BEACON_NAME)
		memcpy(of.ip.b, &key->name, sizeof(key->name));
	return of;
}

static void service_use(struct beacon_watch *w, struct service *service, const struct ip *host)
{
	uint64_t bit = 1ull << (hash_16(host->b, 0) >> 58);

	if (service->hosts & bit)
		return;
	service->hosts |= bit;
	slots_worth(&w->services, service, (uint32_t)__builtin_popcountll(service->hosts));
}

static struct beacon_key key_of(const struct flow_key *key, unsigned client)
{
	return (struct beacon_key){ .host = key->ip[client],
				    .server = key->ip[!client],
				    .port = key->port[!client],
				    .proto = key->proto,
				    .kind = BEACON_ADDRESS };
}

static struct beacon *beacon_of(struct beacon_watch *w, const struct flow_key *key, unsigned client)
{
	struct beacon_key to = key_of(key, client);
	struct beacon *b = slots_at(&w->beacons, &to);

	b->server = to.server;
	return b;
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

static void beacon_set_name(struct beacon_watch *w, struct beacon *b, struct span name)
{
	if (!b->name)
		b->name = slab_take(&w->names);
	assert(b->name); /* there is one for each pair */
	host_text(name, b->name);
}

static uint64_t name_hash(struct span name)
{
	uint64_t h = HASH_K0;

	for (size_t i = 0; i < name.len; i++)
		h = hash_mix(h ^ name.ptr[i], HASH_K1);
	return h ? h : 1;
}

/* The same name at many addresses (a CDN), or many requests in one connection. */
static void beacon_name(struct beacon_watch *w, const struct event *e, struct span name,
			const struct beat *beat)
{
	struct beacon_key key = { .host = *event_client(e),
				  .name = name_hash(name),
				  .port = e->key.port[!e->client],
				  .proto = e->key.proto,
				  .kind = BEACON_NAME };
	struct beacon *b = slots_at(&w->beacons, &key);
	const struct ip *server = event_server(e);
	struct service_key of;

	if (b->seen == 0 || ip_compare(server, &b->server) < 0)
		b->server = *server;
	b->servers |= 1ull << (hash_16(server->b, 0) >> 58);
	beacon_set_name(w, b, name);
	b->answered++;
	if (e->kind == EVENT_HTTP) {
		b->posts += e->http.method.len == 4 && memcmp(e->http.method.ptr, "POST", 4) == 0;
		b->hellos++;
		b->named += !host_is_address(name);
	}
	beacon_beat(w, b, beat);
	beacon_worth(w, b);
	of = service_of(&key);
	service_use(w, slots_at(&w->services, &of), &key.host);
}

/* What an event says about the connections to its address. */
static void beacon_event(struct beacon_watch *w, const struct event *e)
{
	struct beat beat = { .at = e->ts };
	struct span name;
	struct beacon *b;

	if ((e->kind != EVENT_TLS && e->kind != EVENT_QUIC && e->kind != EVENT_HTTP) ||
	    beacon_port_is_periodic(e->key.proto, e->key.port[!e->client]) ||
	    !event_is_outward(w->settings.home, e))
		return;
	if (w->epoch == 0)
		w->epoch = e->ts;
	b = beacon_of(w, &e->key, e->client);
	b->hellos++;
	if (e->kind == EVENT_HTTP) {
		uint64_t sent = e->http.url.len + e->http.request_body;

		name = e->http.host;
		b->named += name.len && !host_is_address(name);
		b->posts += e->http.method.len == 4 && memcmp(e->http.method.ptr, "POST", 4) == 0;
		beat.size = (uint32_t)(sent < UINT32_MAX ? sent : UINT32_MAX);
		beat.back = (uint32_t)(e->http.response_body < UINT32_MAX ? e->http.response_body
									  : UINT32_MAX);
	} else {
		name = e->tls.sni;
		b->named += name.len > 0;
		b->self_signed = b->self_signed || e->tls.self_signed;
	}
	beacon_worth(w, b);
	if (name.len) {
		beacon_set_name(w, b, name);
		beacon_name(w, e, name, &beat);
	}
}

static void beacon_see_many(void *state, const struct obs *obs, size_t count)
{
	if (obs->kind == OBS_FLOW)
		beacon_flows(state, obs, count);
	else
		for (size_t k = 0; k < count; k++)
			beacon_event(state, obs[k].event);
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
		if (!b->touched)
			continue;
		b->touched = false;
		if (!beacon_judge(b, &score) || beacon_is_told(w, b) ||
		    !beacon_alert(&alert, b, &score, service_hosts(w, b)))
			continue;
		sink->raise(sink->whom, &alert);
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
