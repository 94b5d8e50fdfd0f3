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

#include "detect/slots.h"

#include <stdlib.h>

#define TRACKS   4096 /* targets x vectors watched at a time */
#define PREFIXES 1024 /* networks x vectors */

#define COLD       (10 * USEC_PER_SEC) /* at first every rate is new: proportions must decide */
#define CARPET     2    /* a network's floor is so many times a single target's */
#define CARPET_HOSTS 8  /* and so many of its addresses must be hit */
#define FEW_PEERS  3
#define MANY_PEERS 30
#define HTTP_EACH   200  /* requests a second for the same page that only a program makes */
#define HTTP_INSIDE 5000 /* ... and that programs of our own do not make of each other */
#define PORT_VXLAN 4789
#define STRANGERS  0.3 /* of the floor for UDP */
#define INSIDE     10  /* times the floor for UDP */
#define TUNNEL     20  /* times the floor for GRE and unusual protocols */
#define SCAN_BYTES   120  /* mean size of a probe, at most */
#define SCAN_PACKETS 3000 /* what a scan of ports needs, at most, ... */
#define SCAN_RATE    1000 /* ... when it is so fast (packets a second) */
#define HTTP_MEMORY (60 * WINDOWS_PER_SEC) /* windows after a request flood in which less is enough */
#define PORTS_SPREAD 20 /* bits of 64 that many different ports leave in the bitmap */

struct flood {
	struct detect_settings settings;
	struct slots tracks, prefixes;
	usec_t began; /* start of the input */
};

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
	uint8_t bits = ip_is_v4(&t->ip) ? 96 + 24 : 64;
	struct prefix prefix = ip_prefix(&t->ip, t->bits < bits ? t->bits : bits);
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

/* The packets of another role and vector at the same address or network in the last seconds. */
static uint64_t flood_other(struct flood *f, const struct flood_key *self, enum tally_role role,
			    enum vector vector)
{
	struct slots *slots = self->bits == 128 ? &f->tracks : &f->prefixes;
	struct flood_key key = *self;
	struct flood_track *other;
	uint64_t sum = 0;

	key.role = (uint8_t)role;
	key.vector = (uint8_t)vector;
	other = slots_find(slots, &key);
	for (unsigned i = 0; other && i < FLOOD_RING; i++)
		sum += other->ring[i].packets;
	return sum;
}

/* A target's own answers to what it is flooded with are the effect, not an attack by it: SYN-ACKs,
 * RSTs and ICMP errors. And SYN-ACKs to one who sends more SYNs than can be remembered are
 * answers, too. */
static bool flood_is_answer(struct flood *f, const struct flood_track *t, uint64_t packets)
{
	static const uint8_t causes[] = { VECTOR_SYN, VECTOR_ACK, VECTOR_UDP, VECTOR_FIN,
					  VECTOR_SYNACK, VECTOR_XMAS, VECTOR_NULLFLAGS,
					  VECTOR_FRAGMENT };
	uint64_t cause = 0;

	if (t->key.role == ROLE_TARGET)
		return t->key.vector == VECTOR_SYNACK &&
		       flood_other(f, &t->key, ROLE_SOURCE, VECTOR_SYN) > packets;
	if (t->key.vector != VECTOR_SYNACK && t->key.vector != VECTOR_RST &&
	    t->key.vector != VECTOR_ICMP)
		return false;
	for (size_t i = 0; i < sizeof(causes); i++)
		cause += flood_other(f, &t->key, ROLE_TARGET, (enum vector)causes[i]);
	if (t->key.vector == VECTOR_ICMP)
		for (unsigned v = VECTOR_DNS; v < VECTOR_COUNT; v++)
			cause += flood_other(f, &t->key, ROLE_TARGET, (enum vector)v);
	return cause * 2 > packets;
}

/* Many different targets or ports with few small packets each: a scan, which another detector
 * tells. One that tries ports faster than scanners do, for longer than they need, is a flood. */
static bool flood_is_scan(const struct flood_track *t, const struct flood_rate *r)
{
	const struct tally *now = &t->now;
	bool tcp = now->vector == VECTOR_SYN, udp = now->vector == VECTOR_UDP;
	bool small = r->bytes < SCAN_BYTES * r->packets;

	if (now->role == ROLE_SOURCE &&
	    (tcp || udp || now->vector == VECTOR_ICMP || now->vector == VECTOR_ACK) &&
	    flood_peers(t) > 8 && flood_peers(t) * 8 > r->packets &&
	    (!flood_one_peer(now) || now->packets * 4 < r->packets))
		return true;
	if ((now->vector > VECTOR_UDP || now->vector == VECTOR_SYNACK || now->vector == VECTOR_RST) ||
	    !small || flood_peers(t) > FEW_PEERS || flood_one_port(now) ||
	    __builtin_popcountll(t->seen_ports) < PORTS_SPREAD)
		return false;
	return t->seen_packets < SCAN_PACKETS || r->packets < SCAN_RATE;
}

/* HTTP requests are conversations: what tells an attack is that one client asks for the same page
 * far faster than people do, or with parameters made up to get past caches. */
static bool flood_http(const struct flood *f, const struct flood_track *t,
		       const struct flood_rate *r, int64_t number, bool cold)
{
	uint32_t floor = f->settings.floors[VECTOR_HTTP];
	uint64_t clients = flood_peers(t), each = r->packets / (clients ? clients : 1);
	bool random = __builtin_popcountll(t->seen_ports) >= PORTS_SPREAD;

	if (!flood_one_port(&t->now))
		return false;
	if (t->attacked && number - t->attacked < HTTP_MEMORY)
		floor /= 8; /* request floods come in gusts */
	if (random && r->packets >= floor && each * 6 >= floor)
		return true;
	if (each >= (t->now.inside * 2 > t->now.packets ? HTTP_INSIDE : HTTP_EACH))
		return true;
	return !cold && r->packets >= 500 &&
	       (double)r->packets >= f->settings.multiplier * t->normal_all;
}

/* A tunnel between two ends in which something else is flooded: that is the news. */
static bool flood_is_carrier(struct flood *f, const struct flood_track *t, uint64_t packets)
{
	const struct flood_track *other;
	bool tunnel = t->key.vector == VECTOR_GRE || t->key.vector == VECTOR_PROTO ||
		      (t->key.vector == VECTOR_UDP && t->now.port.value == PORT_VXLAN);

	if (!tunnel || flood_peers(t) > 1)
		return false;
	for (uint32_t at = 0; (other = slots_next(&f->tracks, &at));) {
		uint64_t sum = 0;

		for (unsigned i = 0; i < FLOOD_RING; i++)
			sum += other->ring[i].packets;
		if (other->touched && sum * 2 >= packets && !ip_equal(&other->key.ip, &t->key.ip))
			return true;
	}
	return false;
}

static double flood_threshold(const struct flood *f, const struct flood_track *t)
{
	double floor = f->settings.floors[t->key.vector];
	bool strangers = t->key.role == ROLE_TARGET && flood_peers(t) >= MANY_PEERS &&
			 t->now.inside * 2 < t->now.packets;
	double learned = f->settings.multiplier * t->normal;

	/* one-way UDP is usual between our own (logs, video), not from many strangers; and a tunnel of
	 * which one direction is captured comes from one end */
	if (t->key.vector == VECTOR_UDP && strangers)
		floor *= STRANGERS;
	else if (t->key.vector == VECTOR_UDP && t->now.inside * 2 > t->now.packets &&
		 !ip_is_link_scope(&t->key.ip))
		floor *= INSIDE;
	else if ((t->key.vector == VECTOR_GRE || t->key.vector == VECTOR_PROTO) &&
		 flood_peers(t) <= FEW_PEERS)
		floor *= TUNNEL;
	if (t->key.bits != 128)
		floor *= CARPET;
	return learned > floor ? learned : floor;
}

/* VXLAN (also its old port), Geneve, GTP-U: tunnels whose source port tells inner flows apart. */
static bool port_tunnels(uint32_t port)
{
	return port == PORT_VXLAN || port == 8472 || port == 6081 || port == 2152;
}

static bool flood_is(struct flood *f, const struct flood_track *t, const struct flood_rate *r,
		     const struct window *window)
{
	bool cold = window->end - f->began < COLD, carpet = t->key.bits != 128;
	double threshold = flood_threshold(f, t);
	uint64_t rate = r->unanswered;

	if (t->key.vector == VECTOR_HTTP)
		return flood_http(f, t, r, window->start / WINDOW_USEC, cold);
	if (t->attack)
		threshold /= 2;
	/* pings are answered even in a flood: then ten times as many are needed */
	if (t->key.vector == VECTOR_ICMP && !carpet && r->packets >= 10 * rate)
		rate = r->packets / 10;
	else if (cold && rate * 2 < r->judged)
		return false;
	if ((double)rate < threshold)
		return false;
	if (carpet && (t->hosts < CARPET_HOSTS || t->spared * 2 > t->now.packets ||
		       (flood_peers(t) <= FEW_PEERS && t->now.packets < 20 * t->hosts)))
		return false;
	if (ip_is_multicast(&t->key.ip) && flood_peers(t) < MANY_PEERS &&
	    !ip_is_link_scope(&t->key.ip)) /* a stream that was joined */
		return false;
	if (t->key.vector == VECTOR_UDP && flood_peers(t) <= FEW_PEERS &&
	    port_tunnels(t->now.port.value)) /* each direction has ports of its own */
		return false;
	return !flood_is_scan(t, r) && !flood_is_answer(f, t, r->packets) &&
	       !flood_is_carrier(f, t, r->packets);
}

/* Takes what a single target accounts for out of the sum over its network. */
static void flood_spare(struct flood *f, const struct flood_track *t)
{
	struct prefix prefix = ip_prefix(&t->key.ip, ip_is_v4(&t->key.ip) ? 96 + 24 : 64);
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

static void flood_judge(struct flood *f, struct flood_track *t, const struct window *window,
			const struct alert_sink *sink)
{
	int64_t number = window->start / WINDOW_USEC;
	struct flood_rate r = flood_rate_at(t, number, flood_lag(f, t, window));
	double threshold = flood_threshold(f, t);
	struct flood_verdict verdict = { t, r, threshold };
	struct alert alert;

	if (!flood_is(f, t, &r, window)) {
		t->attack = false;
		flood_rate_learn(t, &r, number, window->end - f->began < COLD);
		return;
	}
	t->learned = number;
	if (t->key.bits == 128)
		flood_spare(f, t);
	flood_rate_tell(t, number, threshold, false, &verdict.rate);
	if (verdict.rate.fresh == 0 && !t->attack)
		flood_rate_tell(t, number, threshold, true, &verdict.rate);
	t->attack = true;
	t->attacked = number;
	if (verdict.rate.fresh == 0 || flood_told_by_target(f, t))
		return;
	flood_alert(&alert, &verdict, &f->settings);
	sink->raise(sink->whom, &alert);
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
	       "False alarms: one-way UDP streams that begin suddenly (telemetry, video) where only "
	       "one direction is visible; load tests of one's own.",
	.attack = "T1498.001 T1498.002 T1499.001 T1499.002",
	.wants = OBS_TALLY,
	.mem_max = sizeof(struct flood) + (TRACKS + PREFIXES) * (sizeof(struct flood_track) + 4),
	.open = flood_open,
	.see = flood_see,
	.tick = flood_tick,
	.close = flood_close,
};
