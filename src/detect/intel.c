/*
 * intel.c - our devices and the things that others have named as bad: addresses, names, URLs, files,
 * fingerprints of programs.
 *
 * Conversations and what they said are looked up in the index (intel/index.h). A match is gathered by
 * our device and value, and told again while it goes on. What is only context, or known to be shared by
 * many (a warning list, a TLS fingerprint), is told as such and does not alarm.
 */
#include "detect/detect.h"
#include "detect/slots.h"

#include "base/pen.h"

#include <stdio.h>
#include <stdlib.h>

#define CONTACTS 4096
#define QUIET    (3600 * USEC_PER_SEC)
#define SURE     75 /* confidence from which on a contact is `high` */
#define LIKELY   50
#define NOTE     96

struct contact_key {
	struct ip device;
	uint64_t value; /* hash of kind and value */
	uint8_t inbound, zero[7];
};

struct contact {
	struct contact_key key;
	struct entity whom;
	usec_t first, last;
	uint64_t times, told; /* how often it was seen, and how often when last told */
	uint64_t packets, bytes;
	uint8_t kind, confidence, severity;
	uint32_t sources;
	bool guarded, answered;
	char where[NOTE], value[NOTE], malware[NOTE], group[NOTE], source[NOTE], guard[NOTE],
		reference[NOTE];
};

struct intel {
	struct detect_settings settings;
	struct slots contacts;
};

/* One look-up under way. */
struct looking {
	struct intel *intel;
	struct ip device;
	bool inbound, answered;
	usec_t ts;
	uint64_t packets, bytes;
	const char *where;    /* where the value was seen: "DNS query", "TLS server name", ... */
	struct entity whom;   /* NAME without a name: the value itself */
};

static void *intel_open(const struct detect_settings *settings)
{
	struct intel *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->settings = *settings;
	if (slots_open(&n->contacts, CONTACTS, sizeof(struct contact), sizeof(struct contact_key)))
		return n;
	free(n);
	return NULL;
}

static void intel_close(void *state)
{
	struct intel *n = state;

	slots_close(&n->contacts);
	free(n);
}

static void note(char *into, struct span text)
{
	struct entity shown = entity_name(text); /* spaces are not in names, but in these texts */
	size_t n = strlen(shown.name);

	for (size_t i = 0; i < n && i < text.len; i++)
		if (text.ptr[i] == ' ')
			shown.name[i] = ' ';
	snprintf(into, NOTE, "%s", shown.name);
}

/* How bad it is that one of ours meets this, from what is known of it. */
static enum severity contact_severity(const struct contact *c, const struct index_match *m)
{
	bool file = m->kind == INDICATOR_MD5 || m->kind == INDICATOR_SHA1 ||
		    m->kind == INDICATOR_SHA256;

	if (!m->alone)
		return SEVERITY_INFO;
	if (c->key.inbound) /* everybody is visited by known scanners */
		return c->answered && !m->guarded ? SEVERITY_NOTICE : SEVERITY_INFO;
	if (m->guarded || m->confidence < LIKELY)
		return SEVERITY_NOTICE;
	if (m->confidence < SURE || !c->answered)
		return SEVERITY_WARNING;
	return file ? SEVERITY_CRITICAL : SEVERITY_HIGH;
}

/* What the tellings say; the first that says something counts. */
static void contact_describe(struct contact *c, const struct index_match *m)
{
	note(c->value, m->value);
	note(c->guard, m->guard);
	c->kind = (uint8_t)m->kind;
	c->confidence = m->confidence;
	c->sources = (uint32_t)m->count;
	c->guarded = m->guarded;
	for (unsigned i = 0; i < m->kept; i++) {
		const struct indicator *t = &m->telling[i];

		if (!c->malware[0])
			note(c->malware, t->malware);
		if (!c->group[0])
			note(c->group, t->group);
		if (!c->source[0])
			note(c->source, t->source);
		if (!c->reference[0])
			note(c->reference, t->reference);
	}
}

static void see_match(void *whom, const struct index_match *m)
{
	const struct looking *l = whom;
	struct contact_key key = { l->device,
				   hash_text(m->value.ptr, m->value.len, (uint64_t)m->kind),
				   l->inbound, { 0 } };
	struct contact *c = slots_at(&l->intel->contacts, &key);

	if (c->times == 0) {
		c->first = l->ts;
		c->whom = l->whom.kind == ENTITY_NAME ? entity_name(m->value) : l->whom;
		snprintf(c->where, sizeof(c->where), "%s", l->where);
		contact_describe(c, m);
	}
	c->first = l->ts < c->first ? l->ts : c->first;
	c->last = l->ts > c->last ? l->ts : c->last;
	c->times++;
	c->packets += l->packets;
	c->bytes += l->bytes;
	c->answered |= l->answered;
	c->severity = (uint8_t)contact_severity(c, m);
	slots_worth(&l->intel->contacts, c, 1 + c->severity * 1000u);
}

DETECT_RARE static void intel_flow(struct intel *n, const struct flow *f, usec_t now)
{
	unsigned client = flow_initiator(f);
	bool home[2] = { f->state & FLOW_HOME0, f->state & FLOW_HOME1 };
	struct looking l = { .intel = n, .ts = f->first, .where = "address of a conversation" };
	unsigned ours = home[1], outside = !ours;
	struct index_end end;

	if (home[0] == home[1])
		return;
	l.inbound = ours != client;
	l.device = f->key.ip[ours];
	l.answered = f->state & FLOW_ANSWERED;
	l.packets = f->packets[0] + (uint64_t)f->packets[1];
	l.bytes = f->bytes[0] + f->bytes[1];
	end = (struct index_end){ f->key.ip[outside], l.inbound ? 0 : f->key.port[outside] };
	l.whom = l.inbound ? entity_ip(&end.ip) : entity_service(&end.ip, end.port);
	index_ip(*n->settings.index, &end, now, see_match, &l);
}

/* Attempts that nobody answered make no conversation. */
DETECT_RARE static void intel_probe(struct intel *n, const struct probe *p, usec_t now)
{
	bool from_home = home_has(n->settings.home, &p->ip);
	bool to_home = home_has(n->settings.home, &p->first_host);
	struct looking l = { .intel = n, .ts = p->first, .where = "address of an attempt" };
	struct index_end end;

	if (from_home == to_home || p->answered || p->attempts == 0)
		return;
	l.inbound = to_home;
	l.device = from_home ? p->ip : p->first_host;
	l.packets = p->packets;
	l.bytes = p->bytes;
	end = (struct index_end){ from_home ? p->first_host : p->ip,
				  from_home ? p->first_port : 0 };
	l.whom = entity_ip(&end.ip);
	index_ip(*n->settings.index, &end, now, see_match, &l);
}

static void look_text(struct looking *l, const char *where, enum indicator_kind kind,
		      struct span value, usec_t now)
{
	l->where = where;
	if (value.len)
		index_text(*l->intel->settings.index, kind, value, now, see_match, l);
}

static void look_domain(struct looking *l, const char *where, struct span name, usec_t now)
{
	l->where = where;
	if (name.len)
		index_domain(*l->intel->settings.index, name, now, see_match, l);
}

static void look_http(struct looking *l, const struct event_http *http, usec_t now)
{
	char url[2 * EVENT_TEXT_MAX + 16];
	struct span whole = { (const uint8_t *)url, 0 };
	int len;

	look_domain(l, "host of an HTTP request", http->host, now);
	look_text(l, "user agent of an HTTP request", INDICATOR_AGENT, http->agent, now);
	if (!http->host.len || !http->url.len)
		return;
	if (http->url.ptr[0] == '/')
		len = snprintf(url, sizeof(url), "http://%.*s%.*s", (int)http->host.len,
			       (const char *)http->host.ptr, (int)http->url.len,
			       (const char *)http->url.ptr);
	else
		len = snprintf(url, sizeof(url), "%.*s", (int)http->url.len,
			       (const char *)http->url.ptr);
	if (len <= 0 || (size_t)len >= sizeof(url))
		return;
	whole.len = (size_t)len;
	l->where = "URL of an HTTP request";
	index_url(*l->intel->settings.index, whole, now, see_match, l);
}

static void look_digest(struct looking *l, enum indicator_kind kind, const uint8_t *digest,
			usec_t now)
{
	look_text(l, "file that was carried", kind,
		  (struct span){ digest, indicator_hash_bytes(kind) }, now);
}

/* By its content, and as it was carried: lists have archives too. */
static void look_file(struct looking *l, const struct event_file *f, usec_t now)
{
	if (f->hashed)
		look_digest(l, INDICATOR_SHA256, f->sha256, now);
	if (f->hashed_carried)
		look_digest(l, INDICATOR_SHA256, f->carried_sha256, now);
	if (f->hashed_all) {
		look_digest(l, INDICATOR_MD5, f->md5, now);
		look_digest(l, INDICATOR_SHA1, f->sha1, now);
	}
}

DETECT_RARE static void intel_event(struct intel *n, const struct event *e, usec_t now)
{
	struct looking l = { .intel = n, .ts = e->ts, .answered = true };

	if (e->home[0] == e->home[1] && e->kind != EVENT_DNS)
		return;
	l.inbound = !e->home[e->client];
	l.device = e->key.ip[l.inbound ? !e->client : e->client];
	l.whom = entity_name((struct span){ NULL, 0 });
	switch (e->kind) {
	case EVENT_DNS:
		/* the question of one of ours; the answer repeats it */
		if (e->dns.response || e->dns.multicast || l.inbound)
			return;
		look_domain(&l, "DNS query", e->dns.qname, now);
		break;
	case EVENT_TLS:
	case EVENT_QUIC:
		look_domain(&l, "server name in TLS", e->tls.sni, now);
		look_text(&l, "TLS fingerprint", INDICATOR_JA3, e->tls.ja3, now);
		look_text(&l, "TLS fingerprint", INDICATOR_JA4, e->tls.ja4, now);
		look_text(&l, "TLS fingerprint of the server", INDICATOR_JA3, e->tls.ja3s, now);
		break;
	case EVENT_HTTP:
		look_http(&l, &e->http, now);
		break;
	case EVENT_SMTP:
		look_text(&l, "sender of a mail", INDICATOR_EMAIL, e->smtp.from, now);
		break;
	case EVENT_FILE:
		look_file(&l, &e->file, now);
		break;
	default:
		break;
	}
}

static void intel_see(void *state, const struct obs *obs)
{
	struct intel *n = state;

	if (!n->settings.index || !*n->settings.index)
		return;
	if (obs->kind == OBS_FLOW)
		intel_flow(n, obs->flow, obs->ts);
	else if (obs->kind == OBS_PROBE)
		intel_probe(n, obs->probe, obs->ts);
	else
		intel_event(n, obs->event, obs->ts);
}

static void contact_why(struct alert *a, const struct contact *c)
{
	alert_why(a, "Value", "%s (%s)", c->value,
		  indicator_kind_name((enum indicator_kind)c->kind));
	alert_why(a, "Seen as", "%s, %llu times", c->where, (unsigned long long)c->times);
	alert_why(a, "Named by", "%s%s", c->source, c->sources > 1 ? " and others" : "");
	alert_why(a, "Confidence of the lists", "%u of 100, %u tellings", c->confidence,
		  c->sources);
	if (c->malware[0])
		alert_why(a, "What it is", "%s", c->malware);
	if (c->group[0])
		alert_why(a, "Said to be used by",
			  "%s - a hint only: infrastructure alone proves nothing", c->group);
	if (c->guarded)
		alert_why(a, "Warning list", "%s - shared or harmless for many, so less sure",
			  c->guard[0] ? c->guard : "yes");
	if (c->reference[0])
		alert_why(a, "Report", "%s", c->reference);
}

static void contact_tell(struct contact *c, const struct alert_sink *sink)
{
	char device[ENTITY_TEXT];
	struct entity ours = entity_ip(&c->key.device);
	struct alert a = {
		.rule = "intel",
		.vector = VECTOR_NONE,
		.direction = c->key.inbound ? DIRECTION_INBOUND : DIRECTION_OUTBOUND,
		.severity = (enum severity)c->severity,
		.confidence = c->confidence,
		.who = c->key.inbound ? c->whom : ours,
		.whom = c->key.inbound ? ours : c->whom,
		.from = c->first,
		.to = c->last,
		.packets = c->packets,
		.bytes = c->bytes,
		.by = BY_WHO | BY_WHOM,
		.quiet = QUIET,
		.attack = "T1071",
	};

	entity_text(&ours, device);
	if (c->severity == SEVERITY_INFO)
		snprintf(a.say, sizeof(a.say), "%s %s %s, which a list names%s%s.", device,
			 c->key.inbound ? "was visited by" : "met", c->value,
			 c->malware[0] ? " as " : "", c->malware);
	else
		snprintf(a.say, sizeof(a.say), "%s %s %s, which %s names as bad%s%s.", device,
			 c->key.inbound ? "was visited by" : "was in contact with", c->value,
			 c->source, c->malware[0] ? ": " : "", c->malware);
	contact_why(&a, c);
	sink->raise(sink->whom, &a);
	c->told = c->times;
	c->packets = c->bytes = 0;
}

static void intel_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct intel *n = state;
	struct contact *c;

	(void)window;
	for (uint32_t at = 0; (c = slots_next(&n->contacts, &at));)
		if (c->times != c->told)
			contact_tell(c, sink);
}

const struct detector detector_intel = {
	.name = "intel",
	.doc = "One of our devices meets something that imported indicators name: an address, a domain "
	       "(at label boundaries), a URL, a file by its SHA-256, a mail address, a user agent, a TLS "
	       "fingerprint. Needs an index: `hinomi intel import`. Warning lists lower the severity "
	       "and are named; TLS fingerprints and context lists never alarm alone. False alarms: "
	       "old or careless lists, shared hosting, addresses that have changed hands.",
	.attack = "T1071 T1071.001 T1071.004",
	.wants = OBS_FLOW | OBS_PROBE | OBS_EVENT,
	.mem_max = sizeof(struct intel) + CONTACTS * (sizeof(struct contact) + 8),
	.open = intel_open,
	.see = intel_see,
	.tick = intel_tick,
	.close = intel_close,
};
