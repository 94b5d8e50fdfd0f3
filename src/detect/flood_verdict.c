/*
 * flood_verdict.c - whether a rate is a flood: thresholds, and all that looks like a flood but is
 * an answer, a scan, a tunnel, a stream or a busy service.
 */
#include "detect/flood.h"

#define CARPET     2    /* a network's floor is so many times a single target's */
#define FEW_PEERS  3    /* other ends: one machine, and what else happens to be there */
#define MANY_PEERS 30   /* other ends: a crowd */
#define HTTP_FRESH  100 /* requests a second by one client for one page, each over a new connection */
#define HTTP_ANY    200 /* ... over kept connections; or for any pages over new ones */
#define HTTP_INSIDE 5000 /* ... over kept connections, between programs of our own */
#define HTTP_MANY   200 /* requests a second by many clients for one page over new connections, ... */
#define HTTP_MANY_EACH 5 /* ... so many by each */
#define HTTP_UNUSUAL 500 /* requests a second that are worth comparing with the learned normal */
#define PORT_VXLAN 4789 /* RFC 7348 */
#define STRANGERS  0.3 /* of the floor for UDP */
#define INSIDE     10  /* times the floor for UDP */
#define TUNNEL     20  /* times the floor for GRE and unusual protocols */
#define SCAN_BYTES   120  /* mean size of a probe, at most */
#define SCAN_HARM    5000 /* SYNs a second from which on a scan of ports harms like a flood; */
#define SCAN_HARM_UDP 2000 /* scanners of UDP wait for the target's ICMP */
#define SURE         10   /* times the threshold, from which on there is no doubt */
#define SMALL_ANSWER 300  /* bytes; a reflector gives more than it is asked */
#define REFUSED      10   /* refused SYNs that count like one that is not answered */
#define HTTP_MEMORY (60 * WINDOWS_PER_SEC) /* windows after a request flood in which less is enough */
#define PORTS_SPREAD 20 /* bits of 64 that many different ports leave in the bitmap */

/* All packets that are remembered of a target. */
static uint64_t flood_recent(const struct flood_track *t)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < FLOOD_RING; i++)
		sum += t->ring[i].packets;
	return sum;
}

/* The packets of another role and vector at the same address or network in the last seconds. */
static uint64_t flood_other(struct flood *f, const struct flood_key *self, enum tally_role role,
			    enum vector vector)
{
	struct slots *slots = self->bits == 128 ? &f->tracks : &f->prefixes;
	struct flood_key key = *self;
	const struct flood_track *other;

	key.role = (uint8_t)role;
	key.vector = (uint8_t)vector;
	other = slots_find(slots, &key);
	return other ? flood_recent(other) : 0;
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

bool flood_tries_ports(const struct flood_track *t, const struct flood_rate *r)
{
	const struct tally *now = &t->now;
	bool probes = now->vector <= VECTOR_UDP && now->vector != VECTOR_SYNACK &&
		      now->vector != VECTOR_RST;

	return probes && r->bytes < SCAN_BYTES * r->packets &&
	       (flood_peers(t) <= FEW_PEERS || flood_one_peer(now)) && !flood_one_port(now) && __builtin_popcountll(t->seen_ports) >= PORTS_SPREAD;
}

/* Many different targets or ports with few small packets each: a scan, which another detector
 * tells. One that tries ports so fast that it harms is a flood as well. */
static bool flood_is_scan(const struct flood_track *t, const struct flood_rate *r, int64_t number)
{
	const struct tally *now = &t->now;
	bool tcp = now->vector == VECTOR_SYN, udp = now->vector == VECTOR_UDP;

	if (now->role == ROLE_SOURCE &&
	    (tcp || udp || now->vector == VECTOR_ICMP || now->vector == VECTOR_ACK) &&
	    flood_peers(t) > 8 && flood_peers(t) * 8 > r->packets &&
	    (!flood_one_peer(now) || now->packets * 4 < r->packets))
		return true;
	return number - t->probed <= FLOOD_RING && r->packets < (udp ? SCAN_HARM_UDP : SCAN_HARM);
}

const char *flood_doubt(const struct flood_track *t, const struct flood_rate *r, double threshold,
			bool one_way)
{
	bool small = r->bytes < SMALL_ANSWER * r->packets;
	bool reflection = vector_is_reflection((enum vector)t->key.vector);

	if (t->key.vector == VECTOR_DNS && small && !flood_one_port(&t->now) &&
	    __builtin_popcountll(t->seen_ports) >= PORTS_SPREAD)
		return "small answers about many names, as a resolver gets whose questions were not captured";
	if (!one_way || t->key.vector == VECTOR_HTTP || (reflection && !small) ||
	    (double)r->packets >= SURE * threshold)
		return NULL;
	if (flood_peers(t) > FEW_PEERS && !flood_repeats(t))
		return NULL;
	return "one direction was captured: whether these packets were asked for or answered is not known";
}

/* Answers to what was not captured: SYN-ACKs of a service of ours, or RSTs to many, which no attack
 * sends. */
static bool flood_is_service(const struct flood_track *t)
{
	if (t->key.role != ROLE_SOURCE)
		return false;
	return (t->key.vector == VECTOR_SYNACK && flood_one_port(&t->now)) ||
	       (t->key.vector == VECTOR_RST && flood_peers(t) >= MANY_PEERS);
}

/* What is left of the unanswered SYNs when those are taken off that clients repeat because they are
 * refused: a service is down. Forged ones are not repeated. */
static uint64_t flood_unrefused(const struct flood_track *t, const struct flood_rate *r)
{
	uint64_t rest = r->unanswered - r->refused;

	if (t->key.vector != VECTOR_SYN || !flood_repeats(t))
		return r->unanswered;
	return rest + r->refused / REFUSED;
}

/* HTTP requests are conversations: what tells an attack is that a client asks for the same page far
 * faster than people do, each time over a new connection, or with parameters made up to get past
 * caches. */
static bool flood_http(struct flood *f, const struct flood_track *t, const struct flood_rate *r,
		       int64_t number, bool cold, enum level level)
{
	uint32_t floor = f->settings.floors[VECTOR_HTTP];
	double packets = (double)r->packets;
	uint64_t clients = flood_peers(t);
	double each = (double)(r->packets / (clients ? clients : 1));
	bool random = __builtin_popcountll(t->seen_ports) >= PORTS_SPREAD;
	bool inside = t->now.inside * 2 > t->now.packets;
	bool fresh = flood_other(f, &t->key, ROLE_TARGET, VECTOR_SYN) * 2 >= r->packets;

	if (!flood_one_port(&t->now))
		return fresh && !inside && level_reaches(level, each, HTTP_ANY);
	if (t->attacked && number - t->attacked < HTTP_MEMORY && level >= t->level)
		floor /= 8; /* request floods come in gusts */
	if (random && level_reaches(level, packets, floor) && level_reaches(level, each * 6, floor))
		return true;
	if (level_reaches(level, each, fresh ? HTTP_FRESH : inside ? HTTP_INSIDE : HTTP_ANY))
		return true;
	if (fresh && each >= HTTP_MANY_EACH && level_reaches(level, packets, HTTP_MANY))
		return true;
	return !cold && level_reaches(level, packets, HTTP_UNUSUAL) &&
	       packets >= level_multiplier(level, f->settings.multiplier) * t->normal_all;
}

/* A tunnel between two ends in which something else is flooded: that is the news. */
static bool flood_is_carrier(struct flood *f, const struct flood_track *t, uint64_t packets)
{
	const struct flood_track *other;
	bool tunnel = t->key.vector == VECTOR_GRE || t->key.vector == VECTOR_PROTO ||
		      (t->key.vector == VECTOR_UDP && t->now.port.value == PORT_VXLAN);

	if (!tunnel || flood_peers(t) > 1)
		return false;
	for (uint32_t at = 0; (other = slots_next(&f->tracks, &at));)
		if (other->touched && flood_recent(other) * 2 >= packets &&
		    !ip_equal(&other->key.ip, &t->key.ip))
			return true;
	return false;
}

/* DNS, NTP, QUIC: strangers ask our servers for them. */
static bool port_serves(uint32_t port)
{
	return port == 53 || port == 123 || port == 443;
}

/* What gathers logs and measurements of our own machines: they only send. */
static bool port_collects(uint32_t port)
{
	static const uint16_t ports[] = { 162,  514,  1514, 2055, 4739,  5140,
					  6343, 8125, 9555, 9995, 9996, 12201 };

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (ports[i] == port)
			return true;
	return false;
}

/* Several of ours send to one port of one of ours, and none more than is ordinary: logs, measurements. */
static bool flood_is_collected(const struct flood_track *t, double floor)
{
	uint64_t peers = flood_peers(t);

	return t->key.role == ROLE_TARGET && peers > FEW_PEERS && flood_one_port(&t->now) &&
	       (double)flood_recent(t) < floor * (double)peers;
}

/* IP in IP, 6in4, ESP, L2TP: of a tunnel, one direction may be captured. */
static bool proto_tunnels(uint32_t proto)
{
	return proto == PROTO_IPIP || proto == PROTO_IPV6 || proto == 50 || proto == 115;
}

double flood_threshold(const struct flood *f, const struct flood_track *t, enum level level)
{
	double floor = f->settings.floors[t->key.vector];
	bool strangers = t->key.role == ROLE_TARGET && flood_peers(t) >= MANY_PEERS &&
			 t->now.inside * 2 < t->now.packets;
	double learned = level_multiplier(level, f->settings.multiplier) * t->normal;

	/* one-way UDP is usual between our own (logs, video), not from many strangers; and a tunnel of
	 * which one direction is captured comes from one end */
	if (t->key.vector == VECTOR_UDP && strangers && !port_serves(t->now.port.value))
		floor *= STRANGERS;
	else if (t->key.vector == VECTOR_UDP && t->now.inside * 2 > t->now.packets &&
		 (port_collects(t->now.port.value) || flood_is_collected(t, floor)))
		floor *= INSIDE;
	else if (flood_peers(t) <= FEW_PEERS && (t->key.vector == VECTOR_GRE ||
		 (t->key.vector == VECTOR_PROTO && proto_tunnels(t->now.port.value))))
		floor *= TUNNEL;
	if (t->key.bits != 128)
		floor *= CARPET;
	floor = level_threshold(level, floor);
	return learned > floor ? learned : floor;
}

/* VXLAN (also its old port), Geneve, GTP-U: tunnels whose source port tells inner flows apart. */
static bool port_tunnels(uint32_t port)
{
	return port == PORT_VXLAN || port == 8472 || port == 6081 || port == 2152;
}

bool flood_is(struct flood *f, const struct flood_track *t, const struct flood_rate *r,
	      const struct window *window, enum level level)
{
	double least = level_threshold(level, STRANGERS * f->settings.floors[t->key.vector]);
	bool cold = window->end - f->began < COLD, carpet = t->key.bits != 128;
	double threshold;
	uint64_t rate = flood_unrefused(t, r);

	if (t->key.vector == VECTOR_HTTP)
		return flood_http(f, t, r, window->start / WINDOW_USEC, cold, level);
	/* what is far below any threshold, as nearly all is, needs no further look */
	if (!t->attack && (double)r->packets < least && (double)r->judged < least)
		return false;
	threshold = flood_threshold(f, t, level);
	if (t->attack && level >= t->level)
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
	if (t->key.role == ROLE_SOURCE && flood_one_peer(&t->now) &&
	    ip_is_multicast(&t->now.peer.ip) && !ip_is_link_scope(&t->now.peer.ip))
		return false;
	/* a service of ours of which only the answers are captured; one that is abused sends to few */
	if (t->key.role == ROLE_SOURCE && vector_is_reflection((enum vector)t->key.vector) &&
	    flood_peers(t) >= MANY_PEERS)
		return false;
	if (t->key.vector == VECTOR_UDP && flood_peers(t) <= FEW_PEERS &&
	    port_tunnels(t->now.port.value)) /* each direction has ports of its own */
		return false;
	return !flood_is_service(t) && !flood_is_scan(t, r, window->start / WINDOW_USEC) && !flood_is_answer(f, t, r->packets) &&
	       !flood_is_carrier(f, t, r->packets);
}
