/*
 * dga.c - a host of ours that looks for its master among names that nobody registered.
 *
 * Malware with a domain generation algorithm computes hundreds of names a day, of which its master
 * registers one; all others fail (Antonakakis et al., "From Throw-Away Traffic to Bots", USENIX
 * Security 2012). So: many different registrable names that do not exist, most of which no person
 * chose. People mistype one; search suffixes and browsers' probes make many names under one; mail
 * servers ask for senders' names by MX and TXT, which are not counted here.
 */
#include "detect/detect.h"
#include "detect/hostname.h"
#include "detect/resolvers.h"

#include <stdio.h>
#include <stdlib.h>

#define HOSTS 1024 /* hosts with failing names, at a time; a power of two */
#define NAMES 96   /* different failing names that are told apart in a stretch */
#define SHOWN 6
#define FAST  (600 * USEC_PER_SEC)  /* Conficker and its like ask in bursts ... */
#define SLOW  (7200 * USEC_PER_SEC) /* ... others wait a minute or more after each */
#define FAST_LEAST                                                                                 \
	10 /* machine-made names that fail: strange brands and typing errors are one or two */
#define SLOW_LEAST 20
#define SHARE_LEAST                                                                                \
	60 /* per cent of the failing names; a few of the malware's look chosen by chance */
#define RESOLVER_FACTOR                                                                            \
	4 /* a resolver asks for many; FAST_LEAST and SLOW_LEAST stay below NAMES                  \
	   */

struct dga_stretch {
	usec_t start;
	uint32_t names, machine;
	uint64_t hashes[NAMES];
};

struct dga_host {
	struct ip ip;
	struct dga_stretch parts[2];
	uint32_t shown;
	char show[SHOWN][HOSTNAME_TEXT];
	usec_t first, last;
	uint64_t packets, bytes, told_packets, told_bytes;
	bool touched;
};

struct dga {
	struct detect_settings settings;
	struct slots hosts, resolvers;
	bool touched;
};

static const usec_t lengths[2] = { FAST, SLOW };
static const uint32_t leasts[2] = { FAST_LEAST, SLOW_LEAST };

static void dga_close(void *state)
{
	struct dga *d = state;

	slots_close(&d->hosts);
	slots_close(&d->resolvers);
	free(d);
}

static void *dga_open(const struct detect_settings *settings)
{
	struct dga *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->settings = *settings;
	if (slots_open(&d->hosts, HOSTS, sizeof(struct dga_host), sizeof(struct ip)) &&
	    resolvers_open(&d->resolvers))
		return d;
	dga_close(d);
	return NULL;
}

/* Names that exist nowhere on purpose: RFC 6761, RFC 6762, RFC 8375, RFC 9476, and what routers and
 * offices call their own networks (ICANN's name collision study, 2013). */
static bool name_is_local(struct span name)
{
	static const char *const tops[] = {
		"arpa",     "local", "localhost", "localdomain", "lan",     "home",      "internal",
		"intranet", "corp",  "private",   "test",        "invalid", "workgroup", "domain",
		"router",   "alt",   "onion",     "belkin",      "dlink",   "office",    "example",
		"mail",     "host",  "localnet",  "homenet",     "gateway", "dhcp"
	};

	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		if (hostname_under(name, tops[i]))
			return true;
	return false;
}

static bool dga_counts(const struct event *e)
{
	const struct event_dns *dns = &e->dns;
	struct span name = hostname_registrable(dns->qname);

	return dns->response && !dns->multicast && dns->rcode == 3 && e->home[e->client] &&
	       (dns->qtype == 1 || dns->qtype == 28 || dns->qtype == 65) && /* A, AAAA, HTTPS */
	       hostname_first(name).len < name.len && !name_is_local(name) &&
	       !hostname_carries_address(dns->qname);
}

/* Whether the name is new in this stretch. */
static bool stretch_add(struct dga_stretch *part, uint64_t hash, bool machine)
{
	for (uint32_t i = 0; i < part->names; i++)
		if (part->hashes[i] == hash)
			return false;
	if (part->names == NAMES)
		return false;
	part->hashes[part->names++] = hash;
	part->machine += machine;
	return true;
}

static void dga_see(void *state, const struct obs *obs)
{
	struct dga *d = state;
	const struct event *e = obs->event;
	struct span name;
	struct dga_host *h;
	bool machine, fresh = false;

	if (e->kind != EVENT_DNS)
		return;
	resolvers_see(&d->resolvers, e);
	if (!dga_counts(e))
		return;
	name = hostname_registrable(e->dns.qname);
	machine = hostname_machine(hostname_first(name));
	h = slots_at(&d->hosts, event_client(e));
	for (unsigned p = 0; p < 2; p++) {
		if (obs->ts - h->parts[p].start >= lengths[p])
			h->parts[p] = (struct dga_stretch){ .start = obs->ts };
		fresh |= stretch_add(&h->parts[p], hostname_hash(name), machine);
	}
	if (h->packets == 0)
		h->first = e->ts;
	h->last = e->ts;
	h->packets++;
	h->bytes += e->dns.length;
	h->touched = d->touched = true;
	if (machine && fresh)
		hostname_text(name, h->show[h->shown++ % SHOWN]);
	slots_worth(&d->hosts, h, h->parts[0].machine + h->parts[1].machine);
}

/* The lowest level at which a stretch tells of it, and that stretch. */
static enum level dga_judge(struct dga *d, const struct dga_host *h, const struct dga_stretch **part)
{
	uint32_t factor = resolvers_has(&d->resolvers, &h->ip) ? RESOLVER_FACTOR : 1;
	enum level lowest = LEVELS;

	for (unsigned p = 0; p < 2; p++) {
		const struct dga_stretch *s = &h->parts[p];
		enum level level = level_reached(s->machine, leasts[p] * factor);

		if (level >= lowest || s->machine * 100 < s->names * SHARE_LEAST)
			continue;
		lowest = level;
		*part = s;
	}
	return lowest;
}

static void dga_alert(struct alert *a, struct dga *d, const struct dga_host *h,
		      const struct dga_stretch *part)
{
	bool resolver = resolvers_has(&d->resolvers, &h->ip);
	char who[ENTITY_TEXT], span[TIME_TEXT];

	*a = (struct alert){
		.rule = "dga",
		.vector = VECTOR_NONE,
		.direction = DIRECTION_OUTBOUND,
		.who = entity_ip(&h->ip),
		.whom = { .kind = ENTITY_MANY },
		.severity = resolver ? SEVERITY_WARNING : SEVERITY_HIGH,
		.confidence = (uint8_t)(resolver                          ? 60
					: part->machine >= 3 * FAST_LEAST ? 90
									  : 75),
		.from = h->first,
		.to = h->last,
		.packets = h->packets - h->told_packets,
		.bytes = h->bytes - h->told_bytes,
		.attack = "T1568.002",
		.by = BY_WHO,
		.quiet = SLOW,
	};
	entity_text(&a->who, who);
	snprintf(a->say, sizeof(a->say),
		 "%s, one of ours, asks for many names that do not exist and look machine-made, as "
		 "malware does that looks for its master%s.",
		 who, resolver ? "; it asks for others" : "");
	alert_why(a, "Names that do not exist", "%u%s different ones within %s", part->names,
		  part->names == NAMES ? " or more" : "", time_span(h->last - part->start, span));
	alert_why(a, "Of these machine-made", "%u by their letters and digits", part->machine);
	alert_why(a, "Normal", "one or two mistyped names, words that can be read");
	if (resolver)
		alert_why(a, "Resolver", "several clients ask it: one of them may be the cause");
	for (uint32_t i = 0; i < h->shown && i < SHOWN; i++)
		alert_why(a, "Name", "%s", h->show[i]);
}

static void dga_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct dga *d = state;
	struct alert alert;
	struct dga_host *h;

	(void)window;
	if (!d->touched)
		return;
	d->touched = false;
	for (uint32_t at = 0; (h = slots_next(&d->hosts, &at));) {
		const struct dga_stretch *part = NULL;
		enum level level;

		if (!h->touched)
			continue;
		h->touched = false;
		level = dga_judge(d, h, &part);
		if (level > sink->keep)
			continue;
		dga_alert(&alert, d, h, part);
		if (!alert_raise(sink, &alert, level))
			continue;
		h->told_packets = h->packets;
		h->told_bytes = h->bytes;
	}
}

const struct detector detector_dga = {
	.name = "dga",
	.doc = "A host of ours that asks for many different registrable names that do not exist "
	       "and "
	       "look machine-made, in bursts or over two hours. Needs DNS answers in the clear. "
	       "False alarms: crawlers and security tools that test random names, lists of short "
	       "foreign brands. Names made of dictionary words are not seen.",
	.attack = "T1568.002",
	.wants = OBS_EVENT,
	.mem_max = sizeof(struct dga) + HOSTS * (sizeof(struct dga_host) + 4) +
		   RESOLVERS * (sizeof(struct resolver) + 4),
	.open = dga_open,
	.see = dga_see,
	.tick = dga_tick,
	.close = dga_close,
};
