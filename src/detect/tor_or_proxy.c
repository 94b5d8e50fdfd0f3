/*
 * tor_or_proxy.c - a host of ours that reaches the internet through somebody else: Tor, or an open
 * proxy (ATT&CK T1090). People may do so on purpose, malware does it to hide: context, no verdict.
 *
 * Tor before TLS 1.3 is known by its handshake: the server name and the certificate's names are
 * www.<8 to 20 letters of base32>.com or .net, all different, made up for this connection (Tor,
 * src/lib/tls/tortls.c and crypto_random_hostname()). A proxy is known by what HTTP says to it:
 * CONNECT, or a URL with its scheme (RFC 9112, 3.2.2 and 3.2.3). Ports alone say little.
 */
#include "detect/detect.h"
#include "detect/due.h"
#include "detect/outward.h"
#include "detect/slots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSAGES 1024                /* pairs of a host and what it goes through */
#define JUDGE    (10 * USEC_PER_SEC) /* how often they are judged */

/* Tor's crypto_random_hostname(8, 20, "www.", ".net"). */
#define LABEL_LEAST 8
#define LABEL_MOST  20
#define GIBBERISH                                                                                  \
	5 /* letters and digits in a row without a vowel, and a digit among all: few words */

enum passage_sign {
	PASSAGE_TOR_NAMES = 1, /* server name and certificate are of Tor's form */
	PASSAGE_TOR_NAME = 2,  /* the server name alone; what else it was is encrypted */
	PASSAGE_TOR_PORT = 4,  /* TLS to a port that Tor relays use by default */
	PASSAGE_HTTP = 8,      /* asked by CONNECT or with a whole URL */
	PASSAGE_ACCEPTED = 16, /* ... and it did what was asked */
	PASSAGE_SOCKS = 32,    /* something spoken at a port of SOCKS */
};

struct passage_key {
	struct ip host, through;
	uint16_t port;
	uint8_t zero[6];
};

struct passage {
	struct passage_key key;
	usec_t first, last;
	uint64_t times, told, packets, bytes, told_packets, told_bytes;
	uint8_t signs; /* enum passage_sign */
};

struct tor_or_proxy {
	struct detect_settings settings;
	struct slots passages;
	usec_t judged;
};

static void *tor_open(const struct detect_settings *settings)
{
	struct tor_or_proxy *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->settings = *settings;
	if (slots_open(&t->passages, PASSAGES, sizeof(struct passage), sizeof(struct passage_key)))
		return t;
	free(t);
	return NULL;
}

static void tor_close(void *state)
{
	struct tor_or_proxy *t = state;

	slots_close(&t->passages);
	free(t);
}

static bool span_begins(struct span text, const char *with)
{
	return text.len >= strlen(with) &&
	       strncasecmp((const char *)text.ptr, with, strlen(with)) == 0;
}

static bool span_ends(struct span text, const char *with)
{
	size_t length = strlen(with);

	return text.len >= length &&
	       strncasecmp((const char *)text.ptr + text.len - length, with, length) == 0;
}

/* www.<base32>.com or .net */
static bool name_is_tors(struct span name)
{
	if (!span_begins(name, "www.") || !(span_ends(name, ".com") || span_ends(name, ".net")) ||
	    name.len < 8 + LABEL_LEAST || name.len > 8 + LABEL_MOST)
		return false;
	for (size_t i = 4; i < name.len - 4; i++)
		if (!(name.ptr[i] >= 'a' && name.ptr[i] <= 'z') &&
		    !(name.ptr[i] >= '2' && name.ptr[i] <= '7'))
			return false;
	return true;
}

/* Made up by a machine: youtube has Tor's form, too. */
static bool name_is_gibberish(struct span name)
{
	unsigned run = 0, longest = 0, digits = 0;

	for (size_t i = 4; i + 4 < name.len; i++) {
		digits += name.ptr[i] <= '9';
		run = memchr("aeiou", name.ptr[i], 5) ? 0 : run + 1;
		longest = run > longest ? run : longest;
	}
	return digits > 0 && longest >= GIBBERISH;
}

/* The common name of a subject or issuer: "CN=www.abc.com". */
static struct span name_common(struct span subject)
{
	for (size_t i = 0; i + 3 <= subject.len; i++) {
		struct span rest = { subject.ptr + i, subject.len - i };
		size_t length = 3;

		if (!span_begins(rest, "CN="))
			continue;
		while (length < rest.len && rest.ptr[length] != ',' && rest.ptr[length] != '+')
			length++;
		return (struct span){ rest.ptr + 3, length - 3 };
	}
	return (struct span){ subject.ptr, 0 };
}

static bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static uint8_t tls_signs(const struct event_tls *tls)
{
	struct span subject, issuer;

	if (tls->subject.len) {
		subject = name_common(tls->subject);
		issuer = name_common(tls->issuer);
		return name_is_tors(subject) && name_is_tors(issuer) &&
				       !span_equal(subject, issuer) &&
				       (tls->sni.len == 0 ||
					(name_is_tors(tls->sni) && !span_equal(tls->sni, subject)))
			       ? PASSAGE_TOR_NAMES
			       : 0;
	}
	return name_is_tors(tls->sni) && name_is_gibberish(tls->sni) ? PASSAGE_TOR_NAME : 0;
}

static uint8_t http_signs(const struct event_http *http)
{
	bool connects = http->method.len == 7 && span_begins(http->method, "CONNECT");

	if (!connects && !span_begins(http->url, "http://") && !span_begins(http->url, "https://"))
		return 0;
	return PASSAGE_HTTP | (http->status >= 200 && http->status < 400 ? PASSAGE_ACCEPTED : 0);
}

static uint8_t flow_signs(const struct flow *f)
{
	unsigned client = flow_initiator(f);
	uint16_t port = f->key.port[!client];

	if (f->key.proto != PROTO_TCP || !(f->state & FLOW_HANDSHAKE) ||
	    !f->payload_bytes[client] || !f->payload_bytes[!client])
		return 0;
	if (f->app == APP_TLS && (port == 9001 || port == 9030))
		return PASSAGE_TOR_PORT;
	return f->app == APP_NONE && (port == 1080 || port == 9050 || port == 9150) ? PASSAGE_SOCKS
										    : 0;
}

static void passage_add(struct tor_or_proxy *t, const struct passage *add)
{
	struct passage *p = slots_at(&t->passages, &add->key);

	if (p->times == 0 || add->first < p->first)
		p->first = add->first;
	if (p->times == 0 || add->last > p->last)
		p->last = add->last;
	p->signs |= add->signs;
	p->packets += add->packets;
	p->bytes += add->bytes;
	p->times++;
	slots_worth(&t->passages, p, (uint32_t)(p->times < UINT16_MAX ? p->times : UINT16_MAX));
}

DETECT_RARE static void tor_see_event(struct tor_or_proxy *t, const struct event *e)
{
	struct passage add = {
		.key = { *event_client(e), *event_server(e), e->key.port[!e->client], { 0 } },
		.first = e->ts,
		.last = e->ts,
	};

	if (e->kind == EVENT_TLS)
		add.signs = tls_signs(&e->tls);
	else if (e->kind == EVENT_HTTP)
		add.signs = http_signs(&e->http);
	if (add.signs && event_is_outward(t->settings.home, e))
		passage_add(t, &add);
}

DETECT_RARE static void tor_see_flow(struct tor_or_proxy *t, const struct flow *f, uint8_t signs)
{
	unsigned client = flow_initiator(f);
	struct passage add = {
		.key = { f->key.ip[client], f->key.ip[!client], f->key.port[!client], { 0 } },
		.first = f->first,
		.last = f->last,
		.packets = f->packets[0] + (uint64_t)f->packets[1],
		.bytes = f->bytes[0] + f->bytes[1],
		.signs = signs,
	};

	if (flow_is_outward(f))
		passage_add(t, &add);
}

static void tor_see(void *state, const struct obs *obs)
{
	uint8_t signs;

	if (obs->kind == OBS_EVENT) {
		tor_see_event(state, obs->event);
		return;
	}
	signs = flow_signs(obs->flow);
	if (signs)
		tor_see_flow(state, obs->flow, signs);
}

/* What the signs say, the surest first. */
static const struct passage_words {
	uint8_t sign;
	uint8_t confidence;
	const char *what, *why;
} words[] = {
	{ PASSAGE_TOR_NAMES, 90, "Tor",
	  "the names in the TLS handshake are made up in Tor's way, all different" },
	{ PASSAGE_ACCEPTED, 85, "a proxy outside",
	  "it was asked for others' pages, and gave them" },
	{ PASSAGE_HTTP, 60, "a proxy outside",
	  "it was asked for others' pages, but did not give them" },
	{ PASSAGE_TOR_NAME, 45, "Tor, perhaps",
	  "the server name in the TLS handshake is made up in Tor's way" },
	{ PASSAGE_TOR_PORT, 40, "Tor, perhaps", "TLS at a port that Tor relays use by default" },
	{ PASSAGE_SOCKS, 30, "a SOCKS proxy, perhaps",
	  "the port is one of SOCKS; the protocol is not known" },
};

static void tor_alert(struct alert *a, const struct passage *p)
{
	const struct passage_words *w = words;
	char who[ENTITY_TEXT], whom[ENTITY_TEXT];
	bool tor;

	while (!(w->sign & p->signs))
		w++;
	tor = (w->sign & (PASSAGE_TOR_NAMES | PASSAGE_TOR_NAME | PASSAGE_TOR_PORT)) != 0;
	*a = (struct alert){
		.rule = "tor_or_proxy",
		.vector = VECTOR_NONE,
		.direction = DIRECTION_OUTBOUND,
		.who = entity_ip(&p->key.host),
		.whom = entity_service(&p->key.through, p->key.port),
		.severity = SEVERITY_INFO,
		.confidence = w->confidence,
		.from = p->first,
		.to = p->last,
		.packets = p->packets - p->told_packets,
		.bytes = p->bytes - p->told_bytes,
		.attack = tor ? "T1090.003" : "T1090.002",
		.by = BY_WHO | BY_WHOM,
		.quiet = 3600 * USEC_PER_SEC,
	};
	entity_text(&a->who, who);
	entity_text(&a->whom, whom);
	snprintf(a->say, sizeof(a->say), "%s, one of ours, %s to the internet by way of %s: %s.",
		 who, w->confidence > 50 ? "goes" : "may go", whom, w->what);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].sign & p->signs &&
		    !(words[i].sign == PASSAGE_HTTP && p->signs & PASSAGE_ACCEPTED))
			alert_why(a, "Seen", "%s", words[i].why);
	alert_why(a, "Times", "%llu", (unsigned long long)p->times);
}

static void tor_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct tor_or_proxy *t = state;
	struct alert alert;
	struct passage *p;

	if (!window_is_due(window, &t->judged, JUDGE))
		return;
	for (uint32_t at = 0; (p = slots_next(&t->passages, &at));) {
		if (p->times == p->told)
			continue;
		tor_alert(&alert, p);
		sink->raise(sink->whom, &alert);
		p->told = p->times;
		p->told_packets = p->packets;
		p->told_bytes = p->bytes;
	}
}

const struct detector detector_tor_or_proxy = {
	.name = "tor_or_proxy",
	.doc = "One of ours that goes to the internet by way of Tor or of a proxy outside: names "
	       "made "
	       "up in Tor's way, HTTP that asks for other servers' pages; with low confidence the "
	       "ports of Tor and SOCKS. Always information. Needs the beginnings of the "
	       "conversations. False alarms: proxies that a provider or employer prescribes, other "
	       "programs at these ports.",
	.attack = "T1090.003 T1090.002",
	.wants = OBS_FLOW | OBS_EVENT,
	.only = TRAIT_RELAY,
	.mem_max = sizeof(struct tor_or_proxy) + PASSAGES * (sizeof(struct passage) + 4),
	.open = tor_open,
	.see = tor_see,
	.tick = tor_tick,
	.close = tor_close,
};
