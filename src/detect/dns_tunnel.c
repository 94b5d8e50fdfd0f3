/*
 * dns_tunnel.c - data carried out of or into the network in the names and answers of DNS.
 *
 * A tunnel (iodine, dnscat2, dns2tcp, commands in TXT) writes what it sends into the labels before
 * a domain of its own, so nearly every name is new, and what it receives into TXT, NULL, CNAME or
 * MX records. Honest names are asked for again, are chosen by people, or are look-ups at services
 * that answer by DNS: block lists, and scanners of viruses and mail, whose zones are left out by
 * name. Measured are different names below one registrable domain and the bytes on the way.
 * (Farnham, "Detecting DNS Tunneling", SANS 2013; MITRE ATT&CK T1071.004.)
 */
#include "detect/detect.h"
#include "detect/hostname.h"
#include "detect/resolvers.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define TUNNELS         2048 /* clients and domains, at a time; a power of two */
#define FAST            (600 * USEC_PER_SEC)
#define SLOW            (7200 * USEC_PER_SEC) /* low and slow: a name every few minutes */
#define CARRIER_LEAST   5  /* names asked for with NULL or private types, which nothing else uses */
#define TYPED_LEAST     15 /* encoded names asked for with types that carry data in the answer */
#define TYPED_BYTES     300  /* ... written into these names */
#define DOWNLOAD_LEAST  10   /* names asked for with TXT only; SPF and the like need a handful */
#define DOWNLOAD_BYTES  2000 /* ... answered to these */
#define LONG_LEAST      60   /* long encoded names of any type ... */
#define LONG_MEAN       45   /* ... with so many bytes each; CDNs and telemetry stay below 42 */
#define FULL_LEAST      20   /* names that are filled up ... */
#define FULL_MEAN       100  /* ... to so many bytes */
#define MANY_LEAST      300  /* encoded names of any length, each asked for once */
#define RESOLVER_FACTOR 4    /* a resolver asks for many clients */
#define SERVICE_LONG    60   /* below an underscored label (DKIM and so on) names are shorter */

enum tunnel_sign {
	SIGN_NONE,
	SIGN_CARRIER,
	SIGN_TYPED,
	SIGN_DOWNLOAD,
	SIGN_LONG,
	SIGN_MANY,
};

struct tunnel_stretch {
	usec_t start;
	uint32_t queries, encoded, typed, txt, carrier;
	uint64_t sent, received; /* bytes in names below the domain; in records that carry data */
	struct hll names;
};

struct tunnel_key {
	struct ip client;
	uint64_t domain; /* its hash */
};

struct tunnel {
	struct tunnel_key key;
	struct tunnel_stretch parts[2];
	char domain[HOSTNAME_TEXT], example[HOSTNAME_TEXT];
	struct ip server;   /* the last that was asked */
	bool away, touched; /* whether some server was outside */
	usec_t first, last;
	uint64_t packets, bytes, told_packets, told_bytes;
};

struct dns_tunnel {
	struct detect_settings settings;
	struct slots tunnels, resolvers;
	usec_t swept;
	bool touched;
};

static const usec_t lengths[2] = { FAST, SLOW };

static void tunnel_close(void *state)
{
	struct dns_tunnel *d = state;

	slots_close(&d->tunnels);
	slots_close(&d->resolvers);
	free(d);
}

static void *tunnel_open(const struct detect_settings *settings)
{
	struct dns_tunnel *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->settings = *settings;
	if (slots_open(&d->tunnels, TUNNELS, sizeof(struct tunnel), sizeof(struct tunnel_key)) &&
	    resolvers_open(&d->resolvers))
		return d;
	tunnel_close(d);
	return NULL;
}

/* NULL, and the types for private use (RFC 6895, 3.1). */
static bool type_is_carrier(uint16_t type)
{
	return type == 10 || type >= 65280;
}

/* Types whose answers have room for data: CNAME, NULL, MX, TXT, KEY, SRV, private ones. */
static bool type_has_room(uint16_t type)
{
	return type == 5 || type == 15 || type == 16 || type == 25 || type == 33 ||
	       type_is_carrier(type);
}

/* Services that are asked by DNS, about a file or a sender in each name; nobody else can have names
 * there. By what their makers document. */
static bool name_is_lookup(struct span name)
{
	static const char *const services[] = {
		"arpa",
		"mcafee.com",
		"trellix.com",
		"sophosxl.net",
		"sophosxl.com",
		"e5.sk",
		"spamhaus.org",
		"spamhaus.net",
		"spamcop.net",
		"sorbs.net",
		"surbl.org",
		"uribl.com",
		"rspamd.com",
		"dnswl.org",
		"senderbase.org",
		"barracudacentral.org",
		"brightcloud.com",
		"mailshell.net",
		"cymru.com",
		"trendmicro.com",
		"ahbl.org",
		"abuseat.org",
		"habeas.com",
		"dshield.org",
	};

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (hostname_under(name, services[i]))
			return true;
	return hostname_carries_address(name);
}

/* Names of services below a label with an underscore (RFC 8552): SRV, DKIM, DMARC, Active
 * Directory. */
static bool name_is_service(struct span below)
{
	for (size_t i = 0; i < below.len; i++)
		if (below.ptr[i] == '_' && (i == 0 || below.ptr[i - 1] == '.'))
			return below.len <= SERVICE_LONG;
	return false;
}

static void stretch_query(struct tunnel_stretch *part, const struct event_dns *dns,
			  struct span below)
{
	part->queries++;
	part->encoded += hostname_machine(hostname_longest(below));
	part->typed += type_has_room(dns->qtype);
	part->txt += dns->qtype == 16;
	part->carrier += type_is_carrier(dns->qtype);
	part->sent += below.len;
	hll_add(&part->names, hostname_hash(below));
}

/* What is suspicious stays in the table when ordinary names, however many, need the room. */
static uint32_t stretch_worth(const struct tunnel_stretch *part)
{
	return part->queries + 4 * (part->encoded + part->typed) + 16 * part->carrier;
}

static uint32_t dns_received(const struct event_dns *dns)
{
	uint32_t sum = 0;

	for (uint16_t i = 0; i < dns->record_count && i < DNS_ANSWERS; i++)
		if (type_has_room(dns->records[i].type) && dns->records[i].rdata_len <= UINT16_MAX)
			sum += dns->records[i].rdata_len;
	return sum;
}

static void tunnel_see(void *state, const struct obs *obs)
{
	struct dns_tunnel *d = state;
	const struct event *e = obs->event;
	struct span domain, below;
	struct tunnel_key key;
	struct tunnel *t;

	if (e->kind != EVENT_DNS)
		return;
	resolvers_see(&d->resolvers, e);
	domain = hostname_registrable(e->dns.qname);
	below = hostname_below(e->dns.qname, domain);
	if (e->dns.multicast || !e->home[e->client] || below.len == 0 ||
	    name_is_lookup(e->dns.qname) || name_is_service(below))
		return;
	key = (struct tunnel_key){ *event_client(e), hostname_hash(domain) };
	t = slots_at(&d->tunnels, &key);
	if (t->packets == 0) {
		t->first = e->ts;
		hostname_text(domain, t->domain);
	}
	for (unsigned p = 0; p < 2; p++) {
		if (obs->ts - t->parts[p].start >= lengths[p])
			t->parts[p] = (struct tunnel_stretch){ .start = obs->ts };
		if (e->dns.response)
			t->parts[p].received += dns_received(&e->dns);
		else
			stretch_query(&t->parts[p], &e->dns, below);
	}
	hostname_text(e->dns.qname, t->example);
	t->server = *event_server(e);
	t->away |= !e->home[!e->client];
	t->last = e->ts;
	t->packets++;
	t->bytes += e->dns.length;
	t->touched = d->touched = true;
	slots_worth(&d->tunnels, t, stretch_worth(&t->parts[1]));
}

static uint32_t stretch_names(const struct tunnel_stretch *part)
{
	uint64_t names = hll_count(&part->names);

	return names < part->queries ? (uint32_t)names : part->queries;
}

/* What of the names speaks for a tunnel; `factor` times as much is needed of what is no proof. */
static enum tunnel_sign stretch_sign(const struct tunnel_stretch *part, double factor, enum level level)
{
	double carriers = level_threshold(level, CARRIER_LEAST);
	double few = level_threshold(level, factor); /* times what is needed */
	uint64_t queries = part->queries, mean;
	double names;

	if ((double)queries < carriers)
		return SIGN_NONE;
	names = stretch_names(part);
	mean = part->sent / queries;
	if (part->carrier >= carriers && part->carrier * 2 >= queries && names >= carriers)
		return SIGN_CARRIER;
	if (part->typed * 2 >= queries && part->encoded * 2 >= queries && names >= TYPED_LEAST * few &&
	    names * 2 >= (double)queries && names * (double)mean >= TYPED_BYTES * few)
		return SIGN_TYPED;
	if (part->txt * 10 >= queries * 9 && names >= DOWNLOAD_LEAST * few &&
	    (double)part->received >= DOWNLOAD_BYTES * few)
		return SIGN_DOWNLOAD;
	if (part->encoded * 10 >= queries * 7 && ((names >= LONG_LEAST * few && mean >= LONG_MEAN) ||
						  (names >= FULL_LEAST * few && mean >= FULL_MEAN)))
		return SIGN_LONG;
	if (names >= MANY_LEAST * few && part->encoded * 10 >= queries * 8 &&
	    names * 10 >= (double)queries * 8)
		return SIGN_MANY;
	return SIGN_NONE;
}

/* What one of the two stretches of time says at a level: the first that says something. */
static enum tunnel_sign tunnel_sign(struct dns_tunnel *d, const struct tunnel *t, enum level level,
				    const struct tunnel_stretch **part)
{
	double factor = resolvers_has(&d->resolvers, &t->key.client) ? RESOLVER_FACTOR : 1;
	enum tunnel_sign sign = SIGN_NONE;

	for (unsigned p = 0; p < 2 && sign == SIGN_NONE; p++) {
		*part = &t->parts[p];
		sign = stretch_sign(*part, factor * (p + 1), level);
	}
	return sign;
}

static void tunnel_why(struct alert *a, const struct tunnel *t, const struct tunnel_stretch *part,
		       enum tunnel_sign sign)
{
	static const char *const signs[] = {
		[SIGN_CARRIER] = "record types (NULL, private) that only tunnels use",
		[SIGN_TYPED] = "encoded names, asked for with types that carry data",
		[SIGN_DOWNLOAD] = "text is fetched piece by piece (TXT)",
		[SIGN_LONG] = "long encoded names, each different",
		[SIGN_MANY] = "a great many encoded names, each asked for once",
	};
	char sent[TEXT_NUMBER], received[TEXT_NUMBER], span[TIME_TEXT];

	alert_why(a, "Domain", "%s", t->domain[0] ? t->domain : "none that can exist");
	alert_why(a, "Sign", "%s", signs[sign]);
	alert_why(a, "Names below it", "about %u different ones in %u queries within %s",
		  stretch_names(part), part->queries, time_span(t->last - part->start, span));
	alert_why(a, "Written into the names", "%s, %u of them encoded",
		  text_bytes(part->sent, sent), part->encoded);
	alert_why(a, "In answers that carry data", "%s", text_bytes(part->received, received));
	alert_why(a, "Example", "%s", t->example);
	alert_why(a, "Normal", "a few readable names, asked for again and again");
}

static void tunnel_alert(struct alert *a, const struct tunnel *t, const struct tunnel_stretch *part,
			 enum tunnel_sign sign)
{
	char who[ENTITY_TEXT];

	*a = (struct alert){
		.rule = "dns_tunnel",
		.vector = VECTOR_NONE,
		.direction = t->away ? DIRECTION_OUTBOUND : DIRECTION_INTERNAL,
		.who = entity_ip(&t->key.client),
		.whom = entity_ip(&t->server),
		.severity = sign == SIGN_MANY || sign == SIGN_DOWNLOAD ? SEVERITY_WARNING
								       : SEVERITY_HIGH,
		.confidence = (uint8_t)(sign == SIGN_CARRIER ? 95
					: sign == SIGN_TYPED ? 85
					: sign == SIGN_MANY  ? 60
							     : 75),
		.from = t->first,
		.to = t->last,
		.packets = t->packets - t->told_packets,
		.bytes = t->bytes - t->told_bytes,
		.attack = "T1071.004",
		.by = BY_WHO,
		.quiet = SLOW,
	};
	entity_text(&a->who, who);
	snprintf(a->say, sizeof(a->say),
		 "%s, one of ours, exchanges hidden data with %s%s by way of DNS questions and "
		 "answers.",
		 who, t->domain[0] ? "whoever owns " : "the server that it asks", t->domain);
	tunnel_why(a, t, part, sign);
}

/* What has been silent for long makes room first. */
static void tunnel_sweep(struct dns_tunnel *d, usec_t now)
{
	struct tunnel *t;

	if (now - d->swept < FAST)
		return;
	d->swept = now;
	for (uint32_t at = 0; (t = slots_next(&d->tunnels, &at));)
		if (now - t->last > SLOW)
			slots_worth(&d->tunnels, t, 0);
}

static void tunnel_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct dns_tunnel *d = state;
	struct alert alert;
	struct tunnel *t;

	tunnel_sweep(d, window->end);
	if (!d->touched)
		return;
	d->touched = false;
	for (uint32_t at = 0; (t = slots_next(&d->tunnels, &at));) {
		const struct tunnel_stretch *part;
		enum level level = LEVEL_NORMAL;
		enum tunnel_sign sign;

		if (!t->touched)
			continue;
		t->touched = false;
		while ((sign = tunnel_sign(d, t, level, &part)) == SIGN_NONE && level < sink->keep)
			level++;
		if (sign == SIGN_NONE)
			continue;
		tunnel_alert(&alert, t, part, sign);
		if (!alert_raise(sink, &alert, level))
			continue;
		t->told_packets = t->packets;
		t->told_bytes = t->bytes;
	}
}

const struct detector detector_dns_tunnel = {
	.name = "dns_tunnel",
	.doc = "A host of ours whose DNS questions under one domain carry data: different encoded "
	       "names, record types with room, volume; within ten minutes or two hours. Needs DNS "
	       "in the clear, questions and answers. False alarms: virus and mail scanners that "
	       "look "
	       "files up in a zone of their own that is not known here, measuring services.",
	.attack = "T1071.004",
	.wants = OBS_EVENT,
	.mem_max = sizeof(struct dns_tunnel) + TUNNELS * (sizeof(struct tunnel) + 4) +
		   RESOLVERS * (sizeof(struct resolver) + 4),
	.open = tunnel_open,
	.see = tunnel_see,
	.tick = tunnel_tick,
	.close = tunnel_close,
};
