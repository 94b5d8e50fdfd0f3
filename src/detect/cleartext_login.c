/*
 * cleartext_login.c - passwords that anybody on the way can read.
 *
 * Telnet, FTP, HTTP Basic, POP3, IMAP, LDAP simple binds and MQTT send them as they are unless TLS
 * is around them. Worst is a service of ours that outsiders log in to, above all with a pair that a
 * maker ships: that is how Mirai spread (Antonakakis et al., "Understanding the Mirai Botnet",
 * USENIX Security 2017). Refused tries are the business of `bruteforce`; here they only show
 * that a service offers such a login. The password itself is never here.
 */
#include "detect/detect.h"
#include "detect/hostname.h"
#include "detect/slots.h"

#include <stdio.h>
#include <stdlib.h>

#define SERVICES 1024 /* services and the sides of their clients, at a time; a power of two */

struct login_key {
	struct ip server;
	struct ip client; /* zero where outsiders come to us: they are many */
	uint16_t port;
	uint8_t outcome; /* enum login_outcome */
	uint8_t weak;
	uint8_t app;
	uint8_t zero[3];
};

struct login {
	struct login_key key;
	struct ip client; /* the last */
	uint64_t tries, told;
	usec_t first, last;
	enum direction direction;
	struct hll clients;
	char user[HOSTNAME_TEXT];
};

struct cleartext_login {
	struct detect_settings settings;
	struct slots logins;
	bool touched;
};

static void *login_open(const struct detect_settings *settings)
{
	struct cleartext_login *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->settings = *settings;
	if (slots_open(&c->logins, SERVICES, sizeof(struct login), sizeof(struct login_key)))
		return c;
	free(c);
	return NULL;
}

static void login_close(void *state)
{
	struct cleartext_login *c = state;

	slots_close(&c->logins);
	free(c);
}

static enum direction event_direction(const struct event *e)
{
	bool from = e->home[e->client], to = e->home[!e->client];

	return from && to ? DIRECTION_INTERNAL
	       : from     ? DIRECTION_OUTBOUND
	       : to       ? DIRECTION_INBOUND
			  : DIRECTION_UNKNOWN;
}

static void login_see(void *state, const struct obs *obs)
{
	struct cleartext_login *c = state;
	const struct event *e = obs->event;
	enum direction direction = event_direction(e);
	struct login_key key = { .server = *event_server(e), .port = e->key.port[!e->client] };
	struct login *l;

	if (e->kind != EVENT_LOGIN || direction == DIRECTION_UNKNOWN || !e->login.has_password ||
	    e->login.anonymous || ip_equal(event_client(e), event_server(e)))
		return;
	if (direction != DIRECTION_INBOUND && e->login.outcome == LOGIN_REFUSED)
		return; /* a typing error; many of them are told by `bruteforce` */
	if (direction != DIRECTION_INBOUND)
		key.client = *event_client(e);
	key.outcome = (uint8_t)e->login.outcome;
	key.weak = e->login.weak && e->login.outcome == LOGIN_ACCEPTED;
	key.app = (uint8_t)e->app;
	l = slots_at(&c->logins, &key);
	if (l->tries++ == 0)
		l->first = e->ts;
	l->last = e->ts;
	l->client = *event_client(e);
	l->direction = direction;
	hll_add(&l->clients, hash_16(event_client(e)->b, 0));
	hostname_text(e->login.user, l->user);
	c->touched = true;
	/* what was accepted outlives what was only tried, of which there is no end */
	slots_worth(&c->logins, l, (e->login.outcome == LOGIN_ACCEPTED ? 2 : 1) + 2u * key.weak);
}

static enum severity login_severity(const struct login *l)
{
	bool accepted = l->key.outcome == LOGIN_ACCEPTED;

	if (l->direction == DIRECTION_INBOUND && accepted)
		return l->key.weak ? SEVERITY_HIGH : SEVERITY_WARNING;
	return l->key.weak ? SEVERITY_WARNING : SEVERITY_NOTICE;
}

static void login_alert(struct alert *a, const struct login *l)
{
	static const char *const outcomes[] = { "not seen", "accepted", "refused" };
	bool inbound = l->direction == DIRECTION_INBOUND;
	bool many = inbound && hll_count(&l->clients) > 1;
	char who[ENTITY_TEXT], whom[ENTITY_TEXT];

	*a = (struct alert){
		.rule = "cleartext_login",
		.vector = VECTOR_NONE,
		.direction = l->direction,
		.who = many ? (struct entity){ .kind = ENTITY_MANY } : entity_ip(&l->client),
		.whom = entity_service(&l->key.server, l->key.port),
		.severity = login_severity(l),
		.confidence = (uint8_t)(l->key.outcome == LOGIN_UNKNOWN ? 80 : 95),
		.from = l->first,
		.to = l->last,
		.sources = many ? &l->clients : NULL,
		.attack = l->key.weak ? "T1078.001" : "T1040",
		.by = (uint8_t)(inbound ? BY_WHOM : BY_WHO | BY_WHOM),
		.quiet = 3600 * USEC_PER_SEC,
	};
	entity_text(&a->who, who);
	entity_text(&a->whom, whom);
	if (inbound)
		snprintf(a->say, sizeof(a->say), "%s, one of ours, %s logins from outside%s%s.",
			 whom, l->key.outcome == LOGIN_ACCEPTED ? "accepts" : "offers",
			 l->key.weak ? " with a maker's default password, known to every attacker,"
				     : "",
			 l->key.weak ? " in the clear"
				     : " whose passwords anybody on the way can read");
	else
		snprintf(a->say, sizeof(a->say),
			 "%s, one of ours, logs in at %s with %s password that is sent in the "
			 "clear.",
			 who, whom, l->key.weak ? "a maker's default" : "a");
	alert_why(a, "Protocol", "%s, without encryption",
		  l->key.app != APP_NONE ? app_name((enum app)l->key.app) : "known by its content");
	alert_why(a, "Logins", "%llu, outcome: %s", (unsigned long long)l->tries,
		  outcomes[l->key.outcome]);
	if (l->user[0])
		alert_why(a, "User", "%s (the password is not kept)", l->user);
	if (l->key.weak)
		alert_why(a, "Password", "user and password are a pair that a maker ships");
	alert_why(a, "Better", "the same service within TLS or SSH");
}

static void login_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct cleartext_login *c = state;
	struct alert alert;
	struct login *l;

	(void)window;
	if (!c->touched)
		return;
	c->touched = false;
	for (uint32_t at = 0; (l = slots_next(&c->logins, &at));) {
		if (l->tries == l->told)
			continue;
		l->told = l->tries;
		login_alert(&alert, l);
		sink->raise(sink->whom, &alert);
	}
}

const struct detector detector_cleartext_login = {
	.name = "cleartext_login",
	.doc = "A login whose password is sent in the clear, at a service of ours or by a host of "
	       "ours; "
	       "worse when it comes from outside, worst when it is accepted with a maker's default "
	       "password. Needs the conversation's content. False alarms: honeypots, and protocols "
	       "run inside a VPN that is not seen as one.",
	.attack = "T1040, T1078.001",
	.wants = OBS_EVENT,
	.mem_max = sizeof(struct cleartext_login) + SERVICES * (sizeof(struct login) + 4),
	.open = login_open,
	.see = login_see,
	.tick = login_tick,
	.close = login_close,
};
