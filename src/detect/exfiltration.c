/*
 * exfiltration.c - a host of ours that carries much to the outside, unlike before (ATT&CK T1041,
 * T1048, T1567).
 *
 * Sums by host, and by host and address outside, of conversations that our host began: what others
 * fetch from our servers is not in them. By five minutes and by hours of the input's time.
 */
#include "detect/exfiltration.h"
#include "detect/due.h"
#include "detect/growth.h"
#include "detect/outward.h"

#include <stdlib.h>

#define UPLOADS   8192 /* hosts, and pairs of a host and an address outside */
#define FLOWS     8192 /* conversations whose growth is followed at a time */
#define FIVE      (300 * USEC_PER_SEC)
#define HOUR      (3600 * USEC_PER_SEC)
#define JUDGE     (5 * USEC_PER_SEC) /* how often uploads are judged: at every sweep */
#define KEEP_FIVE 0.9998 /* what is left of the usual after five minutes; 94 % after a day */
#define KEEP_HOUR 0.998  /* ... after an hour: 95 % after a day */
#define FORGET    1000   /* stretches without anything, after which nothing is usual */
#define PAIR_LEAST 4096  /* bytes out, below which a conversation does not make its pair an entry */
#define WORTH     16384  /* bytes: the unit of an entry's worth; up to 1 GB is told apart */

struct exfiltration {
	struct detect_settings settings;
	struct slots uploads, flows;
	usec_t judged;
};

static void *exfiltration_open(const struct detect_settings *settings)
{
	struct exfiltration *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->settings = *settings;
	if (slots_open(&x->uploads, UPLOADS, sizeof(struct upload), sizeof(struct upload_key)) &&
	    growth_open(&x->flows, FLOWS))
		return x;
	slots_close(&x->uploads);
	free(x);
	return NULL;
}

static void exfiltration_close(void *state)
{
	struct exfiltration *x = state;

	slots_close(&x->uploads);
	slots_close(&x->flows);
	free(x);
}

/* The most so far is usual; at a tight level, not all of what is more than before. */
static double volume_learn(const struct volume *v, enum level level)
{
	double more = (double)v->out - v->usual;

	if (more <= 0)
		return v->usual;
	return (double)v->out - more * (1 - level_rules(level)->learning_percent / 100.0);
}

static void volume_add(struct volume *v, usec_t now, usec_t length, const struct upload *gain,
		       enum level level)
{
	int64_t number = now / length;
	double keep = length == FIVE ? KEEP_FIVE : KEEP_HOUR;

	if (number > v->number) {
		int64_t gone = number - v->number;

		v->usual = volume_learn(v, level);
		for (int64_t i = 0; i < gone && i < FORGET; i++)
			v->usual *= keep;
		v->number = number;
		v->out = v->in = v->odd = 0;
	}
	v->out += gain->hour.out;
	v->in += gain->hour.in;
	v->odd += gain->hour.odd;
}

static void upload_add(struct exfiltration *x, struct upload *u, const struct upload *gain,
		       usec_t now)
{
	enum level level = detect_level(&x->settings);
	uint64_t worth;

	if (u->last == 0) {
		u->first = gain->first;
		u->port = gain->port;
	}
	u->first = gain->first < u->first ? gain->first : u->first;
	u->last = gain->last > u->last ? gain->last : u->last;
	u->port = gain->port < u->port ? gain->port : u->port;
	u->channels |= gain->channels;
	u->packets += gain->packets;
	u->bytes += gain->hour.out + gain->hour.in;
	volume_add(&u->five, now, FIVE, gain, level);
	volume_add(&u->hour, now, HOUR, gain, level);
	u->touched = true;
	worth = u->bytes / WORTH;
	slots_worth(&x->uploads, u, (uint32_t)(worth < UINT16_MAX ? worth : UINT16_MAX));
}

/* What is carried through a channel that is not for so much; 0: an ordinary one. */
static uint8_t flow_channel(const struct flow *f, uint16_t port)
{
	if (port == 53 && f->app != APP_TLS)
		return CHANNEL_DNS;
	if (f->app == APP_TELNET)
		return CHANNEL_TELNET;
	if (f->app == APP_FTP || (f->key.proto == PROTO_TCP && port == 20))
		return CHANNEL_FTP;
	if (f->key.proto == PROTO_UDP && (port == 123 || port == 137 || port == 161 || port == 514))
		return CHANNEL_ODD;
	return 0;
}

/* The end of ours that began it with an address outside; 2: none. The server of an active FTP
 * session begins the transfer itself, from port 20 (RFC 959, 3.2). */
static unsigned flow_sender(const struct flow *f)
{
	unsigned client = flow_initiator(f);

	if (flow_is_outward(f))
		return client;
	if (f->key.proto == PROTO_TCP && f->key.port[client] == 20 &&
	    (f->state & (FLOW_HOME0 | FLOW_HOME1)) == (client ? FLOW_HOME0 : FLOW_HOME1))
		return !client;
	return 2;
}

/* Of floods, which carry much, too, flood.c tells. */
static bool flow_counts(const struct flow *f)
{
	return (f->key.proto == PROTO_TCP || f->key.proto == PROTO_UDP) &&
	       (f->state & FLOW_ANSWERED);
}

/* A conversation that counts, under way to its sums. */
struct sending {
	const struct obs *obs;
	struct upload_key key;
	unsigned ours;       /* the end of ours */
	uint64_t host, pair; /* hashes of the keys */
};

static void exfiltration_add(struct exfiltration *x, const struct sending *s)
{
	const struct flow *f = s->obs->flow;
	struct gain gain = growth_of(&x->flows, f, s->obs->kind == OBS_FLOW);
	struct upload add = { .key = { .host = s->key.host } };
	unsigned ours = s->ours;

	add.port = f->key.port[!ours];
	add.channels = flow_channel(f, add.port);
	add.hour.out = gain.bytes[ours];
	add.hour.in = gain.bytes[!ours];
	add.hour.odd = add.channels ? gain.bytes[ours] : 0;
	add.packets = gain.packets[0] + gain.packets[1];
	add.first = f->first;
	add.last = f->last;
	upload_add(x, slots_at_by(&x->uploads, &add.key, s->host), &add, s->obs->ts);
	if (add.hour.out >= PAIR_LEAST || slots_find_by(&x->uploads, &s->key, s->pair))
		upload_add(x, slots_at_by(&x->uploads, &s->key, s->pair), &add, s->obs->ts);
}

static void exfiltration_see_many(void *state, const struct obs *obs, size_t count)
{
	struct exfiltration *x = state;
	struct sending sendings[OBS_RUN];
	size_t sent = 0;

	for (size_t k = 0; k < count; k++) {
		const struct flow *f = obs[k].flow;
		struct sending *s = &sendings[sent];

		if (!flow_counts(f) || (s->ours = flow_sender(f)) > 1)
			continue;
		s->obs = &obs[k];
		s->key = (struct upload_key){ .host = f->key.ip[s->ours] };
		s->host = slots_ask(&x->uploads, &s->key, sizeof(s->key));
		s->key.outside = f->key.ip[!s->ours];
		s->pair = slots_ask(&x->uploads, &s->key, sizeof(s->key));
		sent++;
	}
	for (size_t k = 0; k < sent; k++)
		slots_fetch(&x->uploads, sendings[k].host);
	for (size_t k = 0; k < sent; k++)
		exfiltration_add(x, &sendings[k]);
}

static void exfiltration_see(void *state, const struct obs *obs)
{
	exfiltration_see_many(state, obs, 1);
}

static void exfiltration_tick(void *state, const struct window *window,
			      const struct alert_sink *sink)
{
	struct exfiltration *x = state;
	struct alert alert;
	struct upload *u;

	if (!window_is_due(window, &x->judged, JUDGE))
		return;
	for (uint32_t at = 0; (u = slots_next(&x->uploads, &at));) {
		struct upload_key key = { .host = u->key.host };
		const struct upload *host = slots_find(&x->uploads, &key);
		enum level level = LEVEL_NORMAL;
		enum upload_case found;

		if (!u->touched || !host)
			continue;
		u->touched = false;
		while ((found = upload_judge(u, host, level)) == UPLOAD_NONE && level < sink->keep)
			level++;
		if (found == UPLOAD_NONE)
			continue;
		upload_alert(&alert, u, host, found);
		if (!alert_raise(sink, &alert, level))
			continue;
		u->told_packets = u->packets;
		u->told_bytes = u->bytes;
	}
}

const struct detector detector_exfiltration = {
	.name = "exfiltration",
	.doc = "One of ours that sends far more to the outside than ever before, in all or to an "
	       "address that did not get so much before; while it is not known for a day, only "
	       "very "
	       "much to one address with next to nothing coming back; and megabytes through DNS, "
	       "FTP or Telnet. Needs both directions and the beginnings of the conversations, "
	       "and a day to learn what is usual. False alarms: the first backup, the first video "
	       "upload, tests of the line's speed.",
	.attack = "T1041 T1048 T1567",
	.wants = OBS_FLOW | OBS_ONGOING,
	.mem_max = sizeof(struct exfiltration) + UPLOADS * (sizeof(struct upload) + 4) +
		   FLOWS * (sizeof(struct growth_entry) + 4),
	.open = exfiltration_open,
	.see = exfiltration_see,
	.see_many = exfiltration_see_many,
	.tick = exfiltration_tick,
	.close = exfiltration_close,
};
