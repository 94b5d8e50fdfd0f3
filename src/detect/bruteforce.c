/*
 * bruteforce.c - guessing passwords, by the shape of the conversations.
 *
 * A failed login is a short conversation with a little said by both sides; guessing is the same
 * one again and again. Where the protocol is in the clear (FTP, SMTP AUTH, Telnet) the server's
 * refusals are counted as well. SSH, Telnet, RDP, FTP and SMTP are known by their first bytes, on
 * any port.
 */
#include "detect/detect.h"
#include "detect/slots.h"

#include <stdio.h>
#include <stdlib.h>

#define PAIRS      2048 /* three for each client and server */
#define BIN        (10 * USEC_PER_SEC) /* tries are counted in stretches of this */
#define BINS       64 /* ten minutes and some more */
#define FAST_BINS  6  /* one minute */
#define LEAST_FAST 15 /* tries in a minute */
#define LEAST_SLOW 40 /* ... or in ten */
#define NEVER      100000 /* as a factor of these */
#define MANY       5  /* clients of a server, or servers of a client, that are put together */

/* The largest conversation that is still a failed login: key exchange and a few refusals. */
#define SHAPE_CLIENT 8000
#define SHAPE_SERVER 12000
#define SHAPE_TIME   (60 * USEC_PER_SEC)

/* A client and a server; or all servers of a client, or all clients of a server: then the other is
 * zero, and there must be several of them. */
struct pair_key {
	struct ip client, server;
	uint16_t port;
	uint8_t app;
	uint8_t zero[5];
};

struct pair_bin {
	int64_t number;
	uint32_t tries, refusals;
};

struct pair {
	struct pair_key key;
	struct pair_bin bins[BINS];
	int64_t latest;
	usec_t first, last;
	uint64_t tries, refusals, packets, bytes, told_packets, told_bytes;
	bool touched;
	struct top_ip other; /* of the many: the commonest ... */
	struct hll others;   /* ... and how many */
	uint64_t flows;
};

struct bruteforce {
	struct detect_settings settings;
	struct slots pairs;
};

static void *bruteforce_open(const struct detect_settings *settings)
{
	struct bruteforce *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->settings = *settings;
	if (slots_open(&b->pairs, PAIRS, sizeof(struct pair), sizeof(struct pair_key)))
		return b;
	free(b);
	return NULL;
}

static void bruteforce_close(void *state)
{
	struct bruteforce *b = state;

	slots_close(&b->pairs);
	free(b);
}

/* The number of logins that the conversation seems to have tried in vain. */
static uint32_t bruteforce_tries(const struct flow *f)
{
	unsigned client = flow_initiator(f);
	bool shape = f->payload_bytes[client] && f->payload_bytes[!client] &&
		     f->payload_bytes[client] < SHAPE_CLIENT &&
		     f->payload_bytes[!client] < SHAPE_SERVER && f->last - f->first < SHAPE_TIME;

	switch (f->app) {
	case APP_RDP:
		return shape;
	case APP_SSH: /* several tries in one session */
		return !shape || f->login_failures < 2 ? shape : f->login_failures;
	case APP_TELNET:
		return f->login_failures > shape ? f->login_failures : shape;
	case APP_FTP: /* sessions with nothing refused are no guesses: mirrors open many */
	case APP_SMTP:
		return f->login_failures;
	}
	return 0;
}

/* Those that the server said in the clear: SSH's are only guessed. */
static uint32_t bruteforce_refusals(const struct flow *f)
{
	return f->app == APP_SSH ? 0 : f->login_failures;
}

static void pair_add(struct bruteforce *b, const struct pair_key *key, const struct flow *f,
		     uint32_t tries, const struct ip *other)
{
	int64_t number = f->first / BIN;
	struct pair *p = slots_at(&b->pairs, key);
	struct pair_bin *bin = &p->bins[(uint64_t)number % BINS];
	uint64_t hash = hash_16(other->b, 0);

	if (bin->number != number)
		*bin = (struct pair_bin){ .number = number };
	bin->tries += tries;
	bin->refusals += bruteforce_refusals(f);
	if (p->tries == 0 || f->first < p->first)
		p->first = f->first;
	if (p->tries == 0 || f->last > p->last)
		p->last = f->last;
	if (p->tries == 0 || number > p->latest)
		p->latest = number;
	p->tries += tries;
	p->refusals += bruteforce_refusals(f);
	p->packets += f->packets[0] + (uint64_t)f->packets[1];
	p->bytes += f->bytes[0] + f->bytes[1];
	p->flows++;
	p->touched = true;
	top_ip_add(&p->other, other, hash);
	hll_add(&p->others, hash);
	slots_worth(&b->pairs, p, (uint32_t)(p->tries < UINT16_MAX ? p->tries : UINT16_MAX));
}

DETECT_RARE static void bruteforce_add(struct bruteforce *b, const struct flow *f, uint32_t tries)
{
	unsigned client = flow_initiator(f);
	const struct ip *from = &f->key.ip[client], *to = &f->key.ip[!client];
	uint16_t port = f->key.port[!client];
	struct pair_key both = { *from, *to, port, f->app, { 0 } };
	struct pair_key spray = { .client = *from, .port = port, .app = f->app };
	struct pair_key crowd = { .server = *to, .port = port, .app = f->app };

	pair_add(b, &both, f, tries, to);
	pair_add(b, &spray, f, tries, to);
	pair_add(b, &crowd, f, tries, from);
}

static void bruteforce_see(void *state, const struct obs *obs)
{
	const struct flow *f = obs->flow;
	uint32_t tries = f->key.proto == PROTO_TCP ? bruteforce_tries(f) : 0;

	if (tries)
		bruteforce_add(state, f, tries);
}

/* The most tries in any stretch of `span` bins. */
static uint32_t pair_most(const struct pair *p, int span)
{
	uint32_t most = 0;

	for (int64_t end = p->latest - BINS + 1; end <= p->latest; end++) {
		uint32_t sum = 0;

		for (int64_t n = end - span + 1; n <= end; n++) {
			const struct pair_bin *bin = &p->bins[(uint64_t)n % BINS];

			sum += n >= 0 && bin->number == n ? bin->tries : 0;
		}
		most = sum > most ? sum : most;
	}
	return most;
}

/* How many times more tries are needed: of the many, twice as many, and only when none of them makes
 * up most, which is told by itself. */
static uint32_t pair_factor(const struct bruteforce *b, const struct pair *p)
{
	static const struct ip none;

	/* an administrator's tools go from server to server; they are not refused */
	if (ip_equal(&p->key.server, &none) && p->refusals == 0 &&
	    home_has(b->settings.home, &p->key.client))
		return NEVER;
	if (!ip_equal(&p->key.client, &none) && !ip_equal(&p->key.server, &none))
		return 1;
	return hll_count(&p->others) < MANY || agree_share(&p->other.agree, p->flows) > 0.4 ? NEVER
											   : 2;
}

static enum level pair_level(const struct bruteforce *b, const struct pair *p, uint32_t fast)
{
	double factor = pair_factor(b, p);
	enum level level = level_reached(fast, LEAST_FAST * factor);

	if (level == LEVEL_NORMAL)
		return level;
	return level_either(level, level_reached(pair_most(p, BINS - 4), LEAST_SLOW * factor));
}

static void bruteforce_alert(struct alert *a, const struct bruteforce *b, const struct pair *p,
			     uint32_t fast)
{
	static const struct ip none;
	bool spray = ip_equal(&p->key.server, &none), crowd = ip_equal(&p->key.client, &none);
	const struct ip *from = crowd ? &p->other.ip : &p->key.client;
	const struct ip *to = spray ? &p->other.ip : &p->key.server;
	bool ours = !crowd && home_has(b->settings.home, from);
	char who[ENTITY_TEXT], whom[ENTITY_TEXT], length[TIME_TEXT], name[8];

	*a = (struct alert){
		.rule = "bruteforce",
		.vector = VECTOR_NONE,
		.direction = home_direction(b->settings.home, from, to),
		.who = { .kind = ENTITY_MANY },
		.whom = { .kind = ENTITY_MANY },
		.severity = ours ? SEVERITY_HIGH : SEVERITY_WARNING,
		.confidence = (uint8_t)(p->refusals >= LEAST_FAST ? 95 : fast >= 30 ? 85 : 70),
		.from = p->first,
		.to = p->last,
		.packets = p->packets - p->told_packets,
		.bytes = p->bytes - p->told_bytes,
		.attack = "T1110.001",
		.by = (crowd ? 0 : BY_WHO) | (spray ? 0 : BY_WHOM),
		.quiet = 600 * USEC_PER_SEC,
	};
	if (!crowd)
		a->who = entity_ip(from);
	if (!spray)
		a->whom = entity_service(to, p->key.port);
	a->sources = crowd ? &p->others : NULL;
	a->targets = spray ? &p->others : NULL;
	entity_text(&a->who, who);
	entity_text(&a->whom, whom);
	snprintf(name, sizeof(name), "%s", app_name((enum app)p->key.app));
	for (char *c = name; *c; c++)
		*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	snprintf(a->say, sizeof(a->say), "%s%s guesses %s passwords at %s: %llu tries in %s.", who,
		 ours ? ", one of ours," : "", name, whom, (unsigned long long)p->tries,
		 time_span(p->last - p->first, length));
	alert_why(a, "Tries", "%llu, at most %u in one minute", (unsigned long long)p->tries, fast);
	if (p->refusals)
		alert_why(a, "Refused by the server", "%llu logins (said in the clear)",
			  (unsigned long long)p->refusals);
	alert_why(a, "Shape", "short %s conversations, the same again and again", name);
	alert_why(a, "A person", "types a wrong password a few times in a minute");
}

static void bruteforce_tick(void *state, const struct window *window,
			    const struct alert_sink *sink)
{
	struct bruteforce *b = state;
	struct alert alert;
	struct pair *p;

	(void)window;
	for (uint32_t at = 0; (p = slots_next(&b->pairs, &at));) {
		enum level level;
		uint32_t fast;

		if (!p->touched)
			continue;
		p->touched = false;
		fast = pair_most(p, FAST_BINS);
		level = pair_level(b, p, fast);
		if (level > sink->keep)
			continue;
		bruteforce_alert(&alert, b, p, fast);
		if (!alert_raise(sink, &alert, level))
			continue;
		p->told_packets = p->packets;
		p->told_bytes = p->bytes;
	}
}

const struct detector detector_bruteforce = {
	.name = "bruteforce",
	.doc = "Many short SSH, RDP or Telnet conversations from one client to one server, or many "
	       "refused logins said in the clear (FTP, SMTP, Telnet). Needs both directions. False alarms: scripts "
	       "that open an SSH session for every command, health checks every few seconds.",
	.attack = "T1110.001",
	.wants = OBS_FLOW,
	.only = TRAIT_LOGIN,
	.mem_max = sizeof(struct bruteforce) + PAIRS * (sizeof(struct pair) + 4),
	.open = bruteforce_open,
	.see = bruteforce_see,
	.tick = bruteforce_tick,
	.close = bruteforce_close,
};
