/*
 * flood.c - more packets than a target can have asked for.
 *
 * Rates are compared with what is normal for the same target and vector. Counted are packets that
 * no conversation explains (a download, a backup or a speed test is asked for and never counted),
 * less those that were then answered. The threshold is the larger of a floor and a multiple of
 * the learned normal; see flood_rate.c for how it is learned. Attacks that are spread thinly over
 * a network are seen by the sum over its /24 or /64 (carpet bombing).
 */
#include "detect/flood.h"

#include <stdlib.h>

#define TRACKS   4096 /* targets x vectors watched at a time */
#define PREFIXES 1024 /* networks x vectors */

static void *flood_open(const struct detect_settings *settings)
{
	struct flood *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->settings = *settings;
	if (slots_open(&f->tracks, TRACKS, sizeof(struct flood_track), sizeof(struct flood_key)) &&
	    slots_open(&f->prefixes, PREFIXES, sizeof(struct flood_track),
		       sizeof(struct flood_key)))
		return f;
	slots_close(&f->tracks);
	free(f);
	return NULL;
}

static void flood_close(void *state)
{
	struct flood *f = state;

	slots_close(&f->tracks);
	slots_close(&f->prefixes);
	free(f);
}

/* The sum over a network, for attacks that are spread thinly over it. Only for our own. */
static void flood_see_prefix(struct flood *f, const struct tally *t, int64_t number)
{
	struct prefix prefix = ip_network(&t->ip);
	struct flood_key key = { prefix.ip, prefix.bits, t->role, t->vector, 0 };
	struct flood_track *sum;

	/* of what we send only the SYNs, to know their answers by */
	if ((t->role == ROLE_SOURCE && t->vector != VECTOR_SYN) || t->vector == VECTOR_HTTP ||
	    !home_has(f->settings.home, &t->ip))
		return;
	sum = slots_at(&f->prefixes, &key);
	if (!sum->touched) {
		memset(&sum->now, 0, sizeof(sum->now));
		sum->now.counted = 1; /* other ends are in `seen` */
		memset(&sum->targets, 0, sizeof(sum->targets));
		sum->hosts = sum->spared = 0;
		sum->touched = true;
	}
	flood_rate_add(sum, number, t);
	sum->hosts += t->bits == 128 ? 1 : CARPET_HOSTS; /* one folded prefix is many addresses */
	hll_add(&sum->targets, hash_16(t->ip.b, 0));
	if (sum->now.packets == 0) {
		sum->now.ip = prefix.ip;
		sum->now.bits = prefix.bits;
		sum->now.role = t->role;
		sum->now.vector = t->vector;
	}
	if (t->packets) {
		if (sum->now.packets == 0 || t->first < sum->now.first)
			sum->now.first = t->first;
		if (sum->now.packets == 0)
			sum->now.first_peer = t->first_peer;
	}
	sum->now.packets += t->packets;
	sum->now.bytes += t->bytes;
	sum->now.inside += t->inside;
	top_merge(&sum->now.port, &t->port);
	top_ip_merge(&sum->now.peer, &t->peer);
	sum->now.port_bits |= t->port_bits;
	flood_rate_ends(sum, number, t, 0);
	slots_worth(&f->prefixes, sum, sum->now.packets);
}

static void flood_see(void *state, const struct obs *obs)
{
	struct flood *f = state;
	const struct tally *t = obs->tally;
	struct flood_key key = { t->ip, t->bits, t->role, t->vector, 0 };
	int64_t number = obs->ts / WINDOW_USEC - 1;
	uint32_t least = f->settings.floors[t->vector] / 32 + 3;
	struct flood_track *track;

	flood_see_prefix(f, t, number);
	if (t->bits != 128)
		return;
	track = t->packets >= least ? slots_at(&f->tracks, &key) : slots_find(&f->tracks, &key);
	if (!track)
		return;
	flood_rate_add(track, number, t);
	track->touched = true;
	track->now = *t;
	flood_rate_ends(track, number, t, least);
	slots_worth(&f->tracks, track,
		    track->attack ? UINT16_MAX : 1 + t->packets / 4 + (uint32_t)track->normal);
}

/* Takes what a single target accounts for out of the sum over its network. */
static void flood_spare(struct flood *f, const struct flood_track *t)
{
	struct prefix prefix = ip_network(&t->key.ip);
	struct flood_key key = { prefix.ip, prefix.bits, t->key.role, t->key.vector, 0 };
	struct flood_track *sum = slots_find(&f->prefixes, &key);

	if (sum && sum->touched)
		sum->spared += t->now.packets;
}

/* At the end of a short input there is no time left to wait for answers. */
static int flood_lag(const struct flood *f, const struct flood_track *t,
		     const struct window *window)
{
	if (!flood_answerable((enum vector)t->key.vector) ||
	    (window->last && window->end - f->began <= 2 * USEC_PER_SEC))
		return 0;
	return FLOOD_LAG;
}

/* One of ours attacks another of ours: the incident is the target's. */
static bool flood_told_by_target(const struct flood *f, const struct flood_track *t)
{
	return t->key.role == ROLE_SOURCE && flood_one_peer(&t->now) &&
	       home_has(f->settings.home, &t->now.peer.ip);
}

/* It is told: nothing is learned from it, and less is enough for it to go on. */
static void flood_goes_on(struct flood *f, struct flood_track *t, int64_t number, enum level level)
{
	if (t->key.bits == 128)
		flood_spare(f, t);
	t->level = (uint8_t)(t->attack && t->level < level ? t->level : level);
	t->attack = true;
	t->attacked = t->learned = number;
}

static void flood_judge(struct flood *f, struct flood_track *t, const struct window *window,
			const struct alert_sink *sink)
{
	int64_t number = window->start / WINDOW_USEC;
	struct flood_verdict v = { .track = t, .rate = flood_rate_at(t, number, flood_lag(f, t, window)) };
	struct flood_rate *r = &v.rate;
	struct alert alert;
	bool candidate;

	if (flood_tries_ports(t, r))
		t->probed = number;
	while (v.level <= sink->keep && !flood_is(f, t, r, window, v.level))
		v.level++;
	candidate = v.level > sink->now;
	if (candidate) { /* at the level of now it is none */
		t->attack = false;
		flood_rate_learn(t, r, number, window->end - f->began < COLD, sink->now);
	}
	if (v.level > sink->keep)
		return;
	v.threshold = flood_threshold(f, t, v.level);
	v.doubt = flood_doubt(t, r, v.threshold, window->one_way);
	v.scan = number - t->probed <= FLOOD_RING;
	/* the windows with a good part of the threshold; or all, when it is just reached and evenly spread */
	flood_rate_tell(t, number, v.threshold / 2, candidate, r);
	if (r->fresh == 0 && !t->attack)
		flood_rate_tell(t, number, 0, candidate, r);
	if (!candidate)
		flood_goes_on(f, t, number, v.level);
	if (r->fresh == 0 || flood_told_by_target(f, t))
		return;
	flood_alert(&alert, &v, &f->settings);
	alert_raise(sink, &alert, v.level);
}

static void flood_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct flood *f = state;
	struct flood_track *t;

	if (!f->began)
		f->began = window->start;
	for (uint32_t at = 0; (t = slots_next(&f->tracks, &at));) {
		if (t->touched)
			flood_judge(f, t, window, sink);
		else if (t->attack)
			t->attack = false;
		t->touched = false;
	}
	for (uint32_t at = 0; (t = slots_next(&f->prefixes, &at));) {
		if (t->touched && t->key.role == ROLE_TARGET)
			flood_judge(f, t, window, sink);
		else
			t->attack = false;
		t->touched = false;
	}
}

const struct detector detector_flood = {
	.name = "flood",
	.doc = "More packets of one kind to (or from) an address than it can have asked for: SYN, "
	       "ACK, RST, FIN, odd flags, UDP, ICMP, fragments, GRE, other protocols, HTTP requests, "
	       "and the answers of services abused as reflectors. Compared with the learned normal "
	       "of the same target. Needs packets; sees most when both directions are captured. "
	       "A stream of which one direction is captured is known by its counter; what cannot be "
	       "known for want of the other direction is a notice. False alarms: one-way streams "
	       "without counter from outside that begin suddenly; load tests of one's own.",
	.attack = "T1498.001 T1498.002 T1499.001 T1499.002",
	.wants = OBS_TALLY,
	.mem_max = sizeof(struct flood) + (TRACKS + PREFIXES) * (sizeof(struct flood_track) + 4),
	.open = flood_open,
	.see = flood_see,
	.tick = flood_tick,
	.close = flood_close,
};
