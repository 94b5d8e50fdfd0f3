/*
 * long_connection.c - a conversation with the outside that does not end.
 *
 * Reverse shells, remote control and tunnels hold one connection for hours (ATT&CK T1572, T1071);
 * so do push services, VPNs and open browser tabs. By itself it is context for other news: info,
 * and notice where the protocol is unknown or a login session carries much.
 */
#include "detect/detect.h"
#include "detect/due.h"
#include "detect/outward.h"
#include "detect/slots.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define CONNECTIONS 1024                           /* that last so long, at a time */
#define JUDGE       (60 * USEC_PER_SEC)            /* how often they are judged */
#define LONG        (4 * 3600 * USEC_PER_SEC)      /* half a working day */
#define LONG_WEB    (24 * 3600 * USEC_PER_SEC)     /* web pages hold connections for notices */
#define LONG_HELD   (7 * 24 * 3600 * USEC_PER_SEC) /* ports that are made for it */
#define AGAIN       (3600 * USEC_PER_SEC)          /* told again while it lasts */
#define MUCH        100000000            /* bytes: more than keeping a connection alive needs */
#define SILENT      (600 * USEC_PER_SEC) /* no packet for so long: it is only not closed */

struct connection {
	struct flow_key key;
	usec_t first, last, seen; /* seen: the time of the latest observation */
	uint64_t packets, bytes, told_packets, told_bytes;
	usec_t patience; /* how long it may last */
	usec_t raised;   /* when the last alert was ... */
	uint8_t level;   /* ... and its level */
	uint8_t client, app;
};

struct long_connection {
	struct detect_settings settings;
	struct slots connections;
	usec_t judged;
};

static void *long_open(const struct detect_settings *settings)
{
	struct long_connection *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->settings = *settings;
	if (slots_open(&l->connections, CONNECTIONS, sizeof(struct connection),
		       sizeof(struct flow_key)))
		return l;
	free(l);
	return NULL;
}

static void long_close(void *state)
{
	struct long_connection *l = state;

	slots_close(&l->connections);
	free(l);
}

/* How long a conversation of this kind may last without being news. */
static usec_t flow_patience(const struct flow *f, uint16_t port)
{
	if (port_is_held(f->key.proto, port))
		return LONG_HELD;
	if (port == 443 && (f->app == APP_TLS || f->key.proto == PROTO_UDP))
		return LONG_WEB;
	return LONG;
}

static void long_see(void *state, const struct obs *obs)
{
	struct long_connection *l = state;
	const struct flow *f = obs->flow;
	unsigned client = flow_initiator(f);
	usec_t length = f->last - f->first, patience = flow_patience(f, f->key.port[!client]);
	struct connection *c;

	if ((f->key.proto != PROTO_TCP && f->key.proto != PROTO_UDP) ||
	    level_reached((double)length, (double)patience) > detect_keep(&l->settings) ||
	    !(f->state & FLOW_ANSWERED) || !flow_is_outward(f))
		return;
	/* questions to the same server from a fixed port */
	if (f->key.proto == PROTO_UDP &&
	    (f->key.port[!client] == 53 || f->key.port[!client] == 123))
		return;
	c = slots_at(&l->connections, &f->key);
	if (c->first != f->first)
		*c = (struct connection){ .key = f->key, .first = f->first };
	c->client = (uint8_t)client;
	c->app = f->app;
	c->patience = patience;
	c->last = f->last;
	c->seen = obs->ts;
	c->packets = f->packets[0] + (uint64_t)f->packets[1];
	c->bytes = f->bytes[0] + f->bytes[1];
	slots_worth(&l->connections, c, (uint32_t)(length / (60 * USEC_PER_SEC)));
}

/* Neither a protocol that we know nor the web: nobody can say what it is for. */
static bool connection_is_odd(const struct connection *c)
{
	uint16_t port = c->key.port[!c->client];

	return c->app == APP_NONE && port != 443 && port != 80 && !port_is_held(c->key.proto, port);
}

static void long_alert(struct alert *a, const struct connection *c)
{
	uint16_t port = c->key.port[!c->client];
	bool odd = connection_is_odd(c), much = c->bytes >= MUCH;
	bool login = c->app == APP_SSH || c->app == APP_RDP || c->app == APP_TELNET;
	char who[ENTITY_TEXT], whom[ENTITY_TEXT], length[TIME_TEXT], bytes[TEXT_NUMBER];

	*a = (struct alert){
		.rule = "long_connection",
		.vector = VECTOR_NONE,
		.direction = DIRECTION_OUTBOUND,
		.who = entity_ip(&c->key.ip[c->client]),
		.whom = entity_service(&c->key.ip[!c->client], port),
		.severity = odd || (login && much) ? SEVERITY_NOTICE : SEVERITY_INFO,
		.confidence = odd && much ? 50 : 40,
		.from = c->first,
		.to = c->last,
		.packets = c->packets - c->told_packets,
		.bytes = c->bytes - c->told_bytes,
		.attack = "T1572",
		.by = BY_WHO | BY_WHOM,
		.quiet = 2 * AGAIN,
	};
	entity_text(&a->who, who);
	entity_text(&a->whom, whom);
	time_span(c->last - c->first, length);
	snprintf(a->say, sizeof(a->say), "%s, one of ours, has held a connection to %s for %s.",
		 who, whom, length);
	alert_why(a, "Lasts for", "%s; most conversations last seconds or minutes", length);
	alert_why(a, "Carried", "%s", text_bytes(c->bytes, bytes));
	if (odd)
		alert_why(a, "Protocol", "not known to us, and the port is not one that is held");
	else if (c->app != APP_NONE)
		alert_why(a, "Protocol", "%s", app_name((enum app)c->app));
}

static void long_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct long_connection *l = state;
	struct connection *c;
	struct alert alert;

	if (!window_is_due(window, &l->judged, JUDGE))
		return;
	for (uint32_t at = 0; (c = slots_next(&l->connections, &at));) {
		enum level level = level_reached((double)(c->last - c->first), (double)c->patience);

		if (level > sink->keep || c->packets <= c->told_packets || c->seen - c->last > SILENT ||
		    (c->raised && c->last - c->raised < AGAIN && level >= c->level))
			continue;
		long_alert(&alert, c);
		c->raised = c->last;
		c->level = (uint8_t)level;
		if (!alert_raise(sink, &alert, level))
			continue;
		c->told_packets = c->packets;
		c->told_bytes = c->bytes;
	}
}

const struct detector detector_long_connection = {
	.name = "long_connection",
	.doc = "A conversation of one of ours with the outside that lasts for four hours; HTTPS "
	       "for a "
	       "day, and ports made for waiting (push, mail, VPN) for a week. Needs the "
	       "beginning of the conversation. False alarms: most are honest, such as remote work, "
	       "games, calls and streams; it is context for other news.",
	.attack = "T1572",
	.wants = OBS_FLOW | OBS_ONGOING,
	.only = TRAIT_LASTS,
	.mem_max = sizeof(struct long_connection) + CONNECTIONS * (sizeof(struct connection) + 4),
	.open = long_open,
	.see = long_see,
	.tick = long_tick,
	.close = long_close,
};
