/* detect_test_d2.c - facts made by hand for one detector. */
#include "detect_test_d2.h"

#include <stdio.h>
#include <stdlib.h>

static void watch_raise(void *whom, const struct alert *alert)
{
	struct watch *w = whom;

	w->heard[w->count < HEARD_MAX ? w->count : HEARD_MAX - 1] = *alert;
	w->count++;
}

void watch_open(struct watch *w, const struct detector *detector)
{
	struct prefix prefix;

	memset(w, 0, sizeof(*w));
	w->detector = detector;
	assert_int_equal(prefix_parse(&prefix, "10.0.0.0/8"), OK);
	assert_int_equal(home_add(&w->home, &prefix), OK);
	assert_int_equal(prefix_parse(&prefix, "fd00::/8"), OK);
	assert_int_equal(home_add(&w->home, &prefix), OK);
	detect_settings_init(&w->settings);
	w->settings.home = &w->home;
	w->state = detector->open(&w->settings);
	assert_non_null(w->state);
}

void watch_close(struct watch *w)
{
	w->detector->close(w->state);
}

/* "192.0.2.1:443" */
static uint16_t end_parse(struct ip *ip, const char *text)
{
	char address[IP_TEXT];
	const char *colon = strrchr(text, ':');

	assert_non_null(colon);
	snprintf(address, sizeof(address), "%.*s", (int)(colon - text), text);
	assert_int_equal(ip_parse(ip, address), OK);
	return (uint16_t)strtoul(colon + 1, NULL, 10);
}

/* End 0 is the lower one, as in the sensor; returns which end `from` is. */
static unsigned key_of(struct flow_key *key, const char *from, const char *to)
{
	struct ip ip[2];
	uint16_t port[2] = { end_parse(&ip[0], from), end_parse(&ip[1], to) };
	int order = ip_compare(&ip[0], &ip[1]);
	unsigned client = order > 0 || (order == 0 && port[0] > port[1]);

	memset(key, 0, sizeof(*key));
	key->ip[client] = ip[0];
	key->ip[!client] = ip[1];
	key->port[client] = port[0];
	key->port[!client] = port[1];
	key->proto = PROTO_TCP;
	return client;
}

struct flow flow_of(const char *from, const char *to, usec_t first, usec_t last)
{
	struct flow f = { .first = first, .last = last };

	f.state = FLOW_ANSWERED | FLOW_HANDSHAKE | FLOW_CLOSED;
	if (key_of(&f.key, from, to))
		f.state |= FLOW_INITIATOR;
	flow_carry(&f, 500, 500);
	return f;
}

unsigned side_of(const struct flow *f)
{
	return flow_initiator(f);
}

void flow_carry(struct flow *f, uint32_t sent, uint32_t received)
{
	unsigned client = side_of(f);
	uint32_t packets = 3 + (sent + received) / 1000;

	f->payload_bytes[client] = sent;
	f->payload_bytes[!client] = received;
	f->packets[0] = f->packets[1] = packets;
	f->bytes[client] = sent + 66 * (uint64_t)packets;
	f->bytes[!client] = received + 66 * (uint64_t)packets;
}

struct flow ping_of(const char *from, const char *to, uint32_t pings, uint32_t content)
{
	char asker[64], answerer[64];
	struct flow f;

	snprintf(asker, sizeof(asker), "%s:8", from);
	snprintf(answerer, sizeof(answerer), "%s:0", to);
	f = flow_of(asker, answerer, T0, T0 + pings * SEC);
	f.key.proto = PROTO_ICMP;
	f.state &= (uint16_t) ~(FLOW_HANDSHAKE | FLOW_CLOSED);
	f.packets[0] = f.packets[1] = pings;
	f.bytes[0] = f.bytes[1] = (uint64_t)pings * (content + 42);
	f.sizes = 1;
	return f;
}

static void watch_see(struct watch *w, struct obs obs)
{
	if (obs.ts > w->now)
		w->now = obs.ts;
	assert_true(w->detector->wants & obs.kind);
	w->detector->see(w->state, &obs);
}

/* As the sensor does, says which ends are ours. */
static void watch_see_flow(struct watch *w, enum obs_kind kind, const struct flow *f, usec_t now)
{
	struct flow seen = *f;

	for (unsigned end = 0; end < 2; end++)
		if (home_has(&w->home, &f->key.ip[end]))
			seen.state |= end ? FLOW_HOME1 : FLOW_HOME0;
	watch_see(w, (struct obs){ .kind = kind, .ts = now, .flow = &seen });
}

void watch_flow(struct watch *w, const struct flow *f)
{
	watch_see_flow(w, OBS_FLOW, f, f->last);
}

void watch_ongoing(struct watch *w, const struct flow *f, usec_t now)
{
	watch_see_flow(w, OBS_ONGOING, f, now);
}

struct event event_of(enum event_kind kind, const char *from, const char *to, usec_t ts)
{
	struct event e = { .kind = kind, .ts = ts };

	e.client = (uint8_t)key_of(&e.key, from, to);
	e.app = kind == EVENT_HTTP ? APP_HTTP : APP_TLS;
	return e;
}

void watch_event(struct watch *w, const struct event *e)
{
	watch_see(w, (struct obs){ .kind = OBS_EVENT, .ts = e->ts, .event = e });
}

struct span said(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

void watch_tick(struct watch *w, usec_t now, bool last)
{
	struct window window = { now - WINDOW_USEC, now, last, false };
	struct alert_sink sink = { .raise = watch_raise, .whom = w };

	w->now = now;
	w->detector->tick(w->state, &window, &sink);
}

const struct alert *watch_heard(const struct watch *w)
{
	if (w->count == 0)
		fail_msg("%s raised nothing", w->detector->name);
	return &w->heard[w->count < HEARD_MAX ? w->count - 1 : HEARD_MAX - 1];
}

void watch_silent(const struct watch *w)
{
	if (w->count)
		fail_msg("%s said: %s", w->detector->name, w->heard[0].say);
}

void assert_alert(const struct alert *a, const char *rule, const char *who, const char *whom)
{
	char text[ENTITY_TEXT];

	assert_string_equal(a->rule, rule);
	assert_string_equal(entity_text(&a->who, text), who);
	assert_string_equal(entity_text(&a->whom, text), whom);
	assert_true(a->confidence > 0 && a->confidence <= 95);
	assert_true(a->from <= a->to);
	assert_true(a->quiet > 0);
	assert_true(a->why_count >= 2);
	assert_true(a->attack[0] == 'T');
	assert_int_equal(a->vector, VECTOR_NONE);
	assert_true(strlen(a->say) > 20 && strlen(a->say) < SAY_TEXT - 1);
	assert_int_equal(a->say[strlen(a->say) - 1], '.');
}
