/* beacon_event.c - what handshakes and requests say about a pair: its name, and that it speaks TLS or HTTP. */
#include "detect/beacon_watch.h"

#include <assert.h>

/* An event that counts, under way to the pairs of its address and of its name. */
struct sighting {
	const struct event *event;
	struct span name; /* empty: none */
	uint64_t name_hash;
	struct beacon_key address, named;
	uint64_t address_hash, named_hash; /* of these keys */
};

static void beacon_set_name(struct beacon_watch *w, struct beacon *b, const struct sighting *s)
{
	if (b->name && b->name_hash == s->name_hash)
		return;
	if (!b->name)
		b->name = slab_take(&w->names);
	assert(b->name); /* there is one for each pair */
	b->name_hash = s->name_hash;
	host_text(s->name, b->name);
}

static bool event_is_post(const struct event *e)
{
	return e->http.method.len == 4 && memcmp(e->http.method.ptr, "POST", 4) == 0;
}

/* The same name at many addresses (a CDN), or many requests in one connection. */
static void beacon_name(struct beacon_watch *w, const struct sighting *s, const struct beat *beat)
{
	const struct event *e = s->event;
	struct beacon *b = slots_at_by(&w->beacons, &s->named, s->named_hash);
	const struct ip *server = event_server(e);
	struct service_key of;

	if (b->seen == 0 || ip_compare(server, &b->server) < 0)
		b->server = *server;
	b->servers |= 1ull << (hash_16(server->b, 0) >> 58);
	beacon_set_name(w, b, s);
	b->answered++;
	if (e->kind == EVENT_HTTP) {
		b->posts += event_is_post(e);
		b->hellos++;
		b->named += !host_is_address(s->name);
	}
	beacon_beat(w, b, beat);
	beacon_worth(w, b);
	of = service_of(&s->named);
	service_use(w, slots_at(&w->services, &of), &s->named.host);
}

/* What an event says about the connections to its address. */
static void beacon_sight(struct beacon_watch *w, const struct sighting *s)
{
	const struct event *e = s->event;
	struct beat beat = { .at = e->ts };
	struct beacon *b;

	if (w->epoch == 0)
		w->epoch = e->ts;
	b = slots_at_by(&w->beacons, &s->address, s->address_hash);
	b->server = s->address.server;
	b->hellos++;
	if (e->kind == EVENT_HTTP) {
		uint64_t sent = e->http.url.len + e->http.request_body;

		b->named += s->name.len && !host_is_address(s->name);
		b->posts += event_is_post(e);
		beat.size = (uint32_t)(sent < UINT32_MAX ? sent : UINT32_MAX);
		beat.back = (uint32_t)(e->http.response_body < UINT32_MAX ? e->http.response_body
									  : UINT32_MAX);
	} else {
		b->named += s->name.len > 0;
		b->self_signed = b->self_signed || e->tls.self_signed;
	}
	beacon_worth(w, b);
	if (s->name.len) {
		beacon_set_name(w, b, s);
		beacon_name(w, s, &beat);
	}
}

static bool event_counts(const struct beacon_watch *w, const struct event *e)
{
	return (e->kind == EVENT_TLS || e->kind == EVENT_QUIC || e->kind == EVENT_HTTP) &&
	       !beacon_port_is_periodic(e->key.proto, e->key.port[!e->client]) &&
	       event_is_outward(w->settings.home, e);
}

static void sighting_init(struct sighting *s, const struct beacon_watch *w, const struct event *e)
{
	s->event = e;
	s->name = e->kind == EVENT_HTTP ? e->http.host : e->tls.sni;
	s->address = key_of(&e->key, e->client);
	s->address_hash = slots_ask(&w->beacons, &s->address, sizeof(s->address));
	if (!s->name.len)
		return;
	s->name_hash = hash_text(s->name.ptr, s->name.len, 0) | 1;
	s->named = (struct beacon_key){ .host = *event_client(e),
					.name = s->name_hash,
					.port = e->key.port[!e->client],
					.proto = e->key.proto,
					.kind = BEACON_NAME };
	s->named_hash = slots_ask(&w->beacons, &s->named, sizeof(s->named));
}

void beacon_events(struct beacon_watch *w, const struct obs *obs, size_t count)
{
	struct sighting sightings[OBS_RUN];
	size_t seen = 0;

	for (size_t k = 0; k < count; k++)
		if (event_counts(w, obs[k].event))
			sighting_init(&sightings[seen++], w, obs[k].event);
	for (size_t k = 0; k < seen; k++) {
		slots_fetch(&w->beacons, sightings[k].address_hash);
		if (sightings[k].name.len)
			slots_fetch(&w->beacons, sightings[k].named_hash);
	}
	for (size_t k = 0; k < seen; k++)
		beacon_sight(w, &sightings[k]);
}
