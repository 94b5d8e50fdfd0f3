/*
 * spam_bot.c - a host of ours that sends mail as only a mail server does, and is none.
 *
 * A bot delivers its spam itself, to the mail server of each recipient: many servers at port 25 in
 * a short time, many refused recipients. A person's mail program uses one or two servers, and on
 * other ports (RFC 6409). A mail server of ours also receives mail; it is told of only when most
 * of its recipients are refused, as after the theft of an account.
 */
#include "detect/detect.h"
#include "detect/slots.h"

#include <stdio.h>
#include <stdlib.h>

#define HOSTS          512 /* senders and mail servers of ours, at a time; a power of two */
#define FAST           (600 * USEC_PER_SEC)
#define SLOW           (7200 * USEC_PER_SEC)
#define SERVERS_FAST   10 /* mail servers outside; a scanner that mails its reports has one */
#define SERVERS_SLOW   25
#define REFUSED_LEAST  30 /* recipients refused, through however few servers ... */
#define REFUSED_SHARE  30 /* ... and so many per cent of all */
#define UNWELCOME      20 /* per cent of connections or recipients in vain: less is only a notice */
#define SERVER_REFUSED 100 /* of a mail server: lists have dead addresses ... */
#define SERVER_SHARE   50  /* ... but they are the fewer */
#define MAIL_CLIENTS   2   /* who delivers mail to a host makes it a mail server */

struct spam_stretch {
	usec_t start;
	uint64_t connections, unanswered, recipients, refused, messages;
	struct hll servers;
};

struct spam_host {
	struct ip ip;
	struct spam_stretch parts[2];
	struct hll clients; /* who delivers mail to it */
	usec_t first, last;
	uint64_t packets, bytes, told_packets, told_bytes;
	bool touched;
};

struct spam_bot {
	struct detect_settings settings;
	struct slots hosts;
	bool touched;
};

static const usec_t lengths[2] = { FAST, SLOW };
static const uint32_t servers_least[2] = { SERVERS_FAST, SERVERS_SLOW };

static void *spam_open(const struct detect_settings *settings)
{
	struct spam_bot *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->settings = *settings;
	if (slots_open(&s->hosts, HOSTS, sizeof(struct spam_host), sizeof(struct ip)))
		return s;
	free(s);
	return NULL;
}

static void spam_close(void *state)
{
	struct spam_bot *s = state;

	slots_close(&s->hosts);
	free(s);
}

/* The host's entry, with its stretches up to date. Stretches begin at ends of windows, which are
 * the same whatever the order within a window. */
static struct spam_host *spam_host(struct spam_bot *s, const struct ip *ip, usec_t now)
{
	struct spam_host *h = slots_at(&s->hosts, ip);

	for (unsigned p = 0; p < 2; p++)
		if (now - h->parts[p].start >= lengths[p])
			h->parts[p] = (struct spam_stretch){ .start = now };
	return h;
}

static void spam_times(struct spam_bot *s, struct spam_host *h, usec_t first, usec_t last)
{
	if (h->first == 0 || first < h->first)
		h->first = first;
	h->last = last > h->last ? last : h->last;
	h->touched = s->touched = true;
	slots_worth(&s->hosts, h, (uint32_t)(h->parts[1].connections + h->parts[1].recipients) + 1);
}

DETECT_RARE static void spam_flow(struct spam_bot *s, const struct flow *f, usec_t now)
{
	unsigned client = flow_initiator(f);
	const struct ip *from = &f->key.ip[client], *to = &f->key.ip[!client];
	bool ours = home_has(s->settings.home, from), theirs = !home_has(s->settings.home, to);
	struct spam_host *h;

	if (!theirs && f->payload_bytes[0] && f->payload_bytes[1]) {
		h = spam_host(s, to, now);
		hll_add(&h->clients, hash_16(from->b, 0));
		slots_worth(&s->hosts, h,
			    UINT16_MAX); /* to know mail servers avoids false alarms */
	}
	if (!ours || !theirs)
		return;
	h = spam_host(s, from, now);
	for (unsigned p = 0; p < 2; p++) {
		h->parts[p].connections++;
		/* a client that goes on alone is answered where the capture does not reach */
		h->parts[p].unanswered += f->payload_bytes[!client] == 0 &&
					  (f->packets[!client] || !f->payload_bytes[client]);
		hll_add(&h->parts[p].servers, hash_16(to->b, 0));
	}
	h->packets += f->packets[0] + (uint64_t)f->packets[1];
	h->bytes += f->bytes[0] + f->bytes[1];
	spam_times(s, h, f->first, f->last);
}

DETECT_RARE static void spam_envelope(struct spam_bot *s, const struct event *e, usec_t now)
{
	const struct event_smtp *m = &e->smtp;
	struct spam_host *h;

	if (!e->home[e->client] || e->home[!e->client])
		return;
	h = spam_host(s, event_client(e), now);
	for (unsigned p = 0; p < 2; p++) {
		h->parts[p].recipients += m->recipients;
		h->parts[p].refused += m->refused < m->recipients ? m->refused : m->recipients;
		h->parts[p].messages += m->message > 0;
		hll_add(&h->parts[p].servers, hash_16(event_server(e)->b, 0));
	}
	spam_times(s, h, e->ts, e->ts);
}

static void spam_see(void *state, const struct obs *obs)
{
	struct spam_bot *s = state;

	if (obs->kind == OBS_FLOW) {
		const struct flow *f = obs->flow;

		if (f->key.proto == PROTO_TCP && f->key.port[!flow_initiator(f)] == 25)
			spam_flow(s, f, obs->ts);
		return;
	}
	if (obs->event->kind == EVENT_SMTP)
		spam_envelope(s, obs->event, obs->ts);
}

static bool host_is_mail_server(const struct spam_host *h)
{
	return hll_count(&h->clients) >= MAIL_CLIENTS;
}

/* Bots have lists of addresses that are old, and are on block lists themselves; who has asked his
 * readers is let in nearly everywhere. */
static bool stretch_is_unwelcome(const struct spam_stretch *part)
{
	return part->unanswered * 100 >= part->connections * UNWELCOME + 1 ||
	       part->refused * 100 >= part->recipients * UNWELCOME + 1;
}

static enum level stretch_level(const struct spam_stretch *part, uint32_t servers, bool mail_server)
{
	uint32_t least = mail_server ? SERVER_REFUSED : REFUSED_LEAST;
	uint32_t share = mail_server ? SERVER_SHARE : REFUSED_SHARE;
	enum level level = LEVELS;

	if (part->refused * 100 >= part->recipients * share)
		level = level_reached((double)part->refused, least);
	if (mail_server || level == LEVEL_NORMAL)
		return level;
	return level_either(level, level_reached((double)hll_count(&part->servers), servers));
}

/* The lowest level at which a stretch is that of a spam bot, and that stretch. */
static enum level host_level(const struct spam_host *h, const struct spam_stretch **part)
{
	enum level lowest = LEVELS;

	for (unsigned p = 0; p < 2 && lowest > LEVEL_NORMAL; p++) {
		enum level level = stretch_level(&h->parts[p], servers_least[p], host_is_mail_server(h));

		if (level < lowest) {
			lowest = level;
			*part = &h->parts[p];
		}
	}
	return lowest;
}

static void spam_alert(struct alert *a, const struct spam_host *h, const struct spam_stretch *part)
{
	bool mail_server = host_is_mail_server(h), unwelcome = stretch_is_unwelcome(part);
	uint64_t servers = hll_count(&part->servers);
	char who[ENTITY_TEXT], span[TIME_TEXT];

	*a = (struct alert){
		.rule = "spam_bot",
		.vector = VECTOR_NONE,
		.direction = DIRECTION_OUTBOUND,
		.who = entity_ip(&h->ip),
		.whom = { .kind = ENTITY_MANY },
		.severity = !unwelcome    ? SEVERITY_NOTICE
			    : mail_server ? SEVERITY_WARNING
					  : SEVERITY_HIGH,
		.confidence = (uint8_t)(mail_server || !unwelcome        ? 50
					: part->refused >= REFUSED_LEAST ? 85
									 : 70),
		.from = h->first,
		.to = h->last,
		.packets = h->packets - h->told_packets,
		.bytes = h->bytes - h->told_bytes,
		.targets = &part->servers,
		.attack = "T1496",
		.by = BY_WHO,
		.quiet = SLOW,
	};
	entity_text(&a->who, who);
	snprintf(a->say, sizeof(a->say), "%s, one of ours, %s.", who,
		 mail_server ? "a mail server, sends mail of which most recipients are refused, as "
			       "after the theft of an account"
			     : "receives no mail that was seen, but delivers to many mail servers, "
			       "as spam bots do");
	alert_why(a, "Mail servers asked", "about %llu within %s", (unsigned long long)servers,
		  time_span(h->last > part->start ? h->last - part->start : 0, span));
	alert_why(a, "Connections to port 25", "%llu that have ended, %llu of them unanswered",
		  (unsigned long long)part->connections, (unsigned long long)part->unanswered);
	if (part->recipients)
		alert_why(a, "Recipients", "%llu, of which %llu were refused; %llu messages",
			  (unsigned long long)part->recipients, (unsigned long long)part->refused,
			  (unsigned long long)part->messages);
	alert_why(a, "Delivers mail to it", "about %llu hosts",
		  (unsigned long long)hll_count(&h->clients));
	alert_why(a, "Normal", "one or two mail servers, hardly a recipient refused");
}

static void spam_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct spam_bot *s = state;
	struct alert alert;
	struct spam_host *h;

	(void)window;
	if (!s->touched)
		return;
	s->touched = false;
	for (uint32_t at = 0; (h = slots_next(&s->hosts, &at));) {
		const struct spam_stretch *part = NULL;
		enum level level;

		if (!h->touched)
			continue;
		h->touched = false;
		level = host_level(h, &part);
		if (level > sink->keep)
			continue;
		spam_alert(&alert, h, part);
		if (!alert_raise(sink, &alert, level))
			continue;
		h->told_packets = h->packets;
		h->told_bytes = h->bytes;
	}
}

const struct detector detector_spam_bot = {
	.name = "spam_bot",
	.doc = "A host of ours that receives no mail but connects to many mail servers outside at "
	       "port "
	       "25, or that has many recipients refused. Needs the flows; the refusals only in "
	       "sessions without TLS. False alarms: servers that only send mail, web shops and "
	       "newsletters (a notice as long as they are let in); testers of mail addresses.",
	.attack = "T1496",
	.wants = OBS_FLOW | OBS_EVENT,
	.only = TRAIT_MAIL,
	.mem_max = sizeof(struct spam_bot) + HOSTS * (sizeof(struct spam_host) + 4),
	.open = spam_open,
	.see = spam_see,
	.tick = spam_tick,
	.close = spam_close,
};
