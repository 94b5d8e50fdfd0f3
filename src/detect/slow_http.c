/*
 * slow_http.c - connections held open at a web server by clients that never finish.
 *
 * Slowloris sends a header that does not end, R.U.D.Y. a body that trickles in, slow read hardly
 * takes the answer; some only connect. Each keeps a place in the server occupied (CAPEC-469). The
 * flow layer says which conversations wait like that; here they are counted by server.
 */
#include "detect/detect.h"
#include "detect/slots.h"

#include <stdio.h>
#include <stdlib.h>

#define SERVERS     512
#define VEILED      2048 /* conversations over TLS that say little, at a time */
#define UNHEARD     2    /* sweeps in which the client of such a one said something, in vain */
#define LEAST       30 /* waiting connections at one server */
#define LEAST_ONE   20 /* ... by one client */
#define PER_CLIENT  8  /* waiting connections that an honest client, or its proxy, may have, silent */

struct server_key {
	struct ip ip;
	uint16_t port;
	uint8_t zero[6];
};

struct server {
	struct server_key key;
	uint32_t headers, bodies, readers, silent, veiled; /* waiting connections of this sweep, by kind */
	uint64_t packets, told; /* of these connections */
	uint64_t bytes, told_bytes;
	usec_t first;
	struct top_ip client;
	struct hll clients;
};

/* A conversation over TLS, whose request cannot be read. */
struct veiled {
	struct flow_key key;
	uint32_t said[2]; /* payload bytes by each end, at the last sweep */
	uint32_t unheard; /* sweeps in which the client said something and the server nothing, in a row */
};

struct slow_http {
	struct detect_settings settings;
	struct slots servers, veiled;
};

static void *slow_open(const struct detect_settings *settings)
{
	struct slow_http *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->settings = *settings;
	if (slots_open(&s->servers, SERVERS, sizeof(struct server), sizeof(struct server_key)) &&
	    slots_open(&s->veiled, VEILED, sizeof(struct veiled), sizeof(struct flow_key)))
		return s;
	slots_close(&s->servers);
	free(s);
	return NULL;
}

static void slow_close(void *state)
{
	struct slow_http *s = state;

	slots_close(&s->servers);
	slots_close(&s->veiled);
	free(s);
}

static bool port_web(uint16_t port)
{
	return port == 80 || port == 443 || port == 8080 || port == 8443 || port == 8000 ||
	       port == 8888 || port == 3000 || port == 5000;
}

static uint32_t server_waiting(const struct server *s)
{
	return s->headers + s->bodies + s->readers + s->silent + s->veiled;
}

/* A client that goes on saying little, again and again, while the server does not answer: a request
 * that never ends looks like that from outside the encryption. */
static bool veiled_waits(struct slow_http *slow, const struct flow *f)
{
	unsigned client = flow_initiator(f);
	struct veiled *v = slots_at(&slow->veiled, &f->key);
	bool known = v->said[!client] && v->said[client] <= f->payload_bytes[client];

	if (!known || v->said[!client] != f->payload_bytes[!client])
		v->unheard = 0;
	else if (v->said[client] != f->payload_bytes[client])
		v->unheard++;
	memcpy(v->said, f->payload_bytes, sizeof(v->said));
	slots_worth(&slow->veiled, v, 1 + v->unheard);
	return v->unheard >= UNHEARD;
}

static void slow_see(void *state, const struct obs *obs)
{
	struct slow_http *slow = state;
	const struct flow *f = obs->flow;
	unsigned client = flow_initiator(f);
	struct server_key key = { f->key.ip[!client], f->key.port[!client], { 0 } };
	uint64_t hash = hash_16(f->key.ip[client].b, 0);
	struct server *s;
	bool veiled;

	if (f->app != APP_HTTP && !port_web(key.port))
		return;
	veiled = f->app == APP_TLS && f->payload_bytes[!client];
	if (veiled && !veiled_waits(slow, f))
		return;
	s = slots_at(&slow->servers, &key);
	if (server_waiting(s) == 0 || f->first < s->first)
		s->first = f->first;
	if (veiled)
		s->veiled++;
	else if (f->state & FLOW_REQUEST_OPEN)
		s->headers++;
	else if (f->state & FLOW_REQUEST_BODY)
		s->bodies++;
	else if (f->small_windows)
		s->readers++;
	else
		s->silent++;
	s->packets += f->packets[client];
	s->bytes += f->bytes[client];
	top_ip_add(&s->client, &f->key.ip[client], hash);
	hll_add(&s->clients, hash);
	slots_worth(&slow->servers, s, server_waiting(s));
}

static void slow_alert(struct alert *a, const struct slow_http *slow, const struct server *s,
		       const struct window *window)
{
	uint32_t waiting = server_waiting(s);
	bool one = agree_share(&s->client.agree, waiting) >= 0.8;
	bool ours = one && home_has(slow->settings.home, &s->client.ip);
	char whom[ENTITY_TEXT];

	*a = (struct alert){
		.rule = "slow_http",
		.vector = VECTOR_NONE,
		.direction = one ? home_direction(slow->settings.home, &s->client.ip, &s->key.ip)
			     : home_has(slow->settings.home, &s->key.ip) ? DIRECTION_INBOUND
									 : DIRECTION_UNKNOWN,
		.who = { .kind = ENTITY_MANY },
		.whom = entity_service(&s->key.ip, s->key.port),
		.severity = ours || waiting >= 100 ? SEVERITY_HIGH : SEVERITY_WARNING,
		.confidence = (uint8_t)(waiting >= 100 ? 92 : 75),
		.from = s->first,
		.to = window->end,
		.packets = s->packets > s->told ? s->packets - s->told : 0,
		.bytes = s->bytes > s->told_bytes ? s->bytes - s->told_bytes : 0,
		.sources = &s->clients,
		.attack = "T1499.002",
		.by = BY_WHOM,
		.quiet = 60 * USEC_PER_SEC,
	};
	if (one)
		a->who = entity_ip(&s->client.ip);
	entity_text(&a->whom, whom);
	snprintf(a->say, sizeof(a->say),
		 "%u connections at %s are held open by clients that never finish their request.",
		 waiting, whom);
	if (s->headers)
		alert_why(a, "Unfinished headers", "%u connections (Slowloris)", s->headers);
	if (s->bodies)
		alert_why(a, "Trickling bodies", "%u connections (R.U.D.Y.)", s->bodies);
	if (s->readers)
		alert_why(a, "Readers that hardly read", "%u connections (slow read)", s->readers);
	if (s->veiled)
		alert_why(a, "Requests in TLS that trickle", "%u connections", s->veiled);
	if (s->silent)
		alert_why(a, "Connected and silent", "%u connections", s->silent);
	alert_why(a, "Clients", "about %llu", (unsigned long long)hll_count(&s->clients));
	alert_why(a, "Waiting for", "10 seconds and more, without an answer");
}

static enum level server_level(const struct server *s)
{
	uint32_t waiting = server_waiting(s);
	uint64_t clients = hll_count(&s->clients);
	/* some clients connect and are silent, but hardly any begins and does not finish */
	enum level level = level_reached(waiting - s->silent, LEAST);

	if (waiting >= clients * PER_CLIENT)
		level = level_either(level, level_reached(waiting, LEAST));
	if (clients == 1)
		level = level_either(level, level_reached(waiting, LEAST_ONE));
	return level;
}

static void slow_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct slow_http *slow = state;
	struct alert alert;
	struct server *s;

	for (uint32_t at = 0; (s = slots_next(&slow->servers, &at));) {
		enum level level;

		if (server_waiting(s) == 0)
			continue;
		level = server_level(s);
		if (level <= sink->keep) {
			slow_alert(&alert, slow, s, window);
			if (alert_raise(sink, &alert, level)) {
				s->told = s->packets;
				s->told_bytes = s->bytes;
			}
		}
		s->headers = s->bodies = s->readers = s->silent = s->veiled = 0;
		s->packets = s->bytes = 0;
		memset(&s->client, 0, sizeof(s->client));
		memset(&s->clients, 0, sizeof(s->clients));
	}
}

const struct detector detector_slow_http = {
	.name = "slow_http",
	.doc = "Many connections at one web server that wait for ten seconds and more because their "
	       "clients never finish: unfinished headers, trickling bodies, readers that hardly "
	       "read; within TLS, clients that say little again and again and get no answer. Needs the beginnings of the connections. False alarms: load balancers that "
	       "open many connections in advance.",
	.attack = "T1499.002",
	.wants = OBS_STALLED,
	.mem_max = sizeof(struct slow_http) + SERVERS * (sizeof(struct server) + 4) +
		   VEILED * (sizeof(struct veiled) + 4),
	.open = slow_open,
	.see = slow_see,
	.tick = slow_tick,
	.close = slow_close,
};
